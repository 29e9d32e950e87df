"""Every fault through the command line: one record an input, the right exit status, and no key on any stream."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from answers import POSTING
from extractor.cli import main
from extractor.errors import TABLE
from extractor.schema import Extraction
from faults.catalogue import FAMILIES, FAULTS, GOOD, KEY
from faults.test_batch import number_of
from provider import Answer, Provider, Received, completion


@pytest.mark.parametrize("family", FAMILIES)
def test_a_fault_costs_its_own_input_only(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An input a fault, and good ones between: each has its record, the exit status is the worst one's."""
    faults = [fault for fault in FAMILIES[family].values() if fault.timeout_s > 1]
    files = []
    for number in range(2 * len(faults)):
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_text(f"{POSTING}\nReference number: {number} of many\n")

    def answer(received: Received) -> Answer:
        number = number_of(received)
        return completion(GOOD) if number % 2 else faults[number // 2].answer

    with Provider(answer) as server:
        set_up(monkeypatch, server)
        done = CliRunner().invoke(main, ["extract", "--no-cache", "--strategy", "numbered", *map(str, files)])
    records = [Extraction.model_validate_json(line) for line in done.stdout.splitlines()]
    codes = [record.error and record.error.code for record in records]
    assert codes[::2] == [fault.code for fault in faults]
    assert done.exit_code == max(TABLE[code].exit_status for code in codes if code)
    assert set(codes[1::2]) <= {None, "provider_unavailable"}  # bytes left over on a connection
    assert codes[1::2].count(None) >= len(faults) - 1
    assert "Traceback" not in done.stderr
    assert KEY not in done.stderr
    assert KEY not in re.sub(r'"Dropped .*?"', "", done.stdout)


def set_up(monkeypatch: pytest.MonkeyPatch, server: Provider) -> None:
    """The environment that names this server, one attempt a call."""
    settings = {"BASE_URL": server.base_url, "MODEL": "m", "API_KEY": KEY, "MAX_ATTEMPTS": "1", "REASKS": "0"}
    for name, value in settings.items():
        monkeypatch.setenv(f"EXTRACTOR_{name}", value)


@pytest.mark.parametrize("name", ["401 with the key", "silence", "an endless body"])
def test_a_process_ends_with_one_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, no warning of a library, no unclosed connection; the same input works afterwards."""
    fault = FAULTS[name]
    posting = tmp_path / "cook.txt"
    posting.write_text(POSTING)
    command = [sys.executable, "-W", "error", "-m", "extractor", "extract", "-q", str(posting)]
    with Provider(fault.answer) as server:
        set_up(monkeypatch, server)
        monkeypatch.setenv("EXTRACTOR_TIMEOUT_S", str(fault.timeout_s))
        monkeypatch.setenv("EXTRACTOR_STRATEGY", "numbered")
        failed = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
        server.default = completion(GOOD)
        again = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert failed.returncode == TABLE[fault.code or ""].exit_status
    assert failed.stderr.startswith("Error: ") or failed.stderr.startswith("cook: ")
    assert len(failed.stderr.splitlines()) == 1
    assert KEY not in failed.stdout + failed.stderr
    assert (again.returncode, again.stderr) == (0, "")
