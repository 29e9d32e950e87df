"""The report: right figures from every form of output, and nothing of a posting that runs or breaks out."""

from __future__ import annotations

import json
import re
import tracemalloc
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from extractor.batch.report.content import collect
from extractor.batch.report.markdown import to_markdown
from extractor.batch.report.page import to_page
from extractor.batch.report.records import read_records
from extractor.batch.report.tally import FIELDS, MOST_KINDS, Tally
from extractor.batch.writers import choose_writer
from extractor.cli import main
from extractor.errors import StorageError
from extractor.schema import Evidence, Extraction, Failure, JobPosting, Meta, Pay, Place, Warning

HOSTILE = "</script><script>alert(1)</script>`|\n# <img src=x onerror=alert(1)> {{7*7}} \u202e"


def pay(low: float, high: float, currency: str = "EUR") -> Pay:
    """A stated pay an hour."""
    return Pay(min=low, max=high, currency=currency, period="hour", kind="base")  # type: ignore[arg-type]


RECORDS = [
    Extraction(
        id="a",
        posting=JobPosting(
            title="Cook",
            locations=[Place(city="Lyon", country="FR"), Place(city="Paris", country="FR")],
            work_arrangements=["onsite", "remote"],
            employment_types=["full_time"],
            compensation=[pay(14, 16), pay(20, 20, "USD")],
            language="fr",
        ),
        evidence={"/title": [Evidence(start=0, end=4, quote="Cook", match="exact")]},
        warnings=[Warning(pointer="/title", code="odd", message="x")],
        meta=Meta(model="m", calls=2, reasks=1, input_tokens=100, output_tokens=10, cost_usd=0.25, seconds=2),
    ),
    Extraction(id="b", posting=JobPosting(language="fr"), meta=Meta(model="m", cost_usd=0, cached=True)),
    Extraction(
        id=HOSTILE,
        posting=None,
        error=Failure(code="cut_off", message=HOSTILE, retryable=False),
        meta=Meta(model="m", calls=1, cost_usd=None),
    ),
]


def write(path: Path, records: list[Extraction], *, is_flat: bool | None = None) -> Path:
    """An output without its ledger."""
    with path.open("wb") as file:
        payloads = [record.model_dump_json().encode() for record in records]
        choose_writer(path, is_flat).write(file, payloads, is_new=True)
    return path


@pytest.mark.parametrize("is_flat", [True, False], ids=["flat", "nested"])
@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.tsv", "out.parquet"])
def test_every_form_of_output_says_the_same(tmp_path: Path, name: str, is_flat: bool) -> None:
    """Without its ledger too."""
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    tally = Tally()
    for record in read_records(write(tmp_path / name, RECORDS, is_flat=is_flat)):
        tally.add(record)
    assert (tally.results, dict(tally.codes), tally.cached) == (2, {"cut_off": 1}, 1)
    assert (tally.calls, tally.reasks, tally.cost_usd, tally.unpriced) == (3, 1, 0.25, 1)
    assert tally.filled == {"title": 1, "locations": 1, "work_arrangements": 1, "employment_types": 1, "compensation": 1, "language": 2}  # fmt: skip
    assert (tally.countries, tally.arrangements) == ({"FR": 1}, {"onsite": 1, "remote": 1})
    assert {key: sample.at(0.5) for key, sample in tally.pay.items()} == {("EUR", "hour"): 15, ("USD", "hour"): 20}  # fmt: skip
    assert (tally.matches, tally.warnings, tally.warned) == ({"exact": 1}, {"odd": 1}, 1)
    assert tally.examples["cut_off"][0][0] == HOSTILE


class Page(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    """Whatever postings hold: no script, no handler, no address; and a policy that forbids them."""
    page = to_page(collect(write(tmp_path / "out.jsonl", RECORDS)))
    found = Page(page).found
    assert not {tag for tag, _ in found} & {"script", "img", "link", "iframe", "object", "a", "form"}
    names = {name for _, attributes in found for name in attributes}
    assert not any(name.startswith("on") or name in ("src", "href", "style") for name in names)
    assert (
        "default-src 'none'" in page and "url(" not in page and "http" not in page.replace("http-equiv", "")
    )
    assert "&lt;img src=x" in page and "{{7*7}}" in page
    assert {"svg", "rect"} <= {tag for tag, _ in found}
    assert "prefers-color-scheme: dark" in page and "width=device-width" in page


def test_the_markdown_keeps_its_tables(tmp_path: Path) -> None:
    """A posting's text stays in its cell, as code."""
    text = to_markdown(collect(write(tmp_path / "out.jsonl", RECORDS)))
    assert "| Postings | 3 | 2 results, 1 errors |" in text
    assert "| `title` | 1 | 50 % | ██████████ |" in text
    assert "| `EUR` `per hour` | 1 | 15 | 15 | 15 |" in text
    [row] = [line for line in text.splitlines() if "onerror" in line]
    assert row.startswith("| `cut_off` | 1 | ``")
    assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_memory_does_not_grow_with_records(tmp_path: Path) -> None:
    """Nor with the kinds of a damaged output."""
    tally = Tally()

    def feed(start: int) -> int:
        for number in range(start, start + 3000):
            posting = {"language": f"x{number}", "compensation": [{"min": number, "currency": f"C{number}"}]}
            tally.add(
                {"id": str(number), "error": None, "posting": posting, "meta": {"seconds": 1, "calls": 1}}
            )
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = feed(0)
        assert feed(3000) - first < 200_000
    finally:
        tracemalloc.stop()
    assert len(tally.languages) == MOST_KINDS + 1
    assert tally.languages.total() == 6000


def test_the_command_writes_both_and_reads_a_runs_ledger(runs: Any, make_posting: Any) -> None:
    """Beside the output, or where it is told; the runs are in it."""
    source = runs.write([{"id": f"p{number}", "text": make_posting(number)} for number in range(3)])
    runs.run(source)
    runs.out.unlink()
    done = CliRunner().invoke(main, ["batch", "report", str(runs.out)])
    assert done.exit_code == 0, done.output
    page = runs.out.with_name("out.jsonl.report.html").read_text()
    assert "3 results, 0 errors" in page and "run 1, " in page
    assert "3 results" in runs.out.with_name("out.jsonl.report.md").read_text()
    printed = CliRunner().invoke(main, ["batch", "report", str(runs.out), "--markdown", "-"])
    assert printed.stdout.startswith("# Run report: `out.jsonl`")


def test_no_output_and_a_torn_one(tmp_path: Path) -> None:
    """None is an error; of a torn one the whole records count."""
    with pytest.raises(StorageError, match="no output"):
        collect(tmp_path / "out.jsonl")
    path = write(tmp_path / "out.jsonl", RECORDS)
    path.write_bytes(path.read_bytes() + b'{"id": "torn')
    assert collect(path).cards[0].value == "3"
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    content = collect(empty)
    assert (content.cards[0].value, content.charts) == ("0", [])
    assert "Run report" in to_page(content) and to_markdown(content)
    assert set(json.loads(RECORDS[0].model_dump_json())["posting"]) == set(FIELDS)
