"""Education levels across school systems, fields of study, enrolment."""

from __future__ import annotations

import pytest

from extractor.fields.education import find_education

# text, language, levels
LEVELS: list[tuple[str, str, set[str]]] = [
    # English
    ("Bachelor's degree required.", "en", {"bachelor"}),
    ("Bachelor’s or Master’s degree in Physics.", "en", {"bachelor", "master"}),
    ("BSc or MSc in Chemistry.", "en", {"bachelor", "master"}),
    ("BS/MS in Computer Science.", "en", {"bachelor", "master"}),
    ("B.A. in History or equivalent.", "en", {"bachelor"}),
    ("BA / BS degree in Business.", "en", {"bachelor"}),
    ("B.Tech or M.Tech from a good college.", "en", {"bachelor", "master"}),
    ("BSEE with five years of work.", "en", {"bachelor"}),
    ("Undergraduate degree in a numerate subject.", "en", {"bachelor"}),
    ("A university degree is a plus.", "en", {"bachelor"}),
    ("You have a degree in engineering.", "en", {"bachelor"}),
    ("Educated to degree level.", "en", {"bachelor"}),
    ("A baccalaureate degree of any recognised school.", "en", {"bachelor"}),
    ("MBA preferred.", "en", {"master"}),
    ("Masters degree in statistics.", "en", {"master"}),
    ("Master in informatics.", "en", {"master"}),
    ("An advanced degree is desirable.", "en", {"master"}),
    ("PhD in Biology or related field.", "en", {"phd"}),
    ("Ph.D. required.", "en", {"phd"}),
    ("MS or PhD in Computer Science.", "en", {"master", "phd"}),
    ("A doctorate in law.", "en", {"phd"}),
    ("Juris Doctor and bar admission.", "en", {"professional"}),
    ("JD or equivalent law degree; JD required.", "en", {"professional", "bachelor"}),
    ("PharmD and licence.", "en", {"professional"}),
    ("Associate's degree or higher.", "en", {"associate"}),
    ("Two-year college degree.", "en", {"associate"}),
    ("High school diploma or GED.", "en", {"secondary"}),
    ("Education: High School or equivalent", "en", {"secondary"}),
    ("GCSEs in Maths and English, A-levels welcome.", "en", {"secondary"}),
    ("NVQ Level 3 or City & Guilds.", "en", {"vocational"}),
    ("HND in Engineering.", "en", {"vocational"}),
    ("Vocational training as a plumber.", "en", {"vocational"}),
    ("Diploma in Nursing.", "en", {"vocational"}),
    # German
    ("Abgeschlossenes Studium der Informatik.", "de", {"bachelor"}),
    ("Bachelor oder Master in BWL.", "de", {"bachelor", "master"}),
    ("Hochschulabschluss erforderlich.", "de", {"bachelor"}),
    ("Diplom oder Master im Maschinenbau.", "de", {"master"}),
    ("Abgeschlossene Berufsausbildung als Koch.", "de", {"vocational"}),
    ("Abgeschlossene kaufmännische Ausbildung.", "de", {"vocational"}),
    ("Studium oder vergleichbare Ausbildung.", "de", {"bachelor", "vocational"}),
    ("Abitur oder Fachhochschulreife.", "de", {"secondary"}),
    ("Zweites juristisches Staatsexamen.", "de", {"professional"}),
    ("Eine abgeschlossene Promotion in Chemie.", "de", {"phd"}),
    # French
    ("De formation Bac+2 minimum.", "fr", {"vocational"}),
    ("Titulaire d'un BTS ou d'un DUT.", "fr", {"vocational"}),
    ("Licence ou Bac +3 en gestion.", "fr", {"bachelor"}),
    ("Diplômé d'un Bac+5 ou d'une école d'ingénieur.", "fr", {"master"}),
    ("Master 2 en droit.", "fr", {"master"}),
    ("Titulaire d'un CAP, d'un BEP.", "fr", {"vocational"}),
    ("Niveau bac.", "fr", {"secondary"}),
    ("Doctorat en biologie.", "fr", {"phd"}),
    # Spanish, Portuguese, Italian
    ("Licenciatura en economía.", "es", {"bachelor"}),
    ("Grado en Derecho o similar.", "es", {"bachelor"}),
    ("Título universitario y máster.", "es", {"bachelor", "master"}),
    ("Formación profesional de grado superior.", "es", {"vocational"}),
    ("Bachillerato completo.", "es", {"secondary"}),
    ("Ensino superior completo em Administração.", "pt", {"bachelor"}),
    ("Ensino médio completo.", "pt", {"secondary"}),
    ("Mestrado em Física.", "pt", {"master"}),
    ("Laurea magistrale in ingegneria.", "it", {"master"}),
    ("Laurea triennale in economia.", "it", {"bachelor"}),
    # Nordic, Dutch, Polish
    ("Högskoleutbildning inom ekonomi.", "sv", {"bachelor"}),
    ("Du har en civilingenjörsexamen.", "sv", {"master"}),
    ("Gymnasieexamen är ett krav.", "sv", {"secondary"}),
    ("Yrkeshögskola inom el.", "sv", {"vocational"}),
    ("Du har genomgått bagarutbildning.", "sv", {"vocational"}),
    ("Fagbrev som elektriker.", "no", {"vocational"}),
    ("Du har en kandidatgrad.", "da", {"master"}),
    ("HBO werk- en denkniveau.", "nl", {"bachelor"}),
    ("MBO-niveau 4.", "nl", {"vocational"}),
    ("Wykształcenie wyższe.", "pl", {"bachelor"}),
    ("Hbo/wo werk- en denkniveau.", "nl", {"bachelor", "master"}),
    ("Een academische opleiding in de rechten.", "nl", {"master"}),
    ("Je bezit een diploma lassen.", "nl", set()),
    ("Du kan ha barnvårdarutbildning.", "sv", {"vocational"}),
    ("Du är udlært maler.", "da", {"vocational"}),
    ("Sykepleierutdanning kreves.", "no", {"bachelor"}),
    ("Du har høyskole-/universitetsutdanning.", "no", {"bachelor"}),
    ("Generell studiekompetanse.", "no", {"secondary"}),
    ("Wykształcenie min. średnie.", "pl", {"secondary"}),
    ("Wykształcenie zawodowe lub średnie techniczne.", "pl", {"vocational"}),
    ("Kierunkowe wykształcenie wyższe.", "pl", {"bachelor"}),
    # Romance languages besides French and Spanish
    ("Diploma o laurea.", "it", {"secondary", "bachelor"}),
    ("Diploma di perito meccanico.", "it", {"vocational"}),
    ("Cerchiamo una persona diplomata.", "it", {"secondary"}),
    ("2º grau completo.", "pt", {"secondary"}),
    ("Curso técnico ou formação superior.", "pt", {"vocational", "bachelor"}),
    ("Ter pós-graduação em gestão.", "pt", {"master"}),
    # others
    ("Abgeschlossene Schulausbildung.", "de", {"secondary"}),
    ("Die Eignung wird durch Promotion belegt.", "de", {"phd"}),
    ("Středoškolské vzdělání nebo výuční list.", "cs", {"secondary", "vocational"}),
    ("Felsőfokú végzettség.", "hu", {"bachelor"}),
    ("Studii medii sau studii superioare.", "ro", {"secondary", "bachelor"}),
    ("Ön lisans mezunu.", "tr", set()),
    # words of the same sound
    ("Offre suivie par Cap emploi à Lille.", "fr", set()),
    ("Senza laurea.", "it", set()),
    ("Proficient in MS Office, MS Excel and MS Project.", "en", set()),
    ("Certified Scrum Master with master data skills.", "en", set()),
    ("Sales Associate in Boston, MA 02110.", "en", set()),
    ("You master new tools quickly and keep the master schedule.", "en", set()),
    ("You act with a high degree of confidentiality.", "en", set()),
    ("We reimburse tuition for a master's degree.", "en", set()),
    ("You fine-tune LLMs.", "en", set()),
    ("The group has three postdocs and four PhD students.", "en", set()),
    ("You teach maths, teaching Mathematics to GCSE.", "en", set()),
    ("No degree required.", "en", set()),
    ("A degree is not required.", "en", set()),
    ("Our founder holds a PhD from MIT.", "en", set()),
    ("You teach at a secondary school.", "en", set()),
    ("We are hiring a Dean for our University.", "en", set()),
    ("You hold a driving licence.", "en", set()),
    ("Das Ausbildungsniveau ist hoch, aber wir bieten Weiterbildung.", "de", set()),
    ("Vous avez le permis B, mais pas de licence de taxi.", "fr", set()),
]


