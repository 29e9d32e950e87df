"""What code reads by itself: computed values and verbatim lists, each claim with its words.

One function a family of fields; `read_all` runs them in the order in which they depend on each other.
What belongs to the employer, the law or another job is kept out by the outline: readers look only at
this posting's body, and where it matters only at pieces under the right headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

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
from extractor.fields.employer import find_employer
from extractor.fields.employment import (
    clean_title,
    find_applicant_countries,
    find_employment_types,
    find_office_days,
    find_seniority,
    find_work_arrangements,
)
from extractor.fields.experience import find_experience, pick_headline
from extractor.fields.gazetteer import cities_named
from extractor.fields.pay import find_pay
from extractor.fields.places import country_of, find_places, read_places
from extractor.fields.skill_tagger import Piece, tag_skills
from extractor.fields.skills import canonical, find_candidates, kind_of
from extractor.fields.sponsorship import find_sponsorship, find_visa_history
from extractor.outline import Outline
from extractor.records import Found, Span
from extractor.schema import Place, Skill, SkillKind
from extractor.sections import Verdict
from extractor.segments import read_heading

# Sections that speak of the employer, the law or how to apply, not of this job's terms.
ASIDE = frozenset({"about", "legal", "application", "other_jobs"})
LIST_FIELDS = {
    "duties": "responsibilities",
    "required": "required_qualifications",
    "preferred": "preferred_qualifications",
}


def read_all(outline: Outline, today: date | None, found: Mapping[str, Sequence[Span]]) -> list[Claim]:
    """Every claim that code can make; `found` are the quotes that the model gave, by their pointer."""
    title = next(iter(_title(outline, found["/title"])), None)
    employer = list(_employer(outline, found["/company/name"], title))
    taken = [span for claim in employer for span in claim.spans]
    quotes = [span for span in found["/locations"] if not span.overlaps(*taken)]
    places = list(read_places_of(outline, quotes, country_hint(outline, [])))
    country = country_hint(outline, [claim.value for claim in places])
    if title is not None:
        title = _without_names(outline, title, employer, places)
    pay = list(read_pay(outline, country))
    return [
        *([title] if title else []),
        *employer,
        *places,
        *read_lists(outline, pay),
        *pay,
        *read_dates(outline, today, country),
        *read_employment(outline, title.value if title else None),
        *read_requirements(outline),
        *read_company(outline),
        *read_labelled(outline),
        *read_listing(outline),
        *read_disqualifiers(outline),
        *read_application(outline),
        *read_skills(outline, found.get("/skills")),
        *read_language(outline),
    ]


# A title line is short; the model likes to give half of it ("Teacher of Mathematics" of "Teacher of
# Mathematics (KS3 & KS4)"), and what is not part of a title is cut off by rule anyway.
TITLE_LINE_CHARS = 110
TITLE_LINES_WITHIN = 1_500


def _title(outline: Outline, quotes: Sequence[Span]) -> Iterator[Claim]:
    for quote in quotes:
        line = (
            _title_line(outline, outline.words(quote)) or _titled_line(outline, outline.words(quote)) or quote
        )
        cleaned = clean_title(outline.words(line))
        span = Span(line.start + cleaned.span.start, line.start + cleaned.span.end)
        is_whole = cleaned.value == outline.words(span)
        yield Claim("title", cleaned.value, (span,), "exact" if is_whole else "normalised")


def _without_names(
    outline: Outline, title: Claim, employer: Sequence[Claim], places: Sequence[Claim]
) -> Claim:
    """The title without the posting's own employer and places at its ends, once they are known."""
    (span,) = title.spans
    company = next((claim.value for claim in employer), None)
    cleaned = clean_title(outline.words(span), [claim.value for claim in places], company)
    kept = Span(span.start + cleaned.span.start, span.start + cleaned.span.end)
    is_whole = cleaned.value == outline.words(kept)
    return replace(title, value=cleaned.value, spans=(kept,), match="exact" if is_whole else "normalised")


def _title_line(outline: Outline, quote: str) -> Span | None:
    """The first short line near the top that begins with the quote."""
    said = " ".join(quote.casefold().split())
    for segment in outline.segments:
        span = segment.span
        if span.start > TITLE_LINES_WITHIN:
            return None
        words = outline.words(span)
        stands_alone = outline.document.text[span.end : span.end + 1] in ("", "\n")
        if (
            len(words) <= TITLE_LINE_CHARS
            and stands_alone
            and " ".join(words.casefold().split()).startswith(said)
        ):
            return span
    return None


