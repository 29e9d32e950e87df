"""Replies kept on disk under their request's digest, and asked for once however many want them.

Entries are JSON text, never pickles, each with its own checksum. The cache is a convenience: where
it cannot be read or written, one warning says so and the model is asked as if there were none.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import hashlib
import json
import logging
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import diskcache
import filelock
from pydantic import ValidationError

from extractor.errors import ExtractorError, StorageError
from extractor.model.base import Model
from extractor.records import Reply, Request, Usage

_log = logging.getLogger(__name__)
_FORMAT = 1
_SQLITE_TIMEOUT_S = 5.0
_LONGEST_TEXT = 10**9  # what a SQLite database takes
# Calls take a second to many minutes; a waiter in another process looks this often.
_FIRST_LOOK_S, _LAST_LOOK_S = 0.02, 0.5
# What a store may raise where its folder is damaged, full or not to be written.
TROUBLE = (OSError, sqlite3.Error, diskcache.Timeout)


class TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Stores text only: what a cache folder holds is never unpickled."""

    def get(self, key: Any, raw: bool) -> str:
        """The key as it was put."""
        if not raw:
            raise OSError("the cache holds a key that is not text")
        return str(super().get(key, raw))

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Text, in the database or in a file beside it; nothing else."""
        if not isinstance(value, str):
            raise TypeError("only text is cached")
        return super().store(value, read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        """The text as it was stored."""
        if mode not in (diskcache.core.MODE_RAW, diskcache.core.MODE_TEXT):
            raise OSError("the cache holds a value that is not text")
        return super().fetch(mode, filename, value, read)


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the reply cache holds; sizes in bytes."""

    folder: Path
    entries: int
    bytes: int
    limit_bytes: int


def read_stats(folder: Path, limit_bytes: int) -> CacheStats:
    """What the cache in `folder` holds; raises StorageError where it cannot be read."""
    if not (folder / diskcache.core.DBNAME).exists():
        return CacheStats(folder, 0, 0, limit_bytes)
    try:
        with open_store(folder, limit_bytes) as store:
            return CacheStats(folder, len(store), store.volume(), limit_bytes)
    except TROUBLE as error:
        raise StorageError(f"the reply cache in {folder} cannot be read: {error}") from None


def clear_cache(folder: Path) -> int:
    """Remove every entry, and a damaged cache altogether; how many entries there were.

    Raises StorageError where the folder cannot be written.
    """
    if not folder.exists():
        return 0
    try:
        with open_store(folder) as store:
            return int(store.clear())
    except TROUBLE:
        _log.info("the reply cache in %s is damaged; removing it whole", folder)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise StorageError(f"the reply cache in {folder} cannot be cleared: {error}") from None
    return 0


