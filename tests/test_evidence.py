"""Evidence: a quote is found where it stands, never inside another word and never as another number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.document import read_document
from extractor.evidence import find_quote, to_evidence, verify
from extractor.evidence.folding import fold
from extractor.records import Span
from extractor.schema import Company, Evidence, Extraction, JobPosting, Skill, Warning

PROSE = (
    "We use JavaScript and React, also C++, C# and Objective-C; .NET or Node.js in R&D.\n"
    "Pay is 40,000 - 50 000 € or 45k at 38h/week from 9:30, 3+ years of Java (must).\n"
    "Visa sponsorship is not available for this role. Unpaid internship for students of economics.\n"
    "Minimum 3 years of professional experience with Ruby development in agile teams"
)
GLUED = (
    "PandasNumPyScikit-learnPySparkSQLJavaScriptPythonGoMachine LearningDeep Learning\n"
    "communicationcollaborativeproblem-solvinglearning agilityindependent thinking\n"
    "Attention to detailExcellent communication skillsAbility to travel\n"
    "Berlin, DEPosted 3 May"
)


def found_in(text: str, quote: str) -> tuple[str, str] | None:
    place = find_quote(text, quote)
    return place and (text[place[0].start : place[0].end], place[1])


@pytest.mark.parametrize(
    "quote",
    ["JavaScript", "React", "C++", "C#", "Objective-C", ".NET", "Node.js", "R&D", "40,000", "50 000 €", "45k",
     "38h", "38", "9:30", "3", "3+", "Java", "(must)", "week", "  Pay is "],
)  # fmt: skip
def test_whole_words_are_found_exactly(quote: str) -> None:
    """Words and numbers with their signs, and a number before its unit."""
    assert found_in(PROSE, quote) == (quote.strip(), "exact")


@pytest.mark.parametrize(
    "quote",
    ["Script", "R", "D", "C+", "NET", "Node", "js", "40", "000", "40,0", "50", "45", "9", "30", "0",
     "eact", "Jav", "Go", "we use Rust", "", "  "],
)  # fmt: skip
def test_parts_of_words_and_numbers_are_not_found(quote: str) -> None:
    """'Node' is not 'Node.js', 40 not 40,000, and nothing is nowhere."""
    assert find_quote(PROSE, quote) is None


def test_a_year_before_a_number_is_whole() -> None:
    """Thousands are grouped after one to three digits, so a year ends where it ends."""
    assert found_in("In March 2026 120 people joined", "March 2026") == ("March 2026", "exact")
    assert find_quote("40 000", "40") is None


def test_a_skill_inside_another_is_passed_over() -> None:
    """Of all the places where the letters stand, the one that is a word is taken."""
    place = find_quote(PROSE, "Java")
    assert place is not None
    assert place[0].start == PROSE.index("Java (must)")


@pytest.mark.parametrize(
    ("text", "quote", "stands"),
    [
        (PROSE, "JAVA", "Java"),
        (PROSE, '"3+ years of  Java (must)."', "3+ years of Java (must"),
        (PROSE, "• Pay is 40,000 – 50 000 €", "Pay is 40,000 - 50 000 €"),
        ("problem solving and on-site work", "problem-solving", "problem solving"),
        ("We’re “open” — all day", 'We\'re "open" - all day', "We’re “open” — all day"),
        ("a **bold** move", "bold move", "bold** move"),
        ("İstanbul’da ofisimiz, große Straße", "istanbul'da", "İstanbul’da"),
        ("große STRASSE", "Straße", "STRASSE"),
        ("ofﬁce cafe\u0301 Mu\u0308nchen", "office Café munchen", "ofﬁce cafe\u0301 Mu\u0308nchen"),
        ("first line\n  second line", "First line second line", "first line\n  second line"),
        ("👩‍💻 role: Data\u00a0Scientist 🚀", "data scientist", "Data\u00a0Scientist"),
    ],
)
def test_a_copy_may_differ_in_looks(text: str, quote: str, stands: str) -> None:
    """Case, accents, dashes, quotation marks, spaces and marks at the ends do not count."""
    assert found_in(text, quote) == (stands, "normalised")


@pytest.mark.parametrize(
    "quote",
    ["Pandas", "NumPy", "Scikit-learn", "PySpark", "SQL", "JavaScript", "Python", "Go", "Machine Learning",
     "communication", "collaborative", "problem-solving", "learning agility", "independent thinking",
     "Excellent communication skills", "Berlin, DE"],
)  # fmt: skip
def test_items_of_glued_lists_are_found(quote: str) -> None:
    """Where separators are lost, a change of case ends an item; in a long run of letters, a word does."""
    place = find_quote(GLUED, quote)
    assert place is not None
    assert (GLUED[place[0].start : place[0].end], place[1]) == (quote, "exact")


@pytest.mark.parametrize("quote", ["Java", "Script", "Spark", "Py", "agility"])
def test_glued_lists_keep_names_with_capitals_whole(quote: str) -> None:
    """'JavaScript' is one item, and a short piece of small letters none."""
    assert find_quote(GLUED, quote) is None


@pytest.mark.parametrize(
    ("text", "quote"), [("使用Java开发经验三年", "Java"), ("서울에서 근무합니다", "서울")]
)
def test_scripts_without_spaces_have_boundaries_everywhere(text: str, quote: str) -> None:
    """Chinese writes without spaces, Korean binds particles to words."""
    assert found_in(text, quote) == (quote, "exact")


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("Minimum 3 years profesional experience with Ruby developement in agile teams",
         "Minimum 3 years of professional experience with Ruby development in agile teams"),
        ("Unpaid internship for student of economics", "Unpaid internship for students of economics"),
        ("visa sponsorship is not availabe", "Visa sponsorship is not available"),
    ],
)  # fmt: skip
def test_slips_of_the_copyist_are_forgiven(quote: str, stands: str) -> None:
    """A letter or an article less, and the place is still found: whole words of it."""
    assert found_in(PROSE, quote) == (stands, "fuzzy")


@pytest.mark.parametrize(
    "quote",
    [
        "Minimum 4 years of professional experience with Ruby development in agile teams",
        "Minimum 3 years of professional experience with Java development in agile teams",
        "Minimum 3 years of professional experience with Ruby development in large agile teams",
        "Visa sponsorship is available for this role",
        "Paid internship for students of economics",
        "Pay is 40,000 - 60 000 €",
        "Pay is 40,000 - 50 000 £",
        "internship",
    ],
)
def test_what_says_something_else_is_not_similar(quote: str) -> None:
    """Another number, currency, skill or a lost 'not' is another statement, however alike it looks."""
    place = find_quote(
        PROSE.replace("internship", "apprenticeship") if quote == "internship" else PROSE, quote
    )
    assert place is None


def test_the_nearest_of_several_places_is_taken() -> None:
    """Without a hint the first; with one, the closest; with limits, only inside them."""
    text = "Python here, Python there, Python everywhere"
    starts = [match.start() for match in re.finditer("Python", text)]

    def start_of(**where: int | Span) -> int | None:
        place = find_quote(text, "python", **where)  # type: ignore[arg-type]
        return place and place[0].start

    assert start_of() == starts[0]
    assert start_of(near=starts[1] + 3) == starts[1]
    assert start_of(within=Span(starts[1] + 1, len(text))) == starts[2]
    assert start_of(within=Span(1, starts[1] + 5)) is None


def test_evidence_points_into_the_source() -> None:
    """Offsets count code points of what was given, past emoji, entities and tags; the quote is the slice."""
    source = (
        "<p>🚀 We pay&nbsp;<b>well</b></p><ul><li>Caf&eacute; &amp; caf&#233; ﬁrst</li></ul><p>Apply now</p>"
    )
    document = read_document(source)
    for quote, stands in {
        "Café & café first": "Caf&eacute; &amp; caf&#233; ﬁrst",
        "we pay well": "We pay&nbsp;<b>well",
        "🚀": "🚀",
    }.items():
        place = find_quote(document, quote)
        assert place is not None
        evidence = to_evidence(document, *place)
        assert evidence.quote == source[evidence.start : evidence.end] == stands


def test_evidence_leaves_out_marks_of_the_layout() -> None:
    """List marks and line breaks around a span are not in the source; a span of them alone is refused."""
    document = read_document("<p>We look for an engineer</p><ul><li>alpha</li></ul>")
    start = document.text.index("\n\n- alpha")
    assert to_evidence(document, Span(start, len(document.text)), "exact").quote == "alpha"
    with pytest.raises(ValueError, match="nothing of the source"):
        to_evidence(document, Span(start, start + 3), "exact")


TEXT = "Acme seeks an Engineer who knows Python"


def extraction(**evidence: Evidence) -> Extraction:
    posting = JobPosting(title="Engineer", company=Company(name="Acme"), skills=[Skill(name="Python")])
    pointers = {"title": "/title", "company": "/company/name", "skill": "/skills/0"}
    return Extraction(id="x", posting=posting, evidence={pointers[key]: [at] for key, at in evidence.items()})


def at(quote: str, shift: int = 0) -> Evidence:
    start = TEXT.index(quote)
    return Evidence(start=start + shift, end=start + shift + len(quote), quote=quote, match="exact")


def test_proven_extractions_have_no_problems() -> None:
    """Every leaf has a quote that is the text at its place; evidence of an object covers its leaves."""
    proven = extraction(title=at("Engineer"), company=at("Acme"), skill=at("Python"))
    assert verify(proven, TEXT) == []


def test_wrong_offsets_and_unsupported_leaves_are_named() -> None:
    """Each problem names its pointer: a shifted quote, a value without evidence."""
    problems = verify(extraction(title=at("Engineer", shift=1), company=at("Acme")), TEXT)
    assert [problem.split(":")[0] for problem in problems] == ["/title", "/skills/0/name"]


def test_a_warning_answers_for_a_value_without_evidence() -> None:
    """The contract: a value with no place in the text is never returned silently."""
    doubtful = extraction(title=at("Engineer"), company=at("Acme"))
    doubtful.warnings.append(Warning(pointer="/skills/0", code="inferred", message="read from the layout"))
    assert verify(doubtful, TEXT) == []


def test_evidence_without_a_value_is_named() -> None:
    """A pointer that leads nowhere in the posting is a mistake too."""
    stray = extraction(title=at("Engineer"), company=at("Acme"), skill=at("Python"))
    stray.evidence["/summary"] = [at("seeks")]
    assert verify(stray, TEXT) == ["/summary: evidence for a value that is not in the posting"]


LETTERS = st.text(st.one_of(st.sampled_from("abcßéİﬁ ’-–\n😀1"), st.characters(codec="utf-8")), max_size=60)


@settings(deadline=None, max_examples=150)
@given(LETTERS, st.data())
def test_any_words_of_a_text_are_found_in_it(text: str, data: st.DataObject) -> None:
    """What was copied word for word is found, and what is found folds to the same."""
    text = f"start {text} end"
    words = [match.span() for match in re.finditer(r"\S+", text)]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quote = text[words[first][0] : words[last][1]]
    place = find_quote(text, quote)
    assert place is not None
    assert text[place[0].start : place[0].end] == quote


@settings(deadline=None, max_examples=150)
@given(LETTERS)
def test_folding_twice_changes_nothing(text: str) -> None:
    """The fold of a quote and that of the text agree, however often they are folded."""
    once = fold(text).text
    assert fold(once).text == once
