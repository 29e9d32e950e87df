"""What stands around dates: the label before one, the words between two, the day after today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from extractor.fields.calendar_dates import DayOfYear, find_days, find_numeric_days
from extractor.records import Found, Span

_REACH = 200
_NEXT_YEARS = 2
_FILLER_REACH = 60

# A small letter before is inside a word; a capital behind one is where lines were joined ("CAPosted").
_WORD_START = r"(?-i:(?<![a-zà-ÿ]))"
_WORD_END = r"(?-i:(?![^\W\d_A-Z]))"
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|uhr|h|noon|hrs)?|midnight|noon"
# Between a label and its date: a few words, a clock time, but no end of a sentence.
_FILLER = re.compile(rf"(?:[\s:,()*_|=/–-]++|(?:{_CLOCK})\b|[^\W\d_]++\.?+){{0,16}}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])|;|\n\s*\n.*\n\s*\n", re.DOTALL)

_SPAN_MARKS = (
    "-", "–", "—", "to", "through", "thru", "until", "till", "bis", "bis zum", "au", "jusqu'au", "jusqu’au",
    "à", "al", "a", "ao", "até", "até ao", "t/m", "tot", "tot en met", "till och med", r"t\.o\.m\.", "til", "til og med",
    "fino al", "do",
)  # fmt: skip
_AND = frozenset("and und och og et y e en i".split())
_TO = re.compile(
    r"\s*(?P<mark>" + "|".join(sorted((*_SPAN_MARKS, *_AND), key=len, reverse=True)) + r")\s*"
    r"(?:[^\W\d_]{2,10},?\s+)?(?:(?:den|the|le|el)\s+)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:between|zwischen|mellan|mellom|mellem|entre|tra|tussen|między)\s+(?:(?:the|dem|den|le|el)\s+)?$",
    re.IGNORECASE,
)


def label_pattern(*words: str) -> re.Pattern[str]:
    """A pattern for labels; one argument a language, alternatives in it parted by "|"."""
    return re.compile(rf"{_WORD_START}(?:{'|'.join(words)}){_WORD_END}", re.IGNORECASE)


def is_labelled(text: str, at: int, label: re.Pattern[str], within: int = _FILLER_REACH) -> bool:
    """Whether a date at `at` stands right behind a label, `within` so many characters."""
    before = text[max(0, at - _REACH) : at]
    labels = list(label.finditer(before))
    between = before[labels[-1].end() :] if labels else ""
    return bool(labels) and len(between) <= within and is_filler(between)


def is_filler(between: str) -> bool:
    """Whether words between a label and a date leave them together."""
    return bool(_FILLER.fullmatch(between)) and not _SENTENCE_END.search(between)


def are_ends(text: str, first: Span, last: Span) -> bool:
    """Whether two dates are the ends of one time: "to" between them, or "and" behind "between"."""
    mark = _TO.fullmatch(text[first.end : last.start])
    if not mark or mark["mark"].lower() not in _AND:
        return mark is not None
    return bool(_BETWEEN.search(text[max(0, first.start - 20) : first.start]))


def find_next_days(
    text: str,
    today: date,
    within: timedelta,
    known: list[Found[date]],
    *,
    numeric: bool = False,
    day_first: bool | None = None,
) -> Iterator[Found[date]]:
    """Days without a year, each as the next such day from `today` on, if that is `within` reach.

    What overlaps a `known` date is left out. `numeric` adds days in numbers ("15.12.", "30/6"), which
    fractions and versions look like: for places where a day is expected.
    """
    days = find_days(text)
    if numeric:
        days += find_numeric_days(text, day_first)
    for day in days:
        overlaps = day.span.overlaps(*(f.span for f in known))
        if overlaps or re.match(r",?\s*\d", text[day.span.end : day.span.end + 4]):
            continue
        following = _next_occurrence(day.value, today)
        if following and following - today <= within:
            yield Found(following, day.span)


def _next_occurrence(day: DayOfYear, today: date) -> date | None:
    for year in range(today.year, today.year + _NEXT_YEARS):
        try:
            candidate = date(year, day.month, day.day)
        except ValueError:  # 29 February
            continue
        if candidate >= today:
            return candidate
    return None
