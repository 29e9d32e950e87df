"""Killed at any instant, for real: every posting once in the output, and nothing paid twice."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from answers import answer_emptily
from batch_provider import BatchProvider
from killing import Forge
from provider import Answer, Provider

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

Make = Callable[[int], str]
ROWS, IN_FLIGHT, KILLS = 100, 3, 20


@pytest.fixture
def forge() -> Iterator[Forge]:
    """Processes to be killed."""
    with Forge() as forge:
        yield forge


def write(path: Path, make_posting: Make, count: int) -> Path:
    """So many postings."""
    rows = ({"id": f"p{number:03}", "text": make_posting(number)} for number in range(count))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def ids(out: Path) -> list[str]:
    """Ids in the output, sorted."""
    return sorted(json.loads(line)["id"] for line in out.read_text().splitlines())


def test_twenty_kills_at_random_instants(
    provider: Provider, forge: Forge, tmp_path: Path, make_posting: Make
) -> None:
    """Calls made are the postings, and those in flight at a kill."""
    source, out = write(tmp_path / "in.jsonl", make_posting, ROWS), tmp_path / "out.jsonl"
    provider.default = lambda received: replace(answer_emptily(received), delay_s=0.1)
    instants = random.Random(5)
    kills = 0
    while kills < KILLS:
        before = len(provider.requests)
        pid = forge.start("batch", source, "-o", out, "-n", str(IN_FLIGHT))
        while len(provider.requests) == before:
            time.sleep(0.005)
        time.sleep(instants.uniform(0, 0.25))
        os.kill(pid, signal.SIGKILL)
        assert forge.wait() == -signal.SIGKILL, f"it was done after {kills} kills"
        kills += 1
    forge.start("batch", source, "-o", out, "-n", str(IN_FLIGHT))
    assert forge.wait() == 0
    assert ids(out) == [f"p{number:03}" for number in range(ROWS)]
    whole = [received for received in provider.requests if received.body]  # a kill may cut one short
    assert len(Counter(received.raw for received in whole)) == ROWS
    assert len(provider.requests) <= ROWS + KILLS * IN_FLIGHT


def test_batches_are_made_once_whenever_the_run_is_killed(
    monkeypatch: pytest.MonkeyPatch, forge: Forge, tmp_path: Path, make_posting: Make
) -> None:
    """Just before and just after the provider does what it is asked, and at random instants."""
    source, out = write(tmp_path / "in.jsonl", make_posting, 30), tmp_path / "out.jsonl"
    strokes = [
        (when, what)
        for what in ("POST /files", "POST /batches", "GET /batches/batch_", "GET /files/file-#/content")
        for when in ("before", "after")
    ]
    pid = 0

    def strike(when: str, what: str) -> Answer | None:
        is_due = strokes and (when, "".join("#" if c.isdigit() else c for c in what)) in (
            (strokes[0][0], strokes[0][1]),
            (strokes[0][0], strokes[0][1] + "#"),
        )
        if is_due:
            strokes.pop(0)
            os.kill(pid, signal.SIGKILL)
        return None

    with BatchProvider() as server:
        told = {
            "BASE_URL": server.base_url,
            "MODEL": "test-model",
            "API_KEY": "sk-test-1234",
            "CACHE": "false",
        }
        for name, value in told.items():
            monkeypatch.setenv(f"EXTRACTOR_{name}", value)
        server.strike = strike
        command = ("batch", source, "-o", out, "--via", "batch-api", "--poll", "0.05", "--batch-lines", "5")
        while strokes:
            left = len(strokes)
            pid = forge.start(*command)
            assert forge.wait() == -signal.SIGKILL, strokes
            assert len(strokes) < left
        instants = random.Random(5)
        status = -signal.SIGKILL
        for _ in range(6):
            pid = forge.start(*command)
            time.sleep(instants.uniform(0.02, 0.4))
            os.kill(pid, signal.SIGKILL)
            status = forge.wait()
        pid = forge.start(*command)
        status = forge.wait()
        assert status == 0
        assert ids(out) == [f"p{number:03}" for number in range(30)]
        assert set(server.paid.values()) == {1}
        assert sum(server.lines) + server.online <= 30 + 14  # the first is asked online, at each kill perhaps
        assert sum(server.lines) <= 30
