"""The same job on several sites is one group; another job of the same employer is not in it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from extractor.batch.dedupe import find_groups, to_print, write_groups
from extractor.schema import JobPosting

DUTIES = [
    "Prepare the dishes of the day according to the recipes of the head chef",
    "Keep the station, the cold store and the tools clean at all times",
    "Take in deliveries, check them against the order and store them in the right place",
    "Train new colleagues in knife skills and in the rules of food safety",
]
NEEDS = [
    "Two years of experience in a professional kitchen",
    "A certificate in food safety",
    "Work at weekends",
]


def make(posting_id: str, **changes: Any) -> dict[str, Any]:
    """A result; `changes` replace parts of its posting."""
    posting = json.loads(JobPosting().model_dump_json()) | {
        "title": "Line Cook",
        "company": {"name": "Acme Kitchens Ltd"},
        "locations": [{"text": "Lyon, France", "city": "Lyon"}],
        "responsibilities": DUTIES,
        "required_qualifications": NEEDS,
        "language": "en",
    }
    return {"id": posting_id, "posting": posting | changes}


def pay(least: str, most: str) -> list[dict[str, str]]:
    """A pay an hour."""
    return [{"min": least, "max": most, "period": "hour"}]


def groups(*results: dict[str, Any]) -> list[list[str]]:
    """Ids by group."""
    return [[posting for posting, _ in group.postings] for group in find_groups(copy.deepcopy(results))]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"company": {"name": "ACME Kitchens"}},
        {"company": None, "locations": []},
        {"title": "Cook, Line"},
        {"responsibilities": [f"  {duty.upper()}. " for duty in DUTIES]},
        {"responsibilities": DUTIES[:3]},
        {"required_qualifications": [*NEEDS, "Own knives"]},
        {"benefits": ["A meal a shift"]},
        {"compensation": pay("14.50", "15.50")},
    ],
)
def test_grouped(changes: dict[str, Any]) -> None:
    """What a site adds, leaves out or writes in another way does not matter."""
    assert groups(make("a"), make("b", **changes)) == [["a", "b"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Pastry Chef"},
        {"title": "Senior Line Cook Team Lead"},
        {"company": {"name": "Bistro Anna"}},
        {"locations": [{"text": "Nice, France", "city": "Nice"}]},
        {"compensation": pay("17", "18")},
        {"schedule": {"terms": [{"start": "2027-06-01", "end": "2027-08-31"}]}},
        {"language": "fr"},
        {"responsibilities": ["Write software for kitchens", "Review the code of others"]},
    ],
)
def test_not_grouped(changes: dict[str, Any]) -> None:
    """Other places, pay, terms or titles are other jobs, with the same sentences too."""
    ours = make(
        "a",
        compensation=pay("14.50", "15.50"),
        schedule={"terms": [{"start": "2026-06-01", "end": "2026-08-31"}]},
    )
    theirs = make("b", **(ours["posting"] | changes))
    assert groups(ours, theirs) == []


def test_short_postings_and_errors_are_in_no_group() -> None:
    """A few words prove nothing."""
    short = {"responsibilities": ["Cook"], "required_qualifications": []}
    assert groups(make("a", **short), make("b", **short), {"id": "c", "posting": None}) == []


def test_groups_among_many() -> None:
    """Each posting is in one group, the one that it is likest to."""
    results = []
    for number in range(60):
        words = [f"word{number}x{place}" for place in range(40)]
        results.append(make(f"p{number}", responsibilities=[" ".join(words)], required_qualifications=[]))
    again = [{**copy.deepcopy(result), "id": result["id"] + "-again"} for result in results[::3]]
    assert groups(*results, *again) == [[result["id"][:-6], result["id"]] for result in again]


def test_the_print_of_a_posting_without_anything() -> None:
    """Has nothing to compare."""
    empty = to_print(json.loads(JobPosting().model_dump_json()))
    assert empty.similarity(empty) == 0


def test_written_beside_the_output(runs: Any, make_posting: Any) -> None:
    """A line a group, from the ledger; none where nothing is alike."""
    runs.run(runs.write([{"id": "a", "text": make_posting(1)}]))
    assert write_groups(runs.out) == 0
    assert Path(f"{runs.out}.groups.jsonl").read_text() == ""
