"""What code sees of a document before any model is asked: its pieces, what each is, where this posting ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from extractor.records import Document, Span
from extractor.sections import Verdict, label_segments
from extractor.segments import Segment, split_segments

# A page's other jobs come after its own; nothing so early in the text can be the start of them.
EARLIEST_END = 500
_SNIPPET = re.compile(r"\.\.\.|…")


@dataclass(frozen=True)
class Outline:
    """A document's pieces in order. `end` is where this posting ends and the page's other jobs begin."""

    document: Document
    language: str | None
    end: int
    segments: tuple[Segment, ...]
    verdicts: tuple[Verdict, ...]

    @cached_property
    def body(self) -> str:
        """The text up to the other jobs; offsets are those of the document's text."""
        return self.document.text[: self.end]

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
    segments = split_segments(document.text, language=language)
    end = find_end(document.text, segments)
    own = tuple(segment for segment in segments if segment.span.start < end)
    return Outline(document, language, end, own, tuple(label_segments(document.text, own)))


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
