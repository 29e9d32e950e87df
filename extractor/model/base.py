"""The one seam to the outside: what a model is, how it tells its progress, what a failure cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from extractor.errors import ExtractorError
from extractor.records import Reply, Request, Usage

Failed = TypeVar("Failed", bound=ExtractorError)


class Model(Protocol):
    """Whatever answers requests: a provider, the embedded server, a cache around either, a script.

    One instance serves one event loop.
    """

    async def ask(self, request: Request) -> Reply:
        """The reply, whose text satisfies `request.response_model`; raises ModelError or WeightsError."""
        ...

    async def aclose(self) -> None:
        """Let go of connections, files and locks; may be called twice."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """What the model room is busy with.

    `done` of `total` counts bytes while downloading, tokens written while answering (`total` is
    then the most that may be written), and nothing while loading or waiting.
    """

    stage: Literal["download", "load", "wait", "answer", "retry"]
    message: str
    done: int = 0
    total: int | None = None


OnProgress = Callable[[Progress], None]
OnHeaders = Callable[[Mapping[str, str]], None]
"""Told the headers of each answer of a provider, names in lower case or looked up without case."""


def charge(error: Failed, usage: Usage) -> Failed:
    """The same error with the tokens that were paid before it failed added to it."""
    error.usage = usage_of(error) + usage
    return error


def usage_of(error: BaseException) -> Usage:
    """What was paid before this error; nothing where no call was made."""
    usage = getattr(error, "usage", None)
    return usage if isinstance(usage, Usage) else Usage()
