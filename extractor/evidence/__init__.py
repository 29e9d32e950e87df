"""Where a value stands: a quote, copied by a model or found by code, as a place in the posting.

A quote is looked for as it is, then with case, accents, dashes, quotation marks and spaces folded,
then with the joints of glued lists as word boundaries ("PandasNumPyScikit-learn"), then with small
slips of the copyist. It is always whole words that are found, and never another number: "Java" is
not in "JavaScript", "40" not in "40,000" nor in "40k".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from extractor.evidence.boundaries import is_glued, is_whole
from extractor.evidence.folding import fold, folded_text, trim
from extractor.evidence.similarity import find_similar
from extractor.mapped import MappedText, without_surrogates
from extractor.records import Document, Span
from extractor.schema import Evidence, Extraction

__all__ = ["Match", "Place", "find_origin", "find_quote", "to_evidence", "verify"]

Match = Literal["exact", "normalised", "fuzzy"]
Place = tuple[Span, Match]

# How many occurrences are looked at: a letter stands inside the words of a long text by the
# hundred thousand, at 3 µs a look, and at 20 µs where joints are counted.
_MAX_TRIED = 20_000
_MAX_TRIED_GLUED = 200


def find_quote(
    document: Document | str, quote: str, *, near: int | None = None, within: Span | None = None
) -> Place | None:
    """The place of `quote` in the document's text, and how well it fits; None if it is not there.

    Of several equally good places the one closest to the offset `near`, else the first. `within`
    limits the search. All offsets are code points of `Document.text` (or of the string given).
    """
    text = document if isinstance(document, str) else document.text
    quote = quote.strip()
    limits = within or Span(0, len(text))
    if not quote or limits.start >= limits.end:
        return None
    for stands_alone, tried in ((is_whole, _MAX_TRIED), (is_glued, _MAX_TRIED_GLUED)):
        for match, spans in _literal_places(text, quote, limits):
            alone = (span for span in islice(spans, tried) if stands_alone(text, span))
            span = _closest(alone, near)
            if span is not None:
                return span, match
    span = find_similar(text, quote, near, limits)
    return None if span is None else (span, "fuzzy")


def to_evidence(document: Document, span: Span, match: Match) -> Evidence:
    """The evidence for a range of `document.text`, with the offsets and the words of its source.

    Raises ValueError where the range holds nothing that stands in the source.
    """
    origin = find_origin(document, span)
    if origin is None:
        raise ValueError(f"text[{span.start}:{span.end}] holds nothing of the source")
    quote = document.source[origin.start : origin.end]
    return Evidence(start=origin.start, end=origin.end, quote=quote, match=match)


def find_origin(document: Document, span: Span) -> Span | None:
    """Where in the source the words of a span stand; None where it has none, or reading put them there."""
    said = document.text[span.start : span.end]
    start, end = span.start + len(said) - len(said.lstrip()), span.start + len(said.rstrip())
    if start >= end:
        return None
    origin = document.to_source(Span(start, end))
    return origin if origin.start < origin.end else None


def verify(extraction: Extraction, source: str) -> list[str]:
    """What is wrong with an extraction's evidence; empty if every value is proven.

    Each quote must be `source[start:end]`; each leaf of the posting must have evidence at its
    pointer or at that of an object or list around it, or a warning that names it.
    """
    source = without_surrogates(source)
    posting = extraction.posting.model_dump(mode="json") if extraction.posting else None
    leaves = dict(_leaves(posting))
    problems = []
    for pointer, places in extraction.evidence.items():
        if not any(leaf == pointer or leaf.startswith(f"{pointer}/") for leaf in leaves):
            problems.append(f"{pointer}: evidence for a value that is not in the posting")
        problems += [
            f"{pointer}: the quote is {place.quote!r}, the text at {place.start}:{place.end} is"
            f" {source[place.start : place.end]!r}"
            for place in places
            if not place.quote or source[place.start : place.end] != place.quote
        ]
    supported = {pointer for pointer, places in extraction.evidence.items() if places and pointer}
    supported |= {warning.pointer for warning in extraction.warnings if warning.pointer}
    problems += [
        f"{leaf}: {value!r} has neither evidence nor a warning"
        for leaf, value in leaves.items()
        if not any(around in supported for around in _and_parents(leaf))
    ]
    return problems


def _leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{index}")
    elif value is not None:
        yield pointer, value


def _and_parents(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _literal_places(text: str, quote: str, limits: Span) -> Iterator[tuple[Match, Iterator[Span]]]:
    yield "exact", _occurrences(text, quote, limits)
    folded = folded_text(text)
    needle = fold(quote).text.strip()
    for form in dict.fromkeys((needle, trim(needle))):
        if form:
            yield "normalised", _folded_occurrences(folded, form, limits)


def _occurrences(text: str, needle: str, limits: Span) -> Iterator[Span]:
    start = text.find(needle, limits.start, limits.end)
    while start >= 0:
        yield Span(start, start + len(needle))
        start = text.find(needle, start + 1, limits.end)


def _folded_occurrences(folded: MappedText, needle: str, limits: Span) -> Iterator[Span]:
    for found in _occurrences(folded.text, needle, Span(0, len(folded.text))):
        span = Span(folded.starts[found.start], folded.ends[found.end - 1])
        if limits.start <= span.start and span.end <= limits.end:
            yield span


def _closest(spans: Iterator[Span], near: int | None) -> Span | None:
    if near is None:
        return next(spans, None)
    return min(spans, key=lambda span: abs(span.start - near), default=None)
