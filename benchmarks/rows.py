"""Postings to measure with: the committed cases, each again and again with a number of its own, and what
a model that makes no mistakes would reply to each.

The number makes texts distinct, so that neither the reply cache nor a batch takes two for one; it also
tells the provider which reply is asked for.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases import Case, load_cases
from extractor.document import read_document
from extractor.errors import ExtractorError
from extractor.outline import Outline, outline
from extractor.records import Document
from extractor.sections import LISTS


@dataclass(frozen=True)
class Posting:
    """One posting to ask about; `reply` says which of `replies` belongs to it."""

    id: str
    text: str
    reply: int


@functools.cache
def _cases() -> tuple[Case, ...]:
    """The cases that are text and advertise a job."""
    return tuple(case for case in load_cases() if case.format == "text" and case.gold.posting is not None)


def postings(count: int, first: int = 0) -> Iterator[Posting]:
    """`count` distinct postings, in turn over the cases; other numbers with another `first`."""
    cases = _cases()
    for number in range(first, first + count):
        reply = number % len(cases)
        head, gap, rest = cases[reply].text.partition("\n")
        mark = f"B{reply}-{number}"
        yield Posting(f"{number:07}", f"{head}{gap}Reference number: {mark}\n{rest}", reply)


def write_jsonl(path: Path, count: int, first: int = 0) -> None:
    """The postings as a batch reads them: a row of id and text a line."""
    with path.open("w", encoding="utf-8") as file:
        for posting in postings(count, first):
            file.write(json.dumps({"id": posting.id, "text": posting.text}, ensure_ascii=False) + "\n")


@functools.cache
def numbered_replies() -> tuple[str, ...]:
    """What a faultless model answers to the question of the strategy `numbered`, by posting's `reply`."""
    return tuple(_numbered(posting) for posting in postings(len(_cases())))


def _numbered(posting: Posting) -> str:
    gold = _cases()[posting.reply].gold.posting or {}
    pieces = _outline(posting.text)
    lists = {
        label: ", ".join(str(n) for n, piece in enumerate(pieces.verdicts, start=1) if piece.label == label)
        for label in LISTS
    }
    skills = gold.get("skills") or []

    def said(quotes: Iterable[str | None]) -> list[str]:
        """Those that stand in the posting: what does not is asked for again."""
        return [quote for quote in quotes if quote and pieces.locate(quote)]

    return json.dumps(
        {
            "is_job_posting": True,
            "title": next(iter(said([gold.get("title")])), None),
            "company": next(iter(said([(gold.get("company") or {}).get("name")])), None),
            "locations": said(place.get("text") for place in gold.get("locations") or []),
            **lists,
            "other_jobs": "",
            "hard_skills": said(skill["name"] for skill in skills if skill.get("kind") == "hard"),
            "soft_skills": said(skill["name"] for skill in skills if skill.get("kind") == "soft"),
        },
        ensure_ascii=False,
    )


def _outline(text: str) -> Outline:
    try:
        document: Document = read_document(text)
    except ExtractorError as error:  # pragma: no cover - the cases are readable
        raise ValueError(f"a case is no posting: {error.message}") from error
    return outline(document)


def whole_replies() -> tuple[str, ...]:
    """What a faultless model answers to a plain call for the whole record, by posting's `reply`."""
    return tuple(json.dumps(_bare(case.gold.posting), ensure_ascii=False) for case in _cases())


def _bare(value: Any) -> Any:
    """The gold without what is absent."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if item not in (None, [], {})}
    return [_bare(item) for item in value] if isinstance(value, list) else value
