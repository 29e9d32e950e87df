"""Reads exact dates out of text: a day, a month and a year, all of them written.

dateparser fills in what is missing ("May" becomes today's day of May), which would invent dates; so the
shapes are matched here, with the month names of Babel's locale data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from babel import Locale

from extractor.patterns import Pattern
from extractor.records import Found, Span

LOCALES = "en de fr es pt it nl sv da nb fi pl cs ro hu tr ru uk el ca".split()
# Spellings in use that the locale data lacks.
_EXTRA_MONTHS = {
    "sept": 9,
    "juil": 7,
    "fevr": 2,
    "fev": 2,
    "janv": 1,
    "avr": 4,
    "aout": 8,
    "dec": 12,
    "mrt": 3,
    "jänner": 1,
}

# Where day and month are both numbers; elsewhere than in these languages the day comes first.
_MONTH_FIRST = frozenset({"en-us", "en-ph"})
_DAY_FIRST_ENGLISH = frozenset("en-gb en-ie en-au en-nz en-in en-za en-sg en-ng en-ke en-hk".split())
_YEAR_FIRST = frozenset({"ja", "zh", "ko", "hu", "lt"})

_WORD = r"[^\W\d_]{3,12}"
_ORDINAL = r"(?:st|nd|rd|th|ST|ND|RD|TH|er|re|\.|º|ª|°|:e|:a|e)?"
# The look-behinds come last: a pattern that starts with its digits is searched several times as fast.
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)(?:(?<![\d.,/-]\d{4})|(?<=[^\W_][./-]\d{4}))")
_ISO_REST = re.compile(r"([-/.])(\d{1,2})\1(\d{1,2})(?!\d)|年\s?(\d{1,2})月\s?(\d{1,2})日")
_DAY_MONTH_BEFORE = re.compile(
    rf"(?<![\d.,/-])(\d{{1,2}}){_ORDINAL}[\s/-]*(?:de |of |d')?({_WORD})\.?,?(?:[\s-]+(?:de |del |of )?|/|(?<=\.))$"
)
_MONTH_DAY_BEFORE = re.compile(rf"(?<![^\W\d_])({_WORD})\.?\s+(\d{{1,2}}){_ORDINAL}(?:,\s*|\s+)$")
_NUMBERS_BEFORE = re.compile(
    r"(?<![\d.,/-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?(?:\2\s?|(?<=/\d)\s|(?<=/\d\d)\s)$"
)
_SHORT_YEAR = Pattern(r"(?<![\d.,/-])(\d{1,2})([./])(\d{1,2})\2(\d\d)(?![\d.,/-]*\d)")

_DAY_DIGITS = re.compile(r"(?<![\d.,/$€£-])\d{1,2}(?!\d)")
_DAY_MONTH = re.compile(rf"\d{{1,2}}{_ORDINAL}\s*(?:de |of )?({_WORD})\b")
_MONTH_BEFORE = re.compile(rf"(?<![^\W\d_])({_WORD})\.?\s+$")
_NUMERIC_DAY = Pattern(r"(?<![\w.,/$€£-])(\d{1,2})(?:(\.)\s?(\d{1,2})\.(?!\d)|(/)(\d{1,2})(?![\d/]))")
_ENGLISH_ORDINAL = re.compile(r"st\b|nd\b|rd\b|th\b")


class DayOfYear(NamedTuple):
    """A day and a month without their year."""

    month: int
    day: int


def read_date(quote: str, *, language: str | None = None, day_first: bool | None = None) -> date | None:
    """The one full date that `quote` holds; None without any, with several, or with day and month in doubt.

    `day_first` settles "03/04/2026"; else `language` does (BCP 47, with region for English).
    """
    dates = find_dates(quote, language=language, day_first=day_first)
    dates = dates or find_short_dates(quote, language=language, day_first=day_first)
    found = {f.value for f in dates}
    return found.pop() if len(found) == 1 else None


def find_dates(text: str, *, language: str | None = None, day_first: bool | None = None) -> list[Found[date]]:
    """Every full date in reading order; each has its year in four digits."""
    order = is_day_first(language, day_first)
    return [found for year in _YEAR.finditer(text) if (found := _date_at(text, year, order))]


def find_short_dates(
    text: str, *, language: str | None = None, day_first: bool | None = None
) -> list[Found[date]]:
    """Dates in numbers with a year of two digits ("31.05.26"); for places where a date is expected."""
    order = is_day_first(language, day_first)
    found = (
        (_numeric(m, 2000 + int(m[4]), order, m.start(), m.end()), int(m[4]))
        for m in _SHORT_YEAR.finditer(text)
    )
    return [short for short, year in found if short and year < 70]


def find_days(text: str) -> list[Found[DayOfYear]]:
    """Days with a month's name, whether or not a year follows."""
    return sorted(_find_days(text), key=lambda found: found.span)


