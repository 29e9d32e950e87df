"""HTML as a stream of tags and text, each with its exact place; any input, in linear time.

Why not the standard library's html.parser: before its fix of June 2025 (python/cpython issue
135462, so in every older patch release that we support) it takes quadratic time on unclosed tags:
120 kB of "<a " cost it 178 s, measured; and it raises AssertionError on "<![". Tree builders
(lxml, selectolax, html5lib) do not say where in the source a character stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = r"<(?P<close>/?)(?P<name>[a-zA-Z][\w.-]*+(?::[\w.-]++)?)(?=[\s/>])"
# A quote opens a value only after "=", as in browsers; a stray one elsewhere swallows nothing.
_OPENING = re.compile(_NAME)
_TAG = re.compile(_NAME + r"(?P<attributes>[^>=]*+(?:=(?:\s*+(?:\"[^\"]*+\"|'[^']*+'))?+[^>=]*+)*+)>")
_TAG_WITHOUT_QUOTES = re.compile(_NAME + r"(?P<attributes>[^<>]*+)>")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s>]++))?+")

# Elements whose content is no markup: it ends at their own end tag only.
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})


class Tag(NamedTuple):
    """One tag at markup[start:end]; `content_end` differs from `end` where raw content follows."""

    start: int
    end: int
    content_end: int
    name: str
    closes: bool
    raw_attributes: str

    @property
    def is_empty(self) -> bool:
        """Written as `<name/>`."""
        return self.raw_attributes.endswith("/")

    def attributes(self) -> dict[str, str]:
        """Names in lower case, values without their quotes, entities left as they are."""
        return {
            name.lower(): value[1:-1] if value[:1] in ('"', "'") else value
            for name, value in _ATTRIBUTE.findall(self.raw_attributes)
        }


def scan(markup: str) -> Iterator[Tag]:
    """Every tag of `markup` in order; comments and declarations come as tags without a name.

    What is not a tag ("C++ <3", an address in angle brackets) is passed over, and so stays text.
    """
    pattern = _TAG
    unclosed: set[str] = set()  # comments and raw elements known to have no end: searched for once
    position = markup.find("<")
    while position >= 0:
        match = pattern.match(markup, position)
        if match is None and pattern is _TAG and _OPENING.match(markup, position):
            # No ">" outside quotes is left: from here on quotes mean nothing.
            pattern = _TAG_WITHOUT_QUOTES
            match = pattern.match(markup, position)
        found = _tag(markup, match, unclosed) if match else _declaration(markup, position, unclosed)
        if found is not None:
            yield found
        position = markup.find("<", found.content_end if found else position + 1)


def _declaration(markup: str, start: int, unclosed: set[str]) -> Tag | None:
    for opening, closing in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
        if markup.startswith(opening, start) and opening not in unclosed:
            end = markup.find(closing, start + 2)
            if end >= 0:
                end += len(closing)
                return Tag(start, end, end, "", False, "")
            unclosed.add(opening)
    return None


def _tag(markup: str, match: re.Match[str], unclosed: set[str]) -> Tag:
    closes, name, attributes = match.groups()
    start, end = match.span()
    name = name.lower()
    content_end = end
    if name in _RAW and not closes and name not in unclosed:
        closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(markup, end)
        if closing is not None:
            content_end = closing.start()
        elif name in ("script", "style"):
            content_end = len(markup)  # a page cut off in its code: code is never text
        else:
            unclosed.add(name)
    return Tag(start, end, content_end, name, bool(closes), attributes)
