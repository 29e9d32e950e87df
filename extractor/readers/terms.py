"""The terms of the job and the facts around it: pay, dates, employment, requirements, employer, application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from extractor.claims import Claim
from extractor.fields.company import find_company_size, find_founded_year, find_headquarters
from extractor.fields.dates import (
    find_closes,
    find_duration_weeks,
    find_graduation,
    find_hours_per_week,
    find_posted,
    find_terms,
)
from extractor.fields.education import find_education
from extractor.fields.employment import (
    find_applicant_countries,
    find_employment_types,
    find_office_days,
    find_seniority,
    find_work_arrangements,
)
from extractor.fields.experience import find_bare_years, find_experience, pick_headline
from extractor.fields.pay import find_pay
from extractor.fields.places import read_places
from extractor.fields.sponsorship import find_sponsorship, find_visa_history
from extractor.outline import Outline
from extractor.records import Found, Span
from extractor.schema import Experience

# Sections that speak of the employer, the law or how to apply, not of this job's terms.
ASIDE = frozenset({"about", "legal", "application", "other_jobs"})


def read_pay(outline: Outline, country: str | None) -> Iterator[Claim]:
    """Every stated pay of this job."""
    for found in find_pay(outline.body, language=outline.language, country=country):
        if _is_estimated(outline.body, found.span):
            continue
        yield Claim("compensation[]", found.value, (found.span,))


# What a site reckons that others earn is nobody's offer.
_ESTIMATE = re.compile(
    r"salaries reported|average (?:base )?(?:salary|pay)|how much (?:does|do|can)|(?:salary|pay) estimate|"
    r"estimated (?:salary|pay|by)|(?:estimate|guess) (?:is|was|of)|market (?:rate|average)|typical (?:salary|pay)|"
    r"durchschnittsgehalt|durchschnittlich(?:es|e)? (?:gehalt|vergütung)|salaire moyen|estimation du salaire|"
    r"(?:sueldo|salario) (?:medio|promedio)|salário médio|stipendio medio|gemiddeld(?:e)? (?:salaris|loon)|"
    r"medellön|snittlön|gennemsnitsløn|gjennomsnittslønn|średni(?:e|a) (?:zarobki|wynagrodzenie|płaca)",
    re.IGNORECASE,
)
_ESTIMATE_BEFORE, _ESTIMATE_AFTER = 80, 60  # characters


def _is_estimated(text: str, span: Span) -> bool:
    around = text[max(0, span.start - _ESTIMATE_BEFORE) : span.end + _ESTIMATE_AFTER]
    return _ESTIMATE.search(around) is not None


# Countries that write 4 May as 5/4; Canadians write it both ways.
_MONTH_FIRST, _EITHER_FIRST = frozenset({"US", "PH"}), frozenset({"CA"})


def read_dates(outline: Outline, today: date | None, country: str | None) -> Iterator[Claim]:
    """Posting date, deadline, terms, duration, hours; dates of figures as the country writes them."""
    body, language = outline.body, outline.language
    day_first = None if country is None or country in _EITHER_FIRST else country not in _MONTH_FIRST
    yield from _one("posted_on", find_posted(body, today=today, language=language, day_first=day_first))
    yield from _one("closes_on", find_closes(body, today=today, language=language, day_first=day_first))
    for term in find_terms(body, today=today, language=language, day_first=day_first):
        yield Claim("schedule.terms[]", term.value, (term.span,))
    yield from _one("schedule.duration_weeks", find_duration_weeks(body))
    yield from _one("schedule.hours_per_week", find_hours_per_week(body))


def read_employment(outline: Outline, title: str | None) -> Iterator[Claim]:
    """Employment types, arrangements, office days, who may apply, seniority."""
    for found in find_employment_types(outline.body, language=outline.language):
        if not _is_aside(outline, found.span):
            yield Claim("employment_types[]", found.value, (found.span,))
    for arrangement in find_work_arrangements(outline.body):
        if not _is_aside(outline, arrangement.span):
            yield Claim("work_arrangements[]", arrangement.value, (arrangement.span,))
    yield from _one("office_days_per_week", find_office_days(outline.body))
    for country in find_applicant_countries(outline.body):
        yield Claim("applicant_countries[]", country.value, (country.span,))
    yield from _one("seniority", find_seniority(title or "", outline.body))


def read_requirements(outline: Outline) -> Iterator[Claim]:
    """Years of experience, schooling, visa sponsorship."""
    body, language = outline.body, outline.language
    years = [f for f in find_experience(body, language=language) if not _is_aside(outline, f.span)]
    headline = pick_headline(years, body) or _find_bare_years(outline)
    if headline is not None:
        yield Claim("experience", headline.value, (headline.span,))
    schooling = find_education(body, language=language)
    for level in schooling.levels:
        if not _is_aside(outline, level.span):
            yield Claim("education.levels[]", level.value, (level.span,))
    for studied in schooling.fields:
        if not _is_aside(outline, studied.span):
            yield Claim("education.fields[]", studied.value, (studied.span,))
    yield from _one("education.enrolled", schooling.enrolled)
    yield from _one("education.graduation", find_graduation(body))
    sponsorship = find_sponsorship(body)
    yield from _one("work_authorization.sponsorship", sponsorship)
    for year in find_visa_history(body):
        yield Claim("work_authorization.history[]", year.value, (year.span,))
    if sponsorship is not None:
        piece = outline.verdict_at(sponsorship.span.start)
        if piece is not None:
            yield Claim("work_authorization.text", outline.words(piece.segment.span), (piece.segment.span,))


def _find_bare_years(outline: Outline) -> Found[Experience] | None:
    """Years that the first of the requirements to name any asks for without a word for experience."""
    asked = (
        verdict.segment.span
        for verdict in outline.verdicts
        if verdict.label == "required" and verdict.confidence >= _SURELY_ASKED
    )
    found = (find_bare_years(outline.document.text, span) for span in asked if not outline.is_withheld(span))
    return next(filter(None, found), None)


_SURELY_ASKED = 0.5


def read_company(outline: Outline) -> Iterator[Claim]:
    """What the page says of the employer beside its name."""
    yield from _one("company.founded_year", find_founded_year(outline.body))
    size = find_company_size(outline.body)
    if size is not None:
        low, high = size.value
        if low is not None:
            yield Claim("company.employees_min", low, (size.span,))
        if high is not None:
            yield Claim("company.employees_max", high, (size.span,))
    base = find_headquarters(outline.body)
    if base is not None:
        places = read_places(outline.words(base.span))
        if places:
            yield Claim("company.headquarters", places[0].value, (base.span,))


_LABELLED = {
    "category": re.compile(r"^(?:job )?(?:category|kategorie|catégorie|categor[íi]a|kategori)\s*[:\t ]\s*(?P<value>\S.{1,80})$", re.IGNORECASE | re.MULTILINE),
    "job_function": re.compile(r"^(?:job )?function\s*(?:[:\t ]|\n)\s*(?P<value>\S.{1,120})$", re.IGNORECASE | re.MULTILINE),
    "company.industry": re.compile(
        r"^(?:industr(?:y|ies)|sector|branche|secteur(?: d'activité)?|bransch)\s*(?:[:\t ]|\n)\s*(?P<value>\S.{1,80})$", re.IGNORECASE | re.MULTILINE
    ),
}  # fmt: skip
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++(?:@|\s?\[at\]\s?)[\w-]+(?:(?:\.|\s?\[dot\]\s?)[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:]")
# Addresses that serve applications by their name.
_HIRING = re.compile(
    r"(?:jobs?|careers?|recruit\w*|hiring|hr|talent|bewerb\w*|karriere|personal|recrutement|rh|empleo|rrhh|seleccion|vagas|"
    r"werken|vacatures?|rekryter\w*|jobb|lavora)\b[^@]*@",
    re.IGNORECASE,
)
# Addresses that serve everything but applications.
_OFFICE = re.compile(
    r"(?:support|help|privacy|info-?security|accommodations?|accessibility|legal|press|abuse|webmaster|noreply|no-reply)\b",
    re.IGNORECASE,
)
_APPLY = re.compile(
    r"\bappl(?:y|ication)|\bcv\b|resume|résumé|bewerb|postul|candidat|ansök|solicit|aplica|envi|send|contact|kontakt",
    re.IGNORECASE,
)


def read_labelled(outline: Outline) -> Iterator[Claim]:
    """Values that stand behind their label on a line of their own."""
    for path, pattern in _LABELLED.items():
        match = pattern.search(outline.body)
        if match:
            span = Span(match.start("value"), match.end("value"))
            yield Claim(path, outline.words(span).strip(), (span,))


def read_application(outline: Outline) -> Iterator[Claim]:
    """Where and how to apply: an address in words about applying."""
    for path, pattern in (("application.email", _EMAIL), ("application.url", _URL)):
        if pattern is _EMAIL and "@" not in outline.body and "[at]" not in outline.body:
            continue
        for match in pattern.finditer(outline.body):
            around = outline.body[max(0, match.start() - 160) : match.end() + 60]
            if _HIRING.match(match[0]) or (_APPLY.search(around) and not _OFFICE.match(match[0])):
                yield Claim(path, match[0], (Span(match.start(), match.end()),))
                break
    steps = [
        v.segment.span for v in outline.under("application") if len(outline.words(v.segment.span).split()) > 3
    ]
    if steps:
        span = Span(steps[0].start, steps[0].end)
        yield Claim("application.instructions", outline.words(span), (span,))


def _is_aside(outline: Outline, span: Span) -> bool:
    verdict = outline.verdict_at(span.start)
    return verdict is not None and verdict.label == "none" and verdict.section in ASIDE


def _one(path: str, found: Found[Any] | None) -> Iterator[Claim]:
    if found is not None:
        yield Claim(path, found.value, (found.span,))


def read_language(outline: Outline) -> Iterator[Claim]:
    """The posting's language; its words are the evidence, shown by the first long piece."""
    if outline.language is None:
        return
    pieces = [v.segment.span for v in outline.verdicts] or [Span(0, min(80, len(outline.body)))]
    longest = max(pieces[:40], key=lambda span: span.end - span.start)
    if longest.start < longest.end:  # nothing is left of a text that only speaks to models
        yield Claim("language", outline.language, (longest,))