MORE_TITLE_WORDS = 4


def _titled_line(outline: Outline, quote: str) -> Span | None:
    """The first short line near the top that holds the quote, and cleaned as a title little more than it:
    "URGENT! Nurse (Nights) // Leeds // Ref. 7", of which the model gave "Nurse"."""
    text, said = outline.document.text, " ".join(quote.casefold().split())
    whole = re.compile(rf"(?<!\w){re.escape(said)}(?!\w)")
    for line in re.finditer(r"[^\n]+", text[:TITLE_LINES_WITHIN]):
        if len(line[0]) > TITLE_LINE_CHARS or not whole.search(" ".join(line[0].casefold().split())):
            continue
        title = clean_title(line[0])
        words = " ".join(title.value.casefold().split())
        more = len(words.split()) - len(said.split())
        if whole.search(words) and 0 < more <= MORE_TITLE_WORDS and not _SENTENCE_MARK.search(title.value):
            return Span(line.start() + title.span.start, line.start() + title.span.end)
        if words == said:
            return None
    return None


_SENTENCE_MARK = re.compile(r"[.?!:;](?:\s|$)")


def _employer(outline: Outline, quotes: Sequence[Span], title: Claim | None) -> Iterator[Claim]:
    """The employer that the model named, unless it is a place; else the line after the title, if the text
    names it again; else the name that sentences treat as the employer."""
    for quote in quotes:
        if _may_be_employer(outline.words(quote), outline, title):
            span = _told_employer(outline, quote) or quote
            yield Claim("company.name", outline.words(span), (span,))
            return
    after = next((s.span for s in outline.segments if title and s.span.start >= title.spans[0].end), None)
    if after is not None:
        said = outline.words(after)
        if len(said.split()) <= 6 and outline.body.count(said) > 1 and _may_be_employer(said, outline, title):
            yield Claim("company.name", said, (after,))
            return
    told = find_employer(outline.body)
    if told is not None and _may_be_employer(told.value, outline, title):
        yield Claim("company.name", told.value, (told.span,))


_AT = re.compile(r"\b(?:at|join|joining|bei|chez|hos)\s+(?P<name>[A-Z][\w&.-]*\w(?:\s[A-Z][\w&.-]*\w){0,2})")


def _told_employer(outline: Outline, quote: Span) -> Span | None:
    """Where sentences name another employer ("at Dropbox") again and again, and the one that the model
    gave stands once only, in a line with other things: the one that the sentences name."""
    said, body = outline.words(quote), outline.body
    if body.count(said) > 1 or _line_of(outline, quote).strip() == said:
        return None
    named = [Span(*match.span("name")) for match in _AT.finditer(body)]
    told = [
        span for span in named if body.count(outline.words(span)) > 1 and _is_other(outline.words(span), said)
    ]
    return max(told, key=lambda span: body.count(outline.words(span)), default=None)


def _is_other(name: str, said: str) -> bool:
    return name not in said and said not in name and not _is_place(name)


def _may_be_employer(said: str, outline: Outline, title: Claim | None) -> bool:
    """Neither a place, nor a section's heading, nor the title."""
    heading = title is not None and said.casefold() in _line_of(outline, title.spans[0]).casefold()
    return not heading and read_heading(said) is None and not _is_place(said)


def _line_of(outline: Outline, span: Span) -> str:
    """The line that a span stands in, if it is a short one; else the span's own words."""
    text = outline.document.text
    start, stop = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    line = text[start : stop if stop >= 0 else len(text)]
    at = re.search(r"\s(?:at|bei|chez|hos|en|@)\s", line)
    return line if len(line) <= TITLE_LINE_CHARS and not at else outline.words(span)


def _is_place(said: str) -> bool:
    """Whether words are nothing but a known place."""
    places = read_places(said)
    return bool(places) and all(
        found.value.country is not None
        and (found.value.region or cities_named(found.value.city or "") or not found.value.city)
        for found in places
    )


def country_hint(outline: Outline, places: list[Place]) -> str | None:
    """The country that the posting seems to come from, ISO alpha-2."""
    return country_of(places, outline.body, outline.language)


