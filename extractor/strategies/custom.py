"""A schema of the user's own, filled in one call, with the same grounding as ours.

Every string and number of the reply is looked up in the text; what is not there is asked for once
more, then dropped (null, or out of its list) with a warning. A value that the schema does not let go
is kept without evidence, and the warning says that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from extractor.evidence import find_quote, to_evidence
from extractor.outline import Outline
from extractor.records import Span
from extractor.schema import Evidence, Warning
from extractor.strategies.base import Ask, Reading, Task

SHOWN_CHARS = 40_000

Path = tuple[str | int, ...]


class Custom:
    """See the module."""

    name = "custom"
    prompt = "custom"

    def __init__(self, schema: type[BaseModel]) -> None:
        self._schema = schema

    async def read(self, task: Task, ask: Ask) -> Reading:
        """The filled record, its evidence, and warnings for what was dropped."""
        variables = {"posting": task.outline.body[:SHOWN_CHARS]}
        answer = await ask(self._schema, variables)
        evidence, lost = ground(task.outline, answer)
        if lost:
            answer = await ask(self._schema, variables, follow_up=_complaint(answer, lost), earlier=answer)
            evidence, lost = ground(task.outline, answer)
        reading = Reading(custom=answer, evidence=evidence)
        if lost:
            self._drop(task.outline, reading, answer, lost)
        return reading

    def _drop(self, outline: Outline, reading: Reading, answer: BaseModel, lost: list[Path]) -> None:
        tree = answer.model_dump(mode="json")
        for path in reversed(lost):
            trial = _without(tree, path)
            try:
                self._schema.model_validate(trial)
            except ValidationError:
                message = "Kept without evidence: the text does not say it, and the schema requires it."
            else:
                tree, message = trial, "Dropped: the text does not say it."
            reading.warnings.append(Warning(pointer=to_pointer(path), code="unsupported", message=message))
        reading.custom = self._schema.model_validate(tree)
        reading.evidence, _ = ground(outline, reading.custom)


def ground(outline: Outline, answer: BaseModel) -> tuple[dict[str, list[Evidence]], list[Path]]:
    """Evidence of every leaf by JSON pointer, and the paths of the leaves that the text does not say."""
    evidence: dict[str, list[Evidence]] = {}
    lost: list[Path] = []
    for path, value in leaves(answer.model_dump(mode="json")):
        found = find_quote(outline.document, str(value), within=Span(0, outline.end))
        if found is None:
            lost.append(path)
        else:
            evidence[to_pointer(path)] = [to_evidence(outline.document, *found)]
    return evidence, lost


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str | int | float]]:
    """Every string and number inside a value; truth values and nulls have no words to be found."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
        yield path, value


def to_pointer(path: Path) -> str:
    """JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _without(tree: Any, path: Path) -> Any:
    """A copy of the tree without one leaf: null in an object, gone from a list."""
    first, *rest = path
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    if rest:
        copy[first] = _without(copy[first], tuple(rest))
    elif isinstance(copy, list):
        del copy[int(first)]
    else:
        copy[first] = None
    return copy


def _complaint(answer: BaseModel, lost: list[Path]) -> str:
    tree = answer.model_dump(mode="json")
    listed = "\n".join(f"{to_pointer(path)}: {_at(tree, path)!r}" for path in lost[:20])
    return (
        "The posting does not say these:\n"
        f"{listed}\n"
        "Answer again: for each give the posting's own words exactly as they stand there, or null; keep the rest."
    )


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree
