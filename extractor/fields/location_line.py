"""One location line, as written, read into Places.

A Place's parts are slices of the line; its country is stated, or follows from the region, or from
a city that is by far the largest of its name. "Remote" and its like are no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from extractor.fields.gazetteer import (
    City,
    cities_named,
    city_country,
    has_subdivision,
    is_country_code,
    is_word,
    name_key,
    region_name,
)
from extractor.fields.place_level import (
    LEVEL_BREAK,
    NUMBER,
    STREET,
    Part,
    code_country,
    cut_at,
    is_known_name,
    is_recognised,
    read_part,
    read_parts,
)
from extractor.records import Found, Span
from extractor.schema import Place

# A name before a city with this many times its inhabitants is read as a part of it.
_DISTRICT_SHARE = 30
# ... and so is a name that only a town below this bears, in another country.
_DISTRICT_POPULATION = 100_000

# Countries whose states and counties are written alone ("Kent", "Ontario"), where their cities are not.
_REGIONS_ALONE = frozenset(["US", "CA", "AU", "GB"])

# Countries that are one city: its name gives both.
_CITY_STATES = frozenset(["SG", "HK", "MC", "MO", "GI"])

# A part of a town that stands before it: "Harbourside Campus, Severnmouth".
_SITE = re.compile(
    r"\b(?:campus|park|estate|centre|center|building|house|tower|hospital|airport|mall|hub|"
    r"works|yard|quay|wharf|site|office|hq)$",
    re.I,
)
_HARD_BREAK = re.compile(r"[;|•·●⋅▪■\n\r\t📍🌍🌎]+|\s(?:\+|//)\s")
_SOFT_BREAK = re.compile(
    r"\s*/\s*|\s*&\s*|\s+(?:and|or|und|oder|ou|et|o|y|e|och|eller|of|en|og|i|и|или|lub|"
    r"tai|ja)\s+",
    re.I,
)
_SMALL_WORDS = frozenset(
    "am an der im la le les de del di da do dos das du des sur sous en upon on under the of y bei".split()
)
# How French sites write a town: the number of its department before it.
_DEPARTMENT = re.compile(r"(?:\d{2,3}|2[AB]) - ")
_NAME_WORDS = 9  # "Remote - San Francisco or New York City" has seven before its first comma
_ADDRESS_LIMIT = 80  # code points
_LINE_LIMIT = 160  # code points; a line that lists more places than this holds is a list of something else


@dataclass(slots=True)
class _Draft:
    """A place in the making."""

    start: int
    end: int
    city: Part | None = None
    region: Part | None = None
    region_countries: tuple[str, ...] = ()
    country: str | None = None
    remote: bool = False
    parts: list[Part] = field(default_factory=list)

    def take(self, part: Part) -> None:
        self.start, self.end = min(self.start, part.start), max(self.end, part.end)
        self.parts.append(part)


# --- one line -------------------------------------------------------------------------------------


_LONGEST_QUOTE = 1_000  # characters; a line of places, of a page that lists dozens, has fewer


def read_places(quote: str, *, country: str | None = None) -> list[Found[Place]]:
    """The places that a location line names, in order, each once.

    `quote` is the line as written and nothing else; names that no gazetteer knows count as well.
    `country` (ISO alpha-2) is the country that the posting seems to come from: it decides between
    places of one name and stands for villages that are not known. Spans are into `quote`.
    """
    if len(quote) > _LONGEST_QUOTE:
        return []
    before = _municipal_end(quote)
    if before:
        return [place.moved(before) for place in read_places(quote[before:], country=country)]
    found: list[Found[Place]] = []
    for drafts in _read_segments(quote, country):
        for draft in drafts:
            place = _finish(quote, draft, country)
            if place is not None:
                found.append(place)
    return _each_once(_share_country(found))


def _municipal_end(line: str) -> int:
    """Where words that say that a name is a town's end; 0 where there are none, or they are of the name."""
    municipal = _MUNICIPAL.match(line)
    return municipal.end() if municipal and not cities_named(re.split("[,(]", line)[0]) else 0


