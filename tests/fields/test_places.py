"""Location lines and places in running text."""

from __future__ import annotations

import pytest

from extractor.fields.places import (
    country_of,
    find_places,
    is_place_line,
    read_places,
    remote_countries,
    title_place,
)

Parts = tuple[str, str | None, str | None, str | None]  # text, city, region, country


def parts(line: str, country: str | None = None) -> list[Parts]:
    return [
        (p.value.text or "", p.value.city, p.value.region, p.value.country)
        for p in read_places(line, country=country)
    ]


# line, hint, places
LINES: list[tuple[str, str | None, list[Parts]]] = [
    # one city, its country unmistakable or not
    ("Köln", None, [("Köln", "Köln", None, "DE")]),
    ("Commune de Lyon", None, [("Lyon", "Lyon", None, "FR")]),
    ("commune d'Echandelys (63980)", "FR", [("Echandelys (63980)", "Echandelys", None, "FR")]),
    ("Ciudad de México", None, [("Ciudad de México", "Ciudad de México", None, "MX")]),
    ("Cologne", None, [("Cologne", "Cologne", None, "DE")]),
    ("Muenchen", None, [("Muenchen", "Muenchen", None, "DE")]),
    ("Göteborg", None, [("Göteborg", "Göteborg", None, "SE")]),
    ("Łódź", None, [("Łódź", "Łódź", None, "PL")]),
    ("東京", None, [("東京", "東京", None, "JP")]),
    ("Москва", None, [("Москва", "Москва", None, "RU")]),
    ("St. Gallen", None, [("St. Gallen", "St. Gallen", None, "CH")]),
    ("Cambridge", None, [("Cambridge", "Cambridge", None, None)]),
    ("Cambridge", "GB", [("Cambridge", "Cambridge", None, "GB")]),
    ("London", "CA", [("London", "London", None, "CA")]),
    ("Paris", "US", [("Paris", "Paris", None, "FR")]),
    # city, region, country
    ("London, England, United Kingdom", None, [("London, England, United Kingdom", "London", "England",
    "GB")]),
    ("Munich, Bavaria, Germany", None, [("Munich, Bavaria, Germany", "Munich", "Bavaria", "DE")]),
    ("Torino, Piemonte", None, [("Torino, Piemonte", "Torino", "Piemonte", "IT")]),
    ("Addis Ababa, Ethiopia", None, [("Addis Ababa, Ethiopia", "Addis Ababa", None, "ET")]),
    ("Wien, Österreich", None, [("Wien, Österreich", "Wien", None, "AT")]),
    ("Ginebra, Suiza", None, [("Ginebra, Suiza", "Ginebra", None, "CH")]),
    ("Bruxelles, Belgique", None, [("Bruxelles, Belgique", "Bruxelles", None, "BE")]),
    ("Praha, Česko", None, [("Praha, Česko", "Praha", None, "CZ")]),
    ("Guatemala, Guatemala, Guatemala", None, [("Guatemala, Guatemala, Guatemala", "Guatemala", "Guatemala",
    "GT")]),
    ("Luxembourg, Luxembourg", None, [("Luxembourg, Luxembourg", "Luxembourg", None, "LU")]),
    ("New York, New York", None, [("New York, New York", "New York", "New York", "US")]),
    ("Tbilisi, Georgia", None, [("Tbilisi, Georgia", "Tbilisi", None, "GE")]),
    ("Atlanta, Georgia", None, [("Atlanta, Georgia", "Atlanta", "Georgia", "US")]),
    # counties
    ("Kilrush, Co. Clare", None, [("Kilrush, Co. Clare", "Kilrush", "Co. Clare", "IE")]),
    ("Kells, County Meath", None, [("Kells, County Meath", "Kells", "County Meath", "IE")]),
    ("Bandon, Co Cork", None, [("Bandon, Co Cork", "Bandon", "Co Cork", "IE")]),
    ("County of Kent", None, [("County of Kent", None, "County of Kent", "GB")]),
    ("Marrow Co. Ltd", None, [("Marrow Co. Ltd", "Marrow Co. Ltd", None, None)]),
    ("Llay, Wrecsam (Wrexham)", None, [("Llay, Wrecsam (Wrexham)", "Llay", "Wrecsam", "GB")]),
    # codes
    ("Houthalen, BE", None, [("Houthalen, BE", "Houthalen", None, "BE")]),
    ("Berlin, DE", None, [("Berlin, DE", "Berlin", None, "DE")]),
    ("Dover, DE", None, [("Dover, DE", "Dover", "DE", "US")]),
    ("San Jose, CA", None, [("San Jose, CA", "San Jose", "CA", "US")]),
    ("Toronto, CA", None, [("Toronto, CA", "Toronto", None, "CA")]),
    ("Toronto, ON", None, [("Toronto, ON", "Toronto", "ON", "CA")]),
    ("Bangalore, IN", None, [("Bangalore, IN", "Bangalore", None, "IN")]),
    ("Indianapolis, IN", None, [("Indianapolis, IN", "Indianapolis", "IN", "US")]),
    ("Milano (MI)", None, [("Milano (MI)", "Milano", "MI", "IT")]),
    ("São Paulo, SP, Brasil", None, [("São Paulo, SP, Brasil", "São Paulo", "SP", "BR")]),
    ("Belo Horizonte/MG", None, [("Belo Horizonte/MG", "Belo Horizonte", "MG", "BR")]),
    ("Zürich, ZH", None, [("Zürich, ZH", "Zürich", "ZH", "CH")]),
    ("Perth WA", None, [("Perth WA", "Perth", "WA", "AU")]),
    ("Vancouver, WA", None, [("Vancouver, WA", "Vancouver", "WA", "US")]),
    ("Smallville, KS", None, [("Smallville, KS", "Smallville", "KS", "US")]),
    ("GB", None, [("GB", None, None, "GB")]),
    # large to small
    ("US, Texas, Austin", None, [("US, Texas, Austin", "Austin", "Texas", "US")]),
    ("Germany - Munich", None, [("Germany - Munich", "Munich", None, "DE")]),
    ("US-TX-Austin", None, [("US-TX-Austin", "Austin", "TX", "US")]),
    # postcodes, districts, numbers, streets
    ("10115 Berlin", None, [("10115 Berlin", "Berlin", None, "DE")]),
    ("1012 LG Amsterdam", None, [("1012 LG Amsterdam", "Amsterdam", None, "NL")]),
    ("London EC2A 4NE", None, [("London EC2A 4NE", "London", None, "GB")]),
    ("Denver, CO 80202", None, [("Denver, CO 80202", "Denver", "CO", "US")]),
    ("Sydney NSW 2000", None, [("Sydney NSW 2000", "Sydney", "NSW", "AU")]),
    ("2100 København Ø", None, [("2100 København Ø", "København", None, "DK")]),
    ("62 - Arras", None, [("62 - Arras", "Arras", None, "FR")]),
    ("75 - PARIS 09", None, [("75 - PARIS 09", "PARIS", None, "FR")]),
    ("69 - Lyon 3e Arrondissement", None, [("69 - Lyon 3e Arrondissement", "Lyon", None, "FR")]),
    ("17 - Trifouilly", "FR", [("17 - Trifouilly", "Trifouilly", None, "FR")]),
    ("Singapore 159963", None, [("Singapore 159963", "Singapore", None, "SG")]),
    ("Hauptstraße 5, 50667 Köln", None, [("Hauptstraße 5, 50667 Köln", "Köln", None, "DE")]),
    ("100 Gold Street", None, [("100 Gold Street", None, None, None)]),
    ("Canary Wharf, London", None, [("Canary Wharf, London", "London", None, "GB")]),
    ("Garching near Munich, Germany", None, [("Garching near Munich, Germany", "Garching", None, "DE")]),
    # regions and countries alone
    ("Kent", None, [("Kent", None, "Kent", "GB")]),
    ("Various, Dorset", None, [("Various, Dorset", None, "Dorset", "GB")]),
    ("Western Wisconsin, WI, US", None, [("Western Wisconsin, WI, US", None, "WI", "US")]),
    ("Greater London", None, [("Greater London", None, "Greater London", "GB")]),
    ("Île-de-France", None, [("Île-de-France", None, "Île-de-France", "FR")]),
    ("Deutschland", None, [("Deutschland", None, None, "DE")]),
    ("Royaume-Uni", None, [("Royaume-Uni", None, None, "GB")]),
    ("Bosnia and Herzegovina", None, [("Bosnia and Herzegovina", None, None, "BA")]),
    # a label is no part of the place
    ("Kommun: Luleå", None, [("Luleå", "Luleå", None, "SE")]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "hint", "expected"), LINES, ids=[line for line, _, _ in LINES])
