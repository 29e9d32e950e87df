"""Finds how many hours a week a job has, and how many weeks it lasts."""

from __future__ import annotations

import functools
import re
from decimal import ROUND_HALF_EVEN, Decimal

from babel import Locale

from extractor.fields.calendar_dates import LOCALES
from extractor.fields.numerals import Count, find_counts
from extractor.records import Found, Span

# A capital may follow: lines were joined there ("per weekBENEFITS").
_WORD_END = r"(?-i:(?![^\W\d_A-Z]))"

# -- hours ------------------------------------------------------------------------------------------------

_MOST_HOURS = 84
_FEWEST_IN_CELL = 10
_HOUR = (
    r"(?:hours?|hrs?\.?|h|stunden|std\.?|heures?|horas?|ore|uren|uur|timmars?|tim\.?|timers?|t(?=\s?/)|godzin[ay]?"
    r"|godz\.?|hodin[ay]?|hod\.|óra|órás|ore|saat"
    r"|tuntia)"
)
_PER_WEEK = (
    r"(?:\s*(?:/|per|a|an|each|every|pro|je|in der|die|par|por|a la|alla|à la|i|om|pr\.?|na|w)\s*"
    rf"(?:week|wk|woche|wo\.?|semaine|sem\.?|semana|settimana|vecka(?:n)?|uke|uge(?:n)?|tydzień|tygodniu"
    rf"|týden|týdně|săptămână|hafta|viikko|s){_WORD_END}"
    rf"|\s*p[./]?\s?w\.?{_WORD_END}"
    r"|\s*/?\s*(?:weekly|ugentligt?|ukentlig|wöchentlich|hebdo(?:madaires?)?|semanales|semanal|semanais"
    r"|settimanal[ie]|wekelijks|tygodniowo|týdně|viikossa|heti|haftalık|săptămânal|work week"
    r"|week|woche))"
)
_HOURS_A_WEEK = re.compile(rf"[\s-]*{_HOUR}(?:\s?\d\d)?[\s-]*{_PER_WEEK}", re.IGNORECASE)
_HOUR_WEEK = re.compile(
    r"\s*wochenstunden|[\s-]*(?:hours?|hrs?|stunden|std\.?|timmars|timers|urige"
    r"|uur)[\s-]+(?:work(?:ing)?[\s-]+)?"
    r"(?:arbeits)?(?:week|woche|arbetsvecka|arbeidsuke|uge|werkweek)",
    re.IGNORECASE,
)
_HOURS = re.compile(rf"\s*-?\s*{_HOUR}{_WORD_END}", re.IGNORECASE)
_FULL_TIME = (
    r"full[- ]?time|part[- ]?time|vollzeit|teilzeit|temps (?:plein|complet|partiel)|heltid|deltid|contrat"
    r"|\bCD[DI]\b|tempo pieno"
    r"|jornada(?: completa)?"
    r"|voltijd|deeltijd|arbeitszeit|temps de travail|durée du travail|arbetstid|orario"
)
_HOURS_OF_WEEK = (
    r"(?:working |work |weekly |contract(?:ed|ual)? |total |standard )*hours(?: of work)?(?: per week| a week"
    r"|/week| \(weekly\)| weekly)?"
    r"|weekly (?:working )?hours|wochen(?:arbeits)?(?:zeit|stunden)|durée hebdomadaire|horas semanales"
    r"|ore settimanali|orario settimanale|carga horária(?: semanal)?|horas por semana"
    r"|(?:min(?:imaal|imum)?\.? )?(?:aantal )?(?:uren|uur)(?: per week|/week)?|aantal uren(?: per week)?"
    r"|(?:antal )?timer (?:pr\.?|per|i) (?:uge|uken?)|ukentlig arbeidstid|ugentlig arbejdstid|godzin tygodniowo"
)
_LABEL_TAIL = r"[^\S\n]*(?:[:=(,/–-]|of|de|von|mit|is|är|à|con|ca\.|up to|max\.|i\.e\.|mind?\.|mindestens|at least|minst|[^\S\n])*$"
_FULL_TIME_BEFORE = re.compile(rf"(?:{_FULL_TIME}){_LABEL_TAIL}", re.IGNORECASE)
_HOURS_OF_WEEK_BEFORE = re.compile(rf"(?:{_HOURS_OF_WEEK}){_LABEL_TAIL}", re.IGNORECASE)
_FEWEST_BARE = 15
_NOTHING_COUNTED = re.compile(
    r"\s*(?:$|[\n.,;:)(|•·]|/|per\b|weekly\b)|\s(?=[A-ZÀ-Þ])(?!D[ai][aey]|Tag|Jour|Urlaub)"
)  # no "25 days"
_SMALL_HOURS = re.compile(r"hours\W*$", re.IGNORECASE)  # "Hours: 9" may be a time of day
_HOURS_END = re.compile(r"\s*(?:$|[\n.,;:()–—-])")
_SENTENCES = re.compile(r"[.!?](?=\s+[A-ZÀ-Þ$£€\d])|\n")
_WORDS = re.compile(r"[^\W\d_]+")
_OTHER_PERIOD = re.compile(
    r"\s*(?:(?:per|an?|each|every|/|pro|par|por)\s*"
    r"(?:pay period|fortnight|months?|monat|mois|mes|years?|annum|jahr|an|año|days?|tag|jour|día|shift)\b"
    r"|PPP\b|bi-?weekly|fortnightly|shifts?\b)"
    r"|\s?(?:am|pm|a\.m|p\.m|uhr|:)|\s*(?:-|–|to)\s*\d+\s*(?:am|pm)",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(r"\s?[%€$]")
_NOT_THE_JOB_BEFORE = re.compile(
    r"(?:volunteer|overtime|überstunden|heures? supp|learning|training|study|commut|support line"
    r"|open(?:ing)? hours|response|sav(?:e|es|ing)"
    r"|reduces?|instead of|additional|extra|after)\b[^.\n]{0,25}$",
    re.IGNORECASE,
)


@functools.cache
def _weekdays() -> frozenset[str]:
    """The names of days, and their abbreviations of three letters and more."""
    names = {"tues", "thur", "thurs"}
    for locale in map(Locale.parse, LOCALES):
        for width in ("wide", "abbreviated"):
            names.update(name.lower().rstrip(".") for name in locale.days["format"][width].values())
    return frozenset(name for name in names if len(name) > 2)


def find_hours_per_week(text: str) -> Found[Decimal] | None:
    """The working hours a week, where a number of them stands ("40 hours/week", "35h hebdo").

    Of a range the fewer. Opening times ("9 to 5") are none; hours without a week count only behind
    "full-time", "hours" and the like, and where the sentence names days of the week.
    """
    for count in find_counts(text):
        if count.low <= _MOST_HOURS and (end := _end_of_hours(text, count)) is not None:
            start = count.start
            if not _NOT_THE_JOB_BEFORE.search(text[max(0, start - 40) : start]):
                return Found(_without_zeros(count.low), Span(start, end))
    return None


def _without_zeros(hours: Decimal) -> Decimal:
    """40 for "40.00"."""
    whole = hours.to_integral_value()
    return whole if hours == whole else hours


def _end_of_hours(text: str, count: Count) -> int | None:
    """Where the words end that make a count one of hours a week."""
    for pattern in (_HOURS_A_WEEK, _HOUR_WEEK):
        if match := pattern.match(text, count.end):
            return match.end()
    hours = _HOURS.match(text, count.end)
    end = hours.end() if hours else count.end
    if _OTHER_PERIOD.match(text, end) or (not hours and _NO_NUMBER.match(text, end)):
        return None
    before = text[max(0, count.start - 60) : count.start]
    enough = count.low >= _FEWEST_BARE or not _SMALL_HOURS.search(before)
    if (hours or (enough and _NOTHING_COUNTED.match(text, end))) and _HOURS_OF_WEEK_BEFORE.search(before):
        return end
    is_said = hours and (
        _FULL_TIME_BEFORE.search(before) or _is_cell(text, count, end) or _is_of_week(text, count, end)
    )
    return end if is_said else None


def _is_of_week(text: str, count: Count, end: int) -> bool:
    """Whether the sentence names the days of the week that they are spread over: "40 hrs, Mon-Fri"."""
    if count.low < _FEWEST_IN_CELL or not _HOURS_END.match(text, end - (text[end - 1] == ".")):
        return False
    before, after = text[max(0, count.start - 100) : count.start], text[end : end + 60]
    sentence = _SENTENCES.split(before)[-1] + " " + _SENTENCES.split(after)[0]
    return sum(word.lower() in _weekdays() for word in _WORDS.findall(sentence)) > 1


def _is_cell(text: str, count: Count, end: int) -> bool:
    """Whether boards print it so between separators: "| 40 uur |"."""
    before, after = (
        text[max(0, count.start - 3) : count.start].rstrip(" \t"),
        text[end : end + 3].lstrip(" \t"),
    )
    return (
        count.low >= _FEWEST_IN_CELL
        and before[-1:] in ("|", "•", "·")
        and after[:1] in ("|", "•", "·", "\n", "")
    )


# -- weeks ------------------------------------------------------------------------------------------------

_UNITS = {
    "week": r"weeks?|wks?\.?|wochen?|semaines?|semanas?|settimane|weken|veckors?|uker|uger|tygodni",
    "month": r"months?|mths?|monate?n?|mois|mes(?:es)?|mês|mesi|maanden|månaders?|måneders?|miesięcy|monats"
    r"|monatige\w*",
    "year": r"years?|yrs?|jahre?n?|jährige\w*|ans?|années?|años?|anos?|anni|jaar|års?|lat",
}
_UNIT = re.compile(
    r"['’]?[\s-]*(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items()) + r")(?![^\W\d_])",
    re.IGNORECASE,
)
_JOB = (
    r"(?:intern(?:ship)?|placement|co-?op|program(?:me?)?s?\b|contract|fixed[- ]term|temporary|temp\b|assignment"
    r"|engagement|secondment|project"
    r"|cohort|fellowship|apprenticeship|traineeship|residency|FTC|maternity cover|cover\b|term\b|position"
    r"|role|appointment"
    r"|stage|alternance|apprentissage|CDD|mission|intérim|contrat|\w*praktikum|praktikant|befrist\w*"
    r"|\w*vertrag|werkstudent|ausbildung"
    r"|einsatz|projekt|prácticas|contrato|beca|estágio|tirocinio|contratto|vikariat|visstid\w*"
    r"|projektanställning|praktik|anställning"
    r"|vikar\w*|engasjement|stageplek|tijdelijk)"
)
_JOB_BEHIND = re.compile(rf"[\s,(-]*(?:[^\W\d_'’-]+[\s-]+){{0,3}}?{_JOB}", re.IGNORECASE)
_LENGTH_BEFORE = re.compile(
    rf"(?:{_JOB}\)?[\s:,(–-]*(?:[^\W\d_'’]+[\s:,(-]+){{0,4}}"
    r"|(?:duration|length(?! of (?:service|stay))|laufzeit|dauer|durée|duración|duração|durata|duur"
    r"|varaktighet"
    r"|varighet)[^.\n\d]{0,40}"
    r"|\b20\d\d,? for\s+"
    r"|\bna okres\s+"
    r"|(?:runs?|lasts?|limited|befristet|begrenzt|initially)\s+(?:for|auf|to|is)?\s*(?:an?\s+"
    r"|approximately\s+|ca\.?\s+|about\s+|zunächst\s+)?)$",
    re.IGNORECASE,
)
_NOT_A_LENGTH_BEHIND = re.compile(
    r"[\s'’-]*(?:of\s+)?(?:[^\W\d_]+\s+){0,3}?(?:\w*experience|\w*erfahrung|expérience|experiencia"
    r"|experiência|esperienza|\w*erfarenhet|ervaring"
    r"|erfaring|warranty|old\b|degree|college|university|history|in business|ago\b|probation|notice"
    r"|kündigungsfrist|préavis|paid (?:leave|vacation|time|holiday|parental|maternity)|vacation|holiday"
    r"|leave|urlaub|congé|semester\b|salary|post[- ])",
    re.IGNORECASE,
)
_NOT_A_LENGTH_BEFORE = re.compile(
    r"(?:first|last|past|next|within|every|each|after|over|for over|more than|minimum(?: of)?|at least"
    r"|mindestens|in the|seit|depuis|\bage[sd]?"
    r"|ersten|letzten|(?:probation|probezeit|provanställning|période d['’]essai|notice)[^.\n]{0,20}"
    r"|(?:experience|erfahrung|expérience|experiencia|erfarenhet)[^.\n]{0,30})\s*$",
    re.IGNORECASE,
)
_LONGEST = 120
_WEEKS_A_YEAR = 52


