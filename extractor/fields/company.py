"""Finds facts of the employer: how many people work there, since when it exists, where it is based."""

from __future__ import annotations

import re
from typing import NamedTuple

from extractor.fields.numerals import Count, find_counts
from extractor.patterns import Pattern
from extractor.records import Found, Span

_MOST_PEOPLE = 5_000_000


class Headcount(NamedTuple):
    """Number of employees; one bound is None where the words leave it open."""

    least: int | None
    most: int | None


# -- employees --------------------------------------------------------------------------------------------

_PEOPLE = (
    r"employees|staff(?: members)?|team ?members|teammates|colleagues|people|professionals|associates"
    r"|co-?workers|headcount|FTEs?"
    r"|mitarbeite\w*|beschäftigte\w*|kolleg\w+|menschen|angestellte\w*|collaborat\w+|salariés?|employés"
    r"|personnes|empleados|trabajadores|personas"
    r"|profesionales|colaborador\w*|funcionários|dipendenti|addetti|collaboratori|persone|pessoas|medewerkers|collega['’]?s"
    r"|werknemers|anställda|medarbetare"
    r"|kollegor|ansatte|medarbejdere|medarbeidere|pracowników|osób|työntekijää|zaměstnanců|munkatárs\w*|angajați|çalışan\w*"
)
_PEOPLE_BEHIND = re.compile(
    rf"[^\S\n]*\+?[^\S\n]*(?:[^\W\d_][\w-]*[^\S\n]+){{0,2}}?(?P<people>{_PEOPLE})(?-i:(?![^\W\d_A-Z]))",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(
    r"(?:company size|size of (?:the )?company|number of employees|employees|headcount|workforce(?: of)?"
    r"|team size|team of|staff of|(?:^|\n)[^\S\n]*size(?=\s*[:\n])"
    r"|unternehmensgröße|mitarbeiterzahl|anzahl mitarbeiter|taille de l['’]entreprise|effectif"
    r"|tamaño de la empresa|número de empleados"
    r"|bedrijfsgrootte|aantal medewerkers|antal anställda|dimensione azienda)\s*[:=|–-]?\s*(?:of |over "
    r"|about |approximately |ca\.? )?$",
    re.IGNORECASE,
)
_STRONG_PEOPLE = re.compile(
    r"(?:employees|staff|collaborateur|colaborador|mitarbeite|beschäftigte|angestellte|salarié|empleados"
    r"|trabajadores|funcionários|dipendenti|medewerkers|werknemers"
    r"|anställda|ansatte|medarbejdere|medarbeidere|pracowników|zaměstnanců|angajați|headcount|FTE)",
    re.IGNORECASE,
)
_OF_THE_COMPANY = re.compile(
    r"\b(?:we|we['’]re|we['’]ve|our|us|company|firm|group|organi[sz]ation|employ\w*|workforce|team|home to"
    r"|family of|grown to|wir|unser\w*|bei uns"
    r"|unternehmen|nous|notre|entreprise|groupe|somos|nuestr\w+|empresa|somos|siamo|wij|onze|vi|oss"
    r"|bolaget|vores|våre?|nossa?|nasz\w*|zatrudnia\w*|azienda|bedrijf|virksomhed\w*)\b|\d{4}\s*[·•|]",
    re.IGNORECASE,
)
_OTHER_PEOPLE = re.compile(
    r"\b(?:manag\w+|lead\w*|supervis\w+|oversee\w*|direct reports?|responsible for|hire|recruit\w*|train\w*"
    r"|customers?|clients?|users?|patients?|students?|serv\w+"
    r"|support(?:ing|s)?|help\w*|million|events?|führ\w+|leit\w+|betreu\w+|manage\w*|encadr\w+|dirig\w+|leda"
    r"|reach\w*|companies with|organi[sz]ations with"
    r"|businesses with|millions?|for every|per|kunden|clientes|afdeling\w*|avdeling\w*|avdelning\w*|abteilung\w*|reparto|teamet|klant\w*|kunder|klient\w*|leder|leid\w*)\b[^.\n]{0,50}$",
    re.IGNORECASE,
)
_NOT_PEOPLE = re.compile(
    r"\s*(?:years?|%|percent|months?|jahre|ans\b|años|applicants?|openings?|vacanc|reviews?|hours?"
    r"|days?)",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:over|more than|at least|exceeding|in excess of|über|mehr als|plus de|más de|mais de|oltre|più di"
    r"|meer dan|ruim|över|mer än|fler än|mere end|mer enn|flere enn|over|powyżej|ponad|více než|több mint|peste)\s+$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"(?:up to|fewer than|less than|under|bis zu|weniger als|moins de|menos de|meno di|minder dan"
    r"|färre än)\s+$",
    re.IGNORECASE,
)


def find_company_size(text: str) -> Found[Headcount] | None:
    """The number of employees: "1001-5000 employees", "ca. 200 Mitarbeiter", "over 500 staff" (open above).

    A team to be led, customers and applicants are no employees of the company; a bare "people" or
    "colleagues" counts only where the words speak of the company.
    """
    for count in find_counts(text):
        if count.low == count.low.to_integral_value() and count.low <= _MOST_PEOPLE and not count.is_doubtful:
            span = _span_of_people(text, count)
            if span:
                return Found(_headcount(text, count), span)
    return None


def _span_of_people(text: str, count: Count) -> Span | None:
    people = _PEOPLE_BEHIND.match(text, count.end)
    label = _LABEL_BEFORE.search(text[max(0, count.start - 40) : count.start])
    if not (people or label) or _NOT_PEOPLE.match(text, count.end):
        return None
    before = re.split(r"\n|[.!?]\s", text[max(0, count.start - 90) : count.start])[-1]
    if _OTHER_PEOPLE.search(before):
        return None
    if people and (label or _STRONG_PEOPLE.match(people["people"]) or _OF_THE_COMPANY.search(before)):
        return Span(count.start, people.end()) if count.high is not None or count.low >= 2 else None
    if label and (count.high is not None or count.is_open or count.low >= 10):
        return Span(count.start, count.end)
    return None


def _headcount(text: str, count: Count) -> Headcount:
    low = int(count.low)
    before = text[max(0, count.start - 20) : count.start]
    if count.high is not None:
        return Headcount(low, None if count.is_open else int(count.high))
    if count.is_open or _OVER.search(before):
        return Headcount(low, None)
    if _UNDER.search(before):
        return Headcount(None, low)
    return Headcount(low, low)


# -- year of foundation -----------------------------------------------------------------------------------

_YEAR = Pattern(r"(?<![\d.,/€$£-])(?:1[5-9]\d\d|20[0-4]\d)(?![\d%-]|[.,/]\d)")
_FOUNDED_BEFORE = re.compile(
    r"(?:\b(?:founded|established|incorporated|since its (?:founding|foundation|inception|creation)|gegründet"
    r"|gründung(?:sjahr)?"
    r"|fondée?|créée?|création|fundad[ao]|fundación|constituida|fondat[ao]|opgericht|grundade?s|grundat"
    r"|grundlagt|grunnlagt|stiftet|etablert|etableret"
    r"|nat[ao] nel|costituita|fundada|criada|opgestart|założon[ay]|powstał[ao]?|založen[ao]?|înființată|alapítva|kuruldu)\b(?:[^.!?\n\d]{0,60}|\s*\n\s*)|\best\.\s*"
    r"|\b(?:in business|family[- ](?:run|owned)|around|operating|trading|proudly|familienunternehmen"
    r"|artisan \w+|empresa|familiar)"
    r"[^.!?\n\d]{0,30}\b(?:since|seit|depuis|desde|sinds|sedan)\s+"
    r"|(?:^|\n)\s*(?:since|seit|depuis|desde|sinds|sedan|dal)\s+)$",
    re.IGNORECASE,
)
_FOUNDED_BEHIND = re.compile(r"[^.!?;\n\d]{0,40}\bgegründet\b", re.IGNORECASE)
# "Depuis 2009, le couvent ... est le siège"
_OF_SOMETHING_ELSE = re.compile(
    r",\s+(?:le|la|les|l['’]|der|die|das|the)\s*(?!entreprise|soci|groupe|firma|company|group)", re.IGNORECASE
)
_NOT_THE_COMPANY = re.compile(r"\bact\b|copyright|program|award|\bhub\b|\boffice\b|\bsite\b", re.IGNORECASE)
_CLIENTS = re.compile(
    r"(?:importante (?:realtà|azienda|società|gruppo)|azienda cliente|(?:nostr|notre|nuestr|noss|our|unser)\w* (?:client|kunde)\w*"
    r"|onze (?:klant|opdrachtgever))[^.\n]{0,60}$",
    re.IGNORECASE,
)
_FOUNDED_REACH = 90


def find_founded_year(text: str) -> Found[int] | None:
    """The year of the company's foundation ("Founded in 2010", "gegründet 1926", "family-run since 1954")."""
    for year in _YEAR.finditer(text):
        before = _FOUNDED_BEFORE.search(text[max(0, year.start() - _FOUNDED_REACH) : year.start()])
        behind = None if before else _FOUNDED_BEHIND.match(text, year.end())
        if (before and not _NOT_THE_COMPANY.search(before.group())) or behind:
            bare = before is not None and len(before.group().split()) == 1
            if not (bare and _OF_SOMETHING_ELSE.match(text, year.end())):
                return Found(int(year.group()), Span(year.start(), year.end()))
    return None


# -- headquarters -----------------------------------------------------------------------------------------

_PLACE = r"(?P<place>(?:(?:St|Ft|Mt)\.\s)?[A-ZÀ-Þ][^\n.;|()•·]{1,60}?(?:\b(?:D\.C|St)\.[^\n.;|()•·]{0,20})?)"
_PLACE_END = (
    r"(?=\s*(?:$|[\n.;|()•·]|,\s+[a-zß-ÿ]|,?\s+(?:and|with|we|our|the|is|are|has|where|serving|employ\w*"
    r"|founded|operat\w*|und|mit|et|avec|y|con|e|och|med|en|og|i"
    r"|im (?:Herzen|Zentrum|Süden|Norden|Osten|Westen)|nahe|bei|in der|in the|near|près|cerca|vicino|nära)\b))"
)
_HEADQUARTERS = Pattern(
    r"(?i:headquartered\s+(?:in|at|near)|head ?quarters?\s*(?:is|are)?\s*(?:located\s+)?(?:in|at|:)"
    r"|\bHQ\s*(?:in|:)|head office\s*(?:is\s+)?(?:located\s+)?(?:in|:)"
    r"|hauptsitz(?:\s+ist)?\s*(?:in|:)|(?:mit )?sitz in|firmensitz\s*(?:in|:)"
    r"|siège(?:\s+social)?\s*(?:est\s+)?(?:situé\s+)?(?:à|:|basé à)|con sede(?: central)? en"
    r"|sede (?:central|principal|legale|centrale|principale)\s*:"
    r"|com sede em|con sede a|hoofdkantoor\s*(?:in|:)|huvudkontor(?:et)?\s*(?:ligger\s+)?(?:i|:)"
    r"|hovedkontor(?:et)?\s*(?:i|:)|sede (?:legale|centrale|principale) a|hoofdvestiging\s*(?:in|:)|z siedzibą w"
    r"|siedziba\s*:|se sídlem v)"
    rf"\s+(?:the\s+)?{_PLACE}{_PLACE_END}"
)


_STEMS = (
    "quarter",
    "hq",
    "head office",
    "sitz",
    "siège",
    "sede",
    "kantoor",
    "kontor",
    "hoofdvest",
    "siedzib",
    "sídl",
)  # a cheap first look


def find_headquarters(text: str) -> Found[str] | None:
    """The words for the place where the company is based, as written ("San Francisco, California, USA")."""
    lowered = text.lower()
    match = _HEADQUARTERS.search(text) if any(stem in lowered for stem in _STEMS) else None
    if not match or _CLIENTS.search(text[max(0, match.start() - 90) : match.start()]):
        return None
    place = match["place"].rstrip(" ,")
    return Found(place, Span(match.start("place"), match.start("place") + len(place)))
