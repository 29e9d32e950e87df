"""What every match of a regular expression needs, and how it begins: worked out from the expression itself.

Read from the interpreter's own parse of it. What is not understood is taken for anything, so that what is
said holds of every match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

try:  # the interpreter's own parser; where it is not to be had, every pattern is tried on every text
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover
    _parser = None

Stems = frozenset[str]
# Stands among stems for any decimal digit; no other stem has a space in it.
DIGIT = " 0"


def fold_case(text: str) -> str:
    """Text in which all letters are the same that a pattern which ignores case takes for the same."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.replace("\u0307", "").replace("ı", "i")


# A stem of fewer letters is in every text.
SHORTEST = 3
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
    return float(len(stem)) if len(stem) >= SHORTEST else 0.0


def _read_sequence(items: Iterable[tuple[Any, Any]]) -> _Part:
    spelt: Stems = frozenset({""})
    needed: list[Stems | None] = []
    is_whole = True
    for part in _read_parts(items):
        needed.append(part.needed)
        if part.spelt is not None and len(spelt) * len(part.spelt) <= _MOST_SPELT:
            spelt = frozenset(left + right for left in spelt for right in part.spelt)
        else:
            is_whole = False
            needed.append(_to_stems(spelt))
            spelt = part.spelt or frozenset({""})
    return _Part(spelt if is_whole else None, max((*needed, _to_stems(spelt)), key=_worth))


def _read_parts(items: Iterable[tuple[Any, Any]]) -> Iterator[_Part]:
    """What is known of a sequence's parts, letters in a row as one."""
    letters = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            letters += _spell(value)
            continue
        if letters:
            yield _Part(frozenset({letters}))
            letters = ""
        yield _read_item(str(kind), value)
    if letters:
        yield _Part(frozenset({letters}))


def _read_item(kind: str, value: Any) -> _Part:
    match kind:
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


# How matches begin. A word of fewer letters than these ends in "$" where it must
# be no longer.
BEGINNING = 3
_MOST_BEGINNINGS = 800
_MOST_SINGLE = 8  # small letters; what words of more than so many begin with are nearly all words
_IGNORES_CASE = re.compile(r"\(\?[a-z]*i")


def find_beginnings(pattern: str, flags: int = 0, *, of_words: bool = True) -> Stems | None:
    """How matches of a pattern begin, as far as three letters, any digit as "0": case-folded where the
    pattern ignores case, else as written; None where that is not known, or says little.

    `of_words`: only where every match begins at the first letter of a word, so that words can be looked up.
    """
    if _parser is None or flags & re.ASCII:
        return None
    ignores_case = flags & re.IGNORECASE or _IGNORES_CASE.search(pattern)
    reader = _Beginnings(_spell if ignores_case else _write, of_words)
    begun = reader.read(_parser.parse(pattern, flags), not of_words, frozenset({""}))
    found = begun and begun.ended | begun.going
    if not found or "" in found or len(found) > _MOST_BEGINNINGS:
        return None
    single = sum(len(said) == 1 and not said.isupper() for said in found)
    return None if of_words and single > _MOST_SINGLE else found


class _Begun(NamedTuple):
    """The beginnings that are known in full, and those that what follows goes on."""

    ended: Stems
    going: Stems


class _Beginnings(NamedTuple):
    """Reads how matches begin from a pattern's parts."""

    spell: Callable[[int], str]
    of_words: bool

    def read(self, items: Iterable[tuple[Any, Any]], is_bound: bool, going: Stems) -> _Begun | None:
        """How matches of a sequence begin, after `going`; `is_bound`: no word goes on into it."""
        ended: Stems = frozenset()
        for kind, value in items:
            if not going:
                break
            match str(kind):
                case "ASSERT_NOT" if value[0] < 0:
                    is_bound = is_bound or _is_no_word(value[1])
                case "AT" if str(value).startswith(("AT_BEGINNING", "AT_BOUNDARY")):
                    is_bound = True
                case "ASSERT" | "ASSERT_NOT" | "AT":
                    pass
                case name:
                    begun = self._read_item(name, value, is_bound, going)
                    if begun is None or len(ended) + len(begun.ended) + len(begun.going) > _MOST_BEGINNINGS:
                        return None
                    ended, going = ended | begun.ended, begun.going
        return _Begun(ended, going)

    def _read_item(self, kind: str, value: Any, is_bound: bool, going: Stems) -> _Begun | None:
        match kind:
            case "SUBPATTERN":
                return self.read(value[-1], is_bound, going)
            case "ATOMIC_GROUP":
                return self.read(value, is_bound, going)
            case "BRANCH":
                return _either([self.read(branch, is_bound, going) for branch in value[1]])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, repeated = value
                part = self.read(repeated, is_bound, going)
                if part is not None and most != 1:
                    part = _Begun(part.ended | part.going, frozenset())
                return part if part is None or least else _Begun(part.ended, part.going | going)
        letters = self._letters(kind, value)
        is_known = letters is not None and (not self.of_words or all(map(_is_word_letter, letters)))
        if "" in going and not (is_bound and is_known):
            return None
        return _Begun(going, frozenset()) if letters is None else self._append(going, letters)

    def _append(self, going: Stems, letters: Stems) -> _Begun:
        """Each of the beginnings with each of the letters after it."""
        ended, onward = set(), set()
        for said in going:
            for letter in letters:
                if self.of_words and not _is_word_letter(letter):
                    ended.add(said + "$")
                elif len(said + letter) >= BEGINNING:
                    ended.add((said + letter)[:BEGINNING])
                else:
                    onward.add(said + letter)
        return _Begun(frozenset(ended), frozenset(onward))

    def _letters(self, kind: str, value: Any) -> Stems | None:
        """What one character of a pattern stands for."""
        letters: set[str] = set()
        for member, code in value if kind == "IN" else [(kind, value)]:
            match str(member), code:
                case "LITERAL", int():
                    letters.add(self.spell(code))
                case "RANGE", (first, last) if last - first < _MOST_SPELT:
                    letters.update(map(self.spell, range(first, last + 1)))
                case "CATEGORY", category if str(category) == "CATEGORY_DIGIT":
                    letters.add("0")
                case "CATEGORY", category if str(category) == "CATEGORY_SPACE" and self.of_words:
                    letters.add(" ")
                case _:
                    return None
        return frozenset("0" if letter.isdecimal() else letter for letter in letters)


def _either(parts: list[_Begun | None]) -> _Begun | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _Begun(
        frozenset().union(*(part.ended for part in known)), frozenset().union(*(part.going for part in known))
    )


def _write(code: int) -> str:
    return " " if chr(code).isspace() else chr(code)


def to_beginning(letters: str) -> str:
    """Letters as they stand in beginnings."""
    return "".join("0" if ch.isdecimal() else ch for ch in letters)


def _is_word_letter(letter: str) -> bool:
    return all(ch.isalnum() or ch == "_" for ch in letter)


def _is_no_word(items: Sequence[tuple[Any, Any]]) -> bool:
    """Whether what may not stand before is one character: any letter of a word, among others."""
    if len(items) != 1 or str(items[0][0]) != "IN":
        return False
    members = [str(of) if str(kind) == "CATEGORY" else str(kind) for kind, of in items[0][1]]
    return "CATEGORY_WORD" in members and "NEGATE" not in members