def find_duration_weeks(text: str) -> Found[Decimal] | None:
    """How long the job lasts, in weeks: a year has 52, a month a twelfth of that, rounded (6 months: 26).

    Of a range the shorter. Only where the words speak of the job's own length: not of experience,
    probation, notice or leave.
    """
    for count in find_counts(text):
        unit = _UNIT.match(text, count.end)
        if unit and 0 < count.low <= _LONGEST and _is_length_of_job(text, count.start, unit.end()):
            weeks = _to_weeks(count.low, unit)
            return Found(weeks, Span(count.start, unit.end()))
    return None


def _is_length_of_job(text: str, start: int, end: int) -> bool:
    line_before = text[max(0, start - 70) : start].rsplit("\n", 1)[-1]
    line_after = text[end : end + 60].split("\n", 1)[0]
    if _NOT_A_LENGTH_BEHIND.match(line_after) or _NOT_A_LENGTH_BEFORE.search(line_before):
        return False
    return bool(_JOB_BEHIND.match(line_after) or _LENGTH_BEFORE.search(line_before))


def _to_weeks(count: Decimal, unit: re.Match[str]) -> Decimal:
    if unit["week"]:
        return count
    per_year = 12 if unit["month"] else 1
    return (count * _WEEKS_A_YEAR / per_year).quantize(Decimal(1), ROUND_HALF_EVEN)
