"""Formulas agree with scipy and statsmodels; the bootstrap does what it says."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from eval.statistics import (
    f1_of,
    fewest_worse,
    holm,
    mcnemar,
    mean_of_known,
    percentile_interval,
    resampled_sums,
    smallest_detectable,
    sum_by_cluster,
    wilson,
)


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (5, 5), (3, 10), (97, 120)])
def test_wilson_is_statsmodels(successes: int, trials: int) -> None:
    """The same interval to the last digits."""
    assert wilson(successes, trials) == pytest.approx(proportion_confint(successes, trials, method="wilson"))


def test_a_rate_of_nothing_has_no_interval() -> None:
    """0/0 is no rate."""
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (0, 6), (4, 9), (12, 3)])
def test_mcnemar_is_statsmodels(better: int, worse: int) -> None:
    """The exact two-sided test on the documents that differ."""
    if better + worse == 0:
        assert mcnemar(worse, better) == 1.0
        return
    table = [[20, worse], [better, 20]]
    assert mcnemar(worse, better) == pytest.approx(statsmodels_mcnemar(table, exact=True).pvalue)


@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.03], [0.5], [0.001, 0.2, 0.001, 0.9], []])
def test_holm_is_statsmodels(p_values: list[float]) -> None:
    """Adjusted p-values in the order given."""
    expected = multipletests(p_values, method="holm")[1] if p_values else []
    assert holm(p_values) == pytest.approx(list(expected))


def test_six_documents_made_worse_are_the_fewest_that_show() -> None:
    """With no improvement anywhere."""
    assert fewest_worse() == 6
    assert mcnemar(6, 0) <= 0.05 < mcnemar(5, 0)


def test_the_bootstrap_agrees_with_scipys() -> None:
    """The percentile interval of a pooled F1 lies where scipy's bootstrap of documents puts it."""
    counts = np.random.default_rng(3).integers(0, 6, size=(60, 5))
    ours = percentile_interval(f1_of(resampled_sums(counts)))
    assert ours is not None
    theirs = stats.bootstrap(
        (np.arange(60),),
        lambda rows: float(f1_of(counts[rows].sum(axis=0).astype(float))),
        vectorized=False, n_resamples=2000, method="percentile", rng=5,
    ).confidence_interval  # fmt: skip
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_the_same_seed_gives_the_same_digits() -> None:
    """Whatever block of draws is held in memory at once."""
    counts = np.random.default_rng(1).integers(0, 4, size=(30, 7, 5))
    assert (resampled_sums(counts, 500, 9) == resampled_sums(counts, 500, 9)).all()
    assert (resampled_sums(counts, 500, 9) != resampled_sums(counts, 500, 8)).any()


def test_every_draw_has_as_many_units_as_there_are() -> None:
    """Drawn with replacement, n of n."""
    assert (resampled_sums(np.ones((17, 1), dtype=np.int64), 200) == 17).all()


def test_a_cluster_is_drawn_whole() -> None:
    """Near duplicates from one employer count as one unit, so that they do not feign sureness."""
    counts = np.array([[3, 0], [0, 3]]).repeat(10, axis=0)
    summed = sum_by_cluster(counts, ["a"] * 10 + ["b"] * 10)
    assert summed.tolist() == [[30, 0], [0, 30]]


def test_draws_without_a_figure_stay_out() -> None:
    """0/0 is no figure, in F1 and in means."""
    assert np.isnan(f1_of(np.zeros((1, 5)))).all()
    assert mean_of_known(np.array([[0.5, np.nan]])).tolist() == [0.5]
    assert percentile_interval(np.array([np.nan])) is None


def test_the_smallest_detectable_change_has_power_080() -> None:
    """A change of that size is found significant in about four of five normal experiments."""
    spread = 0.02
    change = smallest_detectable(np.random.default_rng(0).normal(0, spread, 100_000))
    power = 1 - stats.norm.cdf(1.959964 - change / spread)
    assert power == pytest.approx(0.8, abs=0.01)
