"""Skills: what is found, what is not, what kind it is, and how glued runs are split."""

from __future__ import annotations

import time

import pytest

from extractor.fields.skill_lexicon import lexicon
from extractor.fields.skills import (
    canonical,
    find_candidates,
    find_skills,
    is_glued,
    kind_of,
    split_glued,
)


def names(text: str, language: str | None = None) -> list[str]:
    return [skill.value for skill in find_skills(text, language=language)]


def items(text: str) -> list[str]:
    return [item.value for item in split_glued(text)]


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Experience with Python, Django and PostgreSQL.", ["Python", "Django", "PostgreSQL"]),
        (
            "BLS and CPR certified; wound care and phlebotomy.",
            ["BLS", "CPR certified", "wound care", "phlebotomy"],
        ),
        ("You hold a forklift licence and know HACCP.", ["forklift licence", "HACCP"]),
        ("Erfahrung mit CNC-Fräsen und SPS-Programmierung", ["CNC-Fräsen", "SPS-Programmierung"]),
        ("Der Führerschein Klasse B ist erforderlich", ["Führerschein Klasse B"]),
        ("Maîtrise du pack Office et du CACES 3", ["pack Office", "CACES 3"]),
        ("Conocimientos de facturación electrónica y nóminas, carnet de conducir", None),
        ("B-körkort och erfarenhet av svetsning och felsökning", ["B-körkort", "svetsning", "felsökning"]),
        ("Bookkeeping, month-end close and QuickBooks.", ["Bookkeeping", "month-end close", "QuickBooks"]),
    ],
)
def test_known_skills_of_any_trade_are_found_as_written(text: str, expected: list[str] | None) -> None:
    """The lexicon's skills are found in five languages, in reading order and in the text's own writing."""
    found = names(text)
    assert found == expected if expected else {"nóminas", "carnet de conducir"} <= set(found)


def test_spans_are_where_the_names_stand() -> None:
    """`text[start:end]` is the name."""
    text = "Kenntnisse in SAP und sehr gute Englischkenntnisse; Teamfähigkeit."
    found = find_skills(text)
    assert [text[skill.span.start : skill.span.end] for skill in found] == [skill.value for skill in found]
    assert len(found) == 3


def test_each_skill_is_found_once() -> None:
    """The first writing of a skill is kept, later ones are left out."""
    assert names("Large Language Models (LLMs), Python, LLMs and python") == [
        "Large Language Models (LLMs)",
        "Python",
    ]


def test_the_longest_known_name_wins() -> None:
    """ "Ruby on Rails" is not also "Ruby"."""
    assert names("Ruby on Rails, Google Cloud Platform") == ["Ruby on Rails", "Google Cloud Platform"]


@pytest.mark.parametrize("name", ["C++", "C#", ".NET", "Node.js", "CI/CD", "TCP/IP", "A/B testing"])
def test_symbols_belong_to_names(name: str) -> None:
    """What distinguishes C++, C# and .NET is kept."""
    assert names(f"Knowledge of {name}.") == [name]


@pytest.mark.parametrize(
    "name", ["ISO 9001", "EN ISO 3834-2", "IEC 60601-1-2", "DIN 4109", "21 CFR Part 820"]
)
def test_numbers_of_standards_are_skills(name: str) -> None:
    """A standard need not be in the lexicon."""
    assert names(f"Testing to {name} in the laboratory.") == [name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You go to market in spring.", []),
        ("Languages: Python, Go, Rust, R and C", ["Python", "Go", "Rust", "R", "C"]),
        ("We excel at the word of mouth and have access to a spark of genius.", []),
        ("Excel, Word and Access", ["Excel", "Word", "Access"]),
        ("A safe pair of hands; a lean team reacts with less.", []),
        ("3+ years of Swift or Kotlin", ["Swift", "Kotlin"]),
    ],
)
def test_names_that_are_ordinary_words_need_support(text: str, found: list[str]) -> None:
    """ "Go" or "Access" counts in its own case, and beside other skills or after an introduction only."""
    assert names(text) == found


