"""What code sees of a document before any model is asked: its pieces, what each is, where it ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from extractor.evidence import Place, find_quote
from extractor.fields.language import detect_language
from extractor.fields.skills import is_glued, split_glued
from extractor.instructions import find_instructions
from extractor.patterns import Pattern
from extractor.records import Document, Span
from extractor.sections import Placed, Verdict, is_plus, is_required, label_pieces, place
from extractor.segments import Segment, split_segments

# A page's other jobs come after its own; nothing so early in the text can be the start of them.
EARLIEST_END = 500
_SNIPPET = re.compile(r"\.\.\.|…")


@dataclass(frozen=True)
class Outline:
    """A document's pieces in order. `end` is where this posting ends and the page's other jobs begin;
    `withheld` are stretches that a strategy keeps out, as of other jobs; `left_out` counts the passages
    that speak to a model: `document` is without them; `judged` are the verdicts of a strategy's model."""

    document: Document
    language: str | None
    end: int
    segments: tuple[Segment, ...]
    withheld: tuple[Span, ...] = ()
    left_out: int = 0
    judged: tuple[Verdict, ...] | None = None

    @cached_property
    def pieces(self) -> tuple[Placed, ...]:
        """The segments that are no headings, each with what surrounds it."""
        return tuple(place(self.document.text, self.segments))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What each of the pieces is: as somebody judged, else as the fitted chain sees it."""
        return tuple(label_pieces(self.pieces)) if self.judged is None else self.judged

    @cached_property
    def body(self) -> str:
        """The text up to the other jobs, blank where it is withheld; offsets are the document's."""
        return _without(self.document.text, self.withheld)[: self.end]

    def is_withheld(self, span: Span) -> bool:
        """Whether a span touches a withheld stretch."""
        return span.overlaps(*self.withheld)

    def locate(self, quote: str) -> Place | None:
        """The first place of a quote in this posting, outside what is withheld."""
        start = 0
        while (found := find_quote(self.document, quote, within=Span(start, self.end))) is not None:
            if not self.is_withheld(found[0]):
                return found
            start = found[0].end
        return None

    def words(self, span: Span) -> str:
        """The text of a span."""
        return self.document.text[span.start : span.end]

    def under(self, *sections: str) -> Iterator[Verdict]:
        """The pieces under a heading of one of these sections, in order."""
        return (verdict for verdict in self.verdicts if verdict.section in sections)

    def verdict_at(self, position: int) -> Verdict | None:
        """The piece that a position falls into."""
        at = bisect_right(self._starts, position) - 1
        return self.verdicts[at] if at >= 0 and position < self.verdicts[at].segment.span.end else None

    @cached_property
    def _starts(self) -> list[int]:
        return [verdict.segment.span.start for verdict in self.verdicts]

    @cached_property
    def header_end(self) -> int:
        """Where the lines at the top (title, employer, place, facts) give way to the posting's body."""
        for segment in self.segments:
            if segment.kind == "heading" and segment.section is not None and segment.span.start > 0:
                return segment.span.start
            if segment.span.end - segment.span.start > 120:
                return segment.span.start
        return self.end


def outline(document: Document, language: str | None = None) -> Outline:
    """Cut and judge a document, as if what speaks to a model had never stood in it; its language is told
    from the rest, unless it is given."""
    told = language or detect_language(document.text)
    segments = cut(document.text, told)
    spans = _merged([*find_instructions(document.text, segments), *_find_disguised(document, segments)])
    left_out = len(spans)
    for _ in range(_MOST_PASSES):  # what is left may speak to a model across the place of what is gone
        if not spans:
            break
        document = _cut_out(document, spans)
        told = language or detect_language(document.text)
        segments = cut(document.text, told)
        spans = _merged(find_instructions(document.text, segments))
    end = find_end(document.text, segments)
    own = tuple(segment for segment in segments if segment.span.start < end)
    return Outline(document, told, end, own, left_out=left_out)


_MOST_PASSES = 4
# What is left of a line whose words are gone: its bullet, hashes, rules.
_LEFTOVER = re.compile(r"[\W_]*")


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _cut_out(document: Document, spans: Iterable[Span]) -> Document:
    """The document without some stretches, and without the lines of which nothing else is left."""
    text, starts, ends = document.text, document.starts[:0], document.ends[:0]
    kept, position = "", 0
    for span in spans:
        line = text.rfind("\n", 0, span.start) + 1
        stop = text.find("\n", span.end)
        stop = len(text) if stop < 0 else stop
        start, end = span.start, span.end
        if _LEFTOVER.fullmatch(text, line, start) and _LEFTOVER.fullmatch(text, end, stop):
            start, end = line, stop
            while end < len(text) and text[end] == "\n" and end - stop < 3:
                end += 1
        start = max(start, position)
        kept += text[position:start]
        starts, ends = starts + document.starts[position:start], ends + document.ends[position:start]
        position = max(position, end)
    return replace(
        document,
        text=kept + text[position:],
        starts=starts + document.starts[position:],
        ends=ends + document.ends[position:],
    )


