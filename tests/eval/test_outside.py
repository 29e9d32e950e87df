"""Outside data holds partial truth: only what a source states is judged."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case
from eval.judging import judge
from eval.outcomes import Outcome
from eval.outside import load_outside, read_map, to_case, with_golds
from eval.predictions import Prediction
from eval.report.content import build_content
from eval.scoring import score_document
from tests.eval.command import write_lines
from tests.eval.postings import gold

COR, INC, SPU, MIS, TN = Outcome
MAP = read_map(Path(__file__).parents[2] / "eval" / "maps" / "postings.toml")
ROW: dict[str, Any] = {
    "id": "board:1", "source": "board", "lang": "en", "format": "text",
    "text": "Cook (m/w/d), Oslo. Full-time.",
    "truth": {
        "title": "Cook (m/w/d)", "company": "Harbour Kitchen", "location": "Oslo | Bergen",
        "employment_type": "Full-time", "contract_type": "permanent", "deadline": "May 24, 2026",
        "salary_min": 30, "salary_max": 40, "salary_currency": "NOK", "salary_period": "hourly",
    },
    "in_text": {
        "title": True, "company": False, "location": True, "employment_type": True, "salary_min": False,
        "salary_max": False, "salary_currency": False, "salary_period": True, "deadline": True,
    },
    "in_body": {"title": True, "location": False},
}  # fmt: skip


def test_a_row_may_say_from_which_day_it_is_read() -> None:
    """Relative dates count from it; a row without it is read on no day in particular."""
    mapping = replace(MAP, row={**MAP.row, "today": "seen"})
    assert to_case({**ROW, "seen": "2026-03-10"}, mapping).today == date(2026, 3, 10)
    assert to_case(ROW, mapping).today is None


def judged(posting: dict[str, Any], row: dict[str, Any] = ROW) -> dict[str, list[Outcome]]:
    """Outcomes by field of an answer to the row."""
    found: dict[str, list[Outcome]] = {}
    for score in score_document(to_case(row, MAP).gold, Prediction("board:1", posting)):
        found.setdefault(score.field, []).append(score.outcome)
    return found


def test_a_row_becomes_a_case() -> None:
    """With facts in our own words; "permanent" says nothing about hours."""
    case = to_case(ROW, MAP)
    posting = case.gold.posting or {}
    assert (case.source, case.language, case.format) == ("board", "en", "text")
    assert posting["employment_types"] == ["full_time"]
    assert posting["closes_on"] == "2026-05-24"
    assert posting["compensation"] == [{"min": 30.0, "max": 40.0, "currency": "NOK", "period": "hour"}]
    assert posting["locations"] == [{"text": "Oslo"}, {"text": "Bergen"}]


def test_fields_without_a_fact_are_not_judged() -> None:
    """A source's silence is not the posting's."""
    assert {"benefits", "seniority", "skills.hard"}.isdisjoint(
        judged({"seniority": "senior", "benefits": ["Meals"]})
    )


def test_more_than_the_source_states_is_no_error() -> None:
    """A list may hold more than the one fact that is known."""
    assert judged({"employment_types": ["temporary", "full_time"]})["employment_types"] == [COR]
    assert judged({"employment_types": ["temporary"]})["employment_types"] == [INC]
    assert judged({})["employment_types"] == [MIS]


def test_silence_is_right_where_the_text_does_not_hold_the_fact() -> None:
    """A different value is an error all the same, and the right one is right."""
    assert judged({})["company.name"] == [TN]
    assert judged({"company": {"name": "Harbour Kitchen"}})["company.name"] == [COR]
    assert judged({"company": {"name": "Other"}})["company.name"] == [INC]


def test_currency_and_period_without_their_amount_are_not_asked_for() -> None:
    """A word "hour" in the text is no stated pay."""
    found = judged({})
    assert {name: found[name] for name in found if name.startswith("compensation")} == {
        f"compensation.{leaf}": [TN] for leaf in ("min", "max", "currency", "period")
    }


def test_titles_with_decorations_of_the_source_are_met_by_the_bare_title() -> None:
    """Sources print gender marks and places in their titles."""
    assert judged({"title": "Cook"})["title"] == [COR]
    assert judged({"title": "Waiter"})["title"] == [INC]


def test_places_are_met_as_written_or_by_their_parts() -> None:
    """Each stated place by any predicted one."""
    both = [{"text": None, "city": "Bergen"}, {"text": "Oslo", "city": "Oslo"}]
    assert judged({"locations": both})["locations.text"] == [COR, COR]
    assert judged({"locations": both[:1]})["locations.text"] == [INC, COR]


def test_header_facts_and_body_facts_are_told_apart() -> None:
    """The hard part is what stands in the free text."""
    case = to_case(ROW, MAP)
    answers = {case.id: [Prediction(case.id, {"title": "Cook"})]}
    told = {
        s["name"]: s["value"]
        for s in build_content(judge([case], answers), "run")["slices"]
        if s["kind"] == "fact stands in"
    }
    assert told["the free text"] == 1.0
    assert told["header lines only, or nowhere"] == 0.0


def test_whole_labels_replace_partial_ones(tmp_path: Path) -> None:
    """And keep only the cases that they label."""
    path = write_lines(tmp_path / "rows.jsonl", [ROW, {**ROW, "id": "board:2"}])
    cases: list[Case] = with_golds(load_outside(path, MAP), {"board:2": gold({"title": "Chef"})})
    assert [(case.id, case.gold.posting, case.body) for case in cases] == [
        ("board:2", {"title": "Chef"}, None)
    ]
    with pytest.raises(ValueError, match="board:3"):
        with_golds(cases, {"board:3": gold({})})


@pytest.mark.parametrize(
    "content", ["[row]\nid='id'\n", "[row]\nid='id'\ntext='text'\n[[facts]]\nfrom='a'\n"]
)
def test_a_malformed_map_is_named(tmp_path: Path, content: str) -> None:
    """The error tells what is missing."""
    path = tmp_path / "map.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"map\.toml"):
        read_map(path)
