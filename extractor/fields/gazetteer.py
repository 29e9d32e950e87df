"""Names of countries, regions and cities, from open data.

`data/gazetteer.tsv` holds what `gazetteer_sources` gathers: sorted lines, searched by halving, so that
nothing is loaded but the file's bytes. Names are compared by `name_key`, so that "Köln", "KOLN" and
"Koln" are one name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from extractor.fields.name_keys import name_key as name_key

# A lone city name means its largest bearer when that one has this many times the inhabitants of
# all bearers in other countries together: London (21), San Francisco (3.6) do, Cambridge (1) does not.
DOMINANCE = 3

# Bearers in the posting's own country win, unless the name's largest bearer is this much larger.
_HINT_REACH = 50

# A city this small in another country than the posting's is taken for a village of the posting's.
_VILLAGE_POPULATION = 100_000

# Words of postings that are also names of towns of some size; alone they name no place.
_WORDS = frozenset(
    """
    of nice mobile reading best most same man orange enterprise independence sales police engineering
    design marketing product data support finance security operations service services team general
    union central university college progress temple home hope march may sun spring springs rose eagle
    apple liberty victory normal flowers surprise price superior commerce industry media date bar van
    the and our we you job jobs work salary full part time contract apply today new north south east
    west see more about benefits company overview description summary responsibilities requirements
    qualifications skills save share sign in back menu home search login help contact junior senior lead
    manager director sur pau bra bor vara ale mora born lage kind bank lima peak deal march battle rugby
    wells hull ash beer rye worth male split side pool pole poole era usa iowa rota tour gap pinterest
    stripe handshake ramp page chef plus team
    """.split()
) - {"reading", "nice", "lima", "split", "hull", "born", "male", "usa", "iowa", "north", "south"}
# What a line of the table tells, by its first letter: a country's code by its name, whether a code is
# one, the countries of a region's name, the name of an ISO 3166-2 code, the cities of a name.
COUNTRY, CODE, REGION, SUBDIVISION, CITY = "ckrst"
_REMEMBERED = 1 << 15


@dataclass(frozen=True, slots=True)
class City:
    """One bearer of a city's name; `region` is GeoNames' first-level code (the state's for the US)."""

    country: str
    region: str
    population: int


def country_code(name: str) -> str | None:
    """ISO alpha-2 of a country named in full, in any of the languages known, or by ISO alpha-3.

    Two letters are no name ("IT", "IN", "DE" are words), except US and UK as written in capitals.
    """
    stripped = name.strip()
    if len(stripped) <= 3 and not stripped.isupper():
        return None
    return _look_up(COUNTRY, name_key(stripped))


def is_country_code(code: str) -> bool:
    """Whether two capitals are an ISO 3166-1 alpha-2 code ("UK" is not)."""
    return _look_up(CODE, code) is not None


def region_countries(name: str) -> tuple[str, ...]:
    """The countries that have a region of this name."""
    return tuple((_look_up(REGION, name_key(name)) or "").split())


def has_subdivision(country: str, code: str) -> bool:
    """Whether `country`-`code` is an ISO 3166-2 code, as US-CA or IT-MI."""
    return _look_up(SUBDIVISION, f"{country}-{code}") is not None


def cities_named(name: str) -> tuple[City, ...]:
    """Every city of that name, largest first."""
    return _cities_of(name_key(name))


def is_word(name: str) -> bool:
    """Whether a lone name is more often a word of postings than the town that it also is."""
    return name_key(name) in _WORDS or (len(name) <= 3 and name.isupper())


def city_country(name: str, hint: str | None = None) -> str | None:
    """The country of a city that nothing else is said about, or None where it could be several.

    `hint` is the country that the posting seems to come from.
    """
    cities = cities_named(name)
    if not cities:
        return hint
    largest = cities[0]
    own = max((city.population for city in cities if city.country == hint), default=0)
    if own and own * _HINT_REACH >= largest.population:
        return hint
    if hint and not own and largest.population < _VILLAGE_POPULATION:
        return hint
    abroad = sum(city.population for city in cities if city.country != largest.country)
    return largest.country if largest.population >= DOMINANCE * abroad else None


def region_name(country: str, region: str) -> str:
    """The full name of a region given by its ISO 3166-2 code ("CA"), else what was given."""
    return _look_up(SUBDIVISION, f"{country}-{region}") or region


@lru_cache(_REMEMBERED)
def _cities_of(key: str) -> tuple[City, ...]:
    told = _look_up(CITY, key)
    return () if told is None else tuple(_to_city(one) for one in told.split("|"))


def _to_city(told: str) -> City:
    country, region, population = told.split(",")
    return City(country, region, int(population))


@lru_cache(_REMEMBERED)
def _look_up(kind: str, key: str) -> str | None:
    """What the table tells of a name."""
    table, wanted = _table(), f"{kind}{key}\t".encode("utf-8", "replace")
    low, high = 0, len(table)
    while low < high:
        start = max(low, table.rfind(b"\n", low, (low + high) // 2) + 1)
        end = table.index(b"\n", start)
        line = table[start:end]
        if line.startswith(wanted):
            return line[len(wanted) :].decode()
        if line < wanted:
            low = end + 1
        else:
            high = start
    return None


@cache
def _table() -> bytes:
    """The table that was written down; gathered anew where its rules have changed since."""
    package = resources.files("extractor")
    written = package.joinpath("data/gazetteer.tsv").read_bytes()
    if written.startswith(f"#{rules_digest()}\t".encode()):
        return written
    from extractor.fields.gazetteer_sources import gather

    return gather()


def rules_digest() -> str:
    """Which rules a table was gathered by: a digest of the modules that hold them."""
    fields = resources.files("extractor").joinpath("fields")
    rules = b"".join(
        fields.joinpath(name).read_bytes().replace(b"\r", b"")
        for name in ("name_keys.py", "gazetteer_sources.py")
    )
    return hashlib.sha256(rules).hexdigest()[:16]
