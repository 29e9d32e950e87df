"""The five outcomes, one score, and their tally."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple


class Outcome(StrEnum):
    """What became of one value, gold against predicted."""

    COR = "COR"  # gold has it, predicted equal
    INC = "INC"  # gold has it, predicted different
    SPU = "SPU"  # gold is absent, predicted something: invented
    MIS = "MIS"  # gold has it, predicted absent: omitted
    TN = "TN"  # absent in both


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)


class Comparison(NamedTuple):
    """What a comparator says of one pair; `similarity` is 0 to 1, `why` a sentence."""

    outcome: Outcome
    similarity: float
    why: str


class Score(NamedTuple):
    """One comparison inside one document. Pointers are JSON pointers into either posting, or None."""

    field: str
    outcome: Outcome
    similarity: float
    why: str
    gold: Any
    predicted: Any
    gold_at: str | None
    predicted_at: str | None


def is_absent(value: Any) -> bool:
    """null, "", [], {} and missing are one class; so is an object or list of nothing but these."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, dict):
        return all(is_absent(part) for part in value.values())
    if isinstance(value, list | tuple):
        return all(is_absent(part) for part in value)
    return False
