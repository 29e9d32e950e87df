"""One event a posting, and nothing of its text in it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from answers import POSTING, smallest
from extractor.errors import CutOff, StorageError
from extractor.model.scripted import Line, Scripted
from extractor.pipeline import Extractor
from extractor.records import Request, Usage
from extractor.settings import Settings
from extractor.telemetry.logs import LineHandler, log_to


def state_nothing(request: Request) -> Line:
    """A valid reply to any question."""
    reply: dict[str, Any] = smallest(request.schema, request.schema)
    return reply


def extractor(script: Any = state_nothing) -> Extractor:
    """Over a script, without the cache."""
    settings = Settings(cache=False, strategy="numbered")  # type: ignore[call-arg]
    return Extractor(settings, model=Scripted(script, Usage(calls=1, input_tokens=7, cost_usd=0.5)))


def events(path: Path) -> list[dict[str, Any]]:
    """Lines of a log."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_posting_is_one_event_without_its_text(tmp_path: Path) -> None:
    """Whichever door reads it: id, digest, outcome, tokens, cost."""
    log = tmp_path / "log.jsonl"
    with log_to(str(log)), extractor() as reading:
        reading.extract(POSTING, id="a")
        reading.extract(b"\x00\x01\x02", id="b")
    fine, bad = events(log)
    assert {name: fine[name] for name in ("id", "status", "code", "calls", "input_tokens", "cost_usd")} == {
        "id": "a", "status": "ok", "code": None, "calls": 1, "input_tokens": 7, "cost_usd": 0.5,
    }  # fmt: skip
    assert (bad["id"], bad["status"], bad["code"]) == ("b", "error", "unreadable")
    assert len(fine["digest"]) == 16 and fine["digest"] != bad["digest"]
    assert fine["time"].endswith("+00:00")
    assert "Cook" not in log.read_text()


def test_errors_are_logged_by_their_code_only(tmp_path: Path) -> None:
    """What a message quotes stays out."""
    log = tmp_path / "log.jsonl"
    with log_to(str(log)), extractor(lambda _: CutOff("after: secret words")) as reading:
        reading.extract(POSTING, id="a")
    [event] = events(log)
    assert event["code"] == "cut_off"
    assert "secret" not in log.read_text()


def test_the_log_grows_and_ends_with_its_block(tmp_path: Path) -> None:
    """Runs append; nothing is written afterwards, and by default nothing at all."""
    log = tmp_path / "log.jsonl"
    with extractor() as reading:
        for _ in range(2):
            with log_to(str(log)):
                reading.extract(POSTING)
            reading.extract(POSTING)
    assert len(events(log)) == 2
    assert not logging.getLogger("extractor.postings").isEnabledFor(logging.INFO)


def test_an_applications_own_handler_has_the_fields(caplog: pytest.LogCaptureFixture) -> None:
    """As attributes of the record, through standard logging."""
    with caplog.at_level(logging.INFO, "extractor"), extractor() as reading:
        asyncio.run(reading.extract_async(POSTING, id="a"))
    [record] = caplog.records
    assert (record.name, record.getMessage(), record.id) == ("extractor.postings", "posting", "a")  # type: ignore[attr-defined]


def test_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """`-` writes there."""
    with log_to("-"), extractor() as reading:
        reading.extract(POSTING, id="a")
    assert json.loads(capsys.readouterr().out)["id"] == "a"


def test_a_log_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is told before a run, and complained of once, not raised, within one."""
    with pytest.raises(StorageError, match="cannot write the log"), log_to(str(tmp_path / "no" / "log")):
        pass

    class Full(io.StringIO):
        def write(self, text: str, /) -> int:
            raise OSError(28, "No space left on device")

    handler = LineHandler(Full())
    for _ in range(2):
        handler.handle(logging.makeLogRecord({"msg": "x"}))
    assert capsys.readouterr().err.count("No space left") == 1