@pytest.mark.parametrize(("text", "language", "expected"), LEVELS, ids=[row[0][:45] for row in LEVELS])
def test_levels(text: str, language: str, expected: set[str]) -> None:
    """Every level that is named counts; look-alikes and other people's degrees do not."""
    assert {found.value for found in find_education(text, language=language).levels} == expected


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "Bachelor's or Master's in Computer Science, Engineering or a related field",
            ["Computer Science", "Engineering"],
        ),
        ("Bachelor’s degree in Physics, Chemistry or, a related field", ["Physics", "Chemistry"]),
        ("Degree in a related discipline such as Law, Politics or History.", ["Law", "Politics", "History"]),
        (
            "Master in mathematics / physics / statistics, or similar",
            ["mathematics", "physics", "statistics"],
        ),
        ("BS/MS in CS/EE.", ["CS", "EE"]),
        ("A BSEE with 5 years", ["EE"]),
        ("An IT degree or much experience", ["IT"]),
        (
            "Bachelor's degree in Civil or other Engineering subject, any school",
            ["Civil", "Engineering"],
        ),
        ("Education in Accounting is a must", ["Accounting"]),
        ("PhD degree in statistics with an emphasis on vision", ["statistics"]),
        (
            "A master's degree from a recognised university in history, law or a related field",
            ["history", "law"],
        ),
        ("Field of study: Nursing", ["Nursing"]),
        ("A master's degree in statistics may substitute for experience.", ["statistics"]),
        ("24 semester hours of mathematics and statistics", ["mathematics", "statistics"]),
        ("Titulaire d'un CAP Boulangerie", ["Boulangerie"]),
        ("Bachelor's degree and two winters on site", []),
        ("Bachelor's degree or equivalent experience", []),
        ("Bachelor's degree in a related field", []),
        ("Bachelor's degree in progress", []),
        ("Bachelor of Science required", []),
        ("Abgeschlossenes Studium in Chemie, Physik oder ähnliche Ausbildung", ["Chemie", "Physik"]),
        ("Studium der Informatik oder eines vergleichbaren Fachs", ["Informatik"]),
        ("Ausbildung im Bereich Web-/Mediendesign", ["Web-/Mediendesign"]),
        ("Master 2 en droit des affaires", ["droit des affaires"]),
        (
            "Licenciatura en biología marina/ química o carrera afín",
            ["biología marina", "química"],
        ),
        ("Högskoleexamen inom ekonomi eller juridik", ["ekonomi", "juridik"]),
        ("Laurea in economia o giurisprudenza", ["economia", "giurisprudenza"]),
        (
            "You are studying Marketing, Business, or IT/Computer Science.",
            ["Marketing", "Business", "IT", "Computer Science"],
        ),
    ],
)
def test_fields(text: str, fields: list[str]) -> None:
    """One piece a field, as written, in order; 'related field' and experience are none."""
    found = find_education(text).fields
    assert [f.value for f in found] == fields
    assert all(text[f.span.start : f.span.end] == f.value for f in found)


