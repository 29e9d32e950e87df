"""Text made ready for word lists: one case, one kind of dash, quote and space, the same length."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r", " "),
        "：": ":",
        "／": "/",
        "（": "(",
        "）": ")",
    }
)


def fold(text: str) -> str:
    """Lower case with plain dashes, quotes and spaces; offsets stay those of `text`."""
    folded = text.lower()
    if len(folded) != len(text):  # "İ" grows when lowered
        folded = "".join(ch.lower() if len(ch.lower()) == 1 else ch for ch in text)
    return folded.translate(_ALIKE)


def words(*patterns: str) -> re.Pattern[str]:
    """A pattern that finds any of the given ones as whole words of folded text."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


def line_around(text: str, position: int) -> tuple[int, int]:
    """The range of the line that holds a position."""
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end < 0 else end


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the sentence, or the bullet, that holds `start` to `end`."""
    first, last = line_around(text, start)[0], line_around(text, end)[1]
    for stop in _SENTENCE_END.finditer(text, first, start):
        first = stop.end()
    following = _SENTENCE_END.search(text, end, last)
    return first, following.end() if following else last


_SENTENCE_END = re.compile(r"[.!?;](?=\s|[A-Z])\s*|[•·]\s*")


def first_of_each(found: Iterable[tuple[str, int, int]]) -> dict[str, tuple[int, int]]:
    """The first place of each value, in reading order."""
    firsts: dict[str, tuple[int, int]] = {}
    for value, start, end in sorted(found, key=lambda item: item[1:]):
        firsts.setdefault(value, (start, end))
    return firsts
