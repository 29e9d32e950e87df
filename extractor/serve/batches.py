"""Batches: what was uploaded, how far it is, what came of it. The clerk works through them.

Each has a folder in the state folder; the database says whose it is and where it stands. Of an
uploaded row only `id`, `text` and `html` are kept: a `path` would name a file of this machine.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from extractor.batch.ledger import ledger_path, read_ledger
from extractor.batch.output import hold_output
from extractor.errors import StorageError
from extractor.serve.database import Database
from extractor.serve.keys import Caller
from extractor.serve.problems import Problem

State = Literal["queued", "running", "finished", "failed"]
UNFINISHED = ("queued", "running")
INPUT, OUTPUT = "input.jsonl", "output.jsonl"
COLUMNS = ("id", "text", "html")
DAY_S = 86_400.0
# The longest that a batch waits before it is looked at again.
LONGEST_WAIT_S = 60.0
# An upload under way may be this old.
STRAY_S = 3_600.0
CHUNK_BYTES = 1 << 20


class BatchStatus(BaseModel):
    """How far a batch is."""

    id: str
    state: State = Field(description="`failed`: stopped for good, see `message`; answers stay")
    created: datetime
    ended: datetime | None = None
    message: str | None = Field(None, description="why it waits or failed")
    rows: int = Field(description="rows uploaded")
    answered: int = Field(0, description="rows that have a result or an error")
    results: int = 0
    errors: dict[str, int] = Field(default_factory=dict, description="rows answered by an error, by its code")
    calls: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = Field(0.0, description="as far as prices are known")


class Batches:
    """The batches of one service."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def open_upload(self, most: int) -> tuple[str, Path]:
        """The id of a new batch and the file for its upload; raises Problem where there are `most`."""
        if self._database.rows("SELECT count(*) AS n FROM batches")[0]["n"] >= most:
            raise Problem("no_room", f"{most:,} batches are kept: delete some.")
        id = secrets.token_hex(12)
        try:
            self.folder_of(id).mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"no batch can be stored: {error.strerror}") from None
        return id, self.folder_of(id) / "upload"

    def drop_upload(self, id: str) -> None:
        """Forget an upload that came to nothing."""
        shutil.rmtree(self.folder_of(id), ignore_errors=True)

    def submit(self, id: str, caller: Caller, today: date | None, longest_line: int) -> BatchStatus:
        """Make the upload a batch that waits for the clerk; raises Problem where it has no rows."""
        folder = self.folder_of(id)
        rows = _copy_rows(folder / "upload", folder / INPUT, longest_line)
        if not rows:
            raise Problem("invalid_request", "The upload holds no row: send a JSON object a line.")
        with self._database.changing() as db:
            db.execute(
                "INSERT INTO batches (id, caller, state, created, rows, today) VALUES (?, ?, ?, ?, ?, ?)",
                (id, caller.id, "queued", time.time(), rows, (today or date.today()).isoformat()),
            )
        return self.status(id, caller)

    def list(self, caller: Caller) -> list[BatchStatus]:
        """The caller's batches, newest first."""
        rows = self._database.rows("SELECT * FROM batches WHERE caller = ? ORDER BY rowid DESC", caller.id)
        return [self._describe(row) for row in rows]

    def status(self, id: str, caller: Caller) -> BatchStatus:
        """How far it is; raises Problem where the caller has none of this id."""
        return self._describe(self._find(id, caller))

    def results(self, id: str, caller: Caller) -> tuple[State, Path]:
        """State, and the file of what is answered so far, which may not be there yet; raises Problem."""
        row = self._find(id, caller)
        return row["state"], self.folder_of(id) / OUTPUT

    def delete(self, id: str, caller: Caller) -> None:
        """Forget a batch; one that runs is stopped. Raises Problem."""
        self._find(id, caller)
        with self._database.changing() as db:
            db.execute("DELETE FROM batches WHERE id = ?", (id,))
        self.clear(id)

    def clear(self, id: str) -> None:
        """Remove a batch's folder, unless the clerk still has it open: it will do so itself."""
        folder = self.folder_of(id)
        if not folder.exists():
            return
        with contextlib.suppress(StorageError), hold_output(folder / OUTPUT):
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, keep_s: float) -> None:
        """Remove batches that ended long ago, and folders that belong to none."""
        now = time.time()
        with self._database.changing() as db:
            db.execute("DELETE FROM batches WHERE ended < ?", (now - keep_s,))
        if not self._folder.is_dir():
            return
        known = {row["id"] for row in self._database.rows("SELECT id FROM batches")}
        for folder in self._folder.iterdir():
            with contextlib.suppress(OSError):
                if folder.name not in known and now - folder.stat().st_mtime > STRAY_S:
                    self.clear(folder.name)

    def next_due(self) -> sqlite3.Row | None:
        """The oldest batch that is to be worked on now."""
        now = time.time()
        # By arrival, whatever the date was then; nor does a date that was ahead make a batch wait for it.
        rows = self._database.rows(
            "SELECT * FROM batches WHERE state IN (?, ?) AND not_before NOT BETWEEN ? AND ?"
            " ORDER BY rowid LIMIT 1",
            *UNFINISHED,
            now,
            now + LONGEST_WAIT_S,
        )
        return rows[0] if rows else None

    def has_unfinished(self) -> bool:
        """Whether there is work for the clerk, now or later."""
        return bool(self._database.rows("SELECT 1 FROM batches WHERE state IN (?, ?) LIMIT 1", *UNFINISHED))

    def exists(self, id: str) -> bool:
        """Whether nobody has deleted it."""
        return bool(self._database.rows("SELECT 1 FROM batches WHERE id = ?", id))

    def mark(self, id: str, state: State, message: str | None = None, wait_s: float = 0.0) -> None:
        """Note where a batch stands; `wait_s`: when to look at it again, LONGEST_WAIT_S at most."""
        now = time.time()
        with self._database.changing() as db:
            db.execute(
                "UPDATE batches SET state = ?, message = ?, not_before = ?, ended = ? WHERE id = ?",
                (state, message, now + wait_s, None if state in UNFINISHED else now, id),
            )

    def charge(self, id: str, spent_usd: float) -> None:
        """Charge the caller's key with what was spent since the last time."""
        with self._database.changing() as db:
            row = db.execute("SELECT caller, charged_usd FROM batches WHERE id = ?", (id,)).fetchone()
            if row is None or spent_usd <= row["charged_usd"]:
                return
            more = spent_usd - row["charged_usd"]
            db.execute("UPDATE batches SET charged_usd = ? WHERE id = ?", (spent_usd, id))
            db.execute("UPDATE keys SET spent_usd = spent_usd + ? WHERE id = ?", (more, row["caller"]))

    def folder_of(self, id: str) -> Path:
        """Where a batch's files lie; the id is one that we made."""
        return self._folder / id

    def _find(self, id: str, caller: Caller) -> sqlite3.Row:
        rows = self._database.rows("SELECT * FROM batches WHERE id = ? AND caller = ?", id, caller.id)
        if not rows:
            raise Problem("not_found", "There is no batch of this id.")
        return rows[0]

    def _describe(self, row: sqlite3.Row) -> BatchStatus:
        status = BatchStatus(
            id=row["id"],
            state=row["state"],
            created=_to_moment(row["created"]),
            ended=None if row["ended"] is None else _to_moment(row["ended"]),
            message=row["message"],
            rows=row["rows"],
        )
        out = self.folder_of(row["id"]) / OUTPUT
        if ledger_path(out).is_file():
            with contextlib.suppress(StorageError):
                return status.model_copy(update=_progress(out))
        return status


