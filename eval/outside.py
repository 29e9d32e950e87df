"""Cases from a JSON Lines file of which only some facts are known, as a map of the file says.

A map is a TOML file. `[row]` names the row's keys: `id`, `text`, and where there are any `format`,
`language`, `source`, `today` (the ISO date that relative days count from); `truth` (the object of
facts), `stated` (fact -> does it occur in the text) and `body` (fact -> does it occur in the free
text). Each `[[facts]]` leads one fact to one field:

    from    the key in `truth` (or, with `row = true`, of the row itself)
    to      the field's dotted path; for a list of objects list.leaf, as "compensation.min"
    values  source's word -> our value or list of values; a word that is not listed is no fact
    read    "number" or "date", for values to be parsed; what does not parse is no fact
    split   a mark at which one value becomes several ("Oslo | Bergen")
    needs   other facts, any of which must occur in the text for this one to count as occurring
    match   "words": right too where either holds all words of the other and half as many

Only stated facts are scored: a list may hold more, a field without a fact is not judged. A fact that
does not occur in the text may be left out without fault; a different value is an error all the same.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import dateparser

from eval.cases import Case
from eval.comparators import WORDS, Comparator
from eval.fields import FIELDS, Items, Objects, Skills
from eval.folding import fold
from eval.gold import Gold, value_at, with_value
from eval.numbers import read_number
from eval.outcomes import is_absent

_MATCHES: dict[str, Comparator] = {"words": WORDS}
_LISTS = {field.name: field for field in FIELDS if isinstance(field, Items | Objects | Skills)}


@dataclass(frozen=True)
class Fact:
    """How one fact of a row becomes gold."""

    source: str
    to: str
    values: Mapping[str, Any] | None = None
    read: str | None = None
    match: str | None = None
    split: str | None = None
    needs: tuple[str, ...] = ()
    of_row: bool = False

    @property
    def list_name(self) -> str | None:
        """The list that `to` is, or is a leaf of; None for a single value."""
        return next((name for name in _LISTS if self.to == name or self.to.startswith(name + ".")), None)

    def value(self, row: Mapping[str, Any], truth: Mapping[str, Any]) -> Any:
        """The fact in our terms; None where the row states none that can be read."""
        given = (row if self.of_row else truth).get(self.source)
        if is_absent(given):
            return None
        if self.split:
            return [part.strip() for part in str(given).split(self.split) if part.strip()]
        if self.values is not None:
            given = [self._translate(word) for word in (given if isinstance(given, list) else [given])]
            found = [value for values in given for value in values]
            return found if self.list_name == self.to else next(iter(found), None)
        if self.read == "number":
            number = read_number(given)
            return None if number is None else float(number)
        if self.read == "date":
            day = dateparser.parse(str(given), settings={"REQUIRE_PARTS": ["day", "month", "year"]})
            return None if day is None else day.date().isoformat()
        return given

    def is_stated(self, flags: Mapping[str, Any]) -> bool:
        """Whether the text holds the fact, as the row's flags say; so it does where they say nothing."""
        if self.needs and not any(flags.get(need) for need in self.needs):
            return False
        return flags.get(self.source, True) is not False

    def _translate(self, word: Any) -> list[Any]:
        assert self.values is not None
        value = self.values.get(fold(str(word)), [])
        return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Map:
    """How the rows of one kind of file become cases."""

    row: Mapping[str, str]
    facts: tuple[Fact, ...]


