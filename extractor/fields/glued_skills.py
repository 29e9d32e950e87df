"""Splits a run of items that a page has glued together: "PandasNumPyScikit-learnSpark".

A cut may be where a capital follows a small letter, a digit or a bracket, and between two known words of
small letters only. Which cuts to make is the cheapest way through the line: an item that the lexicon knows is
cheap, an unknown one costs more, a cut that is left unmade costs what speaks for it. So "JavaScript" stays
whole because the lexicon has it, and "MacBook" because nothing else in its line is glued.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from extractor.fields.skill_lexicon import is_known_word, lexicon
from extractor.records import Found, Span

_CAPITAL: Final = "A-ZÀ-ÖØ-Þ"
_CUT: Final = (
    re.compile(  # begins with the capital, which few places have, so that the rest is seldom looked at
        rf"[{_CAPITAL}](?:(?<=[^\W_{_CAPITAL}].)"  # sparkScala, GA4Google
        r"|(?<=[)\]+#].)"  # C++Java
        rf"|(?<=[^\W\d_{_CAPITAL}][.!?].)(?=[^\W\d_{_CAPITAL}])"  # projects.When
        rf"|(?<=[{_CAPITAL}].)(?=[^\W\d_{_CAPITAL}]))"  # SQLPython
    )
)
_SMALL_WORD: Final = re.compile(r"(?<![^\W_])[^\W\d_]{8,}(?![^\W_])")
_WORD_BEFORE: Final = re.compile(r"[^\W_]+[+#]*[)\].!?]?$")
_WORD_AFTER: Final = re.compile(r"[^\W_]+")

# Costs, set so that the cases of the tests come out; only their order matters.
_KNOWN_ITEM: Final = 1.0
_UNKNOWN_ITEM: Final = 2.0
_FRAGMENT: Final = 8.0  # an item that is no word, or begins in the middle of one
_STRONG: Final = 6.0
_SMALL: Final = 2.0
_WEAK: Final = 0.5
_REACH: Final = 5  # cuts that a known item may span ("NumPy" spans one)
_SHORTEST_PIECE: Final = 3
_LONGEST_ITEM: Final = 400  # characters; bounds the work on pathological lines
_LONGEST_WORD: Final = 80  # likewise; longer ones are no words


def split_glued(text: str) -> list[Found[str]]:
    """The items of each line of a text, in order; a line that is not glued is one item."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        for start, end in pairwise(_best_cuts(line.group())):
            item = line.group()[start:end]
            left = line.start() + start + len(item) - len(item.lstrip())
            if item.strip():
                found.append(Found(item.strip(), Span(left, left + len(item.strip()))))
    return found


def is_glued(line: str) -> bool:
    """Whether a line is a run of items with nothing between them."""
    return len(_best_cuts(line)) > 2


@lru_cache(maxsize=256)
def _best_cuts(line: str) -> tuple[int, ...]:
    """Where the items of a line begin, and its end: the cheapest way through it."""
    weights = dict(_weights(line))
    if not weights:
        return (0, len(line)) if line else (0,)
    places = [0, *sorted(weights), len(line)]
    costs, came_from = [0.0], [0]
    for j in range(1, len(places)):
        unmade, best = 0.0, (float("inf"), 0)
        for i in range(j - 1, -1, -1):
            if i < j - 1 and places[j] - places[i] > _LONGEST_ITEM:
                break
            cost = costs[i] + unmade + _item_cost(line[places[i] : places[j]], at_start=places[i] == 0)
            best = min(best, (cost, i))
            unmade += weights.get(places[i], 0.0)
        costs.append(best[0])
        came_from.append(best[1])
    cuts = [len(places) - 1]
    while cuts[-1]:
        cuts.append(came_from[cuts[-1]])
    return tuple(places[i] for i in reversed(cuts))


def _item_cost(item: str, *, at_start: bool) -> float:
    item = item.strip()
    if _is_known(item):
        return _KNOWN_ITEM
    if len(item) < _SHORTEST_PIECE or (item[0].islower() and not at_start):
        return _FRAGMENT
    return _UNKNOWN_ITEM


def _weights(line: str) -> Iterator[tuple[int, float]]:
    """Each place of a possible cut with what speaks for it. One sure cut makes the likely ones sure."""
    places = [match.start() for match in _CUT.finditer(line)]
    if places:
        evidence = [_evidence(line, places, i) for i in range(len(places))]
        glued = "sure" in evidence
        for place, value in zip(places, evidence, strict=True):
            if value == "sure" or (value == "likely" and glued):
                yield place, _STRONG
            elif value != "none":
                yield place, _WEAK
    small = list(_small_cuts(line))
    if len(small) > 1:
        yield from ((place, _SMALL) for place in small)


def _evidence(line: str, places: list[int], i: int) -> Literal["sure", "likely", "possible", "none"]:
    """What speaks for the cut at `places[i]`."""
    place = places[i]
    left = _WORD_BEFORE.search(line, max(places[i - 1] if i else 0, place - _LONGEST_WORD), place)
    right = _WORD_AFTER.match(line, place, places[i + 1] if i + 1 < len(places) else len(line))
    word = _word_around(line, place)
    begins, ends = [0, *places[:i]][-_REACH:], [*places[i + 1 :], len(line)][:_REACH]
    if not left or not right or _is_word(word) or any(_is_word(line[b:e]) for b in begins for e in ends):
        return "none"
    ends_known = any(_is_known(line[begin:place]) for begin in begins)
    begins_known = any(_is_known(line[place:end]) for end in ends)
    if ends_known and begins_known:
        return "sure"
    pieces = left.group(), right.group()
    if min(map(len, pieces)) < _SHORTEST_PIECE or line[place - 1].isupper():
        return "none"
    if line[place - 1] in ".!?)]" or (word[0].islower() and word.startswith(left.group())):
        return "sure"
    return "likely" if ends_known or begins_known or all(map(_is_word, pieces)) else "possible"


def _word_around(line: str, place: int) -> str:
    """The run of letters and digits that a place is in."""
    left = _WORD_BEFORE.search(line, max(0, place - _LONGEST_WORD), place)
    right = _WORD_AFTER.match(line, place, place + _LONGEST_WORD)
    return (left.group() if left else "") + (right.group() if right else "")


def _small_cuts(line: str) -> Iterator[int]:
    """The places where a long word of small letters falls into known words."""
    for match in _SMALL_WORD.finditer(line):
        word = match.group()
        if word.islower() and (parts := _known_parts(word)):
            at = match.start()
            for part in parts[:-1]:
                at += len(part)
                yield at


@lru_cache(maxsize=10_000)
def _known_parts(word: str) -> tuple[str, ...]:
    """The fewest known words that a word consists of; none where it does not, or is one itself."""
    if _is_word(word):
        return ()
    best: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        ways = [
            [*way, word[start:end]]
            for start in range(max(0, end - 20), end - _SHORTEST_PIECE + 1)
            if (way := best[start]) is not None and _is_word(word[start:end])
        ]
        best.append(min(ways, key=len, default=None))
    return tuple(best[-1] or ())


def _is_word(word: str) -> bool:
    return is_known_word(word.strip(").!?]"))


def _is_known(item: str) -> bool:
    item = item.strip()
    return bool(item) and bool(lexicon().entries_of(item))
