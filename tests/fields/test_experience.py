"""Years of experience: what is asked of applicants, never what the company has behind it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.fields.experience import find_bare_years, find_experience, pick_headline
from extractor.records import Span

ASKED = [
    ("5+ years of experience in sales", "5/-"),
    ("At least four (4) years of experience", "4/-"),
    ("at least three (3) years' experience", "3/-"),
    ("3-5 years of relevant experience", "3/5"),
    ("3 – 5 yrs experience", "3/5"),
    ("two to four years of experience", "2/4"),
    ("Minimum of 2 yrs experience", "2/-"),
    ("10 to 14+ years experience as a welder", "10/-"),
    ("Minimum 5 years as a baker in a hotel", "5/-"),
    ("must have at least 7 years in bridge building", "7/-"),
    ("You have been cooking for 6+ years in hotels", "6/-"),
    ("4+ years as a tram driver", "4/-"),
    ("plus + 4 years of experience", "4/-"),
    ("Experience: 5 years", "5/-"),
    ("EXPERIENCE REQUIRED: 2 years", "2/-"),
    ("Exp. Years 3", "3/-"),
    ("Years of experience: 4", "4/-"),
    ("Minimum of six months nursing experience", "0.5/-"),
    ("18 months of experience", "1.5/-"),
    ("up to 2 years of experience", "-/2"),
    ("one year of work experience", "1/-"),
    ("a year of experience", "1/-"),
    ("more than 3 years of experience is required", "3/-"),
    ("Our client requires 5 years of experience", "5/-"),
    ("We are looking for someone with 5+ years of experience", "5/-"),
    ("3–5 years as a manager in full-service dining", "3/5"),
    ("three years or more of keeping servers alive", "3/-"),
    ("5+ years required", "5/-"),
    ("Minium 5 years as a clerk", "5/-"),
    ("zero to two years of experience", "0/2"),
    ("- 3 years in a customer-facing role", "3/-"),
    ("2-3 years PQE", "2/3"),
    ("3 ans minimum d'expérience", "3/-"),
    ("No experience needed", "0/-"),
    ("No prior experience required, we train you", "0/-"),
    ("Mindestens zwei Jahre Berufserfahrung", "2/-"),
    ("mind. 3 Jahre Erfahrung im Vertrieb", "3/-"),
    ("3-5 Jahre einschlägige Berufserfahrung", "3/5"),
    ("Berufserfahrung (mind. 2 Jahre)", "2/-"),
    ("Mind. 3 Jahre Bühnen-Erfahrung als Tontechniker", "3/-"),
    ("Keine Berufserfahrung erforderlich", "0/-"),
    ("2 ans d'expérience", "2/-"),
    ("au moins 5 ans d'expérience en vente", "5/-"),
    ("Expérience : 4 An(s)", "4/-"),
    ("expérience de 3 à 5 ans", "3/5"),
    ("Débutant accepté", "0/-"),
    ("al menos 3 años de experiencia", "3/-"),
    ("Experiencia de 2 a 4 años como soldador", "2/4"),
    ("mínimo 2 años en puesto similar", "2/-"),
    ("Sin experiencia", "0/-"),
    ("pelo menos 2 anos de experiência", "2/-"),
    ("almeno 3 anni di esperienza", "3/-"),
    ("minimaal 3 jaar werkervaring", "3/-"),
    ("3 tot 5 jaar ervaring", "3/5"),
    ("minst två års erfarenhet", "2/-"),
    ("Du har minst 6 års erfarenhet", "6/-"),
    ("2-3 års erfarenhet av kundtjänst", "2/3"),
    ("minst 3 års erfaring", "3/-"),
    ("Ingen erfarenhet krävs", "0/-"),
    ("co najmniej 2 lata doświadczenia", "2/-"),
    ("Mínimo 1 ano com vendas externas", "1/-"),
    ("Experiência: no mínimo 6 meses", "0.5/-"),
    ("si chiede un'esperienza di almeno 3/5 anni come fornaio", "3/5"),
    ("più di 2 anni di esperienza", "2/-"),
    ("maximaal 3 jaar ervaring", "-/3"),
    ("mindst 2 års erfaring", "2/-"),
    ("Fünfjährige Berufspraxis als Koch", "5/-"),
    ("mind. 3-jährige Berufserfahrung", "3/-"),
    ("Esperienza:\n\nElettricista: 4 anni (Preferenziale)", "4/-"),
    ("EXPERIÊNCIA PROFISSIONAL EXIGIDA\nMIN 6 MESES", "0.5/-"),
    ("alespoň 2 roky praxe", "2/-"),
    ("legalább 3 év tapasztalat", "3/-"),
    ("minim 2 ani experiență", "2/-"),
    ("en az 3 yıl deneyim", "3/-"),
    ("Não é necessário ter experiência", "0/-"),
    ("Ervaring is niet nodig", "0/-"),
    ("Doświadczenie nie jest wymagane", "0/-"),
    ("Erfaring er ikke et krav", "0/-"),
    ("Beginners are very welcome", "0/-"),
    ("First-timers welcome", "0/-"),
    ("Experience isn't needed", "0/-"),
    ("Keine Vorkenntnisse", "0/-"),
    ("Vorkenntnisse brauchst du keine", "0/-"),
    ("Débutants bienvenus", "0/-"),
    ("Experiencia previa no hace falta", "0/-"),
    ("Non serve esperienza", "0/-"),
    ("Ervaring niet nodig", "0/-"),
    ("Doświadczenie niepotrzebne", "0/-"),
    ("Erfarenhet behövs inte", "0/-"),
    ("Erfaring unødvendig", "0/-"),
]
NOT_ASKED = [
    "Siamo un'azienda con 30 anni di esperienza",
    "Minimum 3 årig utdanning innenfor musikk",
    "Contratto di lavoro\n\nRinnovo: 2 anni",
    "We have been in business for over 80 years",
    "a firm with more than 35 years experience serving bakers",
    "With over 50 years of experience behind us",
    "Our team has 15 years of experience",
    "Company with over 15 years' experience in events",
    "Wir blicken auf 30 Jahre Erfahrung zurück",
    "Must be 18 years or older",
    "You are at least 21 years old",
    "Limited to 2 years, may be extended",
    "over the next 5 years we will open ten sites",
    "Two years of university education or equivalent",
    "a four-year degree",
    "3 years warranty",
    "In the last 3 years we have grown",
    "the 10 year plan",
    "12 weeks of parental leave",
    "Exp. Years N/A",
    "40 hours a week",
    "Experience of **** to 8 years",
    "Founded 12 years ago",
    "Experience with Python 3 and SQL",
    "2 years contract",
    "1,900 a month depending on experience",
    "£24 an hour on experience",
    "The beginners' course is held on Mondays",
    "We welcome beginners' groups on Mondays",
    "",
]


def _write(minimum: Decimal | None, maximum: Decimal | None) -> str:
    return "/".join("-" if value is None else str(value) for value in (minimum, maximum))


@pytest.mark.parametrize(("text", "expected"), ASKED)
def test_years_asked_for(text: str, expected: str) -> None:
    """Digits and words, ranges, open ends and months, in several languages."""
    found = find_experience(text)
    assert [_write(f.value.min_years, f.value.max_years) for f in found] == [expected]


@pytest.mark.parametrize("text", NOT_ASKED)
def test_other_years_are_not_asked_for(text: str) -> None:
    """The company's age, people's ages, degrees, contracts and plans are something else."""
    assert find_experience(text) == []


@pytest.mark.parametrize("text", [text for text, _ in ASKED])
def test_the_text_is_the_span(text: str) -> None:
    """What is quoted is what was read."""
    for found in find_experience(text):
        assert found.value.text == text[found.span.start : found.span.end]


def test_the_quote_reaches_from_the_limit_to_the_word() -> None:
    """ "At least" and "experience" are part of the requirement."""
    (found,) = find_experience("Requirements: at least six (6) years of retail experience, and a smile")
    assert found.value.text == "at least six (6) years of retail experience"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7+ years of experience. 3+ years of experience with Java.", 7),
        ("Requirements:\n- 3 years of experience\nNice to have:\n- 5 years of experience abroad", 3),
        ("Preferred:\n- 8 years of experience\nRequired:\n- 4 years of experience", 4),
        ("1 year of experience preferred. At least 2 years of sales experience.", 2),
        ("8+ years of experience preferred", 8),
    ],
)
def test_the_headline_is_the_first_that_is_required(text: str, expected: int) -> None:
    """A mere plus gives way to a requirement, and speaks for the job only where it is alone."""
    headline = pick_headline(find_experience(text), text)
    assert headline is not None
    assert headline.value.min_years == expected


def test_no_headline_without_figures() -> None:
    """Nothing found, nothing picked."""
    assert pick_headline([], "Experience with people") is None


BARE = [
    ("You need two years minding small kids", "2/-"),
    ("You have spent 3 to 5 years on fishing boats", "3/5"),
    ("7+ years with horses", "7/-"),
    ("up to 4 years at sea", "-/4"),
    ("mindestens zwei Jahre hinter einer Theke", "2/-"),
    ("au moins deux ans derrière un four", "2/-"),
    ("al menos tres años con ovejas", "3/-"),
    ("minstens 1 jaar op de vrachtwagen", "1/-"),
    ("tre år på en bogserbåt", "3/-"),
]
NOT_BARE = [
    "You have held your driving licence for two years",
    "Führerschein seit 3 Jahren",
    "Permis B depuis 2 ans",
    "you have lived here for 3 years",
    "You must be at least ten years older than they are",
    "You are 11 years old",
    "aged 12 years or more",
    "edad mínima de 10 años",
    "You have been at it for 30 years",
    "a licence valid for two years",
    "gültig für 2 Jahre",
    "a four-year degree",
    "three years at college",
    "Ausbildung von drei Jahren",
    "a contract of two years",
    "you commit to stay for 2 years",
    "resident here for 3 years",
    "no accident in the last three years",
    "six months on a farm",
]


@pytest.mark.parametrize(("text", "expected"), BARE)
def test_years_that_a_requirement_asks_for_whatever_they_were_spent_on(text: str, expected: str) -> None:
    """No word for experience is needed where the sentence is known to ask for something."""
    found = find_bare_years(text, Span(0, len(text)))
    assert found is not None
    assert _write(found.value.min_years, found.value.max_years) == expected
    assert found.value.text == text[found.span.start : found.span.end]


@pytest.mark.parametrize("text", NOT_BARE)
def test_other_years_of_a_requirement_are_none(text: str) -> None:
    """Ages, schooling, how long papers and contracts hold, what lies behind; and months."""
    assert find_bare_years(text, Span(0, len(text))) is None


def test_years_outside_the_requirement_are_none() -> None:
    """Only its own words count."""
    text = "You know horses. We sailed for 7 years round the world."
    assert find_bare_years(text, Span(0, 16)) is None
