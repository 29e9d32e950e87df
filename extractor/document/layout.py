"""Flow to lines: blocks on lines of their own, blank lines around paragraphs, items with "- "."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
