"""Skills of a posting in any trade: what they are called, where they stand, hard or soft.

Three sources, best first. A lexicon of skills by trade (`lexicon`); the short noun phrases of an enumeration
that words such as "experience with" introduce (`pattern`); names with capitals or digits that stand in a list
of known skills (`shape`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from extractor.fields.glued_skills import is_glued, split_glued
from extractor.fields.skill_clauses import Clause, Item, clauses_of
from extractor.fields.skill_lexicon import Entry, Match, Token, lexicon, matches_of, token_at, tokenise
from extractor.fields.skill_names import canonical, kind_of
from extractor.fields.skill_patterns import (
    AFTER_ADJECTIVE,
    AFTER_LANGUAGE,
    AFTER_SKILL,
    BEFORE_ADJECTIVE,
    BEFORE_LANGUAGE,
    BEFORE_TRAIT,
    STANDARD,
    STUDY_FIELD,
)
from extractor.fields.skill_words import guess_language, is_skill_name
from extractor.records import Found, Span
from extractor.schema import SkillKind

__all__ = [
    "Candidate",
    "find_skills",
    "find_candidates",
    "kind_of",
    "canonical",
    "is_glued",
    "split_glued",
]

Source = Literal["lexicon", "pattern", "shape"]

_LONGEST_NAME_WORDS: Final = 4
_LONGEST_NAME: Final = 60  # characters
_CONTEXT: Final = 24  # characters before a name that say what it is
_CAPITALS_AROUND: Final = 40  # characters on either side that show a text in capitals
_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+|(?<!\S)[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|de|fr|es|se)/\S*"
)
_MAY_BE_ADDRESS: Final = re.compile(r"://|www\.|@|\.(?:com|org|net|io|de|fr|es|se)/")
_STRANGE_SHAPE: Final = re.compile(r"[A-ZÄÖÜÉ]{3}|[A-Za-z]\S*\d|\w[+#]|[a-z][A-Z]")
# "reporting incidents": where the lexicon does not know it, more often a duty than a skill.
_GERUND: Final = re.compile(r"[a-z]+ing\b")
_INFINITIVE: Final = {"fr": re.compile(r"..(?:er|ir|oir|dre|tre)$"), "es": re.compile(r"..[aei]r$")}
_NEGATION: Final = re.compile(r"\b(?:non|nicht)[-‑ ]$", re.IGNORECASE)
_HYPHENS: Final = frozenset("-‑")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be a skill. `sure` tells whether its words and what stands around them suffice."""

    name: str
    span: Span
    kind: SkillKind
    source: Source
    sure: bool


def find_skills(text: str, *, language: str | None = None) -> list[Found[str]]:
    """Skills in reading order, each once, as they stand in the text.

    `language` is the posting's BCP 47 tag; where it is None the words decide.
    """
    first: dict[str, Found[str]] = {}
    for candidate in find_candidates(text, language=language):
        if candidate.sure:
            first.setdefault(canonical(candidate.name), Found(candidate.name, candidate.span))
    return list(first.values())


def find_candidates(text: str, *, language: str | None = None) -> list[Candidate]:
    """All that may be skills, in reading order, repeats included."""
    tokens = _without_addresses(text, tokenise(text))
    if not tokens:
        return []
    tag = (language or guess_language(token.key for token in tokens))[:2].lower()
    matches = _with_standards(text, tokens, _matches(text, tokens, tag))
    judge = _Judge(text, tokens, tag)
    found: list[Candidate] = []
    for clause in clauses_of(text, tokens, matches, capitals_tell=tag != "de"):
        found.extend(judge.candidates(clause))
    return sorted(found, key=lambda candidate: candidate.span)