def open_store(folder: Path, limit_bytes: int | None = None) -> diskcache.Cache:
    """A store of texts in a folder of its own; raises one of TROUBLE."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    limit = {} if limit_bytes is None else {"size_limit": limit_bytes}
    return diskcache.Cache(
        str(folder),
        disk=TextDisk,
        timeout=_SQLITE_TIMEOUT_S,
        # Long texts too stand in the database: beside it a full disk, or a kill, would leave half of one.
        disk_min_file_size=_LONGEST_TEXT,
        # Of a file that is mapped, one cut short or a disk that fails would end the process.
        sqlite_mmap_size=0,
        # Evicting by age of storage makes a hit a mere read.
        eviction_policy="least-recently-stored",
        **limit,
    )


class Cached:
    """A model whose replies are kept; equal requests at the same time make one call.

    That holds across the tasks of an event loop, and across threads and processes that use the same
    folder. Failures are not kept; tasks that wait for the same call share its failure.
    """

    def __init__(self, model: Model, folder: Path, limit_bytes: int, patience_s: float = 3600.0) -> None:
        self._model = model
        self._folder = folder
        self._patience_s = patience_s
        self._flights: dict[tuple[int, str], _Flight] = {}
        self._has_warned = False
        self._store: diskcache.Cache | None = None
        try:
            self._store = open_store(folder, limit_bytes)
        except TROUBLE as error:
            self._warn(error)

    async def ask(self, request: Request) -> Reply:
        """The kept reply, at no cost, or the model's."""
        hit = self.find(request)
        if hit is not None:
            return hit
        key = (id(asyncio.get_running_loop()), request.digest)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.create_task(self._fly(request)))
            flight.task.add_done_callback(lambda _: self._flights.pop(key, None))
        return await flight.join()

    async def aclose(self) -> None:
        """Close the store and the model behind it."""
        if self._store is not None:
            self._store.close()
        await self._model.aclose()

    async def _fly(self, request: Request) -> Reply:
        async with self._held(request.digest):
            hit = self.find(request)
            if hit is not None:
                return hit
            reply = await self._model.ask(request)
            self.keep(request, reply)
            return reply

    @contextlib.asynccontextmanager
    async def _held(self, digest: str) -> AsyncIterator[None]:
        """This digest's lock between processes; where it cannot be had, the call is made without."""
        lock = await self._take_lock(self._folder / "flights" / f"{digest}.lock")
        try:
            yield
        finally:
            if lock is not None:
                # Removed while held; whoever waited sees that the file is gone and makes a new one.
                with contextlib.suppress(OSError):
                    Path(lock.lock_file).unlink()
                lock.release()

    async def _take_lock(self, path: Path) -> filelock.BaseFileLock | None:
        if self._store is None:
            return None
        ends = time.monotonic() + self._patience_s
        pause_s = _FIRST_LOOK_S
        try:
            path.parent.mkdir(exist_ok=True)
            lock = filelock.FileLock(path, thread_local=False)
            while time.monotonic() < ends:
                with contextlib.suppress(filelock.Timeout):
                    lock.acquire(blocking=False)
                    return lock
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LAST_LOOK_S)
        except OSError as error:
            self._warn(error)
        return None

    def find(self, request: Request) -> Reply | None:
        """The kept reply, at no cost; None: there is none."""
        if self._store is None:
            return None
        started = time.monotonic()
        try:
            entry = self._store.get(request.digest)
            if entry is None:
                return None
            reply = _from_entry(entry, request)
        except (ValueError, KeyError, TypeError) as error:
            _log.info("dropped a corrupt entry of the reply cache: %s", type(error).__name__)
            self._drop(request.digest)
            return None
        except TROUBLE as error:
            self._warn(error)
            return None
        return replace(reply, seconds=time.monotonic() - started)

    def keep(self, request: Request, reply: Reply) -> None:
        """Keep a reply."""
        if self._store is None:
            return
        try:
            self._store.set(request.digest, _to_entry(reply))
        except TROUBLE as error:
            self._warn(error)

    def _drop(self, digest: str) -> None:
        try:
            if self._store is not None:
                self._store.delete(digest)
        except TROUBLE as error:
            self._warn(error)

    def _warn(self, error: Exception) -> None:
        if self._has_warned:
            return
        self._has_warned = True
        remedy = "mend it with `extractor cache clear`, or set EXTRACTOR_CACHE_DIR"
        _log.warning("going on without the reply cache in %s: %s (%s)", self._folder, error, remedy)


@dataclass
class _Flight:
    """A call under way. Who is first to take what came of it bears its cost; the last to leave
    before that cancels it."""

    task: asyncio.Task[Reply]
    waiting: int = 0
    is_charged: bool = False

    async def join(self) -> Reply:
        """The reply, or the error raised anew; free of cost for all but one."""
        try:
            reply = await self._wait()
        except ExtractorError as failed:
            if self._charge():
                raise
            error = copy.copy(failed)
            error.usage = None
        else:
            return reply if self._charge() else replace(reply, usage=Usage(), cached=True)
        raise error

    async def _wait(self) -> Reply:
        self.waiting += 1
        try:
            return await asyncio.shield(self.task)
        finally:
            self.waiting -= 1
            if not self.waiting and not self.task.done():
                self.task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self.task

    def _charge(self) -> bool:
        is_first, self.is_charged = not self.is_charged, True
        return is_first


def _to_entry(reply: Reply) -> str:
    entry = {
        "format": _FORMAT,
        "sha256": _checksum(reply.text),
        "text": reply.text,
        "model": reply.model,
        "finish_reason": reply.finish_reason,
        "reasks": reply.reasks,
        "paid": asdict(reply.usage),
    }
    return json.dumps(entry, ensure_ascii=False)


def _from_entry(entry: str, request: Request) -> Reply:
    """The reply of an entry; raises ValueError, KeyError or TypeError for a corrupt one."""
    fields = json.loads(entry)
    text = fields["text"]
    if fields["format"] != _FORMAT or _checksum(text) != fields["sha256"]:
        raise ValueError("unknown format or wrong checksum")
    try:
        request.response_model.model_validate_json(text)
    except ValidationError:
        raise ValueError("not in the asked-for shape") from None
    return Reply(
        text=text,
        model=fields["model"],
        finish_reason=fields["finish_reason"],
        reasks=fields["reasks"],
        cached=True,
    )


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
