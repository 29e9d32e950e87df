"""What code sees of a document before any model is asked: its pieces, what each is, where it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from extractor.fields.skills import is_glued, split_glued
from extractor.instructions import find_instructions
from extractor.records import Document, Span
from extractor.sections import Verdict, label_segments
from extractor.segments import Segment, split_segments

# A page's other jobs come after its own; nothing so early in the text can be the start of them.
EARLIEST_END = 500
_SNIPPET = re.compile(r"\.\.\.|…")


@dataclass(frozen=True)
class Outline:
    """A document's pieces in order. `end` is where this posting ends and the page's other jobs begin;
    `withheld` are stretches that speak to a model: shown to none, read by nothing."""

    document: Document
    language: str | None
    end: int
    segments: tuple[Segment, ...]
    verdicts: tuple[Verdict, ...]
    withheld: tuple[Span, ...] = ()

    @cached_property
    def body(self) -> str:
        """The text up to the other jobs, blank where it is withheld; offsets are the document's."""
        body = self.document.text[: self.end]
        for span in self.withheld:
            body = body[: span.start] + re.sub(r"\S", " ", body[span.start : span.end]) + body[span.end :]
        return body

    def is_withheld(self, span: Span) -> bool:
        """Whether a span touches a withheld stretch."""
        return any(span.start < other.end and other.start < span.end for other in self.withheld)

    def words(self, span: Span) -> str:
        """The text of a span."""
        return self.document.text[span.start : span.end]

    def labelled(self, *labels: str) -> Iterator[Verdict]:
        """The pieces with one of these labels, in order."""
        return (verdict for verdict in self.verdicts if verdict.label in labels)

    def under(self, *sections: str) -> Iterator[Verdict]:
        """The pieces under a heading of one of these sections, in order."""
        return (verdict for verdict in self.verdicts if verdict.section in sections)

    def verdict_at(self, position: int) -> Verdict | None:
        """The piece that a position falls into."""
        for verdict in self.verdicts:
            if verdict.segment.span.start <= position < verdict.segment.span.end:
                return verdict
        return None

    @cached_property
    def header_end(self) -> int:
        """Where the lines at the top (title, employer, place, facts) give way to the posting's body."""
        for segment in self.segments:
            if segment.kind == "heading" and segment.section is not None and segment.span.start > 0:
                return segment.span.start
            if segment.span.end - segment.span.start > 120:
                return segment.span.start
        return self.end


def outline(document: Document, language: str | None) -> Outline:
    """Cut and judge a document."""
    segments = cut(document.text, language)
    end = find_end(document.text, segments)
    withheld = tuple(span for span in find_instructions(document.text, segments) if span.start < end)
    own = tuple(
        segment
        for segment in segments
        if segment.span.start < end and not any(s.start <= segment.span.start < s.end for s in withheld)
    )
    return Outline(document, language, end, own, tuple(label_segments(document.text, own)), withheld)


def cut(text: str, language: str | None) -> tuple[Segment, ...]:
    """The pieces of a text, glued runs of items as their items."""
    return tuple(_unglue(text, split_segments(text, language=language)))


def _unglue(text: str, segments: tuple[Segment, ...]) -> Iterator[Segment]:
    """Runs of items glued together ("PandasNumPyScikit-learn") as their items."""
    for segment in segments:
        said = text[segment.span.start : segment.span.end]
        if segment.kind == "heading" or "\n" in said or not is_glued(said):
            yield segment
            continue
        for item in split_glued(said):
            span = Span(segment.span.start + item.span.start, segment.span.start + item.span.end)
            yield replace(segment, span=span, kind="bullet")


def find_end(text: str, segments: tuple[Segment, ...]) -> int:
    """Where the page's other jobs begin: at a heading that says so, or at the first of several
    search-result snippets ("...build and run... ...you will need...")."""
    ends = [len(text)]
    for segment in segments:
        if segment.section == "other_jobs" and segment.span.start >= min(EARLIEST_END, len(text) / 3):
            ends.append(segment.span.start)
            break
    snippets = [line for line in _lines(text) if len(_SNIPPET.findall(text, line.start, line.end)) >= 3]
    if len(snippets) >= 3 and snippets[0].start >= EARLIEST_END:
        ends.append(snippets[0].start)
    return min(ends)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        yield Span(start, stop)
        start = stop + 1
