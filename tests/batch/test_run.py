"""One answer a row, whatever rows and replies are like; resume, identity, limits."""

from __future__ import annotations

import asyncio
import json
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractor.batch.display import Display
from extractor.batch.output import hold_output
from extractor.batch.readers import Reader
from extractor.batch.rows import Row
from extractor.batch.run import ROWS_PER_CALL, Options, run_batch
from extractor.errors import CutOff, ProviderRefused, RateLimited, SettingsError, StorageError, TransportError
from extractor.model.scripted import Line, Scripted
from extractor.records import Reply, Request, Usage
from extractor.settings import Settings

Make = Callable[[int], str]


def rows_of(make_posting: Make, *numbers: int) -> list[dict[str, Any]]:
    """Rows with ids of their own."""
    return [{"id": f"p{number}", "text": make_posting(number)} for number in numbers]


def ids(records: list[dict[str, Any]]) -> list[str]:
    """Ids, sorted: the order of the output is that of the answers."""
    return sorted(record["id"] for record in records)


def by_reference(special: dict[str, Line], request: Request, otherwise: Callable[[Request], Line]) -> Line:
    """A line of its own for the posting that holds a text."""
    words = request.messages[-1].content
    return next((line for text, line in special.items() if text in words), None) or otherwise(request)


@pytest.fixture
def nothing() -> Callable[[Request], Line]:
    """A valid reply to any question."""
    from answers import smallest

    return lambda request: smallest(request.schema, request.schema)  # type: ignore[no-any-return]


def test_every_row_has_one_answer(runs: Any, make_posting: Make) -> None:
    """Also one that is no JSON, has no text, or is no posting; its error is its answer."""
    good = rows_of(make_posting, 1, 2, 3)
    bad = [
        "no json\n",
        "[1]\n",
        "\n",
        json.dumps({"id": "bare"}) + "\n",
        json.dumps({"id": 7, "text": "hi"}) + "\n",
    ]
    records = runs.run(runs.write([*good, *bad]))
    codes = {record["id"]: record["error"] and record["error"]["code"] for record in records}
    assert len(records) == 7
    assert {name: codes[name] for name in ("p1", "p2", "p3", "bare", "7")} == {
        **dict.fromkeys(("p1", "p2", "p3")),
        "bare": "unreadable",
        "7": "not_a_posting",
    }
    assert runs.asked == 3
    assert runs.status == 5


def test_a_second_run_asks_nothing_and_changes_nothing(runs: Any, make_posting: Make) -> None:
    """Errors are answers too."""
    source = runs.write([*rows_of(make_posting, 1, 2), "no json\n"])
    runs.run(source)
    before = runs.out.read_bytes()
    runs.run(source)
    assert runs.asked == 0
    assert runs.out.read_bytes() == before
    assert runs.status == 4


def test_identity_is_content_and_id_never_position(runs: Any, make_posting: Make) -> None:
    """Rows added, removed and reordered between runs: only what is new is asked about."""
    first = rows_of(make_posting, 1, 2, 3)
    runs.run(runs.write(first))
    changed = {"id": "p1", "text": make_posting(9)}
    records = runs.run(runs.write([*rows_of(make_posting, 4), *reversed(first[1:]), changed]))
    assert runs.asked == 2
    assert ids(records) == ["p1", "p1", "p2", "p3", "p4"]


def test_identical_postings_are_asked_about_once(runs: Any, make_posting: Make) -> None:
    """Each row is answered under its own id; the others' cost is nothing."""
    rows = [{"id": name, "text": make_posting(1)} for name in "abc"]
    records = runs.run(runs.write([*rows, rows[0]]))
    assert ids(records) == ["a", "b", "c"]
    assert runs.asked == 1
    assert sorted(record["meta"]["calls"] for record in records) == [0, 0, 1]


def test_a_row_without_id_has_its_contents_digest(runs: Any, make_posting: Make) -> None:
    """The same in every run."""
    records = runs.run(runs.write([{"text": make_posting(1)}, {"html": f"<p>{make_posting(2)}</p>"}]))
    assert all(len(record["id"]) == 16 for record in records)


