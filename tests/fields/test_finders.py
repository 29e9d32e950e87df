"""What holds for every finder of figures, whatever the text."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.fields.company import find_company_size, find_founded_year, find_headquarters
from extractor.fields.dates import (
    find_closes,
    find_duration_weeks,
    find_graduation,
    find_hours_per_week,
    find_posted,
    find_terms,
)
from extractor.fields.experience import find_experience, pick_headline
from extractor.fields.pay import find_pay
from extractor.fields.sponsorship import find_sponsorship, find_visa_history
from extractor.records import Found

TODAY = date(2026, 3, 10)
FINDERS: dict[str, Callable[[str], Any]] = {
    "pay": lambda text: find_pay(text, country="US", language="en"),
    "posted": lambda text: find_posted(text, today=None, language="en"),
    "closes": lambda text: find_closes(text, today=TODAY, language="en"),
    "terms": lambda text: find_terms(text, today=TODAY, language="en"),
    "hours": find_hours_per_week,
    "duration": find_duration_weeks,
    "graduation": find_graduation,
    "experience": lambda text: find_experience(text),
    "headline": lambda text: pick_headline(find_experience(text), text),
    "size": find_company_size,
    "founded": find_founded_year,
    "headquarters": find_headquarters,
    "history": find_visa_history,
    "sponsorship": find_sponsorship,
}
WORDS = (
    "Salary pay from to up $ € £ kr USD per hour year month k M 40 50,000 1.500 2026 31 May 5 years of"
    " experience at least minimum - – : ; . , ( ) \n posted apply by deadline start until weeks contract"
    " hours week full-time founded in employees over visa sponsorship not no guarantee graduation winter 12"
    " 10/05/2026 İ ß + % |"
).split(" ")
HOSTILE = {
    "ones": "1 " * 1500,
    "dollars": "$1,000 - " * 200,
    "dates": "2026-01-01 " * 150,
    "labels": "posted " * 800 + "1",
    "filler": "apply by " + "x " * 3000 + "2026-01-01",
    "experience": "5 years of " * 400,
    "sponsor": "not " * 1500 + "sponsor visa",
    "brackets": "(" * 5000,
    "lines": "\n" * 5000,
    "letters": "x" * 20000,
    "growing when lowered": "İ" * 2000 + " 5 years of experience",
    "versions": "1.2.3.4.5.6.7.8" * 200,
}


def _each(result: Any) -> list[Found[Any]]:
    return result if isinstance(result, list) else [result] if result else []


@pytest.mark.parametrize("name", FINDERS)
@settings(max_examples=25, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=60))
def test_spans_lie_in_the_text(name: str, words: list[str]) -> None:
    """Nothing raises, and every span is a part of the text that was given."""
    text = " ".join(words)
    for found in _each(FINDERS[name](text)):
        assert 0 <= found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(hostile: str) -> None:
    """No pattern runs away on repetitions; the usual text takes all finders a hundredth of a second."""
    started = time.process_time()
    for find in FINDERS.values():
        find(hostile)
    assert time.process_time() - started < 5
