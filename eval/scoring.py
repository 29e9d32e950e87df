"""One document: gold and prediction to scores."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from eval.comparators import CLOSED, NAME_THRESHOLD, Comparator, name_similarity
from eval.fields import FIELDS, IS_POSTING, OUTPUTS, Field, Items, Objects, Skills, annual_amounts
from eval.gold import Gold, value_at, with_value
from eval.matching import Pairs, assign, left_over
from eval.outcomes import Outcome, Score, is_absent
from eval.predictions import Prediction

COR, INC, SPU, MIS, TN = Outcome


def score_document(gold: Gold, prediction: Prediction | None) -> list[Score]:
    """Every comparison of one document, in the table's order.

    Without a valid answer every gold value is omitted, and absence earns nothing. A field that the
    gold leaves unlabelled yields nothing.
    """
    valid = prediction is not None and prediction.is_valid
    posting: Mapping[str, Any] = (prediction.posting or {}) if prediction else {}
    scores = [_score_is_posting(gold, prediction)]
    for fields, candidates in _units(gold):
        if valid:
            scores += _score_best(fields, gold, candidates, posting)
        else:  # alternatives do not excuse an omission
            scores += _score_fields(fields, gold, gold.posting, {})
    return scores if valid else [score for score in scores if score.outcome is MIS]


Candidates = list[Mapping[str, Any] | None]


def _units(gold: Gold) -> list[tuple[list[Field], Candidates]]:
    """The labelled fields, and the postings that each may be held against.

    The fields under one key with alternatives are one unit: an alternative is taken for the whole key,
    so that no mixture of two accepted answers is accepted.
    """
    units: dict[tuple[str, ...], list[Field]] = {}
    for field in FIELDS:
        if gold.is_labelled(field.path):
            keys = [key for key in gold.alternatives if field.path[: len(key)] == key]
            units.setdefault(min(keys, key=len) if keys else field.path, []).append(field)
    return [(fields, _candidates(gold, key, fields)) for key, fields in units.items()]


def _candidates(gold: Gold, key: tuple[str, ...], fields: Sequence[Field]) -> Candidates:
    if gold.posting is None or not gold.alternatives:
        return [gold.posting]
    accepted = [
        with_value(gold.posting, path, value)
        for path, values in gold.alternatives.items()
        if path[: len(key)] == key and any(field.path[: len(path)] == path for field in fields)
        for value in values
    ]
    return [gold.posting, *accepted]


def _score_is_posting(gold: Gold, prediction: Prediction | None) -> Score:
    expected = "posting" if gold.posting is not None else "not_a_posting"
    answer = None
    if prediction is not None and prediction.is_valid:
        answer = "posting" if prediction.posting is not None else "not_a_posting"
    return _compared(IS_POSTING, CLOSED, expected, answer, "", "")


def _score_best(
    fields: Sequence[Field], gold: Gold, candidates: Candidates, predicted: Mapping[str, Any]
) -> list[Score]:
    """Against the candidate that scores best; of equals the first, which is the gold."""
    scored = [_score_fields(fields, gold, candidate, predicted) for candidate in candidates]
    return max(scored, key=_merit) if len(scored) > 1 else scored[0]


def _score_fields(
    fields: Sequence[Field], gold: Gold, candidate: Mapping[str, Any] | None, predicted: Mapping[str, Any]
) -> list[Score]:
    return [score for field in fields for score in _score_gold(field, gold, candidate, predicted)]


def _merit(scores: Sequence[Score]) -> tuple[float, int]:
    """F1 of the pooled values (all, where none is pooled), 1 where nothing is there; then right values."""
    counted = [s for s in scores if OUTPUTS[s.field]] or scores
    right = sum(s.outcome is COR for s in counted)
    wrong = sum(2 if s.outcome is INC else s.outcome in (SPU, MIS) for s in counted)
    return (2 * right / (2 * right + wrong) if right or wrong else 1.0, right)


def _score_gold(
    field: Field, gold: Gold, candidate: Mapping[str, Any] | None, predicted: Mapping[str, Any]
) -> list[Score]:
    expected, answer = value_at(candidate, field.path), value_at(predicted, field.path)
    at = "/" + "/".join(field.path)
    if isinstance(field, Objects):
        score = _score_open_objects if field.name in gold.open else _score_objects
        scores = score(field, _objects(field, expected), _objects(field, answer), at)
    elif isinstance(field, Skills):
        scores = _score_skills(_as_list(expected), _as_list(answer), at)
    else:
        comparator = gold.comparators.get(field.name, field.comparator)
        if isinstance(field, Items):
            scores = _score_items(
                field, comparator, _as_list(expected), _as_list(answer), at, field.name in gold.open
            )
        else:
            scores = [_compared(field.name, comparator, expected, answer, at, at)]
    return [_excuse(score) if score.field in gold.silent else score for score in scores]


def _excuse(score: Score) -> Score:
    """Silence where the text does not hold the value is right."""
    return (
        score._replace(outcome=TN, why="the text does not hold it; silence is right")
        if score.outcome is MIS
        else score
    )


def _compared(
    name: str,
    comparator: Comparator,
    gold: Any,
    predicted: Any,
    gold_at: str | None,
    predicted_at: str | None,
) -> Score:
    outcome, similarity, why = comparator.compare(gold, predicted)
    return Score(name, outcome, similarity, why, gold, predicted, gold_at, predicted_at)


def _as_list(value: Any) -> list[Any]:
    """A list's present items; a lone value is a list of one."""
    if is_absent(value):
        return []
    return [item for item in value if not is_absent(item)] if isinstance(value, list | tuple) else [value]


