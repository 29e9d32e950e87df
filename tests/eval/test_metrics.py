"""Figures follow from counts by the formulas of the specification."""

import numpy as np
import pytest

from eval.fields import FIELD_NAMES, OUTPUTS
from eval.metrics import count, figures, measure
from eval.scoring import score_document
from tests.eval.postings import FULL, answer, gold


def test_the_formulas() -> None:
    """P, R, F1, invented and omitted rate of counts worked out by hand."""
    figure = figures(np.array([6, 1, 3, 2, 9]))
    assert figure.precision == pytest.approx(6 / 10)
    assert figure.recall == pytest.approx(6 / 9)
    assert figure.f1 == pytest.approx(12 / 19)
    assert figure.invented == pytest.approx(3 / 12)
    assert figure.omitted == pytest.approx(2 / 9)
    assert (figure.values, figure.absences) == (9, 12)


def test_nothing_of_nothing_is_no_figure() -> None:
    """0/0 stays None and out of averages."""
    assert figures(np.zeros(5, dtype=np.int64))[:5] == (None,) * 5
    only_title = measure(
        count(score_document(gold({"title": "Cook", "seniority": None}), answer({"title": "Cook"})))[None]
    )
    assert only_title.macro_f1 == 1.0


def test_correct_absence_enters_no_headline_figure() -> None:
    """A thousand agreeing nulls change neither precision nor recall nor F1."""
    assert figures(np.array([1, 1, 0, 0, 0]))[:3] == figures(np.array([1, 1, 0, 0, 1000]))[:3]


def test_wholes_and_free_text_stay_out_of_the_pool() -> None:
    """Their parts are pooled already, or their bounds are a matter of taste."""
    assert not any(
        OUTPUTS[name] for name in ("compensation", "locations", "summary", "skills.requirement", "is_posting")
    )
    assert all(
        OUTPUTS[name] for name in ("title", "compensation.min", "locations.city", "skills.hard", "benefits")
    )


def test_every_scored_field_is_in_the_table() -> None:
    """A score never names a field that no figure counts."""
    assert {s.field for s in score_document(gold(FULL), answer(FULL))} <= set(FIELD_NAMES)