def test_unknown_names_of_an_introduced_list_are_found() -> None:
    """After "experience with" the short items of the list are skills, cut where the clause goes on."""
    found = names(
        "Strong experience with Zorvex platforms, quasar welding jigs and Blorptool in a busy yard."
    )
    assert {"quasar welding jigs", "Blorptool"} <= set(found)


def test_unknown_names_between_known_ones_need_a_name_s_shape() -> None:
    """Beside known skills a word with inner capitals or digits is a skill, an ordinary word is not."""
    found = names("We use Docker, FrobKit2, patience and Kubernetes.")
    assert "FrobKit2" in found
    assert "genius" not in names("We use Docker, genius and Kubernetes.")


def test_items_under_a_skills_heading_are_found() -> None:
    """Lines under "Skills" are items even where the lexicon lacks them."""
    assert names("Key skills\nthatching\nlime plaster\nAbout us\nWe love thatching tales") == [
        "thatching",
        "lime plaster",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bachelor's degree in Computer Science, Mathematics or Statistics",
        "We are an equal opportunity employer, regardless of age, disability or communication needs.",
        "Benefits\nDental insurance and coaching\nMassage and yoga",
        "Our SALES TEAM IN THE NORTH OF THE COUNTRY IS THE BEST IN TOWN",
        "flexible hours and a friendly environment",
        "https://www.github.com/docker and jobs@python.example",
        "non-technical and non-nursing staff",
        "Please send your application in English.",
    ],
)
def test_what_is_no_skill_is_not_found(text: str) -> None:
    """Fields of study, legal text, gifts, addresses, and things that are flexible, are not skills."""
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You are reliable, flexible and friendly.", ["reliable", "flexible", "friendly"]),
        ("Strong analytical and problem-solving skills", ["analytical", "problem-solving skills"]),
        ("Du arbeitest selbstständig und bist teamfähig.", ["teamfähig"]),
        ("Vous êtes rigoureux et autonome.", ["rigoureux", "autonome"]),
        (
            "Buscamos una persona organizada, proactiva y responsable.",
            ["organizada", "proactiva", "responsable"],
        ),
        (
            "Du är noggrann, flexibel och har god samarbetsförmåga.",
            ["noggrann", "flexibel", "samarbetsförmåga"],
        ),
    ],
)
def test_soft_skills_are_found_where_said_of_a_person(text: str, found: list[str]) -> None:
    """An adjective counts where it describes the applicant."""
    assert names(text) == found


def test_the_language_can_be_given() -> None:
    """A word of one language is no skill in another: "social" is a trait in Swedish only."""
    assert names("Du är social.", "sv") == ["social"]
    assert names("Du är social.", "en") == []


def test_candidates_tell_source_and_sureness() -> None:
    """Every find says where it comes from; the unsure ones are kept apart."""
    found = find_candidates("Experience with Python and flux capacitors. We sell sales.")
    assert [(c.name, c.source, c.sure) for c in found] == [
        ("Python", "lexicon", True),
        ("flux capacitors", "pattern", True),
        ("sales", "lexicon", False),
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "…—•", "İstanbul'da Python ve SQL deneyimi", "x" * 20_000, "a," * 5000]
)
def test_any_text_can_be_searched(text: str) -> None:
    """Empty, odd and long texts raise nothing and keep their offsets."""
    for skill in find_skills(text):
        assert text[skill.span.start : skill.span.end] == skill.value


# --- kinds and names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Python", "wound care", "English", "Führerschein", "CACES", "HACCP", "frob welding"]
)
def test_tools_trades_licences_and_languages_are_hard(name: str) -> None:
    """Human languages and licences are hard skills; so is what nothing marks as soft."""
    assert kind_of(name) == "hard"


TRAITS = """communication skills; excellent communication; self-starting attitude; eye for detail
Teamfähigkeit; esprit d'équipe; trabajo en equipo; noggrann"""
WHOLE = """PyTorch; NumPy; JavaScript; GitHub; PowerPoint; McDonald's; iOS; MacBook; TensorFlow; LaTeX; QIIME2
GraphQL; eCommerce; PhD; iPhone; OpenText; kundtjänstarbete; Kommunikationsfähigkeit
We use PagerDuty and BlueJeans; Experience with JavaScript, TypeScript and MongoDB"""


