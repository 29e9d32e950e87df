"""All that a report tells, as plain data: the JSON report, and what the page is rendered from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.cases import Case, digest_cases
from eval.comparators import CLOSED
from eval.comparison import Comparison, compare
from eval.constant import constant_posting
from eval.fields import CLOSED_SETS, FIELD_NAMES, OUTPUTS
from eval.intervals import Sureness, pooled_interval, with_intervals
from eval.judging import Judgement
from eval.metrics import Counts, Metrics, count, figures, measure, pool
from eval.outcomes import Outcome, Score
from eval.predictions import Prediction
from eval.reliability import Reliability, measure_reliability
from eval.scoring import score_document
from eval.statistics import Interval, wilson

Data = dict[str, Any]
ABSENT = "(absent)"
LENGTHS = ((2_000, "under 2,000"), (6_000, "2,000 to 6,000"), (None, "over 6,000"))


@dataclass(frozen=True)
class Against:
    """What a run is held against: counts over the same cases in the same order, and their name."""

    name: str
    counts: Counts
    scale: int = 1


def build_content(judgement: Judgement, name: str, against: Against | None = None) -> Data:
    """The report of a run as JSON-able data; the same input gives the same output to the last digit."""
    clusters = [case.cluster for case in judgement.cases]
    sure = with_intervals(judgement.counts, clusters, judgement.scale)
    comparison = None
    if against is not None:
        comparison = compare(against.counts, judgement.counts, clusters, (against.scale, judgement.scale))
    constant_fields, constant_pooled = constant_f1(judgement)
    return {
        "run": name,
        "against": against.name if against else None,
        "answered_by": answered_by(judgement),
        "cases": len(judgement.cases),
        "cases_digest": digest_cases(judgement.cases),
        "employers": sure.units,
        "repeats": judgement.repeats,
        "missing": list(judgement.missing),
        "faulty": list(judgement.faulty),
        "headline": _headline(judgement, sure, constant_pooled),
        "usage": judgement.usage._asdict() if judgement.usage else None,
        "confidence": _confidence(measure_reliability(judgement)),
        "difference": _difference(comparison) if comparison else None,
        "fields": [
            _field(field, judgement, sure, comparison, constant_fields) for field in sure.metrics.fields
        ],
        "confusions": confusions(score for scores in judgement.scores for score in scores),
        "slices": _slices(judgement, clusters),
    }


def answered_by(judgement: Judgement) -> Data:
    """Model, prompt and strategy as the answers tell them; several are joined by commas."""
    metas = [answer.meta for answer in judgement.answers if answer]
    names = ("model", "strategy", "prompt", "prompt_version")
    return {key: ", ".join(sorted({str(m[key]) for m in metas if m.get(key)})) or None for key in names}


def constant_f1(judgement: Judgement) -> tuple[dict[str, float | None], float | None]:
    """F1 of always answering gold's commonest value, a field; and pooled, of its commonest answer."""
    golds = [case.gold for case in judgement.cases]
    always, answers = constant_posting(golds, must_answer=True), constant_posting(golds)
    by_value = _constant_counts(judgement.cases, always)
    fields = {name: figures(row).f1 for name, row in zip(FIELD_NAMES, by_value, strict=True)}
    return fields, figures(pool(_constant_counts(judgement.cases, answers))).f1


def _constant_counts(cases: Iterable[Case], posting: Data) -> Counts:
    total: Counts = sum(
        (count(score_document(case.gold, Prediction(case.id, posting))) for case in cases),
        start=np.zeros((len(FIELD_NAMES), 5), dtype=np.int64),
    )
    return total


def _figure(value: float | None, interval: Interval | None, support: str) -> Data:
    low, high = interval or (None, None)
    return {"value": value, "low": low, "high": high, "support": support}


def _headline(judgement: Judgement, sure: Sureness, constant: float | None) -> Data:
    metrics, pooled = sure.metrics, sure.metrics.pooled
    documents, grounded = metrics.documents, judgement.grounded
    posted = f"{pooled.values:g} gold values, {pooled.absences:g} absences"
    return {
        "pooled_f1": _figure(pooled.f1, sure.pooled, posted),
        "precision": _figure(pooled.precision, None, posted),
        "recall": _figure(pooled.recall, None, posted),
        "macro_f1": _figure(
            metrics.macro_f1, sure.macro, f"{sum(OUTPUTS[n] for n in metrics.fields)} fields"
        ),
        "invented": _figure(pooled.invented, None, f"{pooled.absences:g} absences"),
        "omitted": _figure(pooled.omitted, None, f"{pooled.values:g} gold values"),
        "without_error": _rate(metrics.without_error, documents, "documents"),
        "valid": _rate(judgement.valid, judgement.answered, "answers"),
        "first_try": None
        if judgement.first_try is None
        else _rate(judgement.first_try, judgement.answered, "answers"),
        "grounded": _rate(*grounded, "values") if grounded[1] else None,
        "constant_f1": _figure(constant, None, "gold's commonest answer everywhere"),
    }


def _rate(part: int, whole: int, of: str) -> Data:
    return _figure(part / whole if whole else None, wilson(part, whole), f"{part:,} of {whole:,} {of}")


