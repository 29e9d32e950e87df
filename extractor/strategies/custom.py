"""A schema of the user's own, filled in one call, with the same grounding as ours.

Every string, number and date of the reply is looked up in the text; what is not there is asked for
once more, then dropped (null, or out of its list) with a warning. A value that the schema does not let
go is kept without evidence, and the warning says that; so is a truth value, which has no words.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ValidationError

from extractor.evidence import Place, to_evidence
from extractor.fields.calendar_dates import find_dates
from extractor.fields.money import find_money
from extractor.fields.numerals import find_counts
from extractor.outline import Outline
from extractor.records import Found, Span
from extractor.schema import Evidence, Warning
from extractor.strategies.base import UNANSWERED, Ask, Reading, Task
from extractor.strategies.quotes import warn_shortened, warn_withheld

SHOWN_CHARS = 40_000
MOST_ASKED_AGAIN = 20

Path = tuple[str | int, ...]
Leaf = str | int | float | bool


class Custom:
    """See the module."""

    name = "custom"
    prompt = "custom"

    def __init__(self, schema: type[BaseModel]) -> None:
        self._schema = schema

    async def read(self, task: Task, ask: Ask) -> Reading:
        """The filled record, its evidence, and warnings for what was dropped."""
        reading, ground = Reading(), Ground(task.outline)
        warn_withheld(task.outline, reading)
        variables = {"posting": shown(task.outline, reading)}
        answer = await ask(self._schema, variables)
        wrong = [(path, value) for path, value in ground.lost(answer) if _has_words(value)]
        if wrong:
            with contextlib.suppress(*UNANSWERED):
                answer = await ask(self._schema, variables, follow_up=_complaint(wrong), earlier=answer)
        reading.custom = self._drop(reading, answer, ground.lost(answer))
        reading.evidence = ground.evidence(reading.custom)
        return reading

    def _drop(self, reading: Reading, answer: BaseModel, lost: list[tuple[Path, Leaf]]) -> BaseModel:
        """The answer without what is lost, as far as its schema allows."""
        for path, value in reversed(lost):  # from the end on, so that places in lists stay right
            smaller = self._without(answer, path) if _has_words(value) or value == "" else None
            pointer = to_pointer(path if smaller is None or isinstance(path[-1], str) else path[:-1])
            said = f"{str(value)[:80]!r}"
            message = (
                f"Kept {said} without evidence: it has no words of its own, or the schema requires a value."
                if smaller is None
                else f"Dropped {said}: the text does not say it."
            )
            reading.warnings.append(Warning(pointer=pointer, code="unsupported", message=message))
            answer = answer if smaller is None else smaller
        return answer

    def _without(self, answer: BaseModel, path: Path) -> BaseModel | None:
        """The answer without one leaf: null in an object, gone from a list; None if its schema forbids it."""
        tree = answer.model_dump(mode="json", round_trip=True)
        *parents, last = path
        holder: Any = tree
        for step in parents:
            holder = holder[step]
        if isinstance(holder, list):
            del holder[int(last)]
        else:
            holder[last] = None
        try:
            return self._schema.model_validate_json(json.dumps(tree), by_alias=True, by_name=True)
        except ValidationError:
            return None


def shown(outline: Outline, reading: Reading) -> str:
    """The posting as the model sees it; a warning where the end is left out."""
    if len(outline.body) > SHOWN_CHARS:
        warn_shortened(outline, reading, SHOWN_CHARS)
    return outline.body[:SHOWN_CHARS]


class Ground:
    """Finds in one posting what an answer says."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def lost(self, answer: BaseModel) -> list[tuple[Path, Leaf]]:
        """The leaves that the text does not say, in order."""
        return [(path, value) for path, value in leaves(_to_tree(answer)) if self._find(value) is None]

    def evidence(self, answer: BaseModel) -> dict[str, list[Evidence]]:
        """Where the others stand, by JSON pointer."""
        places = ((path, self._find(value)) for path, value in leaves(_to_tree(answer)))
        return {
            to_pointer(path): [to_evidence(self._outline.document, *place)] for path, place in places if place
        }

    def _find(self, value: Leaf) -> Place | None:
        """A value's own words, else the number ("18.50", "12k", "two") or the date that means it."""
        if not _has_words(value):
            return None
        said = str(value)
        return self._outline.locate(said) or self._find_meant(_to_number(said) or _to_date(said))

    def _find_meant(self, value: Decimal | date | None) -> Place | None:
        if value is None:
            return None
        return next(((one.span, "normalised") for one in self._meant if one.value == value), None)

    @cached_property
    def _meant(self) -> list[Found[Decimal | date]]:
        """The numbers and dates that the posting states, in whatever way."""
        body = self._outline.body
        amounts = [(m.low, m.high, m.start, m.end) for m in find_money(body)]
        counts = [(c.low, c.high, c.start, c.end) for c in find_counts(body) if not c.is_doubtful]
        found: list[Found[Decimal | date]] = []
        for low, high, start, end in (*amounts, *counts):
            found += [Found(value, Span(start, end)) for value in (low, high) if value is not None]
        return found + [
            Found(day.value, day.span) for day in find_dates(body, language=self._outline.language)
        ]


def _to_number(said: str) -> Decimal | None:
    try:
        return Decimal(said)
    except InvalidOperation:
        return None


def _to_date(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _has_words(value: Leaf) -> bool:
    return not isinstance(value, bool) and str(value).strip() != ""


def _to_tree(answer: BaseModel) -> Any:
    return answer.model_dump(mode="json")


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Leaf]]:
    """Every value inside a value, with its path; nulls are none."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif value is not None:
        yield path, value


def to_pointer(path: Path) -> str:
    """JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _complaint(wrong: list[tuple[Path, Leaf]]) -> str:
    listed = "\n".join(f"{to_pointer(path)}: {value!r}" for path, value in wrong[:MOST_ASKED_AGAIN])
    return (
        "The posting does not say these:\n"
        f"{listed}\n"
        "Answer again: for each give the posting's own words exactly as they stand there, or null; "
        "keep the rest."
    )