# "Commune d'Echandelys", "City of Bath"; "Ciudad de México" is the city's name.
_MUNICIPAL = re.compile(
    r"(?:(?:la |the )?(?:commune|ville|city|town|village|municipality|comune|municipi[oa]|municipalidad|ciudad|cidade)"
    r" (?:de la |de |of |di |do |da )|(?:la )?(?:commune|ville) d['’] ?)(?-i:(?=[^\W\d_a-z]))",
    re.IGNORECASE,
)


def remote_countries(quote: str) -> list[Found[str]]:
    """Countries that a location line ties remote work to: "Remote, US", "Remote in Germany"."""
    found: list[Found[str]] = []
    for drafts in _read_segments(quote, None):
        for draft in drafts:
            code = draft.country or (draft.region_countries[0] if len(draft.region_countries) == 1 else None)
            if draft.remote and not draft.city and code:
                found.append(Found(code, Span(draft.start, draft.end)))
    return found


# What a line of places ends in: when the posting was put up.
POSTED_TAIL = re.compile(
    r"\s*(?:Posted|Published|Updated|Veröffentlicht|Publiée?|Publicad[oa]|Publicerad|"
    r"Geplaatst)\b.*$"
)


def is_place_line(line: str) -> bool:
    """Whether a line says nothing but where: at least one place, with "Remote" and the like beside it or not.

    A name that is not known passes only before a region or country ("Llay, Wales"), written like a
    name.
    """
    return place_levels(line) > 0


@lru_cache(maxsize=1024)
def place_levels(line: str) -> int:
    """How many levels the fullest place of a place line has: 2 for "Leeds, England"; 0 for other lines.

    A line of one level may be anything: a company can be called London.
    """
    if len(line) > _LINE_LIMIT or not any(ch.isalpha() for ch in line):
        return 0
    if len(line.split(",", 1)[0].split()) > _NAME_WORDS:
        return 0
    levels = known = unknown = 0
    for start, end in _segments(line):
        parts = list(read_parts(line, start, end))
        drafts = _assemble(parts, None)
        if not drafts and not all(part.arrangement or NUMBER.fullmatch(part.name) for part in parts):
            return 0
        for draft in drafts:
            if _is_place(draft, line):
                known += 1
                levels = max(levels, len(draft.parts))
            elif len(draft.parts) == 1 and _is_name(draft.parts[0].name):
                unknown += 1
            else:
                return 0
    return levels if not unknown or (known >= unknown and known + unknown > 2) else 0


def _is_no_place_alone(part: Part) -> bool:
    return part.coded or (part.country is None and is_word(part.name))


def is_known_place_line(line: str) -> bool:
    """A place line of which every name is known: what stands in running text may be anything."""
    return place_levels(line) > 0 and all(
        part.nothing or is_recognised(part)
        for start, end in _segments(line)
        for part in read_parts(line, start, end)
    )


def _is_place(draft: _Draft, line: str) -> bool:
    known = [part.known for part in draft.parts]
    if not any(known):
        return bool(_DEPARTMENT.match(line, draft.start)) and _is_name(draft.parts[0].name)
    for part, following in zip(draft.parts, [*draft.parts[1:], None], strict=True):
        if part.after == "(" and part is not draft.parts[0]:
            continue  # "Singapore (Raffles Place)"
        if part.known:
            if not _is_capitalised(part.name) or (len(draft.parts) == 1 and _is_no_place_alone(part)):
                return False
        elif (
            following is None
            or line[part.end :].lstrip()[:1] != ","
            or not _is_name(line[part.start : part.end])
        ):
            return False  # "Acme UK" and "Nurse - Leeds, UK" are no places, "Llay, Wales" is
        elif not (following.regions or following.country):
            return False  # nor is "Mrs P., Chester"
    return True


