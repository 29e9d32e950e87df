"""Recorded replies answer in place of a model, and only the very requests that were recorded."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.extractors import open_pipeline, replay_pipeline
from eval.plain import make_request, open_plain
from eval.predictions import to_prediction
from eval.replay import Asked, Recorder, Replayer, read_replies
from extractor import Extractor
from extractor.errors import CutOff, ProviderRefused
from extractor.model.scripted import Scripted
from extractor.records import Request, Usage
from extractor.settings import load_settings
from tests.eval.postings import case

TEXT = "Line Cook wanted at Harbour Kitchen in Oslo for the evening shift."
SMALL = Asked("small-1b", "small", "plain")
CASE = case("a", {"title": "Line Cook"}, TEXT)


async def ask_plain(model: object) -> dict[str, object]:
    """The plain call's answer to the case."""
    async with open_plain(load_settings(), model) as answer:  # type: ignore[arg-type]
        return await answer(CASE)


def test_a_recording_answers_what_was_recorded(tmp_path: Path) -> None:
    """With the same tokens."""
    path = tmp_path / "recorded" / "replies.jsonl"
    scripted = Scripted([{"title": "Line Cook"}], Usage(calls=1, output_tokens=9, cost_usd=0.0))
    first = asyncio.run(ask_plain(Recorder(scripted, path, SMALL)))
    again = asyncio.run(ask_plain(Replayer(path)))
    assert to_prediction(first).posting == to_prediction(again).posting
    assert to_prediction(again).meta["output_tokens"] == 9
    assert read_replies(path)[0] == SMALL


def test_a_request_that_was_not_recorded_is_refused(tmp_path: Path) -> None:
    """So that a changed prompt leaves the run incomplete instead of judging old answers."""
    path = tmp_path / "replies.jsonl"
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, SMALL)))
    other = make_request("Another text", ("given", ""), load_settings())
    with pytest.raises(ProviderRefused, match="record again"):
        asyncio.run(Replayer(path).ask(other))


def test_recording_again_writes_the_same_bytes(tmp_path: Path) -> None:
    """In order of digest; what was recorded before stays."""
    path = tmp_path / "replies.jsonl"
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, SMALL)))
    before = path.read_bytes()
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, SMALL)))
    assert path.read_bytes() == before


def test_what_is_recorded_is_not_asked_again(tmp_path: Path) -> None:
    """Unless all is to be asked anew."""
    path = tmp_path / "replies.jsonl"
    asyncio.run(ask_plain(Recorder(Scripted([{"title": "Line Cook"}]), path, SMALL)))
    kept = asyncio.run(ask_plain(Recorder(Scripted([]), path, SMALL)))
    anew = asyncio.run(ask_plain(Recorder(Scripted([{"title": "Cook"}]), path, SMALL, anew=True)))
    assert [answer["posting"]["title"] for answer in (kept, anew)] == ["Line Cook", "Cook"]  # type: ignore[index]


def test_one_wrong_field_of_the_plain_call_costs_that_field_alone() -> None:
    """The others are judged."""
    answer = asyncio.run(ask_plain(Scripted([{"title": "Line Cook", "listing": {"confidence": 8}}])))
    assert answer["posting"] == {"title": "Line Cook"}


def test_a_failed_call_is_an_answer_with_its_error() -> None:
    """The plain call that was cut off counts against the model."""
    answer = to_prediction(asyncio.run(ask_plain(Scripted([CutOff("too long")]))))
    assert (answer.error_code, answer.is_valid, answer.is_incomplete) == ("cut_off", False, False)


def test_nothing_recorded_says_how_to_record(tmp_path: Path) -> None:
    """The error names the command."""
    with pytest.raises(ValueError, match="run --record"):
        Replayer(tmp_path / "none.jsonl")


def least_reply(request: Request) -> dict[str, object]:
    """The emptiest reply that a request accepts: first choices, nulls and empty lists."""
    reply: dict[str, object] = {}
    for name, schema in request.schema["properties"].items():
        kinds = schema.get("anyOf", [schema])
        first = next((kind["enum"][0] for kind in kinds if "enum" in kind), None)
        reply[name] = (
            first if first is not None else [] if any(k.get("type") == "array" for k in kinds) else None
        )
    return reply


def test_the_pipeline_replays_without_its_model(tmp_path: Path) -> None:
    """The same posting from the recording, under the name of the model that was recorded."""
    path, settings = tmp_path / "replies.jsonl", load_settings()

    async def record() -> dict[str, object]:
        with_name = Asked("small-1b", settings.model, Extractor(settings).strategy)
        async with open_pipeline(settings, Recorder(Scripted(least_reply), path, with_name)) as answer:
            return await answer(CASE)

    first = to_prediction(asyncio.run(record()))
    [again] = asyncio.run(replay_pipeline([CASE], path))
    assert first.error is None
    assert again.posting == first.posting
    assert again.meta["model"] == "small-1b"


def test_relative_dates_count_from_the_case_s_own_today(tmp_path: Path) -> None:
    """Cases asked at once do not mix their days."""
    text = (
        "Line Cook wanted at Harbour Kitchen in Oslo. Posted yesterday. You prepare hot dishes every evening."
    )
    cases = [case(str(day), {}, text, today=date(2026, 3, day)) for day in (2, 12)]

    async def ask_both() -> list[dict[str, Any]]:
        async with open_pipeline(load_settings(), Scripted(least_reply)) as answer:
            return list(await asyncio.gather(*(answer(one) for one in cases)))

    assert [row["posting"]["posted_on"] for row in asyncio.run(ask_both())] == ["2026-03-01", "2026-03-11"]
