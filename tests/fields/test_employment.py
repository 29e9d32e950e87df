"""Employment types, arrangements, office days, applicants' countries, seniority and titles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.fields.employment import (
    clean_title,
    find_applicant_countries,
    find_employment_types,
    find_office_days,
    find_seniority,
    find_work_arrangements,
)
from extractor.fields.places import read_places

# text, language, types
TYPES: list[tuple[str, str, set[str]]] = [
    ("Cook\nEmployment type: Full-time", "en", {"full_time"}),
    ("Cook\nJob Types: Full-time, Part-time, Permanent", "en", {"full_time", "part_time"}),
    ("Cook\nEmployment Type: FULL_TIME", "en", {"full_time"}),
    ("Cook\nType Internship\nLevel 3", "en", {"internship"}),
    ("Cook\nJob type\n• Contract\n• Temporary\n\nYou cook.", "en", {"contract", "temporary"}),
    ("Cook\nHybrid · Contract · Leeds\n\nYou cook.", "en", {"contract"}),
    ("Cook\n$10 an hour - Permanent, Part-time\n", "en", {"part_time"}),
    ("Java Developer (Contract)\nAcme", "en", {"contract"}),
    ("Freelance Illustrator\nAcme", "en", {"contract"}),
    ("Marketing Intern\nAcme", "en", {"internship"}),
    ("Apprentice Electrician\nAcme", "en", {"apprenticeship"}),
    ("Staff Nurse - Per Diem\nAcme", "en", {"per_diem"}),
    ("This is a full-time position in our team.", "en", {"full_time"}),
    ("We are looking for someone on a part time basis.", "en", {"part_time"}),
    ("This is a 6 month contract, paid daily.", "en", {"contract"}),
    ("A contract role inside IR35.", "en", {"contract"}),
    ("It is a fixed-term post for a year.", "en", {"temporary"}),
    ("This is a temporary position until August.", "en", {"temporary"}),
    ("You will cover maternity leave: a maternity cover of nine months.", "en", {"temporary"}),
    ("We offer a zero hours contract.", "en", {"per_diem"}),
    ("Acme • Leeds • Temporary • Full-time • 3 days ago", "en", {"temporary", "full_time"}),
    ("Contracts of 16 or 24 hours. Full and part time.", "en", {"full_time", "part_time"}),
    ("Contract: Till 31 March 2026", "en", {"contract"}),
    ("Five years as a full-time translator.", "en", set()),
    ("Volunteer role with a local charity: a volunteer role.", "en", {"volunteer"}),
    ("Software Engineer\nCo-op\n", "en", {"internship"}),
    ("Koch (m/w/d) in Vollzeit\nAcme", "de", {"full_time"}),
    ("Wir suchen dich in Voll- oder Teilzeit.", "de", {"full_time", "part_time"}),
    ("Die Stelle ist auf zwei Jahre befristet.", "de", {"temporary"}),
    ("Die Stelle ist unbefristet.", "de", set()),
    ("Werkstudent (m/w/d) Marketing\nAcme", "de", {"part_time"}),
    ("Praktikum im Controlling\nAcme", "de", {"internship"}),
    ("Ausbildung zum Koch (m/w/d)\nAcme", "de", {"apprenticeship"}),
    ("Anstellungsart: Freiberuflich", "de", {"contract"}),
    ("Minijob als Verkäufer\nAcme", "de", {"part_time"}),
    ("Type de contrat : CDD\nDurée : 6 mois", "fr", {"temporary"}),
    ("Type de contrat : CDI", "fr", set()),
    ("CDI à temps plein, du lundi au vendredi.", "fr", {"full_time"}),
    ("Poste à temps partiel (24 heures).", "fr", {"part_time"}),
    ("Mission d'intérim de trois semaines.", "fr", {"temporary"}),
    ("Stage - Assistant marketing H/F\nAcme", "fr", {"internship"}),
    ("Assistant RH en alternance H/F\nAcme", "fr", {"apprenticeship"}),
    ("Nous proposons un contrat d'apprentissage de 12 mois.", "fr", {"apprenticeship"}),
    ("Jornada completa, de lunes a viernes.", "es", {"full_time"}),
    ("Contrato temporal de seis meses a tiempo parcial.", "es", {"temporary", "part_time"}),
    ("Becario de diseño\nAcme", "es", {"internship"}),
    ("Tipo de contrato: indefinido", "es", set()),
    ("Omfattning: Heltid\nVaraktighet: Tills vidare", "sv", {"full_time"}),
    ("Vikariat på deltid till och med juni.", "sv", {"temporary", "part_time"}),
    ("Anställningsform: Behovsanställning", "sv", {"per_diem"}),
    ("Fulltime, 40 uur per week.", "nl", {"full_time"}),
    ("Dienstverband: Parttime", "nl", {"part_time"}),
    ("Stage marketing\nAcme", "nl", {"internship"}),
    ("Regime: tempo integral", "pt", {"full_time"}),
    ("Estágio em Direito\nAcme", "pt", {"internship"}),
    ("Contratto a tempo determinato, full time.", "it", {"temporary", "full_time"}),
    ("Tirocinio retribuito di sei mesi.", "it", {"internship"}),
    ("Stillingen er fuldtid.", "da", {"full_time"}),
    ("Työsuhde: kokoaikainen, määräaikainen", "fi", {"full_time", "temporary"}),
    ("Wymiar pracy: pełny etat", "pl", {"full_time"}),
    ("雇用形態：正社員", "ja", {"full_time"}),
    # words of the same sound
    ("All full-time employees get health insurance.", "en", set()),
    ("Two years of full-time experience.", "en", set()),
    ("You hold a full-time degree and manage part-time students.", "en", set()),
    ("This counts as a full time equivalent.", "en", set()),
    ("Contract Manager\nYou own contract management and contract negotiation.", "en", set()),
    ("You sign the employment contract on your first day.", "en", set()),
    ("Contract type: permanent", "en", set()),
    ("Internal Auditor\nYou audit internal controls.", "en", set()),
    ("You have internship experience in finance.", "en", set()),
    ("You design temporary works and temporary structures.", "en", set()),
    ("You coordinate volunteers and get paid volunteer days.", "en", set()),
    ("You act on the stage at an early stage company.", "en", set()),
    ("Abgeschlossene Ausbildung als Koch.", "de", set()),
    ("Unser interner Bereich sucht dich.", "de", set()),
    ("Buenas prácticas de fabricación.", "es", set()),
    ("Une mission de travail temporaire de deux mois.", "fr", {"temporary"}),
    ("Oferujemy umowę zlecenie.", "pl", {"contract"}),
    ("Praca w pełnym wymiarze na umowę na czas określony.", "pl", {"full_time", "temporary"}),
    ("Arbeidsovereenkomst voor bepaalde tijd.", "nl", {"temporary"}),
    ("Ragione sociale: Rossi, P.IVA 01234567890", "it", set()),
    ("Business casual dress code.", "en", set()),
    ("Permanent role.", "en", set()),
    ("40 hours a week.", "en", set()),
    ("Not a part-time job.", "en", set()),
]


@pytest.mark.parametrize(("text", "language", "expected"), TYPES, ids=[row[0][:45] for row in TYPES])
def test_employment_types(text: str, language: str, expected: set[str]) -> None:
    """Types in the field's wording; permanence and other people's hours are none."""
    assert {found.value for found in find_employment_types(text, language=language)} == expected


def test_employment_type_says_where_it_stands() -> None:
    """The span covers the wording, in code points of the text as given."""
    text = "Köchin 🍳 – Vollzeit"
    (found,) = find_employment_types(text, language="de")
    assert text[found.span.start : found.span.end] == "Vollzeit"


ARRANGEMENTS: list[tuple[str, set[str]]] = [
    ("Engineer\nRemote\n\nYou build.", {"remote"}),
    ("Engineer\nBerlin | Hybrid\n\nYou build.", {"hybrid"}),
    ("Engineer\nWorkplace type: On-site", {"onsite"}),
    ("Engineer\nLocation type\nOnSite\n\nYou build.", {"onsite"}),
    ("Engineer (Remote)\nAcme", {"remote"}),
    ("Engineer - Remote, US\nAcme", {"remote"}),
    ("Engineer\nSan Francisco, CA, US; Remote, US\n\nYou build.", {"remote"}),
    ("Work Location: Hybrid remote in Leeds", {"hybrid"}),
    ("Work Location: In person", {"onsite"}),
    ("Work remotely: Yes", {"remote"}),
    ("Work remotely: No", set()),
    ("Telework eligible: Yes - two days a week", {"hybrid"}),
    ("Two days a week in one of our offices.", {"hybrid"}),
    ("The interns work remote or hybrid.", {"remote", "hybrid"}),
    ("Acme • Leeds • Hybrid • 3 days ago", {"hybrid"}),
    ("Engineer\nRemote\n\nYou build.\n" + "\nMore.\n" * 9 + "Cook\nHybrid · Leeds", {"remote"}),
    ("This role is fully remote.", {"remote"}),
    ("This is a remote position.", {"remote"}),
    ("You can work from home two days a week.", {"hybrid"}),
    ("We offer a hybrid working model.", {"hybrid"}),
    ("Hybrid: 3 days a week in the office, 2 days from home.", {"hybrid"}),
    ("This is a 100% in-office role.", {"onsite"}),
    ("You work 5 days/week in-office.", {"onsite"}),
    ("This is not a remote position.", {"onsite"}),
    ("Telecommuting is possible.", {"hybrid"}),
    ("#LI-Remote", {"remote"}),
    ("#LI-Hybrid", {"hybrid"}),
    ("100% Remote-Arbeit möglich.", {"remote"}),
    ("Wir bieten Homeoffice-Möglichkeiten.", {"hybrid"}),
    ("Zwei Tage Homeoffice pro Woche.", {"hybrid"}),
    ("Ein hybrides Arbeitsmodell erwartet dich.", {"hybrid"}),
    ("Arbeit ausschließlich vor Ort.", {"onsite"}),
    ("Télétravail partiel, deux jours par semaine.", {"hybrid"}),
    ("Poste en full remote.", {"remote"}),
    ("Modalidad presencial.", {"onsite"}),
    ("Trabajo 100% remoto.", {"remote"}),
    ("Modalidad híbrida en Madrid.", {"hybrid"}),
    ("Arbetet kan ske helt på distans.", {"remote"}),
    ("Vi har ett hybridupplägg.", {"hybrid"}),
    ("Hybride werken is mogelijk.", {"hybrid"}),
    ("Trabalho remoto.", {"remote"}),
    ("Lavoro ibrido, tre giorni in sede.", {"hybrid"}),
    ("Praca zdalna.", {"remote"}),
    # words of the same sound
    ("You know remote sensing and remote desktop tools.", set()),
    ("You travel to remote locations.", set()),
    ("You support remote sites and remote teams across Europe.", set()),
    ("You build hybrid cloud solutions for hybrid vehicles.", set()),
    ("We have an on-site gym and on-site parking.", set()),
    ("You get a home office stipend.", set()),
    ("Maçon\n\nTélétravail :\n\nNon", set()),
    ("Hotline: thuiswerken: nee", set()),
    ("Praca w trybie hybrydowym w Gdyni.", {"hybrid"}),
    ("There is no option to work remotely.", {"onsite"}),
    ("Thuiswerken kan niet, dat snap je.", {"onsite"}),
    ("Homeoffice ist leider nicht möglich.", {"onsite"}),
    ("kein Homeoffice möglich", {"onsite"}),
    ("Residents are greeted in person at our property.", set()),
    ("Our offices are open.", set()),
]


@pytest.mark.parametrize(("text", "expected"), ARRANGEMENTS, ids=[row[0][:45] for row in ARRANGEMENTS])
def test_work_arrangements(text: str, expected: set[str]) -> None:
    """What header or sentence says of the job; partial remote work is hybrid."""
    assert {found.value for found in find_work_arrangements(text)} == expected


@pytest.mark.parametrize(
    ("text", "days", "words"),
    [
        ("You spend 3 days a week in the office.", 3, "3 days a week in the office"),
        ("Three days per week in our London office.", 3, "Three days per week in our London office"),
        ("5 days/week in-office", 5, "5 days/week in-office"),
        ("hybrid, at least 2 days in-office each week", 2, "2 days in-office each week"),
        ("2-3 days a week on site", None, None),
        ("up to two days a week in the office", None, None),
        ("This is an in-office job, 5 days a week.", 5, "in-office job, 5 days a week"),
        ("in the office at least 4 days a week", 4, "in the office at least 4 days a week"),
        (
            "hybrid schedule: Monday, Tuesday and Thursday in office",
            3,
            "Monday, Tuesday and Thursday in office",
        ),
        ("ca. 3 Tage im Büro", 3, "3 Tage im Büro"),
        ("zwei Tage pro Woche vor Ort", 2, "zwei Tage pro Woche vor Ort"),
        ("3 jours par semaine au bureau", 3, "3 jours par semaine au bureau"),
        ("tres días a la semana en la oficina", 3, "tres días a la semana en la oficina"),
        ("tre dagar i veckan på kontoret", 3, "tre dagar i veckan på kontoret"),
        ("2 dagen per week op kantoor", 2, "2 dagen per week op kantoor"),
        ("2 von 5 Tagen Homeoffice", 3, "2 von 5 Tagen Homeoffice"),
        ("3 days a week in the office, 2 days from home", 3, "3 days a week in the office"),
        ("2 days a week from home", 3, "2 days a week from home"),
        ("deux jours de télétravail par semaine", 3, "deux jours de télétravail par semaine"),
        ("bis zu 2 Tage Homeoffice pro Woche", None, None),
        ("2 days a month in the office", None, None),
        ("24 hours each day, 7 days each week", None, None),
        ("25 days of leave", None, None),
        ("posted 3 days ago · Office Manager", None, None),
    ],
)
def test_office_days(text: str, days: int | None, words: str | None) -> None:
    """One number of days in the office a week; days at home are taken from five, a range gives none."""
    found = find_office_days(text)
    assert (found and found.value) == (days if days is None else Decimal(days))
    assert (found and text[found.span.start : found.span.end]) == words


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("US based applicants only.", ["US"]),
        ("You must reside in the UK or Germany.", ["GB", "DE"]),
        ("Engineer\nRemote, US\n\nYou build.", ["US"]),
        ("Open to candidates in Canada.", ["CA"]),
        ("Candidates must be based in France, Spain or Italy.", ["FR", "ES", "IT"]),
        ("Remote (Germany)", ["DE"]),
        ("Work from anywhere in the United States.", ["US"]),
        ("Must be a US citizen.", ["US"]),
        ("Singaporeans only.", ["SG"]),
        ("We only hire in Poland and the Czech Republic.", ["PL", "CZ"]),
        ("Wohnsitz in Österreich ist Voraussetzung.", ["AT"]),
        ("Il faut résider en Belgique.", ["BE"]),
        ("Imprescindible residir en México.", ["MX"]),
        ("You will work with clients in France and Spain.", []),
        ("Engineer\nParis, France\n\nYou build.", []),
        ("You must have the right to work in the UK.", []),
        ("You must live in the moment.", []),
        ("#LI-Remote", []),
    ],
)
def test_applicant_countries(text: str, countries: list[str]) -> None:
    """Where applicants must be, in reading order; not where the work is, nor a right to work."""
    assert [found.value for found in find_applicant_countries(text)] == countries


LEVELS: list[tuple[str, str, str | None]] = [
    ("Senior Cook", "", "senior"),
    ("Sr. Cook", "", "senior"),
    ("Junior Cook", "", "entry"),
    ("Marketing Intern", "", "intern"),
    ("Assistant Manager", "", "manager"),
    ("Finance Manager", "", "manager"),
    ("Head of Finance", "", "director"),
    ("Director of Sales", "", "director"),
    ("VP Sales", "", "executive"),
    ("Chief Financial Officer", "", "executive"),
    ("Principal Engineer", "", "lead"),
    ("Staff Software Engineer", "", "lead"),
    ("Lead Nurse", "", "lead"),
    ("Shift Supervisor", "", "lead"),
    ("Associate Engineer", "", "associate"),
    ("Associate Director", "", "director"),
    ("Graduate Engineer", "", "entry"),
    ("Teamleiter Logistik", "", "lead"),
    ("Abteilungsleiter Einkauf", "", "manager"),
    ("Praktikant Einkauf", "", "intern"),
    ("Responsable de magasin", "", "manager"),
    ("Directeur d'usine", "", "director"),
    ("Gerente de ventas", "", "manager"),
    ("Becario de finanzas", "", "intern"),
    ("Butikschef", "", "manager"),
    ("Teamledare lager", "", "lead"),
    # a job by that name, no rank
    ("Project Manager", "", None),
    ("Key Account Manager", "", None),
    ("Product Manager", "", None),
    ("Senior Product Manager", "", "senior"),
    ("Account Executive", "", None),
    ("Executive Assistant", "", None),
    ("Chief Accountant", "", None),
    ("Sales Associate", "", None),
    ("Lead Generation Specialist", "", None),
    ("Staff Nurse", "", None),
    ("Internal Auditor", "", None),
    ("Art Director", "", None),
    ("Engineer II", "", None),
    ("Scrum Master", "", None),
    # a stated level
    ("Cook", "Seniority level: Entry level", "entry"),
    ("Cook", "Seniority level\nMid-Senior level\n", "mid"),
    ("Cook", "Experience: Associate", "associate"),
    ("Cook", "Experience intern", "intern"),
    ("Cook", "Karrierestufe: Berufseinsteiger", "entry"),
    ("Shift Supervisor", "Experience level: Associate", "associate"),
    ("Senior Cook", "Seniority level: Mid-Senior level", "senior"),
    ("Cook", "This is an entry-level position.", "entry"),
    ("Cook", "Seniority level: Not Applicable", None),
    ("Cook", "Experience: 5 years in a senior role", None),
    ("Cook", "Position Title: Student Teacher", None),
    ("Cook", "You report to the senior manager and director.", None),
    ("Cook", "Five years of experience.", None),
]


@pytest.mark.parametrize(
    ("title", "text", "level"), LEVELS, ids=[f"{row[0]} / {row[1]}"[:60] for row in LEVELS]
)
def test_seniority(title: str, text: str, level: str | None) -> None:
    """From the title's words or a stated level, never from years; a manager of things is no manager."""
    page = f"{title}\nAcme\n{text}\n"
    found = find_seniority(title, page)
    assert (found and found.value) == level
    assert found is None or page[found.span.start : found.span.end].strip()


