"""OpenAI's Batch API, and a model whose calls go elsewhere than to the network.

A batch is a file of requests that the provider answers within a day, at half the price. `BatchApi`
uploads, submits, looks after and downloads them by the OpenAI client's own methods. `build_detoured`
makes the same model as for asking online (the same requests to the byte, the same reading of replies
and errors, the same re-asks), but each call's body is handed to a function, which knows its answer,
or lets it go online.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import ExtractorError, TransportError
from extractor.model.base import Model, OnProgress
from extractor.model.capability import MODES
from extractor.model.client import Endpoint, InstructorModel, open_client, open_http
from extractor.model.prices import Price
from extractor.records import Usage
from extractor.settings import Settings

if TYPE_CHECKING:
    import httpx2
    from openai.types import Batch

WINDOW: Final = "24h"  # the only one that there is
QUESTIONS_PATH: Final = "/v1/chat/completions"
MOST_LINES, MOST_BYTES = 50_000, 200_000_000  # of a batch's file
MARK = "extractor"  # name of the metadata that tells our batches
_CONTROL_S, _TRANSFER_S = 120.0, 3600.0
_PAGE = 100
_CLOCKS_DIFFER_S = 86_400
_PROBLEMS_SHOWN = 3

Take = Callable[[bytes], Awaitable[tuple[int, bytes] | None]]
"""Status and body that answer a call's body; None: ask the provider now."""


@dataclass(frozen=True, slots=True)
class Job:
    """A batch as the provider has it; `problems` are codes and sentences of a file that was not accepted."""

    id: str
    status: str
    output_file: str | None = None
    error_file: str | None = None
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ("completed", "failed", "expired", "cancelled")

    @property
    def problem(self) -> str:
        """Why its file was not accepted, in a sentence."""
        shown = "; ".join(f"{message} ({code})" for code, message in self.problems[:_PROBLEMS_SHOWN])
        return shown or "no reason was given"


class BatchApi:
    """The provider's side of batches; raises TransportError and ProviderRefused as online calls do."""

    def __init__(self, settings: Settings) -> None:
        self._client = open_client(_endpoint(settings), is_bounded=False)

    async def upload(self, path: Path, name: str) -> str:
        """The id of a file of requests."""
        with self._reading_failures(), path.open("rb") as file:
            async with asyncio.timeout(_TRANSFER_S):
                found = await self._client.files.create(
                    file=(name, file, "application/jsonl"), purpose="batch"
                )
            return found.id

    async def submit(self, file_id: str, mark: str) -> Job:
        """A new batch of an uploaded file; `mark` tells it from others, 512 characters at most."""
        with self._reading_failures():
            async with asyncio.timeout(_CONTROL_S):
                batch = await self._client.batches.create(
                    input_file_id=file_id,
                    endpoint=QUESTIONS_PATH,
                    completion_window=WINDOW,
                    metadata={MARK: mark},
                )
            return _to_job(batch)

    async def look(self, batch_id: str) -> Job:
        """How far a batch is."""
        with self._reading_failures():
            async with asyncio.timeout(_CONTROL_S):
                return _to_job(await self._client.batches.retrieve(batch_id))

    async def find(self, file_id: str, mark: str, since: float) -> Job | None:
        """The batch of that mark or file, made after `since` (seconds since 1970); None: there is none."""
        with self._reading_failures():
            async with asyncio.timeout(_CONTROL_S):
                async for batch in self._client.batches.list(limit=_PAGE):
                    if batch.input_file_id == file_id or (batch.metadata or {}).get(MARK) == mark:
                        return _to_job(batch)
                    if batch.created_at < since - _CLOCKS_DIFFER_S:
                        break
        return None

    async def download(self, file_id: str, path: Path) -> None:
        """A file's content, whole, at `path`."""
        with self._reading_failures(), path.open("wb") as file:
            async with asyncio.timeout(_TRANSFER_S):
                streaming = self._client.files.with_streaming_response.content(file_id)
                async with streaming as answer:
                    async for part in answer.iter_bytes(1 << 16):
                        file.write(part)

    async def cancel(self, batch_id: str) -> Job:
        """Ask the provider to stop a batch; what it has answered by then can be collected."""
        with self._reading_failures():
            async with asyncio.timeout(_CONTROL_S):
                return _to_job(await self._client.batches.cancel(batch_id))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    @contextmanager
    def _reading_failures(self) -> Iterator[None]:
        import httpx2

        from extractor.model.faults import Transient, read_failure

        url = str(self._client.base_url).rstrip("/")
        failure: ExtractorError
        try:
            yield
        except OSError as error:
            if not isinstance(error, TimeoutError):
                raise  # this machine's disk
            failure = TransportError(f"no answer from {url} in time")
        except httpx2.HTTPError as error:  # while a file comes in
            failure = TransportError(f"the connection to {url} broke: {type(error).__name__}")
        except Exception as error:
            read = read_failure(error, self._client.api_key, url)
            failure = read.error
            if isinstance(read, Transient):
                failure.usage = None
        else:
            return
        raise failure