def read_lists(outline: Outline, pay: Sequence[Claim]) -> Iterator[Claim]:
    """Duties, qualifications and benefits, verbatim and in order; a line of base pay is no benefit."""
    paid = [claim.spans[0] for claim in pay if claim.value.kind == "base"]
    for verdict in outline.verdicts:
        span = _without_comma(outline, verdict.segment.span)
        if verdict.label in LIST_FIELDS:
            yield Claim(
                f"{LIST_FIELDS[verdict.label]}[]", outline.words(span), (span,), score=verdict.confidence
            )
        elif verdict.label == "benefits" and not any(span.start <= p.start < span.end for p in paid):
            for item in split_benefits(outline, verdict):
                yield Claim("benefits[]", outline.words(item), (item,), score=verdict.confidence)


def _without_comma(outline: Outline, span: Span) -> Span:
    """Items of a list end in commas and semicolons that are the list's, not theirs."""
    return Span(span.start, span.start + len(outline.words(span).rstrip(" ,;")))


_BENEFIT_RUN = re.compile(
    r"(?:\b(?:including|include[s]?|such as|offer(?:s|ing)?|provide[s]?|plus|benefits(?: package)?|with|of|eligible for|receive|enjoy|"
    r"like|dont|comme|offrons|proposons|wie|bieten|ofrecemos|como|såsom|erbjuder|samt)\b:?|:)\s*(?=[^:]*$)",
    re.IGNORECASE,
)
_COMMA = re.compile(
    r"\s*(?:[;|]\s*|,(?!\d)\s*)(?:(?:and|as well as|und|et|y|och|en|e|ou|or)\s+)?|\s+(?:and|as well as|und|et|y|och)\s+(?=[^,;]*$)"
)
_SEPARATOR = re.compile(r"[;|]|,(?!\d)")
_DOT = re.compile(r"\s+[·•|]\s+")
LONGEST_BENEFIT_WORDS = 9
# What goes on with these after a comma is a part of the sentence, no further benefit.
_CLAUSE = re.compile(
    r"(?:in|an|auf|mit|bei|von|zu|durch|für|over|to|of|with|by|for)?\s?(?:which|who|whom|whose|where|welche[mnrs]?|denen|dessen|deren|damit|"
    r"sodass|wenn|weil|obwohl|où|dont|lequel|laquelle|lesquel\w+|afin|quien|quienes|cuyo|cuya|cuando|donde|som|vilket|waar\w*|cui|quale|którym|"
    r"so that|because|although|while|if|when|unless)\b",
    re.IGNORECASE,
)


def split_benefits(outline: Outline, verdict: Verdict) -> list[Span]:
    """A benefit as it stands; a prose run of them ("we offer A, B and C") is split at its commas."""
    span = verdict.segment.span
    said = outline.words(span)
    if dots := list(_DOT.finditer(said)):
        return [Span(span.start + a, span.start + b) for a, b in _between(dots, 0, len(said.rstrip(" .")))]
    is_whole = verdict.segment.kind == "bullet" or verdict.segment.cell is not None
    if is_whole or len(_SEPARATOR.findall(said)) < 2:
        return [span]
    lead = next((m for m in _BENEFIT_RUN.finditer(said) if len(_SEPARATOR.findall(said, m.end())) >= 2), None)
    start = lead.end() if lead and not re.search(r"[,;]", said[: lead.start()]) else 0
    commas = [comma for comma in _COMMA.finditer(said, start) if not _is_in_brackets(said, comma.start())]
    kept = _between(commas, start, len(said.rstrip(" .")))
    if not kept or any(len(said[a:b].split()) > LONGEST_BENEFIT_WORDS for a, b in kept[:-1]):
        return [span]
    if any(_CLAUSE.match(said, a) for a, _ in kept[1:]):
        return [span]
    return [Span(span.start + a, span.start + b) for a, b in kept]


def _between(marks: Iterable[re.Match[str]], start: int, end: int) -> list[tuple[int, int]]:
    """What stands between the marks of a run."""
    bounds = [start, *(edge for mark in marks for edge in mark.span()), end]
    return [(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True) if b > a]


