"""Flow to lines: blocks on lines of their own, blank lines around paragraphs, items with "- "."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extractor.document.markup import (
    BREAK,
    CELL,
    ITEM_END,
    ITEMS,
    LINE,
    MARKS,
    PARAGRAPH,
    ROW,
    SEAM,
    SPACE,
)
from extractor.mapped import Edit, MappedText

_MAX_NEWLINES = 3  # two blank lines
_SPACES = re.compile(r"[ \t\n]{2,}|[\t\n]")
_GAP = re.compile(f" ?[{MARKS}][ {MARKS}]*| $|^ ")
_ITEM_OR_END = re.compile(f"[{ITEMS}{ITEM_END}]")
_BULLETS = frozenset("-*•·∙▪■●◦○–—▸►➢✓✔")
_DIVIDERS = frozenset("•·∙|–—")

_TRAILING_SPACES = re.compile(r"(?<![ \t])[ \t]++(?=\n)")
_BLANK_LINES = re.compile(r"\n{4,}")
_EDGES = re.compile(r"\A\s+|(?<!\s)\s+\Z")
# A PDF's text layer ends lines where the page does: a line goes on if the next one starts small.
_WRAPPED = re.compile(r"(?<=[\w,;&/(-])(?<![ \t])[ \t]*+\n[ \t]*+(?=[^\W\d_])(?!o\s)")


def lay_out_flow(flow: MappedText) -> MappedText:
    """Lines of a flow of markup, as its marks ask for; other white space is one space."""
    flow = flow.substituted(_SPACES, " ")
    return flow.rewritten(_gaps(flow.text), floating=True)


def lay_out_text(text: MappedText) -> MappedText:
    """Plain text with its own lines and indents, trailing spaces and surplus blank lines gone."""
    text = text.substituted(_TRAILING_SPACES, "").substituted(_BLANK_LINES, "\n" * _MAX_NEWLINES)
    return text.substituted(_EDGES, "")


def unwrap_lines(text: MappedText) -> MappedText:
    """The text of a PDF with its wrapped lines joined; a hyphen at a line's end stays."""
    return text.rewritten(
        (match.start(), match.end(), "" if text.text[match.start() - 1] == "-" else " ")
        for match in _WRAPPED.finditer(text.text)
        if text.text[match.end()].islower()
    )


_QUOTED_LINE = re.compile(r"^(?:>[ \t]?)+(?=[^>\n]*$)", re.MULTILINE)
# ">" marks items too; in a quoted mail lines are empty or hold several sentences.
_IS_MAIL = re.compile(r"^>[ \t>]*$|^>[^\n]*[^\W\d_]{3}[.!?] +[A-ZÀ-ÖØ-Þ¿¡]", re.MULTILINE)


def drop_quote_marks(text: MappedText) -> MappedText:
    """The text of a forwarded mail without the ">" that its lines begin with."""
    marks = list(_QUOTED_LINE.finditer(text.text)) if "\n>" in text.text else []
    if len(marks) < 2 or not _IS_MAIL.search(text.text):
        return text
    return text.rewritten((mark.start(), mark.end(), "") for mark in marks)


def unwrap_paragraphs(text: MappedText) -> MappedText:
    """Text that was filled to a width, as mails and small ads are, with its paragraphs on one line each.

    A line was broken where the next one's first word did not fit the width of the longest. That is believed
    of a text only where several such breaks stand in the middle of sentences, and hardly any others do.
    """
    lines = _lines_of(text.text)
    lengths = sorted(end - start for start, end in lines)
    width = lengths[int(_USUAL * (len(lengths) - 1))] if lengths else 0
    if not _NARROWEST <= width <= _WIDEST:
        return text
    breaks = [
        (
            end,
            following,
            _is_within_sentence(text.text, end, following),
            end - start + 1 + word > _FULL * width,
        )
        for (start, end), (following, stop) in pairwise(lines)
        if text.text.count("\n", end, following) == 1
        and not _MARKED.match(text.text, following)
        and text.text[end - 2 : end] not in _RULES
        and end - start <= _LONGEST * width
        for word in (len(text.text[following:stop].split(None, 1)[0]),)
    ]
    filled = sum(within for _, _, within, is_full in breaks if is_full)
    short = sum(within for _, _, within, is_full in breaks if not is_full)
    full = [(end, following) for end, following, _, is_full in breaks if is_full]
    if filled < _FEWEST_WRAPS or filled < _WRAPPED_SHARE * len(full) or short > filled * _SHORT_SHARE:
        return text
    return text.rewritten(
        (end, following, "" if _HYPHENED.match(text.text, end - 2) else " ")
        for end, following in full
        if text.text[end - 1] != ":" and not _LABEL.match(text.text, following)
    )


_NARROWEST, _WIDEST = 26, 100  # characters
_FULL = 0.9  # of the width: no filler is exact
_USUAL, _LONGEST = 0.92, 1.1  # a head or an address may be wider than the rest
_FEWEST_WRAPS = 3
_WRAPPED_SHARE = 0.4
_SHORT_SHARE = 0.25
_LINE = re.compile(r"[^\n]*\S")
_HYPHENED = re.compile(r"[^\W\d_]-")
_LABEL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w /&()'’-]{1,40}:(?!\S)")
_RULES = frozenset(("--", "==", "__", "**", "~~"))
_MARKED = re.compile(rf"[{re.escape(''.join(_BULLETS))}+>#|]|\(?\w{{1,3}}[.)]\s|[^\w\s]{{3}}")


def _lines_of(text: str) -> list[tuple[int, int]]:
    """Start and end of each line that holds anything, spaces trimmed."""
    return [(match.end() - len(match[0].lstrip()), match.end()) for match in _LINE.finditer(text)]


def _is_within_sentence(text: str, end: int, following: int) -> bool:
    return text[following].islower() and text[end - 1] not in ".!?:;"


def _gaps(flow: str) -> Iterator[Edit]:
    tall_cell = False  # the cell before holds several lines: a bar would not read as a table
    for match in _GAP.finditer(flow):
        start, end = match.span()
        gap = match[0]
        if end == len(flow):
            new = ""
        elif CELL in gap and ROW not in gap:
            new, tall_cell = ("\n" if tall_cell else " | "), False
        else:
            new = _separator(gap, flow[start - 1 : start], flow[end])
            tall_cell = ROW not in gap and (tall_cell or "\n" in new)
        if start == 0:
            new = "- " if new.endswith("- ") else ""
        if new != gap:
            yield start, end, new


def _separator(gap: str, before: str, after: str) -> str:
    newlines = 2 if PARAGRAPH in gap else 1 if LINE in gap or ROW in gap else 0
    newlines = min(max(newlines, gap.count(BREAK)), _MAX_NEWLINES)
    markers = _ITEM_OR_END.findall(gap)
    if markers and markers[-1] != ITEM_END:
        marker = "" if after in _BULLETS else "- "
        return "\n" * max(newlines, 1) + "  " * ITEMS.index(markers[-1]) + marker
    if newlines:
        return "\n" * newlines
    if SPACE in gap or " " in gap:
        return " "
    return " " if SEAM in gap and _are_apart(before, after) else ""


def _are_apart(before: str, after: str) -> bool:
    """Whether two inline elements that touch are two words: 'Python' 'SQL', '3' 'years', '•'."""
    if before in _DIVIDERS or after in _DIVIDERS:
        return True
    if after.isupper() and (before.islower() or before.isdigit()):
        return True
    return (before.isalpha() and after.isdigit()) or (before.isdigit() and after.isalpha())
