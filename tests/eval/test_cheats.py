"""An extraction that reads nothing scores badly, however it is made up."""

import copy
from typing import Any

import pytest

from eval.cases import load_cases
from eval.constant import constant_posting
from eval.judging import judge
from eval.metrics import Metrics
from eval.predictions import Prediction

CASES = load_cases()


def score_all(postings: dict[str, dict[str, Any]]) -> Metrics:
    """Figures of answers to the committed cases."""
    return judge(CASES, {id_: [Prediction(id_, posting)] for id_, posting in postings.items()}).metrics()


def test_the_gold_scores_one() -> None:
    """The ceiling is reachable on the committed cases."""
    answers = {
        c.id: [Prediction(c.id, c.gold.posting, error=None if c.gold.posting else {"code": "not_a_posting"})]
        for c in CASES
    }
    metrics = judge(CASES, answers).metrics()
    assert metrics.pooled.f1 == 1.0
    assert metrics.without_error == len(CASES)


def test_empty_output_scores_nothing() -> None:
    """Correct absence earns no credit."""
    metrics = score_all({case.id: {} for case in CASES})
    assert metrics.pooled.f1 == metrics.macro_f1 == 0.0


def test_the_commonest_values_score_badly() -> None:
    """Gold's commonest answer everywhere."""
    posting = constant_posting([case.gold for case in CASES])
    assert (score_all({case.id: posting for case in CASES}).pooled.f1 or 0) < 0.15


def test_always_a_value_scores_badly() -> None:
    """Gold's commonest value everywhere, also where most postings are silent."""
    posting = constant_posting([case.gold for case in CASES], must_answer=True)
    assert (score_all({case.id: posting for case in CASES}).pooled.f1 or 0) < 0.15


@pytest.mark.parametrize("times", [2, 5])
def test_repeating_everything_costs(times: int) -> None:
    """Each copy of an item after the first is invented."""
    repeated = {case.id: _repeat(copy.deepcopy(case.gold.posting or {}), times) for case in CASES}
    assert (score_all(repeated).pooled.precision or 1) < 1.3 / times


def _repeat(node: Any, times: int) -> Any:
    if isinstance(node, dict):
        return {key: _repeat(value, times) for key, value in node.items()}
    return [_repeat(item, 1) for item in node] * times if isinstance(node, list) else node


def test_every_sentence_everywhere_costs() -> None:
    """The whole text as one item, or all items in every list, is mostly invented."""
    lists = (
        "responsibilities",
        "required_qualifications",
        "preferred_qualifications",
        "benefits",
        "disqualifiers",
    )
    postings = {}
    for case in CASES:
        everything = [item for name in lists for item in (case.gold.posting or {}).get(name) or []]
        postings[case.id] = dict.fromkeys(lists, everything)
    assert (score_all(postings).pooled.precision or 1) < 0.35
