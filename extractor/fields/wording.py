"""Text made ready for word lists, and where on a page a word stands.

The same word means much in one place and nothing in another: "Contract" in a column of its own is
an employment type, in a sentence it is paper. `Setting` names the places that tell these apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from extractor.patterns import Alternatives, AnyPattern, Pattern

Setting = Literal["title", "label", "column", "prose"]

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys(
            "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r", " "
        ),
        "：": ":",
        "／": "/",
        "（": "(",
        "）": ")",
    }
)
# A page without line breaks or stops is one sentence of thousands of words; each word in it asks for it.
_SENTENCE_REACH = 2_000
_SENTENCE_END = re.compile(r"[.!?;](?=\s)\s*|(?<=[a-zà-ÿ)])[.!?](?=[A-ZÀ-Ý])|[•·]\s*")

# What parts the columns of a header line: "Berlin · Full-time | Hybrid (Contract)".
_COLUMN_BREAK = re.compile(
    r"[·•|,;/()\[\]+&*:]|\s-+\s|-\s|\s(?:and|or|und|oder|et|ou|y|o|och|eller|en|of|e|i|og|ja|tai|lub)\s"
)
_STRONG_BREAK = re.compile("[·•|]")
_COLUMN_LINE_LENGTH = 160  # code points
_COLUMN_WORDS = 5
_HEADER_GAP = 8  # lines
_TITLE_LENGTH = 150  # code points
_LABEL_LENGTH = 40  # code points
_LABEL_LINE_LENGTH = 60  # code points; a longer line without a colon is a sentence


@lru_cache(maxsize=8)  # every finder folds the same posting
def fold(text: str) -> str:
    """Lower case with plain dashes, quotes and spaces; offsets stay those of `text`."""
    folded = text.lower()
    if len(folded) != len(text):  # "İ" grows when lowered
        folded = "".join(ch.lower() if len(ch.lower()) == 1 else ch for ch in text)
    return folded.translate(_ALIKE)


def words(*patterns: str) -> Pattern:
    """A pattern that finds any of the given ones as whole words of folded text."""
    return Pattern(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


def windows(folded: str, stems: Iterable[str], reach: int = 90) -> tuple[tuple[int, int], ...]:
    """Ranges around every occurrence of `stems`, joined where they meet.

    Plain strings are found fifty times faster than the long patterns that need one of them nearby.
    """
    return _windows(folded, tuple(stems), reach)


@lru_cache(maxsize=8)  # several patterns in a row are looked for around the same stems
def _windows(folded: str, stems: tuple[str, ...], reach: int) -> tuple[tuple[int, int], ...]:
    hits: list[int] = []
    for stem in stems:
        at = folded.find(stem)
        while at >= 0:
            hits.append(at)
            at = folded.find(stem, at + 1)
    ranges: list[tuple[int, int]] = []
    for hit in sorted(hits):
        start, end = max(0, hit - reach), hit + reach
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    return tuple((start, _next_space(folded, end)) for start, end in ranges)


def _next_space(text: str, position: int) -> int:
    while position < len(text) and not text[position].isspace():
        position += 1
    return min(position, len(text))


def find_near(pattern: AnyPattern, folded: str, ranges: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Matches of a pattern within ranges."""
    for start, end in ranges:
        yield from pattern.finditer(folded, start, end)


def end_of_last(pattern: AnyPattern | Alternatives, text: str) -> int:
    """Where the last match of a pattern ends; -1 where there is none."""
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def line_around(text: str, position: int) -> tuple[int, int]:
    """The range of the line that holds a position."""
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end < 0 else end


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the sentence, or the bullet, that holds `start` to `end`; of a very long one what is near."""
    first, last = line_around(text, start)[0], line_around(text, end)[1]
    first, last = max(first, start - _SENTENCE_REACH), min(last, end + _SENTENCE_REACH)
    for stop in _SENTENCE_END.finditer(text, first, start):
        first = stop.end()
    following = _SENTENCE_END.search(text, end, last)
    return first, following.start() + 1 if following else last


def title_span(text: str) -> tuple[int, int]:
    """The range of the first line, where it is short enough to be a title; else an empty one."""
    first = re.search(r"\S[^\n]*", text)
    if first is None or len(first[0].rstrip()) > _TITLE_LENGTH or first[0].rstrip()[-1] in ".!?:":
        return 0, 0
    return first.start(), first.start() + len(first[0].rstrip())


def setting_of(folded: str, start: int, end: int, labels: AnyPattern, company: AnyPattern) -> Setting:
    """Where a word stands: in the title, behind one of `labels`, in a header column, or in prose.

    `labels` matches a label's words at a line's start, `company` what else such header columns hold:
    half of the line's columns must be of their kind.
    """
    title_start, title_end = title_span(folded)
    if title_start <= start and end <= title_end:
        return "title"
    line_start, line_end = line_around(folded, start)
    label = labels.match(folded, line_start)
    if label and label.end() <= start and (":" in label[0] or line_end - line_start <= _LABEL_LINE_LENGTH):
        return "label"
    if (
        line_end - line_start <= _COLUMN_LINE_LENGTH
        and folded[line_start:line_end].rstrip()[-1:] not in ".!?"
    ):
        if label_above(folded, line_start, labels):
            return "label"
        first, last = column_around(folded, start, end)
        if (
            _STRONG_BREAK.search(folded, line_start, line_end)
            and folded[first:last].strip(" -*_`") == folded[start:end]
        ):
            return "column"
        columns = [
            column for column in _COLUMN_BREAK.split(folded[line_start:line_end]) if column.strip(" -")
        ]
        if columns and all(len(column.split()) <= _COLUMN_WORDS for column in columns):
            of_kind = sum(1 for column in columns if company.search(column))
            if of_kind * 2 >= len(columns):
                return "column"
    return "prose"


def label_above(folded: str, line_start: int, labels: AnyPattern) -> bool:
    """Whether the line before is nothing but a label: 'Employment type', its value below it."""
    end = line_start
    while end and folded[end - 1].isspace():
        end -= 1
    start = folded.rfind("\n", 0, end) + 1
    label = labels.match(folded, start) if 0 < end - start <= _LABEL_LENGTH else None
    return label is not None and not folded[label.end() : end].strip(" :*")


def column_around(folded: str, start: int, end: int) -> tuple[int, int]:
    """The range of the header column that holds `start` to `end`."""
    first, last = line_around(folded, start)
    for stop in _COLUMN_BREAK.finditer(folded, first, last):
        if stop.end() <= start:
            first = stop.end()
        elif stop.start() >= end:
            return first, stop.start()
    return first, last


def end_of_header(folded: str, columns: Iterable[int]) -> int:
    """The last of the header columns that stand close together; later ones are other jobs' headers."""
    last: int | None = None
    for start in sorted(columns):
        if last is not None and folded.count("\n", last, start) > _HEADER_GAP:
            break
        last = start
    return len(folded) if last is None else last


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Non-empty lines as ranges, without the spaces around them."""
    for line in re.finditer(r"[^\s][^\n]*", text):
        yield line.start(), line.start() + len(line[0].rstrip())
