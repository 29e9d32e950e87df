"""JSON-LD: what sites tell search engines is found, and read where the page itself is empty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractor.document import read_document
from extractor.evidence import find_quote, to_evidence

JOB: dict[str, Any] = {"@type": "JobPosting", "title": "Engineer"}
BODY = "<p>We look for an engineer</p>"


def page(*blocks: str, body: str = BODY) -> str:
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return f"<html><head>{scripts}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "block",
    [
        json.dumps(JOB),
        json.dumps([{"@type": "Organization"}, JOB]),
        json.dumps({"@graph": [{"@type": "WebSite"}, JOB]}),
        json.dumps({"@type": "ItemList", "itemListElement": [{"item": JOB}]}),
        json.dumps(JOB | {"@type": ["Thing", "http://schema.org/JobPosting"]}),
        f"\n<!--\n{json.dumps(JOB)}\n-->\n",
        f"//<![CDATA[\n{json.dumps(JOB)};\n//]]>",
        '{"@type": "JobPosting", "title": "Engineer", "x": [1, ], }',
        '{"@type": "JobPosting", "title": "Engineer", "x": "line\nline\ttab"}',
        json.dumps(JOB).replace('"', "&quot;"),
    ],
)
def test_postings_are_found_wherever_sites_put_them(block: str) -> None:
    """In lists and graphs, under full names, and in JSON that is not quite JSON."""
    (posting,) = read_document(page(block)).jsonld
    assert posting["title"] == "Engineer"


@pytest.mark.parametrize("block", ["", "{", "null", '"JobPosting"', "[" * 100_000, '{"@type": "Person"}'])
def test_other_blocks_are_passed_over(block: str) -> None:
    """Broken, deep and foreign blocks cost nothing but themselves."""
    document = read_document(page(block, json.dumps(JOB)))
    assert [posting["title"] for posting in document.jsonld] == ["Engineer"]


def test_the_blocks_are_no_text() -> None:
    """What the page shows is the text; the JSON-LD is kept beside it."""
    document = read_document(page(json.dumps(JOB | {"description": "word " * 100}), body=BODY * 15))
    assert "word" not in document.text


def test_a_page_drawn_by_a_script_is_read_from_its_block() -> None:
    """Saved without its script's work, a page has its words in JSON-LD only: lines, with their places."""
    block = (
        '{"@type":"JobPosting","title":"Engineer \\u0026 Cook","hiringOrganization":{"name":"Acme"},'
        '"description":"<p>You \\u003cb>cook\\u003c/b> for 5 people.<\\/p>'
        '\\n<ul><li>Caf\\u00e9 \\ud83c\\udf73</li></ul>",'
        '"baseSalary":{"value":{"minValue":10.5,"unitText":"HOUR"}}}'
    )
    document = read_document(page(block, body="<div id=root></div>"))
    assert document.text == (
        "title: Engineer & Cook\n\nname: Acme\n\ndescription:\n\nYou cook for 5 people.\n\n- Café 🍳\n\n"
        "minValue: 10.5\n\nunitText: HOUR"
    )
    found = find_quote(document, "Café 🍳")
    assert found is not None
    assert to_evidence(document, *found).quote == "Caf\\u00e9 \\ud83c\\udf73"


def test_a_block_may_hold_escaped_markup() -> None:
    """Descriptions come as HTML, as escaped HTML and as text."""
    described = JOB | {
        "description": "&lt;p&gt;You &amp;amp; us&lt;/p&gt;&lt;ul&gt;&lt;li&gt;a&lt;/li&gt;&lt;/ul&gt;"
    }
    document = read_document(page(json.dumps(described), body=""))
    assert document.text == "title: Engineer\n\ndescription:\n\nYou & us\n\n- a"
