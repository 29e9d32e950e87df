"""Which item of one list answers which item of the other: the assignment of greatest similarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Pairs = list[tuple[int, int]]


def assign(similarity: NDArray[np.float64], threshold: float) -> Pairs:
    """Pairs (row, column) of the greatest summed similarity; cells under `threshold` are forbidden first.

    A forbidden pair is worth nothing, so that a poor pair never blocks a good one. Rows ascend.
    """
    if similarity.size == 0:
        return []
    allowed = (similarity >= threshold) & (similarity > 0)
    if allowed.sum(axis=0).max() <= 1 and allowed.sum(axis=1).max() <= 1:  # nothing to decide
        rows, columns = np.nonzero(allowed)
    else:
        rows, columns = linear_sum_assignment(np.where(allowed, similarity, 0.0), maximize=True)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if allowed[r, c]]


def left_over(count: int, taken: set[int]) -> list[int]:
    """Indices under `count` that no pair took."""
    return [index for index in range(count) if index not in taken]