def is_labelled_place(value: str) -> bool:
    """Whether what stands behind a label such as "Location:" reads as a place, known or not."""
    value = value[_municipal_end(value) :]
    if len(value) > _LINE_LIMIT or not value:
        return False
    if STREET.match(value):
        return len(value) < _ADDRESS_LIMIT
    known = False
    for start, end in _segments(value):
        for part in read_parts(value, start, end):
            known = known or part.known
            written = value[part.start : part.end]
            if not (
                part.known or part.nothing or part.after == "(" or _is_name(written) or STREET.match(written)
            ):
                return False
    return known or (len(value.split()) <= 3 and any(ch.isalpha() for ch in value))


def _is_capitalised(name: str) -> bool:
    """Written like a name: a capital, or a script without capitals."""
    first = next((ch for ch in name if ch.isalpha()), "")
    return first.upper() == first


def _is_name(text: str) -> bool:
    """At most four words, each with a capital but for the small words within names."""
    words = [word for word in re.split(r"[\s/-]+", text) if word]
    large = [word for word in words if word.lower() not in _SMALL_WORDS]
    if not 0 < len(large) <= 4 or len(words) > 6:
        return False
    return all(_is_capitalised(word) and not any(ch.isdigit() for ch in word) for word in large)


def _read_segments(quote: str, hint: str | None) -> Iterator[list[_Draft]]:
    for start, end in _segments(quote):
        yield _assemble(list(read_parts(quote, start, end)), hint)


def _segments(quote: str) -> Iterator[tuple[int, int]]:
    """Ranges that stand for separate places; "and" and "/" part two places, never a place's name."""
    for start, end in cut_at(quote, 0, len(quote), _HARD_BREAK):
        last = start
        for soft in _SOFT_BREAK.finditer(quote, start, end):
            if soft.start() > last and _parts_places(quote, last, soft, end):
                yield last, soft.start()
                last = soft.end()
        yield last, end


def _parts_places(quote: str, start: int, soft: re.Match[str], end: int) -> bool:
    """Whether "and", "or", "/" stand between two names that are places by themselves."""
    lefts = list(cut_at(quote, start, soft.start(), LEVEL_BREAK))
    rights = list(cut_at(quote, soft.end(), end, LEVEL_BREAK))
    if not lefts or not rights:
        return False
    next_soft = _SOFT_BREAK.search(quote, *rights[0])
    right_end = next_soft.start() if next_soft else rights[0][1]
    left, right = read_part(quote, *lefts[-1]), read_part(quote, rights[0][0], right_end)
    if is_known_name(quote[lefts[-1][0] : right_end]):
        return False
    if right.is_code and code_country(right.name, left.cities):  # "Belo Horizonte/MG"
        return False
    return is_recognised(left) and is_recognised(right)


# --- levels to places -----------------------------------------------------------------------------


def _assemble(parts: list[Part], hint: str | None) -> list[_Draft]:
    """Group levels into places: city before region before country, or the other way round."""
    solid = [part for part in parts if not part.nothing]
    if len(solid) > 1 and all(part.is_code and has_subdivision("US", part.name) for part in solid):
        return [_state(part) for part in solid]  # "CA, NY, CT"
    _read_codes(solid, hint)
    if len(solid) > 1 and solid[0].country in _CITY_STATES:
        drafts = _assemble_upward(solid, hint)
    elif (
        len(solid) > 1 and _is_country(solid[0], solid) and not any(_is_country(p, solid) for p in solid[1:])
    ):
        drafts = _assemble_downward(solid)
    else:
        drafts = _assemble_upward(solid, hint)
    _add_numbers(drafts, parts)
    remote = any(part.arrangement == "remote" for part in parts)
    for draft in drafts:
        draft.remote = remote
    return drafts


def _state(part: Part) -> _Draft:
    draft = _Draft(part.start, part.end, region=part, region_countries=("US",))
    draft.take(part)
    return draft