def _without_addresses(text: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The words that are no part of an address; the same object where there is none."""
    if not _MAY_BE_ADDRESS.search(text):
        return tokens
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    if not addresses:
        return tokens
    starts = [start for start, _ in addresses]

    def is_outside(token: Token) -> bool:
        before = bisect_right(starts, token.start) - 1
        return before < 0 or token.start >= addresses[before][1]

    return list(filter(is_outside, tokens))


def _matches(text: str, tokens: Sequence[Token], language: str) -> list[Match]:
    """The lexicon's matches, without those that belong to a longer hyphenated word."""
    is_whole = tokens is tokenise(text)
    found = matches_of(text, language) if is_whole else lexicon().find(text, tokens, language)
    return [m for m in found if not _is_part_of_word(text, m)]


def _is_part_of_word(text: str, match: Match) -> bool:
    """ "non-technical", "sales-driven", and capitals that mean nothing in a line of capitals."""
    written = text[match.start : match.end]
    if "C" in match.entry.rule and written.isupper() and _is_in_capitals(text, match):
        return True
    if _NEGATION.search(text, max(0, match.start - 5), match.start):
        return True
    if not (written.islower() and match.entry.skill.islower()):
        return False
    before, after = text[max(0, match.start - 2) : match.start], text[match.end : match.end + 2]
    return _is_hyphened(before[::-1]) or _is_hyphened(after)


def _is_hyphened(outward: str) -> bool:
    """Whether the two characters that follow outward are a hyphen and a letter."""
    return outward[:1] in _HYPHENS and outward[1:].isalnum()


def _is_in_capitals(text: str, match: Match) -> bool:
    """Whether the words before and after are capitals too."""
    before = text[max(0, match.start - _CAPITALS_AROUND) : match.start]
    letters = [c for c in before + text[match.end : match.end + _CAPITALS_AROUND] if c.isalpha()]
    return len(letters) > _CAPITALS_AROUND // 2 and all(c.isupper() for c in letters)


def _with_standards(text: str, tokens: Sequence[Token], matches: list[Match]) -> list[Match]:
    """The matches and, in place of what they overlap, the numbers of standards."""
    standards = []
    for found in STANDARD.finditer(text):
        first, last = token_at(tokens, found.start()), token_at(tokens, found.end() - 1)
        if last < len(tokens):
            entry = Entry(found.group(), found.group(), "hard", "", "")
            standards.append(Match(entry, found.start(), found.end(), first, last))
    kept = [m for m in matches if not any(s.first <= m.last and m.first <= s.last for s in standards)]
    return sorted([*kept, *standards], key=lambda match: match.start)


class _Judge:
    """Decides what the items of one text's clauses offer."""

    def __init__(self, text: str, tokens: Sequence[Token], language: str) -> None:
        self.text = text
        self.tokens = tokens
        self.language = language

    def candidates(self, clause: Clause) -> Iterator[Candidate]:
        """The skills of each item: its own words where the lexicon lacks them, else the lexicon's matches."""
        supported = _supported(clause)
        for i, item in enumerate(clause.items):
            phrase = self._phrase(item, clause.listed, beside_known=any(supported[max(0, i - 1) : i + 2]))
            if phrase:
                yield phrase
            if not (phrase and phrase.sure):
                for match in item.matches:
                    yield self._known(item, match, supported[i])

    def _known(self, item: Item, match: Match, supported: bool) -> Candidate:
        name = self.text[match.start : match.end]
        sure = _is_unrestricted(match) or self._is_backed(item, match, supported)
        if item.introduced == "study" and STUDY_FIELD.search(name):
            sure = False
        if "a" in match.entry.rule and not AFTER_ADJECTIVE.match(self.text, match.end):
            sure = False
        return Candidate(name, Span(match.start, match.end), match.entry.kind, "lexicon", sure)

    def _is_backed(self, item: Item, match: Match, supported: bool) -> bool:
        """Whether an entry that a rule restricts counts here."""
        if supported and match.first <= item.first and match.last >= item.last:
            return True
        before = self.text[max(0, match.start - _CONTEXT) : match.start]
        if "l" in match.entry.rule:
            return bool(BEFORE_LANGUAGE.search(before) or AFTER_LANGUAGE.match(self.text, match.end))
        if "a" in match.entry.rule:
            return bool(BEFORE_ADJECTIVE.search(before))
        if match.entry.kind == "soft":
            return bool(BEFORE_TRAIT.search(before))
        return bool(AFTER_SKILL.match(self.text, match.end))

    def _phrase(self, item: Item, listed: bool, *, beside_known: bool) -> Candidate | None:
        """The item's own words, where the lexicon has neither them nor a name with capitals among them."""
        offered = item.introduced in ("example", "knowing") or (item.introduced == "none" and beside_known)
        if item.last < item.first or not offered or _has_proper_name(item):
            return None
        span = Span(self.tokens[item.first].start, self.tokens[item.last].end)
        name = self.text[span.start : span.end]
        if not self._is_name(item, name):
            return None
        kind = kind_of(name)
        if item.introduced == "knowing":
            plain = name.islower() and (item.first == item.last or _GERUND.match(name) is not None)
            return Candidate(name, span, kind, "pattern", listed or (kind == "hard" and not plain))
        return Candidate(name, span, kind, "shape", bool(_STRANGE_SHAPE.search(name)))

    def _is_name(self, item: Item, name: str) -> bool:
        words = [token.key for token in self.tokens[item.first : item.last + 1]]
        infinitive = _INFINITIVE.get(self.language)
        if (self.language == "de" and name.islower()) or (infinitive and infinitive.search(words[0])):
            return False
        short = len(name) <= _LONGEST_NAME and len(name.split()) <= _LONGEST_NAME_WORDS
        return short and is_skill_name(words)


def _supported(clause: Clause) -> list[bool]:
    """For each item, whether a name of double meaning counts in it: introduced, or beside a known skill."""
    covering = [item.covering() for item in clause.items]
    if clause.whole_line and len(covering) > 1 and all(covering):
        return [True] * len(covering)
    result = [
        match is not None
        and (
            item.introduced in ("example", "knowing")
            or _is_unrestricted(match)
            or _is_trait_line(clause, match)
        )
        for item, match in zip(clause.items, covering, strict=True)
    ]
    for i, (item, following) in enumerate(pairwise(clause.items)):
        if _is_adjective(item.closing()) and _is_adjective(following.covering()):
            result[i] = result[i + 1] = True  # two adjectives said of a person vouch for each other
    for order in (range(1, len(result)), range(len(result) - 2, -1, -1)):
        for i in order:
            result[i] = result[i] or (result[i - order.step] and covering[i] is not None)
    return result


def _is_adjective(match: Match | None) -> bool:
    return match is not None and "a" in match.entry.rule


def _is_trait_line(clause: Clause, match: Match) -> bool:
    """A soft skill that is a line by itself. A hard one there may be a heading ("Marketing")."""
    return clause.whole_line and match.entry.kind == "soft"


def _is_unrestricted(match: Match) -> bool:
    return not set(match.entry.rule) & set("?al")


def _has_proper_name(item: Item) -> bool:
    if item.covering():
        return True
    return any(not m.entry.skill.islower() and _is_unrestricted(m) for m in item.matches)
