"""Dates: exact days only, behind the words that say what they are."""

from __future__ import annotations

from datetime import date

import pytest

from extractor.fields.dates import find_closes, find_posted, find_terms, read_date

TODAY = date(2026, 3, 10)

EXACT = [
    ("March 03, 2026", "en", "2026-03-03"),
    ("Mar. 3rd, 2026", "en", "2026-03-03"),
    ("16 Dec 2025", "en", "2025-12-16"),
    ("16-Dec-2025", "en", "2025-12-16"),
    ("the 3rd of May 2026", "en", "2026-05-03"),
    ("2026-07-11", None, "2026-07-11"),
    ("2026-07-11T09:30:00Z", None, "2026-07-11"),
    ("2026/07/11", None, "2026-07-11"),
    ("2026年7月11日", "ja", "2026-07-11"),
    ("11. Juli 2026", "de", "2026-07-11"),
    ("vom 1. März 2026", "de", "2026-03-01"),
    ("01.10.2026", "de", "2026-10-01"),
    ("31.05.26", "de", "2026-05-31"),
    ("1er juin 2026", "fr", "2026-06-01"),
    ("15 août 2026", "fr", "2026-08-15"),
    ("31/05/2026", "fr", "2026-05-31"),
    ("03/04/2026", "fr", "2026-04-03"),
    ("03/04/2026", "en-GB", "2026-04-03"),
    ("03/04/2026", "en-US", "2026-03-04"),
    ("31/05/2026", "en", "2026-05-31"),
    ("10/15/2026", "en", "2026-10-15"),
    ("05/05/2026", "en", "2026-05-05"),
    ("3 de marzo de 2026", "es", "2026-03-03"),
    ("1º de março de 2026", "pt", "2026-03-01"),
    ("30 giugno 2026", "it", "2026-06-30"),
    ("3 maart 2026", "nl", "2026-03-03"),
    ("den 3 mars 2026", "sv", "2026-03-03"),
    ("15. august 2026", "da", "2026-08-15"),
    ("12 września 2026", "pl", "2026-09-12"),
    ("15 мая 2026 г.", "ru", "2026-05-15"),
    ("3/6 2026", "sv", "2026-06-03"),
    ("3/Junio/2026", "es", "2026-06-03"),
]
INEXACT = [
    ("03/04/2026", "en"),  # day or month first?
    ("May 2026", "en"),
    ("31 May", "en"),
    ("2026", "en"),
    ("summer 2026", "en"),
    ("31 April 2026", "en"),
    ("5 June 2026 and 6 June 2026", "en"),
    ("tomorrow", "en"),
    ("3 days ago", "en"),
    ("+49 30 2026 1234", "de"),
    ("ISO 9001:2015", "en"),
    ("", None),
]


@pytest.mark.parametrize(("quote", "language", "expected"), EXACT)
def test_a_full_date_is_read(quote: str, language: str | None, expected: str) -> None:
    """Day, month and year are all written; the language settles which number is the day."""
    assert read_date(quote, language=language) == date.fromisoformat(expected)


@pytest.mark.parametrize(("quote", "language"), INEXACT)
def test_a_fragment_is_no_date(quote: str, language: str | None) -> None:
    """Nothing is filled in, and two dates are none."""
    assert read_date(quote, language=language) is None


def test_the_caller_may_say_that_the_day_comes_first() -> None:
    """`day_first` outranks the language."""
    assert read_date("03/04/2026", language="en-US", day_first=True) == date(2026, 4, 3)