def _add_numbers(drafts: list[_Draft], parts: list[Part]) -> None:
    """'62 - Arras' is the place as written, number and all; so are 'Various, Dorset' and 'Paris (75)'."""
    if not drafts:
        return
    for part in parts:
        if not part.nothing or part.arrangement is not None or part.start >= part.end:
            continue
        if part.end <= drafts[0].start:
            drafts[0].start = min(drafts[0].start, part.start)
        elif NUMBER.fullmatch(part.name):
            draft = [d for d in drafts if d.start < part.start][-1]
            draft.end = max(draft.end, part.end)


def _read_codes(parts: list[Part], hint: str | None) -> None:
    """Two and three capitals are a region's code or a country's: what stands beside them decides."""
    for index, part in enumerate(parts):
        if (
            not part.is_code
            or part.country == "GB"
            or (part.country and len(part.name) == 3)
            or part.name in ("UK", "US")
        ):
            continue
        cities = next((p.cities for p in reversed(parts[:index]) if p.cities), ())
        stated = next((p.country for p in (*parts[index + 1 :], *parts[:index]) if p.country), None)
        stated = stated or next(
            (p.name for p in parts[index + 1 :] if p.is_code and is_country_code(p.name)), None
        )
        _read_code(part, cities, stated, hint, alone=len(parts) == 1, leads=index == 0)


def _read_code(
    part: Part, cities: tuple[City, ...], stated: str | None, hint: str | None, *, alone: bool, leads: bool
) -> None:
    code = part.name
    if stated and has_subdivision(stated, code):
        part.country, part.regions, part.cities = None, (stated,), ()
        return
    by_city = code_country(code, cities)
    if by_city == code:
        part.country, part.regions = code, ()
    elif by_city:
        part.country, part.regions, part.cities = None, (by_city,), ()
    elif (alone or leads or hint == code) and is_country_code(code) and not part.coded:
        part.country, part.regions = code, ()
    elif has_subdivision("US", code) and hint in (None, "US"):
        part.country, part.regions, part.cities = None, ("US",), ()
    elif hint and has_subdivision(hint, code):
        part.country, part.regions, part.cities = None, (hint,), ()
    elif code in ("QC", "BC", "AB", "ON", "MB", "NB", "NS", "SK"):
        part.country, part.regions, part.cities = None, ("CA",), ()
    elif code in ("NSW", "VIC", "QLD", "TAS", "ACT"):
        part.country, part.regions, part.cities = None, ("AU",), ()
    elif has_subdivision("US", code):
        part.country, part.regions, part.cities = None, ("US",), ()
    elif is_country_code(code) and not part.coded:
        part.country, part.regions = code, ()


def _is_country(part: Part, parts: list[Part]) -> bool:
    """Whether a part is read as a country: its name is one, and not the city or region meant."""
    if not part.country:
        return False
    index = parts.index(part)
    if (part.cities or part.regions) and any(p.country == part.country for p in parts[index + 1 :]):
        return False  # "Guatemala, Guatemala, Guatemala"
    before = parts[index - 1] if index else None
    if part.regions and before and before.cities:  # "Atlanta, Georgia"
        return any(c.country == part.country for c in before.cities) or not any(
            c.country in part.regions for c in before.cities
        )
    return True


def _assemble_downward(parts: list[Part]) -> list[_Draft]:
    """'US, Texas, Austin', 'Germany - Munich', 'Armenia, Village Merdzavan'."""
    country = parts[0].country
    draft = _Draft(parts[0].start, parts[0].end, country=country)
    draft.take(parts[0])
    drafts = [draft]
    for index, part in enumerate(parts[1:], 1):
        last = index == len(parts) - 1
        is_region = country in part.regions and (
            not last or not any(c.country == country for c in part.cities)
        )
        if is_region and draft.region is None and draft.city is None:
            draft.region = part
        elif draft.city is None and not STREET.search(part.name):
            draft.city = part
        elif part.cities and draft.city is not None and draft.city.cities:
            draft = _Draft(part.start, part.end, city=part, country=country)
            drafts.append(draft)
        draft.take(part)
    return drafts