def _is_in_brackets(said: str, at: int) -> bool:
    return said.count("(", 0, at) > said.count(")", 0, at)


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
    headline = pick_headline(years, body)
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


def read_places_of(outline: Outline, quotes: Iterable[Span], country: str | None) -> Iterator[Claim]:
    """Where the work is done: from the quotes given, else from the page's own location lines."""
    seen: set[str] = set()
    for quote in quotes:
        for found in read_places(outline.words(quote), country=country):
            if _is_known_place(found.value) or _is_place_part(outline, quote):
                yield from _place(found, quote.start, seen)
    if not seen:
        for found in find_places(outline.body, country=country):
            yield from _place(found, 0, seen)


def _is_known_place(place: Place) -> bool:
    return bool(place.country or place.region)


_COMMON_WORD = re.compile(r"(?:^|\s)[a-zà-ÿ]{3,}(?:\s|$)")


def _is_place_part(outline: Outline, quote: Span) -> bool:
    """Whether an unknown name stands as a place would: alone on its line, or behind a label, no common words in it."""
    text = outline.document.text
    start = text.rfind("\n", 0, quote.start) + 1
    before, said = text[start : quote.start], outline.words(quote)
    return (
        len(said.split()) <= 4
        and not _COMMON_WORD.search(said)
        and (before.rstrip().endswith(":") or not before.strip())
    )


def _place(found: Found[Place], offset: int, seen: set[str]) -> Iterator[Claim]:
    key = (found.value.city or found.value.text or "").casefold()
    if key not in seen:
        seen.add(key)
        span = Span(found.span.start + offset, found.span.end + offset)
        yield Claim("locations[]", found.value, (span,))


_NEGATIVE = re.compile(
    r"(?:Not|No|Lack(?:ing)?|Unwilling\w*|Unable|Inability|Without|Never|Less than|Requires?)\b"
)
_NEGATIVE_COMMA = re.compile(
    r",\s*(?=(?:Not|No|Lack|Unwilling\w*|Unable|Inability|Without|Never|Less than|Requires?)\b)"
)
_RULES_OUT = re.compile(
    r"\bonly\b|\bmust\b|\bnot\b|\bcannot\b|n't\b|\bunable\b|\bnur\b|\bkeine?\b|\buniquement\b|\bsolo\b|\bendast\b|\balleen\b",
    re.IGNORECASE,
)


def read_listing(outline: Outline) -> Iterator[Claim]:
    """What the listing site adds: pros, cons, whom it suits; keywords."""
    for section, path in (
        ("pros", "listing.pros[]"),
        ("cons", "listing.cons[]"),
        ("good_fit", "listing.good_fit[]"),
    ):
        for verdict in outline.under(section):
            yield Claim(path, outline.words(verdict.segment.span), (verdict.segment.span,))
    for verdict in outline.under("keywords"):
        said = outline.words(verdict.segment.span)
        if len(said.split()) <= 5:
            yield Claim("keywords[]", said, (verdict.segment.span,))


def read_disqualifiers(outline: Outline) -> Iterator[Claim]:
    """What rules an applicant out: lists that say so, runs of "Not …, Lack of …", and the sentences that
    refuse sponsorship or restrict who may apply."""
    sections = {id(verdict.segment): verdict.section for verdict in outline.verdicts}
    for segment in outline.segments:
        span = segment.span
        said = outline.words(span)
        parts = _split_at(said, _NEGATIVE_COMMA)
        is_run = len(parts) >= 2 and bool(_NEGATIVE.match(said))
        if sections.get(id(segment)) == "disqualifiers" or is_run:
            for start, end in parts if is_run else [(0, len(said))]:
                yield Claim("disqualifiers[]", said[start:end], (Span(span.start + start, span.start + end),))
        elif _is_refusal(said):
            yield Claim("disqualifiers[]", said, (span,))


def _is_refusal(said: str) -> bool:
    """A sentence, not a line of facts, that refuses sponsorship or restricts who may apply."""
    if not _RULES_OUT.search(said) or len(said.split()) < 4 or "|" in said or " – " in said:
        return False
    sponsorship = find_sponsorship(said)
    return (sponsorship is not None and sponsorship.value == "not_offered") or bool(
        find_applicant_countries(said)
    )