POSTED = [
    ("Onsite Posted March 03, 2026\nType", "en", "March 03, 2026"),
    ("San Francisco, CAPosted 26 February 2026", "en", "26 February 2026"),
    ("Date posted: 2026-02-20", "en", "2026-02-20"),
    ("Published on Friday, 20 February 2026", "en", "20 February 2026"),
    ("Veröffentlicht am 20.02.2026", "de", "20.02.2026"),
    ("Online seit: 20. Februar 2026", "de", "20. Februar 2026"),
    ("Publiée le 20 février 2026", "fr", "20 février 2026"),
    ("Publicado el 20 de febrero de 2026", "es", "20 de febrero de 2026"),
    ("Publicado em 20/02/2026", "pt", "20/02/2026"),
    ("Actualisé le 20 février 2026", "fr", "20 février 2026"),
    ("Last updated 21 February 2026. Posted 20 February 2026", "en", "20 February 2026"),
    ("Open & closing dates: 20 February 2026 to 1 March 2026", "en", "20 February 2026"),
    ("Publicerad 20 februari 2026", "sv", "20 februari 2026"),
    ("Geplaatst op 20 februari 2026", "nl", "20 februari 2026"),
    ("Pubblicato il 20 febbraio 2026", "it", "20 febbraio 2026"),
    ("Annonce du : 20/02/2026", "fr", "20/02/2026"),
    ("Publicatiedatum: 20-02-2026", "nl", "20-02-2026"),
    ("Data da publicação: 20/02/2026", "pt", "20/02/2026"),
    ("Opublikowana: 20.02.2026", "pl", "20.02.2026"),
    ("Indrykket 20. februar 2026", "da", "20. februar 2026"),
    ("Publiseringsdato 20.02.2026", "no", "20.02.2026"),
    ("Ilmoitus jätetty 20.2.2026", "fi", "20.2.2026"),
    ("Advertised: 20 February 2026", "en", "20 February 2026"),
    ("Zveřejněno 20. 2. 2026", "cs", "20. 2. 2026"),
]
BYLINES = [
    ("Warehouse worker\nHarbour Logistics\n2023-11-03T07:12:44\n\nAbout us", date(2023, 11, 3)),
    ("Java developer\nmaria · 2022-09-14\nWe look for", date(2022, 9, 14)),
]


@pytest.mark.parametrize(("text", "expected"), BYLINES)
def test_a_day_that_ends_a_line_of_the_header_is_the_posting_date(text: str, expected: date) -> None:
    """Sites print it without a label; a later day than today is none."""
    found = find_posted(text, today=None, language="en")
    assert found is not None and found.value == expected
    assert find_posted(text, today=date(2020, 1, 1), language="en") is None


NOT_POSTED = [
    "Founded on 3 March 1998",
    "Apply by 31 March 2026",
    "Start: 1 April 2026",
    "Copyright 2026",
    "Our last report was out on 3 March 2025.",
    "Posted in Engineering. We were founded on 1 May 1999.",
    "Content + Source + Freshness • 16 Dec 2025 • 95% confidence",
]


@pytest.mark.parametrize(("text", "language", "quote"), POSTED)
def test_the_posting_date_stands_behind_its_label(text: str, language: str, quote: str) -> None:
    """The label may be in any of the languages; the span covers the date's own words."""
    found = find_posted(text, today=None, language=language)
    assert found is not None
    assert text[found.span.start : found.span.end] == quote
    assert found.value == read_date(quote, language=language)


@pytest.mark.parametrize("text", NOT_POSTED)
def test_other_dates_are_not_the_posting_date(text: str) -> None:
    """Foundation, start, deadline and a site's check are something else."""
    assert find_posted(text, today=TODAY, language="en") is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Posted 3 days ago", "en", date(2026, 3, 7)),
        ("Posted 4d ago · 20 applicants", "en", date(2026, 3, 6)),
        ("Posted yesterday", "en", date(2026, 3, 9)),
        ("Posted 5 hours ago", "en", TODAY),
        ("Posted: 2 weeks ago\n", "en", date(2026, 2, 24)),
        ("Nurse\nLeeds\n3 days ago\nFull-time", "en", date(2026, 3, 7)),
        ("Veröffentlicht vor 3 Tagen", "de", date(2026, 3, 7)),
        ("vor 2 Tagen veröffentlicht", "de", date(2026, 3, 8)),
        ("Publié il y a 3 jours", "fr", date(2026, 3, 7)),
        ("Publicado hace 3 días", "es", date(2026, 3, 7)),
        ("Publicerad för 3 dagar sedan", "sv", date(2026, 3, 7)),
        ("Toledo, OHPosted 6 Days AgoFull timeR-47713", "en", date(2026, 3, 4)),
        ("Hull\nPosted 3 days ago     Openings: 4", "en", date(2026, 3, 7)),
        ("Posted 30+ days ago", "en", None),
        ("Posted 2 months ago", "en", None),
        ("We moved here 3 days ago", "en", None),
    ],
)
def test_a_relative_date_needs_today(text: str, language: str, expected: date | None) -> None:
    """Counted back from the day given; vague ones name no day."""
    found = find_posted(text, today=TODAY, language=language)
    assert (found.value if found else None) == expected
    assert find_posted(text, today=None, language=language) is None