def listed(names: str) -> list[str]:
    return [name.strip() for line in names.splitlines() for name in line.split(";")]


@pytest.mark.parametrize("name", listed(TRAITS))
def test_traits_are_soft(name: str) -> None:
    """Known traits in five languages, and unknown names made of their words."""
    assert kind_of(name) == "soft"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Python", "Python (programming language)"),
        ("LLMs", "Large Language Models (LLMs)"),
        ("LLMs", "Large Language Models"),
        ("JS", "JavaScript"),
        ("communication", "communication skills"),
        ("CI/CD", "ci / cd"),
        ("Kubernetes", "K8s"),
        ("strong Excel skills", "Excel"),
        ("Englischkenntnisse", "Englisch"),
        ("widget presses", "Widget press"),
    ],
)
def test_ways_to_write_one_skill_are_equal(one: str, other: str) -> None:
    """Synonyms, abbreviations, number and case do not make another skill."""
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("C", "C++"), ("C#", "C"), ("Java", "JavaScript"), ("MIG welding", "TIG welding"), ("R", "Go")],
)
def test_different_skills_stay_different(one: str, other: str) -> None:
    """What only looks alike is not merged."""
    assert canonical(one) != canonical(other)


# --- glued runs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("PandasNumPyScikit-learnSpark", ["Pandas", "NumPy", "Scikit-learn", "Spark"]),
        (
            "Deep understanding of computer scienceProgramming experienceMachine learning experience",
            [
                "Deep understanding of computer science",
                "Programming experience",
                "Machine learning experience",
            ],
        ),
        (
            "communicationcollaborativeproblem-solvinglearning agilityindependent thinking",
            ["communication", "collaborative", "problem-solving", "learning agility", "independent thinking"],
        ),
        ("ExcelPowerPointWord", ["Excel", "PowerPoint", "Word"]),
        ("PythonSQLJava", ["Python", "SQL", "Java"]),
        ("C++JavaNode.jsReact", ["C++", "Java", "Node.js", "React"]),
        ("TeamfähigkeitZuverlässigkeitBelastbarkeit", ["Teamfähigkeit", "Zuverlässigkeit", "Belastbarkeit"]),
        ("Lifts are safe.Floors are clean", ["Lifts are safe.", "Floors are clean"]),
    ],
)
def test_glued_items_are_split(run: str, expected: list[str]) -> None:
    """A run falls into its items at capitals, and between known words where there are none."""
    assert is_glued(run)
    assert items(run) == expected


@pytest.mark.parametrize("name", listed(WHOLE))
def test_names_with_inner_capitals_stay_whole(name: str) -> None:
    """CamelCase names, known or not, and compounds are not runs."""
    assert not is_glued(name)
    assert items(name) == [name]


def test_split_items_stand_where_they_stood() -> None:
    """Spans refer to the whole text, line by line."""
    text = "  Scala\nPandasSpark \n\nWord"
    found = split_glued(text)
    assert [(f.value, text[f.span.start : f.span.end]) for f in found] == [
        (v, v) for v in ("Scala", "Pandas", "Spark", "Word")
    ]


def test_skills_in_a_glued_run_are_found() -> None:
    """Searching sees the words of a run apart."""
    assert names("Familiarity with PythonScalaSparkPandasNumPy") == [
        "Python",
        "Scala",
        "Spark",
        "Pandas",
        "NumPy",
    ]


# --- data and speed -------------------------------------------------------------------------------


def test_data_files_have_known_rules_and_languages_only() -> None:
    """Every entry is written with the rules that the data files' first lines explain."""
    entries = [entry for listed in lexicon().entries.values() for entry in listed]
    assert {rule for entry in entries for rule in entry.rule} <= set("C?al=")
    assert {entry.language for entry in entries} <= {"", "en", "de", "fr", "es", "sv"}
    assert len(entries) > 5000


def test_a_long_posting_is_searched_in_milliseconds() -> None:
    """5 kB take a few milliseconds; the bound is loose, for busy machines."""
    text = "Experience with Python, wound care and stock control; you are reliable and know HACCP.\n" * 58
    find_skills(text)
    began = time.process_time()
    find_skills(text)
    assert time.process_time() - began < 0.1
