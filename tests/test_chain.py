"""The forward-backward algorithm against the sum over all ways."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.chain import posteriors

weights = st.floats(0.01, 100)


@given(st.data())
def test_posteriors_are_shares_of_all_ways(data: st.DataObject) -> None:
    """The probability of a label is the share of the ways through it in all ways, by their products."""
    size, length = data.draw(st.integers(2, 3)), data.draw(st.integers(1, 4))
    row = st.lists(weights, min_size=size, max_size=size)
    rows = data.draw(st.lists(row, min_size=length, max_size=length))
    steps = data.draw(st.lists(st.lists(row, min_size=size, max_size=size), min_size=length, max_size=length))
    ways = {
        way: math.prod(rows[i][label] for i, label in enumerate(way))
        * math.prod(steps[i][way[i - 1]][way[i]] for i in range(1, length))
        for way in itertools.product(range(size), repeat=length)
    }
    total = sum(ways.values())
    for i, found in enumerate(posteriors(rows, steps)):
        for label, share in enumerate(found):
            expected = sum(value for way, value in ways.items() if way[i] == label) / total
            assert share == pytest.approx(expected)


def test_rows_of_any_scale() -> None:
    """Long chains of small weights neither vanish nor overflow."""
    step = [[1e-9, 2e-9], [2e-9, 1e-9]]
    found = posteriors([[1e-12, 3e-12]] * 500, [step] * 500)
    assert all(sum(row) == pytest.approx(1) for row in found)
