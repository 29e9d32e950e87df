"""A run judged: every case's scores and counts, what is missing, what it took."""

from __future__ import annotations

import contextlib
import gc
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from eval.cases import Case
from eval.fields import FIELD_NAMES, FIELDS
from eval.gold import value_at
from eval.metrics import Counts, Metrics, count, measure
from eval.outcomes import Score, is_absent
from eval.predictions import Prediction
from eval.scoring import score_document


class Usage(NamedTuple):
    """What a run took a posting: means over answered cases; None where an answer does not tell it."""

    calls: float
    input_tokens: float
    cached_input_tokens: float
    output_tokens: float
    seconds: float | None
    cost_usd: float | None
    cached: float  # share of the answers that came from the reply cache whole


@dataclass(frozen=True)
class Judgement:
    """A run on cases, judged.

    `counts` are cases x fields x outcomes, summed over a case's repeats and scaled so that every case
    weighs the same: `scale` times the average over its repeats. `scores` and `answers` are those of the
    first repeat. `missing` cases have no answer; `faulty` ones failed for reasons outside posting and
    model. Neither may be judged.
    """

    cases: tuple[Case, ...]
    answers: tuple[Prediction | None, ...]
    scores: tuple[list[Score], ...]
    counts: Counts
    scale: int
    repeats: int
    missing: tuple[str, ...]
    faulty: tuple[str, ...]
    valid: int  # answers that are valid, of `answered`, repeats included
    answered: int
    first_try: int | None  # valid at first try; None where the answers do not say
    grounded: tuple[int, int]  # values with evidence, values
    flips: dict[str, float]  # field -> share of repeated cases whose answer was not always the same
    usage: Usage | None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(case.id for case in self.cases)

    @property
    def is_complete(self) -> bool:
        """Whether every case has an answer that may be judged."""
        return not self.missing and not self.faulty

    def metrics(self, rows: Sequence[int] | None = None) -> Metrics:
        """Figures of all cases, or of some."""
        return measure(self.counts if rows is None else self.counts[list(rows)], self.scale)


def judge(cases: Sequence[Case], predictions: Mapping[str, Sequence[Prediction]]) -> Judgement:
    """Score every case. Answers to cases that are not asked for are left out."""
    ordered = sorted(cases, key=lambda case: case.id)
    runs = [list(predictions.get(case.id, ())) for case in ordered]
    with _uncollected():
        scored = [
            [score_document(case.gold, answer) for answer in answers] or [score_document(case.gold, None)]
            for case, answers in zip(ordered, runs, strict=True)
        ]
    scale = math.lcm(*(len(repeats) for repeats in scored)) if scored else 1
    answers = [answer for run in runs for answer in run]
    return Judgement(
        cases=tuple(ordered),
        answers=tuple(run[0] if run else None for run in runs),
        scores=tuple(repeats[0] for repeats in scored),
        counts=_average_counts(scored, scale),
        scale=scale,
        repeats=max((len(run) for run in runs), default=0),
        missing=tuple(case.id for case, run in zip(ordered, runs, strict=True) if not run),
        faulty=tuple(sorted({answer.id for answer in answers if answer.is_incomplete})),
        valid=sum(answer.is_valid for answer in answers),
        answered=len(answers),
        first_try=_first_try(answers),
        grounded=_grounded(answers),
        flips=_flips(runs),
        usage=_usage(answers),
    )


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: scores hold no cycles, and walking millions costs a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _average_counts(scored: Sequence[Sequence[list[Score]]], scale: int) -> Counts:
    if not scored:
        return np.zeros((0, len(FIELD_NAMES), 5), dtype=np.int64)
    return np.stack([sum(count(s) for s in repeats) * (scale // len(repeats)) for repeats in scored])


def _first_try(answers: Sequence[Prediction]) -> int | None:
    """Valid answers that no re-asking was needed for, by the answers' own account."""
    known = [answer for answer in answers if "reasks" in answer.meta]
    if not known or len(known) < len(answers):
        return None
    return sum(answer.is_valid and not answer.meta["reasks"] for answer in answers)


def _grounded(answers: Sequence[Prediction]) -> tuple[int, int]:
    """Leaves with evidence, and leaves, of the answers that carry evidence at all; needs no gold."""
    pointers = [
        (pointer, answer.evidence)
        for answer in answers
        if answer.evidence and answer.posting
        for pointer in leaf_pointers(answer.posting)
    ]
    return sum(has_evidence(pointer, evidence) for pointer, evidence in pointers), len(pointers)


def leaf_pointers(node: Any, at: str = "") -> list[str]:
    """JSON pointers of the present leaves."""
    if is_absent(node):
        return []
    if isinstance(node, Mapping):
        return [pointer for key, value in node.items() for pointer in leaf_pointers(value, f"{at}/{key}")]
    if isinstance(node, list):
        return [pointer for i, value in enumerate(node) for pointer in leaf_pointers(value, f"{at}/{i}")]
    return [at]


def has_evidence(pointer: str, evidence: Mapping[str, Any]) -> bool:
    """Whether evidence stands at the pointer or at an object or item that holds it."""
    parts = pointer.split("/")
    return any(evidence.get("/".join(parts[:n])) for n in range(len(parts), 1, -1))


def _flips(runs: Sequence[Sequence[Prediction]]) -> dict[str, float]:
    """Per field: of the cases answered more than once, the share whose answers differ."""
    repeated = [run for run in runs if len(run) > 1]
    if not repeated:
        return {}
    return {
        field.name: sum(
            len({_canonical(value_at(a.posting, field.path)) for a in run}) > 1 for run in repeated
        )
        / len(repeated)
        for field in FIELDS
    }


def _canonical(value: Any) -> str:
    return "" if is_absent(value) else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _usage(answers: Sequence[Prediction]) -> Usage | None:
    metas = [answer.meta for answer in answers if answer.meta]
    if not metas:
        return None

    def mean(key: str) -> float:
        return sum(float(meta.get(key) or 0) for meta in metas) / len(metas)

    def known(key: str) -> float | None:
        return None if any(meta.get(key) is None for meta in metas) else mean(key)

    return Usage(
        mean("calls"),
        mean("input_tokens"),
        mean("cached_input_tokens"),
        mean("output_tokens"),
        known("seconds"),
        known("cost_usd"),
        mean("cached"),
    )
