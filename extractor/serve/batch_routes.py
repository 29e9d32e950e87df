"""The routes of batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import TypeAdapter

from extractor.errors import StorageError
from extractor.serve.batches import BatchStatus, read_results
from extractor.serve.bodies import chunks_of, media_type_of
from extractor.serve.documentation import BATCHES
from extractor.serve.keys import Caller
from extractor.serve.problems import Problem
from extractor.serve.replays import claim_of
from extractor.serve.requests import once, while_connected
from extractor.serve.service import Service

JSON, JSON_LINES = "application/json", "application/jsonl"
UPLOAD_TYPES = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
# A JSON line may take six bytes for one of the posting's, and has other columns beside it.
LINE_FACTOR = 8
_LIST = TypeAdapter(list[BatchStatus])


def add_batches(app: FastAPI, service: Service) -> None:
    """Add the routes to the app."""
    batches, run = service.batches, service.disk.run

    @app.post("/batches", **BATCHES["submit"])
    async def submit(request: Request) -> Response:
        """Upload postings as JSON Lines, to be read in the background.

        A line has `text` or `html`, and an `id` where the results are to be told apart by more than
        a digest.
        """
        caller = await service.admit(request)
        today = _today(request)
        media_type = media_type_of(request)
        if media_type not in UPLOAD_TYPES:
            raise Problem("unsupported_media_type", f"Send one of {', '.join(UPLOAD_TYPES)}.")
        id, file = await run(batches.open_upload, service.serve.max_batches)
        is_submitted = False
        try:
            digest = await _receive(request, service, file)
            work = _submit(service, id, caller, today)
            claim = claim_of(request, caller, digest)
            response = await while_connected(request, once(service, claim, service.deadline_s, request, work))
            is_submitted = response.headers.get("location") == f"/batches/{id}"
        finally:
            if not is_submitted:
                await run(batches.drop_upload, id)
        return response

    @app.get("/batches", **BATCHES["list"])
    async def list_batches(request: Request) -> Response:
        """The caller's batches, newest first."""
        caller = await service.admit(request)
        return Response(_LIST.dump_json(await run(batches.list, caller)), media_type=JSON)

    @app.get("/batches/{batch_id}", **BATCHES["status"])
    async def status(request: Request, batch_id: str) -> Response:
        """How far a batch is."""
        caller = await service.admit(request)
        return _to_response(await run(batches.status, batch_id, caller), 200)

    @app.get("/batches/{batch_id}/results", **BATCHES["results"])
    async def results(request: Request, batch_id: str) -> Response:
        """What is answered so far, an Extraction a line, in the order in which the answers came."""
        caller = await service.admit(request)
        state, file = await run(batches.results, batch_id, caller)
        return StreamingResponse(_pieces(file), media_type=JSON_LINES, headers={"X-Batch-State": state})

    @app.delete("/batches/{batch_id}", status_code=204, **BATCHES["delete"])
    async def delete(request: Request, batch_id: str) -> Response:
        """Forget a batch and its results; one that runs is stopped."""
        caller = await service.admit(request)
        await run(batches.delete, batch_id, caller)
        return Response(status_code=204)


async def _receive(request: Request, service: Service, file: Path) -> bytes:
    """Write the upload to the file; its digest. Raises Problem, StorageError."""
    digest = hashlib.sha256(request.url.query.encode())
    limit = service.serve.max_batch_mb * 1_000_000
    try:
        with file.open("wb") as target:
            async for chunk in chunks_of(request, limit, service.serve.upload_timeout_s):
                digest.update(chunk)
                await service.disk.run(target.write, chunk)
    except OSError as error:
        raise StorageError(f"the batch cannot be stored: {error.strerror}") from None
    return digest.digest()


async def _submit(service: Service, id: str, caller: Caller, today: date | None) -> Response:
    longest = LINE_FACTOR * service.settings.max_input_bytes
    status = await service.disk.run(service.batches.submit, id, caller, today, longest)
    return _to_response(status, 202, Location=f"/batches/{id}")


def _to_response(status: BatchStatus, code: int, **headers: str) -> Response:
    return Response(status.model_dump_json(), code, headers, JSON)


def _pieces(file: Path) -> Iterator[bytes]:
    return read_results(file)


def _today(request: Request) -> date | None:
    given: Any = request.query_params.get("today")
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Problem("invalid_request", "`today` is a date like 2026-03-02.") from None
