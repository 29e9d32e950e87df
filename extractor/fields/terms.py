"""Finds when the job itself starts and ends: spans of days, or a start or an end alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest

from extractor.fields.calendar_dates import find_dates, find_days
from extractor.fields.date_labels import are_ends, find_next_days, is_filler, label_pattern
from extractor.fields.wording import end_of_last
from extractor.records import Found, Span
from extractor.schema import Term

_SHORTEST_TERM = timedelta(days=14)  # shorter spans of days are events, unless the words speak of the job
_LONGEST_TERM = timedelta(days=366 * 6)
_NEXT_START, _A_YEAR = timedelta(days=183), timedelta(days=365)
_LABEL_REACH = 45
_END_REACH = 60

_STARTS = label_pattern(
    r"start(?:s|ing)?(?: date| on| from)?|begin(?:s|ning)?(?: date| on)?|commenc\w*(?: date| on)?"
    r"|date of entry",
    r"eintritt\w*|(?:arbeits|dienst|stellen|ausbildungs|praktikums|vertrags)?beginn|startdatum|starttermin",
    r"date de (?:début|démarrage|prise de poste|prise de fonction)|début|démarrage|prise de (?:poste"
    r"|fonction)|à pourvoir(?: le| à partir du| dès le| au)?",
    r"fecha de (?:inicio|incorporación)|incorporación|inicio|data d[eo] início|início|inizio|decorrenza"
    r"|data (?:di )?(?:inizio|inserimento|assunzione)|data de (?:admissão|entrada|começo)",
    r"tillträde\w*|med start|anställningsstart|startdatum|startar|börjar|oppstart|startdato|tiltred\w*|tiltræd\w*"
    r"|ansættelsesdato|ansættelsesstart|begyndelsesdato|opstart|jobstart",
    r"ingangsdatum|ingang|aanvang(?:sdatum)?|indiensttreding|begindatum|startdatum",
    r"data rozpoczęcia(?: pracy)?|rozpoczęcie(?: pracy)?|start pracy|datum nástupu|nástup|data începerii|kezdés"
    r"|munkakezdés|başlangıç tarihi|işe başlama|työ alkaa|aloitus(?:päivä)?|alkaen",
)
_ARTICLE = r"(?:(?:den|the|le|el)\s+)?$"
_FROM = re.compile(
    r"(?-i:(?<![a-zà-ÿ]))(?:from|as of|ab(?: dem)?|zum|à partir du|à compter du|dès le|a partir del?|desde el"
    r"|dal|per|a partire dal?|a partir d[eo]"
    rf"|vanaf|met ingang van|per|från(?: och med)?|fr\.o\.m\.?|fra(?: og med)?|od(?: dnia)?)\s*(?:[^\W\d_]{{2,10}},?\s+)?{_ARTICLE}",
    re.IGNORECASE,
)
_NOT_FROM = re.compile(r"\bbis\s+zum\s*$", re.IGNORECASE)
_ENDS = re.compile(
    r"(?:end(?:s|ing)?(?: date| on)?:?|until|through|bis zum|befristet bis|zunächst bis|vorerst bis|jusqu['’]au|hasta el"
    r"|fino al|até(?: ao?| o dia)?|t\.o\.m\.?"
    rf"|till och med|tot(?: en met| uiterlijk)?|t/m|frem til|(?:frem )?til(?: og med)?|do(?: dnia)?)\s*{_ARTICLE}",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(
    r",? (?:for|für|pour|por|i|in) (?:\d{1,2}|[^\W\d_]+) (?:weeks|months|wochen|monate|semaines|mois)\b",
    re.IGNORECASE,
)
# "bis 31.12.2026 befristet"
_LIMITED_UNTIL = re.compile(r"\bbis(?: zum)?\s*$", re.IGNORECASE)
_LIMITED = re.compile(r"\s*(?:vorerst |zunächst )?befristet", re.IGNORECASE)
_BARE_DAY = re.compile(r"(?<![\d.,/])(\d{1,2})\.?\s*(?:-|–|to|bis|au|al)\s*$")
_THE_JOB = re.compile(
    r"intern|program|placement|contract|position|\brole\b|\bjob\b|cohort|term\b|session|start|begin|employ"
    r"|duration"
    r"|temporary|assignment|season|\bruns?\b|fixed|full.?time|availab|looking|hiring|join"
    r"|praktik|ausbild|zeitraum|befrist|einsatz|stelle|vertrag|such"
    r"|stage|alternance|contrat|\bCD[DI]\b|période|poste|recherch"
    r"|duración|contrato|prácticas|busca|vikari|anställ|visstid|tillträd|tjänst|periode|stilling|søker|søger"
    r"|saison|stagion|temporada|seizoen|säsong|sæson|sesong|sezon"
    r"|functie|dienst|zoek|tijdelijk|bepaalde tijd|tempo determinato|contratto|assunzion|tirocinio|contrato|estágio"
    r"|vaga\b|umow|zatrudnien|ansættelse|vikar|engasjement|midlertidig|tidsbegr",
    re.IGNORECASE,
)
_NOT_THE_JOB = re.compile(
    r"appl(?:y|ic|ied)|deadline|event\b|conference|webinar|career fair|interview|holiday|graduat|registration"
    r"|fiscal"
    r"|found|\bsince\b|clos(?:ed|ing)|valid|posted|publi|review|copyright|©|\bact\b|regulation|version"
    r"|updated"
    r"|election|born|enrol|deposit|orientation|olympi|festival|vacation"
    r"|bewerb|abschluss|\bseit\b|candidat|postul|depuis|inscri|ansök|ansøg|søknad|sollicit|aplik|zgłosze|dell['’]art"
    r"|regolamento|rozporządz|ustaw|\bwet\b|forordning|lov om|\blei n|decreto|D\.? ?Lgs",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"[.!?](?=\s+[A-Z])|\n(?=\s*\S)")

_Days = tuple[date | None, date | None, Span]


def find_terms(
    text: str, *, today: date | None, language: str | None = None, day_first: bool | None = None
) -> list[Found[Term]]:
    """Start and end of the job itself, one a cohort, or a start or an end alone; full dates only.

    `Term.text` and the span are the dates' own words. A first day without its year ("May 18 – August 7,
    2026") takes it from the last. Dates of graduation, of events, of applying are none of the job's.
    Days without a year ("starting 4 May") are the next such days after `today`, if that is given.
    """
    dates = find_dates(text, language=language, day_first=day_first)
    days = _with_their_ends(
        list(_find_days_of_job(text, dates)) or list(_find_next_days_of_job(text, today, dates))
    )
    terms: list[Found[Term]] = []
    for start, end, span in days:
        is_new = all((start, end) != (other.value.start, other.value.end) for other in terms)
        if is_new and (not terms or span.start >= terms[-1].span.end):
            terms.append(Found(Term(start=start, end=end, text=text[span.start : span.end]), span))
    return terms


def _find_days_of_job(text: str, dates: list[Found[date]]) -> Iterator[_Days]:
    used = 0  # how many dates were read as the end of the one before
    for index, found in enumerate(dates):
        if index < used:
            continue
        following = dates[index + 1] if index + 1 < len(dates) else None
        if following and are_ends(text, found.span, following.span):
            used = index + 2
            yield from _as_term(text, found, following)
        elif first := _first_day_before(text, found) or _bare_day_before(text, found):
            yield from _as_term(text, first, found)
        else:
            yield from _one_sided(text, found)


def _with_their_ends(days: list[_Days]) -> list[_Days]:
    """A lone start and the lone end close behind it are one term."""
    joined: list[_Days] = []
    for start, end, span in days:
        first = joined[-1] if joined else None
        if first and first[1] is None and start is None and span.start - first[2].end <= _END_REACH:
            joined[-1] = (first[0], end, Span(first[2].start, span.end))
        else:
            joined.append((start, end, span))
    return joined


def _as_term(text: str, first: Found[date], last: Found[date]) -> Iterator[_Days]:
    length = last.value - first.value
    before = _sentence_before(text, first.span.start)
    other, job = end_of_last(_NOT_THE_JOB, before), end_of_last(_THE_JOB, before)
    is_jobs = job > other or (other == -1 and length >= _SHORTEST_TERM)
    if is_jobs and timedelta(0) < length <= _LONGEST_TERM:
        yield first.value, last.value, Span(first.span.start, last.span.end)


def _first_day_before(text: str, last: Found[date]) -> Found[date] | None:
    """The first day of a span whose year stands only at its end."""
    low = max(0, last.span.start - 40)
    days = find_days(text[low : last.span.start])
    if not days:
        return None
    (month, day), span = days[-1].value, Span(low + days[-1].span.start, low + days[-1].span.end)
    if not are_ends(text, span, last.span):
        return None
    year = last.value.year - ((month, day) > (last.value.month, last.value.day))
    try:
        return Found(date(year, month, day), span)
    except ValueError:
        return None


def _bare_day_before(text: str, last: Found[date]) -> Found[date] | None:
    """The first day of "1. – 31. Juli 2026" and "1-31 July 2026"."""
    low = max(0, last.span.start - 16)
    match = _BARE_DAY.search(text[low : last.span.start])
    if not match or not 1 <= int(match[1]) < last.value.day:
        return None
    return Found(last.value.replace(day=int(match[1])), Span(low + match.start(), low + match.end(1)))


def _one_sided(text: str, found: Found[date]) -> Iterator[_Days]:
    before = _sentence_before(text, found.span.start)
    around = before + text[found.span.end : found.span.end + 80]
    if _LIMITED_UNTIL.search(before) and _LIMITED.match(text, found.span.end):
        yield None, found.value, found.span
    elif _is_start(before) or _FOR_A_TIME.match(text, found.span.end):
        yield found.value, None, found.span
    elif _NOT_THE_JOB.search(before) or not _THE_JOB.search(around):
        return
    elif _FROM.search(before) and not _NOT_FROM.search(before):
        yield found.value, None, found.span
    elif _ENDS.search(before):
        yield None, found.value, found.span


def _find_next_days_of_job(text: str, today: date | None, dates: list[Found[date]]) -> Iterator[_Days]:
    """What has no year ("starting 4 May", "du 15 décembre au 31 mars"): from the next such day on."""
    if today is None:
        return
    days = list(find_next_days(text, today, _A_YEAR, dates))
    for found, following in zip_longest(days, days[1:]):
        if found.value - today > _NEXT_START:
            continue
        if following and are_ends(text, found.span, following.span):
            yield from _as_term(text, found, following)
        elif _is_start(_sentence_before(text, found.span.start)):
            yield found.value, None, found.span


def _is_start(before: str) -> bool:
    """Whether what stands before a date ends in a word for the start of the job."""
    labels = list(_STARTS.finditer(before))
    near = before[labels[-1].end() :] if labels else ""
    return bool(labels) and len(near) <= _LABEL_REACH and is_filler(near) and not _NOT_THE_JOB.search(near)


def _sentence_before(text: str, at: int) -> str:
    before = text[max(0, at - 120) : at]
    ends = list(_SENTENCE_START.finditer(before))
    return before[ends[-1].end() :] if ends else before
