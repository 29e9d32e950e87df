"""How far two labellers agree, field by field: no extractor can be measured better than that.

Cohen's kappa for closed sets (agreement beyond chance); for the rest F1 of one labeller against the
other, which does not depend on who is called gold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from eval.comparators import CLOSED
from eval.fields import CLOSED_SETS, FIELDS, Items, Scalar
from eval.gold import Gold, value_at
from eval.metrics import Metrics, count, measure
from eval.outcomes import Score, is_absent
from eval.predictions import Prediction
from eval.scoring import score_document


@dataclass(frozen=True)
class Agreement:
    """Figures of the second labeller against the first, without and with accepted alternatives."""

    documents: int
    metrics: Metrics
    lenient: Metrics
    kappas: dict[str, float | None]


def agree(first: Mapping[str, Gold], second: Mapping[str, Gold]) -> Agreement:
    """Agreement on the documents and fields that both labelled. Raises ValueError where there are none."""
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise ValueError("the two files have no document in common")
    pairs = [(first[id_], second[id_]) for id_ in shared]
    strict = [count(_score(replace(one, alternatives={}), other)) for one, other in pairs]
    lenient = [count(_score(one, other)) for one, other in pairs]
    return Agreement(
        documents=len(shared),
        metrics=measure(np.stack(strict)),
        lenient=measure(np.stack(lenient)),
        kappas={
            field.name: field_kappa(field, pairs)
            for field in FIELDS
            if field.name in CLOSED_SETS and isinstance(field, Scalar)
        },
    )


def _score(one: Gold, other: Gold) -> list[Score]:
    answer = Prediction(
        other.id, other.posting, error=None if other.posting is not None else {"code": "not_a_posting"}
    )
    return [s for s in score_document(one, answer) if _is_labelled_by(other, s.field)]


def _is_labelled_by(gold: Gold, output: str) -> bool:
    field = next((f for f in FIELDS if output in f.outputs), None)
    return field is None or gold.is_labelled(field.path)


def field_kappa(field: Scalar, pairs: Sequence[tuple[Gold, Gold]]) -> float | None:
    """Kappa of one closed field, absence being an answer; of a set, over its members one by one."""
    both = [(a, b) for a, b in pairs if a.is_labelled(field.path) and b.is_labelled(field.path)]
    answers = [(_answer(field, a), _answer(field, b)) for a, b in both]
    if isinstance(field, Items):
        members = sorted({member for pair in answers for answer in pair for member in answer})
        return cohen_kappa([(member in a, member in b) for a, b in answers for member in members])
    return cohen_kappa(answers)


def _answer(field: Scalar, gold: Gold) -> Any:
    value = value_at(gold.posting, field.path)
    if isinstance(field, Items):
        return frozenset(CLOSED.canonical(item) for item in value or () if not is_absent(item))
    return CLOSED.canonical(value)


def cohen_kappa(answers: Sequence[tuple[Any, Any]]) -> float | None:
    """Cohen's kappa; 1 where both always give the same single answer, None without answers."""
    if not answers:
        return None
    n = len(answers)
    observed = sum(a == b for a, b in answers) / n
    ones, others = Counter(a for a, _ in answers), Counter(b for _, b in answers)
    chance = sum(ones[answer] * others[answer] for answer in ones) / n**2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)