def test_reads_one_place(line: str, hint: str | None, expected: list[Parts]) -> None:
    """Parts are as written; the country is stated, follows, or stays open."""
    assert parts(line, hint) == expected


@pytest.mark.parametrize(
    ("line", "cities"),
    [
        ("San Francisco, New York City, Seattle", ["San Francisco", "New York City", "Seattle"]),
        ("Berlin, Munich, Germany", ["Berlin", "Munich"]),
        ("Stockholm, Göteborg, Malmö", ["Stockholm", "Göteborg", "Malmö"]),
        ("Madrid, Barcelona", ["Madrid", "Barcelona"]),
        ("Berlin oder Hamburg", ["Berlin", "Hamburg"]),
        ("Paris ou Lyon", ["Paris", "Lyon"]),
        ("Roma e Milano", ["Roma", "Milano"]),
        ("Toronto, ON or Vancouver, BC", ["Toronto", "Vancouver"]),
        (
            "Portland, OR | New York City, NY | Denver, CO",
            ["Portland", "New York City", "Denver"],
        ),
        ("Oslo; Bergen; Trondheim", ["Oslo", "Bergen", "Trondheim"]),
        ("Würzburg / Nürnberg", ["Würzburg", "Nürnberg"]),
        ("Bengaluru, KA, IN / Bengaluru, Karnataka, IN", ["Bengaluru"]),
        ("Getafe, Madrid", ["Getafe"]),
        ("Frankfurt/Main", ["Frankfurt/Main"]),
    ],
)
def test_reads_several_places(line: str, cities: list[str]) -> None:
    """Each city once; a region or a name with a slash in it is no further city."""
    assert [p.value.city for p in read_places(line)] == cities