CLOSES = [
    ("Vence: 6/Abril/2026", "es", "2026-04-06"),
    ("Envie o currículo até 30/04/2026", "pt", "2026-04-30"),
    ("Offerta valida, scade il 30/04/2026", "it", "2026-04-30"),
    ("Sluitdatum: 30 april 2026", "nl", "2026-04-30"),
    ("Ważna do: 30.04.2026", "pl", "2026-04-30"),
    ("Aplikacje przyjmujemy do 30.04.2026", "pl", "2026-04-30"),
    ("Sista datum att söka: 2026-04-30", "sv", "2026-04-30"),
    ("Send din ansøgning senest den 30. april 2026", "da", "2026-04-30"),
    ("Frist for å søke: 30.04.2026", "no", "2026-04-30"),
    ("Haku päättyy 30.4.2026", "fi", "2026-04-30"),
    ("Application deadline: July 11, 2026", "en", "2026-07-11"),
    ("Closing date 31 May 2026", "en", "2026-05-31"),
    ("Please apply by Friday 29 May 2026.", "en", "2026-05-29"),
    ("Applications will be accepted until 11:59 pm on May 29, 2026.", "en", "2026-05-29"),
    ("Send your CV to jobs@example.com no later than 29 May 2026", "en", "2026-05-29"),
    ("LAST DATE:   Deadline   17 April 2026", "en", "2026-04-17"),
    ("This advert is valid until 2026-06-30", "en", "2026-06-30"),
    ("Open & closing dates: 20 February 2026 to 31 May 2026", "en", "2026-05-31"),
    ("Send a CV to a.b@example.org by 9am on Monday 1 June 2026", "en", "2026-06-01"),
    ("Bewerbungsfrist: 31.05.2026", "de", "2026-05-31"),
    ("Bewerbungen bitte bis zum 31. Mai 2026 an uns", "de", "2026-05-31"),
    ("Bewerbungsschluss ist der 31.05.26", "de", "2026-05-31"),
    ("Date limite de candidature : 31/05/2026", "fr", "2026-05-31"),
    ("Candidatures à envoyer avant le 31 mai 2026", "fr", "2026-05-31"),
    ("Fecha límite: 31 de mayo de 2026", "es", "2026-05-31"),
    ("Plazo de presentación hasta el 31/05/2026", "es", "2026-05-31"),
    ("Inscrições até 31 de maio de 2026", "pt", "2026-05-31"),
    ("Candidature entro il 31 maggio 2026", "it", "2026-05-31"),
    ("Sluitingsdatum: 31 mei 2026", "nl", "2026-05-31"),
    ("Sista ansökningsdag 31 maj 2026", "sv", "2026-05-31"),
    ("Välkommen med din ansökan senast den 31 maj 2026", "sv", "2026-05-31"),
    ("Søknadsfrist: 31.05.2026", "nb", "2026-05-31"),
    ("Ansøgningsfrist: 31. maj 2026", "da", "2026-05-31"),
    ("Advertised until 2026-04-02", "en", "2026-04-02"),
    ("Send your papers on or before Wednesday, 26th August, 2026", "en", "2026-08-26"),
    ("not later than 26 August 2026", "en", "2026-08-26"),
    ("Ihre Unterlagen richten Sie bitte bis spätestens 15. Mai 2026 an Frau Bell", "de", "2026-05-15"),
    ("Solo se recibirán hojas de vida hasta el 22 de mayo de 2026.", "es", "2026-05-22"),
]
NOT_CLOSES = [
    "Deadline: Open until filled",
    "Posted 3 March 2026. Deadline: rolling",
    "You will work to deadlines. We opened on 1 May 1999.",
    "Start: 1 September 2026",
    "Apply now! The company was founded on 1 May 1999.",
    "We close deals every day",
    "expected graduation by June 2027",
]


@pytest.mark.parametrize(("text", "language", "expected"), CLOSES)
def test_the_last_day_to_apply(text: str, language: str, expected: str) -> None:
    """A full date behind a deadline's words, in any of the languages."""
    found = find_closes(text, today=None, language=language)
    assert found is not None
    assert found.value == date.fromisoformat(expected)
    assert read_date(text[found.span.start : found.span.end], language=language) == found.value


@pytest.mark.parametrize("text", NOT_CLOSES)
def test_no_deadline_no_date(text: str) -> None:
    """An open deadline and dates of other things give nothing."""
    assert find_closes(text, today=TODAY, language="en") is None


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("Please apply by 31 May", TODAY, date(2026, 5, 31)),
        ("Apply before January 15", date(2025, 12, 1), date(2026, 1, 15)),
        ("Deadline: 1 March", TODAY, None),  # gone; the next is a year away
        ("Please apply by 31 May", None, None),
        ("Deadline: May 2026", TODAY, None),
        ("Closes in 10 days", TODAY, date(2026, 3, 20)),
        ("Closes in 10 days", None, None),
    ],
)
def test_a_deadline_without_its_year(text: str, today: date | None, expected: date | None) -> None:
    """It is the next such day, where today is known and the day is within half a year."""
    found = find_closes(text, today=today, language="en")
    assert (found.value if found else None) == expected


