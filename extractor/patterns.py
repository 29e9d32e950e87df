"""Regular expressions that cost next to nothing where they cannot match.

Few of the several hundred patterns that read a posting match in it, and looking for those that do not
is what costs: at every letter each of their alternatives is tried. But a match needs certain letters:
there is none of `(?:health|dental) insurance` without "insurance" (`extractor.stems`). Which patterns a
text allows is the sum of what its words allow, and words come again and again, so that it is remembered
for each. Likewise most patterns match from the beginning of a word on, of one of a few words: in a long
text they are tried where such words stand, and nowhere else.

Patterns are compiled at their first use, and stems worked out once a process has read so much that it
pays. What is found is the same with and without them.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Any

from extractor.stems import (
    BEGINNING,
    DIGIT,
    SHORTEST,
    Stems,
    find_beginnings,
    find_stems,
    fold_case,
    to_beginning,
)

# Stems cost as much as reading 30 postings, one posting asks some 600 times.
_PAYS_FROM_CALLS = 20_000
_MOST_WORDS = 200_000  # remembered; then all are forgotten
_TEXTS = 32  # remembered: many patterns in a row are asked about one text
_LONG = 600  # characters: in such texts it pays to know where each word stands
_LONG_TEXTS = 8  # remembered
_EVERYWHERE = 2**62


class Pattern:
    """A regular expression that offers the methods of `re.Pattern`."""

    __slots__ = ("_compiled", "bit", "flags", "index", "is_anchored", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags
        self._compiled: re.Pattern[str] | None = None
        self.index: Index | None = None
        self.bit = 0
        self.is_anchored = False
        _WAITING.append(self)

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r}, {self.flags})"

    def may_match(self, text: str) -> bool:
        """Whether the text holds what a match needs."""
        if self.index is not None:
            return self.index.allowed(text) & self.bit != 0
        return not _is_due() or self.may_match(text)

    def rest_on(self, index: Index, number: int, *, is_anchored: bool) -> None:
        """Ask `index` from now on, as its pattern `number`. `is_anchored`: the index knows the words that
        its matches begin with."""
        self.bit, self.is_anchored = 1 << number, is_anchored
        self.index = index

    def compile(self) -> re.Pattern[str]:
        """The expression itself."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self.flags)
        return self._compiled

    def _places(self, text: str, start: int, end: int) -> list[int] | None:
        """Where in a range of a long text a match may begin, in order; None where that is not known."""
        if self.is_anchored and self.index is not None and len(text) >= _LONG:
            places = self.index.begins(text).places(self.bit)
            if places and (start > places[0] or end <= places[-1]):
                return places[bisect_left(places, start) : bisect_left(places, end)]
            return places
        return None

    def search(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        if not self.may_match(text):
            return None
        places = self._places(text, start, end)
        if places is None:
            return self.compile().search(text, start, end)
        return next(self._matches_at(places, text, end), None)

    def match(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self.compile().match(text, start, end) if self.may_match(text) else None

    def fullmatch(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self.compile().fullmatch(text, start, end) if self.may_match(text) else None

    def finditer(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        if not self.may_match(text):
            return iter(())
        places = self._places(text, start, end)
        return (
            self.compile().finditer(text, start, end)
            if places is None
            else self._matches_at(places, text, end)
        )

    def _matches_at(self, places: list[int], text: str, end: int) -> Iterator[re.Match[str]]:
        free = 0
        for at in places:
            if at >= free and (found := self.compile().match(text, at, end)):
                yield found
                free = found.end()

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
        self._narrowed: dict[tuple[Pattern, ...], Patterns] = {}

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def that_may_match(self, text: str) -> tuple[Pattern, ...]:
        """Those whose needs the text meets."""
        index = self.shared_index()
        return self._patterns if index is None else self._with(index.bits_of(text))

    def allowed_by(self, text: str) -> tuple[Pattern, ...]:
        """The same, for a text about which others ask too."""
        index = self.shared_index()
        return self._patterns if index is None else self._with(index.allowed(text))

    def possible_in(self, text: str, starts: Iterable[str] | None = None) -> Patterns:
        """Those that a text allows, to be asked about its parts. `starts`: how parts begin, which may be
        within a word of the text; without them, patterns that begin with none of its words are tried too."""
        possible = self.allowed_by(text)
        index = self.shared_index()
        if index is not None and starts is not None and possible and len(text) >= _LONG:
            begun = reduce(or_, map(index.begun_by, starts), index.begins(text).bits)
            possible = tuple(p for p in possible if not p.is_anchored or p.bit & begun)
        known = self._narrowed.get(possible)
        if known is None:
            if len(self._narrowed) >= _MOST_KNOWN:
                self._narrowed.clear()
            known = self._narrowed[possible] = Patterns(possible)
        return known

    def _with(self, allowed: int) -> tuple[Pattern, ...]:
        bits = allowed & self._mask
        known = self._known.get(bits)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[bits] = tuple(p for p in self._patterns if p.bit & bits)
        return known

    def search(self, text: str) -> re.Match[str] | None:
        """The first match of the first of them that has one."""
        few = len(self._patterns) <= _FEW  # trying them takes less than looking at the text's words
        tried = self._patterns if few else self.that_may_match(text)
        return next((m for p in tried if (m := p.compile().search(text))), None)

    def shared_index(self) -> Index | None:
        """The index that all with stems rest on; none as long as one of them waits for its own."""
        if self._index is None:
            _is_due()
            indices = {id(p.index): p.index for p in self._patterns if p.index}
            if len(indices) == 1 and all(p.bit for p in self._patterns):
                (self._index,) = indices.values()
                self._mask = reduce(or_, (p.bit for p in self._patterns), 0)
        return self._index


class Alternatives:
    """A pattern of alternatives, of which only those are tried that a text allows: few of a hundred."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.parts = tuple(Pattern(part, flags) for part in split_alternatives(pattern))
        self._parts = Patterns(self.parts)
        self._whole = Pattern(pattern, flags)

    def search(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return next(self.finditer(text, start, end), None)

    def finditer(self, text: str, start: int = 0, end: int = _EVERYWHERE) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`; groups are those of the alternative."""
        if start > _SEEN_BEFORE or end < len(text):
            parts = self._parts.that_may_match(text[max(0, start - _SEEN_BEFORE) : end])
        else:
            parts = self._parts.allowed_by(text)
        if not parts:
            return iter(())
        if len(parts) == 1:
            return parts[0].compile().finditer(text, start, end)
        if len(parts) > _FEW:
            return self._whole.compile().finditer(text, start, end)
        return _merge([part.compile() for part in parts], text, start, end)


class Choices:
    """Sets of alternatives that are asked about one text together, each under a name."""

    def __init__(self, named: Iterable[tuple[str, Alternatives]]) -> None:
        self._named = tuple(named)
        self._parts = Patterns(chain.from_iterable(choice.parts for _, choice in self._named))
        self._masks: list[int] = []

    def that_may_match(self, text: str) -> tuple[tuple[str, Alternatives], ...]:
        """Those of which the text allows an alternative."""
        index = self._parts.shared_index()
        if index is None:
            return self._named
        if not self._masks:
            self._masks = [reduce(or_, (part.bit for part in choice.parts)) for _, choice in self._named]
        allowed = index.allowed(text)
        pairs = zip(self._named, self._masks, strict=True)
        return tuple(named for named, mask in pairs if mask & allowed)


def _merge(parts: list[re.Pattern[str]], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The matches of alternatives: the first in the text; of several there, the first alternative's."""
    following = [part.search(text, start, end) for part in parts]
    while found := min(filter(None, following), key=re.Match.start, default=None):
        yield found
        free = max(found.end(), found.start() + 1)
        for number, match in enumerate(following):
            if match is not None and match.start() < free:
                following[number] = parts[number].search(text, free, end)


def split_alternatives(pattern: str) -> list[str]:
    """The alternatives that a pattern consists of."""
    parts, depth, begun = [], 0, 0
    for token in _TOKENS.finditer(pattern):
        if token[0] == "|" and not depth:
            parts.append(pattern[begun : token.start()])
            begun = token.end()
        depth += {"(": 1, ")": -1}.get(token[0], 0)
    return [*parts, pattern[begun:]]


# What is escaped or in a class does not count.
_TOKENS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_FEW = 4
_SEEN_BEFORE = 64  # characters before a range that what may not, or must, stand there is looked for in
_MOST_KNOWN = 20_000


AnyPattern = Pattern | re.Pattern[str]
_WORD = re.compile(r"\w+")


class _Learnt(dict[str, int]):
    """The bits of words, each worked out once."""

    def __init__(self, learn: Callable[[str], int]) -> None:
        self._learn = learn

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        bits = self[word] = self._learn(word)
        return bits


class Index:
    """Which of some patterns the words of a text allow, and which may match from a word on: a bit each."""

    def __init__(self, stems: Iterable[Stems], beginnings: Iterable[Stems | None] = ()) -> None:
        self._starts: dict[str, list[tuple[str, int]]] = {}
        self._words = _Learnt(self._learn)
        self._beginnings: dict[str, int] = {}
        self._begun = _Learnt(self._learn_beginning)
        self._free = 0  # the bits of those that need nothing
        for number, needed in enumerate(stems):
            if not needed:
                self._free |= 1 << number
            for stem in needed:
                self._starts.setdefault(stem[:SHORTEST], []).append((stem, 1 << number))
        for number, begun in enumerate(beginnings):
            for beginning in begun or ():
                self._beginnings[beginning] = self._beginnings.get(beginning, 0) | 1 << number
        self.allowed = lru_cache(_TEXTS)(self.bits_of)
        self.begins = lru_cache(_LONG_TEXTS)(self._see_words)

    def _see_words(self, text: str) -> Begins:
        """Where the words stand that patterns begin with."""
        places: dict[str, list[int]] = {}
        for match in _WORD.finditer(text):
            places.setdefault(match[0], []).append(match.start())
        begun = map(self._begun.__getitem__, places)
        return Begins([(bits, at) for bits, at in zip(begun, places.values(), strict=True) if bits])

    def begun_by(self, text: str) -> int:
        """The bits of the patterns that may match from a text's first word on."""
        first = _WORD.search(text)
        return self._begun[first[0]] if first else 0

    def _learn_beginning(self, word: str) -> int:
        bits = 0
        for letters in {word[:BEGINNING], fold_case(word[:BEGINNING])[:BEGINNING]}:
            key = to_beginning(letters)
            bits |= self._beginnings.get(key + "$", 0)
            for size in range(1, len(key) + 1):
                bits |= self._beginnings.get(key[:size], 0)
        return bits

    def bits_of(self, text: str) -> int:
        """The bits of the patterns that a text allows; `allowed` remembers them for the last few texts."""
        return reduce(or_, map(self._words.__getitem__, set(fold_case(text).split())), self._free)

    def _learn(self, word: str) -> int:
        bits = 0
        for i in range(len(word)):
            for size in range(1, SHORTEST + 1):
                for stem, bit in self._starts.get(word[i : i + size], ()):
                    if word.startswith(stem, i):
                        bits |= bit
        if any(ch.isdecimal() for ch in word):
            for _, bit in self._starts.get(DIGIT[:SHORTEST], ()):
                bits |= bit
        return bits


class Begins:
    """Where in one text patterns may match from: the bits of its words, with their places."""

    __slots__ = ("_places", "_words", "bits")

    def __init__(self, words: list[tuple[int, list[int]]]) -> None:
        self._words = words
        self._places: dict[int, list[int]] = {}
        self.bits = reduce(or_, (bits for bits, _ in words), 0)

    def places(self, bit: int) -> list[int]:
        """The places where the pattern of a bit may match, in order."""
        if not self.bits & bit:
            return []
        places = self._places.get(bit)
        if places is None:
            found = [at for bits, at in self._words if bits & bit]
            places = found[0] if len(found) == 1 else sorted(chain.from_iterable(found))
            self._places[bit] = places
        return places


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
            _index_waiting()
    return True


def prepare() -> None:
    """Compile all patterns and work their stems out, for a process that is to read many texts."""
    with _LOCK:
        for pattern in _index_waiting():
            pattern.compile()


def _index_waiting() -> list[Pattern]:
    waiting = _WAITING.copy()
    del _WAITING[: len(waiting)]
    index_patterns(waiting)
    return waiting


def index_patterns(patterns: Iterable[Pattern]) -> None:
    """Give patterns their stems, and one index for all of them."""
    waiting = list(patterns)
    stems = [find_stems(pattern.pattern, pattern.flags) for pattern in waiting]
    beginnings = [find_beginnings(pattern.pattern, pattern.flags) for pattern in waiting]
    index = Index(stems, beginnings)
    for number, (pattern, begun) in enumerate(zip(waiting, beginnings, strict=True)):
        pattern.rest_on(index, number, is_anchored=begun is not None)