def _ordered(items: Sequence[Any]) -> list[tuple[Any, int]]:
    """Items and their places, in an order that depends on the items alone: list order changes nothing."""
    placed = [(item, place) for place, item in enumerate(items)]
    if len(placed) > 1:
        placed.sort(key=lambda pair: pair[0] if isinstance(pair[0], str) else _sort_key(pair[0]))
    return placed


def _sort_key(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=str)


def _score_items(
    field: Items, comparator: Comparator, golds: list[Any], predicteds: list[Any], at: str, is_open: bool
) -> list[Score]:
    if not golds and not predicteds:
        return [_both_absent(field.name, at)]
    gold, predicted = _ordered(golds), _ordered(predicteds)
    forms = _canonical(comparator, gold), _canonical(comparator, predicted)
    pairs, missed, extra = _pair(*forms, _similarity(comparator), field.threshold)
    scores = []
    for g, p in pairs:
        similarity, why = _why_equal(comparator, gold[g][0], predicted[p][0])
        scores.append(_paired(field.name, COR, similarity, why, gold[g], predicted[p], at))
    if field.closed or is_open:  # what stands in place of a missed value is that value, wrong
        wrong = list(zip(missed, extra, strict=False))
        scores += [
            _paired(
                field.name,
                INC,
                0.0,
                f"gold {gold[g][0]!r} is not {predicted[p][0]!r}",
                gold[g],
                predicted[p],
                at,
            )
            for g, p in wrong
        ]
        missed, extra = missed[len(wrong) :], extra[len(wrong) :]
    scores += [_missed(field.name, gold[g], at) for g in missed]
    return scores if is_open else scores + [_spurious(field.name, predicted[p], at) for p in extra]


def _why_equal(comparator: Comparator, gold: Any, predicted: Any) -> tuple[float, str]:
    if gold == predicted:
        return 1.0, "equal"
    near = (
        comparator.nearness(comparator.canonical(gold), comparator.canonical(predicted))
        if comparator.nearness
        else 1.0
    )
    return near, f"equal as {comparator.name}, similarity {near:.2f}"


Similarity = Callable[[Any, Any], float]


def _canonical(comparator: Comparator, items: Sequence[tuple[Any, int]]) -> list[Any]:
    return [comparator.canonical(item) for item, _ in items]


def _similarity(comparator: Comparator) -> Similarity:
    """How near two canonical forms are; 1 or 0 where the type knows no nearness."""
    if comparator.nearness:
        return comparator.nearness
    return lambda one, other: float(one == other or comparator.is_equal(one, other))