def _to_job(batch: Batch) -> Job:
    errors = (batch.errors.data or []) if batch.errors else []
    problems = tuple((error.code or "", error.message or "") for error in errors)
    return Job(batch.id, batch.status, batch.output_file_id, batch.error_file_id, problems)


def build_detoured(settings: Settings, take: Take, price: Price, on_progress: OnProgress | None) -> Model:
    """The provider's model, each of whose calls is answered by `take`; retries off."""
    from extractor.model.calls import RetryPolicy

    endpoint = _endpoint(settings)
    detour = _open_detour(endpoint, take, settings.call_timeout_s)
    return InstructorModel(
        Endpoint(
            endpoint.base_url,
            endpoint.api_key,
            MODES if settings.mode == "auto" else (settings.mode,),
            transport=detour,
        ),
        RetryPolicy(settings.call_timeout_s, settings.ask_deadline_s, max_attempts=1),
        price,
        reasks=settings.reasks,
        on_progress=on_progress,
    )


def _endpoint(settings: Settings) -> Endpoint:
    return Endpoint(settings.provider_url, settings.api_key)


def _open_detour(endpoint: Endpoint, take: Take, timeout_s: float) -> httpx2.AsyncBaseTransport:
    import httpx2

    class Detour(httpx2.AsyncBaseTransport):
        def __init__(self) -> None:
            self._http = open_http(endpoint)

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            body = await request.aread()
            answer = await take(body)
            if answer is None:
                headers = {name: request.headers[name] for name in ("authorization", "content-type")}
                return await self._http.post(request.url, content=body, headers=headers, timeout=timeout_s)
            status, content = answer
            return httpx2.Response(status, headers={"content-type": "application/json"}, content=content)

        async def aclose(self) -> None:
            await self._http.aclose()

    return Detour()


def usage_of_completion(completion: Any, price: Price) -> Usage:
    """Tokens and cost of a chat completion, as it says itself."""
    told = completion.get("usage") if isinstance(completion, Mapping) else None
    if not isinstance(told, Mapping):
        return Usage(calls=1, cost_usd=None)
    details = told.get("prompt_tokens_details")
    tokens = Usage(
        calls=1,
        input_tokens=_count(told.get("prompt_tokens")),
        cached_input_tokens=_count(details.get("cached_tokens") if isinstance(details, Mapping) else 0),
        output_tokens=_count(told.get("completion_tokens")),
    )
    return tokens + Usage(cost_usd=price(str(completion.get("model") or ""), tokens))


def _count(value: Any) -> int:
    return value if type(value) is int and value >= 0 else 0


def to_line(custom_id: str, body: bytes) -> bytes:
    """A request as a line of a batch's file."""
    head = {"custom_id": custom_id, "method": "POST", "url": QUESTIONS_PATH}
    return json.dumps(head).encode()[:-1] + b', "body": ' + body + b"}\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one line: an HTTP status and body, or `fault`, why the provider did not get to it."""

    custom_id: str
    status: int
    body: bytes
    fault: str = ""


def read_outcome(line: bytes) -> Outcome | None:
    """One line of an output or error file; None where it is none."""
    try:
        said = json.loads(line)
        custom_id = said["custom_id"]
        response, error = said.get("response"), said.get("error")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if isinstance(response, Mapping) and type(response.get("status_code")) is int:
        return Outcome(str(custom_id), response["status_code"], json.dumps(response.get("body")).encode())
    code = error.get("code") if isinstance(error, Mapping) else None
    return Outcome(str(custom_id), 0, b"", str(code or "no answer"))
