"""What a run will take: told by a sample, at no cost twice."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from answers import answer_emptily
from extractor.batch.estimate import student_quantile
from extractor.batch.readers import Reader
from extractor.batch.survey import take_survey
from extractor.cli import main
from extractor.errors import SettingsError
from provider import Answer, Provider, Received, completion, failure

pytestmark = pytest.mark.timeout(120)

Make = Callable[[int], str]
PRICES = {"EXTRACTOR_INPUT_PRICE": "1", "EXTRACTOR_OUTPUT_PRICE": "10"}


@pytest.fixture
def source(tmp_path: Path, make_posting: Make) -> Path:
    """Thirty postings, one of them twice over, one under two ids; and a line that is none."""
    rows = [{"id": f"p{number}", "text": make_posting(number)} for number in range(30)]
    rows += [rows[0], {"id": "twin", "text": make_posting(1)}]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "no json\n")
    return path


def batch(*arguments: str | Path) -> Result:
    """`extractor batch` in this process."""
    return CliRunner().invoke(main, ["batch", *map(str, arguments)], env=PRICES)


def lengthy(received: Received) -> Answer:
    """A reply whose tokens go with the posting's number."""
    number = int(received.body["messages"][-1]["content"].split("Reference ")[1].split()[0])
    content = answer_emptily(received).body["choices"][0]["message"]["content"]
    return completion(content, usage=(1000 + 10 * number, 0, 100))


def ids(out: Path) -> list[str]:
    """Ids in an output, sorted."""
    return sorted(json.loads(line)["id"] for line in out.read_text().splitlines())


def test_a_dry_run_asks_and_writes_nothing(provider: Provider, source: Path, tmp_path: Path) -> None:
    """It counts, and reckons tokens and dollars from a sample's requests."""
    done = batch(source, "-o", tmp_path / "out.jsonl", "--dry-run")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["rows"], told["repeated"], told["identical"], told["to_ask"]) == (33, 1, 1, 30)
    assert told["unreadable"] == {"unreadable": 1}
    rest = told["rest"]
    assert rest["calls"] == {"expected": 30, "low": 30, "high": 30}
    assert rest["input_tokens"]["low"] < rest["input_tokens"]["expected"] < rest["input_tokens"]["high"]
    assert rest["cost_usd"]["expected"] > 0
    assert provider.requests == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


def test_an_estimate_asks_a_sample_that_the_run_has_then(
    provider: Provider, source: Path, tmp_path: Path
) -> None:
    """What the rest takes lies in the interval; no posting is asked about twice."""
    out = tmp_path / "out.jsonl"
    provider.default = lengthy
    done = batch(source, "-o", out, "--estimate", "--sample", "10")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (len(ids(out)), told["to_ask"], told["sample"]["how"]) == (10, 20, "asked")
    assert batch(source, "-o", out).exit_code == 4  # the line that is none
    assert len(provider.requests) == 30
    metas = [json.loads(line)["meta"] for line in out.read_text().splitlines()]
    spent = sum(meta["input_tokens"] for meta in metas[10:])
    said = told["rest"]["input_tokens"]
    assert said["low"] <= spent <= said["high"] < 1.2 * said["low"]
    assert told["rest"]["output_tokens"] == {"expected": 2000, "low": 2000, "high": 2000}


def test_an_estimate_of_batches_is_of_half_the_price(
    provider: Provider, source: Path, tmp_path: Path
) -> None:
    """And of no duration, which nobody knows."""
    costs = []
    for via in ("online", "batch-api"):
        done = batch(source, "-o", tmp_path / f"{via}.jsonl", "--estimate", "--no-cache", "--via", via)
        costs.append(json.loads(done.stdout)["rest"])
    assert costs[1]["cost_usd"]["expected"] == pytest.approx(costs[0]["cost_usd"]["expected"] / 2, rel=0.02)
    assert costs[1]["seconds"] is None


def test_an_estimate_that_fails_says_why(provider: Provider, source: Path, tmp_path: Path) -> None:
    """And no figures."""
    provider.default = failure(401, "no such key")
    done = batch(source, "-o", tmp_path / "out.jsonl", "--estimate")
    assert (done.exit_code, done.stdout) == (8, "")


def test_a_sample_is_the_same_whatever_the_order(provider: Provider, source: Path, tmp_path: Path) -> None:
    """A larger one holds the smaller; a run over it resumes, and the whole goes on from it."""
    drawn = [take_survey(Reader((str(source),)), None, size).sample for size in (5, 8)]
    lines = source.read_text().splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_text("".join(line for line in lines if "twin" not in line))
    again = take_survey(Reader((str(shuffled),)), None, 5).sample
    assert drawn[0] < drawn[1]
    assert len(again & drawn[0]) >= 4  # of a posting under two ids the first stands for both
    out = tmp_path / "out.jsonl"
    assert batch(source, "-o", out, "--sample", "5").exit_code == 0
    five = ids(out)
    assert batch(source, "-o", out, "--sample", "8").exit_code == 0
    assert (len(five), len(ids(out)), len(provider.requests)) == (5, 8, 8)
    assert set(five) < set(ids(out))


def test_standard_input_has_no_sample() -> None:
    """It cannot be read twice, and is told so."""
    with pytest.raises(SettingsError, match="twice"):
        take_survey(Reader(("-",)), None, 5)


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 19, 100])
def test_students_quantile(freedom: int) -> None:
    """As a library for statistics has it, within a hundredth."""
    stats: Any = pytest.importorskip("scipy.stats")
    assert student_quantile(0.95, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.01)