def test_folders_and_patterns(runs: Any, make_posting: Make, tmp_path: Path) -> None:
    """A posting a file, its id the path without suffix; tables in a folder are read row by row."""
    folder = tmp_path / "postings"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(make_posting(1))
    (folder / "deep" / "b.html").write_text(f"<html><body><pre>{make_posting(2)}</pre></body></html>")
    (folder / ".hidden").write_text("x")
    (folder / "rows.jsonl").write_text(json.dumps({"id": "c", "path": "a.txt"}))
    assert ids(runs.run(folder)) == ["a", "c", "deep/b"]
    assert ids(runs.run(str(folder / "*.txt"), out=None)) == ["a", "c", "deep/b"]
    assert runs.asked == 0


def test_a_missing_input_is_told_before_anything_is_asked(runs: Any) -> None:
    """As is an output whose form is not known."""
    with pytest.raises(SettingsError, match="no file"):
        runs.run("nowhere/*.jsonl")
    with pytest.raises(SettingsError, match="ends in"):
        runs.run(runs.write([]), out=runs.folder / "out.xml")


def test_two_runs_on_one_output_refuse_each_other(runs: Any, make_posting: Make) -> None:
    """The second is told; so is a run onto a file that is not a run's, or another model's."""
    source = runs.write(rows_of(make_posting, 1))
    with hold_output(runs.out), pytest.raises(StorageError, match="another run"):
        runs.run(source)
    runs.run(source)
    with pytest.raises(SettingsError, match="other-model"):
        runs.run(source, settings={"model": "other-model", "api_key": "k"})
    (runs.folder / "mine.jsonl").write_text("precious\n")
    with pytest.raises(StorageError, match="no ledger"):
        runs.run(source, out=runs.folder / "mine.jsonl")


