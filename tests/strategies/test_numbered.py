"""Numbered pieces: the model says numbers, code reads what stands there."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.evidence import verify
from extractor.strategies.numbered import SHOWN_CHARS, read_numbers
from tests.strategies.asking import POSTING, ask, asked, posting_of, warned

RIGHT: dict[str, Any] = {
    "is_job_posting": True,
    "title": "Night Baker",
    "company": "Crumb & Sons",
    "locations": ["Ulm, Germany"],
    "duties": "3-5",
    "required": "6",
    "preferred": "7",
    "benefits": "8",
    "other_jobs": "",
    "hard_skills": [],
    "soft_skills": [],
}


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("4-6, 9", [4, 5, 6, 9]),
        ("", []),
        ("none", []),
        ("[2], [3]", [2, 3]),
        ("2 – 4", [2, 3, 4]),
        ("0, 1, 12", [1]),
        ("8-400", [8, 9, 10]),
        ("1-99999", list(range(1, 11))),
        ("7-5", []),
        ("9999999", []),
        ("pieces 3 and 5", [3, 5]),
    ],
)
def test_numbers_are_read_as_written(said: str, numbers: list[int]) -> None:
    """Single ones and ranges; of ten pieces there is no eleventh."""
    assert read_numbers(said, 10) == numbers


def test_lists_are_the_pieces_named() -> None:
    """Verbatim and in reading order, each with its place."""
    extraction, model = ask("numbered", RIGHT)
    posting = posting_of(extraction)
    assert posting["responsibilities"] == [
        "Knead and shape the dough for 400 loaves a night",
        "Clean the ovens at six",
        "Prepare the orders for delivery",
    ]
    assert posting["required_qualifications"] == ["Two years of experience in a bakery"]
    assert posting["benefits"] == ["30 days of holiday"]
    assert (verify(extraction, POSTING), len(model.requests)) == ([], 1)


def test_pieces_have_the_numbers_shown() -> None:
    """Headings have none."""
    _, model = ask("numbered", RIGHT)
    assert "[4] Clean the ovens at six" in asked(model)
    assert "## Your tasks" in asked(model)


def test_the_model_s_judgement_stands() -> None:
    """What it names differently from code goes where it says; what it does not name is in no list."""
    extraction, _ = ask("numbered", RIGHT | {"duties": "3", "required": "4", "benefits": ""})
    posting = posting_of(extraction)
    assert posting["responsibilities"] == ["Knead and shape the dough for 400 loaves a night"]
    assert posting["required_qualifications"] == ["Clean the ovens at six"]
    assert posting["benefits"] == []


def test_a_number_named_twice_counts_once() -> None:
    """Where it is named first: duties, required, preferred, benefits."""
    extraction, _ = ask("numbered", RIGHT | {"required": "4-6"})
    posting = posting_of(extraction)
    assert "Clean the ovens at six" in posting["responsibilities"]
    assert posting["required_qualifications"] == ["Two years of experience in a bakery"]


def test_numbers_out_of_range_name_nothing() -> None:
    """No error, no value."""
    extraction, _ = ask("numbered", RIGHT | {"duties": "0, 77, 500-900", "preferred": "-"})
    posting = posting_of(extraction)
    assert (posting["responsibilities"], posting["preferred_qualifications"]) == ([], [])
    assert extraction.warnings == []


SIDE_JOBS = POSTING.replace(
    "Your tasks",
    "Day Baker, Rye Ltd, Jena, 99.00 EUR per hour\nPastry Chef, Sweet Inc, remote, 5 years of experience\n\nYour tasks",
)


def test_other_jobs_pieces_are_kept_out_of_every_field() -> None:
    """Lists, pay, years, arrangements: nothing of what the model calls another job's, whatever else it is called."""
    numbers = {"duties": "3-7", "required": "8", "preferred": "9", "benefits": "10", "other_jobs": "3-4"}
    extraction, model = ask("numbered", RIGHT | numbers, text=SIDE_JOBS)
    posting = posting_of(extraction)
    assert "[3] Day Baker" in asked(model)
    assert [pay["min"] for pay in posting["compensation"]] == [18.5]
    assert posting["work_arrangements"] == []
    assert posting["responsibilities"][0].startswith("Knead")
    assert verify(extraction, SIDE_JOBS) == []


def test_a_quote_that_stands_in_another_job_only_is_not_there() -> None:
    """It is asked for once more, and dropped."""
    said = RIGHT | {"company": "Rye Ltd", "other_jobs": "3-4", "duties": "5-7"}
    extraction, _ = ask("numbered", said, {"quotes": ["Sweet Inc"]}, text=SIDE_JOBS)
    assert (posting_of(extraction)["company"] or {}).get("name") is None
    assert warned(extraction) == [("/company/name", "unsupported")]


def test_skills_are_those_named_that_stand_there() -> None:
    """Each once, with the strength of where it stands."""
    said = RIGHT | {"hard_skills": ["driving licence", "dough", "Kubernetes"]}
    extraction, _ = ask("numbered", said, {"quotes": [None]})
    skills = {skill["name"]: skill["requirement"] for skill in posting_of(extraction)["skills"]}
    assert "Kubernetes" not in skills
    assert skills["driving licence"] == "preferred"
    assert warned(extraction) == [("/skills", "unsupported")]


def test_what_is_no_posting_is_none() -> None:
    """The model's word counts."""
    extraction, _ = ask("numbered", RIGHT | {"is_job_posting": False})
    assert extraction.error is not None
    assert extraction.error.code == "not_a_posting"


LONG = POSTING.replace("\n", "\r\n") + "\r\n".join(
    f"Paragraph {n} tells how the mill was built, burnt and built again by the same family."
    for n in range(1600)
)


def test_a_long_document_is_shortened_with_a_warning() -> None:
    """The model sees as much as fits, and can name no more; where the rest starts is told in offsets of
    the text as given."""
    extraction, model = ask("numbered", RIGHT | {"benefits": "8-99999"}, text=LONG)
    assert len(LONG) > SHOWN_CHARS
    assert len(asked(model)) <= SHOWN_CHARS + 100
    [warning] = extraction.warnings
    assert (warning.pointer, warning.code) == ("", "shortened")
    start = int(warning.message.split("character ")[1].split()[0])
    assert LONG[start:].startswith("Paragraph ")
    number = LONG[start:].split()[1]
    assert f"Paragraph {number} tells" not in asked(model)
    assert f"Paragraph {int(number) - 1} tells" in asked(model)
    assert posting_of(extraction)["benefits"][-1].startswith(f"Paragraph {int(number) - 1} tells")
