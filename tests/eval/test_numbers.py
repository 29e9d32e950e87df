"""Numbers are read as people write them."""

from decimal import Decimal

import pytest

from eval.numbers import read_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("80k", 80_000),
        ("1.2M", 1_200_000),
        ("1.234,56", Decimal("1234.56")),
        ("80.000 €", 80_000),
        ("£45,000", 45_000),
        ("1 234 567", 1_234_567),
        ("17.50", Decimal("17.5")),
        ("0.125", Decimal("0.125")),
        (80_000.0, 80_000),
        (Decimal("12.50"), Decimal("12.5")),
    ],
)
def test_groups_and_scales_are_read(written: object, number: object) -> None:
    """Thousands may be grouped by comma, dot or space, decimals follow the last mark, k and M scale."""
    assert read_number(written) == number


@pytest.mark.parametrize("written", [None, "", "competitive", True, "40 to 50", float("nan")])
def test_what_is_not_one_number_is_none(written: object) -> None:
    """No number, several numbers and booleans are no number."""
    assert read_number(written) is None
