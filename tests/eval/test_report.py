"""The report is one page that stands alone, and says the same to machines."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.judging import judge
from eval.predictions import to_prediction
from eval.report.content import ABSENT, build_content, confusions
from eval.report.marks import mark_text
from eval.scoring import score_document
from tests.eval.command import run_command, write_case, write_lines
from tests.eval.postings import FULL, case

TEXT = "Line Cook <script>alert(1)</script>\nStaff   meals & more. Free parking."


class Page(HTMLParser):
    """Collects tags, addresses and marks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.marks: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        self.addresses += [value for key in ("src", "href") if (value := told.get(key))]
        if tag == "mark":
            self.marks.append((told.get("class") or "", told.get("title") or ""))


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a run with one case, written by the command."""
    write_case(
        tmp_path / "cases" / "set" / "cook",
        TEXT,
        {"posting": {"title": "Line Cook", "benefits": ["Staff meals & more"]}},
    )
    answers = [{"id": "set/cook", "posting": {"title": "Line Cook", "benefits": ["Free parking"]}}]
    run = write_lines(tmp_path / "run.jsonl", answers)
    told = (
        "--cases",
        tmp_path / "cases",
        "--baseline",
        tmp_path / "none.json",
        "--json",
        tmp_path / "report.json",
    )
    assert run_command(monkeypatch, "report", run, *told) == 0
    assert json.loads((tmp_path / "report.json").read_text())["headline"]["pooled_f1"]["value"] == 0.5
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_loads_nothing(page: str) -> None:
    """No script, no image, no font, no style sheet from anywhere."""
    parsed = Page(page)
    assert parsed.addresses == []
    assert {"script", "link", "img", "iframe", "object"}.isdisjoint(parsed.tags)
    assert "url(" not in page
    assert "@import" not in page


def test_what_a_posting_holds_is_text_not_markup(page: str) -> None:
    """A script in a posting is shown, never run."""
    assert "&lt;script&gt;alert(1)" in page


def test_gold_and_answer_are_marked_in_the_text(page: str) -> None:
    """Both, gold only, answer only."""
    assert Page(page).marks[-3:] == [
        ("both", "gold: title; predicted: title"),
        ("gold", "gold: benefits"),
        ("predicted", "predicted: benefits"),
    ]


def test_differing_fields_stand_side_by_side(page: str) -> None:
    """The case's table has what was omitted and what was invented."""
    cells = re.findall(r'<td class="(\w+)">', page)
    assert cells[:2] == ["omitted", "invented"]


def test_evidence_of_the_answer_decides_where_it_is_marked() -> None:
    """Offsets, not a search for the words."""
    posting = case("a", {"title": "Chef"}, "Chef or chef Chef wanted for the evening shift")
    place = [{"start": 13, "end": 17, "quote": "Chef", "match": "exact"}]
    answer = to_prediction({"id": "a", "posting": {"title": "Chef"}, "evidence": {"/title": place}})
    marked = [
        (p.text, p.kind) for p in mark_text(posting, score_document(posting.gold, answer), answer) if p.kind
    ]
    assert marked == [("Chef", "gold"), ("Chef", "predicted")]


def test_confusions_count_absence_too() -> None:
    """Rows gold, columns answers."""
    senior = case("a", {"seniority": "senior"})
    scores = [
        s
        for title in ("lead", None)
        for s in score_document(senior.gold, to_prediction({"id": "a", "posting": {"seniority": title}}))
    ]
    [table] = [t for t in confusions(scores) if t["field"] == "seniority"]
    assert table["gold"] == ["senior"]
    assert dict(zip(table["predicted"], table["cells"][0], strict=True)) == {
        "lead": 1,
        "senior": 0,
        ABSENT: 1,
    }


def test_the_same_run_gives_the_same_report() -> None:
    """To the last digit, as JSON."""
    cases = [case("a", FULL, "Line Cook"), case("b", {**FULL, "title": "Chef"}, "Chef")]
    answers = {c.id: [to_prediction({"id": c.id, "posting": FULL})] for c in cases}
    first, second = (
        json.dumps(build_content(judge(order, answers), "run")) for order in (cases, cases[::-1])
    )
    assert first == second
