"""A posting's text with the places of gold and of predicted values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from eval.cases import Case
from eval.outcomes import Outcome, Score
from eval.predictions import Prediction
from eval.reading import read_case, to_text
from extractor.records import Document, Span


class Piece(NamedTuple):
    """A stretch of text that the same gold and predicted values cover; `kind`: "", gold, predicted, both."""

    text: str
    kind: str
    label: str


def mark_text(case: Case, scores: Iterable[Score], answer: Prediction | None) -> list[Piece]:
    """The text cut where a value begins or ends. Gold is found by its words, answers by their evidence."""
    document = read_case(case)
    golds = _gold_places(document.text, scores)
    predicteds = (
        _evidence_places(document, answer)
        if answer and answer.evidence
        else _predicted_places(document.text, scores)
    )
    return _cut(document.text, golds, predicteds)


Places = list[tuple[Span, str]]


def _gold_places(text: str, scores: Iterable[Score]) -> Places:
    return [
        (span, score.field)
        for score in scores
        if score.outcome in (Outcome.COR, Outcome.INC, Outcome.MIS)
        for words in _words_of(score.gold)
        if (span := find_words(text, words))
    ]


def _predicted_places(text: str, scores: Iterable[Score]) -> Places:
    return [
        (span, score.field)
        for score in scores
        if score.outcome in (Outcome.COR, Outcome.INC, Outcome.SPU)
        for words in _words_of(score.predicted)
        if (span := find_words(text, words))
    ]


def _evidence_places(document: Document, answer: Prediction) -> Places:
    places = []
    for pointer, found in answer.evidence.items():
        label = ".".join(part for part in pointer.split("/") if part and not part.isdigit())
        for evidence in found:
            span = to_text(document, Span(int(evidence["start"]), int(evidence["end"])))
            if span:
                places.append((span, label))
    return places


def _words_of(value: Any) -> list[str]:
    """The words by which a value may be found; numbers and closed values have none of their own."""
    if isinstance(value, Mapping):
        return [words for key in ("text", "name") for words in _words_of(value.get(key))]
    return (
        [value]
        if isinstance(value, str) and not re.fullmatch(r"[a-z_]{2,14}|[A-Z]{2,3}|[\d-]+", value)
        else []
    )


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


def find_words(text: str, words: str) -> Span | None:
    """The first place of the words, whatever the spaces and the case between them."""
    found = _pattern(words).search(text) if words.strip() else None
    return Span(*found.span()) if found else None


def _cut(text: str, golds: Places, predicteds: Places) -> list[Piece]:
    bounds = {0, len(text)}
    for span, _ in (*golds, *predicteds):
        bounds |= {span.start, span.end}
    cuts = sorted(bounds)
    return [_piece(text, start, end, golds, predicteds) for start, end in pairwise(cuts) if start < end]


def _piece(text: str, start: int, end: int, golds: Places, predicteds: Places) -> Piece:
    gold, predicted = (
        sorted({label for span, label in places if span.start <= start and end <= span.end})
        for places in (golds, predicteds)
    )
    kind = "both" if gold and predicted else "gold" if gold else "predicted" if predicted else ""
    told = [
        f"{what}: {', '.join(labels)}"
        for what, labels in (("gold", gold), ("predicted", predicted))
        if labels
    ]
    return Piece(text[start:end], kind, "; ".join(told))
