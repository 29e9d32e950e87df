"""The routes. `create_app` gives the ASGI application of one worker."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from extractor import __version__
from extractor.errors import ExtractorError
from extractor.schema import Extraction
from extractor.serve.accept import choose_media_type
from extractor.serve.batch_routes import add_batches
from extractor.serve.bodies import Asked, body_limit, media_type_of, read_body, understand
from extractor.serve.desk import Event, Given
from extractor.serve.documentation import EXTRACT, SERVICE, document
from extractor.serve.guard import CLIENT_GONE, Guard
from extractor.serve.keys import Caller
from extractor.serve.labelling import add_labelling
from extractor.serve.metrics import CONTENT_TYPE, Metrics
from extractor.serve.problems import Problem, problem_of, problem_of_failure
from extractor.serve.replays import claim_of
from extractor.serve.requests import ClientGone, once, while_connected
from extractor.serve.service import Service
from extractor.serve.settings import ServeSettings
from extractor.settings import Settings

T = TypeVar("T")

PAGES = Path(__file__).parent / "pages"
JSON, JSON_LD, EVENTS = "application/json", "application/ld+json", "text/event-stream"
# Proxies close a silent connection after a minute or less.
BEAT_S = 15.0
BEAT = b": still reading\n\n"
STATIC_SUFFIXES = (".css", ".html", ".js", ".json", ".png", ".svg", ".txt", ".webp")


def create_app(settings: Settings, serve: ServeSettings, *, reloads: bool = False) -> Guard:
    """The application; what it needs is opened at start-up, before the first connection is accepted.

    `reloads`: take the prompt anew whenever its file changes. Raises StorageError.
    """
    metrics = Metrics()
    service = Service(settings, serve, metrics, reloads=reloads)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service:
            yield

    app = FastAPI(
        title="extractor",
        version=__version__,
        summary="Any job posting as one typed record, each value traced to the words it came from",
        lifespan=lifespan,
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        openapi_url="/openapi.json",
    )
    for kind, handler in (
        (HTTPException, _on_http_exception),
        (Problem, _on_problem),
        (ExtractorError, _on_error),
        (ClientGone, _on_gone),
        (ClientDisconnect, _on_gone),
        (Exception, _on_fault),
    ):
        app.add_exception_handler(kind, handler)
    _add_extract(app, service)
    add_batches(app, service)
    add_labelling(app, service)
    _add_service(app, service)
    _add_pages(app)
    document(app)
    return Guard(app, service, serve.known_hosts)


def _add_extract(app: FastAPI, service: Service) -> None:
    @app.post("/extract", **EXTRACT)
    async def extract(request: Request) -> Response:
        """Read one posting.

        The answer is an Extraction; with `Accept: application/ld+json` the schema.org JobPosting,
        with `Accept: text/event-stream` events while it is read.
        """
        wanted = choose_media_type(request.headers.get("accept"), (JSON, JSON_LD, EVENTS))
        deadline_s = _deadline_s(request, service.deadline_s)
        caller = await service.admit(request)
        media_type = media_type_of(request)
        limit = body_limit(media_type, service.settings.max_input_bytes)
        with service.buffer.holding() as share:
            body = await read_body(request, limit, service.serve.send_timeout_s, share)
            asked = understand(media_type, body)
            claim = claim_of(request, caller, hashlib.sha256(body).digest())
            if wanted == EVENTS:
                if claim is not None:
                    raise Problem("bad_request", "An event stream takes no Idempotency-Key.")
                return await _stream(service, caller, asked, deadline_s, request)
            work = _extract(service, caller, asked, wanted, deadline_s)
            return await while_connected(request, once(service, claim, deadline_s, request, work))


async def _extract(
    service: Service, caller: Caller, asked: Asked, wanted: str, deadline_s: float
) -> Response:
    async with service.paying(caller, asked.job.size) as spent:
        given = await _in_time(service.desk.answer(asked.job), deadline_s)
        spent.meta = given.answer.meta
        _raise_failure(service, asked, given)
    if wanted == JSON_LD:
        return Response(await service.room.to_jsonld(given.answer), media_type=JSON_LD)
    return Response(given.answer.to_json(asked.posting_id, with_text=asked.with_text), media_type=JSON)


def _raise_failure(service: Service, asked: Asked, given: Given) -> None:
    """Count an answer; raise Problem where it is an error."""
    answer = given.answer
    service.metrics.note_answer(given.source, answer.meta)
    if answer.error is not None:
        raise problem_of_failure(answer.error, asked.posting_id or answer.posting_id, answer.meta)


def _add_service(app: FastAPI, service: Service) -> None:
    @app.get("/schema", **SERVICE["schema"])
    async def schema() -> Response:
        """The JSON Schema of an Extraction."""
        described = Extraction.model_json_schema(mode="serialization")
        return Response(json.dumps(described), media_type="application/schema+json")

    @app.get("/healthz", **SERVICE["healthz"])
    async def healthz() -> Response:
        """Whether the process lives."""
        return Response(json.dumps({"status": "ok"}), media_type=JSON)

    @app.get("/readyz", **SERVICE["readyz"])
    async def readyz() -> Response:
        """Whether postings can be read now: the model answers, and the service is not ending."""
        said = await service.readiness()
        return Response(json.dumps({"status": "ok", "detail": said}), media_type=JSON)

    @app.get("/metrics", **SERVICE["metrics"])
    async def metrics(request: Request) -> Response:
        """Counts for Prometheus, of all workers."""
        await service.admit(request)
        return Response(await asyncio.to_thread(service.metrics.render), media_type=CONTENT_TYPE)


def _add_pages(app: FastAPI) -> None:
    def page(name: str) -> Callable[[], Awaitable[Response]]:
        async def send() -> Response:
            return FileResponse(PAGES / name, headers={"Cache-Control": "no-cache"})

        return send

    app.add_api_route("/", page("index.html"), include_in_schema=False)
    app.add_api_route("/label", page("label.html"), include_in_schema=False)
    app.mount("/static", Static(directory=PAGES), name="static")


class Static(StaticFiles):
    """The pages' own files, and no others that lie beside them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be asked for again each time; raises HTTPException 404."""
        if not path.endswith(STATIC_SUFFIXES):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _stream(
    service: Service, caller: Caller, asked: Asked, deadline_s: float, request: Request
) -> Response:
    """The answer as server-sent events; what fails before the first is answered like anything else."""
    beats = _with_beats(_events(service, caller, asked, deadline_s))
    first = await while_connected(request, anext(beats))

    async def body() -> AsyncGenerator[bytes, None]:
        try:
            async with contextlib.aclosing(beats):
                yield first
                async for event in beats:
                    yield event
        except Problem as problem:
            request.state.problem = problem.code
            said = problem.document | {"request_id": request.state.request_id}
            yield _event("problem", _to_json(said))

    return StreamingResponse(body(), media_type=EVENTS, headers={"X-Accel-Buffering": "no"})


