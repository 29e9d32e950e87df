"""One process that serves, or several under one that watches over them.

Every worker has a listening socket of its own on the same port, so that the system shares out
connections evenly; the watching process keeps them all open, so that a worker that dies loses none
that wait. A worker whose watcher has gone ends too.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import uvicorn
from prometheus_client.multiprocess import mark_process_dead

from extractor.errors import SettingsError
from extractor.serve.app import create_app
from extractor.serve.database import Database
from extractor.serve.guard import Guard
from extractor.serve.keys import Keys
from extractor.serve.logs import log, log_exception, start_logging
from extractor.serve.metrics import SHARED_DIR
from extractor.serve.protocol import limited_protocol
from extractor.serve.settings import ServeSettings
from extractor.settings import Settings

BACKLOG = 2048
LOOK_S = 0.1
# A worker that dies this soon did not get as far as serving.
YOUNG_S = 10.0
LAST_PAUSE_S = 30.0
# What a worker needs after its own time limit to close its files.
KILL_AFTER_S = 10.0
# How a watcher tells its workers what is no setting.
FD_VARIABLE, RELOADS_VARIABLE = "EXTRACTOR_WORKER_FD", "EXTRACTOR_WORKER_RELOADS"


def run(settings: Settings, serve: ServeSettings, *, reloads: bool = False) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit status.

    Raises SettingsError where it may not listen there, StorageError where it cannot keep its state.
    """
    start_logging()
    check_keys(serve)
    listener = _listen(serve)
    _announce(serve, listener)
    if serve.workers > 1:
        return Watcher(serve, listener, reloads=reloads).run()
    return serve_on(listener, settings, serve, reloads=reloads)


def serve_on(listener: socket.socket, settings: Settings, serve: ServeSettings, *, reloads: bool) -> int:
    """Serve in this process, on a socket that listens; the exit status."""
    app = create_app(settings, serve, reloads=reloads)
    config = uvicorn.Config(
        app,
        http=limited_protocol(serve.send_timeout_s),
        ws="none",
        loop="uvloop",
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=int(serve.stop_timeout_s),
    )
    server = GracefulServer(config, app, serve.drain_s)
    server.run(sockets=[listener])
    return 0 if server.started else 1


def check_keys(serve: ServeSettings) -> None:
    """Raise SettingsError for an address that others can reach while no key keeps them out."""
    if serve.is_loopback:
        return
    database = Database(serve.database)
    try:
        if not Keys(database).has_any():
            raise SettingsError(
                f"{serve.host} can be reached from other machines, and there is no key: make one with "
                "`extractor keys add NAME`, or listen on 127.0.0.1"
            )
    finally:
        database.close()


class GracefulServer(uvicorn.Server):
    """Told to end, it goes on for `drain_s` with each answer the last of its connection, then finishes
    what is under way; told again, it ends at once."""

    def __init__(self, config: uvicorn.Config, app: Guard, drain_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = drain_s
        self._ends_at: float | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to end."""
        asyncio.get_running_loop().set_exception_handler(log_exception)
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        if self._ends_at is None:
            self._app.service.is_draining = True
            self._ends_at = time.monotonic() + self._drain_s
        else:
            self.should_exit = self.force_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop accepting."""
        is_drained = self._ends_at is not None and time.monotonic() >= self._ends_at
        return await super().on_tick(counter) or is_drained


class Watcher:
    """Keeps as many workers as wanted alive until it is told to end."""

    def __init__(self, serve: ServeSettings, listener: socket.socket, *, reloads: bool) -> None:
        self._serve = serve
        port = listener.getsockname()[1]
        others = [_listen(serve, port) for _ in range(serve.workers - 1)]
        self._seats = [Seat(each) for each in (listener, *others)]
        self._reloads = reloads
        self._is_ending = False
        self._counts = serve.state_dir / "metrics"

    def run(self) -> int:
        """Watch; the exit status."""
        shutil.rmtree(self._counts, ignore_errors=True)
        self._counts.mkdir(parents=True)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self._is_ending:
            for seat in self._seats:
                status = self._tend(seat)
                if status:
                    self._stop()
                    return status
            time.sleep(LOOK_S)
        self._stop()
        return 0

    def _end(self, sig: int, frame: FrameType | None) -> None:
        self._is_ending = True

    def _tend(self, seat: Seat) -> int | None:
        """Fill the seat where it is empty; the exit status of a worker that cannot serve at all."""
        if seat.worker is None:
            if time.monotonic() >= seat.not_before:
                seat.fill(self._environment())
            return None
        status = seat.worker.poll()
        if status is None:
            return None
        mark_process_dead(seat.worker.pid, str(self._counts))  # type: ignore[no-untyped-call]
        lived_s = time.monotonic() - seat.since
        if status > 0 and lived_s < YOUNG_S and not seat.has_lived:
            return status
        log.warning("worker %d ended with status %d; another takes its place", seat.worker.pid, status)
        seat.empty(lived_s)
        return None

    def _environment(self) -> dict[str, str]:
        told = self._serve.to_environment() | {SHARED_DIR: str(self._counts)}
        return os.environ | told | ({RELOADS_VARIABLE: "1"} if self._reloads else {})

    def _stop(self) -> None:
        workers = [seat.worker for seat in self._seats if seat.worker is not None]
        for worker in workers:
            worker.terminate()
        ends = time.monotonic() + self._serve.drain_s + self._serve.stop_timeout_s + KILL_AFTER_S
        for worker in workers:
            try:
                worker.wait(max(0.0, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()


class Seat:
    """A worker's place: its socket, and who sits there."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.worker: subprocess.Popen[bytes] | None = None
        self.since = 0.0
        self.not_before = 0.0
        self.has_lived = False
        self._pause_s = 1.0

    def fill(self, environment: dict[str, str]) -> None:
        """Start a worker."""
        fd = self._listener.fileno()
        self.since = time.monotonic()
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "extractor.serve.worker"],
            stdin=subprocess.PIPE,  # ends with us
            env=environment | {FD_VARIABLE: str(fd)},
            pass_fds=(fd,),
            start_new_session=True,  # Ctrl-C is for us, who tell them
        )

    def empty(self, lived_s: float) -> None:
        """The worker is gone; the next one comes later if it did not live long."""
        self.worker = None
        self.has_lived = self.has_lived or lived_s >= YOUNG_S
        self._pause_s = 1.0 if lived_s >= YOUNG_S else min(LAST_PAUSE_S, 2 * self._pause_s)
        self.not_before = time.monotonic() + (0.0 if lived_s >= YOUNG_S else self._pause_s)


def _listen(serve: ServeSettings, port: int | None = None) -> socket.socket:
    family = socket.AF_INET6 if ":" in serve.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if serve.workers > 1:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((serve.host, serve.port if port is None else port))
    except OSError as error:
        raise SettingsError(f"cannot listen on {serve.host}:{serve.port}: {error.strerror}") from None
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def _announce(serve: ServeSettings, listener: socket.socket) -> None:
    host = f"[{serve.host}]" if ":" in serve.host else serve.host
    database = Database(serve.database)
    try:
        log.info("Serving on http://%s:%d (state in %s)", host, listener.getsockname()[1], serve.state_dir)
        if not Keys(database).has_any():
            log.info("There is no key, so only this machine is served; `extractor keys add NAME` makes one.")
    finally:
        database.close()


def socket_of(fd: int) -> socket.socket:
    """The listening socket that the watcher passed on."""
    return socket.socket(fileno=fd)
