"""Finds when applicants are expected to graduate ("winter 2026 or spring/summer 2027")."""

from __future__ import annotations

import calendar
import re
from datetime import date

from extractor.fields.calendar_dates import month_of
from extractor.patterns import Pattern
from extractor.records import Found, Span
from extractor.schema import Graduation

# First month of each season; every one lasts three.
_SEASONS = {
    name: month
    for month, names in {
        1: "q1",
        3: "spring frühjahr frühling printemps primavera vår våren",
        4: "q2",
        6: "summer sommer été verano sommaren",
        7: "q3",
        9: "fall autumn herbst automne otoño höst hösten",
        10: "q4",
        12: "winter hiver invierno vinter",
    }.items()
    for name in names.split()
}
_NAME = r"(?:" + "|".join(sorted(_SEASONS, key=len, reverse=True)) + r"|[^\W\d_]{3,12}\.?)"
_YEAR = r"(?:20[0-4]\d)"
_NAMES = rf"(?:the )?(?:{_NAME})(?:\s?[/,&-]\s?{_NAME}|\s(?:or|and)\s{_NAME})*"
_POINT = rf"(?:{_NAMES}(?:\s+(?:of|de|term|semester))?,?\s+{_YEAR}|{_YEAR})"
_LINK = (
    r"\s*(?:,|-|–|—|/|or|and|to|through|until|oder|und|bis|ou|et|à|o|y|a|och|eller|till)\s*"
    r"(?:in\s+|by\s+|the\s+)?"
)
_TIME = re.compile(rf"{_POINT}(?:{_LINK}{_POINT})*", re.IGNORECASE)
_LABEL = Pattern(
    r"graduat(?:e|es|ing|ion)(?!\s+(?:degree|student|program|school))|class of|degree (?:completion|by|in)"
    r"|complet\w+ (?:your|their|a|the)?\s*"
    r"(?:degree|studies)|abschluss|diplôm(?:é|e|ée)|graduaci[óo]n|egreso|formatura|laurea|afstud|examen",
    re.IGNORECASE,
)
# A cheap first look.
_STEMS = (
    "graduat",
    "class of",
    "degree",
    "abschluss",
    "diplôm",
    "graduaci",
    "egreso",
    "formatura",
    "laurea",
    "afstud",
    "examen",
)
_UNTIL = re.compile(
    r"\b(?:by|before|no later than|until|bis|avant|antes de|senast"
    r"|entro)\s*(?:the end of\s*)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:after|no earlier than|from|as of|later than|ab|nach|après)\s*$", re.IGNORECASE)
_POINT_PART = re.compile(rf"({_NAME})|({_YEAR})", re.IGNORECASE)
_REACH = 70


def find_graduation(text: str) -> Found[Graduation] | None:
    """The expected graduation, with the earliest and the latest day that its words allow.

    Seasons are those of the northern calendar: spring March to May, summer June to August, autumn (fall)
    September to November, winter December to the end of the next February; so "winter 2026" begins on
    2026-12-01. A month is all of it, a year all of it. "by" leaves the earliest open, "after" the latest.
    The text and the span are the time's own words.
    """
    lowered = text.lower()
    if not any(stem in lowered for stem in _STEMS):
        return None
    for label in _LABEL.finditer(text):
        window = text[label.end() : label.end() + _REACH]
        for time in _TIME.finditer(window):
            spans = _to_spans(time.group())
            if spans and not re.search(r"[.!?;]\s|\n\s*\n", window[: time.start()]):
                return _build(text, Span(label.end() + time.start(), label.end() + time.end()), spans)
    return None


def _build(text: str, span: Span, spans: list[tuple[date, date]]) -> Found[Graduation]:
    before = text[max(0, span.start - 30) : span.start]
    earliest: date | None = min(first for first, _ in spans)
    latest: date | None = max(last for _, last in spans)
    if _AFTER.search(before) and len(spans) == 1:
        latest = None
    elif _UNTIL.search(before) and len(spans) == 1:
        earliest = None
    return Found(Graduation(text=text[span.start : span.end], earliest=earliest, latest=latest), span)


def _to_spans(written: str) -> list[tuple[date, date]]:
    """First and last day of every season, month or year named; a name takes the next year behind it."""
    spans: list[tuple[date, date]] = []
    names: list[tuple[int, int]] = []
    for part in _POINT_PART.finditer(written):
        if part[2]:
            year = int(part[2])
            spans += [_days(year, *name) for name in names or [(1, 12)]]
            names = []
        elif months := _months_of(part[1]):
            names.append(months)
    return spans


def _months_of(name: str) -> tuple[int, int] | None:
    season, month = _SEASONS.get(name.lower()), month_of(name)
    if season:
        return season, 3
    return (month, 1) if month else None


def _days(year: int, first_month: int, months: int) -> tuple[date, date]:
    last = first_month + months - 1
    end_year, end_month = (year + 1, last - 12) if last > 12 else (year, last)
    return date(year, first_month, 1), date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
