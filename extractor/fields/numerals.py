"""Reads numbers as people write them: grouped, with a decimal mark of either kind, scaled, or in words.

Babel parses a number once its locale is known; a posting mixes conventions ("€1.500" beside "$1,500"),
so the shape of the digits decides here: three digits after a lone mark are a group, one or two are
decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from extractor.fields.wording import fold
from extractor.patterns import Pattern

_SPACE = "[ \u00a0\u202f\u2009]"

# Four ways to group, then plain digits. No digit may follow, also not behind a mark ("1.2.3" is a version).
NUMBER = (
    r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d{1,2})?"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?"
    r"|\d{1,3}(?:['’]\d{3})+(?:[.,]\d{1,2})?"
    rf"|[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})+(?:[.,]\d{{1,2}})?"
    r"|\d+(?:[.,]\d{1,2})?)(?![.,]?\d)"
)
"""Pattern of one number in digits; it has no groups of its own."""

_WORDS: dict[int, str] = {
    0: "zero zéro cero noll",
    1: "one a an ein eine einem einen einer eines un une uno una um uma een één en ett ét yksi jeden jedno",
    2: "two zwei deux dos dois duas due twee två kaksi dwa dwie",
    3: "three drei trois tres três tre drie kolme trzy",
    4: "four vier quatre cuatro quatro quattro fyra fire neljä cztery",
    5: "five fünf cinq cinco cinque vijf fem viisi pięć",
    6: "six sechs seis sei zes sex seks kuusi sześć",
    7: "seven sieben sept siete sete sette zeven sju syv seitsemän siedem",
    8: "eight acht huit ocho oito otto åtta åtte otte kahdeksan osiem",
    9: "nine neun neuf nueve nove negen nio ni yhdeksän dziewięć",
    10: "ten zehn dix diez dez dieci tien tio ti kymmenen dziesięć",
    11: "eleven elf onze once undici elva elleve",
    12: "twelve zwölf douze doce doze dodici twaalf tolv",
    15: "fifteen fünfzehn quinze quince quindici vijftien femton femten",
    18: "eighteen achtzehn dix-huit dieciocho dezoito diciotto achttien arton atten",
    20: "twenty zwanzig vingt veinte vinte venti twintig tjugo tyve",
    24: "twenty-four vierundzwanzig vingt-quatre veinticuatro ventiquattro vierentwintig tjugofyra",
    25: "twenty-five fünfundzwanzig vingt-cinq veinticinco venticinque vijfentwintig tjugofem",
    30: "thirty dreißig dreissig trente treinta trinta trenta dertig trettio tretti",
}
_WORD_VALUES = {word: value for value, words in _WORDS.items() for word in words.split()}

# Articles and words with another common sense: a count only where a unit of time follows ("a year").
_DOUBTFUL = frozenset(
    "a an ein eine einem einen einer eines un une uno una um uma een en ett ni ti sei sex".split()
)


@dataclass(frozen=True, slots=True)
class Count:
    """A count or a range of two ("3-5", "three (3)", "5+"), in digits or in words.

    `high` is None where one count is given. `is_open` is True for a plus behind it; `is_doubtful` for a word
    that is more often an article.
    """

    low: Decimal
    high: Decimal | None
    start: int
    end: int
    is_open: bool = False
    is_doubtful: bool = False


def read_number(written: str, *, scaled: bool = False) -> Decimal:
    """The value of a match of NUMBER.

    `scaled` says that a multiplier follows ("1.250k"): a lone mark is then always a decimal mark.
    """
    plain = re.sub(rf"{_SPACE}|['’]", "", written)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return Decimal(plain)
    whole, last, rest = plain.rpartition(marks[-1])
    if len(set(marks)) == 2:
        return Decimal(re.sub(r"[.,]", "", whole) + "." + rest)
    groups = len(marks) > 1 or (len(rest) == 3 and whole != "0" and not scaled)
    return Decimal(plain.replace(last, "")) if groups else Decimal(whole + "." + rest)


def _trie(words: Iterable[str]) -> str:
    """One pattern for many words that branches letter by letter: ten times as fast as trying each word."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in (*word, ""):
            node = node.setdefault(letter, {})
    return _branches(tree)


def _branches(node: dict[str, Any]) -> str:
    rest = [re.escape(letter) + _branches(below) for letter, below in sorted(node.items()) if letter]
    if not rest:
        return ""
    return f"(?:{'|'.join(rest)})" + ("?" if "" in node else "")


_WORD = Pattern(rf"\b{_trie(_WORD_VALUES)}\b")
_NUMBER_NEXT = re.compile(r"\s+\d")
_RUN = re.compile(r"\d+")
_DIGITS = re.compile(rf"(?<![\d$€£¥*#])(?<!\d[.,:/])(?<![^\W\d_]){NUMBER}")
_TO = re.compile(
    r"\s*(?:-|–|—|−|~|to|bis(?: zu)?|à|a|au|till|til|tot|ou|or|oder|o|eller|of|e|y|al|do|and|et|und"
    r"|/)\s*",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"\s*\(\s*")


@lru_cache(maxsize=4)  # several finders ask about the same posting
def find_counts(text: str) -> tuple[Count, ...]:
    """Every count in reading order: numbers without a currency mark, number words, and ranges of two."""
    found: list[Count] = []
    for count in _find_single_counts(text):
        joined = _join(text, found[-1], count) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(count)
    return tuple(found)


def _find_single_counts(text: str) -> list[Count]:
    found: list[Count] = []
    reach = 0
    for run in _RUN.finditer(text):
        number = _DIGITS.match(text, run.start()) if run.start() >= reach else None
        if number:
            reach = number.end()
            found.append(_count(text, read_number(number.group()), number.start(), reach))
    for word in _WORD.finditer(fold(text)):
        if word.group() in _DOUBTFUL and _NUMBER_NEXT.match(text, word.end()):
            continue  # "1 a 2 años"
        value = Decimal(_WORD_VALUES[word.group()])
        found.append(_count(text, value, word.start(), word.end(), word.group() in _DOUBTFUL))
    return sorted(found, key=lambda count: count.start)


def _count(text: str, value: Decimal, start: int, end: int, is_doubtful: bool = False) -> Count:
    is_open = text.startswith("+", end)
    return Count(value, None, start, end + is_open, is_open, is_doubtful)


def _join(text: str, first: Count, second: Count) -> Count | None:
    gap = text[first.end : second.start]
    if len(gap) > 8 or first.high is not None:
        return None
    if _REPEATED.fullmatch(gap) and second.low == first.low and text[second.end : second.end + 1] == ")":
        plus = text.startswith("+", second.end + 1)
        return replace(first, end=second.end + 1 + plus, is_open=first.is_open or second.is_open or plus)
    if _TO.fullmatch(gap) and first.low < second.low and not (first.is_doubtful or second.is_doubtful):
        return Count(first.low, second.low, first.start, second.end, second.is_open)
    return None
