"""Visa sponsorship: offered, not offered or not guaranteed, and the record of past years."""

from __future__ import annotations

import pytest

from extractor.fields.sponsorship import find_sponsorship, find_visa_history

STATED = [
    ("Visa sponsorship is available for this role.", "offered"),
    ("We sponsor visas for exceptional candidates.", "offered"),
    ("We offer visa sponsorship and relocation help", "offered"),
    ("We will sponsor an H-1B visa.", "offered"),
    ("Benefits: health insurance, visa sponsorship, free lunch", "offered"),
    ("Visa sponsorship: Yes", "offered"),
    ("In office  •  Will sponsor a visa", "offered"),
    ("Wir unterstützen dich beim Visum.", "offered"),
    ("We do not sponsor visas.", "not_offered"),
    ("We don't offer visa sponsorship at this time.", "not_offered"),
    ("Sadly we are unable to sponsor anybody for a visa.", "not_offered"),
    ("PLEASE NOTE WE DO NOT OFFER SPONSORSHIP and cannot take applicants on a student visa.", "not_offered"),
    (
        "We are not able to sponsor or take over sponsorship of an employment visa for this position.",
        "not_offered",
    ),
    ("Must be authorized to work in the US without sponsorship.", "not_offered"),
    ("You need the right to work in Ireland without the need for visa sponsorship", "not_offered"),
    ("Candidates must not now or in the future require sponsorship for a visa", "not_offered"),
    ("Visa sponsorship: No", "not_offered"),
    ("Visa sponsorship No", "not_offered"),
    ("No visa sponsorship", "not_offered"),
    ("Visa sponsorship is not available for this position.", "not_offered"),
    ("This position is not eligible for visa sponsorship.", "not_offered"),
    ("Wir bieten kein Visa-Sponsoring an.", "not_offered"),
    ("Pas de parrainage de visa possible.", "not_offered"),
    ("No ofrecemos patrocinio de visa.", "not_offered"),
    ("Vi erbjuder inte visumsponsring.", "not_offered"),
    ("Wij bieden geen visumsponsoring.", "not_offered"),
    ("Please note that this does not guarantee sponsorship for this specific role.", "not_guaranteed"),
    (
        "candidates should check before applying, as sponsorship cannot be guaranteed for a visa.",
        "not_guaranteed",
    ),
    ("Visa sponsorship may be available.", "not_guaranteed"),
    ("Visa sponsorship is considered on a case-by-case basis.", "not_guaranteed"),
    ("We can't sponsor visas in every case, we aren't able to sponsor every candidate.", "not_guaranteed"),
]
SILENT = [
    "You will find an executive sponsor for each project.",
    "Our events are sponsored by local firms.",
    "We pay with Visa and Mastercard.",
    "Sponsored jobs near you",
    "employer-sponsored health benefits",
    "You must be authorized to work in Canada.",
    "A clinical trial sponsor",
    "The firm has a track record of H1B sponsorships, with 12 in 2024.",
    "",
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_what_is_said_of_sponsorship(text: str, expected: str) -> None:
    """Offered, refused or hedged, in several languages; the quote lies in the text."""
    found = find_sponsorship(text)
    assert found is not None
    assert found.value == expected
    assert 0 <= found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize("text", SILENT)
def test_silence_is_no_answer(text: str) -> None:
    """Sponsors of other things, payment cards and a record alone say nothing of this job."""
    assert find_sponsorship(text) is None


def test_a_hedge_outranks_the_record() -> None:
    """A record of sponsoring with "does not guarantee" behind it is a hedge."""
    text = (
        "A record of H1B sponsorships, with 377 in 2025. This does not guarantee sponsorship for this role."
    )
    found = find_sponsorship(text)
    assert found is not None
    assert found.value == "not_guaranteed"


def test_counts_a_year() -> None:
    """Every count with its year, in reading order; the numbers are in the quotes."""
    text = "Acme has offered H1B sponsorships, with 377 in 2025, 1,311 in 2024, 215 in 2023."
    found = find_visa_history(text)
    assert [(f.value.year, f.value.count) for f in found] == [(2025, 377), (2024, 1311), (2023, 215)]
    assert [text[f.span.start : f.span.end] for f in found] == ["377 in 2025", "1,311 in 2024", "215 in 2023"]


def test_counts_in_a_table() -> None:
    """Year before count reads the same."""
    found = find_visa_history("H-1B visas sponsored: 2025: 12, 2024: 9")
    assert [(f.value.year, f.value.count) for f in found] == [(2025, 12), (2024, 9)]


@pytest.mark.parametrize(
    "text",
    [
        "We opened 12 shops in 2024 and 9 in 2023.",
        "Grew to 100 employees in 2023",
        "May 2024 - 12 openings",
        "",
    ],
)
def test_other_counts_are_no_visas(text: str) -> None:
    """Counts a year without a word of visas near are something else."""
    assert find_visa_history(text) == []