@pytest.mark.parametrize(
    ("text", "language", "fields"),
    [
        ("Diploma in de richting van chemie, biologie of een vergelijkbare studie.", "nl", []),
        ("Hbo-diploma in de richting van chemie, biologie of een vergelijkbare studie.", "nl", ["chemie", "biologie"]),
        ("Hbo in geschiedenis en archeologie, of soortgelijk", "nl", ["geschiedenis", "archeologie"]),
        ("MBO 4 of HBO afgerond.", "nl", []),
        ("Mbo werk- en denkniveau elektrotechniek", "nl", ["elektrotechniek"]),
        ("Laurea (preferibilmente triennale) in ambito giuridico.", "it", ["giuridico"]),
        ("Laurea in fisica, chimica o affini", "it", ["fisica", "chimica"]),
        ("Ensino superior completo em Direito, História ou áreas afins.", "pt", ["Direito", "História"]),
        ("Wykształcenie wyższe techniczne w zakresie mechaniki lub pokrewne", "pl", ["mechaniki"]),
        ("Universitetsutdanning innenfor biologi, kjemi og fysikk.", "no", ["biologi", "kjemi", "fysikk"]),
        ("Kandidatgrad inden for jura eller lignende.", "da", ["jura"]),
        ("Slutförd kockutbildning.\n\nInom avdelningen finns tio kök", "sv", []),
        ("Du studierst Physik oder Chemie, mindestens im dritten Semester.", "de", ["Physik", "Chemie"]),
        ("Im Rahmen deines Studiums der Biologie oder des Bauwesens", "de", ["Biologie", "Bauwesens"]),
        ("Abgeschlossenes technisches Studium (Physik, Chemie o. ä.)", "de", ["Physik", "Chemie"]),
        ("Ein abgeschlossenes Studium Jura/Medizin mit Praxis", "de", ["Jura", "Medizin"]),
        ("Licenciatura en historia, letras o ramas afines.", "es", ["historia", "letras"]),
    ],
)  # fmt: skip
def test_fields_by_language(text: str, language: str, fields: list[str]) -> None:
    """Prepositions, "and" and "similar" are those of the posting's language; Dutch "of" is "or"."""
    assert [f.value for f in find_education(text, language=language).fields] == fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Im Rahmen deines derzeitigen Studiums.", True),
        ("Currently pursuing a PhD in Physics.", True),
        ("You must be enrolled in a degree program.", True),
        ("Matriculation at a recognised college.", True),
        ("Working toward a master's degree.", True),
        ("You return to university after the internship.", True),
        ("Open to penultimate-year students.", True),
        ("Du bist immatrikuliert.", True),
        ("Eingeschriebene Studierende gesucht.", True),
        ("Vous préparez un master en alternance.", True),
        ("Estudiante de ingeniería.", True),
        ("Du studerar på universitet: du studerar ekonomi.", True),
        ("You are studying or recently graduated.", None),
        ("A last-year student or young graduate.", None),
        ("You teach graduate students.", None),
        ("You are enrolled in our benefits plan.", None),
        ("Bachelor's degree.", None),
        ("Holds or is about to obtain a PhD.", None),
    ],
)
def test_enrolled(text: str, expected: bool | None) -> None:
    """True where applicants must be studying now; silent where graduates may apply too."""
    found = find_education(text).enrolled
    assert (found and found.value) == expected


def test_spans_cover_the_words_of_a_level() -> None:
    """A level's span names the degree."""
    text = "• Bachelor’s degree in Law"
    (level,) = find_education(text).levels
    assert text[level.span.start : level.span.end] == "Bachelor’s degree"
