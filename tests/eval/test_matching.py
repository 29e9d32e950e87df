"""Items are paired by the best assignment among allowed pairs."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from eval.matching import assign


def test_a_poor_pair_never_blocks_a_good_one() -> None:
    """Forbidden before assignment: 0.8 + 0.8 of poor pairs do not outbid 0.95."""
    similarity = np.array([[0.95, 0.8], [0.8, 0.1]])
    assert assign(similarity, 0.85) == [(0, 0)]


def test_two_good_pairs_win_over_one_perfect() -> None:
    """A greedy choice of the best pair would lose the second."""
    similarity = np.array([[1.0, 0.9], [0.9, 0.2]])
    assert assign(similarity, 0.85) == [(0, 1), (1, 0)]


def test_nothing_pairs_with_nothing() -> None:
    """Empty sides have no pairs."""
    assert assign(np.zeros((0, 3)), 0.5) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_sum_is_scipys(seed: int) -> None:
    """Also where the short cut for unambiguous matrices is taken."""
    similarity = np.random.default_rng(seed).random((5, 7)) ** 3
    pairs = assign(similarity, 0.5)
    worth = np.where(similarity >= 0.5, similarity, 0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    assert sum(similarity[r, c] for r, c in pairs) == pytest.approx(worth[rows, columns].sum())
