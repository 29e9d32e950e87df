"""Ask an extractor every case and write what it answers: concurrent, resumable, with progress.

A run is a folder: `predictions.jsonl`, a row an answer, and `run.json`, which says what ran on which
cases. Rows are appended as they come and put in order at the end; a run that was broken off goes on
where it stopped, and asks again what failed through no fault of posting or model.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from eval.cases import Case, digest_cases
from eval.extractors import Answerer, OpenAnswerer
from eval.predictions import Prediction, iter_predictions, to_prediction

PREDICTIONS = "predictions.jsonl"
MANIFEST = "run.json"
OnAnswer = Callable[[Prediction], None]


@dataclass(frozen=True)
class Job:
    """One answer to get."""

    case: Case
    repeat: int


def plan_jobs(cases: Sequence[Case], repeats: int, folder: Path) -> list[Job]:
    """The answers that `folder` does not hold yet, repeat by repeat."""
    drop_half_written(folder / PREDICTIONS)
    answered = {
        (prediction.id, prediction.repeat)
        for prediction in _read_rows(folder / PREDICTIONS)
        if not prediction.is_incomplete
    }
    return [Job(case, r) for r in range(repeats) for case in cases if (case.id, r) not in answered]


def _read_rows(path: Path) -> Iterable[Prediction]:
    return iter_predictions(path) if path.exists() else ()


def drop_half_written(path: Path) -> None:
    """Cut off a last line that a killed run did not finish."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)


def open_run(folder: Path, extractor: str, cases: Sequence[Case]) -> None:
    """Make the run's folder, or check that it belongs to the same extractor and cases.

    Raises ValueError where it belongs to others: their answers must not mix.
    """
    manifest = {"extractor": extractor, "cases": len(cases), "cases_digest": digest_cases(cases)}
    path = folder / MANIFEST
    if path.exists():
        present = json.loads(path.read_text(encoding="utf-8"))
        if present != manifest:
            raise ValueError(
                f"{folder} holds a run of {present['extractor']} on other cases; choose another --out"
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


async def run_jobs(
    jobs: Sequence[Job], opened: OpenAnswerer, folder: Path, concurrency: int, on_answer: OnAnswer
) -> None:
    """Ask `concurrency` at a time and write each answer at once; a case that fails costs only itself."""
    queue = iter(jobs)
    async with opened as answerer:
        with (folder / PREDICTIONS).open("a", encoding="utf-8") as out:

            async def work() -> None:
                for job in queue:  # one iterator for all workers: each job is taken once
                    row = await _ask(answerer, job)
                    _append(out, row)
                    on_answer(to_prediction(row))

            async with asyncio.TaskGroup() as group:
                for _ in range(min(concurrency, len(jobs))):
                    group.create_task(work())
    put_in_order(folder / PREDICTIONS)


async def _ask(answerer: Answerer, job: Job) -> dict[str, Any]:
    try:
        row = await answerer(job.case)
    except Exception as error:  # whatever a user's function raises is an answer that failed
        message = f"{type(error).__name__}: {error}"
        failure = {"code": "internal", "message": message, "retryable": False}
        row = {"id": job.case.id, "posting": None, "error": failure}
    return row if job.repeat == 0 else {**row, "repeat": job.repeat}


def _append(out: IO[str], row: dict[str, Any]) -> None:
    out.write(json.dumps(row, ensure_ascii=False) + "\n")
    out.flush()


def put_in_order(path: Path) -> None:
    """One row an answer, the last one written, by id and repeat."""
    rows = {}
    for line in path.read_text(encoding="utf-8").split("\n"):  # not splitlines: text may hold U+2028
        if not line:
            continue
        row = json.loads(line)
        rows[(row["id"], row.get("repeat", 0))] = line
    fresh = path.with_suffix(".tmp")
    fresh.write_text("".join(rows[key] + "\n" for key in sorted(rows)), encoding="utf-8")
    fresh.replace(path)
