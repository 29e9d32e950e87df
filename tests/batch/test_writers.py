"""What CSV and Parquet hold, in and out."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor.batch.readers import Reader
from extractor.batch.writers import Csv, Parquet, choose_writer
from extractor.errors import InputError, SettingsError
from extractor.schema import Company, Evidence, Extraction, JobPosting, Pay, Skill

RECORD = Extraction(
    id="a",
    posting=JobPosting(
        title='Cook, "senior"\nnights',
        company=Company(name="Café Ü"),
        posted_on=date(2026, 1, 2),
        work_arrangements=["onsite", "remote"],
        compensation=[Pay(min="14.5", max=20, currency="EUR")],  # type: ignore[arg-type]
        skills=[Skill(name="Knife skills")],
    ),
    evidence={"/title": [Evidence(start=0, end=4, quote="Cook", match="exact")]},
)
PAYLOAD = RECORD.model_dump_json().encode()


def rows_of(path: Path, **options: Any) -> list[tuple[str, str | bytes, str]]:
    """Id, data and kind of what a reader finds."""
    return [(row.id, row.data, row.kind) for row in Reader((str(path),), **options).rows()]


def test_csv_has_a_column_a_value(tmp_path: Path) -> None:
    """Named by its path; text as it is, lists as JSON, nothing for what is absent; one header."""
    path = tmp_path / "out.csv"
    for is_new in (True, False):
        with path.open("ab") as file:
            Csv().write(file, [PAYLOAD], is_new=is_new)
    with path.open(newline="", encoding="utf-8") as text:
        first, second = csv.DictReader(text)
    assert first == second
    assert first["posting.title"] == 'Cook, "senior"\nnights'
    assert first["posting.company.name"] == "Café Ü"
    assert json.loads(first["posting.work_arrangements"]) == ["onsite", "remote"]
    assert first["posting.seniority"] == first["error.code"] == ""
    assert json.loads(first["evidence"])["/title"][0]["quote"] == "Cook"


def test_parquet_is_nested_and_typed(tmp_path: Path) -> None:
    """Dates are dates, amounts numbers, and what is absent is null."""
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "out.parquet"
    failed = Extraction(id="b", posting=None).model_dump_json().encode()
    with path.open("wb") as file:
        Parquet().write(file, [PAYLOAD, failed], is_new=True)
    first, second = parquet.read_table(path).to_pylist()
    assert first["posting"]["posted_on"] == date(2026, 1, 2)
    assert first["posting"]["compensation"][0]["min"] == 14.5
    assert first["posting"]["skills"][0]["name"] == "Knife skills"
    assert dict(first["evidence"])["/title"][0]["quote"] == "Cook"
    assert (second["id"], second["posting"], second["error"]) == ("b", None, None)


def test_flat_json_lines_and_parquet_have_csvs_columns(tmp_path: Path) -> None:
    """A column a value, typed where the form has types; what repeats stays whole."""
    parquet = pytest.importorskip("pyarrow.parquet")
    lines, table, sheet = tmp_path / "out.jsonl", tmp_path / "out.parquet", tmp_path / "out.csv"
    failed = Extraction(id="b", posting=None).model_dump_json().encode()
    for path in (lines, table, sheet):
        with path.open("wb") as file:
            choose_writer(path, is_flat=True).write(file, [PAYLOAD, failed], is_new=True)
    first, second = map(json.loads, lines.read_text().splitlines())
    assert (first["posting.title"], first["posting.company.name"]) == ('Cook, "senior"\nnights', "Café Ü")
    assert first["posting.compensation"][0]["min"] == 14.5
    assert (second["id"], second["posting.title"], second["meta.calls"]) == ("b", None, 0)
    typed = parquet.read_table(table).to_pylist()
    assert typed[0]["posting.posted_on"] == date(2026, 1, 2)
    assert typed[0]["posting.work_arrangements"] == ["onsite", "remote"]
    with sheet.open(newline="") as text:
        assert list(first) == list(typed[0]) == next(csv.reader(text))


def test_nested_csv_has_a_column_a_part(tmp_path: Path) -> None:
    """Each of them JSON."""
    path = tmp_path / "out.csv"
    with path.open("wb") as file:
        choose_writer(path, is_flat=False).write(file, [PAYLOAD], is_new=True)
    with path.open(newline="") as text:
        [row] = csv.DictReader(text)
    assert list(row) == ["id", "error", "posting", "evidence", "confidence", "warnings", "meta"]
    assert json.loads(row["posting"])["company"]["name"] == "Café Ü"


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_another_form_makes_the_file_anew(runs: Any, make_posting: Callable[[int], str], name: str) -> None:
    """From the ledger, without a question."""
    source = runs.write([{"id": f"p{number}", "text": make_posting(number)} for number in range(3)])
    out = runs.folder / name
    runs.run(source, out=out, is_flat=True)
    assert b"posting.title" in out.read_bytes()
    runs.run(source, out=out, is_flat=False)
    assert runs.asked == 0
    assert b"posting.title" not in out.read_bytes()
    assert len(out.read_text().splitlines()) == 3 + (name == "out.csv")


def test_a_run_writes_all_three(runs: Any, make_posting: Callable[[int], str]) -> None:
    """The same answers in each."""
    parquet = pytest.importorskip("pyarrow.parquet")
    source = runs.write([{"id": f"p{number}", "text": make_posting(number)} for number in range(3)])
    lines = runs.run(source)
    for name in ("out.csv", "out.parquet"):
        runs.run(source, out=runs.folder / name)
    with (runs.folder / "out.csv").open(newline="") as text:
        table = list(csv.DictReader(text))
    nested = parquet.read_table(runs.folder / "out.parquet").to_pylist()
    for rows in (table, nested):
        assert sorted(row["id"] for row in rows) == sorted(line["id"] for line in lines)


def test_csv_in(tmp_path: Path) -> None:
    """Columns by name or by the user's names; a byte order mark and line ends in fields are read."""
    path = tmp_path / "in.csv"
    path.write_text('\ufeffid,text\n1,"two\nlines"\n2,more\n', encoding="utf-8")
    assert rows_of(path) == [("1", "two\nlines", "auto"), ("2", "more", "auto")]
    path.write_text("number;body\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="--column"):
        rows_of(path)
    path.write_text("number,body\n5,<p>x</p>\n")
    assert rows_of(path, columns={"id": "number", "html": "body"}) == [("5", "<p>x</p>", "html")]


def test_parquet_in(tmp_path: Path) -> None:
    """Row group by row group; only the columns wanted."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "in.parquet"
    parquet.write_table(
        pyarrow.table({"id": [1, 2], "text": ["a", None], "html": [None, "<p>b"], "x": [0, 0]}), path
    )
    assert rows_of(path) == [("1", "a", "auto"), ("2", "<p>b", "html")]
    assert Reader((str(path),)).count() == 2
    path.write_bytes(b"no parquet")
    with pytest.raises(InputError, match="cannot be read"):
        rows_of(path)


def test_compressed_and_overlong_lines(tmp_path: Path) -> None:
    """gzip is read as it streams, and of a line that is too long only that it is."""
    path = tmp_path / "in.jsonl.gz"
    lines = [
        json.dumps({"id": "a", "text": "x"}),
        json.dumps({"id": "b", "text": "y" * 900}),
        '{"id": "c", "text": "z"}',
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    found = list(Reader((str(path),), max_bytes=100).rows())
    assert [row.fault.code if row.fault else row.id for row in found] == ["a", "too_large", "c"]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        list(Reader((str(path),)).rows())