TITLES = [
    ("Contabile per la nostra filiale di Asti", "Contabile"),
    ("Kelner do naszej restauracji", "Kelner"),
    ("Data Engineer", "Data Engineer"),
    ("Data Engineer - Berlin", "Data Engineer"),
    ("Data Engineer (Remote)", "Data Engineer"),
    ("Data Engineer | Remote | Australia", "Data Engineer"),
    ("Data Engineer - San Jose, CA", "Data Engineer"),
    ("Data Engineer in Hamburg", "Data Engineer"),
    ("Remote - Data Engineer", "Data Engineer"),
    ("Data Engineer II, Detection and Response", "Data Engineer II, Detection and Response"),
    ("Analyst - Fixed Income", "Analyst - Fixed Income"),
    ("Developer (Python and C++)", "Developer (Python and C++)"),
    ("(Senior) Test Engineer (all genders)", "(Senior) Test Engineer"),
    ("Koch (m/w/d)", "Koch"),
    ("Koch m/w/d", "Koch"),
    ("Koch (w/m/x) in Vollzeit - München", "Koch"),
    ("Pflegekraft (m/w/d) in Voll- oder Teilzeit (ab 20 Std.)", "Pflegekraft"),
    ("BAKER WANTED!!", "BAKER"),
    ("Baker needed - part time", "Baker"),
    ("SE BUSCA PANADERO - media jornada - Madrid", "PANADERO"),
    ("Nurse Nights (0.6 FTE)", "Nurse Nights"),
    ("Teacher of French (KS3) – long term supply – START AFTER EASTER!", "Teacher of French (KS3)"),
    ("Freelance Illustrator", "Illustrator"),
    ("Forklift Driver - Swing Shift", "Forklift Driver"),
    ("Contract Manager", "Contract Manager"),
    ("Remote Sensing Engineer", "Remote Sensing Engineer"),
    ("Softwareentwickler:in (f/m/d) - Remote", "Softwareentwickler:in"),
    ("Chef de projet H/F", "Chef de projet"),
    ("Comptable (F/H) - CDI - Lyon", "Comptable"),
    ("Infirmier h/f", "Infirmier"),
    ("Verkoper (m/v)", "Verkoper"),
    ("CDI - Comptable H/F", "Comptable"),
    ("URGENT! Cook", "Cook"),
    ("Cook - Immediate Start", "Cook"),
    ("Cook - ASAP", "Cook"),
    ("Cook ab sofort", "Cook"),
    ("Now hiring: Cook", "Cook"),
    ("Cook (Part Time)", "Cook"),
    ("Cook - Teilzeit", "Cook"),
    ("Part-Time Cook", "Cook"),
    ("Cook - Ref: AB1234", "Cook"),
    ("Cook (JR0012345)", "Cook"),
    ("2024-17 Cook", "Cook"),
    ("Cook - £25,000 per annum", "Cook"),
    ("Cook ($18/hr)", "Cook"),
    ("Job Title: Cook", "Cook"),
    ("# Cook", "Cook"),
    ("4 x HD Cook, FIFO 2:1, urgent start!", "HD Cook"),
    ("🚀 Cook 🚀", "Cook"),
    ("Kock till restaurang", "Kock till restaurang"),
    ("Cocinero/a - Madrid", "Cocinero/a"),
    ("Analista (híbrido)", "Analista"),
    ("Remote", "Remote"),
    ("Käser_in (bis", "Käser_in"),
    ("Deckhand (Baltic", "Deckhand"),
    ('title = "Night Porter"', "Night Porter"),
    ("Job title = “Night Porter”", "Night Porter"),
    ("Seeking a Ferryman", "Ferryman"),
    ("Gesucht: Hirtin", "Hirtin"),
    ("Matrosin gesucht", "Matrosin"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES, ids=[row[0] for row in TITLES])
def test_clean_title(title: str, expected: str) -> None:
    """What names the job stays, speciality included; the rest goes, at the ends only."""
    found = clean_title(title)
    assert found.value == expected
    assert title[found.span.start : found.span.end] == expected


def test_clean_title_drops_the_posting_s_own_place_at_the_end() -> None:
    """A place that nothing parts from the title goes only where the posting names it elsewhere."""
    places = [found.value for found in read_places("Leeds, England")]
    assert clean_title("Staff Nurse Leeds", places).value == "Staff Nurse"
    assert clean_title("Staff Nurse Leeds").value == "Staff Nurse Leeds"
    assert clean_title("Staff Nurse - Acme Care", company="Acme Care").value == "Staff Nurse"
