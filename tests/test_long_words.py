"""What no posting holds and anybody may send, words and lines without end, costs in proportion to its length."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import date

import pytest

from extractor.document import read_document
from extractor.outline import outline
from extractor.readers import read_all

HEAD = "Line Cook\nAcme Kitchens, Lyon, France\n\nRequirements\n- "
BENEFITS = "Line Cook\nAcme Kitchens, Lyon, France\n\nWe offer\n"
LENGTH = 2_000
TIMES = 8
# Of eight times as much: what is in proportion takes eight times as long, what is quadratic 64 times.
MOST_GROWTH = 24.0
# Below it clocks and caches are measured.
LEAST_S = 0.2
UNITS = {
    "camel case": "PandasNumPy",
    "letters": "a",
    "accents": "é",
    "Chinese": "漢",
    "digits": "7",
    "dots": ".",
    "dashes": "-",
    "pipes": "a | ",
    "semicolons": "a; ",
    "tabs": "a\tb\t",
    "underscores": "_",
    "degrees": "BS/MS/",
    "remote": "remote ",
    "base64": "QWxhZGRpbjpvcGVu",
    "mails": "cook7@acme.example ",
}
BENEFIT_UNITS = {"commas": "a pension, ", "semicolons": "a pension; ", "brackets": "a pension (paid), and "}


def reading_s(unit: str, length: int, head: str = HEAD) -> float:
    """Seconds of processor that code takes to read a line of so much of it."""
    text = head + (unit * (length // len(unit) + 1))[:length]
    started = time.process_time()
    read_all(outline(read_document(text, kind="text")), date(2026, 3, 2), defaultdict(list))
    return time.process_time() - started


@pytest.mark.parametrize("name", UNITS)
def test_long_lines_cost_in_proportion(name: str) -> None:
    """Eight times as long is some eight times as dear."""
    assert_in_proportion(UNITS[name], HEAD)


@pytest.mark.parametrize("name", BENEFIT_UNITS)
def test_long_lists_of_benefits_cost_in_proportion(name: str) -> None:
    """In a sentence they are parted at commas, semicolons and words."""
    assert_in_proportion(BENEFIT_UNITS[name], BENEFITS)


def assert_in_proportion(unit: str, head: str) -> None:
    """Time it at one length and at eight times that."""
    reading_s(unit, LENGTH // 2, head)  # what is made at first use
    long = reading_s(unit, TIMES * LENGTH, head)
    assert long < LEAST_S or long < MOST_GROWTH * reading_s(unit, LENGTH, head)
