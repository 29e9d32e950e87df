"""The known skills of many trades, and a matcher that finds them in a text, longest first.

The lists stand in `data/skills.tsv` and `data/soft_skills.tsv`, which say in their first lines how a row is
written. A name is looked up as the sequence of its tokens, so that "problem-solving" finds "problem solving"
and "CI/CD" finds "CI / CD"; what symbols carry (C, C++, C#, .NET) stays in the token.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

from extractor.fields.skill_words import is_plain_word, longest_plain_word
from extractor.schema import SkillKind

# On text in small letters. "++", "+" and "#" at a word's end and the dot of ".net" are parts of the word.
_TOKEN: Final = re.compile(r"[^\W_]+(?:[+#]\+?(?!\w))?|\.net\b")

# What may stand between two tokens of one name.
_GAPS: Final = frozenset(" \u00a0\u202f-‑–/.'’&(+") | frozenset(" & | / | - | – | (|/ | /|- |".split("|"))
_HAS_PLURAL: Final = re.compile(r"[a-z].*(?<!ing)(?<![sS])(?<=[a-z])$")
_ADJECTIVE_ENDINGS: Final = {
    "de": ("e", "er", "es", "en", "em"),
    "fr": ("s", "e", "es"),
    "es": ("s",),
    "sv": ("t", "a"),
}
# "experienceProgramming": a capital and a small letter after small letters.
_GLUE: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-ÖØ-Þ][^\W\d_A-Z])")
_SHORTEST_GLUED: Final = 3


class Token(NamedTuple):
    """A word of the text, folded for lookup."""

    key: str
    start: int
    end: int


class Entry(NamedTuple):
    """One way to write a skill. `rule` is as the data files explain it; `language` "" means any."""

    skill: str
    written: str
    kind: SkillKind
    rule: str
    language: str


class Match(NamedTuple):
    """A skill of the lexicon in the text; `first` and `last` are the indices of its tokens."""

    entry: Entry
    start: int
    end: int
    first: int
    last: int


class Lexicon:
    """Entries by their key, and the keys' beginnings, for the longest match."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self.entries: dict[str, list[Entry]] = {}
        self.beginnings: set[str] = set()
        self.words: set[str] = set()
        inflected: list[tuple[str, Entry]] = []
        for entry in entries:
            key = key_of(entry.written)
            self._add(key, entry)
            inflected.extend((key + ending, entry) for ending in _endings(entry))
        for key, entry in inflected:
            if key not in self.entries:
                self._add(key, entry)

    def _add(self, key: str, entry: Entry) -> None:
        self.entries.setdefault(key, []).append(entry)
        self.words.update(key.split(" "))
        at = key.find(" ")
        while at != -1:
            self.beginnings.add(key[:at])
            at = key.find(" ", at + 1)

    def entries_of(self, name: str) -> list[Entry]:
        """Every entry that is written like `name`, whatever its case rule and language."""
        return self.entries.get(key_of(name), [])

    def find(self, text: str, tokens: Sequence[Token], language: str) -> Iterator[Match]:
        """Matches in reading order that do not overlap; at each place the longest."""
        at = 0
        while at < len(tokens):
            key = tokens[at].key
            known = key in self.entries or key in self.beginnings
            match = self._longest(text, tokens, at, language) if known else None
            if match:
                yield match
                at = match.last + 1
            else:
                at += 1

    def _longest(self, text: str, tokens: Sequence[Token], first: int, language: str) -> Match | None:
        best: Match | None = None
        start = tokens[first].start
        for key, last in self._keys(text, tokens, first):
            entries = self.entries.get(key)
            if not entries:
                continue
            end = tokens[last].end
            if text.count("(", start, end) > text.count(")", start, end):
                end += text[end : end + 1] == ")"
            written = text[start:end]
            for entry in entries:
                if _admits(entry, written, language):
                    best = Match(entry, start, end, first, last)
                    break
        return best

    def _keys(self, text: str, tokens: Sequence[Token], first: int) -> Iterator[tuple[str, int]]:
        """The keys that can be read from token `first` on, each with the index of its last token."""
        key, last = tokens[first].key, first
        yield key, last
        while key in self.beginnings and last + 1 < len(tokens):
            if text[tokens[last].end : tokens[last + 1].start] not in _GAPS:
                return
            last += 1
            key = f"{key} {tokens[last].key}"
            yield key, last


