"""Regular expressions that cost next to nothing where they cannot match.

Few of the several hundred patterns that read a posting match in it, and looking for those that do not
is what costs: at every letter each of their alternatives is tried. But a match needs certain letters:
there is none of `(?:health|dental) insurance` without "insurance". Such stems are worked out from the
pattern itself. Which patterns a text allows is the sum of what its words allow, and words come again
and again, so that it is remembered for each.

Patterns are compiled at their first use, and stems worked out once a process has read so much that it
pays. What is found is the same with and without them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

try:  # the interpreter's own parser; where it is not to be had, every pattern is tried on every text
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover
    _parser = None

# Stems cost as much as reading 30 postings, one posting asks some 600 times.
_PAYS_FROM_CALLS = 20_000
_MOST_WORDS = 200_000  # remembered; then all are forgotten
_TEXTS = 32  # remembered: many patterns in a row are asked about one text
_EVERYWHERE = 2**62

Stems = frozenset[str]
# Stands among stems for any decimal digit; no other stem has a space in it.
DIGIT = " 0"


class Pattern:
    """A regular expression that offers the methods of `re.Pattern`."""

    __slots__ = ("_compiled", "bit", "flags", "index", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags
        self._compiled: re.Pattern[str] | None = None
        self.index: Index | None = None
        self.bit = 0
        _WAITING.append(self)

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r}, {self.flags})"

    def may_match(self, text: str) -> bool:
        """Whether the text holds what a match needs."""
        if self.index is not None:
            return self.index.allowed(text) & self.bit != 0
        return self.bit < 0 or not _is_due() or self.may_match(text)

    def rest_on(self, index: Index | None, bit: int = -1) -> None:
        """Ask `index` from now on; without one, the pattern is tried on every text."""
        self.bit = bit
        self.index = index

    def compile(self) -> re.Pattern[str]:
        """The expression itself."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self.flags)
        return self._compiled

    def search(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self.compile().search(text, start, end) if self.may_match(text) else None

    def match(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self.compile().match(text, start, end) if self.may_match(text) else None

    def fullmatch(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self.compile().fullmatch(text, start, end) if self.may_match(text) else None

    def finditer(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self.compile().finditer(text, start, end) if self.may_match(text) else iter(())

    def findall(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> list[Any]:
        """As `re.Pattern.findall`."""
        return self.compile().findall(text, start, end) if self.may_match(text) else []

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """As `re.Pattern.sub`."""
        return self.compile().sub(new, text, count) if self.may_match(text) else text

    def split(self, text: str, maxsplit: int = 0) -> list[Any]:
        """As `re.Pattern.split`."""
        return self.compile().split(text, maxsplit) if self.may_match(text) else [text]


class Patterns:
    """Patterns that are asked about one text together."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self._index: Index | None = None
        self._mask = 0
        self._known: dict[int, tuple[Pattern, ...]] = {}

    def that_may_match(self, text: str) -> tuple[Pattern, ...]:
        """Those whose needs the text meets."""
        index = self._shared_index()
        if index is None:
            return self._patterns
        bits = index.bits_of(text) & self._mask
        known = self._known.get(bits)
        if known is None:
            known = tuple(p for p in self._patterns if p.bit < 0 or p.bit & bits)
            self._known[bits] = known
        return known

    def search(self, text: str) -> re.Match[str] | None:
        """The first match of the first of them that has one."""
        return next((m for p in self.that_may_match(text) if (m := p.compile().search(text))), None)

    def _shared_index(self) -> Index | None:
        """The index that all with stems rest on; none as long as one of them waits for its own."""
        if self._index is None:
            _is_due()
            indices = {id(p.index): p.index for p in self._patterns if p.index}
            if len(indices) == 1 and all(p.bit for p in self._patterns):
                (self._index,) = indices.values()
                self._mask = sum(p.bit for p in self._patterns if p.index)
        return self._index


class Index:
    """Which of some patterns the words of a text allow: a bit each."""

    def __init__(self, stems: Iterable[Stems]) -> None:
        self._starts: dict[str, list[tuple[str, int]]] = {}
        self._words: dict[str, int] = {}
        for number, needed in enumerate(stems):
            for stem in needed:
                self._starts.setdefault(stem[:_SHORTEST], []).append((stem, 1 << number))
        self.allowed = lru_cache(_TEXTS)(self.bits_of)

    def bits_of(self, text: str) -> int:
        """The bits of the patterns that a text allows; `allowed` remembers them for the last few texts."""
        words, bits = self._words, 0
        for word in set(fold_case(text).split()):
            known = words.get(word)
            bits |= self._learn(word) if known is None else known
        return bits

    def _learn(self, word: str) -> int:
        bits = 0
        for i in range(len(word)):
            for size in range(1, _SHORTEST + 1):
                for stem, bit in self._starts.get(word[i : i + size], ()):
                    if word.startswith(stem, i):
                        bits |= bit
        if any(ch.isdecimal() for ch in word):
            for _, bit in self._starts.get(DIGIT[:_SHORTEST], ()):
                bits |= bit
        if len(self._words) >= _MOST_WORDS:
            self._words.clear()
        self._words[word] = bits
        return bits


_WAITING: list[Pattern] = []  # for their stems
_LOCK = threading.Lock()
_calls = 0


def _is_due() -> bool:
    """Count a call; whether the waiting patterns have been given their stems now."""
    global _calls
    _calls += 1
    if _calls < _PAYS_FROM_CALLS:
        return False
    with _LOCK:
        if _calls >= _PAYS_FROM_CALLS:
            _calls = 0
            waiting = _WAITING.copy()
            del _WAITING[: len(waiting)]
            index_patterns(waiting)
    return True


def index_patterns(patterns: Iterable[Pattern]) -> None:
    """Give patterns their stems, and one index for all of them."""
    found = [(pattern, find_stems(pattern.pattern, pattern.flags)) for pattern in patterns]
    index = Index(stems for _, stems in found)
    for number, (pattern, stems) in enumerate(found):
        pattern.rest_on(index, 1 << number) if stems else pattern.rest_on(None)


def fold_case(text: str) -> str:
    """Text in which all letters are the same that a pattern which ignores case takes for the same."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.replace("\u0307", "").replace("ı", "i")


# What follows works the stems out. A stem of fewer letters is in every text.
_SHORTEST = 3
_LONGEST = 8
_MOST_STEMS = 400
# Strings that a part of a pattern may stand for before they are no longer spelt out.
_MOST_SPELT = 64


class _Part(NamedTuple):
    """What is known of a part of a pattern: all strings that it stands for, if they are few, in which a
    space stands for any run of spaces; and stems of which every match of it holds one."""

    spelt: Stems | None = None
    needed: Stems | None = None

    def stems(self) -> Stems | None:
        """The better of what is known."""
        return max((self.needed, _to_stems(self.spelt)), key=_worth)


_EMPTY = _Part(frozenset({""}))


def find_stems(pattern: str, flags: int = 0) -> Stems:
    """Strings of which every text that a pattern matches in holds at least one, after `fold_case`; none
    has a space in it. Empty where nothing is found that tells texts apart."""
    if _parser is None:
        return frozenset()
    stems = _read_sequence(_parser.parse(pattern, flags)).stems()
    if stems is None or _worth(stems) <= 0:
        return frozenset()
    return frozenset(stem for stem in stems if not any(other != stem and other in stem for other in stems))


def _to_stems(spelt: Stems | None) -> Stems | None:
    """Of each string its longest piece without spaces."""
    if spelt is None:
        return None
    return frozenset(max(text.split() or [""], key=len)[:_LONGEST] for text in spelt)


def _worth(stems: Stems | None) -> float:
    """How well stems tell texts apart: as well as the commonest of them."""
    if not stems or len(stems) > _MOST_STEMS:
        return 0.0
    return min(map(_rarity, stems)) - len(stems) / 1000


def _rarity(stem: str) -> float:
    if stem == DIGIT:
        return 1.5
    if not stem:
        return 0.0
    if not stem.isascii() or not any(map(str.isalnum, stem)):
        return 2.0 + len(stem)  # letters that few languages have, and signs
    return float(len(stem)) if len(stem) >= _SHORTEST else 0.0


def _read_sequence(items: Iterable[tuple[Any, Any]]) -> _Part:
    spelt: Stems = frozenset({""})
    needed: list[Stems | None] = []
    is_whole = True
    for kind, value in items:
        part = _read_item(str(kind), value)
        needed.append(part.needed)
        if part.spelt is not None and len(spelt) * len(part.spelt) <= _MOST_SPELT:
            spelt = frozenset(left + right for left in spelt for right in part.spelt)
        else:
            is_whole = False
            needed.append(_to_stems(spelt))
            spelt = part.spelt or frozenset({""})
    return _Part(spelt if is_whole else None, max((*needed, _to_stems(spelt)), key=_worth))


def _read_item(kind: str, value: Any) -> _Part:
    match kind:
        case "LITERAL":
            return _Part(frozenset({_spell(value)}))
        case "IN":
            return _read_set(value)
        case "BRANCH":
            return _read_branches([_read_sequence(branch) for branch in value[1]])
        case "SUBPATTERN":
            return _read_sequence(value[-1])
        case "ATOMIC_GROUP":
            return _read_sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = value
            return _read_repeat(int(least), int(most), _read_sequence(repeated))
        case "ASSERT":  # what is looked at stands in the text too, though not in the match
            return _Part(_EMPTY.spelt, _read_sequence(value[1]).stems())
        case "ASSERT_NOT" | "AT":
            return _EMPTY
        case _:
            return _Part()


def _read_set(members: Iterable[tuple[Any, Any]]) -> _Part:
    spelt: set[str] = set()
    for kind, value in members:
        match str(kind), value:
            case "LITERAL", code:
                spelt.add(_spell(code))
            case "RANGE", (first, last) if last - first < _MOST_SPELT:
                spelt.update(map(_spell, range(first, last + 1)))
            case "CATEGORY", category if str(category) == "CATEGORY_SPACE":
                spelt.add(" ")
            case "CATEGORY", category if str(category) == "CATEGORY_DIGIT":
                spelt.add(DIGIT)
            case _:
                return _Part()
    if spelt and all(text == DIGIT or text.isdecimal() for text in spelt):
        return _Part(None, frozenset({DIGIT}))
    return _Part(None if DIGIT in spelt or len(spelt) > _MOST_SPELT else frozenset(spelt))


def _read_branches(parts: list[_Part]) -> _Part:
    spelt: Stems | None = frozenset()
    needed: Stems | None = frozenset()
    for part in parts:
        spelt = spelt | part.spelt if spelt is not None and part.spelt is not None else None
        stems = part.stems()
        needed = needed | stems if needed is not None and stems and _worth(stems) > 0 else None
    return _Part(spelt if spelt is not None and len(spelt) <= _MOST_SPELT else None, needed)


def _read_repeat(least: int, most: int, part: _Part) -> _Part:
    if least == most == 1:
        return part
    may_lack = _EMPTY.spelt if least == 0 else frozenset()
    if part.spelt is not None and may_lack is not None and (most == 1 or part.spelt <= {" "}):
        return _Part(part.spelt | may_lack, part.needed if least else None)
    return _Part(None, part.stems() if least else None)


def _spell(code: int) -> str:
    letter = chr(code)
    return " " if letter.isspace() else fold_case(letter)
