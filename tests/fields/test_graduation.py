"""Expected graduation: seasons, months and years as the earliest and the latest day they allow."""

from __future__ import annotations

import pytest

from extractor.fields.graduation import find_graduation

STATED = [
    (
        "expected graduation winter 2026 or spring/summer 2027\n",
        "winter 2026 or spring/summer 2027",
        "2026-12-01",
        "2027-08-31",
    ),
    (
        "- Graduation date in Winter 2027 or Spring/Summer 2028.",
        "Winter 2027 or Spring/Summer 2028",
        "2027-12-01",
        "2028-08-31",
    ),
    (
        "graduating between December 2026 and June 2027",
        "December 2026 and June 2027",
        "2026-12-01",
        "2027-06-30",
    ),
    (
        "expected to graduate in Fall 2026 or Spring 2027",
        "Fall 2026 or Spring 2027",
        "2026-09-01",
        "2027-05-31",
    ),
    ("Graduation: May 2027", "May 2027", "2027-05-01", "2027-05-31"),
    ("class of 2027", "2027", "2027-01-01", "2027-12-31"),
    ("will graduate by June 2027", "June 2027", None, "2027-06-30"),
    ("graduation date after December 2026", "December 2026", "2026-12-01", None),
    ("must graduate in 2026 or 2027", "2026 or 2027", "2026-01-01", "2027-12-31"),
    ("graduating Winter 2026", "Winter 2026", "2026-12-01", "2027-02-28"),
    ("graduating Winter 2027", "Winter 2027", "2027-12-01", "2028-02-29"),
    ("Abschluss im Sommer 2027", "Sommer 2027", "2027-06-01", "2027-08-31"),
    ("diplômé en juin 2027", "juin 2027", "2027-06-01", "2027-06-30"),
    ("graduación en 2027", "2027", "2027-01-01", "2027-12-31"),
]
NONE = [
    "Recent graduates are welcome",
    "Graduate program 2026",
    "a graduate degree in physics. Start: May 2027",
    "from September to December 2026",
    "Bachelor's degree",
    "founded in 2010",
    "",
]


@pytest.mark.parametrize(("text", "quote", "earliest", "latest"), STATED)
def test_stated_graduation(text: str, quote: str, earliest: str | None, latest: str | None) -> None:
    """Winter runs from December of its year; "by" and "after" leave one end open."""
    found = find_graduation(text)
    assert found is not None
    assert found.value.text == text[found.span.start : found.span.end] == quote
    assert (found.value.earliest and found.value.earliest.isoformat()) == earliest
    assert (found.value.latest and found.value.latest.isoformat()) == latest


@pytest.mark.parametrize("text", NONE)
def test_no_graduation_date(text: str) -> None:
    """Graduates, degrees and dates of other things give none."""
    assert find_graduation(text) is None
