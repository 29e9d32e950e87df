"""Facts of the employer: size, foundation and seat, in its own words."""

from __future__ import annotations

import pytest

from extractor.fields.company import find_company_size, find_founded_year, find_headquarters

SIZES = [
    ("with a workforce of 1001-5000 employees", (1001, 5000)),
    ("Company size: 51-200", (51, 200)),
    ("Size \n201 to 500 Employees\n Type", (201, 500)),
    ("10,001+ employees", (10001, None)),
    ("over 500 staff", (500, None)),
    ("We are a company of ~210 people", (210, 210)),
    ("Today we're 600+ people, still family-owned", (600, None)),
    ("Founded 2022 · 11-50 people · Series A", (11, 50)),
    ("We employ more than 3,000 colleagues", (3000, None)),
    ("Number of employees: 85", (85, 85)),
    ("We've got 900 teammates and a beehive", (900, 900)),
    ("ca. 200 Mitarbeiter", (200, 200)),
    ("mit über 1.500 Mitarbeitenden", (1500, None)),
    ("Unternehmensgröße: 50-249", (50, 249)),
    ("6 à 9 salariés", (6, 9)),
    ("plus de 2 000 collaborateurs", (2000, None)),
    ("más de 300 empleados", (300, None)),
    ("oltre 120 dipendenti", (120, None)),
    ("Met 85 collega's maken wij scholen, onze 85 medewerkers", (85, 85)),
    ("Vi är cirka 250 medarbetare", (250, 250)),
    ("omkring 40 anställda", (40, 40)),
]
NO_SIZES = [
    "Teamet består af 8 - 10 medarbejdere",
    "du starter i en afdeling med 40 glade medarbejdere",
    "manage a team of 15 employees",
    "Hire, train and keep a team of 60",
    "196 applicants",
    "serving 21,400 students",
    "over 10,000 customers",
    "helps 640 people to stay at home",
    "lead 27 colleagues in all",
    "18 million patients",
    "5+ years with people",
    "401(k) for employees",
    "software for companies with 50-500 employees",
    "",
]
FOUNDED = [
    ("Nata nel 1987, la società cresce", 1987),
    ("Selskapet ble stiftet i 1974", 1974),
    ("It was founded in 2010, and is headquartered in Oslo", 2010),
    ("Founded 2022 · 11-50 people", 2022),
    (" Founded \n2007\n Sector", 2007),
    ("Established in 1884 by three mill owners", 1884),
    ("Since its founding in 1971, the shop has grown", 1971),
    ("est. 1975", 1975),
    ("gegründet wurde die Firma 1926", 1926),
    ("im Jahr 1926 von zwei Brüdern gegründet", 1926),
    ("Gründungsjahr: 1998", 1998),
    ("artisan boulanger depuis 1954", 1954),
    ("Fondée en 2001 à Lyon", 2001),
    ("Fundada en 1987", 1987),
    ("fondata nel 1963", 1963),
    ("opgericht in 1919", 1919),
    ("Bolaget grundades 1946", 1946),
    ("family-owned since 1919", 1919),
]
NOT_FOUNDED = [
    "founded by three students in a flat",
    "Depuis 2009, le moulin accueille nos bureaux",
    "in 2025 we tripled our revenue",
    "the hub opened last year",
    "Posted March 3, 2026",
    "the 2021 exercise",
    "founded on trust",
    "",
]
SEATS = [
    ("Hauptsitz in Celle im Herzen Niedersachsens", "Celle"),
    (
        "headquartered in San Francisco, California, USA, with a workforce of 50",
        "San Francisco, California, USA",
    ),
    ("Headquarters: Berlin, Germany\nSize", "Berlin, Germany"),
    ("We are headquartered in Oslo and have offices in Bergen.", "Oslo"),
    ("Our head office is in Leeds.", "Leeds"),
    ("HQ: Austin, TX", "Austin, TX"),
    ("Das Unternehmen mit Sitz in Jena.", "Jena"),
    ("Hauptsitz in München und Büros", "München"),
    ("siège social à Lyon.", "Lyon"),
    ("empresa con sede en Bilbao.", "Bilbao"),
    ("huvudkontor i Lund.", "Lund"),
]


@pytest.mark.parametrize(("text", "expected"), SIZES)
def test_number_of_employees(text: str, expected: tuple[int | None, int | None]) -> None:
    """Ranges as written; "over" and "+" leave the upper bound open."""
    found = find_company_size(text)
    assert found is not None
    assert found.value == expected
    assert str(expected[0]) in text[found.span.start : found.span.end].replace(",", "").replace(
        ".", ""
    ).replace(" ", "")


@pytest.mark.parametrize("text", NO_SIZES)
def test_other_people_are_no_employees(text: str) -> None:
    """Teams to be led, customers, applicants and markets are not the company's size."""
    assert find_company_size(text) is None


@pytest.mark.parametrize(("text", "expected"), FOUNDED)
def test_year_of_foundation(text: str, expected: int) -> None:
    """The year behind a word for founding; the span is the year."""
    found = find_founded_year(text)
    assert found is not None
    assert found.value == expected
    assert text[found.span.start : found.span.end] == str(expected)


@pytest.mark.parametrize("text", NOT_FOUNDED)
def test_other_years_are_not_the_foundation(text: str) -> None:
    """Years of other events give none."""
    assert find_founded_year(text) is None


@pytest.mark.parametrize(("text", "expected"), SEATS)
def test_the_words_for_the_headquarters(text: str, expected: str) -> None:
    """The place as written, up to where the sentence goes on."""
    found = find_headquarters(text)
    assert found is not None
    assert found.value == text[found.span.start : found.span.end] == expected


def test_no_headquarters() -> None:
    """An office is no headquarters, nor is the place of the job, nor a client's seat."""
    assert find_headquarters("Área: Legal\nSede: Madrid") is None
    assert find_headquarters("Per importante azienda con sede a Torino cerchiamo un cuoco") is None
    assert find_headquarters("We have offices in Paris and Rome. You work in our Paris office.") is None