def test_country_after_a_list_holds_for_all_of_it() -> None:
    """'Berlin, Munich, Germany' is two cities in Germany, each as written."""
    assert parts("Berlin, Munich, Germany") == [
        ("Berlin", "Berlin", None, "DE"),
        ("Munich, Germany", "Munich", None, "DE"),
    ]


@pytest.mark.parametrize(
    ("line", "cities", "countries"),
    [
        ("Remote", [], []),
        ("Remote – US", [], ["US"]),
        ("Remote, US", [], ["US"]),
        ("United States - Remote", [], ["US"]),
        ("Remote in Germany", [], ["DE"]),
        ("Remote, Israel; Remote, United Kingdom", [], ["IL", "GB"]),
        ("Fully remote", [], []),
        ("Anywhere", [], []),
        ("Home Office", [], []),
        ("Worldwide", [], []),
        ("Télétravail", [], []),
        ("Remote - London", ["London"], []),
        ("New York / Remote (US)", ["New York"], ["US"]),
        ("San Francisco, CA, US; Remote, US", ["San Francisco"], ["US"]),
        ("Melbourne VIC (Remote)", ["Melbourne"], []),
        ("Lisboa, Portugal (híbrido)", ["Lisboa"], []),
        ("Seattle Onsite", ["Seattle"], []),
        ("Hybrid remote in Singapore 159963", ["Singapore"], []),
        ("Amsterdam, Netherlands or Remote (EU)", ["Amsterdam"], []),
    ],
)
def test_remote_is_no_place(line: str, cities: list[str], countries: list[str]) -> None:
    """Remote work names countries for applicants; only cities beside it are places."""
    assert [p.value.city for p in read_places(line)] == cities
    assert [c.value for c in remote_countries(line)] == countries


@pytest.mark.parametrize(
    "line", ["Remote - London", "62 - Arras", "Berlin oder Hamburg", "📍 Lyon, France", "  Turku , Finland "]
)
def test_spans_cover_the_place_as_written(line: str) -> None:
    """A place's text is the slice that its span names."""
    for place in read_places(line):
        assert line[place.span.start : place.span.end] == place.value.text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Leeds, West Yorkshire", True),
        ("Berlin | Hybrid", True),
        ("03 - Charmeil", True),
        ("Llay, Wales", True),
        ("Remote", False),
        ("Acme UK", False),
        ("Staff Nurse - Leeds, UK", False),
        ("Sales", False),
        ("We are based in Berlin", False),
        ("Marketing, Sales, Finance", False),
        ("Python, Go, Rust", False),
    ],
)
def test_tells_place_lines(line: str, expected: bool) -> None:
    """Nothing but where: a company or a title with a country in it is not."""
    assert is_place_line(line) is expected


