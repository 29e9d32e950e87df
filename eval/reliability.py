"""Whether a confidence means what it says: reliability, and what leaving out the doubtful brings.

Both need only a run's answers and their scores. A value counts where the gold decides it and its
field is pooled; right is COR, wrong INC or SPU.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from eval.fields import FIELDS, OUTPUTS, Objects
from eval.judging import Judgement
from eval.outcomes import Outcome, Score, is_absent

BINS = 10
STEPS = tuple(step / 20 for step in range(20))  # the P of the abstention curve: 0 to 0.95

_OBJECTS = {field.name for field in FIELDS if isinstance(field, Objects)}


class Rated(NamedTuple):
    """One value: how probable it was held to be, and what became of it."""

    confidence: float
    is_right: bool


class Bin(NamedTuple):
    """The values whose confidence lies in [low, high), the last bin with its upper end."""

    low: float
    high: float
    values: int
    confidence: float  # mean
    right: float  # share


class Kept(NamedTuple):
    """What is left where values under `below` are left out, over pooled fields; None stands for 0/0."""

    below: float
    precision: float | None
    recall: float | None
    coverage: float  # share of the values that stay


class Reliability(NamedTuple):
    """How well the confidences of a run hold; `error` is the expected calibration error, 0 to 1."""

    values: int
    unrated: int
    error: float
    bins: tuple[Bin, ...]
    curve: tuple[Kept, ...]


def measure_reliability(judgement: Judgement) -> Reliability | None:
    """Of a run's first repeat; None where no judged value carries a confidence."""
    pairs = list(_pooled(judgement))
    rated = [
        Rated(confidence, score.outcome is Outcome.COR)
        for score, confidence in pairs
        if confidence is not None and is_given(score)
    ]
    if not rated:
        return None
    unrated = sum(confidence is None and is_given(score) for score, confidence in pairs)
    curve = tuple(keep_from(pairs, below) for below in STEPS)
    return Reliability(len(rated), unrated, calibration_error(rated), to_bins(rated), curve)


def _pooled(judgement: Judgement) -> Iterator[tuple[Score, float | None]]:
    """Every score of a pooled field, and the confidence of the value that it judges."""
    for scores, answer in zip(judgement.scores, judgement.answers, strict=True):
        confidence = answer.confidence if answer else {}
        for score in scores:
            if OUTPUTS[score.field]:
                yield score, confidence.get(value_pointer(score) or "")


def is_given(score: Score) -> bool:
    """Whether a score judges a value that was answered."""
    return score.outcome in (Outcome.COR, Outcome.INC, Outcome.SPU)


def value_pointer(score: Score) -> str | None:
    """The JSON pointer of the answered value that a score judges; None where none was answered."""
    at = score.predicted_at
    if at is None or is_absent(score.predicted):
        return None
    if score.field in ("skills.hard", "skills.soft"):
        return f"{at}/name"
    name, _, leaf = score.field.rpartition(".")
    is_unpaired_leaf = name in _OBJECTS and not at.endswith(f"/{leaf}")
    return f"{at}/{leaf}" if is_unpaired_leaf else at


def to_bins(rated: Sequence[Rated], bins: int = BINS) -> tuple[Bin, ...]:
    """The values by confidence, in bins of equal width; empty bins are left out."""
    groups: dict[int, list[Rated]] = {}
    for value in rated:
        groups.setdefault(min(int(value.confidence * bins), bins - 1), []).append(value)
    return tuple(
        Bin(
            at / bins,
            (at + 1) / bins,
            len(group),
            sum(value.confidence for value in group) / len(group),
            sum(value.is_right for value in group) / len(group),
        )
        for at, group in sorted(groups.items())
    )


def calibration_error(rated: Sequence[Rated], bins: int = BINS) -> float:
    """Expected calibration error: the mean, over values, of how far a bin's share of right values lies from
    its mean confidence."""
    gaps = (group.values * abs(group.right - group.confidence) for group in to_bins(rated, bins))
    return sum(gaps) / len(rated)


def keep_from(pairs: Iterable[tuple[Score, float | None]], below: float) -> Kept:
    """Precision and recall where what is rated under `below` had been left out; the unrated stays."""
    given = kept = right = gold = 0
    for score, confidence in pairs:
        gold += score.outcome in (Outcome.COR, Outcome.INC, Outcome.MIS)
        if is_given(score):
            given += 1
            if confidence is None or confidence >= below:
                kept += 1
                right += score.outcome is Outcome.COR
    return Kept(
        below,
        right / kept if kept else None,
        right / gold if gold else None,
        kept / given if given else 0.0,
    )


def judge_values(scores: Iterable[Score]) -> Mapping[str, bool]:
    """Of every answered value that the gold decides, by its pointer: is it right?

    A skill's kind is as its name; its requirement is wrong where the skill is. The words of an object
    are right where it answers one of the gold's.
    """
    right: dict[str, bool] = {}
    for score in scores:
        pointer = value_pointer(score)
        if pointer is None or not is_given(score):
            continue
        if score.field in _OBJECTS:
            right.setdefault(f"{pointer}/text", score.gold_at is not None)
        elif score.field.endswith(".annualised"):
            continue
        else:
            right[pointer] = score.outcome is Outcome.COR
        if score.field in ("skills.hard", "skills.soft"):
            right[f"{score.predicted_at}/kind"] = right[pointer]
            if score.gold_at is None:
                right[f"{score.predicted_at}/requirement"] = False
    return right