def _pair(
    gold: Sequence[Any], predicted: Sequence[Any], similarity: Similarity, threshold: float
) -> tuple[Pairs, list[int], list[int]]:
    """Pairs, gold items left over, predicted items left over; indices into the two sequences."""
    matrix = np.array([[similarity(g, p) for p in predicted] for g in gold], dtype=np.float64)
    pairs = assign(matrix.reshape(len(gold), len(predicted)), threshold)
    return (
        pairs,
        left_over(len(gold), {g for g, _ in pairs}),
        left_over(len(predicted), {p for _, p in pairs}),
    )


def _score_objects(field: Objects, golds: list[Any], predicteds: list[Any], at: str) -> list[Score]:
    if not golds and not predicteds:
        return [_both_absent(name, at) for name in field.outputs if name != f"{field.name}.{field.fallback}"]
    gold, predicted = _ordered(golds), _ordered(predicteds)
    pairs, missed, extra = _pair([g for g, _ in gold], [p for p, _ in predicted], field.nearness, 1e-9)
    scores: list[Score] = []
    for g, p in pairs:
        scores += _score_pair(field, gold[g], predicted[p], at)
    for g in missed:
        scores += [_missed(name, (value, gold[g][1]), at) for name, value in _leaves(field, gold[g][0])]
    for p in extra:
        scores += [
            _spurious(name, (value, predicted[p][1]), at) for name, value in _leaves(field, predicted[p][0])
        ]
    return scores


def _score_open_objects(
    field: Objects, golds: list[Mapping[str, Any]], predicteds: list[Mapping[str, Any]], at: str
) -> list[Score]:
    """Only the leaves that gold objects have, each object against the predicted one that agrees best."""
    scores: list[Score] = []
    for place, gold in enumerate(golds):
        stated = {leaf: c for leaf, c in field.leaves.items() if not is_absent(gold.get(leaf))}
        agreed = [sum(c.is_same(gold[leaf], p.get(leaf)) for leaf, c in stated.items()) for p in predicteds]
        best = max(range(len(predicteds)), key=lambda i: agreed[i]) if predicteds else None
        for leaf, comparator in stated.items():
            answer, where = (
                (None, None) if best is None else (predicteds[best].get(leaf), f"{at}/{best}/{leaf}")
            )
            name = f"{field.name}.{leaf}"
            scores.append(_compared(name, comparator, gold[leaf], answer, f"{at}/{place}/{leaf}", where))
    return scores


def _objects(field: Objects, value: Any) -> list[Mapping[str, Any]]:
    return [field.complete(item) for item in _as_list(value) if isinstance(item, Mapping)]


def _counts(field: Objects, leaf: str, *objects: Mapping[str, Any]) -> bool:
    """Whether a leaf counts: the fallback only where no object has another leaf."""
    if leaf != field.fallback:
        return True
    return all(is_absent(o.get(other)) for o in objects for other in field.leaves if other != leaf)


