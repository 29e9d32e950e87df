"""The small model sees little and writes little; code reads the rest."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.errors import CutOff
from extractor.evidence import verify
from extractor.strategies.assisted import HEAD_CHARS, SHOWN_CHARS
from tests.strategies.asking import POSTING, ask, asked, posting_of, warned

RIGHT: dict[str, Any] = {
    "kind": "job",
    "title": "Night Baker",
    "company": "Crumb & Sons",
    "locations": ["Ulm, Germany"],
}
FILLER = "\n".join(f"Paragraph {n} tells how the mill was built, burnt and built again." for n in range(300))
LATE = "You will work at our bakery in Ulm, a stone's throw from the minster."


def test_one_short_call_makes_a_whole_record() -> None:
    """The model writes three quotes; lists, pay and terms are read by code."""
    extraction, model = ask("assisted", RIGHT)
    posting = posting_of(extraction)
    assert len(model.requests) == 1
    assert len(posting["responsibilities"]) == 3
    assert posting["preferred_qualifications"] == ["A driving licence is a plus"]
    assert posting["benefits"] == ["30 days of holiday"]
    assert (posting["compensation"][0]["min"], posting["compensation"][0]["currency"]) == (18.5, "EUR")
    assert verify(extraction, POSTING) == []


def test_a_long_posting_is_shown_by_its_head_and_by_what_names_places() -> None:
    """However long it is, the model reads a page or less of it."""
    _, model = ask("assisted", RIGHT, text=f"{POSTING}\n{FILLER}\n{LATE}\n")
    assert asked(model).count("Night Baker") == 1
    assert LATE in asked(model)
    assert "Paragraph 200" not in asked(model)
    assert len(asked(model)) < SHOWN_CHARS + 500


def test_what_is_not_shown_is_still_read_by_code() -> None:
    """Pay at the end of a long text counts."""
    text = POSTING.replace("Pay: 18.50 EUR per hour\n", f"\n{FILLER}\nPay: 18.50 EUR per hour\n")
    extraction, model = ask("assisted", RIGHT, text=text)
    assert text.index("Pay:") > HEAD_CHARS
    assert "18.50" not in asked(model)
    assert [pay["min"] for pay in posting_of(extraction)["compensation"]] == [18.5]


def test_headings_and_pieces_are_shown_without_marks() -> None:
    """One line a piece, as it stands there."""
    _, model = ask("assisted", RIGHT)
    assert "\nYour tasks\nKnead and shape" in asked(model)


def test_a_page_full_of_duties_is_a_posting_whatever_the_model_calls_it() -> None:
    """A small model takes some postings for news; their lists say otherwise."""
    extraction, _ = ask("assisted", RIGHT | {"kind": "news"})
    assert posting_of(extraction)["title"] == "Night Baker"


NOTICE = """\
Our mill in Hollin needs another pair of hands, and we are in the yard from noon on.
You should have two years in a bakery behind you. You must have a driving licence. Some French would be a plus.
We offer free bread, a warm lunch and 30 days of holiday.
The mill was built in 1911. Our town lies by a lake, and the train stops at the door. The lake is cold until June.
Last year we baked for the fair in Hull. The king of the fair ate four of our rolls. His dog ate the rest.
"""
COURSE = """\
In ten evenings our master shows how rye and wheat are milled, kneaded and baked, each from seven in the old mill.
The fee is 240 EUR and covers flour and an apron. Places are few; the last course was full in a day.
You will learn how a dough is kneaded and how an oven is fired. At the end there is a certificate.
"""


@pytest.mark.parametrize("kind", ["course", "news"])
def test_a_notice_of_which_three_lists_are_told_is_a_posting(kind: str) -> None:
    """Few of its sentences belong to them; of a course or an article no three do."""
    said: dict[str, Any] = {"kind": kind, "title": None, "company": None, "locations": []}
    assert posting_of(ask("assisted", said, text=NOTICE)[0])["benefits"] == [
        "free bread",
        "a warm lunch",
        "30 days of holiday",
    ]
    course, _ = ask("assisted", said, text=COURSE)
    assert course.error is not None and course.error.code == "not_a_posting"


def test_a_notice_that_the_model_calls_a_resume_is_none() -> None:
    """What a résumé tells reads as such lists."""
    said: dict[str, Any] = {"kind": "resume", "title": None, "company": None, "locations": []}
    extraction, _ = ask("assisted", said, text=NOTICE)
    assert extraction.error is not None and extraction.error.code == "not_a_posting"


def test_prose_that_the_model_calls_news_is_no_posting() -> None:
    """Without lists its word stands, and nothing more is asked."""
    news = "Ulm, Monday. " + "The old mill burnt down last night, and nobody was hurt. " * 8
    said: dict[str, Any] = {"kind": "news", "title": "Miller", "company": None, "locations": []}
    extraction, model = ask("assisted", said, text=news)
    assert extraction.error is not None
    assert (extraction.error.code, len(model.requests)) == ("not_a_posting", 1)


def test_an_employer_s_name_is_the_model_s_quote() -> None:
    """Cleaned of nothing, found where it stands."""
    extraction, _ = ask("assisted", RIGHT | {"company": "crumb  & sons"})
    assert posting_of(extraction)["company"]["name"] == "Crumb & Sons"
    [place] = extraction.evidence["/company/name"]
    assert POSTING[place.start : place.end] == "Crumb & Sons"


def test_a_model_that_says_nothing_leaves_what_code_finds() -> None:
    """Null is an answer: nothing is asked again, nothing invented."""
    extraction, model = ask("assisted", {"kind": "job", "title": None, "company": None, "locations": []})
    posting = posting_of(extraction)
    assert posting["title"] is None
    assert len(posting["responsibilities"]) == 3
    assert (len(model.requests), warned(extraction)) == (1, [])


def test_the_title_is_the_line_s_though_the_model_gives_a_part_of_it() -> None:
    """ "Baker" of "URGENT! Night Baker (Rye) // Ulm" is the cleaned line."""
    text = POSTING.replace("Night Baker", "URGENT! Night Baker (Rye) // Ulm // Ref. 77-Y", 1)
    extraction, _ = ask("assisted", RIGHT | {"title": "Baker"}, text=text)
    assert posting_of(extraction)["title"] == "Night Baker (Rye)"


def test_benefits_in_prose_are_split_where_they_are_a_run() -> None:
    """At commas, not within brackets, and not where a clause goes on; at dots."""
    offer = (
        "We offer a bonus (shared, never single), free bread, and a bicycle.\n"
        "You get training at our mill, which takes two days, while we pay your way.\n"
        "Pension · paid leave · a bicycle"
    )
    extraction, _ = ask("assisted", RIGHT, text=POSTING.replace("- 30 days of holiday", offer))
    benefits = posting_of(extraction)["benefits"]
    assert {"a bonus (shared, never single)", "free bread", "Pension", "paid leave"} <= set(benefits)
    assert not any(benefit.startswith("which") for benefit in benefits)


def test_years_of_a_requirement_count_without_a_word_for_experience() -> None:
    """Where none speaks of experience; those of a plus do not."""
    bare = POSTING.replace("Two years of experience in a bakery", "Two years behind the counter of a shop")
    extraction, _ = ask("assisted", RIGHT, text=bare)
    assert posting_of(extraction)["experience"] == {"min_years": 2, "max_years": None, "text": "Two years"}
    both = bare.replace("A driving licence", "At least 3 years of experience as a baker\n- A driving licence")
    assert posting_of(ask("assisted", RIGHT, text=both)[0])["experience"]["min_years"] == 3
    plus = bare.replace("Two years behind the counter of a shop", "Four years behind a counter are a plus")
    assert posting_of(ask("assisted", RIGHT, text=plus)[0])["experience"] is None


def test_a_silent_model_leaves_the_employer_to_the_sentences() -> None:
    """ "Crumb & Sons is looking for" and "join Crumb & Sons" tell."""
    text = (
        POSTING.replace("Crumb & Sons\n", "", 1)
        + "\nCrumb & Sons is looking for a baker. Join Crumb & Sons!\n"
    )
    extraction, _ = ask("assisted", RIGHT | {"company": None}, text=text)
    assert posting_of(extraction)["company"]["name"] == "Crumb & Sons"


def test_a_reply_that_goes_in_circles_over_the_places_costs_the_places_only() -> None:
    """The small model copies line after line of some pages as places, up to its limit."""
    cut = CutOff(
        "the reply was cut off",
        '{"kind": "job", "title": "Night Baker", "company": "Crumb & Sons", "locations": ["Ulm", "U',
    )
    extraction, _ = ask("assisted", cut)
    posting = posting_of(extraction)
    assert (posting["title"], posting["company"]["name"]) == ("Night Baker", "Crumb & Sons")
    assert [place["city"] for place in posting["locations"]] == ["Ulm"]
    assert ("", "cut_off") in warned(extraction)


@pytest.mark.parametrize(
    "said", ["", "{", '{"kind": "job", "title": "Night Ba', '["job"]', '{"kind": "spell", "title": "Baker"}']
)
def test_a_reply_cut_off_before_its_names_is_an_error(said: str) -> None:
    """Half a title is none."""
    extraction, _ = ask("assisted", CutOff("the reply was cut off", said))
    assert extraction.error is not None and extraction.error.code == "cut_off"
