"""What a confidence is worth: its reliability, and what leaving out the doubtful brings."""

from __future__ import annotations

import pytest

from eval.gold import to_gold
from eval.judging import judge
from eval.outcomes import Outcome, Score
from eval.predictions import to_prediction
from eval.reliability import (
    Rated,
    calibration_error,
    judge_values,
    keep_from,
    measure_reliability,
    to_bins,
    value_pointer,
)
from eval.scoring import score_document
from eval.suite import load_suite

GOLD = {
    "title": "Baker",
    "skills": [{"name": "rye bread", "kind": "hard", "requirement": "required"}],
    "compensation": [{"min": 14, "max": 16, "currency": "GBP", "period": "hour", "kind": "base"}],
}
ANSWER = {
    "title": "Butcher",
    "skills": [
        {"name": "Rye bread", "kind": "hard", "requirement": "preferred"},
        {"name": "yoga", "kind": "hard", "requirement": "required"},
    ],
    "compensation": [
        {"min": 14, "max": 15, "currency": "GBP", "period": "hour", "kind": "base", "text": "£14"},
        {"min": 9000, "max": 9000, "currency": "GBP", "period": "year", "kind": "base", "text": "£9,000"},
    ],
}


def score(outcome: Outcome) -> Score:
    return Score("title", outcome, 0.0, "", "a", None if outcome is Outcome.MIS else "b", "/title", "/title")


def test_the_error_is_the_mean_gap_between_confidence_and_share_of_right_values() -> None:
    """Two of 0.9 of which one is right (gap 0.4), two of 0.25 of which one is (gap 0.25)."""
    rated = [Rated(0.9, True), Rated(0.9, False), Rated(0.25, True), Rated(0.25, False)]
    assert calibration_error(rated) == pytest.approx((2 * 0.4 + 2 * 0.25) / 4)
    assert calibration_error([Rated(1.0, True), Rated(0.0, False)]) == 0


def test_bins_are_of_equal_width_and_the_last_holds_its_end() -> None:
    """1.0 falls into the bin from 0.9 on; empty bins are left out."""
    bins = to_bins([Rated(1.0, True), Rated(0.95, False), Rated(0.1, True)])
    assert [(group.low, group.values, group.right) for group in bins] == [(0.1, 1, 1.0), (0.9, 2, 0.5)]


def test_leaving_out_costs_recall_and_what_is_not_rated_stays() -> None:
    """A right value left out is omitted, a wrong one no longer counts against precision."""
    pairs = [
        (score(Outcome.COR), 0.9),
        (score(Outcome.COR), 0.4),
        (score(Outcome.SPU), 0.3),
        (score(Outcome.INC), None),
        (score(Outcome.MIS), None),
    ]
    assert keep_from(pairs, 0.0)[1:] == (0.5, 0.5, 1.0)
    assert keep_from(pairs, 0.5)[1:] == (0.5, 0.25, 0.5)


def test_each_answered_value_is_judged_at_its_own_pointer() -> None:
    """Skills by name and kind, objects leaf by leaf, words by whether their object answers one of gold's."""
    scores = score_document(
        to_gold({"id": "x", "posting": GOLD}, "x"), to_prediction({"id": "x", "posting": ANSWER})
    )
    right = judge_values(scores)
    assert right["/title"] is False
    assert right["/skills/0/name"] and right["/skills/0/kind"] and not right["/skills/0/requirement"]
    assert not right["/skills/1/name"] and not right["/skills/1/requirement"]
    assert right["/compensation/0/min"] and not right["/compensation/0/max"]
    assert right["/compensation/0/text"] and not right["/compensation/1/text"]
    assert not right["/compensation/1/min"]
    assert {value_pointer(s) for s in scores} >= {"/compensation/1/min", "/skills/1/name"}


def test_a_run_without_confidences_tells_none() -> None:
    """Other extractors, and answers from before confidences were there."""
    suite = load_suite(filters=("seeds",))
    assert measure_reliability(judge(suite, {})) is None
