"""Reads numbers as people write them: grouped, with a decimal mark of either kind, scaled, or in words.

Babel parses a number once its locale is known; a posting mixes conventions ("€1.500" beside "$1,500"),
so the shape of the digits decides here: three digits after a lone mark are a group, one or two are
decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal

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
    1: "one a an ein eine einem einen einer eines un une uno una um uma een één en ett ét yksi jeden jedno",
    2: "two zwei deux dos dois duas due twee två to kaksi dwa dwie",
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

# Articles and words with another common sense count only where the caller knows that a count is meant.
_DOUBTFUL = frozenset("a an to en um ni ti once due sei sex sept".split())
NUMBER_WORD = (
    r"(?:" + "|".join(sorted((w for w in _WORD_VALUES if w not in _DOUBTFUL), key=len, reverse=True)) + r")"
)
"""Pattern of a number word, match it without regard to case and between word boundaries."""

COUNT_WORD = r"(?:" + "|".join(sorted(_WORD_VALUES, key=len, reverse=True)) + r")"
"""NUMBER_WORD and the articles too ("a year", "en månad"); only for places where a unit follows."""


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


def read_count(written: str) -> Decimal | None:
    """The value of digits or of a number word; None for anything else."""
    word = written.strip().lower()
    if word in _WORD_VALUES:
        return Decimal(_WORD_VALUES[word])
    return read_number(word) if re.fullmatch(NUMBER, word) else None
