"""A schema of the user's own: every value grounded, whatever its type."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from extractor.evidence import verify
from extractor.strategies.custom import SHOWN_CHARS
from tests.strategies.asking import POSTING, ask, asked, posting_of, warned

TEXT = POSTING + "\nStart on 7 March 2027. Up to €42,500 a year after two years. Bonus 1k.\n"


class Shift(StrEnum):
    """When the work is done."""

    NIGHT = "night"
    DAY = "day"


class Duty(BaseModel):
    """A part that may stand in a list."""

    what: str
    loaves: int | None = None


class Ad(BaseModel):
    """One field of every kind."""

    role: str | None = None
    wage: Decimal | None = None
    top: int | None = None
    years: int | None = None
    bonus: float | None = None
    start: date | None = None
    shift: Shift | None = None
    urgent: bool | None = None
    tasks: list[str] = []
    duties: list[Duty] = []
    facts: dict[str, str] = {}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"role": "Night Baker"}, "Night Baker"),
        ({"role": "night  baker"}, "Night Baker"),
        ({"wage": "18.5"}, "18.50"),
        ({"top": 42500}, "42,500"),
        ({"years": 2}, "Two"),
        ({"bonus": 1000.0}, "1k"),
        ({"start": "2027-03-07"}, "7 March 2027"),
        ({"shift": "night"}, "night"),
        ({"tasks": ["Clean the ovens at six"]}, "Clean the ovens at six"),
        ({"duties": [{"what": "Clean the ovens"}]}, "Clean the ovens"),
        ({"facts": {"a/b~c": "30 days of holiday"}}, "30 days of holiday"),
    ],
)
def test_a_value_is_found_by_its_words_or_by_what_they_mean(said: dict[str, Any], words: str) -> None:
    """A number or a date may be written otherwise; what stands there is its evidence."""
    extraction, model = ask("custom", said, text=TEXT, schema=Ad)
    [[place]] = extraction.evidence.values()
    assert words in place.quote
    assert len(place.quote) <= len(words) + 5
    assert (verify(extraction, TEXT), extraction.warnings, len(model.requests)) == ([], [], 1)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"role": "Head of Dough"}, "/role"),
        ({"wage": "19.5"}, "/wage"),
        ({"top": 42}, "/top"),
        ({"years": 5}, "/years"),
        ({"start": "2027-07-03"}, "/start"),
        ({"shift": "day"}, "/shift"),
        ({"tasks": ["Clean the ovens at six", "Sing"]}, "/tasks"),
        ({"duties": [{"what": "Clean the ovens", "loaves": 77}]}, "/duties/0/loaves"),
    ],
)
def test_a_value_that_the_text_does_not_say_is_dropped(said: dict[str, Any], pointer: str) -> None:
    """After a second question; the rest stays, and a warning names it."""
    extraction, model = ask("custom", said, said, text=TEXT, schema=Ad)
    assert warned(extraction) == [(pointer, "unsupported")]
    assert extraction.warnings[0].message.startswith("Dropped ")
    assert (verify(extraction, TEXT), len(model.requests)) == ([], 2)


def test_the_second_question_names_what_is_wrong() -> None:
    """By pointer and value; what is right is not in it."""
    said = {"role": "Head of Dough", "tasks": ["Clean the ovens at six"]}
    extraction, model = ask("custom", said, said | {"role": "Night Baker"}, schema=Ad)
    complaint = model.requests[1].messages[-1].content
    assert "/role: 'Head of Dough'" in complaint
    assert "ovens" not in complaint
    assert (posting_of(extraction)["role"], extraction.warnings) == ("Night Baker", [])


def test_items_of_a_list_go_without_disturbing_the_others() -> None:
    """Several at once; the evidence fits what is left."""
    said = {"tasks": ["Sing", "Clean the ovens at six", "Dance", "Prepare the orders for delivery"]}
    extraction, _ = ask("custom", said, said, schema=Ad)
    assert posting_of(extraction)["tasks"] == ["Clean the ovens at six", "Prepare the orders for delivery"]
    assert extraction.evidence["/tasks/1"][0].quote == "Prepare the orders for delivery"
    assert "/tasks/2" not in extraction.evidence


class Needy(BaseModel):
    """Values that cannot be let go."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: str
    start: date | None
    level: int = Field(ge=1, alias="lvl")


def test_a_required_value_without_words_is_kept_and_told() -> None:
    """Never silently; strict types and aliases survive the dropping of others."""
    said = {"role": "Head of Dough", "start": "2031-01-01", "lvl": 77}
    extraction, _ = ask("custom", said, said, schema=Needy)
    assert posting_of(extraction) == {"role": "Head of Dough", "start": None, "level": 77}
    assert set(warned(extraction)) == {
        ("/role", "unsupported"),
        ("/start", "unsupported"),
        ("/level", "unsupported"),
    }
    kept = [warning.pointer for warning in extraction.warnings if warning.message.startswith("Kept ")]
    assert sorted(kept) == ["/level", "/role"]
    assert verify(extraction, POSTING) == []


def test_yes_and_no_have_no_words() -> None:
    """Kept with a warning, and not worth a second question."""
    extraction, model = ask("custom", {"urgent": True}, schema=Ad)
    assert posting_of(extraction)["urgent"] is True
    assert (warned(extraction), len(model.requests)) == ([("/urgent", "unsupported")], 1)


def test_an_empty_string_is_absent() -> None:
    """Small models write one for what they do not find."""
    extraction, model = ask("custom", {"role": "", "tasks": ["", "Clean the ovens at six"]}, schema=Ad)
    posting = posting_of(extraction)
    assert (posting["role"], posting["tasks"]) == (None, ["Clean the ovens at six"])
    assert len(model.requests) == 1
    assert verify(extraction, POSTING) == []


def test_another_job_s_values_are_not_this_posting_s() -> None:
    """Below "Similar jobs" nothing counts as said."""
    text = POSTING + "\nSimilar jobs\nDay Baker, Rye Ltd, 99.00 EUR per hour\n"
    said = {"wage": "99.00"}
    extraction, model = ask("custom", said, said, text=text, schema=Ad)
    assert "Rye Ltd" not in asked(model)
    assert posting_of(extraction)["wage"] is None


def test_a_long_posting_is_shortened_with_a_warning() -> None:
    """Never silently; what stands below can still be evidence."""
    text = POSTING + "The mill was built, burnt and built again by the same family.\n" * 800
    extraction, model = ask("custom", {"role": "Night Baker"}, text=text, schema=Ad)
    assert len(asked(model)) < SHOWN_CHARS + 200
    assert warned(extraction) == [("", "shortened")]


def test_the_schema_is_what_the_model_is_asked_for() -> None:
    """Its fields, and none of ours."""
    _, model = ask("custom", {"role": "Night Baker"}, schema=Ad)
    assert set(json.loads(json.dumps(model.requests[0].schema))["properties"]) == set(Ad.model_fields)
