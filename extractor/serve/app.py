"""The routes. `create_app` gives the ASGI application of one worker."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from extractor import __version__
from extractor.schema import Extraction
from extractor.serve.accept import choose_media_type
from extractor.serve.bodies import Asked, body_limit, media_type_of, read_body, understand
from extractor.serve.desk import Event, Given
from extractor.serve.documentation import EXTRACT, SERVICE, document
from extractor.serve.guard import Guard
from extractor.serve.metrics import CONTENT_TYPE, Metrics
from extractor.serve.problems import Problem, problem_of_failure
from extractor.serve.service import Service
from extractor.serve.settings import ServeSettings
from extractor.settings import Settings

T = TypeVar("T")

PAGES = Path(__file__).parent / "pages"
JSON, JSON_LD, EVENTS = "application/json", "application/ld+json", "text/event-stream"
# Proxies close a silent connection after a minute or less.
BEAT_S = 15.0


def create_app(settings: Settings, serve: ServeSettings) -> ASGIApp:
    """The application; what it needs is opened at start-up, before the first connection is accepted."""
    metrics = Metrics()
    service = Service(settings, serve, metrics)

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
    app.state.service = service
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Problem, _on_problem)
    _add_extract(app, service)
    _add_service(app, service)
    _add_pages(app)
    document(app)
    return Guard(app, metrics, serve.known_hosts)


def _add_extract(app: FastAPI, service: Service) -> None:
    @app.post("/extract", **EXTRACT)
    async def extract(request: Request) -> Response:
        """Read one posting.

        The answer is an Extraction; with `Accept: application/ld+json` the schema.org JobPosting,
        with `Accept: text/event-stream` events while it is read.
        """
        wanted = choose_media_type(request.headers.get("accept"), (JSON, JSON_LD, EVENTS))
        deadline_s = _deadline_s(request, service.deadline_s)
        media_type = media_type_of(request)
        limit = body_limit(media_type, service.settings.max_input_bytes)
        with service.buffer.holding() as share:
            body = await read_body(request, limit, service.serve.send_timeout_s, share)
            asked = understand(media_type, body, service.settings.max_input_bytes)
        if wanted == EVENTS:
            return _stream(service, asked, deadline_s, request)
        given = await _while_connected(request, _in_time(service.desk.answer(asked.job), deadline_s))
        service.metrics.note_answer(given.source, given.answer.meta)
        if given.answer.error is not None:
            raise problem_of_failure(
                given.answer.error, asked.posting_id or given.answer.posting_id, given.answer.meta
            )
        if wanted == JSON_LD:
            return Response(await service.room.to_jsonld(given.answer), media_type=JSON_LD)
        return Response(given.answer.to_json(asked.posting_id, with_text=asked.with_text), media_type=JSON)


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
        return Response(await asyncio.to_thread(service.metrics.render), media_type=CONTENT_TYPE)


def _add_pages(app: FastAPI) -> None:
    def page(name: str) -> Callable[[], Awaitable[Response]]:
        async def send() -> Response:
            if not (PAGES / name).is_file():
                raise Problem("not_found", "This page is not installed.")
            return FileResponse(PAGES / name, headers={"Cache-Control": "no-cache"})

        return send

    app.add_api_route("/", page("index.html"), include_in_schema=False)
    app.add_api_route("/label", page("label.html"), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=PAGES), name="static")


def _stream(service: Service, asked: Asked, deadline_s: float, request: Request) -> Response:
    """The answer as server-sent events; a queue that is full is told by a problem event too."""

    async def events() -> AsyncGenerator[bytes, None]:
        try:
            async with asyncio.timeout(deadline_s):
                async with contextlib.aclosing(service.desk.stream(asked.job)) as stream:
                    async for event in _with_beats(stream):
                        if event is None:
                            yield b": still reading\n\n"
                        elif isinstance(event, Given):
                            yield _end(service, asked, event)
                        else:
                            if event.name == "document" and asked.posting_id:
                                event = Event("document", event.data | {"id": asked.posting_id})
                            yield _event(event.name, _to_json(event.data))
        except TimeoutError:
            yield _problem(_too_late(deadline_s), request)
        except Problem as problem:
            yield _problem(problem, request)

    return StreamingResponse(events(), media_type=EVENTS, headers={"X-Accel-Buffering": "no"})


def _end(service: Service, asked: Asked, given: Given) -> bytes:
    answer = given.answer
    service.metrics.note_answer(given.source, answer.meta)
    if answer.error is not None:
        raise problem_of_failure(answer.error, asked.posting_id or answer.posting_id, answer.meta)
    return _event("result", answer.to_json(asked.posting_id, with_text=asked.with_text))


async def _with_beats(stream: AsyncIterator[T]) -> AsyncGenerator[T | None, None]:
    """What the stream gives, and None whenever it is silent for long."""
    upcoming: asyncio.Future[T] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.ensure_future(anext(stream))
            done, _ = await asyncio.wait({upcoming}, timeout=BEAT_S)
            if not done:
                yield None
                continue
            finished, upcoming = upcoming, None
            try:
                yield finished.result()
            except StopAsyncIteration:
                return
    finally:
        if upcoming is not None:
            upcoming.cancel()
            with contextlib.suppress(asyncio.CancelledError, Problem):
                await upcoming


def _event(name: str, data: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def _problem(problem: Problem, request: Request) -> bytes:
    request.state.problem = problem.code
    return _event("problem", _to_json(problem.document | {"request_id": request.state.request_id}))


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


async def _while_connected(request: Request, work: Awaitable[T]) -> T:
    """The work's result; it is cancelled where the client goes away first."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnection(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()


async def _disconnection(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class ClientGone(Exception):
    """Nobody is there to be answered."""


async def _on_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    request.state.problem = problem.code
    return problem.to_response(request.state.request_id)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    problem = Problem(code, "See /openapi.json for what there is.", headers=error.headers)
    return await _on_problem(request, problem)