def _without(text: str, withheld: Iterable[Span]) -> str:
    """The text, blank where it is withheld."""
    for span in withheld:
        text = text[: span.start] + re.sub(r"\S", " ", text[span.start : span.end]) + text[span.end :]
    return text


def _find_disguised(document: Document, segments: Iterable[Segment]) -> Iterator[Span]:
    """The pieces whose source holds characters that no reader sees and models read, or that turn the
    direction of its letters, so that what is read is not what is shown."""
    source = document.source
    marks = [match.start(1) for match in _UNSEEN.finditer(source) if match[1]]
    for segment in segments if marks else ():
        start, end = document.starts[segment.span.start], document.ends[segment.span.end - 1]
        start = max(source.rfind(edge, 0, start) for edge in "\n>")
        stops = [stop for edge in "\n<" if (stop := source.find(edge, end)) >= 0]
        if any(start < mark < min(stops, default=len(source)) for mark in marks):
            yield segment.span


# Tags and variation selectors in a row, overrides of direction; the flags of nations are made of tags too.
_UNSEEN = re.compile(
    "\U0001f3f4[\U000e0020-\U000e007f]+"
    "|([\U000e0000-\U000e007f]{4,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}|[\u202d\u202e])"
)


def cut(text: str, language: str | None) -> tuple[Segment, ...]:
    """The pieces of a text, glued runs of items as their items."""
    return tuple(_part_pluses(text, _unglue(text, split_segments(text, language=language))))


# "Knows Java, ideally brings Unix too" is two items, "a degree, preferably in physics" is one.
_PLUS_BEGINS = Pattern(
    r"(?<=[\w)%]),?\s+(?:(?:and|und|en|et|y|och|og|e|i)\s+)?"
    r"(?=(?:ideally|preferably|idealerweise|vorzugsweise|bij voorkeur|idéalement|de préférence|"
    r"preferiblemente|preferentemente|idealmente|preferibilmente|preferencialmente|"
    r"helst|gärna|gjerne|gerne auch|najlepiej|se valorar(?:á|an|án)|se valora)\s+"
    r"(?!in\b|im\b|with\b|mit\b|met\b|aus\b|from\b|at\b|within\b|of\b|en\b|dans\b|de\b|i\b|inom\b|nel|em\b|w\b|z\b))"
)
# "Fluent German; Slovene would be a plus" is two as well, and with a comma where what follows stands by
# itself: "Driving licence needed, first aid would be nice", "Spanish helps, but a licence is a must".
_MAY_PART = re.compile(
    r"(?P<mark>[;,])(?<=[\w)%][;,])\s+(?:(?:and|but|und|aber|et|mais|y|pero|e|ma|en|maar|och|og|men|i|ale)\s+)?"
)
_VERB = re.compile(
    r"\b(?:would be|is|are|wäre|ist|sind|serait|est|sont|sería|es|sarebbe|è|zou|vore|"
    r"är|ville være|er|helps?|strekt)\b"
)
# What begins so leans on the words before the mark.
_LEANS = re.compile(
    r"(?:would|is|are|it|that|this|these|which|then|so|wäre|ist|sind|das|dies|es|dann|so|serait|est|sont|ça|cela|ce|"
    r"c['’]est|alors|sería|esto|eso|entonces|sarebbe|è|questo|allora|zou|dat|dan|vore|är|det|då|ville|er|så|to|jest)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3  # on either side
_MOST_MARKS = 30  # what has more is no item


def _part_pluses(text: str, segments: Iterable[Segment]) -> Iterator[Segment]:
    """An item that asks for one thing and would like another, as two."""
    for segment in segments:
        start, stop = segment.span.start, segment.span.end
        gap = None if segment.kind == "heading" else _find_plus(text, segment.span)
        if (
            gap is None
            or min(len(text[start : gap.start].split()), len(text[gap.end : stop].split())) < _FEWEST_WORDS
        ):
            yield segment
            continue
        yield replace(segment, span=Span(start, gap.start))
        yield replace(segment, span=Span(gap.end, stop))


def _find_plus(text: str, span: Span) -> Span | None:
    """The mark between what an item asks for and what it would like."""
    begins = _PLUS_BEGINS.search(text, span.start, span.end)
    if begins is not None:
        return Span(*begins.span())
    said = text[span.start : span.end]
    if not ("," in said or ";" in said) or not is_plus(said):
        return None
    for mark in islice(_MAY_PART.finditer(said), _MOST_MARKS):
        left, right = said[: mark.start()], said[mark.end() :]
        if not _LEANS.match(right) and _are_apart(left, right, loosely=mark["mark"] == ","):
            return Span(span.start + mark.start(), span.start + mark.end())
    return None


def _are_apart(left: str, right: str, *, loosely: bool) -> bool:
    """Whether one side is asked for and the other welcome; at a comma, which parts the words of a list as
    often, each side says so itself."""
    plus_left, plus_right = is_plus(left), is_plus(right)
    if plus_left == plus_right or (loosely and "," in (left if plus_left else right)):
        return False
    if plus_left:
        return is_required(right)
    return not loosely or bool(_VERB.search(right))


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
