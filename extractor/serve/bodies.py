"""A request's body: read within limits of size and time, and understood."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from starlette.requests import Request

from extractor.document import Kind
from extractor.serve.problems import Problem
from extractor.serve.room import Job

# JSON may write a character of two bytes as six (\u00e9).
JSON_FACTOR = 3
JSON_BESIDE = 65_536
RAW_KINDS: dict[str, Kind] = {"text/plain": "text", "text/html": "html", "application/pdf": "pdf"}
MEDIA_TYPES = ("application/json", *RAW_KINDS)
LONGEST_ID = 200


class Options(BaseModel):
    """How to read the posting, and what to add to the answer."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = Field("auto", description="what `text` is; `html` in `html` needs no saying")
    today: date | None = Field(None, description="the day that relative dates count from; unset: today")
    include_text: bool = Field(
        False, description="add `text`, which evidence offsets refer to, to the answer"
    )


class ExtractRequest(BaseModel):
    """A posting as JSON: exactly one of `text` and `html`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": ["text"], "properties": {"text": {"type": "string"}}},
                {"required": ["html"], "properties": {"html": {"type": "string"}}},
            ]
        },
    )

    text: str | None = Field(None, description="the posting as plain text (or HTML: see `options.kind`)")
    html: str | None = Field(None, description="the posting as HTML")
    id: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)] | None = Field(
        None, description="comes back as the extraction's id; unset: a digest of the text"
    )
    options: Options = Field(default_factory=Options)

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("give exactly one of text and html")
        return self


class Asked(BaseModel):
    """What a request asks for."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    job: Job
    posting_id: str | None = None
    with_text: bool = False


class Buffer:
    """Bytes of bodies held in memory at once, bounded for all requests of a worker."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0

    @contextlib.contextmanager
    def holding(self) -> Iterator[Share]:
        """One request's share; given back at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            self._held -= share.bytes

    def take(self, size: int) -> None:
        """Hold more; raises Problem `busy` where there is no room."""
        if self._held + size > self._most:
            raise Problem("busy", "Too many large requests are under way.")
        self._held += size


class Share:
    """What one request holds of the buffer."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self.bytes = 0

    def take(self, size: int) -> None:
        """Hold more; raises Problem `busy`."""
        self._buffer.take(size)
        self.bytes += size


def media_type_of(request: Request) -> str:
    """The body's media type without parameters, in lower case; raises Problem where it is encoded."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise Problem("unsupported_media_type", "Send the body without Content-Encoding.")
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def chunks_of(request: Request, limit: int, timeout_s: float) -> AsyncIterator[bytes]:
    """The body piece by piece; raises Problem where it has more than `limit` bytes or is slow."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise Problem("body_too_large", f"The body may have {limit:,} bytes.")
    size = 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise Problem("body_too_large", f"The body may have {limit:,} bytes.")
                if chunk:
                    yield chunk
    except TimeoutError:
        raise Problem(
            "slow_request",
            f"The body did not arrive within {timeout_s:g} s.",
            headers={"Connection": "close"},
        ) from None


async def read_body(request: Request, limit: int, timeout_s: float, share: Share) -> bytes:
    """The whole body; raises what `chunks_of` raises."""
    body = bytearray()
    async for chunk in chunks_of(request, limit, timeout_s):
        share.take(len(chunk))
        body += chunk
    return bytes(body)


def understand(media_type: str, body: bytes) -> Asked:
    """What the body asks for; raises Problem."""
    if media_type in RAW_KINDS:
        return Asked(job=Job(body, RAW_KINDS[media_type]))
    try:
        asked = ExtractRequest.model_validate_json(body)
    except ValidationError as error:
        raise Problem(
            "invalid_request", "The JSON body is not as documented.", errors=shown_errors(error)
        ) from None
    options = asked.options
    kind: Kind = "html" if asked.html is not None else options.kind
    data = asked.html if asked.html is not None else asked.text
    assert data is not None
    return Asked(job=Job(data, kind, options.today), posting_id=asked.id, with_text=options.include_text)


def body_limit(media_type: str, max_bytes: int) -> int:
    """Bytes that a body of this type may have; raises Problem for a type that is not understood."""
    if media_type in RAW_KINDS:
        return max_bytes
    if media_type == "application/json":
        return JSON_FACTOR * max_bytes + JSON_BESIDE
    raise Problem(
        "unsupported_media_type",
        f"Send one of {', '.join(MEDIA_TYPES)}, not {media_type[:80] or 'a body of no type'}.",
        headers={"Accept": ", ".join(MEDIA_TYPES)},
    )


def shown_errors(error: ValidationError) -> list[dict[str, Any]]:
    """What is wrong where, without any of the input's values."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        {"pointer": "".join(f"/{step}" for step in problem["loc"])[:200], "message": problem["msg"]}
        for problem in problems[:20]
    ]
