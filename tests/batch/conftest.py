"""A batch run in this process, over a scripted model, as the tests of its rules need it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from answers import POSTING, smallest
from extractor.batch.display import Display
from extractor.batch.readers import Reader
from extractor.batch.run import Options, run_batch
from extractor.model.scripted import Line, Scripted
from extractor.records import Request
from extractor.settings import Settings


def state_nothing(request: Request) -> Line:
    """A valid reply to any question."""
    reply: dict[str, Any] = smallest(request.schema, request.schema)
    return reply


def posting(number: int) -> str:
    """One of any number of different postings."""
    return f"{POSTING}\nReference {number}\n"


@dataclass
class Runs:
    """Runs batches in a folder; `asked` counts the questions of the last one, `status` is its exit status."""

    folder: Path
    asked: int = 0
    status: int = 0
    out: Path = field(init=False)

    def __post_init__(self) -> None:
        self.out = self.folder / "out.jsonl"

    def write(self, rows: Iterable[Any], name: str = "in.jsonl") -> Path:
        """An input of JSON Lines."""
        path = self.folder / name
        path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
        return path

    def run(
        self,
        *inputs: Path | str,
        script: Callable[[Request], Line] = state_nothing,
        out: Path | None = None,
        columns: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Run, and return the records of the output where it is JSON Lines."""
        model = Scripted(script)
        told = Settings(**{"cache": False, "strategy": "numbered", **(settings or {})})
        reader = Reader(tuple(map(str, inputs)), columns or {}, max_bytes=told.max_input_bytes)
        out = out or self.out
        self.status = asyncio.run(
            run_batch(told, reader, out, Options(**options), Display(quiet=True), model=model)
        )
        self.asked = len(model.requests)
        return self.records() if out.suffix == ".jsonl" else []

    def records(self) -> list[dict[str, Any]]:
        """The output, line by line."""
        return [json.loads(line) for line in self.out.read_text().splitlines()]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Batches in the test's own folder."""
    return Runs(tmp_path)


@pytest.fixture
def make_posting() -> Callable[[int], str]:
    """Makes different postings."""
    return posting
