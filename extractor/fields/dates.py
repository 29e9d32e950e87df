"""Finds when a posting was published and until when one can apply; the front of all that reads dates.

Only full dates count. A date relative to today ("3 days ago") or without its year ("by 31 May") is read
only where the caller says what day it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import zip_longest

from extractor.fields.calendar_dates import find_dates, find_short_dates, is_day_first, read_date
from extractor.fields.date_labels import are_ends, find_next_days, is_labelled, label_pattern
from extractor.fields.graduation import find_graduation
from extractor.fields.terms import find_terms
from extractor.fields.working_time import find_duration_weeks, find_hours_per_week
from extractor.records import Found, Span

__all__ = [
    "find_closes",
    "find_duration_weeks",
    "find_graduation",
    "find_hours_per_week",
    "find_posted",
    "find_terms",
    "read_date",
]

_HEADER = 600  # "3 days ago" alone on a line counts as the posting's own only up here
_OLDEST_RELATIVE = timedelta(days=28)  # "2 months ago" names no day
_NEXT_DEADLINE = timedelta(days=183)

_POSTED = label_pattern(
    r"(?:re)?posted|(?:date|job) posted|posting date|date of posting|published|publishing date"
    r"|publication date"
    r"|date published|(?:date |job )?listed on|placed on|advertised(?: on)?(?! until| till| to\b)|opening date|date opened|announced"
    r"|open (?:&"
    r"|and) closing dates",
    r"veröffentlicht(?:ungsdatum)?|veröffentlichung|eingestellt|ausschreibungsdatum|erschienen|online seit|anzeige vom|datum der veröffentlichung",
    r"publiée?s?|(?:poste )?ouverte? (?:depuis )?le|(?:date de )?publication|mise? en ligne|parue?|annonce du",
    r"publicad[oa]|fecha de publicación|data (?:de|da) publicação|anunciad[oa]|(?:data de )?abertura da vaga",
    r"pubblicat[oa]|data (?:di )?pubblicazione|inserit[oa]",
    r"geplaatst|gepubliceerd|(?:plaatsings|publicatie)datum|datum (?:plaatsing|publicatie)|online sinds",
    r"publicerad|publicerat|publicerings(?:datum|dag)|annonserad|upplagd",
    r"oprettet|opprettet|offentliggjort|indrykke(?:t|lsesdato)|publiser(?:t|ingsdato)|lagt ut|lagt op|opslået|dato for opslag",
    r"opublikowan[aoey]|dodan[aoey]|data (?:publikacji|dodania)|julkaistu|ilmoitus jätetty",
    r"zveřejněno|přidáno|datum zveřejnění|publicat|data publicării|adăugat|feladva|meghirdetve|közzétéve"
    r"|yayın(?:lanma)? tarihi|ilan tarihi",
)
_UPDATED = label_pattern(
    r"(?:last )?updated",
    r"aktualisiert|actualisée?|mise? à jour|actualizad[oa]|atualizad[oa]|aggiornat[oa]|bijgewerkt|uppdaterad",
)
_ON = r"(?:[^.!?\n]|\.(?=\S)){0,120}?"  # further on in the sentence; addresses have dots in them
_BY = r"\b(?:by|until|till|before|no later than|through)"
_CLOSES = label_pattern(
    r"(?:application )?deadlines?|closing(?: dates?)?|closes?(?: on)?|clos(?:ing|es) at|closed on|last da(?:y"
    r"|te)"
    rf"|appl(?:y|ications?|ying|icants?){_ON}(?:{_BY}|\bclose[sd]?(?: on)?)"
    rf"|(?:submit|send|sent|received|accepted|e-?mail|ring|call|phone|text|contact|write|reply|respond|in touch){_ON}{_BY}"
    r"|(?:open|advertised) (?:until|till)|valid (?:until|through|till)|expir(?:es|y|ation)(?: date| on)?"
    r"|no(?:t)? later than|latest by|on or before",
    rf"bewerbungs(?:frist|schluss|ende)|einsendeschluss|(?:bewerbung(?:en)?|(?:bewerbungs)?unterlagen|lebenslauf){_ON}\bbis|(?:bewerben|melde[nt]?){_ON}\bbis"
    r"|ausschreibungsende|gültig bis|frist",
    rf"dates? (?:limites?|de clôture)|candidatures?{_ON}(?:avant|jusqu['’]au|au plus tard)|postule[rz]{_ON}(?:avant"
    rf"|jusqu['’]au)"
    rf"|(?:envoye[rz]|adresse[rz]|contacte[rz]){_ON}(?:avant|jusqu['’]au)|clôture|au plus tard",
    r"fecha (?:límite|limite|de cierre|tope|de vencimiento|máxima)|plazo|cierre|vence"
    rf"|(?:enviar|envía|envíe|mandar?|escrib\w+|llam\w+){_ON}\b(?:antes del?|hasta el)|(?:hojas? de vida|postulaciones|solicitudes){_ON}\bhasta(?: el)?",
    rf"(?:inscrições|currículos?|cv|envi\w+){_ON}até|candidaturas?{_ON}(?:até|hasta)|prazo|data[- ]limite|encerramento"
    r"|válida até",
    r"scadenza|scade(?: il)?|entro(?: e non oltre)?(?: il)?|termine ultimo",
    rf"sluit(?:ings|)datum|reactietermijn|sluit op|vacature (?:sluit|open tot)|uiterste (?:sollicitatie)?datum|sollicite\w*{_ON}(?:v(?:oo|óó)r|uiterlijk|tot)|reage\w*{_ON}(?:v(?:oo|óó)r|uiterlijk"
    rf"|tot)",
    r"sista (?:ansöknings)?(?:dag|datum)\w*|senast(?: den)?"
    rf"|ansök(?:an|ningar|ningstiden)?{_ON}(?:senast|till och med|t\.o\.m\.?|går ut)",
    rf"ansøgningsfrist\w*|søknadsfrist\w*|søkefrist|frist(?:en)? for (?:å søke|ansøgning)|senest(?: den)?"
    rf"|(?:søk|søknad|ansøg|ansøgning){_ON}(?:inden|innen|senest)",
    rf"termin (?:składania|nadsyłania)|(?:aplikuj|aplikacje|zgłoszenia|cv){_ON}\bdo(?: dnia)?|ważn[aey] do(?: dnia)?|wygasa|hakuaika{_ON}"
    r"|viimeistään|haku päättyy",
    r"uzávěrka(?: přihlášek)?|termen(?:ul)? limită|data limită|jelentkezési határidő|son başvuru(?: tarihi)?",
)
# In running text the day stands behind "by" and the like, with the way to apply beside it: "Bewerbungen an
# a@b.example bitte bis 4. Dezember", "names to me by Dec. 18".
_UNTIL = label_pattern(
    r"by|before|until|till|(?:no|not) later than|latest",
    r"bis(?: spätestens)?(?: zum)?|spätestens(?: am)?|vor dem",
    r"avant|jusqu['’]au|pour le|d['’]ici(?: au)?|au plus tard",
    r"hasta|antes del?|a más tardar|até|entro(?: e non oltre)?|fino al?",
    r"vóór|voor|uiterlijk|tot(?: en met)?|t/m|ten laatste",
    r"do(?: dnia)?|przed|senast|senest|inden|innan|innen|før",
)
_TO_APPLY = re.compile(
    r"[\w.+-]@[\w-]|https?://|www\.|\w\.\w+/\w|\+?\d[\d /()-]{6,}\d|\b(?:cv|cvs|résumés?|resumes?|appl(?:y|ication|ications)|names|letters?|"
    r"bewerb\w*|bewirb|unterlagen|lebenslauf|schreib\w*|meld\w*|candidatur\w*|postul\w*|lettre|dossier|curr[íi]cul\w+|solicitu\w+|"
    r"inscri\w+|envi\w+|mand\w+|scriv\w+|sollicit\w+|reag\w+|brief|motivatie\w*|życiorys|aplik\w+|zgłosz\w+|cv:?t|ansök\w*|ansøg\w*|søk\w*|"
    r"stuur|mail|send|drop|email|message|dm|text|ring|call)\b",
    re.IGNORECASE,
)
_UNTIL_GAP, _APPLY_REACH = 32, 170
_CLOSES_IN = re.compile(
    r"\b(?:clos(?:es|ing)|expires?|ends|deadline|endet|expire|caduca|cierra|vence|expira|scade|sluit|stänger|utgår|ważn[aey]"
    r"|wygasa)\s+(?:in|dans|en|em|om|tra|fra|over|za|jeszcze)\s+(?:ca\.? )?"
    r"(?P<count>\d{1,2})\s+"
    r"(?:(?P<day>days?|tagen?|jours?|d[íi]as?|dagar|dagen|dage|dager|giorni|dni)|weeks?|wochen?|semaines?|semanas?|veckor"
    r"|settimane|weken|uger|uker|tygodnie|tygodni)\b",
    re.IGNORECASE,
)
# Shapes of "3 days ago" and "yesterday"; dateparser reads them.
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?![\d+.,:/-])")
_AGO_BEHIND = re.compile(
    r"\d{1,2}\s?[^\W\d_]{1,8} (?:ago|sedan|geleden|fa|siden|temu|sitten)(?-i:(?![^\W\d_A-Z]))", re.IGNORECASE
)
_AGO_BEFORE = re.compile(r"\b(?:vor|il y a|hace|há|för) $", re.IGNORECASE)
_COUNTED = re.compile(r"\d{1,2} [^\W\d_]+(?: sedan\b)?", re.IGNORECASE)
_DAY_WORD = re.compile(
    r"\b(?:today|yesterday|heute|gestern|aujourd['’]hui|hier|hoy|ayer|hoje|ontem|oggi|ieri|vandaag|gisteren"
    r"|i ?dag|i ?går)\b",
    re.IGNORECASE,
)
_CELL_BEFORE = re.compile(r"(?:^|[\n·•|])[ \t]*$")
_CELL_BEHIND = re.compile(r"[ \t]*(?:$|[\n·•|(])|[ \t]{3,}")


def find_posted(
    text: str, *, today: date | None, language: str | None = None, day_first: bool | None = None
) -> Found[date] | None:
    """The day on which the posting says that it was published, or else brought up to date.

    The span covers the date's own words.
    """
    dates = _find_any_dates(text, language, day_first)
    posted = next((found for found in dates if is_labelled(text, found.span.start, _POSTED)), None)
    posted = posted or (_find_relative(text, today, language) if today else None)
    posted = posted or _find_byline(text, dates, today)
    return posted or next((found for found in dates if is_labelled(text, found.span.start, _UPDATED)), None)


def find_closes(
    text: str, *, today: date | None, language: str | None = None, day_first: bool | None = None
) -> Found[date] | None:
    """The last day to apply; of a span of days the end.

    Without its year it is the next such day after `today`, if that is within half a year; "closes in 10
    days" is counted from `today`.
    """
    candidates = _find_any_dates(text, language, day_first)
    if today:
        order = is_day_first(language, day_first)
        candidates += find_next_days(text, today, _NEXT_DEADLINE, candidates, numeric=True, day_first=order)
        candidates.sort(key=lambda found: found.span)
    for found, following in zip_longest(candidates, candidates[1:]):
        if is_labelled(text, found.span.start, _CLOSES):
            return following if following and are_ends(text, found.span, following.span) else found
    told = next((found for found in candidates if _is_told_to_applicants(text, found, today)), None)
    return told or (_closes_in(text, today) if today else None)


def _is_told_to_applicants(text: str, found: Found[date], today: date | None) -> bool:
    """Whether a day stands behind "by" in a paragraph's sentence that says how to apply."""
    if today and found.value < today:
        return False
    start = found.span.start
    if not is_labelled(text, start, _UNTIL, _UNTIL_GAP):
        return False
    behind = re.split(r"[.!?]\s|\n", text[found.span.end : found.span.end + _APPLY_REACH // 2])[0]
    paragraph = text[max(0, start - _APPLY_REACH) : start].rsplit("\n", 1)[-1]
    sentence = _SENTENCE_STOP.split(paragraph)[-1]
    return bool(_TO_APPLY.search(sentence + behind)) and not _OF_THE_JOB.search(sentence)


_SENTENCE_STOP = re.compile(r"(?<=[^\W\d_]{3})[.!?]\s+(?=[A-ZÀ-ÖØ-Þ¿¡])")
# The days between which one works: "from May until 30 September", "befristet bis".
_OF_THE_JOB = re.compile(
    r"\b(?:contract|fixed|term|runs?|lasts?|position is|befristet|vertrag|contrat|contrato|contratto|umow\w*|season|saison)\b",
    re.IGNORECASE,
)


def _find_any_dates(text: str, language: str | None, day_first: bool | None) -> list[Found[date]]:
    dates = find_dates(text, language=language, day_first=day_first)
    return dates + find_short_dates(text, language=language, day_first=day_first)


def _closes_in(text: str, today: date) -> Found[date] | None:
    match = _CLOSES_IN.search(text)
    if not match:
        return None
    days = int(match["count"]) * (1 if match["day"] else 7)
    return Found(today + timedelta(days=days), Span(match.start(), match.end()))


def _find_relative(text: str, today: date, language: str | None) -> Found[date] | None:
    """A day relative to today behind a label, or else alone in a cell of the header."""
    spans = _spans_of_relative_days(text)
    labelled = [
        span
        for span in spans
        if is_labelled(text, span.start, _POSTED) or _POSTED.match(text, span.end + 1, span.end + 20)
    ]
    header = [span for span in spans if span.end <= _HEADER and _is_cell(text, span)]
    for span in labelled + header:
        day = _read_relative(text[span.start : span.end], today, language)
        if day:
            return Found(day, span)
    return None


_LINE_ENDS = re.compile(r"(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?[^\S\n]*(?:\n|$)")


def _find_byline(text: str, dates: Iterable[Found[date]], today: date | None) -> Found[date] | None:
    """A past day alone in the last cell of a line of the header ("Acme · Leeds · 2026-03-04")."""
    for found in dates:
        start, end = found.span.start, found.span.end
        is_last = _CELL_BEFORE.search(text[max(0, start - 4) : start]) and _LINE_ENDS.match(text, end)
        if end <= _HEADER and is_last:
            is_past = today is None or found.value <= today
            return found if is_past and not is_labelled(text, found.span.start, _CLOSES) else None
    return None


def _spans_of_relative_days(text: str) -> list[Span]:
    spans = [Span(word.start(), word.end()) for word in _DAY_WORD.finditer(text, 0, _HEADER)]
    for number in _SHORT_NUMBER.finditer(text):
        low = max(0, number.start() - 8)
        before = _AGO_BEFORE.search(text[low : number.start()])
        match = (_COUNTED if before else _AGO_BEHIND).match(text, number.start())
        if match:
            spans.append(Span(low + before.start() if before else match.start(), match.end()))
    return sorted(spans)


def _is_cell(text: str, span: Span) -> bool:
    before = text[max(0, span.start - 4) : span.start]
    return bool(_CELL_BEFORE.search(before) and _CELL_BEHIND.match(text, span.end))


def _read_relative(written: str, today: date, language: str | None) -> date | None:
    """The day that "3 days ago" names. Hours stay within today; more than four weeks name no day."""
    import dateparser  # takes a quarter of a second, so only where such words were found

    # Without languages it tries all two hundred, which takes seconds.
    languages = list(dict.fromkeys([(language or "en")[:2].lower(), "en"]))
    settings = {"RELATIVE_BASE": datetime.combine(today, time.max), "PARSERS": ["relative-time"]}
    try:
        moment = dateparser.parse(written, languages=languages, settings=settings)
    except ValueError:  # a language that dateparser does not know
        return None
    if moment is None or not today - _OLDEST_RELATIVE <= moment.date() <= today:
        return None
    return moment.date()
