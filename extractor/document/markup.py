"""HTML to a flow: its visible text, with marks where the layout will break lines.

The marks are code points that Unicode keeps for internal use. `layout.py` turns them into lines.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import Final, NamedTuple

from extractor.document.tokens import Tag, scan
from extractor.mapped import MappedText

BREAK: Final = "\ufdd0"  # <br>, or a line end that counts
LINE: Final = "\ufdd1"  # edge of a block
PARAGRAPH: Final = "\ufdd2"  # edge of a block that blank lines set off
ROW: Final = "\ufdd3"  # start or end of a table row
CELL: Final = "\ufdd4"  # start of a table cell
SEAM: Final = "\ufdd5"  # two inline elements touch: perhaps two words, perhaps one
SPACE: Final = "\ufdd6"  # two inline elements touch that are drawn apart
ITEM_END: Final = "\ufdd7"
ITEMS: Final = "".join(map(chr, range(0xFDE0, 0xFDEA)))  # start of a list item, by depth
MARKS: Final = "\ufdd0-\ufdef"  # as a range in a regular expression

_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 blockquote pre hr article section header footer main nav aside figure form"
    " fieldset details dl table address ul ol menu".split()
)
_LINES = frozenset(
    "div li dd center option summary legend button figcaption caption body html dialog".split()
)
_EDGE = {**dict.fromkeys(_PARAGRAPHS, PARAGRAPH), **dict.fromkeys(_LINES, LINE), "tr": ROW}
_OPENING = {**_EDGE, "br": BREAK, "dt": ROW, "dd": CELL, "td": CELL, "th": CELL}
_CLOSING = {**_EDGE, "br": BREAK}
_VOID = frozenset("br hr img input meta link wbr area base col embed source track param frame".split())
_UNSEEN = frozenset("template noscript select datalist svg math canvas object audio video".split())
_LISTS = frozenset({"ul", "ol", "menu"})
_DRAWN_APART = frozenset({"a", "label"})

_TELLING = re.compile(
    r"hidden|display\s*:|visibility\s*:|white-space\s*:|font-size\s*:|clip|transform\s*:|color\s*:|-\d{3}",
    re.IGNORECASE,
)
# What has no other use than to hide. Opacity and height of none are not here: pages fade and fold their
# text so, and scripts show it.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:left|right|top|bottom|text-indent|margin(?:-left|-top)?)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*(?:0|1px)|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)"
    r"|transform\s*:[^;]*scale\(\s*0\s*[,)]"
    r"|(?<![\w-])color\s*:\s*(?:transparent|rgba\([^)]*,\s*0?(?:\.0+)?\s*\))(?![^;]*;?.*background-clip)",
    re.IGNORECASE,
)
_TINY = re.compile(r"(?:^|;|\s)(?:max-)?(?:width|height)\s*:\s*[01]px", re.IGNORECASE)
_CUTTING = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_FONT_SIZE = re.compile(
    r"(?<![\w-])font-size\s*:\s*(?P<zero>0(?:\.0+)?(?:px|em|rem|pt|%)?\s*(?=;|!|$))?", re.IGNORECASE
)
_INK = re.compile(r"(?<![\w-])color\s*:\s*(?P<colour>#\w{3,6}|[a-z]+)", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*(?P<colour>#\w{3,6}|[a-z]+)\s*(?:;|$|!)", re.IGNORECASE)
_NAMED = {"white": "#ffffff", "black": "#000000"}
_LINE_KEEPING = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)

# Within one stretch of text a line end counts where a list item, a sentence or a paragraph begins:
# authors paste plain text into one element about as often as editors wrap long lines.
_MEANT_LINE_END = re.compile(
    r"\n(?=[ \t]*(?:[•·∙▪■●◦○–—*-]|\d{1,2}[.)]|o(?=\t))[ \t]+\S)"
    r"|(?<=[.:;!?])[ \t\r]*+\n(?=[ \t]*+[^\W_a-z])"
    r"|(?<=\S)[ \t\r]*+\n[ \t\r]*+\n(?=\s*+\S)"
)
_MARK_IN_SOURCE = re.compile(f"[{MARKS}]")


class Flow(NamedTuple):
    """What a document shows, what it hides, and its scripts of linked data (JSON-LD)."""

    text: MappedText
    hidden_length: int  # characters of elements that their attributes hide
    linked_data: tuple[MappedText, ...]


def read_markup(markup: MappedText, *, keep_hidden: bool = False) -> Flow:
    """The flow of an HTML document or fragment, well-formed or not; `keep_hidden` shows all of it."""
    reader = _Reader(markup.recoded(_MARK_IN_SOURCE.sub("\ufffd", markup.text)), keep_hidden)
    reader.read()
    text = MappedText("".join(reader.parts), reader.starts, reader.ends)
    return Flow(text, reader.hidden_length, tuple(reader.linked_data))


class _Element(NamedTuple):
    """An open element; what it changed is undone when it closes."""

    tag: Tag
    unseen: bool
    hidden: bool
    keeps_lines: bool
    is_shrunk: bool  # whether letters had no size before it


class _Reader:
    """Walks the tags of one document; a stack of open elements, no tree, no recursion."""

    def __init__(self, markup: MappedText, keep_hidden: bool) -> None:
        self.markup = markup
        self.keep_hidden = keep_hidden
        self.parts: list[str] = []
        self.starts, self.ends = array("i"), array("i")
        self.hidden_length = 0
        self.linked_data: list[MappedText] = []
        self.open: list[_Element] = []
        self.counts: Counter[str] = Counter()  # of open elements, by name
        self.lists: list[tuple[str, int]] = []  # open lists and items: name, index in `open`
        self.unseen = self.hidden = self.keeping_lines = 0  # open elements that do so
        self.is_shrunk = False  # letters have no size here
        self.inline_end: tuple[int, Tag] | None = None  # last inline end tag: its end, what it closed

    def read(self) -> None:
        position = 0
        for tag in scan(self.markup.text):
            if tag.start > position:
                self.add_text(position, tag.start)
            if tag.closes:
                self.close(tag)
            elif tag.name:
                self.start(tag)
            position = tag.content_end
        self.add_text(position, len(self.markup.text))

    def add_text(self, start: int, end: int) -> None:
        text = self.markup.text[start:end]
        if self.unseen or self.hidden or self.is_shrunk:
            self.hidden_length += 0 if self.unseen else len(text.strip())
            return
        if "\n" in text:
            if not self.open or self.keeping_lines:
                text = text.replace("\n", BREAK)
            elif not text.isspace():
                text = _MEANT_LINE_END.sub(lambda match: match[0].replace("\n", BREAK), text)
        self.parts.append(text)
        self.starts += self.markup.starts[start:end]
        self.ends += self.markup.ends[start:end]

    def mark(self, mark: str, tag: Tag) -> None:
        if not self.unseen and not self.hidden:
            if mark == PARAGRAPH and (self.counts["li"] or self.counts["td"] or self.counts["th"]):
                mark = LINE  # items and cells stay together
            self.parts.append(mark)
            self.starts.append(self.markup.starts[tag.start])
            self.ends.append(self.markup.starts[tag.start])

    def start(self, tag: Tag) -> None:
        name = tag.name
        if name == "li":
            self.start_item(tag)
        elif name in _OPENING:
            self.mark(_OPENING[name], tag)
        elif self.inline_end and self.inline_end[0] == tag.start:
            self.mark(_seam(self.inline_end[1], tag), tag)
        if tag.content_end > tag.end:
            if name == "script" and "ld+json" in tag.raw_attributes.lower():
                self.linked_data.append(self.markup.cut(tag.end, tag.content_end))
        elif name not in _VOID and not tag.is_empty:
            self.push(tag)

    def start_item(self, tag: Tag) -> None:
        if self.lists and self.lists[-1][0] == "li":  # the item before was left open
            index = self.lists[-1][1]
            while len(self.open) > index:
                self.pop()
        depth = sum(self.counts[name] for name in _LISTS)
        self.mark(ITEMS[max(0, min(depth, len(ITEMS)) - 1)], tag)

    def push(self, tag: Tag) -> None:
        hidden, keeps_lines, was_shrunk = False, tag.name == "pre", self.is_shrunk
        if tag.raw_attributes and _TELLING.search(tag.raw_attributes):
            attributes = tag.attributes()
            hidden = not self.keep_hidden and _is_hidden(attributes)
            keeps_lines = keeps_lines or bool(_LINE_KEEPING.search(attributes.get("style", "")))
            size = _FONT_SIZE.search(attributes.get("style", ""))
            if size and not self.keep_hidden:
                self.is_shrunk = bool(size["zero"])  # unlike the rest, an element inside may undo it
        hidden = hidden or (
            tag.name == "dialog" and not self.keep_hidden and not _OPEN.search(tag.raw_attributes)
        )
        element = _Element(tag, tag.name in _UNSEEN, hidden, keeps_lines, was_shrunk)
        if tag.name == "li" or tag.name in _LISTS:
            self.lists.append((tag.name, len(self.open)))
        self.open.append(element)
        self.counts[tag.name] += 1
        self.unseen += element.unseen
        self.hidden += hidden
        self.keeping_lines += keeps_lines

    def close(self, tag: Tag) -> None:
        closed = tag
        if self.counts[tag.name]:
            closed = self.pop()
            while closed.name != tag.name:
                closed = self.pop()
        if tag.name == "li":
            self.mark(ITEM_END, tag)
        if tag.name in _CLOSING:
            self.mark(_CLOSING[tag.name], tag)
        else:
            self.inline_end = tag.end, closed

    def pop(self) -> Tag:
        tag, unseen, hidden, keeps_lines, self.is_shrunk = self.open.pop()
        self.counts[tag.name] -= 1
        self.unseen -= unseen
        self.hidden -= hidden
        self.keeping_lines -= keeps_lines
        if self.lists and self.lists[-1][1] == len(self.open):
            self.lists.pop()
        return tag


def _seam(closed: Tag, opened: Tag) -> str:
    if closed.name != opened.name:
        return SEAM
    same_style = "class" in closed.raw_attributes and closed.raw_attributes == opened.raw_attributes
    return SPACE if same_style or opened.name in _DRAWN_APART else SEAM


_OPEN = re.compile(r"\bopen\b", re.IGNORECASE)


def _is_hidden(attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "")
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or bool(_HIDING.search(style))
        or (len(_TINY.findall(style)) > 1 and bool(_CUTTING.search(style)))
        or _is_ink_on_itself(style)
    )


def _is_ink_on_itself(style: str) -> bool:
    """Letters in the colour of their own ground."""
    ink, ground = _INK.search(style), _GROUND.search(style)
    return bool(ink and ground) and _colour(ink) == _colour(ground)


def _colour(match: re.Match[str] | None) -> str:
    name = match["colour"].lower() if match else ""
    if re.fullmatch(r"#\w{3}", name):
        return "#" + "".join(2 * digit for digit in name[1:])
    return _NAMED.get(name, name)
