"""A run on a real local Ray cluster of two processors, by the command in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answers import answer_emptily
from extractor.batch.cluster.parts import Parts
from extractor.batch.cluster.worker import to_answers, to_block, to_rows
from extractor.batch.rows import Row
from extractor.errors import SettingsError, StorageError, UnreadableInput
from extractor.schema import Extraction, Failure, JobPosting
from provider import Answer, Provider, Received, failure

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

Make = Callable[[int], str]
ASKED = {"model": "m"}

# Starting Ray takes some ten seconds of an idle machine, and many more of a busy one.
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")


def answer(row_id: str, code: str | None = None) -> tuple[bytes, str | None, bytes]:
    """One answer as a worker gives it."""
    error = Failure(code=code, message="x", retryable=False) if code else None
    extraction = Extraction(id=row_id, posting=None if code else JobPosting(title="Cook"), error=error)
    return Row(row_id, "text").key, code, extraction.model_dump_json().encode()


def ids(out: Path) -> list[str]:
    """Ids in all parts, sorted."""
    import pyarrow.parquet as parquet

    return sorted(row["id"] for part in out.glob("*.parquet") for row in parquet.read_table(part).to_pylist())


def test_rows_survive_the_way_to_a_worker() -> None:
    """Text as text, bytes as bytes, surrogates and faults too."""
    rows = [
        Row("a", "caf\udce9"),
        Row("b", b"\x00\xff", "html"),
        Row("c", "{", "auto", UnreadableInput("line 3 is not JSON")),
    ]
    back = to_rows(to_block(rows))
    assert [row.key for row in back] == [row.key for row in rows]
    assert [(row.id, row.data, row.kind) for row in back] == [(row.id, row.data, row.kind) for row in rows]
    assert back[2].fault is not None
    assert (back[2].fault.code, back[2].fault.message) == ("unreadable", "line 3 is not JSON")


@pytest.mark.parametrize("is_flat", [True, False])
def test_parts_know_what_is_answered(tmp_path: Path, is_flat: bool) -> None:
    """Of a row answered twice the newer answer stays, once; the same answers are the same part."""
    parts = Parts(str(tmp_path / "out.parquet"), is_flat=is_flat)
    first = to_answers([answer("a"), answer("b", "cut_off"), answer("c")])
    assert parts.begin(ASKED) == 1
    for _ in range(2):
        parts.write(first, 1)
    results, errors = parts.answered()
    assert (len(results), len(errors)) == (2, 1)
    assert parts.begin(ASKED) == 2
    parts.write(to_answers([answer("b"), answer("c")]), 2)
    parts.settle()
    assert ids(tmp_path / "out.parquet") == ["a", "b", "c"]
    assert parts.count() == {None: 3}
    assert parts.spent_usd() == 0


def test_parts_refuse_what_is_not_theirs(tmp_path: Path) -> None:
    """Another's folder, another model's answers, another form."""
    (tmp_path / "mine.parquet").mkdir()
    (tmp_path / "mine.parquet" / "precious").touch()
    with pytest.raises(StorageError, match="no output of a run by Ray"):
        Parts(str(tmp_path / "mine.parquet")).begin(ASKED)
    out = str(tmp_path / "out.parquet")
    Parts(out).begin(ASKED)
    with pytest.raises(SettingsError, match="model m, not n"):
        Parts(out).begin({"model": "n"})
    with pytest.raises(SettingsError, match="form nested, not flat"):
        Parts(out, is_flat=True).begin(ASKED)


def command(*arguments: str | Path) -> list[str]:
    """The command's own process."""
    return [sys.executable, "-m", "extractor", "batch", *map(str, arguments)]


@pytest.fixture(scope="module")
def on_ray() -> Iterator[Callable[..., list[str]]]:
    """The same, by two workers of a cluster that lasts for this file."""
    start = (
        "import ray, sys\n"
        "told = ray.init(num_cpus=2, include_dashboard=False, object_store_memory=10**8, log_to_driver=False)\n"
        "print(told.address_info['gcs_address'], flush=True)\n"
        "sys.stdin.read()"
    )
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")
        environment.setenv("RAY_AUTH_MODE", "token")
        environment.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))  # who joins the cluster shows it
        cluster = subprocess.Popen([sys.executable, "-c", start], text=True, **pipes)
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        assert address
        yield lambda *given: [*command(*given), "--engine", "ray", "--workers", "2", "--ray-address", address]
        cluster.communicate(input="")


