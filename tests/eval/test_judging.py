"""A run is judged case by case; what is missing is told, and order changes nothing."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases import Case
from eval.intervals import with_intervals
from eval.judging import Judgement, judge
from eval.predictions import Prediction, to_prediction
from tests.eval.postings import FULL, case

CASES = [
    case("a", FULL),
    case("b", {**FULL, "title": "Chef"}),
    case("c", {"title": "Baker", "seniority": None}),
]


def told(case_id: str, title: str | None, repeat: int = 0, **more: object) -> Prediction:
    """An answer with a title only."""
    return to_prediction({"id": case_id, "posting": {"title": title}, "repeat": repeat, **more})


ANSWERS = {"a": [told("a", "Line Cook")], "b": [told("b", "Cook")], "c": [told("c", None)]}


def digits(judgement: Judgement) -> str:
    """All figures with all digits."""
    clusters = [c.cluster for c in judgement.cases]
    return repr(with_intervals(judgement.counts, clusters, judgement.scale, draws=300))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_cases_changes_no_digit(seed: int) -> None:
    """Neither of the cases nor of the answers."""
    rng = random.Random(seed)
    cases, answers = rng.sample(CASES, 3), dict(rng.sample(sorted(ANSWERS.items()), 3))
    assert digits(judge(cases, answers)) == digits(judge(CASES, ANSWERS))


def test_the_same_run_twice_gives_the_same_digits() -> None:
    """To the last one."""
    assert digits(judge(CASES, ANSWERS)) == digits(judge(CASES, ANSWERS))


def test_missing_and_faulty_cases_are_told() -> None:
    """A case without an answer, and one that the provider failed, leave the run incomplete."""
    lost = {"a": ANSWERS["a"], "b": [told_error("b", "rate_limited")]}
    judgement = judge(CASES, lost)
    assert (judgement.missing, judgement.faulty) == (("c",), ("b",))
    assert not judgement.is_complete


def told_error(case_id: str, code: str) -> Prediction:
    """An answer that failed."""
    return to_prediction(
        {"id": case_id, "posting": None, "error": {"code": code, "message": "", "retryable": True}}
    )


def test_a_reply_that_was_cut_off_is_the_models_fault_and_complete() -> None:
    """It counts as omissions and against the valid rate."""
    judgement = judge(CASES[:1], {"a": [told_error("a", "cut_off")]})
    assert judgement.is_complete
    assert judgement.valid == 0
    assert judgement.metrics().pooled.recall == 0.0


def test_repeats_are_averaged_inside_a_document_first() -> None:
    """A case asked three times weighs as much as one asked once."""
    titles = [case("a", {"title": "Cook"}), case("b", {"title": "Chef"})]
    answers = {
        "a": [told("a", t, r) for r, t in enumerate(("Cook", "Cook", "Baker"))],
        "b": [told("b", "Chef")],
    }
    pooled = judge(titles, answers).metrics().pooled
    assert pooled.precision == pytest.approx((2 / 3 + 1) / 2)
    assert pooled.values == 2


def test_flips_between_repeats_are_told() -> None:
    """The share of repeated cases whose answer was not always the same."""
    answers = {"a": [told("a", "Cook"), told("a", "Chef", 1)], "b": [told("b", "Cook"), told("b", "Cook", 1)]}
    flips = judge([case("a", {"title": "Cook"}), case("b", {"title": "Cook"})], answers).flips
    assert (flips["title"], flips["benefits"]) == (0.5, 0.0)


def test_grounded_values_need_no_gold() -> None:
    """Leaves with evidence, of all leaves."""
    place = [{"start": 0, "end": 4, "quote": "Cook", "match": "exact"}]
    answer = to_prediction(
        {
            "id": "a",
            "posting": {"title": "Cook", "benefits": ["Meals"], "seniority": None},
            "evidence": {"/title": place},
        }
    )
    assert judge([case("a", {"title": "Cook"})], {"a": [answer]}).grounded == (1, 2)


def test_usage_is_told_a_posting() -> None:
    """Means over the answers; a cost that is unknown anywhere is unknown."""
    answers = {
        "a": [told("a", "Cook", meta={"calls": 2, "output_tokens": 100, "seconds": 3.0, "cost_usd": 0.5})],
        "b": [told("b", "Cook", meta={"calls": 4, "output_tokens": 300, "seconds": 5.0, "cost_usd": None})],
    }
    usage = judge(CASES[:2], answers).usage
    assert usage is not None
    assert (usage.calls, usage.output_tokens, usage.seconds, usage.cost_usd) == (3, 200, 4.0, None)


def test_employers_are_clusters() -> None:
    """Legal form aside; a case that names none stands alone."""
    one, other = case("a", {"company": {"name": "Acme Inc."}}), case("b", {"company": {"name": "ACME"}})
    nameless: Case = case("c", {"title": "Cook"})
    assert one.cluster == other.cluster
    assert nameless.cluster == "c"
