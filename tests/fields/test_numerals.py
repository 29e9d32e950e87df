"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.fields.money import find_money, to_currency
from extractor.fields.numerals import find_counts, read_number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("12,00,000", "1200000"),
        ("120'000", "120000"),
        ("35 000", "35000"),
        ("35\u202f000,50", "35000.50"),
        ("1.500", "1500"),
        ("1,500", "1500"),
        ("0.125", "0.125"),
        ("7.40", "7.40"),
        ("38,5", "38.5"),
        ("2000.0", "2000.0"),
        ("42", "42"),
    ],
)
def test_the_shape_of_the_digits_decides(written: str, value: str) -> None:
    """Three digits behind a lone mark are a group, one or two are decimals."""
    assert read_number(written) == Decimal(value)


def test_before_a_multiplier_a_lone_mark_is_decimal() -> None:
    """In "178.880k" nothing is grouped."""
    assert read_number("178.880", scaled=True) == Decimal("178.880")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-5 years", "3/5"),
        ("three (3) years", "3/-"),
        ("10 to 15+ years", "10/15+"),
        ("two or three", "2/3"),
        ("zwei bis drei Jahre", "2/3"),
        ("de 1 a 2 años", "1/2"),
        ("a six-month contract", "1/- 6/-"),
        ("1001-5000 people", "1001/5000"),
        ("over 1,000 staff", "1000/-"),
        ("Twenty-four weeks", "24/-"),
        ("$500 and €60", ""),
        ("v1.2.3 and B2B", ""),
    ],
)
def test_counts(text: str, expected: str) -> None:
    """Digits and words, ranges of two, a plus; no money and no versions."""
    found = [f"{c.low}/{'-' if c.high is None else c.high}{'+' * c.is_open}" for c in find_counts(text)]
    assert " ".join(found) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$80k–$120k", "80000-120000 $"),
        ("35-45k€", "35000-45000 EUR"),
        ("between 40 and 50 000 kr", "40000-50000 kr"),
        ("40 and 50 000 kr", "40-40 - 50000-50000 kr"),
        ("CHF 4'500.- bis 5'000.-", "4500-5000 CHF"),
        ("$91,000 - $117,000 CAD", "91000-117000 CAD"),
        ("50 KES", "50-50 KES"),
        ("$1.2M", "1200000-1200000 $"),
        ("₹8-12 LPA", "800000-1200000 INR"),
        ("60 T€", "60000-60000 EUR"),
        ("401(k), 401k, 15 % and $**,000", ""),
    ],
)
def test_amounts_of_money(text: str, expected: str) -> None:
    """A mark and a scale hold for both ends of a range; plans, percentages and masks are no amounts."""
    assert " ".join(f"{m.low}-{m.high} {m.mark or '-'}" for m in find_money(text)) == expected


def test_a_shared_mark_needs_a_country() -> None:
    """A dollar is the country's own, or else the American; a krona without country or language is open."""
    assert to_currency("$", country="AU", language=None) == "AUD"
    assert to_currency("$", country="IN", language=None) == "USD"
    assert to_currency("kr", country=None, language="sv") == "SEK"
    assert to_currency("kr", country=None, language=None) is None