def _assemble_upward(parts: list[Part], hint: str | None) -> list[_Draft]:
    """'Leeds, West Yorkshire, England', 'San Francisco, New York City, Seattle'."""
    drafts: list[_Draft] = []
    stated = next((part.country for part in parts if _is_country(part, parts)), None)
    for index, part in enumerate(parts):
        draft = drafts[-1] if drafts else None
        if _is_country(part, parts):
            if draft is None or draft.country:
                drafts.append(_Draft(part.start, part.end, country=part.country))
            else:
                _give_country(drafts, part)
            drafts[-1].take(part)
        elif _reads_as_region(part, draft, stated, hint, last=index == len(parts) - 1):
            if (
                draft is None
                or draft.country
                or (draft.region and not _shares(draft.region.regions, part.regions))
            ):
                draft = _Draft(part.start, part.end)
                drafts.append(draft)
            _give_region(draft, part)
            draft.take(part)
        elif part.after == "(" and draft is not None:
            draft.take(part)  # "Dublin (Docklands)"
        else:
            draft = _take_city(drafts, part)
            draft.take(part)
    return drafts


def _shares(one: Iterable[str], other: Iterable[str]) -> bool:
    return bool(set(one) & set(other))


def _give_country(drafts: list[_Draft], part: Part) -> None:
    """A country holds for the place that it ends, and for cities listed before it that lie there."""
    drafts[-1].country = part.country
    for earlier in reversed(drafts[:-1]):
        if (
            earlier.country
            or not earlier.city
            or not any(c.country == part.country for c in earlier.city.cities)
        ):
            break
        earlier.country = part.country


def _give_region(draft: _Draft, part: Part) -> None:
    """The finest region stays: 'West Yorkshire, England'; a code after a vague one replaces it."""
    shared = tuple(c for c in part.regions if c in draft.region_countries)
    if draft.region is None or (draft.city is None and draft.region.directed):
        draft.region = part
    draft.region_countries = shared or draft.region_countries or part.regions


def _take_city(drafts: list[_Draft], part: Part) -> _Draft:
    """Put a city or an unknown name where it belongs: into the last place, or into a new one."""
    draft = drafts[-1] if drafts else None
    if (
        draft is None
        or draft.country
        or (draft.region and (part.cities or draft.city is not None))
        or (
            draft.city is not None
            and draft.city.cities
            and part.cities
            and not _is_district(draft.city, part)
        )
    ):
        draft = _Draft(part.start, part.end)
        drafts.append(draft)
    if draft.city is None or part.cities or _SITE.search(draft.city.name):
        draft.city = part
    return draft


def _is_district(named: Part, city: Part) -> bool:
    """'Canary Wharf, London': far smaller and in the same region; or a name from elsewhere."""
    district, whole = named.cities[0], city.cities[0]
    same = (district.country, district.region) == (whole.country, whole.region)
    if same:
        return district.population * _DISTRICT_SHARE <= whole.population
    at_home = any(c.country == whole.country for c in named.cities)
    return (
        not at_home and district.population < _DISTRICT_POPULATION and whole.population > district.population
    )


def _reads_as_region(
    part: Part, draft: _Draft | None, stated: str | None, hint: str | None, *, last: bool
) -> bool:
    """Whether a name is meant as a region; many are cities as well ("New York", "Kent", "Madrid")."""
    if not part.regions:
        return False
    if not part.cities:
        return True
    city = draft.city if draft else None
    if city is not None and draft and not draft.country:
        return not city.cities or any(_lies_in(c, city, part) for c in city.cities)
    if part.directed:
        return True
    inside = [stated] if stated else [hint] if hint else []
    if inside and _shares(inside, part.regions):
        return not any(c.country in inside for c in part.cities)
    if inside and any(c.country in inside for c in part.cities):
        return False
    if stated:
        return False
    return _shares(part.regions, _REGIONS_ALONE) and not any(c.country in part.regions for c in part.cities)


