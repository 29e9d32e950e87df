"""What a strategy is given and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from extractor.claims import Claim
from extractor.errors import CutOff, InvalidReply, Refusal
from extractor.outline import Outline
from extractor.prompt import Prompt
from extractor.readers import read_all
from extractor.records import Span
from extractor.schema import Evidence, Warning
from extractor.structured import complete_structured, prefer_structured

Answer = TypeVar("Answer", bound=BaseModel)


class Ask(Protocol):
    """One question to the model: the prompt with its variables, answered in the shape of a class.

    `earlier` and `follow_up` go on after a reply: what was answered, and what is asked about it.
    Raises what the model raises.
    """

    def __call__(
        self,
        response_model: type[Answer],
        variables: Mapping[str, Any],
        *,
        follow_up: str | None = None,
        earlier: BaseModel | None = None,
    ) -> Awaitable[Answer]: ...


# A second question that fails in one of these ways costs the values that it was about, not the posting.
UNANSWERED = (CutOff, InvalidReply, Refusal)


@dataclass
class Reading:
    """What a strategy makes of a posting; `custom` and its `evidence` where the schema is the user's own."""

    claims: list[Claim] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    is_posting: bool = True
    custom: BaseModel | None = None
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One posting to read: its outline, the prompt in force, the day that relative dates count from."""

    outline: Outline
    prompt: Prompt
    today: date | None


def read_claims(task: Task, seen: Outline, found: Mapping[str, Sequence[Span]], reading: Reading) -> None:
    """What code reads of an outline with the model's quotes, and the page's structured data beside it."""
    quotes, doubts = prefer_structured(seen, found)
    claims, differences = complete_structured(seen, read_all(seen, task.today, quotes))
    reading.claims += claims
    reading.warnings += [*doubts, *differences]


class Strategy(Protocol):
    """A way to read a posting."""

    name: str
    prompt: str  # the prompt that it uses unless the user names another

    async def read(self, task: Task, ask: Ask) -> Reading:
        """Claims and warnings."""
        ...
