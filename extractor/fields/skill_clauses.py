"""A posting as clauses of items: what an enumeration consists of, and which words introduce it.

Clauses end with sentences and lines, items at commas, slashes and conjunctions. A known skill is never cut
("TCP/IP", "research and development"). Sections and sentences that speak of the employer, of its gifts or of
law are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from extractor.fields.skill_lexicon import Match, Token
from extractor.fields.skill_patterns import ASIDE_HEADING, SKILLS_HEADING, TOPIC_HEADING
from extractor.fields.skill_words import (
    ABBREVIATIONS,
    ASIDE_OPENERS,
    CONJUNCTIONS,
    INTRODUCTION_OPENERS,
    STUDY_WORDS,
    Introduction,
    ends_name,
    introduction_at,
    is_aside_at,
    is_leading,
    is_trailing,
)

Gap = Literal["none", "item", "slash", "colon", "clause", "line"]

_LONGEST_LISTED_LINE_WORDS: Final = 8
_WORDS_BEFORE_ASIDE: Final = 12  # what stands further before "we offer" in an unpunctuated page counts
_LONGEST_INTRODUCTION_WORDS: Final = 6
_LONGEST_COLON_WORDS: Final = 4
_CLAUSE_END: Final = re.compile(r"[.!?;][\"')\]”»]*\s|\s[–—-]+\s|[•·▪●◦*✓➢]")
_ITEM_END: Final = re.compile(r"[,/|()\[\]{}&:]")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an enumeration. Its name is tokens `first` to `last`, trimmed; none if `last < first`.

    `matches` are the lexicon's in the item, trimmed words included.
    """

    first: int
    last: int
    end: int  # the token after the item
    introduced: Introduction
    matches: list[Match]

    def closing(self) -> Match | None:
        """The lexicon's match that the item ends with."""
        return self.matches[-1] if self.matches and self.matches[-1].last == self.end - 1 else None

    def covering(self) -> Match | None:
        """The lexicon's match for the whole name."""
        for match in self.matches:
            if match.first <= self.first <= self.last <= match.last:
                return match
        return None


class Clause(NamedTuple):
    """A clause as items. `listed`: a heading calls them skills; `whole_line`: nothing else is on the line."""

    items: list[Item]
    listed: bool
    whole_line: bool


class _Stretch(NamedTuple):
    """Tokens `first` to `last` of a clause, with where each of its items begins."""

    first: int
    last: int
    cuts: list[int]
    listed: bool
    whole_line: bool


def clauses_of(
    text: str, tokens: Sequence[Token], matches: list[Match], *, capitals_tell: bool
) -> Iterator[Clause]:
    """The clauses in reading order. `capitals_tell`: a capital inside a name may begin a sentence."""
    return _Reader(text, tokens, matches, capitals_tell).clauses()


@lru_cache(maxsize=1024)
def _gap(between: str) -> Gap:
    """What the characters between two words mean for an enumeration."""
    if "\n" in between:
        return "line"
    if _CLAUSE_END.search(between):
        return "clause"
    if re.search(r":\s", between):
        return "colon"
    if between == "/":
        return "slash"
    return "item" if _ITEM_END.search(between) else "none"


