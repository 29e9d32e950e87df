"""By the provider's batches, over real HTTP: each question in one batch, whatever befalls run and batches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch_provider import BatchProvider
from extractor.cli import main

pytestmark = pytest.mark.timeout(180)

Make = Callable[[int], str]


def batch(*arguments: str | Path) -> Result:
    """`extractor batch --via batch-api` in this process."""
    given = ["batch", *map(str, arguments), "--via", "batch-api", "--poll", "0.05"]
    return CliRunner().invoke(main, given)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchProvider]:
    """The provider that settings name; no reply is kept but in the ledger."""
    with BatchProvider() as server:
        told = {
            "BASE_URL": server.base_url,
            "MODEL": "test-model",
            "API_KEY": "sk-test-1234",
            "CACHE": "false",
        }
        for name, value in told.items():
            monkeypatch.setenv(f"EXTRACTOR_{name}", value)
        yield server


@pytest.fixture
def source(tmp_path: Path, make_posting: Make) -> Path:
    """Twelve postings."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": f"p{n}", "text": make_posting(n)}) + "\n" for n in range(12)))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where answers go."""
    return tmp_path / "out.jsonl"


def records(out: Path) -> list[dict[str, Any]]:
    """The output, sorted by id."""
    found = [json.loads(line) for line in out.read_text().splitlines()]
    return sorted(found, key=lambda record: record["id"])


def ids(out: Path) -> list[str]:
    """Ids in the output."""
    return [record["id"] for record in records(out)]


ALL = sorted(f"p{number}" for number in range(12))


def test_the_first_online_the_rest_in_shards(server: BatchProvider, source: Path, out: Path) -> None:
    """Of at most so many lines; every row has its answer, and each question was paid once."""
    done = batch(source, "-o", out, "--batch-lines", "4")
    assert done.exit_code == 0, done.output
    assert ids(out) == ALL
    assert (server.online, sorted(server.lines)) == (1, [3, 4, 4])
    assert set(server.paid.values()) == {1}
    assert "12 postings answered: 12 results" in done.stderr
