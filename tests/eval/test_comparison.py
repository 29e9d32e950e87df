"""Two runs are compared on the same documents."""

import pytest

from eval.comparison import Comparison, compare
from eval.judging import judge
from eval.metrics import mean
from eval.predictions import Prediction
from tests.eval.postings import FULL, case

CASES = [case(f"{n:02}", {**FULL, "title": f"Cook {n}"}) for n in range(20)]
RIGHT = {c.id: c.gold.posting for c in CASES}
WRONG = {id_: {**(posting or {}), "title": "Chef"} for id_, posting in RIGHT.items()}


def comparison(first: dict[str, object], second: dict[str, object]) -> Comparison:
    """What changes between two sets of postings."""
    one, other = (
        judge(CASES, {id_: [Prediction(id_, posting)] for id_, posting in run.items()})  # type: ignore[arg-type]
        for run in (first, second)
    )
    return compare(one.counts, other.counts, [c.id for c in one.cases], draws=1000)


def test_a_run_against_itself_changes_nothing() -> None:
    """The interval of the difference is a point."""
    same = comparison(RIGHT, RIGHT)
    assert same.pooled.change == 0.0
    assert same.pooled.interval == (0.0, 0.0)
    assert all(change.p_holm == 1.0 for change in same.fields.values())


def test_a_field_made_worse_is_told() -> None:
    """F1, the documents that changed sides, and Holm's p."""
    change = comparison(RIGHT, WRONG).fields["title"]
    assert (change.f1.first, change.f1.second) == (1.0, 0.0)
    assert (change.better, change.worse) == (0, 20)
    assert change.p < change.p_holm < 0.05


def test_the_pooled_change_is_not_the_mean_of_documents() -> None:
    """It is recomputed from summed counts, for long and short documents alike."""
    short = [case("a", {"title": "Cook"}), case("b", FULL)]
    answers = {"a": [Prediction("a", {"title": "Chef"})], "b": [Prediction("b", FULL)]}
    judgement = judge(short, answers)
    pooled = judgement.metrics().pooled.f1
    assert pooled != pytest.approx(mean([judgement.metrics([row]).pooled.f1 for row in (0, 1)]))
    assert pooled is not None
    assert pooled > 0.9


def test_what_is_hard_for_both_cancels_out() -> None:
    """The paired interval is narrower than that of either run."""
    half = {id_: RIGHT[id_] if n % 2 else {} for n, id_ in enumerate(RIGHT)}
    paired = comparison(half, half | {"01": WRONG["01"]})
    assert paired.pooled.interval is not None
    assert paired.pooled.interval.high - paired.pooled.interval.low < 0.1


def test_turned_round_the_change_changes_its_sign() -> None:
    """Second minus first."""
    there, back = comparison(RIGHT, WRONG), comparison(WRONG, RIGHT)
    assert there.pooled.change == -(back.pooled.change or 0)
    assert there.better == back.worse == 0
