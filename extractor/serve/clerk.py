"""The process that works through batches: one a service, started by a worker when there is work.

It holds a lock as long as it lives, and listens on standard input, which ends with the worker that
started it; then it finishes the rows in flight and leaves, and another worker starts the next one.
A kill loses nothing but those rows: the ledger has the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import threading
from datetime import date
from pathlib import Path
from sqlite3 import Row

import filelock

from extractor.batch.display import Display
from extractor.batch.ledger import read_ledger
from extractor.batch.options import Options
from extractor.batch.readers import Reader
from extractor.batch.run import run_batch
from extractor.errors import TABLE, ExtractorError, StorageError
from extractor.serve.batches import DAY_S, INPUT, LONGEST_WAIT_S, OUTPUT, Batches
from extractor.serve.database import Database
from extractor.serve.keys import Keys
from extractor.serve.logs import describe, log, start_logging
from extractor.serve.settings import ServeSettings, load_serve_settings
from extractor.settings import Settings, load_settings

LOCK = "clerk.lock"
LOOK_S = 0.5
# A worker that looks whether there is a clerk holds the lock for an instant.
LOCK_TIMEOUT_S = 2.0
# Requests that people wait for go first.
NICENESS = 5
PROVIDER_CALLS = 32
# How a run ends for what may have passed when it is tried again: a provider down, a disk full.
_PASSING = {TABLE[code].exit_status for code in ("provider_unavailable", "storage")}


def main() -> None:
    """Work until nothing is left to do, or standard input ends."""
    serve, settings = load_serve_settings(), load_settings()
    start_logging()
    lock = filelock.FileLock(serve.state_dir / LOCK)
    try:
        lock.acquire(timeout=LOCK_TIMEOUT_S, poll_interval=0.1)
    except filelock.Timeout:
        return  # another one is at work
    os.nice(NICENESS)
    try:
        Clerk(settings, serve).work()
    finally:
        lock.release()


class Clerk:
    """Works through a service's batches, the oldest first, one at a time."""

    def __init__(self, settings: Settings, serve: ServeSettings) -> None:
        self._settings = settings
        self._serve = serve
        database = Database(serve.database)
        self._batches = Batches(database, serve.batches_dir)
        self._keys = Keys(database)
        self._is_leaving = threading.Event()

    def work(self) -> None:
        """Until there is nothing left, now or later."""
        threading.Thread(target=self._listen, daemon=True).start()
        signal.signal(signal.SIGTERM, lambda *_: self._is_leaving.set())
        with contextlib.suppress(StorageError):
            self._batches.sweep(self._serve.batch_days * DAY_S)
        while not self._is_leaving.is_set() and self._batches.has_unfinished():
            batch = self._batches.next_due()
            if batch is None:
                self._is_leaving.wait(LOOK_S)
                continue
            try:
                self._work_on(batch)
            except StorageError as error:  # not even where the batch stands can be written
                log.error("batch %s waits: %s", batch["id"], error.message)
                self._is_leaving.wait(LONGEST_WAIT_S)

    def _work_on(self, batch: Row) -> None:
        id = batch["id"]
        try:
            asyncio.run(self._run(batch))
        except StorageError as error:  # a disk that is full now may have room again
            self._batches.mark(id, "queued", error.message, LONGEST_WAIT_S)
        except ExtractorError as error:
            self._batches.mark(id, "failed", error.message)
        except Exception as error:
            log.error("batch %s: %s", id, describe(error))
            self._batches.mark(id, "failed", "an error in this program; the log has it")

    def _listen(self) -> None:
        """Leave when the worker that started this has gone."""
        while os.read(0, 1):
            pass
        self._is_leaving.set()
        os.kill(os.getpid(), signal.SIGTERM)  # a run under way finishes what is in flight

    async def _run(self, batch: Row) -> None:
        id = batch["id"]
        folder = self._batches.folder_of(id)
        self._batches.mark(id, "running")
        spent_usd = _spent_usd(folder / OUTPUT)
        left_usd = self._keys.left_usd(batch["caller"])
        options = Options(
            concurrency=self._serve.batch_concurrency
            or (1 if self._settings.is_embedded else PROVIDER_CALLS),
            budget_usd=None if left_usd is None else spent_usd + left_usd,
            today=date.fromisoformat(batch["today"]),
        )
        reader = Reader((str(folder / INPUT),), max_bytes=self._settings.max_input_bytes)
        running = asyncio.create_task(
            run_batch(self._settings, reader, folder / OUTPUT, options, Display(quiet=True))
        )
        watching = asyncio.create_task(self._watch(batch, running))
        try:
            status = await running
        except asyncio.CancelledError:
            if self._batches.exists(id):
                self._batches.mark(id, "failed", "the key was revoked, or its budget is spent")
            else:
                shutil.rmtree(folder, ignore_errors=True)
            return
        finally:
            watching.cancel()
        self._batches.charge(id, _spent_usd(folder / OUTPUT))
        self._conclude(id, status, _last_words(folder / OUTPUT))

    async def _watch(self, batch: Row, running: asyncio.Task[int]) -> None:
        """Charge what is spent as it is spent; stop a batch that was deleted, or whose key has ended."""
        while True:
            await asyncio.sleep(LOOK_S)
            self._batches.charge(batch["id"], _spent_usd(self._batches.folder_of(batch["id"]) / OUTPUT))
            if not self._batches.exists(batch["id"]) or not self._keys.may_spend(batch["caller"]):
                running.cancel()
                return

    def _conclude(self, id: str, status: int, words: str | None) -> None:
        if words == "finished":
            self._batches.mark(id, "finished")
        elif self._is_leaving.is_set():
            self._batches.mark(id, "queued")
        elif status in _PASSING:
            self._batches.mark(id, "queued", words, LONGEST_WAIT_S)
        else:
            self._batches.mark(id, "failed", words)


def _spent_usd(out: Path) -> float:
    with contextlib.suppress(StorageError), read_ledger(out) as ledger:
        return ledger.spent_usd()
    return 0.0


def _last_words(out: Path) -> str | None:
    """Why the last run ended."""
    with contextlib.suppress(StorageError), read_ledger(out) as ledger:
        runs = ledger.runs()
        return runs[-1].reason if runs else None
    return None


if __name__ == "__main__":
    main()
