"""Finds when a posting was published, until when one can apply, and when the job itself starts and ends.

Only full dates count. A date relative to today ("3 days ago") or without its year ("by 31 May") is read
only where the caller says what day it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import zip_longest

from extractor.fields.calendar_dates import (
    DayOfYear,
    find_dates,
    find_days,
    find_short_dates,
    read_date,
)
from extractor.fields.graduation import find_graduation
from extractor.fields.working_time import find_duration_weeks, find_hours_per_week
from extractor.records import Found, Span
from extractor.schema import Term

__all__ = [
    "find_closes",
    "find_duration_weeks",
    "find_graduation",
    "find_hours_per_week",
    "find_posted",
    "find_terms",
    "read_date",
]

_WINDOW = 200
_HEADER = 600  # a date alone on a line counts as the posting's own only up here
_OLDEST_RELATIVE = timedelta(days=28)  # "2 months ago" names no day
_NEXT_DEADLINE = timedelta(days=183)  # a deadline without its year is the next such day, within half a year

_NOT_IN_WORD = (
    r"(?-i:(?<![a-zà-ÿ]))"  # a small letter before: inside a word; a capital: lines joined ("CAPosted")
)
_POSTED = re.compile(
    rf"{_NOT_IN_WORD}(?:(?:re)?posted|(?:date|job) posted|posting date|date of posting|publish(?:ed|ing date)"
    rf"|publication date"
    r"|date published|listed|placed on|advertised|opening date|announced|date opened|open (?:&"
    r"|and) closing dates"
    r"|veröffentlicht(?:ungsdatum)?|eingestellt|erschienen|online seit|anzeige vom|datum der veröffentlichung"
    r"|publiée?s?|date de publication|mise? en ligne|parue?"
    r"|publicad[oa]|fecha de publicación|data de publicação|anunciad[oa]|pubblicat[oa]|data di pubblicazione"
    r"|geplaatst|gepubliceerd|plaatsingsdatum|publicerad|publicerat|publiceringsdatum|annonserad|upplagd"
    r"|oprettet|offentliggjort|indrykket|publisert|lagt ut|opublikowano|dodano|data publikacji|julkaistu)"
    r"(?![^\W\d_A-Z])(?!\s+(?:in|by)\s+(?:19|20)\d\d)",
    re.IGNORECASE,
)
_ON = r"(?:[^.!?\n]|\.(?=\S)){0,120}?"  # further on in the sentence; addresses have dots in them
_CLOSES = re.compile(
    rf"{_NOT_IN_WORD}(?:(?:application )?deadline|closing(?: date)?|closes?|clos(?:ing|es) (?:on|at)"
    rf"|close[sd]? on|last da(?:y|te)"
    rf"|appl(?:y|ications?|ying|icants?){_ON}\b(?:by|until|till|before|no later than|through"
    rf"|close[sd]?(?: on)?)"
    rf"|(?:submit|send|sent|received|accepted|e-?mail){_ON}\b(?:by|until|till|before|no later than)"
    rf"|(?:enviar|envía|envíe|mandar?){_ON}\b(?:antes del?|hasta el)"
    r"|open until|valid (?:until|through|till)|expir(?:es|y|ation)(?: date| on)?|no later than"
    r"|bewerbungs(?:frist|schluss|ende)|einsendeschluss|bewerbung(?:en)?[^.!?\n]{0,60}?\bbis"
    r"|bewerben[^.!?\n]{0,60}?\bbis"
    r"|ausschreibungsende|gültig bis|frist"
    r"|dates? limites?|candidatures?[^.!?\n]{0,60}?(?:avant|jusqu['’]au|au plus tard)"
    r"|postule[rz][^.!?\n]{0,40}?(?:avant|jusqu['’]au)"
    r"|clôture|au plus tard"
    r"|fecha (?:límite|limite|de cierre|tope|de vencimiento|máxima)|plazo|cierre|inscrições[^.!?\n]{0,40}?até"
    r"|candidaturas?"
    r"[^.!?\n]{0,40}?(?:até|hasta|entro)|prazo|data[- ]limite|scadenza|entro(?: e non oltre)?(?: il)?"
    r"|sluitingsdatum|sollicite\w*[^.!?\n]{0,50}?(?:voor|uiterlijk|tot)|reage\w*[^.!?\n]{0,40}?(?:voor"
    r"|uiterlijk|tot)"
    r"|sista (?:ansöknings)?dag\w*|ansök(?:an|ningar|ningstiden)?[^.!?\n]{0,60}?(?:senast|till och med"
    r"|t\.o\.m\.?|går ut)"
    r"|senast(?: den)?|ansøgningsfrist\w*|søknadsfrist\w*|senest|termin składania|aplikuj do|ważn[ae] do"
    r"|hakuaika)"
    r"(?![^\W\d_A-Z])",
    re.IGNORECASE,
)
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|uhr|h|noon|hrs)?|midnight|noon"
# What may stand between a label and its date: a few words, a clock time, no end of a sentence.
_FILLER = re.compile(rf"(?:[\s:,()*_|=/–-]++|(?:{_CLOCK})\b|[^\W\d_]++\.?+){{0,16}}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])|;|\n\s*\n.*\n\s*\n", re.DOTALL)
_UPDATED = re.compile(
    rf"{_NOT_IN_WORD}(?:(?:last )?updated|actualisée?|mise? à jour|aktualisiert|actualizad[oa]|atualizad[oa]"
    rf"|aggiornat[oa]|bijgewerkt|uppdaterad)"
    r"(?![^\W\d_A-Z])",
    re.IGNORECASE,
)
_CLOSES_IN = re.compile(
    r"\b(?:clos(?:es|ing)|expires?|ends|deadline|endet|expire|caduca|cierra|stänger)\s+(?:in|dans|en"
    r"|om)\s+(?P<count>\d{1,2})\s+"
    r"(?:(?P<day>days?|tagen?|jours?|días?|dagar)|weeks?|wochen?|semaines?|semanas?|veckor)\b",
    re.IGNORECASE,
)
# Shapes of "3 days ago" and "yesterday"; dateparser reads them.
_DAYS_WORDS = r"(?:today|yesterday|heute|gestern|aujourd['’]hui|hier|hoy|ayer|hoje|ontem|oggi|ieri|vandaag|gisteren|i ?dag|i ?går)"
_RELATIVE = re.compile(
    r"\d{1,2}\s?[^\W\d_]{1,8} (?:ago|sedan|geleden|fa|siden|temu|sitten)\b|(?<=vor )\d{1,2} [^\W\d_]+"
    r"|(?<=il y a )\d{1,2} [^\W\d_]+"
    r"|(?<=hace )\d{1,2} [^\W\d_]+|(?<=há )\d{1,2} [^\W\d_]+|(?<=för )\d{1,2} [^\W\d_]+ sedan",
    re.IGNORECASE,
)
_AGO_PREFIX = re.compile(r"(?:vor|il y a|hace|há|för) $", re.IGNORECASE)
_DAY_WORD = re.compile(rf"\b{_DAYS_WORDS}\b", re.IGNORECASE)
_CELL_BEFORE = re.compile(r"(?:^|[\n·•|])[ \t]*$")
_CELL_BEHIND = re.compile(r"[ \t]*(?:$|[\n·•|])")
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?![\d+.,:/-])")


def find_posted(
    text: str, *, today: date | None, language: str | None = None, day_first: bool | None = None
) -> Found[date] | None:
    """The day on which the posting says that it was published, or else brought up to date.

    The span covers the date's own words.
    """
    dates = _dates_and_short_ones(text, language, day_first)
    posted = next((found for found in dates if _is_labelled(text, found.span.start, _POSTED)), None)
    posted = posted or (_find_relative(text, today, language) if today else None)
    return posted or next((found for found in dates if _is_labelled(text, found.span.start, _UPDATED)), None)


def find_closes(
    text: str, *, today: date | None, language: str | None = None, day_first: bool | None = None
) -> Found[date] | None:
    """The last day to apply; of a span of days the end.

    Without its year it is the next such day after `today`; "closes in 10 days" is counted from `today`.
    """
    candidates = _dates_and_short_ones(text, language, day_first)
    if today:
        candidates = sorted([*candidates, *_next_days(text, today, candidates)], key=lambda found: found.span)
    for found, following in zip_longest(candidates, candidates[1:]):
        if _is_labelled(text, found.span.start, _CLOSES):
            return following if following and _is_span(text, found.span, following.span) else found
    return _closes_in(text, today) if today else None


def _closes_in(text: str, today: date) -> Found[date] | None:
    match = _CLOSES_IN.search(text)
    if not match:
        return None
    days = int(match["count"]) * (1 if match["day"] else 7)
    return Found(today + timedelta(days=days), Span(match.start(), match.end()))


def _dates_and_short_ones(text: str, language: str | None, day_first: bool | None) -> list[Found[date]]:
    dates = find_dates(text, language=language, day_first=day_first)
    return dates + find_short_dates(text, language=language, day_first=day_first)


def _is_labelled(text: str, at: int, label: re.Pattern[str]) -> bool:
    """Whether a date at `at` stands right behind a label."""
    before = text[max(0, at - _WINDOW) : at]
    labels = list(label.finditer(before))
    if not labels:
        return False
    between = before[labels[-1].end() :]
    return bool(_FILLER.fullmatch(between)) and not _SENTENCE_END.search(between)


def _find_relative(text: str, today: date, language: str | None) -> Found[date] | None:
    """A day relative to today behind a label, or else alone in a cell of the header."""
    spans = _spans_of_relative_days(text)
    labelled = [span for span in spans if _is_labelled(text, span.start, _POSTED)]
    header = [span for span in spans if span.end <= _HEADER and _is_cell(text, span)]
    for span in labelled + header:
        day = _read_relative(text[span.start : span.end], today, language)
        if day:
            return Found(day, span)
    return None


def _spans_of_relative_days(text: str) -> list[Span]:
    spans: list[Span] = []
    for number in _SHORT_NUMBER.finditer(text):
        match = _RELATIVE.match(text, number.start())
        if match:
            prefix = _AGO_PREFIX.search(text[max(0, match.start() - 8) : match.start()])
            spans.append(Span(match.start() - len(prefix.group()) if prefix else match.start(), match.end()))
    header = _DAY_WORD.finditer(text, 0, _HEADER)
    return sorted(spans + [Span(word.start(), word.end()) for word in header])


def _is_cell(text: str, span: Span) -> bool:
    return bool(
        _CELL_BEFORE.search(text[max(0, span.start - 4) : span.start]) and _CELL_BEHIND.match(text, span.end)
    )


def _read_relative(written: str, today: date, language: str | None) -> date | None:
    """The day that "3 days ago" names. Hours stay within today; more than four weeks name no day."""
    import dateparser  # takes a quarter of a second, so only where such words were found

    languages = [tag for tag in dict.fromkeys(((language or "en")[:2].lower(), "en")) if tag.isalpha()]
    base = datetime.combine(today, time.max)
    try:
        moment = dateparser.parse(
            written, languages=languages, settings={"RELATIVE_BASE": base, "PARSERS": ["relative-time"]}
        )
    except ValueError:  # a language that dateparser does not know
        return None
    if moment is None or not today - _OLDEST_RELATIVE <= moment.date() <= today:
        return None
    return moment.date()


def _next_days(text: str, today: date, dates: list[Found[date]]) -> Iterator[Found[date]]:
    """Days without a year, each as the next such day, where that is near enough for a deadline."""
    taken = [found.span for found in dates]
    for day in find_days(text):
        overlaps = any(span.start < day.span.end and day.span.start < span.end for span in taken)
        if overlaps or re.match(r",?\s*\d", text[day.span.end : day.span.end + 4]):
            continue
        following = _next_occurrence(day.value, today)
        if following and following - today <= _NEXT_DEADLINE:
            yield Found(following, day.span)


def _next_occurrence(day: DayOfYear, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            candidate = date(year, day.month, day.day)
        except ValueError:
            continue
        if candidate >= today:
            return candidate
    return None


# -- the job's own dates ----------------------------------------------------------------------------------

_RANGE_MARK = (
    r"\s*(?P<mark>-|–|—|to|through|thru|until|till|and|bis(?: zum)?|au|jusqu['’]au|à|al|a|ao|até(?: ao)?|t/m"
    r"|tot(?: en met)?"
    r"|till och med|t\.o\.m\.?|und|och|og|et|y|e|en)\s*(?:[^\W\d_]{2,10},?\s+)?(?:den\s+|the\s+|le\s+|el\s+)?"
)
_BETWEEN_DATES = re.compile(_RANGE_MARK, re.IGNORECASE)
_AND = frozenset("and und och og et y e en".split())
_BETWEEN = re.compile(
    r"(?:between|zwischen|mellan|mellom|mellem|entre|tra|tussen)\s+(?:the\s+|dem\s+|le\s+|el\s+"
    r"|den\s+)?$",
    re.IGNORECASE,
)
_NOT_THE_JOB = re.compile(
    r"appl(?:y|ic|ied)|deadline|bewerb|candidat|ansök|ansøg|søknad|postul|inscri|sollicit|event\b|conference"
    r"|webinar|career fair"
    r"|interview|holiday|graduat|abschluss|registration|fiscal|found|\bsince\b|\bseit\b|depuis|closed|closing"
    r"|valid|posted|publi"
    r"|review|copyright|©|\bact\b|regulation|version|updated|election|born|enrol|deposit|orientation|olympi"
    r"|festival|vacation",
    re.IGNORECASE,
)
_THE_JOB = re.compile(
    r"intern|program|placement|contract|position|\brole\b|\bjob\b|cohort|term\b|session|start|begin|employ"
    r"|duration|temporary"
    r"|assignment|season|\bruns?\b|fixed|full.?time|stage|alternance|praktik|ausbild|zeitraum|befrist|einsatz"
    r"|stelle|vertrag|contrat|\bCDD\b"
    r"|\bCDI\b|période|poste|duración|contrato|prácticas|vikari|anställ|visstid|tillträd|tjänst|periode"
    r"|stilling|functie|dienst"
    r"|available|availability|available to work|looking|hiring|such|recherch|busca|søker|søger|zoek|such"
    r"|join",
    re.IGNORECASE,
)
_STARTS = re.compile(
    rf"{_NOT_IN_WORD}(?:start(?:s|ing)?(?: date| on| from)?|begin(?:s|ning)?(?: date| on)?|commenc\w*(?: date"
    rf"| on)?|date of entry"
    r"|eintritt\w*|(?:arbeits|dienst|stellen|ausbildungs|praktikums|vertrags)?beginn|startdatum|startdato"
    r"|starttermin|date de (?:début|démarrage"
    r"|prise de poste|prise de fonction)|début|démarrage|prise de (?:poste|fonction)|fecha de (?:inicio"
    r"|incorporación)|incorporación|inicio"
    r"|data de início|início|inizio|decorrenza|tillträde\w*|med start|anställningsstart|oppstart|tiltred\w*"
    r"|tiltræd\w*|ingangsdatum"
    r"|per direct of|start)(?![^\W\d_A-Z])",
    re.IGNORECASE,
)
_FROM = re.compile(
    rf"{_NOT_IN_WORD}(?:from|as of|ab(?: dem)?|zum|à partir du|à compter du|dès le|a partir del?|desde el|dal"
    rf"|per|vanaf|från(?: och med)?|fr\.o\.m\.?|fra)\s*"
    r"(?:[^\W\d_]{2,10},?\s+)?(?:den\s+|the\s+|le\s+|el\s+)?$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:end(?:s|ing)?(?: date| on)?:?|until|through|befristet bis(?: zum)?|bis zum|jusqu['’]au|hasta el"
    r"|fino al|t\.o\.m\.?|till och med"
    r"|tot(?: en met)?|frem til)\s*(?:den\s+|the\s+|le\s+|el\s+)?$",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(
    r",? (?:for|für|pour|por|i|in) (?:\d{1,2}|[^\W\d_]+) (?:weeks|months|wochen|monate|semaines"
    r"|mois)\b",
    re.IGNORECASE,
)
_SHORTEST_TERM = timedelta(days=14)  # shorter spans of days are events, unless the words speak of the job
_LONGEST_TERM = timedelta(days=366 * 6)


def find_terms(
    text: str, *, today: date | None, language: str | None = None, day_first: bool | None = None
) -> list[Found[Term]]:
    """Start and end of the job itself, one a cohort, or a start or an end alone; full dates only.

    `Term.text` and the span are the dates' own words. A first day without its year ("May 18 – August 7,
    2026") takes it from the last. Dates of graduation, of events, of applying are none of the job's.
    A start without its year ("starting 4 May") is the next such day after `today`, if that is given.
    """
    terms: list[Found[Term]] = []
    reach = 0
    spans = list(_find_spans_of_days(text, language, day_first))
    if today and not spans:
        spans = list(_find_next_start(text, today))
    for start, end, span in spans:
        if span.start < reach:
            continue
        term = Term(start=start, end=end, text=text[span.start : span.end])
        if all((term.start, term.end) != (other.value.start, other.value.end) for other in terms):
            terms.append(Found(term, span))
        reach = span.end
    return terms


def _find_spans_of_days(
    text: str, language: str | None, day_first: bool | None
) -> Iterator[tuple[date | None, date | None, Span]]:
    dates = find_dates(text, language=language, day_first=day_first)
    used = -1
    for index, found in enumerate(dates):
        if index <= used:
            continue
        following = dates[index + 1] if index + 1 < len(dates) else None
        if following and _is_span(text, found.span, following.span):
            used = index + 1
            if _is_term(text, found.value, following.value, found.span.start):
                yield found.value, following.value, Span(found.span.start, following.span.end)
            continue
        first = _first_day_before(text, found)
        if first:
            if _is_term(text, first.value, found.value, first.span.start):
                yield first.value, found.value, Span(first.span.start, found.span.end)
            continue
        yield from _one_sided(text, found)


def _is_span(text: str, first: Span, last: Span) -> bool:
    """Whether two dates are the ends of one time: "to" between them, or "and" behind "between"."""
    mark = _BETWEEN_DATES.fullmatch(text[first.end : last.start])
    if not mark or mark["mark"].lower() not in _AND:
        return mark is not None
    return bool(_BETWEEN.search(text[max(0, first.start - 20) : first.start]))


def _find_next_start(text: str, today: date) -> Iterator[tuple[date | None, date | None, Span]]:
    for found in _next_days(text, today, find_dates(text)):
        if _starts_at(text, found.span.start):
            yield found.value, None, found.span


def _first_day_before(text: str, last: Found[date]) -> Found[date] | None:
    """The first day of a range whose year stands only at its end."""
    low = max(0, last.span.start - 40)
    days = find_days(text[low : last.span.start])
    day = days[-1] if days else None
    if not day or not _is_span(text, Span(low + day.span.start, low + day.span.end), last.span):
        return _bare_day_before(text, last)
    try:
        first = date(last.value.year, day.value.month, day.value.day)
        if first > last.value:
            first = first.replace(year=first.year - 1)
    except ValueError:
        return None
    return Found(first, Span(low + day.span.start, low + day.span.end))


def _bare_day_before(text: str, last: Found[date]) -> Found[date] | None:
    """The first day of "1. – 31. Juli 2026" and "1-31 July 2026"."""
    low = max(0, last.span.start - 16)
    match = re.search(r"(?<![\d.,/])(\d{1,2})\.?\s*(?:-|–|to|bis|au|al)\s*$", text[low : last.span.start])
    if not match or not 1 <= int(match[1]) < last.value.day:
        return None
    return Found(last.value.replace(day=int(match[1])), Span(low + match.start(), low + match.end(1)))


def _is_term(text: str, start: date, end: date, at: int) -> bool:
    length = end - start
    if not timedelta(0) < length <= _LONGEST_TERM:
        return False
    before = _sentence_before(text, at)
    other, job = _last(_NOT_THE_JOB, before), _last(_THE_JOB, before)
    return job > other or (other == -1 and length >= _SHORTEST_TERM)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def _sentence_before(text: str, at: int) -> str:
    before = text[max(0, at - 120) : at]
    ends = list(re.finditer(r"[.!?](?=\s+[A-Z])|\n(?=\s*\S)", before))
    return before[ends[-1].end() :] if ends else before


def _one_sided(text: str, found: Found[date]) -> Iterator[tuple[date | None, date | None, Span]]:
    before = _sentence_before(text, found.span.start)
    if _starts_at(text, found.span.start) or _FOR_A_TIME.match(text, found.span.end):
        yield found.value, None, found.span
    elif _NOT_THE_JOB.search(before) or not _THE_JOB.search(
        before + text[found.span.end : found.span.end + 80]
    ):
        return
    elif _FROM.search(before) and not re.search(r"\bbis\s+zum\s*$", before, re.IGNORECASE):
        yield found.value, None, found.span
    elif _ENDS.search(before):
        yield None, found.value, found.span


def _starts_at(text: str, at: int) -> bool:
    """Whether a word for the start of the job stands right before."""
    before = _sentence_before(text, at)
    labels = list(_STARTS.finditer(before))
    near = before[labels[-1].end() :] if labels else ""
    return (
        bool(labels) and len(near) <= 45 and bool(_FILLER.fullmatch(near)) and not _NOT_THE_JOB.search(near)
    )
