"""Names of places that mean the same place."""

from __future__ import annotations

from functools import lru_cache

import pycountry

from eval.folding import fold, without_accents

# City names that differ from their English form by more than accents.
_CITIES = (
    ("munich", "munchen", "muenchen"), ("cologne", "koln", "koeln"), ("vienna", "wien"),
    ("nuremberg", "nurnberg", "nuernberg"), ("dusseldorf", "duesseldorf"), ("hanover", "hannover"),
    ("zurich", "zuerich"), ("geneva", "geneve", "genf"), ("basel", "bale"), ("bern", "berne"),
    ("brussels", "bruxelles", "brussel"), ("antwerp", "antwerpen", "anvers"), ("ghent", "gent"),
    ("the hague", "den haag", "'s-gravenhage"), ("gothenburg", "goteborg"), ("copenhagen", "kobenhavn"),
    ("helsinki", "helsingfors"), ("lisbon", "lisboa"), ("seville", "sevilla"), ("rome", "roma"),
    ("milan", "milano"), ("turin", "torino"), ("florence", "firenze"), ("naples", "napoli"),
    ("venice", "venezia"), ("prague", "praha"), ("warsaw", "warszawa"), ("krakow", "cracow"),
    ("bucharest", "bucuresti"), ("athens", "athina"), ("moscow", "moskva"), ("kyiv", "kiev"),
    ("mexico city", "ciudad de mexico", "cdmx"), ("sao paulo", "s. paulo"),
    ("new york", "new york city", "nyc"), ("washington", "washington dc", "washington d.c", "washington, dc"),
    ("bangalore", "bengaluru"), ("mumbai", "bombay"), ("beijing", "peking"),
)  # fmt: skip
_CITY = {name: names[0] for names in _CITIES for name in names}
_COUNTRIES = {
    "uk": "GB", "u.k": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "u.s.a": "US",
    "u.s": "US", "deutschland": "DE", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "sverige": "SE",
    "espana": "ES", "norge": "NO", "danmark": "DK", "suomi": "FI", "italia": "IT", "nederland": "NL",
    "the netherlands": "NL", "polska": "PL", "brasil": "BR", "russia": "RU", "south korea": "KR",
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def canonical_city(name: str) -> str:
    """A city's one form: folded, without accents, aliases resolved."""
    plain = without_accents(fold(name))
    return _CITY.get(plain, plain)


@lru_cache(maxsize=1 << 12)
def canonical_country(name: str) -> str:
    """ISO 3166-1 alpha-2 where `name` is a code or a known name, else the folded name."""
    plain = without_accents(fold(name))
    if plain in _COUNTRIES:
        return _COUNTRIES[plain]
    try:
        return str(pycountry.countries.lookup(name.strip()).alpha_2)
    except LookupError:
        return plain


@lru_cache(maxsize=1 << 12)
def is_same_region(one: str, other: str) -> bool:
    """Equal when folded alike, or when one is the code and the other the name ("CA", "California")."""
    a, b = without_accents(fold(one)), without_accents(fold(other))
    return a == b or bool(_subdivisions(a) & _subdivisions(b))


def _subdivisions(plain: str) -> frozenset[str]:
    """ISO 3166-2 codes that a name or the local part of a code may stand for."""
    return _subdivision_index().get(plain, frozenset())


@lru_cache(maxsize=1)
def _subdivision_index() -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for part in pycountry.subdivisions:
        for name in (part.name, part.code.split("-", 1)[1], part.code):
            index.setdefault(without_accents(fold(name)), set()).add(part.code)
    return {name: frozenset(codes) for name, codes in index.items()}
