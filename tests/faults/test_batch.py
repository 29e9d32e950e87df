"""Every fault through a batch: what is the provider's fault answers no row, what is the posting's answers one."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from answers import POSTING
from extractor import Settings
from extractor.batch.display import Display
from extractor.batch.ledger import ledger_path
from extractor.batch.readers import Reader
from extractor.batch.run import Options, run_batch
from extractor.errors import TABLE
from faults.catalogue import BODY, BUSY, CONNECTION, DOWN, FAULTS, GOOD, KEY, REFUSED, Fault
from provider import Answer, Provider, Received, completion

PROVIDERS = {"rate_limited", "provider_unavailable", "timeout", "provider_refused"}
# Faults of the provider's; of those that differ in their words or bodies only, some.
OUTAGES = {
    name: fault
    for some, every in ((BUSY, 2), (DOWN, 3), (REFUSED, 3), (CONNECTION, 1), (BODY, 8))
    for name, fault in list(some.items())[::every]
    if fault.code in PROVIDERS
}
ROWS = {name: fault for name, fault in FAULTS.items() if fault.code not in PROVIDERS}


@pytest.fixture
def server() -> Iterator[Provider]:
    with Provider(completion(GOOD)) as running:
        yield running


class Batches:
    """Runs of one input into one output."""

    def __init__(self, folder: Path, server: Provider, rows: list[str]) -> None:
        self.out = folder / "out.jsonl"
        self.input = folder / "in.jsonl"
        self.server = server
        texts = [f"{POSTING}\nReference number: {n} of many\n" for n in range(len(rows))]
        self.input.write_text(
            "".join(json.dumps({"id": f"row {n}", "text": text}) + "\n" for n, text in enumerate(texts))
        )

    def run(self, timeout_s: float = 20.0, **options: Any) -> int:
        """One run; its exit status."""
        settings = Settings(
            base_url=self.server.base_url, model="m", api_key=SecretStr(KEY), strategy="numbered", reasks=1,
            timeout_s=timeout_s, cache=False,
        )  # fmt: skip
        told = Options(**{"concurrency": 2, "patience_s": 0.1} | options)
        return asyncio.run(
            run_batch(settings, Reader((str(self.input),)), self.out, told, Display(quiet=True))
        )

    def codes(self) -> dict[str, str | None]:
        """Each answered row's error code."""
        lines = self.out.read_text().splitlines() if self.out.exists() else []
        records = [json.loads(line) for line in lines]
        return {record["id"]: record["error"] and record["error"]["code"] for record in records}

    def all_bytes(self) -> bytes:
        """Whatever the runs left behind."""
        files = [self.out, *self.out.parent.glob(f"{ledger_path(self.out).name}*")]
        return b"".join(file.read_bytes() for file in files if file.exists())


@pytest.mark.parametrize("name", OUTAGES)
def test_what_is_the_providers_fault_fails_no_row(server: Provider, name: str, tmp_path: Path) -> None:
    """The run stops and says why; once the provider is well, the same command answers every row."""
    fault: Fault = OUTAGES[name]
    batches = Batches(tmp_path, server, ["a", "b"])
    server.default = fault.answer
    assert batches.run(fault.timeout_s) == TABLE[fault.code or ""].exit_status
    assert batches.codes() == {}
    assert KEY.encode() not in batches.all_bytes()
    server.default = completion(GOOD)
    assert batches.run() == 0
    assert batches.codes() == {"row 0": None, "row 1": None}


def test_what_is_a_postings_fault_is_its_answer(server: Provider, tmp_path: Path) -> None:
    """Row by row, however many kinds there are; the others are not touched, and no reply's cost is lost."""
    faults = list(ROWS.values())
    batches = Batches(tmp_path, server, list(ROWS))
    server.default = lambda received: faults[number_of(received)].answer
    batches.run(concurrency=4)
    assert batches.codes() == {f"row {n}": fault.code for n, fault in enumerate(faults)}
    said = [json.loads(line) for line in batches.out.read_text().splitlines()]
    assert sum(record["meta"]["calls"] for record in said) == len(server.requests)
    assert KEY.encode() not in batches.all_bytes()


def test_faults_that_pass_fail_no_row(server: Provider, tmp_path: Path) -> None:
    """Each row meets another fault first; all of them are answered, each once."""
    faults = [None, None, *(f for f in OUTAGES.values() if is_passing(f))]
    asked: Counter[int] = Counter()

    def answer(received: Received) -> Answer:
        number = number_of(received)
        asked[number] += 1
        fault = faults[number]
        return completion(GOOD) if fault is None or asked[number] > 1 else fault.answer

    server.default = answer
    batches = Batches(tmp_path, server, ["x"] * len(faults))
    assert batches.run(timeout_s=2.0, concurrency=4, patience_s=60.0, attempts=6) == 0
    assert batches.codes() == {f"row {n}": None for n in range(len(faults))}


def is_passing(fault: Fault) -> bool:
    """Whether it is worth another try within a moment."""
    retry_after = {name.lower() for name in fault.answer.headers} & {
        "retry-after",
        "x-ratelimit-reset-tokens",
    }
    return fault.calls == 2 and not retry_after and fault.answer.fault not in ("endless", "short")


def number_of(received: Received) -> int:
    """Which row a request is about."""
    found = re.search(r"Reference number: (\d+) of many", json.dumps(received.body))
    assert found is not None
    return int(found[1])
