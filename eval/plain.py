"""The comparand that the pipeline must beat: one plain instructor call with the whole contract as schema."""

from __future__ import annotations

import contextlib
import functools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from pydantic import RootModel, ValidationError

from eval.cases import Case
from eval.reading import read_case
from extractor.errors import ExtractorError
from extractor.model import Model, build_model, identify_model, usage_of
from extractor.model.wire import to_strict
from extractor.records import Message, Request, Usage
from extractor.schema import JobPosting
from extractor.settings import Settings

_SYSTEM = (
    "Extract the job posting that the user gives into the schema. Copy lists word for word. "
    "Leave out what the posting does not state.\n\nThe keys of the answer:\n"
)


class Whole(RootModel[dict[str, Any]]):
    """The contract with every field required, as strict structured output has it: where fields may be
    left out, a small model leaves out all of them. Amounts are numbers alone: one that may be a string
    too is written as "3+". Any object passes: what is wrong with one field is not to cost the others."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The strict form of the schema."""
        return to_strict(JobPosting.model_json_schema(*args, **kwargs | {"mode": "serialization"}))


@contextlib.asynccontextmanager
async def open_plain(
    settings: Settings, model: Model | None = None
) -> AsyncIterator[Callable[[Case], Awaitable[dict[str, Any]]]]:
    """An answerer that asks once a posting; `model` in place of the one that is set."""
    name = ("given", "") if model else identify_model(settings)
    asked = model or build_model(settings)

    async def answer(case: Case) -> dict[str, Any]:
        return await _ask(asked, make_request(read_case(case).text, name, settings), case.id)

    try:
        yield answer
    finally:
        await asked.aclose()


def make_request(text: str, name: tuple[str, str], settings: Settings) -> Request:
    """The whole question; `name` is model name and base URL."""
    return Request(
        messages=(Message("system", _SYSTEM + _keys()), Message("user", text)),
        response_model=Whole,
        model=name[0],
        base_url=name[1],
        params={"temperature": settings.temperature, "max_tokens": settings.max_output_tokens},
        prompt="plain@2",
    )


@functools.cache
def _keys() -> str:
    """The schema in short, as a reader would write it down. Instructor shows a model the whole schema, of
    2,800 tokens, which two cores read in a minute; shown nothing of it, a small model is lost among the
    keys that the grammar forces on it."""
    schema = Whole.model_json_schema()

    def say(part: dict[str, Any]) -> str:
        if "$ref" in part:
            return say(schema["$defs"][part["$ref"].rpartition("/")[2]])
        if "anyOf" in part:
            return " or ".join(dict.fromkeys(map(say, part["anyOf"])))
        if "enum" in part:
            return "|".join(part["enum"])
        if part["type"] == "array":
            return f"list of {say(part['items'])}"
        if part["type"] == "object":
            return "{" + ", ".join(f"{key}: {say(value)}" for key, value in part["properties"].items()) + "}"
        return str(part["type"])

    return say(schema)


def keep_valid(posting: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that fit the contract, as JSON; a user would have the others asked for again."""
    kept: dict[str, Any] = {}
    for key, value in posting.items():
        with contextlib.suppress(ValidationError):
            kept[key] = JobPosting.model_validate({key: value}).model_dump(mode="json")[key]
    return kept


async def _ask(model: Model, request: Request, case_id: str) -> dict[str, Any]:
    started = time.perf_counter()
    posting, error, usage = None, None, Usage()
    try:
        reply = await model.ask(request)
        posting, usage = keep_valid(json.loads(reply.text)), reply.usage
    except ExtractorError as failure:
        usage = usage_of(failure)
        error = {"code": failure.code, "message": failure.message, "retryable": failure.retryable}
    seconds = round(time.perf_counter() - started, 3)
    meta = {
        "model": request.model,
        "strategy": "plain",
        "prompt": request.prompt,
        "seconds": seconds,
        **asdict(usage),
    }
    return {"id": case_id, "posting": posting, "error": error, "meta": meta}
