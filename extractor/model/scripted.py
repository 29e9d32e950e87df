"""A model that answers from a script: for tests, and for measuring everything but the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from extractor.errors import InvalidReply
from extractor.records import Reply, Request, Usage

Line = Reply | BaseModel | Mapping[str, Any] | str | Exception
"""What a script may say: a whole Reply, its content in any form, or an error to raise."""


class Scripted:
    """Answers from a function of the request, or from lines in order; keeps what it was asked."""

    def __init__(
        self,
        script: Callable[[Request], Line] | Iterable[Line],
        usage: Usage = Usage(calls=1),  # noqa: B008 - frozen
    ) -> None:
        self._answer = script if callable(script) else _in_order(script)
        self._usage = usage
        self.requests: list[Request] = []
        self.is_closed = False

    async def ask(self, request: Request) -> Reply:
        """The scripted reply; raises the scripted error, or InvalidReply where the script has ended."""
        self.requests.append(request)
        line = self._answer(request)
        if isinstance(line, Exception):
            raise line
        if isinstance(line, Reply):
            return line
        return Reply(text=_to_text(line), model=request.model, usage=self._usage)

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.is_closed = True


def _in_order(lines: Iterable[Line]) -> Callable[[Request], Line]:
    rest = iter(lines)
    return lambda _: next(rest, InvalidReply("the script has no more replies"))


def _to_text(line: BaseModel | Mapping[str, Any] | str) -> str:
    if isinstance(line, BaseModel):
        return line.model_dump_json()
    return line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