def read_map(path: Path) -> Map:
    """A map file. Raises ValueError naming what is malformed."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    row = content.get("row", {})
    if not {"id", "text"} <= row.keys():
        raise ValueError(f"{path}: [row] must name the keys of id and text")
    facts = tuple(_read_fact(fact, path) for fact in content.get("facts", ()))
    return Map(row, facts)


def _read_fact(fact: Mapping[str, Any], path: Path) -> Fact:
    unknown = fact.keys() - {"from", "to", "values", "read", "match", "split", "needs", "row"}
    if unknown or not {"from", "to"} <= fact.keys():
        raise ValueError(f"{path}: fact {dict(fact)}: needs from and to; unknown: {sorted(unknown)}")
    values = fact.get("values")
    return Fact(
        source=fact["from"],
        to=fact["to"],
        values=None if values is None else {fold(word): value for word, value in values.items()},
        read=fact.get("read"),
        match=fact.get("match"),
        split=fact.get("split"),
        needs=tuple(fact.get("needs", ())),
        of_row=bool(fact.get("row")),
    )


def load_outside(path: Path, mapping: Map) -> list[Case]:
    """Cases of a JSON Lines file. Raises ValueError with the line number."""
    return list(_iter_outside(path, mapping))


def _iter_outside(path: Path, mapping: Map) -> Iterator[Case]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield to_case(json.loads(line), mapping)
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}, line {number}: {error!r}") from error


def to_case(row: Mapping[str, Any], mapping: Map) -> Case:
    """One row as a case with partial truth."""
    keys = mapping.row
    kind = str(row.get(keys.get("format", ""), "text"))
    today = row.get(keys.get("today", ""))
    return Case(
        id=str(row[keys["id"]]),
        content=str(row[keys["text"]]).encode(),
        name="posting.html" if kind == "html" else "posting.md" if kind == "markdown" else "posting.txt",
        gold=_to_partial_gold(row, mapping),
        source=str(row.get(keys.get("source", ""), "outside")),
        split="outside",
        tags=(kind,),
        today=date.fromisoformat(today) if today else None,
        language=row.get(keys.get("language", "")),
        body=_fields_where(row, mapping, "body"),
    )


def _truth(row: Mapping[str, Any], mapping: Map) -> Mapping[str, Any]:
    truth = row.get(mapping.row.get("truth", ""), {})
    return truth if isinstance(truth, Mapping) else {}


def _fields_where(row: Mapping[str, Any], mapping: Map, flag: str) -> frozenset[str] | None:
    """The fields whose fact the row's flag object calls true; None where the map has no such object."""
    if flag not in mapping.row:
        return None
    flags = row.get(mapping.row[flag], {})
    return frozenset(fact.to for fact in mapping.facts if flags.get(fact.source) is True)


def _to_partial_gold(row: Mapping[str, Any], mapping: Map) -> Gold:
    truth = _truth(row, mapping)
    posting: dict[str, Any] = {}
    silent: set[str] = set()
    stated_fields: set[str] = set()
    flags = row.get(mapping.row.get("stated", ""), {})
    comparators: dict[str, Comparator] = {}
    for fact in mapping.facts:
        value = fact.value(row, truth)
        if is_absent(value):
            continue
        posting = _with_fact(posting, fact, value)
        (stated_fields if fact.is_stated(flags) else silent).add(fact.to)
        if fact.match:
            comparators[fact.to] = _MATCHES[fact.match]
    return Gold(
        id=str(row[mapping.row["id"]]),
        posting=posting,
        silent=frozenset(silent - stated_fields),
        open=frozenset(name for fact in mapping.facts if (name := fact.list_name)),
        comparators=comparators,
    )


def _with_fact(posting: Mapping[str, Any], fact: Fact, value: Any) -> dict[str, Any]:
    """Facts of one list: values join the list, leaves join its one object."""
    path = tuple(fact.to.split("."))
    if fact.list_name is None:
        return with_value(posting, path, value)
    list_path = tuple(fact.list_name.split("."))
    present = value_at(posting, list_path) or []
    if fact.list_name == fact.to:
        new = value if isinstance(value, list) else [value]
        return with_value(posting, list_path, [*present, *(item for item in new if item not in present)])
    if isinstance(value, list):
        return with_value(posting, list_path, [*present, *({path[-1]: item} for item in value)])
    return with_value(posting, list_path, [{**(present[0] if present else {}), path[-1]: value}])


def with_golds(cases: list[Case], golds: Mapping[str, Gold]) -> list[Case]:
    """The cases that `golds` labels, with that gold in place of their own.

    Raises ValueError for a gold without a case.
    """
    by_id = {case.id: case for case in cases}
    lost = sorted(golds.keys() - by_id.keys())
    if lost:
        raise ValueError(f"gold for unknown cases: {', '.join(lost)}")
    return [replace(by_id[id_], gold=gold, body=None) for id_, gold in golds.items()]
