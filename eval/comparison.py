"""Two runs on the same cases: the interval of the difference, and which fields changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eval.fields import FIELD_NAMES, OUTPUTS
from eval.intervals import FEWEST_UNITS, draw_f1
from eval.metrics import Counts, Metrics, errors, measure
from eval.statistics import (
    DRAWS,
    Floats,
    Interval,
    fewest_worse,
    holm,
    mcnemar,
    percentile_interval,
    smallest_detectable,
    sum_by_cluster,
)


class Difference(NamedTuple):
    """Second minus first; None where either is no figure."""

    first: float | None
    second: float | None
    change: float | None
    interval: Interval | None


class FieldChange(NamedTuple):
    """One field: F1 of both, and the documents that one run has right and the other wrong."""

    f1: Difference
    better: int
    worse: int
    p: float
    p_holm: float


@dataclass(frozen=True)
class Comparison:
    """What changed from the first run to the second."""

    documents: int
    pooled: Difference
    macro: Difference
    fields: dict[str, FieldChange]
    better: int  # documents with fewer errors in pooled fields
    worse: int
    detectable: float  # smallest change of pooled F1 shown four times in five, given this spread
    fewest_worse: int  # documents made worse, none better, that a field needs for p <= 0.05


def compare(
    first: Counts, second: Counts, clusters: list[str], scales: tuple[int, int] = (1, 1), draws: int = DRAWS
) -> Comparison:
    """Paired comparison of counts over the same documents in the same order."""
    one, other = measure(first, scales[0]), measure(second, scales[1])
    units = sum_by_cluster(np.stack([first, second], axis=1), clusters)
    # The same units are drawn for both, so that what is hard for both cancels out.
    before, after = draw_f1(units, draws)
    interval = percentile_interval if len(units) >= FEWEST_UNITS else _no_interval
    changes = {name: interval(after.fields[name] - before.fields[name]) for name in before.fields}
    return Comparison(
        documents=len(first),
        pooled=_difference(one.pooled.f1, other.pooled.f1, interval(after.pooled - before.pooled)),
        macro=_difference(one.macro_f1, other.macro_f1, interval(after.macro - before.macro)),
        fields=_field_changes(first, second, (one, other), changes),
        **_documents_changed(first, second, scales),
        detectable=smallest_detectable(after.pooled - before.pooled),
        fewest_worse=fewest_worse(),
    )


def _no_interval(_: Floats) -> None:
    """One cluster alone tells nothing of how clusters differ."""


def _difference(first: float | None, second: float | None, interval: Interval | None) -> Difference:
    change = None if first is None or second is None else second - first
    return Difference(first, second, change, interval)


def _documents_changed(first: Counts, second: Counts, scales: tuple[int, int]) -> dict[str, int]:
    pooled = np.array([OUTPUTS[name] for name in FIELD_NAMES])
    before = errors(first)[:, pooled].sum(axis=1) * scales[1]  # to one scale
    after = errors(second)[:, pooled].sum(axis=1) * scales[0]
    return {"better": int((after < before).sum()), "worse": int((after > before).sum())}


def _field_changes(
    first: Counts,
    second: Counts,
    metrics: tuple[Metrics, Metrics],
    intervals: Mapping[str, Interval | None],
) -> dict[str, FieldChange]:
    judged = np.logical_or(first.any(axis=-1), second.any(axis=-1))
    right_1, right_2 = np.equal(errors(first), 0), np.equal(errors(second), 0)
    better = (judged & ~right_1 & right_2).sum(axis=0)
    worse = (judged & right_1 & ~right_2).sum(axis=0)
    names = [name for name in FIELD_NAMES if judged[:, FIELD_NAMES.index(name)].any()]
    rows = [FIELD_NAMES.index(name) for name in names]
    p_values = [mcnemar(int(worse[i]), int(better[i])) for i in rows]
    changes = {}
    for name, i, p, adjusted in zip(names, rows, p_values, holm(p_values), strict=True):
        before, after = (m.fields[name].f1 if name in m.fields else None for m in metrics)
        f1 = _difference(before, after, intervals.get(name))
        changes[name] = FieldChange(f1, int(better[i]), int(worse[i]), p, adjusted)
    return changes