async def _events(
    service: Service, caller: Caller, asked: Asked, deadline_s: float
) -> AsyncGenerator[bytes, None]:
    """Each event as it is sent; raises Problem."""
    try:
        async with (
            asyncio.timeout(deadline_s),
            service.paying(caller, asked.job.size) as spent,
            contextlib.aclosing(service.desk.stream(asked.job)) as stream,
        ):
            async for event in stream:
                if isinstance(event, Given):
                    spent.meta = event.answer.meta
                    _raise_failure(service, asked, event)
                    extraction = event.answer.to_json(asked.posting_id, with_text=asked.with_text)
                    yield _event("result", extraction)
                    continue
                if event.name == "document" and asked.posting_id:
                    event = Event("document", event.data | {"id": asked.posting_id})
                yield _event(event.name, _to_json(event.data))
    except TimeoutError:
        raise _too_late(deadline_s) from None


async def _with_beats(stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """What the stream gives, and a comment whenever it is silent for long.

    The stream runs in a task of its own: its time limit belongs to the task that it began in.
    """
    sent: asyncio.Queue[bytes | None] = asyncio.Queue(1)

    async def run() -> None:
        try:
            async with contextlib.aclosing(stream):
                async for piece in stream:
                    await sent.put(piece)
        finally:
            with contextlib.suppress(asyncio.QueueFull):
                sent.put_nowait(None)

    running = asyncio.create_task(run())
    upcoming: asyncio.Task[bytes | None] | None = None
    try:
        while not (running.done() and sent.empty()):
            upcoming = upcoming or asyncio.create_task(sent.get())
            if not (await asyncio.wait({upcoming}, timeout=BEAT_S))[0]:
                yield BEAT
                continue
            piece, upcoming = upcoming.result(), None
            if piece is not None:
                yield piece
        await running
    finally:
        running.cancel()
        if upcoming is not None:
            upcoming.cancel()
        with contextlib.suppress(asyncio.CancelledError, Problem, ExtractorError):
            await running


def _event(name: str, data: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def _to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _deadline_s(request: Request, most_s: float) -> float:
    """Seconds that this request may take: the client's wish, up to the service's own limit."""
    given = request.headers.get("x-request-timeout")
    if given is None:
        return most_s
    try:
        wish = float(given)
    except ValueError:
        wish = math.nan
    if not 0 < wish < math.inf:
        raise Problem("invalid_request", "X-Request-Timeout is a number of seconds above 0.")
    return min(wish, most_s)


async def _in_time(work: Awaitable[T], deadline_s: float) -> T:
    try:
        async with asyncio.timeout(deadline_s):
            return await work
    except TimeoutError:
        raise _too_late(deadline_s) from None


def _too_late(deadline_s: float) -> Problem:
    return Problem("deadline", f"There was no answer within {deadline_s:g} s.")


async def _on_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    request.state.problem = problem.code
    return problem.to_response(request.state.request_id)


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ExtractorError)
    return await _on_problem(request, problem_of(error))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    problem = Problem(code, "See /openapi.json for what there is.", headers=error.headers)
    return await _on_problem(request, problem)


async def _on_fault(request: Request, error: Exception) -> Response:
    return await _on_problem(request, Problem("unexpected", "The log has it under this request id."))


async def _on_gone(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)  # which nobody reads, but the log
