"""Finding the embedded server, or starting it.

All processes of the user share one server process, as two engines on the same cores nearly stop each
other. Whoever comes first starts it; it is found through a `Tenancy`, and leaves when nobody has
needed it for a while.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import extractor
from extractor.errors import ReplyTimeout, SettingsError, StorageError, WeightsError
from extractor.model.base import OnProgress, Progress
from extractor.model.cores import physical_cores
from extractor.model.embedded_server import Job
from extractor.model.sources import Stopped
from extractor.model.tenancy import LOOK_S, Lease, Server, Tenancy
from extractor.model.weights import ready_weights, weights_digest
from extractor.settings import Settings

COMMAND = (sys.executable, "-m", "extractor.model.embedded_server")
START_TIMEOUT_S = 600.0
_TURN_LOOK_S = 1.0
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
            raise StorageError(
                f"the embedded server cannot use the folder {folder}: {error.strerror or error} "
                "(set EXTRACTOR_CACHE_DIR to one that can be written)"
            ) from None
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


def _environment() -> dict[str, str]:
    """Ours, less the keys, and with this package importable from anywhere."""
    kept = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    home = str(Path(extractor.__file__).parent.parent)
    paths = [home, *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}
