"""Recorded replies answer in place of a model, and only the very requests that were recorded."""

import asyncio
from pathlib import Path

import pytest

from eval.plain import make_request, open_plain
from eval.predictions import to_prediction
from eval.replay import Recorder, Replayer, read_replies
from extractor.errors import CutOff, ProviderRefused
from extractor.model.scripted import Scripted
from extractor.records import Usage
from extractor.settings import load_settings
from tests.eval.postings import case

TEXT = "Line Cook wanted at Harbour Kitchen in Oslo for the evening shift."
CASE = case("a", {"title": "Line Cook"}, TEXT)


async def ask_plain(model: object) -> dict[str, object]:
    """The plain call's answer to the case."""
    async with open_plain(model) as answer:  # type: ignore[arg-type]
        return await answer(CASE)


def test_a_recording_answers_what_was_recorded(tmp_path: Path) -> None:
    """With the same tokens."""
    path = tmp_path / "recorded" / "replies.jsonl"
    scripted = Scripted([{"title": "Line Cook"}], Usage(calls=1, output_tokens=9, cost_usd=0.0))
    first = asyncio.run(ask_plain(Recorder(scripted, path, "small")))
    again = asyncio.run(ask_plain(Replayer(path)))
    assert to_prediction(first).posting == to_prediction(again).posting
    assert to_prediction(again).meta["output_tokens"] == 9
    assert read_replies(path)[0] == "small"


def test_a_request_that_was_not_recorded_is_refused(tmp_path: Path) -> None:
    """So that a changed prompt leaves the run incomplete instead of judging old answers."""
    path = tmp_path / "replies.jsonl"
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, "small")))
    other = make_request("Another text", ("given", ""), load_settings())
    with pytest.raises(ProviderRefused, match="record again"):
        asyncio.run(Replayer(path).ask(other))


def test_recording_again_writes_the_same_bytes(tmp_path: Path) -> None:
    """In order of digest; what was recorded before stays."""
    path = tmp_path / "replies.jsonl"
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, "small")))
    before = path.read_bytes()
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, "small")))
    assert path.read_bytes() == before


def test_a_failed_call_is_an_answer_with_its_error() -> None:
    """The plain call that was cut off counts against the model."""
    answer = to_prediction(asyncio.run(ask_plain(Scripted([CutOff("too long")]))))
    assert (answer.error_code, answer.is_valid, answer.is_incomplete) == ("cut_off", False, False)


def test_nothing_recorded_says_how_to_record(tmp_path: Path) -> None:
    """The error names the command."""
    with pytest.raises(ValueError, match="run --record"):
        Replayer(tmp_path / "none.jsonl")
