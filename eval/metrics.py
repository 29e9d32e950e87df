"""Scores to figures: counts a document and field, then precision, recall, F1 and the rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.fields import FIELD_NAMES, OUTPUTS
from eval.outcomes import OUTCOMES, Score

Counts = NDArray[np.int64]  # last axis: COR, INC, SPU, MIS, TN

_FIELD_AT = {name: index for index, name in enumerate(FIELD_NAMES)}
_OUTCOME_AT = {outcome: index for index, outcome in enumerate(OUTCOMES)}
POOLED = np.array([OUTPUTS[name] for name in FIELD_NAMES])


class Figures(NamedTuple):
    """Precision, recall, F1, invented and omitted rate; None stands for 0/0."""

    precision: float | None
    recall: float | None
    f1: float | None
    invented: float | None
    omitted: float | None
    values: float  # gold values; with repeats the average
    absences: float  # gold absences, and values predicted in addition


def count(scores: Iterable[Score]) -> Counts:
    """Counts of one document: fields x outcomes."""
    counts = np.zeros((len(FIELD_NAMES), len(OUTCOMES)), dtype=np.int64)
    for score in scores:
        counts[_FIELD_AT[score.field], _OUTCOME_AT[score.outcome]] += 1
    return counts


def figures(counts: Counts, scale: int = 1) -> Figures:
    """Figures of one row of summed counts; `scale` is what the counts were multiplied by."""
    cor, inc, spu, mis, tn = (int(number) for number in counts)
    return Figures(
        precision=_share(cor, cor + inc + spu),
        recall=_share(cor, cor + inc + mis),
        f1=_share(2 * cor, 2 * cor + 2 * inc + spu + mis),
        invented=_share(spu, spu + tn),
        omitted=_share(mis, cor + inc + mis),
        values=(cor + inc + mis) / scale,
        absences=(spu + tn) / scale,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def pool(counts: Counts) -> Counts:
    """Sum over the pooled fields; (..., fields, outcomes) to (..., outcomes)."""
    pooled: Counts = counts[..., POOLED, :].sum(axis=-2)
    return pooled


def mean(numbers: Sequence[float | None]) -> float | None:
    """Mean of those that are figures; None where none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known) if known else None


def errors(counts: Counts) -> NDArray[np.int64]:
    """INC + SPU + MIS."""
    total: NDArray[np.int64] = counts[..., 1:4].sum(axis=-1)
    return total


@dataclass(frozen=True)
class Metrics:
    """Figures of a run: the pooled headline, macro F1 over pooled fields, and each field's."""

    documents: int
    pooled: Figures
    macro_f1: float | None
    fields: dict[str, Figures]
    without_error: int  # documents without a single error in a pooled field


def measure(counts: Counts, scale: int = 1) -> Metrics:
    """Metrics of counts, documents x fields x outcomes; `scale` is what the counts were multiplied by."""
    totals = counts.sum(axis=0)
    fields = {name: figures(totals[index], scale) for name, index in _FIELD_AT.items() if totals[index].any()}
    return Metrics(
        documents=len(counts),
        pooled=figures(pool(totals), scale),
        macro_f1=mean([figure.f1 for name, figure in fields.items() if OUTPUTS[name]]),
        fields=fields,
        without_error=int((errors(pool(counts)) == 0).sum()),
    )
