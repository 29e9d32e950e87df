"""Each comparator: identity is right, a difference is wrong, absence is told apart from both."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import comparators as c
from eval.comparators import Comparator
from eval.outcomes import Outcome, is_absent

TEXTUAL = [
    c.TEXT,
    c.COMPANY,
    c.ITEM,
    c.NAME,
    c.CLOSED,
    c.CITY,
    c.REGION,
    c.COUNTRY,
    c.CURRENCY,
    c.URL,
    c.LANGUAGE,
]
SYMMETRIC = [
    c.TEXT,
    c.COMPANY,
    c.ITEM,
    c.NAME,
    c.CLOSED,
    c.CITY,
    c.REGION,
    c.COUNTRY,
    c.NUMBER,
    c.LANGUAGE,
    c.WORDS,
]


@pytest.mark.parametrize("comparator", TEXTUAL, ids=lambda comparator: comparator.name)
@given(value=st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_a_value_is_equal_to_itself(comparator: Comparator, value: str) -> None:
    """Identity is always COR with similarity 1, whatever the characters."""
    assert comparator.compare(value, value)[:2] == (Outcome.COR, 1.0)


@given(
    value=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
)
def test_a_number_is_equal_to_itself(value: Decimal) -> None:
    """Also across the types that JSON and Python give it."""
    assert c.NUMBER.compare(value, str(value)).outcome is Outcome.COR


@pytest.mark.parametrize("comparator", SYMMETRIC, ids=lambda comparator: comparator.name)
@given(
    one=st.text(alphabet="abc AB+#.-/1,", max_size=14), other=st.text(alphabet="abc AB+#.-/1,", max_size=14)
)
def test_gold_and_predicted_may_change_places(comparator: Comparator, one: str, other: str) -> None:
    """Right stays right and wrong stays wrong; omitted and invented change places."""
    turned = {Outcome.MIS: Outcome.SPU, Outcome.SPU: Outcome.MIS}
    there, back = comparator.compare(one, other), comparator.compare(other, one)
    assert back.outcome is turned.get(there.outcome, there.outcome)
    assert back.similarity == pytest.approx(there.similarity)


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}])
def test_the_five_outcomes(nothing: Any) -> None:
    """Absent is one class, and value against absence is told by its side."""
    assert is_absent(nothing)
    assert c.TEXT.compare(nothing, None).outcome is Outcome.TN
    assert c.TEXT.compare(nothing, "a").outcome is Outcome.SPU
    assert c.TEXT.compare("a", nothing).outcome is Outcome.MIS
    assert c.TEXT.compare("a", "A.").outcome is Outcome.COR
    assert c.TEXT.compare("a", "b").outcome is Outcome.INC


def test_every_comparison_says_why() -> None:
    """The sentence names both values."""
    why = c.TEXT.compare("Cook", "Chef").why
    assert "Cook" in why
    assert "Chef" in why


@pytest.mark.parametrize(
    ("comparator", "gold", "predicted"),
    [
        (c.CLOSED, "full_time", "part_time"),
        (c.NUMBER, 80_000, 40_000),
        (c.DATE, "2026-03-04", "2026-04-03"),
        (c.DATE, "2026-03-04", "04/03/2026"),
        (c.NAME, "Java", "JavaScript"),
        (c.NAME, "C", "C++"),
        (c.NAME, "communication", "data communication"),
        (c.ITEM, "3+ years of experience with Python", "5+ years of experience with Python"),
        (c.COMPANY, "Acme Ltd", "Apex Ltd"),
        (c.CITY, "Cambridge", "Boston"),
        (c.REGION, "CA", "CO"),
        (c.LANGUAGE, "en-GB", "en-US"),
        (c.URL, "https://a.example/jobs/1", "https://a.example/jobs/2"),
    ],
)
def test_a_difference_is_wrong_not_nearly_right(comparator: Comparator, gold: Any, predicted: Any) -> None:
    """Likeness of letters earns nothing: day and month swapped is wrong, not 0.8."""
    assert comparator.compare(gold, predicted).outcome is Outcome.INC


@pytest.mark.parametrize(
    ("comparator", "gold", "predicted"),
    [
        (c.CLOSED, "full_time", "Full-time"),
        (c.NUMBER, 80_000, "80k"),
        (c.DATE, "2026-03", "2026-03-17"),
        (c.NAME, "JavaScript", "JS"),
        (c.NAME, "Amazon Web Services (AWS)", "AWS"),
        (c.NAME, "communication", "strong communication skills"),
        (c.NAME, "driving licence", "Driving licences"),
        (c.COMPANY, "Acme, Inc.", "ACME"),
        (c.COMPANY, "Müller & Söhne GmbH", "Müller and Söhne"),
        (c.CITY, "München", "Munich"),
        (c.CITY, "Montréal", "Montreal"),
        (c.REGION, "California", "CA"),
        (c.COUNTRY, "GB", "United Kingdom"),
        (c.CURRENCY, "EUR", "€"),
        (c.LANGUAGE, "en", "en-GB"),
        (c.URL, "https://www.a.example/jobs/", "a.example/jobs"),
        (c.ITEM, "Lead the team and report to the board", "• Lead the team and report to the board."),
        (c.ITEM, "Lead the team and report to the board", "Lead the team and report to the board every week"),
    ],
)
def test_spellings_of_one_value_are_right(comparator: Comparator, gold: Any, predicted: Any) -> None:
    """Aliases and how far a sentence was cut do not matter."""
    assert comparator.compare(gold, predicted).outcome is Outcome.COR


def test_half_a_sentence_is_not_the_sentence() -> None:
    """An item must be whole, within a few words."""
    whole = "Lead the team of twelve engineers and report to the board every month"
    assert c.ITEM.compare(whole, "Lead the team of twelve engineers").outcome is Outcome.INC


def test_day_first_is_declared_never_guessed() -> None:
    """03/04/2026 is a date only where its order is declared."""
    assert c.iso_date(day_first=True).compare("2026-04-03", "03/04/2026").outcome is Outcome.COR
    assert c.iso_date(day_first=False).compare("2026-03-04", "03/04/2026").outcome is Outcome.COR
    assert c.iso_date().compare("2026-04-03", "03/04/2026").outcome is Outcome.INC


def test_a_coarse_answer_does_not_meet_a_fine_gold() -> None:
    """Granularity is the gold's."""
    assert c.DATE.compare("2026-03-17", "2026-03").outcome is Outcome.INC


def test_tolerance_of_numbers_is_declared() -> None:
    """Equality, unless a tolerance is given."""
    assert c.number(Decimal(500)).compare(80_000, 80_400).outcome is Outcome.COR
    assert c.NUMBER.compare(80_000, 80_400).outcome is Outcome.INC


def test_a_flag_that_is_false_is_absent() -> None:
    """ "True where ..." says nothing when false."""
    assert c.FLAG.compare(None, False).outcome is Outcome.TN
    assert c.FLAG.compare(True, False).outcome is Outcome.MIS
