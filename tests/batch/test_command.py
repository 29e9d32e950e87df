"""The command, through its own door, against a real local provider; killed and interrupted for real."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from answers import answer_emptily
from extractor.cli import main
from provider import Answer, Provider, Received, completion, failure

# The first posting of a process loads gazetteers and patterns, which a cold disk makes slow.
pytestmark = pytest.mark.timeout(180)

Make = Callable[[int], str]
Start = Callable[..., "subprocess.Popen[str]"]


def batch(*arguments: str | Path, stdin: str | None = None) -> Result:
    """`extractor batch` in this process."""
    return CliRunner().invoke(main, ["batch", *map(str, arguments)], input=stdin)


@pytest.fixture
def source(tmp_path: Path, make_posting: Make) -> Path:
    """Twelve postings."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": f"p{n}", "text": make_posting(n)}) + "\n" for n in range(12)))
    return path


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `extractor batch` in a process of its own, which does not outlive the test."""
    with contextlib.ExitStack() as processes:

        def start(*arguments: str | Path) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "extractor", "batch", *map(str, arguments)]
            process = processes.enter_context(subprocess.Popen(command, text=True, stderr=subprocess.PIPE))
            processes.callback(process.kill)
            return process

        yield start


def ids(out: Path) -> list[str]:
    """Ids in an output, sorted."""
    return sorted(json.loads(line)["id"] for line in out.read_text().splitlines()) if out.exists() else []


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until something holds, while the process lives."""
    while not is_so():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)


def slowly(seconds: float) -> Callable[[Received], Answer]:
    """Valid replies that take their time."""
    return lambda received: replace(answer_emptily(received), delay_s=seconds)


def test_a_run_its_bill_and_its_status(provider: Provider, source: Path, tmp_path: Path) -> None:
    """Calls and tokens add up; status says the same afterwards."""
    out = tmp_path / "out.jsonl"
    provider.add(completion("{"))
    done = batch(source, "-o", out)
    assert done.exit_code == 0, done.output
    assert (len(ids(out)), len(provider.requests)) == (12, 13)
    assert "12 postings answered: 12 results, 0 errors" in done.stderr
    assert "13 calls; 1 of them re-asks\n1,300 tokens read, 260 written" in done.stderr
    status = batch("status", out)
    assert "12 results" in status.stdout
    assert "finished; 12 answered, 13 calls" in status.stdout
    assert "sk-test-1234" not in out.read_text() + done.output


def test_the_log_has_an_event_a_row(provider: Provider, tmp_path: Path, make_posting: Make) -> None:
    """Also for rows that nobody was asked about; no text and no key in it."""
    source, log = tmp_path / "in.jsonl", tmp_path / "log.jsonl"
    rows = [{"id": name, "text": make_posting(1)} for name in "ab"] + [{"id": "c"}]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    batch(source, "-o", tmp_path / "out.jsonl", "--log", log)
    events = {event["id"]: event for event in map(json.loads, log.read_text().splitlines())}
    assert {name: (event["code"], event["calls"]) for name, event in events.items()} == {
        "a": (None, 1),
        "b": (None, 0),
        "c": ("unreadable", 0),
    }
    assert events["a"]["digest"] == events["b"]["digest"]
    assert "Cook" not in log.read_text() and "sk-test" not in log.read_text()


def test_standard_input(provider: Provider, source: Path, tmp_path: Path) -> None:
    """JSON Lines, answered as they come."""
    done = batch("-", "-o", tmp_path / "out.jsonl", stdin=source.read_text())
    assert done.exit_code == 0, done.output
    assert len(ids(tmp_path / "out.jsonl")) == 12


def test_wrong_usage(provider: Provider, source: Path, tmp_path: Path) -> None:
    """No input, no output, or a column that there is not; a run that never was has no status."""
    assert batch("-o", tmp_path / "out.jsonl").exit_code == 2
    assert batch(source).exit_code == 2
    assert batch(source, "-o", tmp_path / "out.jsonl", "--column", "body").exit_code == 2
    assert batch("status", tmp_path / "out.jsonl").exit_code == 10
    assert provider.requests == []


def test_a_storm_of_faults_costs_no_row(provider: Provider, source: Path, tmp_path: Path) -> None:
    """429, 503, cut connections and half replies, again and again; every row has its result."""
    provider.add(
        failure(503),
        failure(429, headers={"Retry-After": "0"}),
        Answer(fault="drop"),
        Answer(fault="half"),
        failure(429, headers={"retry-after-ms": "50"}),
        failure(500),
    )
    done = batch(source, "-o", tmp_path / "out.jsonl", "-n", "4")
    assert done.exit_code == 0, done.output
    assert len(ids(tmp_path / "out.jsonl")) == 12
    assert "2 rate_limited" in done.stderr


def test_a_wrong_key_and_an_outage_stop_with_a_sentence(
    provider: Provider, source: Path, tmp_path: Path
) -> None:
    """Nothing is failed for them, and the same command answers everything once they are over."""
    out = tmp_path / "out.jsonl"
    provider.default = failure(401, "no such key")
    refused = batch(source, "-o", out)
    assert refused.exit_code == 8
    assert "goes on from here" in refused.stderr
    provider.default = failure(503)
    down = batch(source, "-o", out, "--patience", "0.2")
    assert (down.exit_code, ids(out)) == (7, [])
    provider.default = answer_emptily
    assert batch(source, "-o", out).exit_code == 0
    assert len(ids(out)) == 12


@pytest.mark.slow
def test_killed_at_any_instant_a_run_goes_on(
    provider: Provider, source: Path, tmp_path: Path, start: Start
) -> None:
    """Every posting once in the output; asked again is at most what was in flight at the kill."""
    out, in_flight = tmp_path / "out.jsonl", 3
    provider.default = slowly(0.1)
    for reached in (4, 8):
        process = start(source, "-o", out, "-n", in_flight)
        wait_until(lambda reached=reached: len(provider.requests) >= reached, process)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert max(Counter(ids(out)).values(), default=0) <= 1
    with out.open("ab") as file:
        file.write(b'{"id": "torn')
    done = batch(source, "-o", out)
    assert done.exit_code == 0, done.output
    assert ids(out) == sorted(f"p{number}" for number in range(12))
    assert len(provider.requests) <= 12 + 2 * in_flight
    status = batch("status", out).stdout
    assert status.count(": killed; ") == 2


@pytest.mark.slow
def test_ctrl_c_once_finishes_what_is_in_flight(
    provider: Provider, source: Path, tmp_path: Path, start: Start
) -> None:
    """What was asked is in the output, and nothing more is asked."""
    out = tmp_path / "out.jsonl"
    provider.default = slowly(0.5)
    process = start(source, "-o", out, "-n", "2")
    wait_until(lambda: len(provider.requests) >= 2, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert len(ids(out)) == len(provider.requests) < 12
    assert "Interrupted" in said


@pytest.mark.slow
def test_ctrl_c_twice_stops(provider: Provider, source: Path, tmp_path: Path, start: Start) -> None:
    """Without waiting for replies that do not come."""
    provider.default = Answer(fault="hang")
    process = start(source, "-o", tmp_path / "out.jsonl", "-n", "2")
    wait_until(lambda: len(provider.requests) >= 2, process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "once more" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    stopped = time.monotonic()
    process.communicate()
    assert process.returncode == 130
    assert time.monotonic() - stopped < 10
