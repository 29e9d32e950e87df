"""What is said on standard error while the model works."""

from __future__ import annotations

import pytest

from extractor.model.base import Progress
from extractor.progress import Display, summarise
from extractor.schema import Extraction, JobPosting, Meta


def test_plain_lines_come_with_each_step_and_each_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    """A log shows each new step once, and that a long one goes on."""
    seconds = iter([0.0, 1.0, 2.0, 40.0])
    with Display(clock=lambda: next(seconds)).working("004") as show:
        show(Progress("load", "loading the model"))
        show(Progress("answer", "writing", 5, 100))
        show(Progress("answer", "writing", 1200, 4096))
    assert capsys.readouterr().err.splitlines() == [
        "004: loading the model (1 s)",
        "004: writing (2 s, 5 tokens)",
        "004: writing (40 s, 1,200 tokens)",
    ]


def test_a_download_counts_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes are shown in the unit that people know."""
    with Display(clock=lambda: 0.0).working("model") as show:
        show(Progress("download", "downloading", 350_000_000, 1_117_320_768))
    assert capsys.readouterr().err == "model: downloading (0 s, 350 of 1,117 MB)\n"


def test_quiet_shows_errors_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither notes nor progress, but what went wrong."""
    display = Display(quiet=True)
    display.note("note")
    with display.working("004") as show:
        show(Progress("load", "loading"))
    display.complain("wrong")
    assert capsys.readouterr().err == "wrong\n"


def test_nothing_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is for results alone."""
    display = Display()
    display.note("note")
    display.complain("wrong")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("meta", "line"),
    [
        (
            Meta(
                calls=2,
                input_tokens=1250,
                cached_input_tokens=300,
                output_tokens=340,
                cost_usd=0.0,
                seconds=31.24,
            ),
            "1: 31.2 s, 2 calls, 1,250 tokens read (300 cached), 340 written, $0",
        ),
        (Meta(calls=1, cost_usd=None), "1: 0.0 s, 1 call, 0 tokens read, 0 written, cost unknown"),
        (Meta(cached=True, cost_usd=0.0), "1: 0.0 s, from the cache, 0 tokens read, 0 written, $0"),
        (Meta(calls=1, cost_usd=0.00123), "1: 0.0 s, 1 call, 0 tokens read, 0 written, $0.0012"),
    ],
)
def test_the_summary_says_what_it_took(meta: Meta, line: str) -> None:
    """Seconds, calls, tokens and dollars in one line."""
    assert summarise(Extraction(id="1", posting=JobPosting(), meta=meta)) == line
