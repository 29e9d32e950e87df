"""The embedded model: a provider on this machine, started when first needed and asked like any other."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from extractor.errors import ReplyTimeout, TransportError
from extractor.model.base import OnProgress, Progress, charge, usage_of
from extractor.model.calls import RetryPolicy
from extractor.model.client import Endpoint, InstructorModel
from extractor.model.landlord import COMMAND, Connection, Landlord
from extractor.model.prices import free
from extractor.model.tenancy import LOOK_S, Server
from extractor.records import Reply, Request, Usage
from extractor.settings import Settings

_SLOT_LOOK_S = 1.0
_DEATH_GRACE_S = 2.0  # a dying process closes its connections a moment before its locks


class Embedded:
    """The embedded model. The first request fetches the weights and starts the server, if need be."""

    def __init__(
        self,
        settings: Settings,
        on_progress: OnProgress | None = None,
        *,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self._settings = settings
        self._on_progress = on_progress
        self._landlord = Landlord(settings, on_progress, command=command)
        self._connection: Connection | None = None
        self._model: InstructorModel | None = None
        # The server writes one reply at a time; who waits here does not use up a call's timeout.
        self._turn = asyncio.Semaphore(1)

    async def ask(self, request: Request) -> Reply:
        """The reply; raises what InstructorModel raises, and WeightsError, SettingsError, StorageError."""
        async with self._turn:
            connection, model = await self._connected()
            try:
                return await self._ask(connection, model, request)
            except TransportError as error:
                if not await self._has_died(connection.server, error):
                    raise
                spent = usage_of(error)
            return await self._ask_anew(request, spent)

    async def aclose(self) -> None:
        """Give up the lease and the connections."""
        model, self._model = self._model, None
        connection, self._connection = self._connection, None
        if model:
            await model.aclose()
        if connection:
            connection.close()

    async def _ask_anew(self, request: Request, spent: Usage) -> Reply:
        """Ask once more, with a new server in place of the one that died."""
        await self.aclose()
        connection, model = await self._connected()
        try:
            reply = await self._ask(connection, model, request)
        except TransportError as error:
            if not await self._has_died(connection.server, error):
                raise charge(error, spent) from None
            spent += usage_of(error)
        else:
            return replace(reply, usage=spent + reply.usage)
        died = TransportError(
            "the embedded server died twice over this request, perhaps for want of memory: see "
            f"{self._landlord.log}, or set EXTRACTOR_MODEL_CONTEXT to less"
        )
        raise charge(died, spent)

    async def _has_died(self, server: Server, error: TransportError) -> bool:
        if isinstance(error, ReplyTimeout):
            return not self._landlord.is_alive(server)
        for _ in range(int(_DEATH_GRACE_S / LOOK_S)):
            if not self._landlord.is_alive(server):
                return True
            await asyncio.sleep(LOOK_S)
        return False

    async def _connected(self) -> tuple[Connection, InstructorModel]:
        if self._connection is None or self._model is None:
            # Importing the client takes a second or two, which pass while the server loads.
            threading.Thread(target=importlib.import_module, args=("openai",)).start()
            self._connection = await _in_thread(self._landlord.connect)
            self._model = _open_model(self._connection.server, self._settings)
        return self._connection, self._model

    async def _ask(self, connection: Connection, model: InstructorModel, request: Request) -> Reply:
        if self._on_progress is None:
            return await model.ask(request)
        telling = asyncio.create_task(_tell_tokens(connection.server, self._on_progress))
        try:
            return await model.ask(request)
        finally:
            telling.cancel()


def _open_model(server: Server, settings: Settings) -> InstructorModel:
    # What fails on this machine fails again; a server that died is replaced, in Embedded.
    policy = RetryPolicy(settings.call_timeout_s, settings.ask_deadline_s, max_attempts=1)
    # Without strict rules: a key that may be left out need not be written, and writing is slow.
    endpoint = Endpoint(f"{server.url}/v1", SecretStr(server.api_key), modes=("json_schema",), strict=False)
    return InstructorModel(endpoint, policy, free, reasks=settings.reasks)


async def _in_thread(connect: Callable[[threading.Event], Connection]) -> Connection:
    """Run in a thread that ends soon after this task is cancelled."""
    stop = threading.Event()
    working = asyncio.ensure_future(asyncio.to_thread(connect, stop))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(Exception):
            (await working).close()
        raise


async def _tell_tokens(server: Server, on_progress: OnProgress) -> None:
    """Report about every second how many tokens the server has written."""
    import httpx2

    headers = {"Authorization": f"Bearer {server.api_key}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False, timeout=None) as client:
        while True:
            await asyncio.sleep(_SLOT_LOOK_S)
            try:
                slots = (await client.get(f"{server.url}/slots")).json()
                progress = _read_slot(slots[0])
            except (httpx2.HTTPError, ValueError, LookupError, TypeError):
                continue
            if progress:
                on_progress(progress)


def _read_slot(slot: dict[str, Any]) -> Progress | None:
    if not slot["is_processing"]:
        return None
    written = slot["next_token"][0]["n_decoded"]
    if not written:
        return Progress("answer", f"reading {slot['n_prompt_tokens']} tokens")
    return Progress("answer", "writing", written, slot["params"]["n_predict"])