TERMS = [
    (
        "cohorts: - May 18 – August 7, 2026 - June 15 – September 4, 2026 IN",
        "2026-05-18/2026-08-07 2026-06-15/2026-09-04",
    ),
    ("runs for 12 weeks, paid from September 21 to December 11, 2026.", "2026-09-21/2026-12-11"),
    ("Contract: 1 September 2026 - 31 August 2027", "2026-09-01/2027-08-31"),
    ("Internship dates: 06/15/2026 - 08/21/2026", "2026-06-15/2026-08-21"),
    ("from November 2 to February 26, 2027", "2026-11-02/2027-02-26"),
    ("Start: 1 September 2026", "2026-09-01/-"),
    ("START DAY/ HOUR:  11 May 2026", "2026-05-11/-"),
    ("The job starts on Monday, 4 May 2026", "2026-05-04/-"),
    ("Wir suchen zum 01.09.2026 eine Fachkraft", "2026-09-01/-"),
    ("Eintrittsdatum: 1. Oktober 2026", "2026-10-01/-"),
    ("Die Stelle ist befristet bis zum 31.12.2027", "-/2027-12-31"),
    ("Praktikum vom 01.03.2026 bis 31.08.2026", "2026-03-01/2026-08-31"),
    ("Date de début : 1er septembre 2026", "2026-09-01/-"),
    ("CDD du 1er juin 2026 au 31 août 2026", "2026-06-01/2026-08-31"),
    ("Poste à pourvoir à partir du 2 mars 2026", "2026-03-02/-"),
    ("Fecha de incorporación: 1 de junio de 2026", "2026-06-01/-"),
    ("Tillträde 1 augusti 2026, gärna tidigare", "2026-08-01/-"),
    ("Vikariat 1 juni 2026 till 31 augusti 2026", "2026-06-01/2026-08-31"),
    ("Functie: startdatum 1 juni 2026", "2026-06-01/-"),
    ("Ausbildung Tischler/in ab 01.09.2026", "2026-09-01/-"),
    ("Vertragsbeginn: 01.04.2026; befristet bis 31.03.2028", "2026-04-01/2028-03-31"),
    ("Project: 12 January 2026, for 16 weeks", "2026-01-12/-"),
    ("Praktikum 1. – 31. Juli 2026", "2026-07-01/2026-07-31"),
    ("Wir besetzen die Stelle zunächst bis 31.12.2026 befristet.", "-/2026-12-31"),
    ("Offre à pourvoir le : 23.03.2026", "2026-03-23/-"),
    ("Tijdelijk contract tot 31 december 2026", "-/2026-12-31"),
    ("Met ingang van 1 juni 2026 zoeken wij een kok", "2026-06-01/-"),
    ("Contratto a tempo determinato fino al 31 dicembre 2026", "-/2026-12-31"),
    ("Contrato de 1 de junho de 2026 até 31 de agosto de 2026", "2026-06-01/2026-08-31"),
    ("Umowa od 1 czerwca 2026 do 31 sierpnia 2026", "2026-06-01/2026-08-31"),
    ("Data rozpoczęcia: 01.06.2026", "2026-06-01/-"),
    ("Ansættelsesstart: 1. juni 2026", "2026-06-01/-"),
    ("Vikariat fra 1. juni 2026 til 31. august 2026", "2026-06-01/2026-08-31"),
]
NO_TERMS = [
    "expected graduation between May 1, 2026 and June 30, 2026",
    "Applications open from 1 March 2026 to 31 March 2026",
    "Join our event, January 6 - January 9, 2026",
    "Meet us at the conference from 6 May 2026 to 8 May 2026",
    "Posted March 03, 2026",
    "Bewerbungsfrist: 31.05.2026",
    "Founded on 1 May 1999",
    "Starting in September 2026",
    "available immediately",
    "The plan was approved on 4 July 2023 by the board",
    "Last updated 2026-02-01",
    "zgodnie z ustawą o zatrudnieniu z 1 maja 2018",
    "parents' evenings on 5 March 2026 and 14 May 2026",
]