@dataclass(slots=True)
class _Reader:
    text: str
    tokens: Sequence[Token]
    matches: list[Match]
    capitals_tell: bool
    inside: set[int] = field(default_factory=set)  # tokens that continue a match
    starts: dict[int, Match] = field(default_factory=dict)  # the matches by the token that begins them
    ends: set[int] = field(default_factory=set)  # tokens that come right after one

    def __post_init__(self) -> None:
        for match in self.matches:
            self.inside.update(range(match.first + 1, match.last + 1))
            self.starts[match.first] = match
            self.ends.add(match.last + 1)

    def clauses(self) -> Iterator[Clause]:
        for stretch in self._stretches():
            yield Clause(self._items(stretch), stretch.listed, stretch.whole_line)

    def _words(self, first: int, last: int) -> list[str]:
        """The folded words from token `first` to token `last`."""
        return [token.key for token in self.tokens[first : last + 1]]

    def _stretches(self) -> Iterator[_Stretch]:
        listed = aside = False
        for first, last, gaps in self._lines():
            short = last - first < _LONGEST_LISTED_LINE_WORDS
            line = self.text[self.tokens[first].start : self.tokens[last].end] if short else ""
            if short and (SKILLS_HEADING.fullmatch(line) or ASIDE_HEADING.fullmatch(line)):
                listed = SKILLS_HEADING.fullmatch(line) is not None
                aside = not listed
                continue
            colon = short and self.text[self.tokens[last].end :][:3].lstrip("* ").startswith(":")
            aside = aside and not colon and not (short and TOPIC_HEADING.search(line))
            listed = listed and short and not colon
            if not aside:
                yield from self._cut(first, last, gaps, listed)

    def _lines(self) -> Iterator[tuple[int, int, list[Gap]]]:
        """First and last token of each line, and the gaps before its tokens."""
        first, gaps = 0, list[Gap](["line"])
        for i in range(1, len(self.tokens)):
            gap = self._gap_before(i)
            if gap == "line":
                yield first, i - 1, gaps
                first, gaps = i, ["line"]
            else:
                gaps.append(gap)
        yield first, len(self.tokens) - 1, gaps

    def _gap_before(self, i: int) -> Gap:
        if i in self.inside:
            return "none"
        between = self.text[self.tokens[i - 1].end : self.tokens[i].start]
        if between == " ":
            return "item" if self.tokens[i].key in CONJUNCTIONS else "none"
        if not between:  # two words glued together
            return "item" if self.text[self.tokens[i - 1].start].isupper() else "clause"
        gap = _gap(between)
        if gap == "clause" and between[:1] == ".":
            return self._gap_at_stop(i)
        if gap == "slash":
            return "item" if i in self.starts or i in self.ends else "none"
        return "clause" if between == "." and self._is_glued_sentence(i) else gap

    def _gap_at_stop(self, i: int) -> Gap:
        """A full stop and a space: the end of a sentence, or of an abbreviation."""
        before = self.tokens[i - 1].key
        if before in ABBREVIATIONS:
            return "item"
        initial = len(before) == 1 and before.isalpha() and before not in ("c", "r")  # the languages C and R
        return "none" if initial else "clause"

    def _is_glued_sentence(self, i: int) -> bool:
        """ "projects.When" is the end of a sentence; "Node.js" and "U.S." are not."""
        before, after = self.text[self.tokens[i - 1].end - 1], self.text[self.tokens[i].start :][:2]
        return before.islower() and after[:1].isupper() and after[1:].islower()

    def _cut(self, first: int, last: int, gaps: list[Gap], listed: bool) -> Iterator[_Stretch]:
        """The clauses of a line. What a colon follows decides whether the next clause lists skills."""
        begin, cuts, named, whole = first, [first], listed, True
        for i in range(first + 1, last + 1):
            gap = gaps[i - first]
            if gap == "item":
                cuts.append(i)
            elif gap in ("colon", "clause"):
                yield from self._without_asides(_Stretch(begin, i - 1, cuts, named, whole_line=False))
                named = listed or (gap == "colon" and self._names_skills(begin, i - 1))
                begin, cuts, whole = i, [i], False
        yield from self._without_asides(_Stretch(begin, last, cuts, named, whole))

    def _without_asides(self, stretch: _Stretch) -> Iterator[_Stretch]:
        """The stretch, up to where it begins to speak of gifts or of law."""
        first, last = stretch.first, stretch.last
        for i in range(first, last + 1):
            if self.tokens[i].key in ASIDE_OPENERS and is_aside_at(self._words(i, min(i + 2, last))):
                last = i - _WORDS_BEFORE_ASIDE
                stretch = _Stretch(first, last, [c for c in stretch.cuts if c <= last], stretch.listed, False)
                break
        if last >= first:
            yield stretch

    def _names_skills(self, first: int, last: int) -> bool:
        """Whether the words before a colon say that skills follow."""
        if SKILLS_HEADING.fullmatch(self.text[self.tokens[first].start : self.tokens[last].end]):
            return True
        words = self._words(max(first, last + 1 - _LONGEST_COLON_WORDS), last)
        return any(introduction_at(words[i:])[1] == len(words) - i for i in range(len(words)))

    def _items(self, stretch: _Stretch) -> list[Item]:
        introduced: Introduction = "knowing" if stretch.listed else "none"
        items = []
        for begin, end in zip(stretch.cuts, [*stretch.cuts[1:], stretch.last + 1], strict=True):
            first, introduced = self._after_introduction(begin, end, introduced)
            first, last, cut_short = self._trimmed(first, end)
            inside = [self.starts[i] for i in range(begin, end) if i in self.starts]
            items.append(Item(first, last, end, introduced, inside))
            if cut_short and not stretch.listed and introduced != "study":
                introduced = "none"
        return items

    def _after_introduction(self, begin: int, end: int, state: Introduction) -> tuple[int, Introduction]:
        """Where the item's own words begin, and how its list is introduced from here on."""
        first = i = begin
        while i < end:
            word = self.tokens[i].key
            if word in STUDY_WORDS:
                state = "study"
            if word in INTRODUCTION_OPENERS:
                kind, length = introduction_at(self._words(i, min(end, i + _LONGEST_INTRODUCTION_WORDS) - 1))
                if kind != "none" and i not in self.inside and i + length not in self.inside:
                    state = kind if kind == "knowing" or state == "none" else state
                    first = i = i + length
                    continue
            i += 1
        return first, state

    def _trimmed(self, begin: int, end: int) -> tuple[int, int, bool]:
        """First and last token of the name, and whether words that are no part of it follow."""
        first = begin
        while first < end and first not in self.starts and self._is_leading(first):
            first += 1
        stop = first
        while stop < end and not self._ends_name(stop, first):
            stop += 1
        last = stop - 1
        while last > first and last not in self.inside and is_trailing(self.tokens[last].key):
            last -= 1
        return first, last, stop < end

    def _is_leading(self, i: int) -> bool:
        key = self.tokens[i].key
        return key in CONJUNCTIONS or is_leading(key) or ends_name(key)

    def _ends_name(self, i: int, first: int) -> bool:
        """Whether token `i` is no more part of the name: "in", or the capital that begins a sentence."""
        if i in self.inside:
            return False
        if ends_name(self.tokens[i].key):
            return True
        if i == first or i in self.starts or not self.capitals_tell:
            return False
        word = self.text[self.tokens[i].start : self.tokens[i].end]
        before = self.text[self.tokens[i - 1].start : self.tokens[i - 1].end]
        return len(word) > 1 and word.istitle() and before.islower() and word.isalpha()
