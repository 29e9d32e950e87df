"""The comparand that the pipeline must beat: one plain instructor call with the whole contract as schema."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

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
    "Leave out what the posting does not state."
)


class Whole(JobPosting):
    """The contract with every field required, as strict structured output has it: where fields may be
    left out, a small model leaves out all of them."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The strict form of the schema."""
        return to_strict(super().model_json_schema(*args, **kwargs))


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
        messages=(Message("system", _SYSTEM), Message("user", text)),
        response_model=Whole,
        model=name[0],
        base_url=name[1],
        params={"temperature": settings.temperature, "max_tokens": settings.max_output_tokens},
        prompt="plain@1",
    )


async def _ask(model: Model, request: Request, case_id: str) -> dict[str, Any]:
    started = time.perf_counter()
    posting, error, usage = None, None, Usage()
    try:
        reply = await model.ask(request)
        posting, usage = json.loads(reply.text), reply.usage
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
