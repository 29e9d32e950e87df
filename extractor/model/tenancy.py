"""Who runs and who uses the embedded server of this user on this machine.

One folder holds it all, and locks that end with their process tell who is alive, so that nothing is
left to clean up after a kill -9:

    start.lock     held while someone starts a server, takes a lease or decides that nobody is left
    alive.lock     held by the server as long as it lives
    server.json    where it listens, its key and what it runs; only the user can read it
    leases/*.lock  each held by one client as long as it may ask; holds that client's wish to linger
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import filelock

LOOK_S = 0.05
_CLAIM_TIMEOUT_S = 2.0
_STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Server:
    """A running server: `identity` says which model it runs, and how."""

    url: str
    api_key: str
    pid: int
    identity: str


class Tenants(NamedTuple):
    """How many clients live, and the longest linger among those found gone (None: none were)."""

    live: int
    linger_s: float | None


class Lease:
    """A client's right to find the server there; ends with the process at the latest."""

    def __init__(self, lock: filelock.BaseFileLock) -> None:
        self._lock = lock

    def release(self) -> None:
        """Give it up; may be called twice."""
        self._lock.release(force=True)


class Tenancy:
    """The folder, for clients and server alike; one a machine, as home folders may be shared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / (platform.node() or "localhost")
        self.log = self.folder / "server.log"
        self._state = self.folder / "server.json"
        self._leases = self.folder / "leases"
        self._start = self._lock_at("start.lock")
        self._alive = self._lock_at("alive.lock")

    def open(self) -> None:
        """Make the folder, for the user alone; raises OSError."""
        self._leases.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)

    @contextlib.contextmanager
    def deciding(self, stop: threading.Event | None = None, *, wait: bool = True) -> Iterator[bool]:
        """The start lock, held; False where it was not to be had without waiting, or `stop` was set."""
        while not (held := _try(self._start)) and wait and not (stop and stop.wait(LOOK_S)):
            if stop is None:
                time.sleep(LOOK_S)
        try:
            yield held
        finally:
            if held:
                self._start.release()

    def claim(self) -> bool:
        """Become the server; False where there is one."""
        # Clients try this lock for a moment to see whether a server lives.
        with contextlib.suppress(filelock.Timeout):
            self._alive.acquire(timeout=_CLAIM_TIMEOUT_S, poll_interval=LOOK_S)
            return True
        return False

    def has_server(self) -> bool:
        """Whether a server process lives, ready or still loading."""
        if _try(self._alive):
            self._alive.release()
            return False
        return True

    def publish(self, server: Server) -> None:
        """Tell clients where the server is."""
        new = self._state.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(server), file)
        new.replace(self._state)

    def published(self) -> Server | None:
        """What was published last, whether or not that server still lives."""
        try:
            return Server(**json.loads(self._state.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def running(self) -> Server | None:
        """The server that answers now, if any."""
        return self.published() if self.has_server() else None

    def retract(self) -> None:
        """Take back what was published."""
        self._state.unlink(missing_ok=True)

    def lease(self, linger_s: float) -> Lease:
        """A lease for this process; to be taken while deciding."""
        lock = self._lock_at(f"leases/{os.getpid()}-{secrets.token_hex(8)}.lock")
        lock.acquire()
        Path(lock.lock_file).write_text(json.dumps({"linger_s": linger_s}), "utf-8")
        return Lease(lock)

    def sweep(self) -> Tenants:
        """Count the clients that live and forget the others; to be called while deciding."""
        live, lingers = 0, []
        for path in self._leases.glob("*.lock"):
            lock = self._lock_at(f"leases/{path.name}")
            if not _try(lock):
                live += 1
                continue
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                lingers.append(float(json.loads(path.read_text("utf-8"))["linger_s"]))
            path.unlink(missing_ok=True)
            lock.release()
        return Tenants(live, max(lingers, default=None))

    def stop(self, server: Server) -> bool:
        """End the server; whether it is gone. To be called while deciding."""
        ends = time.monotonic() + _STOP_TIMEOUT_S
        while self.has_server():
            if time.monotonic() > ends:
                return False
            # The lock is held, so the process that published this still is the one with this id.
            with contextlib.suppress(OSError):
                os.kill(server.pid, signal.SIGTERM)
            time.sleep(LOOK_S)
        self.retract()
        return True

    def _lock_at(self, name: str) -> filelock.BaseFileLock:
        return filelock.FileLock(self.folder / name, thread_local=False)


def _try(lock: filelock.BaseFileLock) -> bool:
    with contextlib.suppress(filelock.Timeout):
        lock.acquire(blocking=False)
        return True
    return False
