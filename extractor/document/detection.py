"""What kind of text this is: markup, escaped markup or plain text; and whether it says anything."""

from __future__ import annotations

import re

_PAGE = re.compile(
    r"(?:\s|\ufeff|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_BLOCKS = "p|div|li|ul|ol|h[1-6]|table|tr|td|section|article|header|footer|main|body|html|dl|dt|dd|blockquote"
_INLINE = "span|strong|b|em|i|u|a|font|center"
_OTHER = "br|hr|img|script|style|link|meta|title|nav|aside|form|label|button|iframe|svg|noscript|template"
_OPENING_TAG = re.compile(
    rf"(?:\s|\ufeff|<!--.*?-->)*+<(?:{_BLOCKS}|{_INLINE}|{_OTHER})\b[^<>]*>", re.I | re.S
)
_CLOSING_TAG = re.compile(rf"</(?:{_BLOCKS}|{_INLINE})\s*>|<br\s*/?>", re.I)
_ESCAPED_TAG = re.compile(rf"&(?:lt|#60|#x3c);/?(?:{_BLOCKS}|br|strong)\b", re.I)

# A text about front-end work may quote a tag or two; a fragment of markup closes what it opens.
_MIN_CLOSING_TAGS = 3

_WORD = re.compile(
    # Scripts written without spaces: each letter counts as a word.
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\W\d_]+"
)


def is_html(text: str) -> bool:
    """Whether the text is a page or a fragment of HTML, rather than text that mentions a tag."""
    if "<" not in text:
        return False
    if _PAGE.match(text):
        return True
    wanted = 1 if _OPENING_TAG.match(text) else _MIN_CLOSING_TAGS
    return _has_matches(_CLOSING_TAG, text, wanted)


def is_escaped_html(text: str) -> bool:
    """Whether the text is HTML whose tags are written as entities, as feeds and APIs hand it out."""
    return "&" in text and _has_matches(_ESCAPED_TAG, text, _MIN_CLOSING_TAGS) and not is_html(text)


def count_words(text: str, enough: int) -> int:
    """The number of words, counted up to `enough`."""
    return sum(1 for _, _ in zip(range(enough), _WORD.finditer(text), strict=False))


def _has_matches(pattern: re.Pattern[str], text: str, wanted: int) -> bool:
    return sum(1 for _, _ in zip(range(wanted), pattern.finditer(text), strict=False)) == wanted
