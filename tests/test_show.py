"""What people read: tables, marked text, the table of settings."""

from __future__ import annotations

from array import array
from pathlib import Path

from extractor.records import Document
from extractor.schema import Evidence, Extraction, Failure, JobPosting, Pay, Place, Skill, Warning
from extractor.show import explain, settings_table, to_table

TEXT = "Cook [red] wanted\x1b[31m in Lyon. 12 €/h. Knife skills and calm."


def document_of(text: str) -> Document:
    """Plain text as a document: each character is its own source."""
    starts = array("l", range(len(text)))
    return Document("1", text, text, starts, array("l", range(1, len(text) + 1)), "text")


def at(quote: str) -> list[Evidence]:
    """Where a quote stands in TEXT."""
    start = TEXT.index(quote)
    return [Evidence(start=start, end=start + len(quote), quote=quote, match="exact")]


EXTRACTION = Extraction(
    id="004[bold]",
    posting=JobPosting(
        title="Cook",
        locations=[Place(text="Lyon", country="FR")],
        compensation=[Pay(currency="EUR", text="12 €/h")],
        skills=[Skill(name="Knife skills")],
        benefits=["meals", "leave"],
    ),
    evidence={
        "/title": at("Cook"),
        "/locations/0/text": at("Lyon"),
        "/locations/0/country": at("Lyon"),
        "/compensation/0/text": at("12 €/h"),
        "/compensation/0/currency": at("€"),
    },
    warnings=[Warning(pointer="/closes_on", code="unsupported", message="dropped")],
)


def test_explain_marks_each_value_with_its_field() -> None:
    """Fields that were read from the same words share a label; words inside words nest."""
    shown = explain(EXTRACTION, document_of(TEXT))
    assert "⟦Cook⟧(title)" in shown
    assert "⟦Lyon⟧(locations/0/text, locations/0/country)" in shown
    assert "⟦12 ⟦€⟧(compensation/0/currency)/h⟧(compensation/0/text)" in shown


def test_explain_shows_the_readable_text_of_a_page() -> None:
    """Offsets into markup are mapped to the text that people read."""
    source = "<b>Cook</b>"
    document = Document("1", source, "Cook", array("l", [3, 4, 5, 6]), array("l", [4, 5, 6, 7]), "html")
    place = Evidence(start=3, end=7, quote="Cook", match="exact")
    extraction = Extraction(id="1", posting=JobPosting(title="Cook"), evidence={"/title": [place]})
    assert explain(extraction, document) == "⟦Cook⟧(title)\n"


def test_a_posting_cannot_steer_the_terminal() -> None:
    """Control characters of a posting are shown as replacement characters, and markup is text."""
    shown = explain(EXTRACTION, document_of(TEXT))
    assert "\x1b" not in shown
    assert "[red]" in shown


def test_colour_replaces_brackets_on_a_terminal() -> None:
    """Colours where there are some, brackets elsewhere."""
    shown = explain(EXTRACTION, document_of(TEXT), colour=True)
    assert "\x1b[" in shown
    assert "⟦" not in shown


def test_a_table_lists_filled_fields_and_warnings() -> None:
    """One row a field, one line an item, nothing for what is absent."""
    shown = to_table(EXTRACTION, width=120)
    assert "004[bold]" in shown
    assert "text: Lyon · country: FR" in shown
    assert "• meals" in shown
    assert "seniority" not in shown
    assert "warning: /closes_on: dropped" in shown


def test_a_failed_extraction_shows_its_error() -> None:
    """A table without a record says why."""
    failure = Failure(code="not_a_posting", message="a news page", retryable=False)
    assert "not_a_posting: a news page" in to_table(Extraction(id="1", posting=None, error=failure))


def test_the_documented_settings_are_the_settings(checkout: Path) -> None:
    """docs/settings.md holds what `extractor settings` prints; write it anew when this fails."""
    assert (checkout / "docs/settings.md").read_text("utf-8").endswith("\n\n" + settings_table())
