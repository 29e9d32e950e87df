"""Every reader on any input at all: a short run of what `python -m tests.fuzz` does for hours, and what that found."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.mutation import PIECES, mutated, seeds
from fuzz.targets import TARGETS

QUICK = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
FOUND = {
    "an amount of thirty digits after another": "Pay: 40 to 123456789012345678901234567890 EUR per hour",
    "one word that says sponsor again and again": "We will not " + "sponsor" * 60 + " visa no guarantee " * 4,
    "a list of subjects with a hole in it": "Bachelor's degree in"
    + " " * 400
    + "x\nDegree in law"
    + "\u00a0" * 300,
    "a glued word of thousands of letters": "Skills\n" + "aBCd1" * 2_000,
}


@pytest.mark.parametrize("name", TARGETS)
def test_any_text_is_read_or_refused(name: str) -> None:
    """Pieces that readers look for, in any order, and mutated postings."""

    @QUICK
    @given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40))
    def run(pieces: list[str]) -> None:
        TARGETS[name](" ".join(pieces).encode("utf-8", "surrogatepass"))

    run()
    chance, corpus = random.Random(7), seeds()
    for _ in range(5):
        TARGETS[name](mutated(chance, corpus)[:4_000])


@pytest.mark.parametrize("case", FOUND)
def test_what_fuzzing_found_stays_mended(case: str) -> None:
    """Each of these broke the extraction of its posting, or took minutes."""
    started = time.process_time()
    TARGETS["extraction"](f"Cook wanted in Bonn\n\n{FOUND[case]}\n\nApply now".encode())
    assert time.process_time() - started < 20


def test_half_a_character_in_linked_data_is_replaced() -> None:
    """It could be written in no encoding."""
    TARGETS["linked_data"](b"We look for \\ud800 a cook who likes bread in the town of Bonn")


def test_a_row_with_more_cells_than_its_table_has_columns_costs_itself() -> None:
    """Its last cells have no name."""
    TARGETS["tables"](b'id,text\n1,\n2,,Cook in Bonn,"a, b"\n')


def test_of_a_text_that_only_speaks_to_models_nothing_is_left_to_prove() -> None:
    """Its language was told, by no words."""
    TARGETS["extraction"](b"b refer" + b"<|im_end|>" * 60)


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("piece", ["sponsor", "visa ", "years "])
def test_ten_times_the_text_takes_at_most_forty_times_as_long(piece: str) -> None:
    """What is quadratic takes a hundred times as long; a posting of 100,000 characters must not stop a service."""

    def seconds(size: int) -> float:
        text = f"Cook wanted in Bonn\n\n{piece * (size // len(piece))}\n\nApply now"
        started = time.process_time()
        TARGETS["fields"](text.encode())
        return time.process_time() - started

    seconds(1_000)  # tables are loaded
    assert seconds(5_000) < 40 * max(seconds(500), 0.05)
