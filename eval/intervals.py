"""Figures with their intervals: the bootstrap of documents, once for all fields."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Sureness:
    """95 % intervals of pooled F1, macro F1 and each field's F1; a field without figures has none."""

    metrics: Metrics
    pooled: Interval | None
    macro: Interval | None
    fields: dict[str, Interval]
    units: int  # clusters that were drawn


def f1_draws(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Pooled, macro and per-field F1 of resampled sums, draws x fields x outcomes."""
    fields = f1_of(sums)
    return f1_of(sums[:, POOLED].sum(axis=1)), mean_of_known(fields[:, POOLED]), fields


def with_intervals(
    counts: Counts, clusters: Sequence[Hashable], scale: int = 1, draws: int = DRAWS, seed: int = SEED
) -> Sureness:
    """Figures and intervals of counts, documents x fields x outcomes; clusters are drawn whole."""
    metrics = measure(counts, scale)
    if not len(counts):
        return Sureness(metrics, None, None, {}, 0)
    units = sum_by_cluster(counts, clusters)
    pooled, macro, fields = f1_draws(resampled_sums(units, draws, seed))
    found = {
        name: percentile_interval(fields[:, i])
        for i, name in enumerate(FIELD_NAMES)
        if name in metrics.fields
    }
    return Sureness(
        metrics,
        percentile_interval(pooled),
        percentile_interval(macro),
        {name: interval for name, interval in found.items() if interval},
        len(units),
    )


def pooled_interval(counts: Counts, clusters: Sequence[Hashable], draws: int = DRAWS) -> Interval | None:
    """Interval of the pooled F1 alone, at a small part of the cost."""
    return percentile_interval(f1_of(resampled_sums(sum_by_cluster(pool(counts), clusters), draws)))
