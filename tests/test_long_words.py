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
LENGTH = 3_000
TIMES = 4
# Of four times as much: what is in proportion takes four times as long, what is quadratic sixteen times.
MOST_GROWTH = 9.0
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
}


def reading_s(unit: str, length: int) -> float:
    """Seconds of processor that code takes to read a line of so much of it."""
    text = HEAD + (unit * (length // len(unit) + 1))[:length]
    started = time.process_time()
    read_all(outline(read_document(text, kind="text")), date(2026, 3, 2), defaultdict(list))
    return time.process_time() - started


@pytest.mark.parametrize("name", UNITS)
def test_long_lines_cost_in_proportion(name: str) -> None:
    """Four times as long is at most some four times as dear."""
    unit = UNITS[name]
    reading_s(unit, 100)
    long = reading_s(unit, TIMES * LENGTH)
    assert long < LEAST_S or long < MOST_GROWTH * reading_s(unit, LENGTH)