def run(given: list[str]) -> subprocess.CompletedProcess[str]:
    """To its end."""
    return subprocess.run(given, capture_output=True, text=True, check=False)


@pytest.fixture
def inputs(tmp_path: Path, make_posting: Make) -> list[Path]:
    """Two tables and a folder: results, errors, a repeated posting, markup."""
    rows: list[Any] = [{"id": f"p{number}", "text": make_posting(number)} for number in range(70)]
    rows += [{"id": "bare"}, {"id": "again", "text": make_posting(1)}, {"id": "hi", "text": "hi"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "no json\n")
    (tmp_path / "b.csv").write_text('id,text\nc1,"one\nline cook, Lyon"\n')
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.html").write_text(f"<html><pre>{make_posting(99)}</pre></html>")
    return [tmp_path / "a.jsonl", tmp_path / "b.csv", tmp_path / "pages"]


def told(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what differs from run to run."""
    return {name: record[name] for name in ("posting", "evidence", "warnings", "error")}


@needs_ray
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_same_as_on_one_machine(
    provider: Provider,
    inputs: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    on_ray: Callable[..., list[str]],
) -> None:
    """Every row once, answered as the local engine answers it; 429s cost none; a second run asks nothing."""
    import pyarrow.parquet as parquet

    monkeypatch.setenv("EXTRACTOR_CACHE", "false")
    local, out = tmp_path / "local.parquet", tmp_path / "ray.parquet"
    here = run(command(*inputs, "-o", local))
    asked = len(provider.requests)
    provider.add(failure(429, headers={"Retry-After": "0"}), failure(503), Answer(fault="drop"))
    there = run(on_ray(*inputs, "-o", out, "-n", "6"))
    assert (here.returncode, there.returncode) == (5, 5), there.stderr
    assert (
        asked <= len(provider.requests) - asked - 3 <= asked + 1
    )  # the repeated posting may meet two workers
    assert "1 rate_limited" in there.stderr
    expected = {row["id"]: told(row) for row in parquet.read_table(local).to_pylist()}
    found = [row for part in out.glob("*.parquet") for row in parquet.read_table(part).to_pylist()]
    assert len(found) == len(expected)
    assert {row["id"]: told(row) for row in found} == expected
    before = len(provider.requests)
    again = run(on_ray(*inputs, "-o", out))
    assert (again.returncode, len(provider.requests)) == (5, before), again.stderr
    assert sorted(expected) == ids(out)
    report = run(command("report", out, "--markdown", "-"))
    assert "| `unreadable` | 2 |" in report.stdout


@needs_ray
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_one_gate_for_all_workers(
    provider: Provider, inputs: list[Path], tmp_path: Path, on_ray: Callable[..., list[str]]
) -> None:
    """No more in flight than allowed; a wrong key stops them all, and fails no row; Ctrl-C drains."""
    busiest = [0]
    at_once = [0]

    def slowly(received: Received) -> Answer:
        at_once[0] += 1
        busiest[0] = max(busiest[0], at_once[0])
        time.sleep(0.1)
        at_once[0] -= 1
        return answer_emptily(received)

    out = tmp_path / "out.parquet"
    provider.default = failure(401, "no such key")
    refused = run(on_ray(*inputs, "-o", out, "-n", "3"))
    assert refused.returncode == 8, refused.stderr
    assert len(provider.requests) <= 6
    assert not any(name.startswith("p") for name in ids(out))
    provider.default = lambda received: replace(slowly(received))
    process = subprocess.Popen(on_ray(*inputs, "-o", out, "-n", "3"), text=True, stderr=subprocess.PIPE)
    try:
        asked = len(provider.requests)
        while len(provider.requests) < asked + 10:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert busiest[0] <= 3
    assert "Interrupted" in said
    answered = [name for name in ids(out) if name.startswith("p")]
    assert len(answered) == len(set(answered)) >= 10