def _split_at(said: str, gap: re.Pattern[str]) -> list[tuple[int, int]]:
    bounds = [0, *(edge for match in gap.finditer(said) for edge in match.span()), len(said)]
    return [(bounds[i], bounds[i + 1]) for i in range(0, len(bounds), 2) if bounds[i + 1] > bounds[i]]


_LABELLED = {
    "category": re.compile(r"^(?:job )?(?:category|kategorie|catégorie|categor[íi]a|kategori)\s*[:\t ]\s*(?P<value>\S.{1,80})$", re.IGNORECASE | re.MULTILINE),
    "job_function": re.compile(r"^(?:job )?function\s*(?:[:\t ]|\n)\s*(?P<value>\S.{1,120})$", re.IGNORECASE | re.MULTILINE),
    "company.industry": re.compile(
        r"^(?:industr(?:y|ies)|sector|branche|secteur(?: d'activité)?|bransch)\s*(?:[:\t ]|\n)\s*(?P<value>\S.{1,80})$", re.IGNORECASE | re.MULTILINE
    ),
}  # fmt: skip
_EMAIL = re.compile(r"[\w.+-]+(?:@|\s?\[at\]\s?)[\w-]+(?:(?:\.|\s?\[dot\]\s?)[\w-]+)+")
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


_STRENGTH = {"required": 2, "preferred": 1}


class Seen(NamedTuple):
    """A skill where it stands, and how probable the fitted model holds it to be, where that saw it."""

    name: str
    span: Span
    kind: SkillKind
    probability: float | None = None


def read_skills(outline: Outline, named: Sequence[Span] | None) -> Iterator[Claim]:
    """Skills, each once, in reading order: those that the model named; where it was not asked, those that code finds."""
    places: dict[str, list[Seen]] = {}
    for seen in _named_skills(outline, named) if named is not None else _known_skills(outline):
        places.setdefault(canonical(seen.name), []).append(seen)
    for found in sorted(places.values(), key=lambda group: min(seen.span for seen in group)):
        first = min(found, key=lambda seen: seen.span)
        strongest = max(found, key=lambda seen: _STRENGTH.get(_label_at(outline, seen.span), 0)).span
        strength = _label_at(outline, strongest)
        requirement = strength if strength in _STRENGTH else "mentioned"
        skill = Skill(name=first.name, kind=first.kind, requirement=requirement)
        spans = (first.span,) if first.span == strongest else (first.span, strongest)
        probable = [seen.probability for seen in found if seen.probability is not None]
        yield Claim("skills[]", skill, spans, score=max(probable, default=None))


def _named_skills(outline: Outline, named: Sequence[Span]) -> Iterator[Seen]:
    for span in named:
        name = outline.words(span)
        yield Seen(name, span, kind_of(name))


def _known_skills(outline: Outline) -> Iterator[Seen]:
    """Skills as the fitted model sees them; the soft ones that the rules are sure of as well, where a posting
    asks for them (elsewhere they are mostly the employer's praise)."""
    candidates = find_candidates(outline.body, language=outline.language)
    tagged = tag_skills(outline.body, pieces_of(outline), candidates, language=outline.language)
    yield from (Seen(skill.name, skill.span, skill.kind, skill.probability) for skill in tagged)
    taken = [skill.span for skill in tagged]
    for candidate in candidates:
        if candidate.kind == "hard" or not candidate.sure or candidate.span.overlaps(*taken):
            continue
        verdict = outline.verdict_at(candidate.span.start)
        if verdict is not None and (
            verdict.label in ("duties", "required", "preferred") or verdict.section in ("skills", "keywords", "required")
        ):  # fmt: skip
            yield Seen(candidate.name, candidate.span, candidate.kind)


def pieces_of(outline: Outline) -> list[Piece]:
    """The posting's pieces as the tagger of skills is shown them."""
    return [
        Piece(verdict.segment.span, verdict.label, verdict.section, verdict.segment.kind)
        for verdict in outline.verdicts
        if verdict.segment.span.end <= outline.end
    ]


def _label_at(outline: Outline, span: Span) -> str:
    verdict = outline.verdict_at(span.start)
    if verdict is None:
        return "none"
    if verdict.label == "none" and verdict.section in ("required", "preferred", "skills"):
        return "preferred" if verdict.section == "preferred" else "required"
    return verdict.label


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
    yield Claim("language", outline.language, (longest,))
