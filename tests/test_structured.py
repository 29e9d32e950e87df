"""The page's structured data: a prior that the text is asked about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractor.evidence import verify
from tests.strategies.asking import ask, posting_of, warned

PAGE = """<html><head><script type="application/ld+json">{data}</script></head><body>
<h1>Harbour Pilot</h1><p>Marlow Ports</p><p>{terms}</p>
<p>The harbour lies where a river that few can spell meets a sea that few would swim in. Nine hundred ships
call on us between one spring and the next, with timber, with grain, now and then with a circus, and each of
them is met by one of our boats before it passes the two lights. The oldest of the boats was built before
anybody now alive was born, and still goes out when the newer ones are being mended or painted.</p>
<h2>Your duties</h2><ul><li>Guide ships into the harbour</li><li>Keep the log of every passage</li></ul>
<h2>Requirements</h2><ul><li>A master mariner's licence</li><li>Five years at sea</li></ul></body></html>"""
DATA = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Harbour Pilot",
    "hiringOrganization": {"@type": "Organization", "name": "Marlow Ports"},
    "datePosted": "2026-03-02",
    "validThrough": "2026-04-30T00:00",
    "employmentType": ["FULL_TIME"],
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "GBP",
        "value": {"@type": "QuantitativeValue", "minValue": 41000, "maxValue": 46000, "unitText": "YEAR"},
    },
}


def read(
    terms: str = "Lowestoft", said: dict[str, Any] | None = None, **changes: Any
) -> tuple[Any, list[tuple[str, str]]]:
    """The posting and the warnings of a page with these data and terms; `said` is the model's answer."""
    page = PAGE.format(data=json.dumps(DATA | changes), terms=terms)
    answer = {"kind": "job", "title": "Harbour Pilot", "company": "Marlow Ports", "locations": ["Lowestoft"]}
    extraction, _ = ask("assisted", json.dumps(answer | (said or {})), text=page)
    assert verify(extraction, page) == []
    return posting_of(extraction), warned(extraction)


def test_what_only_the_data_state_is_taken_with_their_words_as_evidence() -> None:
    """Dates, pay and type that the text leaves out come from the data."""
    posting, warnings = read()
    assert (posting["posted_on"], posting["closes_on"]) == ("2026-03-02", "2026-04-30")
    assert posting["employment_types"] == ["full_time"]
    (pay,) = posting["compensation"]
    assert (pay["min"], pay["max"], pay["currency"], pay["period"]) == (41000, 46000, "GBP", "year")
    assert warnings == []


def test_text_and_data_that_agree_leave_no_warning() -> None:
    """One pay, once."""
    posting, warnings = read("Full-time in Lowestoft. Salary: £41,000 to £46,000 a year.")
    assert len(posting["compensation"]) == 1
    assert warnings == []


def test_where_they_differ_the_words_of_the_text_stand_and_both_are_named() -> None:
    """A page whose data were not kept up."""
    posting, warnings = read("Part-time in Lowestoft. Salary: £20,000 a year.")
    assert posting["employment_types"] == ["part_time"]
    assert [pay["min"] for pay in posting["compensation"]] == [20000]
    assert set(warnings) == {
        ("/employment_types", "structured_differs"),
        ("/compensation", "structured_differs"),
    }


def test_a_name_that_the_text_holds_is_taken_before_the_models() -> None:
    """The model took the town for the employer."""
    posting, warnings = read("Port of Lowestoft", {"company": "Port of Lowestoft"})
    assert posting["company"]["name"] == "Marlow Ports"
    assert warnings == [("/company/name", "structured_differs")]


def test_a_name_that_the_text_does_not_hold_is_nothing() -> None:
    """Data of another posting, or of a page that attacks."""
    posting, warnings = read(title="Chief Executive", hiringOrganization={"name": "Evil Corp"})
    assert (posting["title"], posting["company"]["name"]) == ("Harbour Pilot", "Marlow Ports")
    assert warnings == []


@pytest.mark.parametrize(
    "changes",
    [
        {"baseSalary": {"currency": "GBP", "value": {"minValue": "a lot", "unitText": "YEAR"}}},
        {"baseSalary": {"currency": "pounds", "value": {"value": 41000, "unitText": "YEAR"}}},
        {"baseSalary": {"currency": "GBP", "value": {"value": 41000}}},
        {"baseSalary": {"currency": "GBP", "value": {"minValue": 5, "maxValue": 2, "unitText": "HOUR"}}},
        {"baseSalary": "competitive"},
        {"baseSalary": {"value": {"value": "1e999", "unitText": "HOUR"}, "currency": "GBP"}},
        {"baseSalary": None},
    ],
)
def test_pay_that_is_not_whole_is_no_pay(changes: dict[str, Any]) -> None:
    """An amount without currency or period says too little."""
    posting, _ = read(**changes)
    assert posting["compensation"] == []


@pytest.mark.parametrize("said", ["soon", 20260302, None, "2026-13-40", ["2026-03-02"], {"a": 1}])
def test_a_date_that_is_none_is_passed_over(said: Any) -> None:
    """Whatever sites write there."""
    posting, _ = read(datePosted=said)
    assert posting["posted_on"] in (None, "2026-03-02")


def test_a_page_of_several_postings_is_judged_by_the_title_that_the_text_holds() -> None:
    """Lists of similar jobs carry data as well."""
    others = [{**DATA, "title": "Night Porter", "datePosted": "2025-01-01"}, DATA]
    page = PAGE.format(data=json.dumps(others), terms="Lowestoft")
    answer = {"kind": "job", "title": "Harbour Pilot", "company": "Marlow Ports", "locations": []}
    extraction, _ = ask("assisted", json.dumps(answer), text=page)
    assert posting_of(extraction)["title"] == "Harbour Pilot"
