"""How far a run is: on a real pseudo-terminal, and elsewhere."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from answers import answer_emptily
from extractor.batch.bill import RATE_WINDOW_S, Bill
from extractor.schema import Meta
from provider import Provider, failure

pytestmark = pytest.mark.timeout(180)


def on_terminal(command: list[str], columns: int) -> str:
    """All that a command shows on a terminal of its own, without colours and movements."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        shown = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:  # the other side has gone
                break
            if not some:
                break
            shown += some
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


@pytest.mark.slow
def test_on_a_terminal(provider: Provider, tmp_path: Path, make_posting: Callable[[int], str]) -> None:
    """One line that changes, no wider than the terminal: rows, rate, time left, dollars; a table at the end."""
    source = tmp_path / "in.jsonl"
    rows = [{"id": f"p{number}", "text": make_posting(number) if number else "hi"} for number in range(24)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    provider.default = lambda received: replace(answer_emptily(received), delay_s=0.5)
    provider.add(failure(503))
    prices = ["env", "EXTRACTOR_INPUT_PRICE=1", "EXTRACTOR_OUTPUT_PRICE=4"]
    command = [
        sys.executable,
        "-m",
        "extractor",
        "batch",
        str(source),
        "-o",
        str(tmp_path / "o.jsonl"),
        "-n",
        "3",
    ]
    shown = on_terminal([*prices, *command], 80)
    frames = [frame for frame in re.split(r"[\r\n]+", shown) if frame.strip()]
    assert max(map(len, frames)) <= 80
    live = [frame for frame in frames if "of 24 rows" in frame]
    assert len(live) > 3
    assert any(re.search(r"\d+ of 24 rows, [\d.]+ a second, [\d.]+ (s|min).* left, \$0\.\d+", frame) for frame in live)  # fmt: skip
    table = {line[:17].strip(): line[17:].strip() for line in frames[-12:]}
    assert table["results"] == "23"
    assert table["errors"] == "1 (1 not_a_posting)"
    assert table["faults met"] == "1 provider_unavailable"
    assert table["cost"] == "$0.0041"


def test_the_rate_is_the_latest(tmp_path: Path) -> None:
    """A slow beginning does not count for ever; nor does time spent on nothing at the start of the next."""
    now = 0.0
    bill = Bill(clock=lambda: now)
    for _ in range(100):
        now += 1.0
        bill.headline(None, 0)
    assert "0.0 a second" in bill.headline(1000, 0)
    for _ in range(int(2 * RATE_WINDOW_S)):
        now += 1.0
        for _ in range(5):
            bill.add(None, Meta(cost_usd=0.0))
        shown = bill.headline(1000, 2)
    assert shown == "300 of 1,000 rows, 5.0 a second, 2 min 20 s left, $0, 2 in flight"
