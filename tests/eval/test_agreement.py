"""How far two labellers agree."""

import random
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from eval.agreement import agree, cohen_kappa
from tests.eval.command import run_command, write_case
from tests.eval.postings import FULL, gold


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_statsmodels(seed: int) -> None:
    """Agreement beyond chance."""
    rng = random.Random(seed)
    answers = [(rng.choice("abc"), rng.choice("aabc")) for _ in range(40)]
    table, _ = to_table(np.array([["abc".index(a), "abc".index(b)] for a, b in answers]))
    assert cohen_kappa(answers) == pytest.approx(float(cohens_kappa(table, return_results=False)))


def test_kappa_of_one_answer_always_is_one() -> None:
    """Where chance explains everything and nobody differs."""
    assert cohen_kappa([("a", "a")] * 3) == 1.0
    assert cohen_kappa([]) is None


def test_agreement_does_not_depend_on_who_comes_first() -> None:
    """F1 is symmetric; precision and recall change places."""
    other = {**FULL, "benefits": [], "seniority": "senior", "title": "Cook"}
    there, back = agree({"a": gold(FULL)}, {"a": gold(other)}), agree({"a": gold(other)}, {"a": gold(FULL)})
    assert there.metrics.pooled.f1 == back.metrics.pooled.f1
    assert there.metrics.pooled.precision == back.metrics.pooled.recall


def test_only_what_both_labelled_is_compared() -> None:
    """Documents and fields."""
    both = agree({"a": gold(FULL), "b": gold(FULL)}, {"a": gold({"title": "Line Cook"})})
    assert both.documents == 1
    assert both.metrics.fields.keys() == {"is_posting", "title"}


def test_accepted_alternatives_are_told_apart() -> None:
    """Strict agreement, and with what the first labeller accepts."""
    doubtful = gold({"seniority": "senior"}, alternatives={"seniority": ["lead"]})
    agreement = agree({"a": doubtful}, {"a": gold({"seniority": "lead"})})
    assert (agreement.metrics.pooled.f1, agreement.lenient.pooled.f1) == (0.0, 1.0)


def test_second_labels_stand_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of cases is compared with the second.json of those that have one."""
    for name in ("cook", "chef"):
        write_case(tmp_path / "set" / name, name, {"posting": {"title": name}})
    (tmp_path / "set" / "cook" / "second.json").write_text('{"posting": {"title": "cook"}}')
    assert run_command(monkeypatch, "agree", tmp_path) == 0
    assert "1 documents that both labelled" in capsys.readouterr().out


def test_nothing_in_common_is_an_error() -> None:
    """There is nothing to agree on."""
    with pytest.raises(ValueError, match="no document in common"):
        agree({"a": gold({})}, {"b": gold({})})