def _confidence(found: Reliability | None) -> Data | None:
    """How far the answers' confidences hold; None where they carry none."""
    if found is None:
        return None
    return {
        "values": found.values,
        "unrated": found.unrated,
        "calibration_error": found.error,
        "reliability": [group._asdict() for group in found.bins],
        "abstaining": [kept._asdict() for kept in found.curve],
    }


def _difference(comparison: Comparison) -> Data:
    return {
        "pooled_f1": _change(comparison.pooled),
        "macro_f1": _change(comparison.macro),
        "documents_better": comparison.better,
        "documents_worse": comparison.worse,
        "smallest_detectable": comparison.detectable,
        "fewest_documents": comparison.fewest_worse,
    }


def _change(difference: Any) -> Data:
    low, high = difference.interval or (None, None)
    return {
        "first": difference.first,
        "second": difference.second,
        "change": difference.change,
        "low": low,
        "high": high,
    }


def _field(
    name: str,
    judgement: Judgement,
    sure: Sureness,
    comparison: Comparison | None,
    constant: dict[str, float | None],
) -> Data:
    figure, interval = sure.metrics.fields[name], sure.fields.get(name)
    change = comparison.fields.get(name) if comparison else None
    return {
        "name": name,
        "pooled": OUTPUTS[name],
        **figure._asdict(),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "constant_f1": constant[name],
        "change": None
        if change is None
        else {
            **_change(change.f1),
            "better": change.better,
            "worse": change.worse,
            "p": change.p,
            "p_holm": change.p_holm,
        },
        "flips": judgement.flips.get(name),
    }


def confusions(scores: Iterable[Score]) -> list[Data]:
    """For each closed set, how often each gold value was answered with each value."""
    cells: dict[str, Counter[tuple[str, str]]] = {}
    for score in scores:
        if score.field in CLOSED_SETS:
            cells.setdefault(score.field, Counter())[_cell(score)] += 1
    return [_confusion(name, cells[name]) for name in CLOSED_SETS if name in cells]


def _cell(score: Score) -> tuple[str, str]:
    if score.outcome is Outcome.COR:  # equal by the field's own rule: one form for both
        return _label(score.gold), _label(score.gold)
    return _label(score.gold), _label(score.predicted)


def _label(value: Any) -> str:
    text = str(value)
    return text if text.isupper() else CLOSED.canonical(value) or ABSENT


def _confusion(name: str, cells: Counter[tuple[str, str]]) -> Data:
    gold = sorted({g for g, _ in cells}, key=lambda label: (label == ABSENT, label))
    predicted = sorted({p for _, p in cells} | set(gold), key=lambda label: (label == ABSENT, label))
    return {
        "field": name,
        "gold": gold,
        "predicted": predicted,
        "cells": [[cells[(g, p)] for p in predicted] for g in gold],
    }


def _slices(judgement: Judgement, clusters: Sequence[str]) -> list[Data]:
    """Pooled F1 by language, format, length, source, split and tag (of tags that two cases have)."""
    kinds: list[tuple[str, Callable[[Case], Iterable[str]]]] = [
        ("language", lambda case: [case.language or "unknown"]),
        ("format", lambda case: [case.format]),
        ("length", lambda case: [_length(case)]),
        ("source", lambda case: [case.source]),
        ("split", lambda case: [case.split]),
        ("tag", lambda case: case.tags),
    ]
    slices = []
    for kind, names_of in kinds:
        rows: dict[str, list[int]] = {}
        for row, case in enumerate(judgement.cases):
            for name in names_of(case):
                rows.setdefault(name, []).append(row)
        slices += [
            _slice(kind, name, judgement, rows[name], clusters)
            for name in sorted(rows)
            if kind != "tag" or len(rows[name]) > 1
        ]
    return slices + body_slices(judgement)


def _length(case: Case) -> str:
    if not case.content:
        return "unknown"
    return next(name for limit, name in LENGTHS if limit is None or len(case.text) < limit)


def _slice(kind: str, name: str, judgement: Judgement, rows: list[int], clusters: Sequence[str]) -> Data:
    interval = pooled_interval(judgement.counts[rows], [clusters[row] for row in rows])
    return _sliced(kind, name, len(rows), judgement.metrics(rows), interval)


def _sliced(kind: str, name: str, cases: int, metrics: Metrics, interval: Interval | None) -> Data:
    pooled = metrics.pooled
    support = f"{pooled.values:g} values"
    return {"kind": kind, "name": name, "cases": cases, **_figure(pooled.f1, interval, support)}


def body_slices(judgement: Judgement) -> list[Data]:
    """Of outside facts: those in the free text, which is the hard part, and those in header lines only."""
    if not any(case.body is not None for case in judgement.cases):
        return []
    in_body = np.array([[name in (case.body or ()) for name in FIELD_NAMES] for case in judgement.cases])
    return [
        _sliced(
            "fact stands in", name, int(mask.any(axis=1).sum()),
            measure(judgement.counts * mask[:, :, None], judgement.scale), None,
        )
        for name, mask in (("the free text", in_body), ("header lines only, or nowhere", ~in_body))
    ]  # fmt: skip
