"""Linear chains: the probability of each label of a row of things that depend on their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

Matrix = list[list[float]]


def posteriors(rows: Sequence[Sequence[float]], steps: Sequence[Sequence[Sequence[float]]]) -> Matrix:
    """The probability of each label of each thing, by the forward-backward algorithm.

    `rows[i][b]` is how much speaks for label b of thing i, `steps[i][a][b]` for b after a on the way to
    thing i (`steps[0]` is not used): exponentials of scores, of any scale a row. At least one thing.
    """
    columns = {id(step): list(zip(*step, strict=True)) for step in steps}  # of a few steps, again and again
    ahead = [_scaled(rows[0])]
    for row, step in zip(rows[1:], steps[1:], strict=True):
        last = ahead[-1]
        arrived = [sum(map(mul, last, column)) for column in columns[id(step)]]
        ahead.append(_scaled(list(map(mul, arrived, row))))
    behind = [1.0] * len(rows[0])
    found = [ahead[-1]]
    for before, row, step in zip(ahead[-2::-1], rows[:0:-1], steps[:0:-1], strict=True):
        onward = list(map(mul, row, behind))
        behind = _scaled([sum(map(mul, onward, leaving)) for leaving in step])
        found.append(_scaled(list(map(mul, before, behind))))
    found.reverse()
    return found


def _scaled(row: Sequence[float]) -> list[float]:
    total = sum(row)
    return [value / total for value in row]