def _endings(entry: Entry) -> tuple[str, ...]:
    """What may be added to the entry's words: a plural, or the endings of an adjective."""
    if "a" in entry.rule:
        return _ADJECTIVE_ENDINGS.get(entry.language, ())
    plural = entry.kind == "hard" and entry.language == "" and _HAS_PLURAL.match(entry.written)
    return ("s",) if plural else ()


def _admits(entry: Entry, written: str, language: str) -> bool:
    """Whether the entry's language and case rule allow these words."""
    if entry.language and entry.language != language:
        return False
    if "C" not in entry.rule:
        return True
    return written.startswith(entry.written)


def key_of(name: str) -> str:
    """The folded tokens of a name, joined by spaces: what it is looked up by."""
    return _key(" ".join(_TOKEN.findall(name.lower())))


@lru_cache(maxsize=4)
def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a text with their places; two words that a page has glued together are two."""
    folded = text.lower()
    if len(folded) != len(text):  # a few capitals have no small letter of one code point
        folded = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    tokens = [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(folded)]
    if "ß" in folded:
        tokens = [Token(_key(token.key), token.start, token.end) for token in tokens]
    for i in sorted({token_at(tokens, m.start()) for m in _GLUE.finditer(text)}, reverse=True):
        _, start, end = tokens[i]
        cuts = [start, *(start + cut for cut in _glue_points(text[start:end])), end]
        if len(cuts) > 2:
            tokens[i : i + 1] = [Token(_key(folded[a:b]), a, b) for a, b in pairwise(cuts)]
    return tuple(tokens)


def _key(folded: str) -> str:
    return folded.replace("ß", "ss")


def _glue_points(word: str) -> list[int]:
    """Where a word of mixed case falls into words: "skillsMust" does, "PyTorch" and "JavaScript" do not."""
    cuts = [match.start() for match in _GLUE.finditer(word)]
    if not cuts or is_known_word(word):
        return []
    if word[0].islower():
        return cuts if cuts[0] >= _SHORTEST_GLUED else []
    ends = [*cuts, len(word)]
    made = []
    at = 0
    while at < len(word):
        # the longest known word from here on: "Scala", "Pandas", "NumPy" and not "Num"
        near = ends[bisect_left(ends, at + _SHORTEST_GLUED) : bisect_right(ends, at + _longest_known())]
        end = next((e for e in reversed(near) if is_known_word(word[at:e])), 0)
        if not end:
            return []
        made.append(end)
        at = end
    return made[:-1]


def is_known_word(word: str) -> bool:
    """Whether a word, in any case, is one of a skill's name or of the words around skills."""
    folded = _key(word.lower())
    return folded in lexicon().words or is_plain_word(folded)


@lru_cache(maxsize=1)
def _longest_known() -> int:
    return max(longest_plain_word(), *map(len, lexicon().words))


def token_at(tokens: Sequence[Token], offset: int) -> int:
    """Index of the first token that ends after `offset`."""
    return bisect_right(tokens, offset, key=lambda token: token.end)


@lru_cache(maxsize=4)  # the rules and the fitted model ask about the same posting
def matches_of(text: str, language: str) -> tuple[Match, ...]:
    """The lexicon's matches in a text."""
    return tuple(lexicon().find(text, tokenise(text), language))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this package, read once."""
    return Lexicon(_rows())


def _rows() -> Iterator[Entry]:
    kinds: tuple[tuple[str, SkillKind], ...] = (("skills.tsv", "hard"), ("soft_skills.tsv", "soft"))
    for name, kind in kinds:
        for line in (files("extractor.fields") / "data" / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield from _row(line, kind)


def _row(line: str, kind: SkillKind) -> Iterator[Entry]:
    skill, others, rule, language, *_ = [*line.split("\t"), "", "", ""]
    if "=" not in rule:
        yield Entry(skill, skill, kind, rule, language)
    for other in others.split(";") if others else ():
        yield Entry(skill, other, kind, rule, language)