def read_results(file: Path) -> Iterator[bytes]:
    """The whole lines that the file has now, piece by piece."""
    with contextlib.suppress(FileNotFoundError), file.open("rb") as stream:
        left = _end_of_lines(file)
        while left > 0 and (chunk := stream.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


def _end_of_lines(file: Path) -> int:
    """How many bytes the file's whole lines have; one may be being written."""
    with file.open("rb") as stream:
        end = stream.seek(0, 2)
        while end > 0:
            start = max(0, end - CHUNK_BYTES)
            stream.seek(start)
            found = stream.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def _progress(out: Path) -> dict[str, Any]:
    with read_ledger(out) as ledger:
        counts, runs = ledger.count(), ledger.runs()
    results = counts.pop(None, 0)
    sums = {
        name: sum(getattr(run, name) for run in runs)
        for name in ("calls", "input_tokens", "cached_input_tokens", "output_tokens", "cost_usd")
    }
    return {"answered": results + sum(counts.values()), "results": results, "errors": counts, **sums}


def _copy_rows(upload: Path, rows: Path, longest: int) -> int:
    """Copy the upload's lines, their objects reduced to the columns that we take; how many there are."""
    count = 0
    try:
        with upload.open("rb") as source, rows.open("wb") as target:
            while line := source.readline():
                if line.strip():
                    count += 1
                    target.write(_reduce(line, longest).rstrip(b"\r\n") + b"\n")
        upload.unlink()
    except OSError as error:
        raise StorageError(f"the batch cannot be stored: {error.strerror}") from None
    return count


def _reduce(line: bytes, longest: int) -> bytes:
    """The line as it is, where it is no object or too long: the batch answers it by an error."""
    if len(line) > longest:
        return line
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if not isinstance(record, dict):
        return line
    return json.dumps({name: record[name] for name in COLUMNS if name in record}).encode()


def _to_moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
