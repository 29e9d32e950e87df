"""How sure a figure is: intervals, paired tests, and what a number of cases can show at all."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

DRAWS = 10_000
SEED = 20_240_229
CONFIDENCE = 0.95
POWER = 0.8
_CELLS_AT_ONCE = 5_000_000  # draws x units held in memory together: 40 MB of float64

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Interval(NamedTuple):
    """A confidence interval, both ends included."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Wilson's interval of a rate; None for no trials."""
    if trials == 0:
        return None
    found = stats.binomtest(successes, trials).proportion_ci(confidence_level=confidence, method="wilson")
    return Interval(float(found.low), float(found.high))


def sum_by_cluster(counts: Ints, clusters: Sequence[Hashable]) -> Ints:
    """Counts summed within clusters, in order of first appearance: documents x ... to clusters x ..."""
    place: dict[Hashable, int] = {}
    rows = np.array([place.setdefault(cluster, len(place)) for cluster in clusters], dtype=np.intp)
    summed = np.zeros((len(place), *counts.shape[1:]), dtype=counts.dtype)
    np.add.at(summed, rows, counts)
    return summed


def resampled_sums(counts: Ints, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Sums over units drawn with replacement: units x columns to draws x columns.

    Every sum is a sum of integers, exact in float64, so that neither the order of addition nor the
    number of threads can change a digit.
    """
    columns = counts.reshape(len(counts), -1).astype(np.float64)
    used = columns.any(axis=0)  # most columns of most runs are empty
    sums = np.zeros((draws, columns.shape[1]))
    sums[:, used] = np.concatenate(
        [weights @ columns[:, used] for weights in _weights(len(counts), draws, seed)]
    )
    return sums.reshape(draws, *counts.shape[1:])


def _weights(units: int, draws: int, seed: int) -> Iterator[Floats]:
    """How often each unit is drawn, a block of draws at a time."""
    generator = np.random.default_rng(seed)
    block = max(1, _CELLS_AT_ONCE // units)
    for start in range(0, draws, block):
        rows = min(block, draws - start)
        drawn = generator.integers(0, units, size=(rows, units), dtype=np.int32)
        cells = drawn + (np.arange(rows, dtype=np.int64) * units)[:, None]
        yield np.bincount(cells.ravel(), minlength=rows * units).reshape(rows, units).astype(np.float64)


def percentile_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval | None:
    """Percentile interval of the draws that are figures (0/0 is none); None where no draw is."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return None
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high))


def f1_of(sums: Floats) -> Floats:
    """F1 of sums whose last axis is COR, INC, SPU, MIS, TN; nan for 0/0."""
    cor, inc, spu, mis = (sums[..., i] for i in range(4))
    whole = 2 * cor + 2 * inc + spu + mis
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole > 0, 2 * cor / whole, np.nan))


def mean_of_known(values: Floats) -> Floats:
    """Mean over the last axis of what is not nan."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1))


def mcnemar(only_first_right: int, only_second_right: int) -> float:
    """Exact two-sided p of McNemar's test on the documents where two runs differ; 1 where none does."""
    differing = only_first_right + only_second_right
    return float(stats.binomtest(only_first_right, differing).pvalue) if differing else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def fewest_worse(alpha: float = 1 - CONFIDENCE) -> int:
    """How many documents must get worse, none better, before McNemar's test says so: 6 for 0.05."""
    return next(n for n in range(1, 1000) if mcnemar(n, 0) <= alpha)


def smallest_detectable(differences: Floats) -> float:
    """The change of a figure that a paired comparison like this one shows four times in five.

    `differences` are bootstrap draws; their spread is the standard error. A two-sided test at 0.05
    has a power of 0.8 for a change of (1.96 + 0.84) standard errors.
    """
    normal = stats.norm
    factor = float(normal.ppf((1 + CONFIDENCE) / 2) + normal.ppf(POWER))
    spread = float(np.nanstd(differences))
    return factor * spread if math.isfinite(spread) else 0.0