def _lies_in(city: City, named: Part, region: Part) -> bool:
    """Whether a city lies in a region that is named like a city: 'Getafe, Madrid', not 'Malmö, Stockholm'.

    The region's capital, which bears its name, lies in it and so shares its first-level code; a
    city that has a region of its own name is no part of another.
    """
    if city.country not in region.regions:
        return False
    if name_key(named.name) == name_key(region.name):
        return True
    if city.country == "US":
        return name_key(region_name("US", city.region)) == name_key(region.name)
    capitals = [c for c in region.cities if c.country == city.country]
    return city.country not in named.regions and (not capitals or capitals[0].region == city.region)


def _finish(quote: str, draft: _Draft, hint: str | None) -> Found[Place] | None:
    """Turn a draft into a Place; None where remote work is all that the line says."""
    if draft.remote and draft.city is None:
        return None
    start, end = draft.start, draft.end
    if quote[start:end].count("(") > quote[start:end].count(")") and quote[end : end + 1] == ")":
        end += 1
    city = draft.city
    if draft.country in _CITY_STATES and (city is None or city.after == "("):
        city = next((part for part in draft.parts if part.cities), None)
    named = city is not None and (bool(city.cities) or not STREET.search(city.name))
    place = Place(
        text=quote[start:end],
        city=city.name if city and named else None,
        region=draft.region.name if draft.region else None,
        country=_country(draft, hint),
    )
    return Found(place, Span(start, end))


def _country(draft: _Draft, hint: str | None) -> str | None:
    """Stated; else the region's; else the city's where there is hardly a doubt."""
    if draft.country:
        return draft.country
    if draft.region:
        countries = draft.region_countries or draft.region.regions
        if len(countries) == 1:
            return countries[0]
        if draft.city and draft.city.cities:
            fitting = [c.country for c in draft.city.cities if c.country in countries]
            if fitting:
                return fitting[0]
        return hint if hint in countries else None
    if draft.city is None or (not draft.city.cities and STREET.search(draft.city.name)):
        return hint if draft.city is not None else None
    return city_country(draft.city.name, hint)


def _share_country(found: list[Found[Place]]) -> list[Found[Place]]:
    """A city that could be in several countries is in the one of the cities that it is listed with."""
    countries = {place.value.country for place in found} - {None}
    if len(countries) != 1:
        return found
    (country,) = countries
    return [
        Found(place.value.model_copy(update={"country": country}), place.span)
        if place.value.country is None
        and any(c.country == country for c in cities_named(place.value.city or ""))
        else place
        for place in found
    ]


def _each_once(found: list[Found[Place]]) -> list[Found[Place]]:
    """Drop places that say again, or less than, what another says."""
    kept: list[Found[Place]] = []
    for place in found:
        if not any(_covers(other.value, place.value) for other in kept):
            kept = [other for other in kept if not _covers(place.value, other.value)]
            kept.append(place)
    return kept


def _covers(place: Place, other: Place) -> bool:
    """Whether `place` says all that `other` does."""
    if place.city is None and other.city is None and place.region is None and other.region is None:
        return name_key(place.text or "") == name_key(other.text or "")
    country = place.country or other.country or ""
    return all(
        theirs is None or (ours is not None and is_same_name(ours, theirs, country))
        for ours, theirs in (
            (place.city, other.city),
            (place.region, other.region),
            (place.country, other.country),
        )
    )


def is_same_name(one: str, other: str, country: str) -> bool:
    """Equal but for case and accents, or a region's code and its name."""
    return name_key(one) == name_key(other) or (
        name_key(region_name(country, one)) == name_key(region_name(country, other))
    )
