"""F1 and seconds of each comparand on labelled cases, all asked of the embedded model's server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import Kind
from benchmarks.peers.scenarios import command, environment, run
from eval.cases import Case, load_cases
from eval.extractors import open_answerer
from eval.fields import FIELD_NAMES
from eval.intervals import with_intervals
from eval.judging import judge
from eval.predictions import to_prediction
from eval.reading import read_case
from extractor.model.landlord import Landlord
from extractor.settings import load_settings

SHARED = frozenset({
    "title", "company.name", "responsibilities", "required_qualifications", "preferred_qualifications",
    "benefits", "skills.hard", "skills.soft",
})  # fmt: skip
LIMIT_S = 7 * 60.0  # a posting; replies that go in circles take many minutes each, and are asked for anew
Row = Mapping[str, Any]


def cases_to_read(count: int) -> list[Case]:
    """The seeds, then others in the order of their names."""
    usable = [case for case in load_cases() if case.gold.posting is not None]
    usable.sort(key=lambda case: (case.source != "seeds", case.id))
    return usable[:count]


def measure_accuracy(kind: Kind | None, count: int) -> dict[str, Any]:
    """Ask about `count` cases, one after the other."""
    cases = cases_to_read(count)
    rows = asyncio.run(_ask_ours(cases)) if kind is None else _ask_peer(kind, cases)
    answered = {case.id: [to_prediction(rows.get(case.id) or _missing(case))] for case in cases}
    judgement = judge(cases, answered)
    clusters = [case.cluster for case in judgement.cases]
    shared = judgement.counts.copy()
    for index, name in enumerate(FIELD_NAMES):
        if name not in SHARED:
            shared[:, index] = 0
    return {
        "answered": sum(row.get("posting") is not None for row in rows.values()),
        "seconds": statistics.median(
            rows[case.id]["meta"]["seconds"] if case.id in rows else LIMIT_S for case in cases
        ),
        "f1": _sure(judgement.counts, clusters),
        "f1_shared": _sure(shared, clusters),
    }


def _sure(counts: Any, clusters: list[Any]) -> list[float | None]:
    sure = with_intervals(counts, clusters)
    interval = asdict(sure)["pooled"] or (None, None)
    return [sure.metrics.pooled.f1, *interval]


def _missing(case: Case) -> Row:
    return {"id": case.id, "posting": None, "error": {"code": "invalid_reply"}, "meta": {"seconds": 0.0}}


async def _ask_ours(cases: list[Case]) -> dict[str, Row]:
    async with open_answerer("pipeline", cases, cache=False) as answer:
        return {case.id: await answer(case) for case in cases}


def _ask_peer(kind: Kind, cases: list[Case]) -> dict[str, Row]:
    with tempfile.TemporaryDirectory() as name, _server() as server:
        folder = Path(name)
        rows, out = folder / "rows.jsonl", folder / "out.jsonl"
        given = [{"id": case.id, "text": read_case(case).text} for case in cases]
        rows.write_text("".join(json.dumps(row) + "\n" for row in given), "utf-8")
        env = environment(server[0], "embedded", folder, server[1]) | {"PEER_IN_FLIGHT": "1"}
        ran = run(command(kind.name, kind, rows, out), env, out, limit_s=LIMIT_S * len(cases))
    return dict(_timed(ran.rows))


def _timed(rows: Any) -> Iterator[tuple[str, Row]]:
    """Seconds of each: what has passed since the one before it. DELM tells all at its end: their mean."""
    before, ends = 0.0, [row["seconds"] for row in rows]
    at_once = len(ends) > 1 and ends[-1] - ends[0] < 1.0
    for row in rows:
        took = ends[-1] / len(ends) if at_once else row["seconds"] - before
        before = row["seconds"]
        error = {"code": "invalid_reply", "message": row["error"]} if row["error"] else None
        yield row["id"], {**row, "error": error, "meta": {"seconds": took}}


@contextlib.contextmanager
def _server() -> Iterator[tuple[str, str]]:
    """Address and key of the embedded model's server, started where none runs."""
    connection = Landlord(load_settings(model="embedded")).connect()
    try:
        yield connection.server.url, connection.server.api_key
    finally:
        connection.close()