@pytest.mark.parametrize("damage", ["torn", "gone", "short"])
def test_the_output_is_made_whole_again(runs: Any, make_posting: Make, damage: str) -> None:
    """From the ledger, without a question: a torn last line, a file cut short or removed."""
    source = runs.write(rows_of(make_posting, 1, 2, 3))
    runs.run(source)
    whole = runs.out.read_bytes()
    if damage == "torn":
        runs.out.write_bytes(whole + whole[:100])
    elif damage == "short":
        os.truncate(runs.out, len(whole) // 2)
    else:
        runs.out.unlink()
    runs.run(source)
    assert runs.asked == 0
    assert runs.out.read_bytes() == whole


def test_a_full_disk_stops_the_run_and_loses_nothing(runs: Any, make_posting: Make) -> None:
    """No row is failed for it; once there is room, the same command goes on."""
    source = runs.write(rows_of(make_posting, *range(30)))
    runs.run(source, limit=1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (45_000, hard))
    try:
        runs.run(source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert runs.status == 10
    assert 1 <= len(runs.records()) < 30
    records = runs.run(source)
    assert (len(records), len(set(ids(records))), runs.status) == (30, 30, 0)


def test_only_failed_replaces_errors_by_what_comes_of_asking_again(
    runs: Any, make_posting: Make, nothing: Callable[[Request], Line]
) -> None:
    """Once each in the output, and rows never asked about stay so."""
    cut = {"Reference 2": CutOff("too long")}
    source = runs.write(rows_of(make_posting, 1, 2, 3))
    runs.run(source, script=lambda request: by_reference(cut, request, nothing))
    assert runs.status == 6
    more = runs.write(rows_of(make_posting, 1, 2, 3, 4))
    records = runs.run(more, only_failed=True)
    assert (runs.asked, runs.status) == (1, 0)
    assert ids(records) == ["p1", "p2", "p3"]
    assert not any(record["error"] for record in records)


def test_limit_looks_at_the_first_rows(runs: Any, make_posting: Make) -> None:
    """And the whole input goes on from there."""
    source = runs.write(rows_of(make_posting, 1, 2, 3, 4))
    assert ids(runs.run(source, limit=2)) == ["p1", "p2"]
    runs.run(source)
    assert runs.asked == 2


def test_fail_fast_takes_up_nothing_more(
    runs: Any, make_posting: Make, nothing: Callable[[Request], Line]
) -> None:
    """What is in flight is finished."""
    cut = {"Reference 1": CutOff("too long")}
    source = runs.write(rows_of(make_posting, *range(10, 20), *range(1, 5)))
    records = runs.run(
        source, script=lambda request: by_reference(cut, request, nothing), fail_fast=True, concurrency=1
    )
    assert 1 <= len(records) < 5
    assert runs.status == 6


def test_a_wrong_key_stops_the_run_at_once(runs: Any, make_posting: Make) -> None:
    """No row is failed for it, and the next run answers them all."""
    source = runs.write(rows_of(make_posting, *range(20)))
    refuse = ProviderRefused("no such key")
    assert runs.run(source, script=lambda _: refuse, concurrency=2) == []
    assert runs.status == 8
    assert runs.asked <= 2
    assert len(runs.run(source)) == 20


def test_an_outage_fails_no_row(runs: Any, make_posting: Make) -> None:
    """The run waits, then stops; the same command goes on."""
    source = runs.write(rows_of(make_posting, 1, 2, 3))
    down = TransportError("cannot reach it")
    assert runs.run(source, script=lambda _: down, patience_s=0.2) == []
    assert runs.status == 7
    assert len(runs.run(source)) == 3
    assert runs.status == 0


def test_what_passes_is_waited_for(runs: Any, make_posting: Make, nothing: Callable[[Request], Line]) -> None:
    """429s and 503s cost time and are charged, and no row notices them otherwise."""
    troubles: list[Exception] = [RateLimited("slow", 0.05), TransportError("503"), RateLimited("slow", 0.05)]
    for trouble in troubles:
        trouble.usage = Usage(calls=1)  # type: ignore[attr-defined]

    def script(request: Request) -> Line:
        return troubles.pop() if troubles else nothing(request)

    records = runs.run(runs.write(rows_of(make_posting, 1, 2)), script=script)
    assert not any(record["error"] for record in records)
    assert sum(record["meta"]["calls"] for record in records) == 5


def test_a_budget_is_not_overrun(runs: Any, make_posting: Make, nothing: Callable[[Request], Line]) -> None:
    """It covers the whole output, earlier runs included; raising it goes on."""
    prices = {"input_price": 1.0, "output_price": 10.0, "max_output_tokens": 100, "reasks": 0}

    def script(request: Request) -> Line:
        return Reply(json.dumps(nothing(request)), "m", Usage(1, 1000, 0, 100, cost_usd=0.002))

    source = runs.write(rows_of(make_posting, *range(20)))
    settings = {**prices, "api_key": "k"}
    records = runs.run(source, script=script, settings=settings, budget_usd=0.05)
    assert runs.status == 3
    spent = sum(record["meta"]["cost_usd"] for record in records)
    assert 0.02 < spent <= 0.05
    runs.run(source, script=script, settings=settings, budget_usd=0.05)
    assert runs.asked == 0
    assert len(runs.run(source, script=script, settings=settings, budget_usd=1)) == 20


def test_memory_holds_no_more_rows_than_are_in_flight(
    runs: Any, make_posting: Make, nothing: Callable[[Request], Line]
) -> None:
    """The input is read as answers come, not ahead of them."""
    ahead = []

    class Counting(Reader):
        def rows(self) -> Iterator[Row]:
            for number, row in enumerate(super().rows(), start=1):
                ahead.append(number - len(model.requests))
                yield row

    model = Scripted(nothing)
    reader = Counting((str(runs.write(rows_of(make_posting, *range(40)))),))
    settings = Settings(cache=False, strategy="numbered")  # type: ignore[call-arg]
    batch = run_batch(settings, reader, runs.out, Options(concurrency=2), Display(quiet=True), model=model)
    asyncio.run(batch)
    assert len(ahead) == 40
    assert max(ahead) <= 2 * ROWS_PER_CALL + 1