def _leaves(field: Objects, item: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The fields that an unmatched object counts in: every leaf it has, and the wholes."""
    present = [
        (f"{field.name}.{leaf}", item[leaf])
        for leaf in field.leaves
        if not is_absent(item.get(leaf)) and _counts(field, leaf, item)
    ]
    wholes = [name for name in (field.name, f"{field.name}.annualised") if name in field.outputs]
    return [(name, item) for name in wholes] + present


def _score_pair(
    field: Objects, gold: tuple[Mapping[str, Any], int], predicted: tuple[Mapping[str, Any], int], at: str
) -> list[Score]:
    """Leaf by leaf; a key that the gold object does not have at all is unlabelled."""
    leaves = [
        _compared(
            f"{field.name}.{leaf}", comparator, gold[0].get(leaf), predicted[0].get(leaf),
            f"{at}/{gold[1]}/{leaf}", f"{at}/{predicted[1]}/{leaf}",
        )
        for leaf, comparator in field.leaves.items()
        if leaf in gold[0] and _counts(field, leaf, gold[0])
    ]  # fmt: skip
    scores: list[Score] = []
    if field.whole:
        wrong = [score.field.rpartition(".")[2] for score in leaves if score.outcome not in (COR, TN)]
        why = f"differs in {', '.join(wrong)}" if wrong else "every part equal"
        scores.append(
            _paired(field.name, INC if wrong else COR, 0.0 if wrong else 1.0, why, gold, predicted, at)
        )
    if field.annualised:
        same = annual_amounts(gold[0]) == annual_amounts(predicted[0])
        name, why = (
            f"{field.name}.annualised",
            "amounts a year are equal" if same else "amounts a year differ",
        )
        scores.append(_paired(name, COR if same else INC, float(same), why, gold, predicted, at))
    return scores + leaves


def _score_skills(golds: list[Any], predicteds: list[Any], at: str) -> list[Score]:
    gold, predicted = _ordered(_skills(golds)), _ordered(_skills(predicteds))
    pairs, missed, extra = _pair(
        [g for g, _ in gold], [p for p, _ in predicted], _skill_similarity, NAME_THRESHOLD
    )
    scores: list[Score] = []
    for g, p in pairs:
        scores += _score_skill(gold[g], predicted[p], at)
    scores += [_missed(_kind_field(gold[g][0]), gold[g], at) for g in missed]
    scores += [_spurious(_kind_field(predicted[p][0]), predicted[p], at) for p in extra]
    seen = {score.field for score in scores}
    return scores + [_both_absent(name, at) for name in ("skills.hard", "skills.soft") if name not in seen]


def _skills(items: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Skills as objects; a bare name is a skill whose kind and requirement are unknown."""
    skills = [item if isinstance(item, Mapping) else {"name": str(item)} for item in items]
    return [skill for skill in skills if not is_absent(skill.get("name"))]


def _skill_similarity(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> float:
    near = name_similarity(str(gold["name"]), str(predicted["name"]))
    # Of two skills of one name, the one that agrees in kind and requirement is meant.
    agree = sum(gold.get(key) == predicted.get(key) for key in ("kind", "requirement"))
    return near + 0.001 * agree if near >= NAME_THRESHOLD else near


def _kind_field(skill: Mapping[str, Any]) -> str:
    return "skills.soft" if CLOSED.is_same(skill.get("kind"), "soft") else "skills.hard"


def _score_skill(
    gold: tuple[Mapping[str, Any], int], predicted: tuple[Mapping[str, Any], int], at: str
) -> list[Score]:
    """A skill found under the wrong kind is wrong; its requirement is judged by itself."""
    kinds = gold[0].get("kind"), predicted[0].get("kind")
    right = is_absent(kinds[0]) or CLOSED.is_same(*kinds)
    why = "same name and kind" if right else f"named, but {kinds[1]} instead of {kinds[0]}"
    scores = [_paired(_kind_field(gold[0]), COR if right else INC, float(right), why, gold, predicted, at)]
    if not is_absent(gold[0].get("requirement")):
        places = f"{at}/{gold[1]}/requirement", f"{at}/{predicted[1]}/requirement"
        answers = gold[0]["requirement"], predicted[0].get("requirement")
        scores.append(_compared("skills.requirement", CLOSED, *answers, *places))
    return scores


@lru_cache(maxsize=1024)
def _both_absent(name: str, at: str) -> Score:
    return Score(name, TN, 1.0, "absent in both", None, None, at, at)


def _paired(
    name: str,
    outcome: Outcome,
    similarity: float,
    why: str,
    gold: tuple[Any, int],
    predicted: tuple[Any, int],
    at: str,
) -> Score:
    return Score(
        name, outcome, similarity, why, gold[0], predicted[0], f"{at}/{gold[1]}", f"{at}/{predicted[1]}"
    )


def _missed(name: str, gold: tuple[Any, int], at: str) -> Score:
    return Score(name, MIS, 0.0, "no predicted item answers it", gold[0], None, f"{at}/{gold[1]}", None)


def _spurious(name: str, predicted: tuple[Any, int], at: str) -> Score:
    return Score(name, SPU, 0.0, "no gold item answers it", None, predicted[0], None, f"{at}/{predicted[1]}")
