"""One level of a location line: what stands between two commas, read on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from extractor.fields.gazetteer import (
    City,
    cities_named,
    country_code,
    has_subdivision,
    is_country_code,
    region_countries,
)

Arrangement = Literal["remote", "other"]

_REMOTE = (
    r"(?:fully[ -]|100 ?% ?|completely )?remote(?:[ -](?:first|only|friendly|ok|work|working|position|job|"
    r"eligible))?"
    r"|work(?:ing)? from (?:home|anywhere)|wfh|home ?-?office|anywhere|world ?wide|telecommute|telework"
    r"|virtual|t[ée]l[ée]travail|full remote|teletrabajo|remoto|[àa] distance|distans|p[åa] distans|"
    r"thuiswerk(?:en)?"
    r"|remoto|da remoto|smart working|deutschlandweit|bundesweit|ortsunabh[äa]ngig|nationwide|work at home"
    r"|zdalnie|praca zdalna|etätyö|hjemmekontor"
)
_NOT_REMOTE = r"h[yíi]brid(?:e|o|a|[ -]remote)?|on[ -]?site|in[ -]office|in[ -]person|vor ort|presencial|pr[ée]sentiel|p[åa] plats"
_ARRANGEMENT = re.compile(rf"(?:temporarily |temporär )?(?:(?P<remote>{_REMOTE})|{_NOT_REMOTE})", re.I)
_ARRANGED_HEAD = re.compile(
    rf"(?:{_NOT_REMOTE}|(?P<remote>{_REMOTE}))(?:\s+(?:in|within|from|inside|across|aus|en|i|"
    rf"based in)(?=\s)|\s*[-:])?\s+",
    re.I,
)
_ARRANGED_TAIL = re.compile(rf"\s+(?:{_NOT_REMOTE}|(?P<remote>{_REMOTE}))", re.I)
_PLACEHOLDER = re.compile(
    r"various(?: (?:locations|sites))?|multiple(?: (?:locations|sites|cities))?|several(?: locations)?|"
    r"many locations|flexible"
    r"|other locations?|verschiedene(?: (?:orte|standorte))?|diverse(?: standorte)?|mehrere standorte|"
    r"plusieurs (?:lieux|sites)"
    r"|varias (?:ubicaciones|localidades)|flera orter|meerdere locaties|v[áa]rios locais|varie sedi|"
    r"\d+ locations|all over"
    r"|n/?a|tb[adc]|not specified|unspecified|area|\d+ (?:vacanc(?:y|ies)|positions?|openings?|posts?)",
    re.I,
)
_WIDE_AREA = re.compile(
    r"(?:western |eastern |northern |southern |central )?(?:europe|europa|eu|european union|emea|apac|latam|"
    r"latin america|dach"
    r"|asia|africa|north america|south america|americas|nordics|benelux|global|international|middle east|"
    r"mena|anz|cet|est|pst)",
    re.I,
)

_POSTCODE_HEAD = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\s+|\d{4}\s?[A-Z]{2}\s+(?=[A-Z])|\d{3} \d{2}\s+(?=[^\W\d])|"
    r"(?:[A-Z]{1,2}[ -])?\d{4,6}\s+(?=[^\W\d])"
)
_POSTCODE_TAIL = re.compile(
    r"\s[\s-]*\d{4,6}(?:-\d{4})?$|\s+[A-Z]{1,2}\d[A-Z\d]?(?:\s*\d[A-Z]{2})?$|\s+[A-Z]\d[A-Z]\s*\d[A-Z]\d$|"
    r"\s+\d{3} \d{2}$"
)
_DISTRICT_TAIL = re.compile(
    r"\s+\d{1,2}\s*(?:er?|[eè]me|nd|º|"
    r"ª)?(?:\s+arrondissement)?(?:\s+cedex)?(?:\s+\d{1,2})?$|\s+cedex$|\s+[A-ZÆØÅ]$",
    re.I,
)
NUMBER = re.compile(r"\(?(?:\d{1,6}|2[ab])\)?", re.I)
_GB_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|"
    "FK|FY|GL|GU|HA"
    "|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|"
    "PH|PL|PO|PR|RG"
    "|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|"
    "ZE|B|E|G|L|M|N|S|W"
)
_GB_POSTCODE = re.compile(rf"(?:{_GB_AREAS})\d[A-Z\d]?(?: ?\d[A-Z]{{2}})?")
_AROUND = re.compile(
    r"(?:the )?(?:greater|metro|downtown|central|inner|city of|town of|village(?: of)?|city|town|gro(?:ß|"
    r"ss)raum|raum|stadt"
    r"|region|regio|omgeving|zona(?: de)?|área de|r[ée]gion(?: de)?|ville de|ciudad de|state of|near|nr\.?|"
    r"bei|nahe|pr[èe]s de|kommun|north|south|east|west"
    r"|western|eastern|northern|southern|north(?:ern)?[ -]?(?:east|west)(?:ern)?|south(?:ern)?[ -]?(?:east|"
    r"west)(?:ern)?"
    r"|all over|across|throughout|area|kreis|landkreis|g\.|r\.)\s+",
    re.I,
)
_COUNTY = re.compile(r"(?:co\.?|county(?: of)?)\s+", re.I)  # a part of its name: "Kilrush, Co. Clare"
_DIRECTION = re.compile(
    r"(?:north|south|east|west|western|eastern|northern|southern|central|upper|lower|mid|"
    r"north(?:ern)?[ -]?(?:east|west)(?:ern)?|south(?:ern)?[ -]?(?:east|west)(?:ern)?)\s+",
    re.I,
)
_AROUND_TAIL = re.compile(
    r"\s+(?:(?:(?:and|und|&) )?(?:the )?(?:surrounding|umgebung|metropolitan|metro|greater)?\s*"
    r"(?:areas?|region|city|cidade|kommun|stad|city centre|city center|district)"
    r"|(?:near|nr\.?|close to|outside|bei|nahe|pr[èe]s de|cerca de|n[äa]ra)\s.*)$",
    re.I,
)
STREET = re.compile(
    r"\d+[a-z]?,?\s+[^\W\d]|[^\W\d]+\s*(?:str(?:aße|asse|\.)|street|road|avenue|gatan|v[äa]gen|laan|straat|"
    r"weg|platz|gasse)\b.*\d",
    re.I,
)
LEVEL_BREAK = re.compile(r"\s*,\s*|\s+[-–—→>]+\s*|\s*[–—>]\s*|-\s+|\s*[()]\s*|:\s+")
_TIGHT_BREAK = re.compile("[-/]")


@dataclass(slots=True)
class Part:
    """One level of a location line: what stands between two commas, read on its own."""

    start: int
    end: int
    name: str  # without postcode, arrangement and words such as "Greater"
    name_start: int
    arrangement: Arrangement | None = None
    country: str | None = None
    regions: tuple[str, ...] = ()
    cities: tuple[City, ...] = ()
    nothing: bool = False  # an arrangement, a placeholder or a number only
    directed: bool = False  # "Western Wisconsin": a part of a region
    coded: bool = False  # a postcode stands beside the name
    after: str = ""  # what parts it from the level before: "," "-" "(" ":" or " "

    @property
    def known(self) -> bool:
        return bool(self.country or self.regions or self.cities)

    @property
    def is_code(self) -> bool:
        return len(self.name) in (2, 3) and self.name.isupper()


def cut_at(text: str, start: int, end: int, breaks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    last = start
    for found in breaks.finditer(text, start, end):
        if text[last : found.start()].strip():
            yield last, found.start()
        last = found.end()
    if text[last:end].strip():
        yield last, end


def is_recognised(part: Part) -> bool:
    code = part.name if part.is_code else ""
    return (
        part.known
        or part.arrangement is not None
        or is_country_code(code)
        or has_subdivision("US", code)
        or (has_subdivision("CA", code))
    )


def read_parts(quote: str, start: int, end: int) -> Iterator[Part]:
    last = start
    for piece_start, piece_end in cut_at(quote, start, end, LEVEL_BREAK):
        part = read_part(quote, piece_start, piece_end)
        after = quote[last:piece_start].strip()[:1]
        last = piece_end
        if part.known or part.nothing:
            part.after = after
            yield part
        elif quote[piece_end : piece_end + 1] not in (":", "："):  # "Location:" is no level
            for piece in _split_unknown(quote, part):
                piece.after = after
                after = " "
                yield piece


def _split_unknown(quote: str, part: Part) -> Iterator[Part]:
    """'US-TX-Austin', 'São Paulo/SP', 'Melbourne VIC', 'Paris France': levels without a comma."""
    pieces = [read_part(quote, *p) for p in cut_at(quote, part.start, part.end, _TIGHT_BREAK)]
    if len(pieces) > 1 and (
        pieces[0].arrangement
        or pieces[0].country
        or (pieces[0].is_code and is_country_code(pieces[0].name))
        or (len(pieces) == 2 and pieces[1].is_code and code_country(pieces[1].name, pieces[0].cities))
    ):
        yield from pieces
        return
    for space in list(re.finditer(r"\s+", quote[part.start : part.end]))[::-1][:2]:
        head = read_part(quote, part.start, part.start + space.start())
        tail = read_part(quote, part.start + space.end(), part.end)
        is_code = bool(re.fullmatch(r"[A-Z][A-Za-z]|[A-Z]{3}", tail.name)) and code_country(
            tail.name.upper(), head.cities
        )
        if tail.country or (head.known and tail.regions) or is_code:
            if is_code:
                tail.name = tail.name.upper() if len(tail.name) == 2 else tail.name
            yield head
            yield tail
            return
    yield part


def read_part(quote: str, start: int, end: int) -> Part:
    """Read one level: strip what is not its name, look the name up."""
    while start < end and not quote[start].isalnum():
        start += 1
    while start < end and quote[end - 1] in " ,\"'“”*-–—:!":
        end -= 1
    while (
        start < end
        and quote[end - 1] == "."
        and not re.search(r"\b[A-Z]\.$|\b(?:Co|St|Wash|Calif)\.$", quote[start:end])
    ):
        end -= 1
    read = _read(quote[start:end])
    return Part(
        start + read.start, start + read.end, read.name, start + read.name_start, read.arrangement, read.country,
        read.regions, read.cities, read.nothing, read.directed, read.coded,
    )  # fmt: skip


@lru_cache(maxsize=10_000)  # the same few are read again and again, and in parts
def _read(said: str) -> Part:
    part = Part(0, len(said), said, 0)
    whole = _ARRANGEMENT.fullmatch(part.name)
    if whole or not part.name:
        part.nothing = True
        if whole:
            part.arrangement = "remote" if whole["remote"] else "other"
        return part
    _strip_arrangement(part)
    if _GB_POSTCODE.fullmatch(part.name):
        part.country, part.coded = "GB", True
        return part
    if _PLACEHOLDER.fullmatch(part.name) or _WIDE_AREA.fullmatch(part.name) or NUMBER.fullmatch(part.name):
        part.nothing = True
        return part
    _look_up(part)
    return part


def _strip_arrangement(part: Part) -> None:
    """'Remote US', 'Hybrid remote in Singapore', 'Seattle Onsite'."""
    head = _ARRANGED_HEAD.match(part.name)
    if head and not is_known_name(part.name):
        part.arrangement = "remote" if head["remote"] else "other"
        part.start += head.end()
        part.name = part.name[head.end() :]
        part.name_start = part.start
    for tail in _ARRANGED_TAIL.finditer(part.name):
        if tail.end() == len(part.name):
            part.arrangement = "remote" if tail["remote"] else "other"
            part.name = part.name[: tail.start()].rstrip(" ,-")
            part.end = part.start + len(part.name)
            break


def is_known_name(name: str) -> bool:
    return bool(country_code(name) or region_countries(name) or cities_named(name))


def _candidates(name: str) -> Iterator[tuple[str, int]]:
    """The name as written, then without postcode, district, "Greater", "Area"; with its offset."""
    yield name, 0
    if " " not in name:
        return
    offset = 0
    if head := _POSTCODE_HEAD.match(name):
        offset, name = head.end(), name[head.end() :]
        yield name, offset
    for tail_pattern in (_POSTCODE_TAIL, _DISTRICT_TAIL, _AROUND_TAIL):
        tail = tail_pattern.search(name)
        if tail and tail.start() > 0:
            name = name[: tail.start()]
            yield name, offset
    while around := _AROUND.match(name):
        if around.end() >= len(name):
            break
        offset, name = offset + around.end(), name[around.end() :]
        yield name, offset


def _look_up(part: Part) -> None:
    """Fill in what the gazetteer knows of the part's name, under its first form that is known."""
    forms = list(_candidates(part.name))
    for form, offset in forms:
        if is_known_name(form):
            part.country = country_code(form)
            part.regions = region_countries(form)
            part.cities = cities_named(form)
            part.directed = (offset > 0 and bool(_DIRECTION.match(part.name)) and not part.cities) or (
                offset > 0 and bool(part.regions) and bool(_DIRECTION.match(part.name))
            )
            part.name, part.name_start = form, part.start + offset
            return
        if form.isupper() and len(form) == 2 and form != part.name:  # "VA 20191"
            part.name, part.name_start, part.coded = form, part.start + offset, True
            return
    county = _COUNTY.match(part.name)
    if county and (regions := region_countries(part.name[county.end() :])):
        part.regions = regions
        return
    if len(forms) > 1 and not STREET.search(part.name):
        part.name, part.name_start = forms[-1][0], part.start + forms[-1][1]


def code_country(code: str, cities: tuple[City, ...]) -> str | None:
    """The country in which a city of the name before it and this code go together.

    Equal to `code` where the code is the country's own ("Berlin, DE"), else the code is one of
    that country's regions ("San Jose, CA"; "Milano, MI").
    """
    for city in cities:
        if code == city.country:
            return city.country
        if has_subdivision(city.country, code) and (city.country != "US" or city.region == code):
            return city.country
    return None
