"""Carrying out a request: as long as its client is there, and once for each Idempotency-Key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from extractor.errors import StorageError
from extractor.serve.logs import log
from extractor.serve.problems import Problem
from extractor.serve.replays import Claim
from extractor.serve.service import Service

T = TypeVar("T")


class ClientGone(Exception):
    """Nobody is there to be answered."""


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The work's result; it is cancelled where the client goes away first, which raises ClientGone."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_disconnection(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def once(
    service: Service,
    claim: Claim | None,
    deadline_s: float,
    request: Request,
    work: Coroutine[Any, Any, Response],
) -> Response:
    """The response to a request, or what was answered to its Idempotency-Key before; raises Problem."""
    if claim is None:
        return await work
    try:
        kept = await service.disk.run(service.replays.begin, claim, deadline_s)
    except BaseException:
        work.close()
        raise
    if kept is not None:
        work.close()
        return kept.to_response()
    try:
        response = await work
    except Problem as problem:
        request.state.problem = problem.code
        response = problem.to_response(request.state.request_id)
    except BaseException:
        await _note(service, service.replays.abandon, claim)
        raise
    await _note(service, service.replays.finish, claim, response)
    return response


async def _note(service: Service, work: Callable[..., None], *values: Any) -> None:
    """Record what became of a claim; what is paid for is answered, whether or not it can be kept."""
    try:
        await service.disk.run(work, *values)
    except StorageError as error:
        log.error("an answer is not kept for its Idempotency-Key: %s", error.message)


async def _disconnection(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