@pytest.mark.parametrize(("text", "expected"), TERMS)
def test_terms_of_the_job(text: str, expected: str) -> None:
    """Ranges and single days that the words tie to the job; a missing year is the range's own."""
    found = find_terms(text, today=None, language=None)
    assert " ".join(f"{f.value.start or '-'}/{f.value.end or '-'}" for f in found) == expected
    assert [f.value.text for f in found] == [text[f.span.start : f.span.end] for f in found]


@pytest.mark.parametrize("text", NO_TERMS)
def test_other_dates_are_no_terms(text: str) -> None:
    """Graduation, events, applying and history are not when the work is done."""
    assert find_terms(text, today=TODAY, language="en") == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Bewerbung bitte bis 15.4. an Frau Huber", "de", date(2026, 4, 15)),
        ("e-mail jobs@inn.example by 30/6. No agencies", "en-GB", date(2026, 6, 30)),
        ("e-mail jobs@inn.example by 3/6. No agencies", "en", None),  # March or June
        ("Please send your CV by 3/4 of the team", "en", None),
        ("Envoyez CV et photo à lulu@annecy.example avant le 5 avril.", "fr", date(2026, 4, 5)),
        ("Reageren kan tot en met 12 april", "nl", date(2026, 4, 12)),
        ("Ring Noreen on 065 555 0199 before Friday 15th May", "en", date(2026, 5, 15)),
        ("Version 2.3. Apply now", "en", None),
        ("Names to me by Apr. 18, or mail goat@farm.example", "en", date(2026, 4, 18)),
        ("Drop a letter at the gate by 2 May 2026", "en", date(2026, 5, 2)),
        ("Bewerbungen an alm@hirt.example bitte bis 4. Dezember 2026.", "de", date(2026, 12, 4)),
        ("Votre dossier à la mairie, 04 50 55 01 99, avant le 5 avril 2026.", "fr", date(2026, 4, 5)),
        ("Escríbenos a faro@costa.example antes del 12 de abril de 2026.", "es", date(2026, 4, 12)),
        ("Manda il curriculum a torre@lago.example entro il 30 aprile 2026.", "it", date(2026, 4, 30)),
        ("Envie o currículo para farol@mar.example até 8 de maio de 2026.", "pt", date(2026, 5, 8)),
        ("Stuur je brief uiterlijk 1 mei 2026 naar molen@dijk.example", "nl", date(2026, 5, 1)),
        ("Życiorys na adres mlyn@rzeka.example do 20 kwietnia 2026.", "pl", date(2026, 4, 20)),
        ("Skicka ditt cv senast 3 maj 2026 till fyr@kust.example", "sv", date(2026, 5, 3)),
    ],
)
def test_a_deadline_in_running_text(text: str, language: str, expected: date | None) -> None:
    """Also in numbers, where their order is known, and behind any way of getting in touch."""
    found = find_closes(text, today=TODAY, language=language)
    assert (found.value if found else None) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Vertrag ist befristet bis 30. September 2026. Bewerbung an alm@hirt.example", "de"),
        ("The contract runs until 30 September 2026; write to crew@ship.example", "en"),
        ("Mail us at crew@ship.example; the season lasts until 30 September 2026.", "en"),
        ("Contrat jusqu'au 31 août 2026, écrire à phare@mer.example", "fr"),
        ("Apply at www.mill.example. The mill stood here until 4 May 2026.", "en"),
        ("The roof was mended before 4 May 2026. Ring 065 555 0199.", "en"),
        ("You mend the roof by 4 May 2026.", "en"),
        ("Drop a letter at the gate by 2 February 2026", "en"),  # past
    ],
)
def test_other_days_behind_by_are_no_deadline(text: str, language: str) -> None:
    """A contract's end, what is done by then, another sentence's day, and a day that is past."""
    assert find_closes(text, today=TODAY, language=language) is None


def test_both_ends_of_a_season_without_their_year() -> None:
    """The next such season, where today is known; the days of an event are none."""
    text = "cherche serveur pour la saison, du 15 juin au 31 août"
    terms = find_terms(text, today=TODAY, language="fr")
    assert [(f.value.start, f.value.end) for f in terms] == [(date(2026, 6, 15), date(2026, 8, 31))]
    assert find_terms(text, today=None, language="fr") == []
    assert find_terms("Open days: 3 May to 5 May", today=TODAY, language="en") == []


def test_a_start_without_its_year() -> None:
    """It is the next such day, where today is known."""
    text = "Starting Monday 4th May if possible"
    assert [f.value.start for f in find_terms(text, today=TODAY, language="en")] == [date(2026, 5, 4)]
    assert find_terms(text, today=None, language="en") == []
