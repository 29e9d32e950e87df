"""Claims add up to a posting; each value has the evidence it was claimed with."""

from __future__ import annotations

from decimal import Decimal

from extractor.claims import Claim, build_posting, provable
from extractor.document import read_document
from extractor.records import Span
from extractor.schema import Pay, Skill

TEXT = "Baker at Crumb Ltd, 14 USD an hour. You know rye bread and sourdough."


def test_values_take_their_place_and_evidence():
    """Paths name fields; every leaf of a value carries its words."""
    document = read_document(TEXT)
    pay = Pay(
        min=Decimal(14), max=Decimal(14), currency="USD", period="hour", kind="base", text="14 USD an hour"
    )
    posting, evidence = build_posting(
        document,
        [
            Claim("title", "Baker", (Span(0, 5),)),
            Claim("company.name", "Crumb Ltd", (Span(9, 18),)),
            Claim("compensation[]", pay, (Span(20, 34),)),
            Claim("skills[]", Skill(name="rye bread", kind="hard", requirement="required"), (Span(45, 54),)),
        ],
    )
    assert posting.company is not None and posting.company.name == "Crumb Ltd"
    assert posting.compensation[0].min == 14
    assert evidence["/compensation/0/currency"][0].quote == "14 USD an hour"
    assert evidence["/skills/0/requirement"][0].quote == "rye bread"
    assert set(evidence) >= {"/title", "/company/name", "/skills/0/name"}


def test_the_first_claim_of_a_single_value_stands():
    """A second title changes neither value nor evidence; a list takes each value once."""
    document = read_document(TEXT)
    posting, evidence = build_posting(
        document,
        [
            Claim("title", "Baker", (Span(0, 5),)),
            Claim("title", "bread", (Span(49, 54),)),
            Claim("benefits[]", "bread", (Span(49, 54),)),
            Claim("benefits[]", "bread", (Span(49, 54),)),
        ],
    )
    assert posting.title == "Baker" and evidence["/title"][0].quote == "Baker"
    assert posting.benefits == ["bread"]


def test_no_words_no_value():
    """A claim without a place in the text does not enter."""
    posting, evidence = build_posting(read_document(TEXT), [Claim("title", "Butcher", ())])
    assert posting.title is None and evidence == {}


def test_a_claim_without_words_of_the_source_is_left_out() -> None:
    """Spaces that reading put between cells stand in the text, not in the source."""
    document = read_document("Butcher wanted in Ulm, full time, from May on")
    blank = Claim("title", "Butcher", (Span(7, 8),))
    told = Claim("title", "Butcher", (Span(0, 7), Span(7, 8)))
    assert provable(document, [blank, told]) == [Claim("title", "Butcher", (Span(0, 7),))]