# text, cities
TEXTS = [
    ("Machine Operator\nAcme Ltd\nLeeds, England\n\nWe make things.", ["Leeds"]),
    ("Data Engineer\nAcme\nBerlin\n\nWir suchen dich.", ["Berlin"]),
    ("Nurse\nAcme · Lyon, France · 2 days ago\n\nText.", ["Lyon"]),
    ("Koch (m/w/d)\nStandort: Hamburg\n\nWir kochen gern.", ["Hamburg"]),
    ("Cuisinier\nLieu : Bordeaux\n\nNous cuisinons.", ["Bordeaux"]),
    ("Cocinero\nUbicación: Sevilla, España\n\nCocinamos.", ["Sevilla"]),
    ("Kock\nOrt: Uppsala\n\nVi lagar mat.", ["Uppsala"]),
    ("Kok\nStandplaats: Utrecht\n\nWij koken.", ["Utrecht"]),
    ("Cozinheiro\nLocal: Porto\n\nCozinhamos.", ["Porto"]),
    ("Cuoco\nSede: Bologna\n\nCuciniamo.", ["Bologna"]),
    ("Accountant\nLocation: Little Snoring\n\nText.", ["Little Snoring"]),
    ("Accountant\nJob location\nPune, India\n\nText.", ["Pune"]),
    ("Developer\n📍 Lisbon, Porto\n\nText.", ["Lisbon", "Porto"]),
    ("Account Executive - Austin, TX\n\nYou sell our product to people.", ["Austin"]),
    ("Analyst (Costa Rica)\n\nYou analyse.", [None]),
    ("We need an engineer. The role is based in Manchester and pays well.", ["Manchester"]),
    ("You will work from our Amsterdam office with the team.", ["Amsterdam"]),
    ("Du arbeitest am Standort Stuttgart mit uns.", ["Stuttgart"]),
    ("Le poste est basé à Toulouse, en CDI.", ["Toulouse"]),
    ("El puesto está ubicado en Valencia, España.", ["Valencia"]),
    ("Tjänsten är placerad i Malmö.", ["Malmö"]),
    # what names no place of work
    ("We are a company headquartered in London with offices in Paris and Tokyo.", []),
    ("Our client is a firm based in Manchester.", []),
    ("Engineer\nRemote\n\nWork from where you like.", []),
    ("Menu\nAustralia\nHong Kong\nIndonesia\nMalaysia\nEngineer\n", []),
    ("Sales\nMarketing\nFinance\nWe sell.", []),
]


@pytest.mark.parametrize(("text", "cities"), TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_finds_places_of_work_in_a_text(text: str, cities: list[str | None]) -> None:
    """Header, label, title, then what the text says of the job; never a company's offices."""
    found = find_places(text)
    assert [p.value.city for p in found] == cities
    assert all(text[p.span.start : p.span.end] == p.value.text for p in found)


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Programmer - Rochester, NY", "Rochester, NY"),
        ("Grafiker (m/w/d) in Berlin", "Berlin"),
        ("Analyst (Costa Rica)", "Costa Rica"),
        ("Engineer, Detection and Response", None),
        ("Artist - Designer", None),
    ],
)
def test_finds_a_place_in_a_title(title: str, place: str | None) -> None:
    """A place at the title's end, and no speciality."""
    span = title_place(title)
    assert (span and title[span.start : span.end]) == place


@pytest.mark.parametrize(
    ("places", "text", "language", "expected"),
    [
        (["Leeds, England"], "", "en", "GB"),
        ([], "Call us on +49 30 1234567", "en", "DE"),
        ([], "Apply at jobs.example.co.uk/42", "en", "GB"),
        ([], "401(k) match and PTO", "en", "US"),
        ([], "Bac+5 exigé, RTT et mutuelle", "fr", "FR"),
        ([], "Vi söker en kock", "sv", "SE"),
        ([], "We need a cook", "en", None),
        ([], "Buscamos cocinero", "es", None),
    ],
)
def test_guesses_the_posting_s_country(
    places: list[str], text: str, language: str, expected: str | None
) -> None:
    """From places, then signs in the text, then a language of one country; else nothing."""
    read = [found.value for line in places for found in read_places(line)]
    assert country_of(read, text, language) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Full-time    Lyon, France",
        "Full-time\tLyon, France",
        '"jobLocation": "Lyon, France",',
        "LIEU DE TRAVAIL : Commune de Lyon.",
    ],
)
def test_lines_that_name_a_place_in_other_frames(line: str) -> None:
    """Columns parted by white space, the rows of data, a town called one."""
    text = f"Cook\n\n{line}\n\nWe cook for people who like it.\n"
    assert [found.value.city for found in find_places(text)] == ["Lyon"]
