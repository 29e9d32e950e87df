"""Text that remembers where each of its characters came from.

Every step that changes a posting's text (entities decoded, ligatures expanded, markup laid out as
lines, letters folded for searching) is a list of edits applied to a MappedText, so that the way
back to the text as given is composed step by step and never guessed afterwards.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

Edit = tuple[int, int, str]  # replace text[start:end] by the string; an empty range inserts

_SURROGATES = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """The text with each lone surrogate, which no encoding can write, replaced by U+FFFD.

    One code point for one code point: offsets stay as they are.
    """
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class MappedText:
    """`text`, character i of which came from `source[starts[i]:ends[i]]`; both arrays never fall.

    Characters that stand nowhere in the source (line breaks between blocks, list markers) float:
    they start where the next real character starts and end where the one before ended, so that a
    range of text always maps to the stretch from its first to its last real character.
    """

    text: str
    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, source: str) -> MappedText:
        """The source itself, each character from its own place."""
        starts = array("i", range(len(source) + 1))
        return cls(source, starts[:-1], starts[1:])

    def cut(self, start: int, end: int) -> MappedText:
        """The range [start, end) alone."""
        return MappedText(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def recoded(self, text: str) -> MappedText:
        """The same places with other characters, one for one."""
        if len(text) != len(self.text):
            raise ValueError("recoded text must keep its length")
        return MappedText(text, self.starts, self.ends)

    def rewritten(self, edits: Iterable[Edit], *, floating: bool = False) -> MappedText:
        """The text after `edits`: sorted, not overlapping, and if `floating` not touching either.

        A replacement comes from the whole stretch that it replaces, or floats if `floating`.
        """
        parts: list[str] = []
        starts, ends = array("i"), array("i")
        position = 0
        for start, end, new in edits:
            parts.append(self.text[position:start])
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            position = end
            if new:
                parts.append(new)
                if floating or start == end:
                    before = self.ends[start - 1] if start else 0
                    after = self.starts[end] if end < len(self.starts) else before
                else:
                    before, after = self.ends[end - 1], self.starts[start]
                starts.extend((after,) * len(new))
                ends.extend((before,) * len(new))
        if not parts:
            return self
        parts.append(self.text[position:])
        starts += self.starts[position:]
        ends += self.ends[position:]
        return MappedText("".join(parts), starts, ends)

    def substituted(self, pattern: re.Pattern[str], new: str) -> MappedText:
        """The text with each match of `pattern` replaced by `new`."""
        return self.rewritten((m.start(), m.end(), new) for m in pattern.finditer(self.text))


def joined(pieces: Iterable[MappedText]) -> MappedText:
    """The pieces one after the other; they must come in the order of their source."""
    texts: list[str] = []
    starts, ends = array("i"), array("i")
    for piece in pieces:
        texts.append(piece.text)
        starts += piece.starts
        ends += piece.ends
    return MappedText("".join(texts), starts, ends)
