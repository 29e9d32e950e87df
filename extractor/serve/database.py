"""The service's state in one SQLite file, shared by its workers, its clerk and the command line.

What lasts counts in seconds since 1970. What lasts as long as a request counts on the machine's
monotonic clock, which all processes share and nobody can set; it begins anew with the machine, so a
moment on it that is further off than any could be is one of before, and past.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from extractor.errors import StorageError

T = TypeVar("T")

_FORMAT = 1
_TIMEOUT_S = 10.0
_TABLES = """
CREATE TABLE keys (
  id TEXT PRIMARY KEY,                  -- the open part of the key
  name TEXT NOT NULL,
  digest BLOB NOT NULL,                 -- SHA-256 of the whole key, which is random
  created REAL NOT NULL,                -- seconds since 1970, as all moments here but those `on the clock`
  revoked REAL,
  requests_a_minute REAL,
  budget_usd REAL,
  spent_usd REAL NOT NULL DEFAULT 0,
  unpriced INTEGER NOT NULL DEFAULT 0,  -- answers whose cost is not known
  free_at REAL NOT NULL DEFAULT 0       -- on the clock: when all its requests are available again
);
CREATE UNIQUE INDEX key_names ON keys (name) WHERE revoked IS NULL;
CREATE TABLE reserves (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  usd REAL NOT NULL,
  expires REAL NOT NULL                 -- on the clock: a worker that died gives nothing back
);
CREATE INDEX reserves_of ON reserves (key);
CREATE TABLE replays (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  expires REAL NOT NULL,                -- on the clock while the first request is under way
  status INTEGER,                       -- null as long
  media_type TEXT,
  headers TEXT,
  body BLOB,
  PRIMARY KEY (caller, key)
) WITHOUT ROWID;
CREATE TABLE batches (
  id TEXT PRIMARY KEY,
  caller TEXT NOT NULL,
  state TEXT NOT NULL,
  created REAL NOT NULL,
  ended REAL,
  not_before REAL NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL,
  today TEXT,
  message TEXT,
  charged_usd REAL NOT NULL DEFAULT 0
);
"""


class Database:
    """A connection; its methods may be called from any thread, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(
                path, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._db.row_factory = sqlite3.Row
            # A commit survives the process at once, and a power cut after the next checkpoint.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            path.chmod(0o600)
            self._create()
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"the service's state {path} cannot be used: {error}") from None

    def _create(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES.split(";\n"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_FORMAT}")
        self._db.execute("COMMIT")

    @contextlib.contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that other processes wait for; raises StorageError."""
        with self._using():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has ended it already
                    self._db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """What a query finds; raises StorageError."""
        with self._using():
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise StorageError(f"the service's state {self.path} cannot be used: {error}") from None


class DiskThread:
    """Runs what waits for the disk, so that the event loop does not."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="disk")

    async def run(self, work: Callable[..., T], *values: Any) -> T:
        """The work's result. It is done even where the caller leaves meanwhile."""
        doing = asyncio.get_running_loop().run_in_executor(self._pool, work, *values)
        return await asyncio.shield(doing)

    def close(self) -> None:
        """Finish what is to be done."""
        self._pool.shutdown()
