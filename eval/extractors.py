"""What can be measured: the pipeline, the plain call, constant answers, or a user's own function.

Each is an async context manager that yields an answerer: a case in, a row out (the JSON of an
Extraction, or {id, posting}). Which one ran is told by `describe`.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from eval.cases import Case
from eval.constant import constant_posting
from eval.plain import open_plain
from eval.predictions import Prediction, to_prediction
from eval.reading import read_case
from eval.replay import Asked, Recorder, Replayer
from extractor.model import Model, build_model, identify_model
from extractor.settings import Settings, load_settings

Row = dict[str, Any]
Answerer = Callable[[Case], Awaitable[Row]]
OpenAnswerer = contextlib.AbstractAsyncContextManager[Answerer]
NAMES = ("pipeline", "plain", "constant")


def open_answerer(
    name: str, cases: Sequence[Case], *, record: Path | None = None, cache: bool = True
) -> OpenAnswerer:
    """The answerer called `name`, or a user's `module:function`; `record` keeps the model's replies there,
    and takes from there what it holds already.

    Without `cache` the model is asked anew what the reply cache or the recording knows.

    Raises ValueError for an unknown name, and where there is nothing of ours to record.
    """
    if name == "pipeline":
        if record is not None:  # never from the reply cache, which does not tell what a reply took
            return _record_pipeline(load_settings(cache=False), record, anew=not cache)
        return open_pipeline(_settings(cache))
    if record is not None:
        raise ValueError(f"--record keeps the replies that the pipeline gets; {name} is not the pipeline")
    if name == "plain":
        return open_plain(_settings(cache))
    if name == "constant":
        return _open_constant(cases)
    if ":" in name:
        return _open_function(name)
    raise ValueError(f"no extractor {name!r}: one of {', '.join(NAMES)}, or module:function")


def _settings(cache: bool) -> Settings:
    """The user's own settings, the reply cache off where it must be."""
    return load_settings() if cache else load_settings(cache=False)


@contextlib.asynccontextmanager
async def open_pipeline(settings: Settings, model: Model | None = None) -> AsyncIterator[Answerer]:
    """The project's own extraction, through its public door; `model` in place of the one that is set."""
    from extractor import Extractor  # only where asked for: scoring needs no pipeline

    async with Extractor(settings, model=model) as extractor:

        async def answer(case: Case) -> Row:
            extractor.today = case.today  # read before the first await: cases asked at once do not mix
            extraction = await extractor.extract_async(case.content, id=case.id)
            row: Row = json.loads(extraction.model_dump_json())
            return row

        yield answer


@contextlib.asynccontextmanager
async def _record_pipeline(settings: Settings, path: Path, *, anew: bool) -> AsyncIterator[Answerer]:
    """The pipeline, its model's replies kept at `path`; a replay needs no weights."""
    from extractor import Extractor

    asked = Asked(identify_model(settings)[0], settings.model, Extractor(settings).strategy)
    async with open_pipeline(settings, Recorder(build_model(settings), path, asked, anew=anew)) as answerer:

        async def answer(case: Case) -> Row:
            return _told(await answerer(case), model=asked.model)

        yield answer


async def replay_pipeline(cases: Sequence[Case], path: Path) -> list[Prediction]:
    """The pipeline's answers with a recording as its model, asked one by one; they tell no seconds."""
    replayer = Replayer(path)
    asked = replayer.asked
    async with open_pipeline(
        load_settings(model=asked.setting, strategy=asked.strategy), replayer
    ) as answerer:
        rows = [await answerer(case) for case in cases]
    return [to_prediction(_told(row, model=asked.model, seconds=None)) for row in rows]


def _told(row: Row, **meta: Any) -> Row:
    """The row with other words in its meta."""
    return {**row, "meta": {**row["meta"], **meta}}


@contextlib.asynccontextmanager
async def _open_constant(cases: Sequence[Case]) -> AsyncIterator[Answerer]:
    """Gold's commonest answer to every field, whatever the text: what a figure must beat to say anything."""
    posting = constant_posting([case.gold for case in cases])

    async def answer(case: Case) -> Row:
        return {"id": case.id, "posting": posting}

    yield answer


@contextlib.asynccontextmanager
async def _open_function(name: str) -> AsyncIterator[Answerer]:
    """`module:function`: takes the posting's text; gives a posting, as dict or pydantic model."""
    function = _load_function(name)

    async def answer(case: Case) -> Row:
        started = time.perf_counter()
        text = read_case(case).text if case.format == "pdf" else case.text
        if inspect.iscoroutinefunction(function):
            found = await function(text)
        else:
            found = await asyncio.to_thread(function, text)
        row = _to_row(found, case.id)
        row.setdefault("meta", {"model": name, "seconds": time.perf_counter() - started, "calls": 1})
        return row

    yield answer


def _load_function(name: str) -> Callable[[str], Any]:
    module, _, attribute = name.partition(":")
    sys.path.insert(0, "")  # a file in the current folder is a module too
    try:
        function = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{name!r} cannot be loaded: {error}") from error
    finally:
        sys.path.remove("")
    if not callable(function):
        raise ValueError(f"{name!r} is no function")
    return function  # type: ignore[no-any-return]  # any callable that takes a text


def _to_row(found: Any, case_id: str) -> Row:
    """A posting, an Extraction, or a row, as a row."""
    content = json.loads(found.model_dump_json()) if isinstance(found, BaseModel) else found
    if content is not None and not isinstance(content, dict):
        raise TypeError(f"expected a dict, a pydantic model or None, got {type(found).__name__}")
    row = content if content is not None and "posting" in content else {"posting": content}
    return {**row, "id": case_id}