def find_numeric_days(text: str, day_first: bool | None) -> list[Found[DayOfYear]]:
    """Days in numbers without a year ("15.12.", "30/6"); `day_first` settles "3/4"."""
    found = []
    for match in _NUMERIC_DAY.finditer(text):
        first, second = int(match[1]), int(match[3] or match[5])
        leads = True if match[2] or first > 12 else False if second > 12 else day_first
        day, month = (first, second) if leads else (second, first)
        if leads is not None and 1 <= month <= 12 and 1 <= day <= 31:
            found.append(Found(DayOfYear(month, day), Span(match.start(), match.end())))
    return found


def month_of(word: str) -> int | None:
    """The number of a month's name or abbreviation in any of the languages known."""
    return _months().get(word.lower().rstrip("."))


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = dict(_EXTRA_MONTHS)
    for locale in map(Locale.parse, LOCALES):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    names.setdefault(name.lower().rstrip("."), number)
    return names


def is_day_first(language: str | None, day_first: bool | None) -> bool | None:
    """How "03/04" is to be read: as told, else by the language; None where that leaves it open."""
    if day_first is not None or not language:
        return day_first
    tag = language.lower()
    if tag in _MONTH_FIRST:
        return False
    if tag in _DAY_FIRST_ENGLISH:
        return True
    return None if tag[:2] in _YEAR_FIRST or tag[:2] == "en" else True


def _date_at(text: str, year: re.Match[str], day_first: bool | None) -> Found[date] | None:
    number = int(year.group())
    rest = _ISO_REST.match(text, year.end())
    if rest:
        numbers = [int(group) for group in rest.groups()[1:] if group]
        return _found(number, numbers[0], numbers[1], year.start(), rest.end())
    low = max(0, year.start() - 30)
    before = text[low : year.start()]
    for pattern in (_DAY_MONTH_BEFORE, _MONTH_DAY_BEFORE):
        named = pattern.search(before)
        if named:
            first, second = named.groups()
            day, word = (first, second) if pattern is _DAY_MONTH_BEFORE else (second, first)
            if month := month_of(word):
                return _found(number, month, int(day), low + named.start(), year.end())
    numeric = _NUMBERS_BEFORE.search(before)
    if numeric:
        return _numeric(numeric, number, day_first, low + numeric.start(), year.end())
    return None


def _numeric(
    match: re.Match[str], year: int, day_first: bool | None, start: int, end: int
) -> Found[date] | None:
    """A date in numbers: dots put the day first, slashes need to be told unless one part is no month."""
    first, second = int(match[1]), int(match[3])
    if match[2] == "." or first > 12 or first == second:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    return _found(year, month, day, start, end)


def _find_days(text: str) -> Iterator[Found[DayOfYear]]:
    for digits in _DAY_DIGITS.finditer(text):
        behind = _DAY_MONTH.match(text, digits.start())
        low = max(0, digits.start() - 16)
        before = _MONTH_BEFORE.search(text[low : digits.start()])
        day = int(digits.group())
        if behind and (month := month_of(behind[1])) and 1 <= day <= 31:
            yield Found(DayOfYear(month, day), Span(digits.start(), behind.end()))
        elif before and (month := month_of(before[1])) and 1 <= day <= 31:
            ordinal = _ENGLISH_ORDINAL.match(text, digits.end())
            yield Found(
                DayOfYear(month, day), Span(low + before.start(), ordinal.end() if ordinal else digits.end())
            )


def _found(year: int, month: int, day: int, start: int, end: int) -> Found[date] | None:
    try:
        return Found(date(year, month, day), Span(start, end))
    except ValueError:
        return None
