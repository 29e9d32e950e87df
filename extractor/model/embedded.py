"""The embedded model: a provider on this machine, started when first needed.

All processes of the user share one server process, as two engines on the same cores nearly stop each
other. It is found through a `Tenancy`, asked like any other provider, started anew where it died,
and leaves when nobody has needed it for a while.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

import extractor
from extractor.errors import ReplyTimeout, SettingsError, StorageError, TransportError, WeightsError
from extractor.model.base import OnProgress, Progress, charge, usage_of
from extractor.model.calls import RetryPolicy
from extractor.model.client import Endpoint, InstructorModel
from extractor.model.cores import physical_cores
from extractor.model.embedded_server import Job
from extractor.model.prices import free
from extractor.model.sources import Stopped
from extractor.model.tenancy import LOOK_S, Lease, Server, Tenancy
from extractor.model.weights import ready_weights, weights_digest
from extractor.records import Reply, Request, Usage
from extractor.settings import Settings

COMMAND = (sys.executable, "-m", "extractor.model.embedded_server")
START_TIMEOUT_S = 600.0
_TURN_LOOK_S = 1.0
_SLOT_LOOK_S = 1.0
_LOG_TAIL_CHARS = 500
_SECRETS = ("EXTRACTOR_API_KEY", "OPENAI_API_KEY")
_children: list[subprocess.Popen[str]] = []


@atexit.register
def _leave_children() -> None:
    """Servers outlive whoever started them; without this Python warns of it."""
    for child in _children:
        if child.poll() is None:
            child.returncode = 0


@dataclass(frozen=True)
class Connection:
    """A server that answers, and the lease that keeps it there."""

    server: Server
    lease: Lease

    def close(self) -> None:
        """Let the server go once others have too."""
        self.lease.release()


def running_server(settings: Settings) -> Server | None:
    """The embedded server that answers on this machine now, if any."""
    tenancy = Tenancy(settings.server_dir)
    return tenancy.running() if tenancy.folder.exists() else None


class Landlord:
    """Finds the server, or starts it: one for all processes, whoever comes first."""

    def __init__(
        self,
        settings: Settings,
        on_progress: OnProgress | None = None,
        *,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self._settings = settings
        self._on_progress = on_progress
        self._command = command
        self._tenancy = Tenancy(settings.server_dir)

    @property
    def log(self) -> Path:
        """File that holds what the server printed last."""
        return self._tenancy.log

    def connect(self, stop: threading.Event | None = None) -> Connection:
        """A running server with the wanted model; blocks while it is fetched and loaded.

        `stop`, once set, ends it soon with Stopped. Raises WeightsError, SettingsError, StorageError,
        or ReplyTimeout where another model is in use for too long.
        """
        stop = stop or threading.Event()
        if self._command is COMMAND and importlib.util.find_spec("xllamacpp") is None:
            raise SettingsError(
                "no provider is set, and the embedded model is not installed: set EXTRACTOR_API_KEY "
                "and EXTRACTOR_MODEL, or run `pip install 'extractor[local]'`"
            )
        job = self._prepare(stop)
        ends = time.monotonic() + self._settings.ask_deadline_s
        try:
            self._tenancy.open()
            while time.monotonic() < ends:
                connection = self._try_connect(job, stop)
                if connection:
                    return connection
                self._tell("wait", "another process uses the embedded server with another model")
                stop.wait(_TURN_LOOK_S)
        except OSError as error:
            folder = self._tenancy.folder
            raise StorageError(f"the embedded server cannot use the folder {folder}: {error}") from None
        raise ReplyTimeout("the embedded server was busy with another model until the deadline")

    def is_alive(self, server: Server) -> bool:
        """Whether this very server still runs."""
        return self._tenancy.running() == server

    def _prepare(self, stop: threading.Event) -> Job:
        path = ready_weights(self._settings, self._on_progress, stop)
        digest = weights_digest(self._settings) or ""
        context = self._settings.model_context
        return Job(
            identity=f"{digest[:16]}-{context}-{extractor.__version__}",
            model_path=str(path),
            model_name=path.stem,
            context=context,
            threads=self._settings.model_threads or physical_cores(),
        )

    def _try_connect(self, job: Job, stop: threading.Event) -> Connection | None:
        """A lease on the right server; None where the wrong one is in use by others."""
        with self._tenancy.deciding(stop) as is_held:
            if not is_held:
                raise Stopped
            server = self._await_server(stop)
            if server and server.identity != job.identity:
                if self._tenancy.sweep().live or not self._tenancy.stop(server):
                    return None
                server = None
            lease = self._tenancy.lease(self._settings.model_linger_s)
            try:
                return Connection(server or self._start(job, stop), lease)
            except BaseException:
                lease.release()
                raise

    def _start(self, job: Job, stop: threading.Event) -> Server:
        self._tell("load", f"loading {job.model_name}")
        self._tenancy.retract()
        with self._tenancy.log.open("w") as log:
            child = subprocess.Popen(  # noqa: S603 - our own module
                [*self._command, str(self._settings.server_dir)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=_environment(),
                text=True,
                start_new_session=True,  # Ctrl-C ends the client, not everybody's server
            )
        _children.append(child)
        assert child.stdin
        with contextlib.suppress(BrokenPipeError), child.stdin as stdin:
            stdin.write(job.to_json() + "\n")
        server = self._await_server(stop, child)
        if server is None:
            said = self._tenancy.log.read_text(errors="replace")[-_LOG_TAIL_CHARS:]
            raise WeightsError(
                f"the embedded server did not start with {job.model_path}: {' '.join(said.split())} "
                f"(its log is {self._tenancy.log})"
            )
        return server

    def _await_server(
        self, stop: threading.Event, child: subprocess.Popen[str] | None = None
    ) -> Server | None:
        """The server once it has loaded its model; None where there is none, or it died at that."""
        ends = time.monotonic() + START_TIMEOUT_S
        while (child.poll() is None if child else self._tenancy.has_server()) and time.monotonic() < ends:
            server = self._tenancy.published()
            if server:
                return server
            if stop.wait(LOOK_S):
                raise Stopped
        return None

    def _tell(self, stage: Literal["load", "wait"], message: str) -> None:
        if self._on_progress:
            self._on_progress(Progress(stage, message))


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
                if self._landlord.is_alive(connection.server):
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
            if self._landlord.is_alive(connection.server):
                raise charge(error, spent) from None
            spent += usage_of(error)
        else:
            return replace(reply, usage=spent + reply.usage)
        died = TransportError(
            "the embedded server died twice over this request, perhaps for want of memory: see "
            f"{self._landlord.log}, or set EXTRACTOR_MODEL_CONTEXT to less"
        )
        raise charge(died, spent)

    async def _connected(self) -> tuple[Connection, InstructorModel]:
        if self._connection is None or self._model is None:
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


def _environment() -> dict[str, str]:
    """Ours, less the keys, and with this package importable from anywhere."""
    kept = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    home = str(Path(extractor.__file__).parent.parent)
    paths = [home, *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}
