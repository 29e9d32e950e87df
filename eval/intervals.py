"""Figures with their intervals: the bootstrap of documents, once for all fields."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.fields import FIELD_NAMES
from eval.metrics import POOLED, Counts, Metrics, measure, pool
from eval.statistics import (
    DRAWS,
    SEED,
    Floats,
    Interval,
    f1_of,
    mean_of_known,
    percentile_interval,
    resampled_sums,
    sum_by_cluster,
)

FEWEST_UNITS = 2


@dataclass(frozen=True)
class Sureness:
    """95 % intervals of pooled F1, macro F1 and each field's F1; a field without figures has none."""

    metrics: Metrics
    pooled: Interval | None
    macro: Interval | None
    fields: dict[str, Interval]
    units: int  # clusters that were drawn


@dataclass(frozen=True)
class Draws:
    """F1 of every bootstrap draw: pooled, macro, and of each field that has any counts."""

    pooled: Floats
    macro: Floats
    fields: dict[str, Floats]


def draw_f1(units: Counts, draws: int = DRAWS, seed: int = SEED) -> list[Draws]:
    """F1 of draws of `units`, units x runs x fields x outcomes; the same units are drawn for every run."""
    used = np.flatnonzero(units.any(axis=(0, 1, 3)))
    sums = resampled_sums(units[:, :, used, :4], draws, seed)  # correct absence is in no F1
    return [_draws(sums[:, run], used) for run in range(units.shape[1])]


def _draws(sums: Floats, used: NDArray[np.intp]) -> Draws:
    fields, pooled = f1_of(sums), POOLED[used]
    return Draws(
        pooled=f1_of(sums[:, pooled].sum(axis=1)),
        macro=mean_of_known(fields[:, pooled]),
        fields={FIELD_NAMES[field]: fields[:, column] for column, field in enumerate(used)},
    )


def with_intervals(
    counts: Counts, clusters: Sequence[Hashable], scale: int = 1, draws: int = DRAWS, seed: int = SEED
) -> Sureness:
    """Figures and intervals of counts, documents x fields x outcomes; clusters are drawn whole.

    One cluster alone has no interval: it tells nothing of how clusters differ.
    """
    metrics, units = measure(counts, scale), sum_by_cluster(counts, clusters)
    if len(units) < FEWEST_UNITS:
        return Sureness(metrics, None, None, {}, len(units))
    [drawn] = draw_f1(units[:, None], draws, seed)
    found = {name: percentile_interval(values) for name, values in drawn.fields.items()}
    return Sureness(
        metrics,
        percentile_interval(drawn.pooled),
        percentile_interval(drawn.macro),
        {name: interval for name, interval in found.items() if interval},
        len(units),
    )


def pooled_interval(counts: Counts, clusters: Sequence[Hashable], draws: int = DRAWS) -> Interval | None:
    """Interval of the pooled F1 alone, at a small part of the cost."""
    units = sum_by_cluster(pool(counts), clusters)
    return percentile_interval(f1_of(resampled_sums(units, draws))) if len(units) >= FEWEST_UNITS else None
