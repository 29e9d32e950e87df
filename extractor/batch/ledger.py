"""What is finished, in SQLite: the truth of a run, of which the output file is a picture.

A row's result is committed here before anything else is done with it, so that a kill at any instant
loses no reply that had become a result. Readers (`extractor batch status`) may look at any time.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from extractor.batch.rows import Row
from extractor.errors import SettingsError, StorageError
from extractor.records import Usage

P = ParamSpec("P")
T = TypeVar("T")

_FORMAT = 2
_TIMEOUT_S = 10.0
_TABLES = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE results (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,   -- order in the output
  key BLOB NOT NULL UNIQUE,                -- identity of the row: content and id
  content BLOB NOT NULL,
  id TEXT NOT NULL,
  code TEXT,                               -- of the error; null for a result
  payload BLOB NOT NULL                    -- the Extraction: JSON, deflated
);
CREATE INDEX by_content ON results (content);
CREATE INDEX by_code ON results (code) WHERE code IS NOT NULL;
CREATE TABLE runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  started REAL NOT NULL,                   -- seconds since 1970
  ended REAL,                              -- null while it runs, and where it was killed
  reason TEXT,
  rows INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  cached_input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd REAL NOT NULL DEFAULT 0,
  unpriced INTEGER NOT NULL DEFAULT 0,     -- rows whose cost is not known
  posting_faults INTEGER NOT NULL DEFAULT 0,   -- calls that failed while others were answered
  provider_faults INTEGER NOT NULL DEFAULT 0   -- all other calls that failed
);
CREATE TABLE faults (                      -- of questions that are not at their end
  question TEXT PRIMARY KEY,               -- digest of the request
  posting INTEGER NOT NULL,
  provider INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE waiting (                     -- rows whose question is, or will be, in a provider's batch
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  is_text INTEGER NOT NULL,
  data BLOB NOT NULL,                      -- deflated
  stage INTEGER NOT NULL                   -- 0 waits, 1 may go on, 2 was taken up by this run
);
CREATE INDEX by_stage ON waiting (stage, seq);
CREATE TABLE needs (                       -- the lines that a waiting row's questions are
  key BLOB NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (key, line)
) WITHOUT ROWID;
CREATE INDEX by_line ON needs (line);
CREATE TABLE lines (                       -- single requests, each for a line of a batch's file
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,                 -- digest of the body; the provider's custom_id
  question TEXT NOT NULL,                  -- digest of the request that it belongs to
  body BLOB,                               -- deflated; null once answered
  size INTEGER NOT NULL,                   -- bytes in the file
  most_usd REAL NOT NULL,                  -- set aside for it
  shard INTEGER,                           -- null: in no batch yet
  status INTEGER,                          -- HTTP status of its answer; null: none yet
  answer BLOB,                             -- deflated
  cost_usd REAL
);
CREATE INDEX by_question ON lines (question);
CREATE INDEX by_shard ON lines (shard);
CREATE TABLE shards (                      -- batches at the provider
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  mark TEXT NOT NULL UNIQUE,               -- in the batch's metadata, by which it is found again
  state TEXT NOT NULL,                     -- cut, uploaded, submitting, submitted; done, failed
  began REAL NOT NULL,                     -- when it was about to be submitted, seconds since 1970
  file TEXT,                               -- the provider's ids
  batch TEXT,
  said TEXT                                -- the provider's last word on it
);
"""


@dataclass(frozen=True, slots=True)
class Past:
    """One run as the ledger remembers it; times in seconds since 1970."""

    number: int
    started: float
    ended: float | None
    reason: str | None
    rows: int
    calls: int
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced: int
    posting_faults: int
    provider_faults: int


@contextmanager
def _reporting(path: Path) -> Iterator[None]:
    """What SQLite cannot do to `path` becomes a StorageError."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"the ledger {path} cannot be used: {error}") from None


def _reported(method: Callable[Concatenate[Ledger, P], T]) -> Callable[Concatenate[Ledger, P], T]:
    @functools.wraps(method)
    def report(self: Ledger, *args: P.args, **kwargs: P.kwargs) -> T:
        with _reporting(self.path):
            return method(self, *args, **kwargs)

    return report  # type: ignore[return-value]  # mypy names the same parameters differently


class Ledger:
    """The results of one output; `open_ledger` and `read_ledger` make it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection
        self._run = 0

    def begin_run(self) -> None:
        """Count what is recorded from now on to a new run."""
        with self._changing():
            self._run = (
                self._db.execute("INSERT INTO runs (started) VALUES (?)", (time.time(),)).lastrowid or 0
            )

    def end_run(self, reason: str) -> None:
        """Note that the run ended by itself, and why."""
        with self._changing():
            self._db.execute(
                "UPDATE runs SET ended = ?, reason = ? WHERE number = ?", (time.time(), reason, self._run)
            )

    @_reported
    def was_killed(self) -> bool:
        """Whether the last run ended without a word."""
        last = self._db.execute("SELECT ended FROM runs ORDER BY number DESC LIMIT 1").fetchone()
        return last is not None and last[0] is None

    @_reported
    def find(self, row: Row) -> tuple[bool, str | None]:
        """Whether the row is answered, and the code of the error that it is answered with."""
        found = self._db.execute("SELECT code FROM results WHERE key = ?", (row.key,)).fetchone()
        return (False, None) if found is None else (True, found[0])

    @_reported
    def payload(self, key: bytes) -> bytes | None:
        """The answer (JSON) to the row of that key."""
        found = self._db.execute("SELECT payload FROM results WHERE key = ?", (key,)).fetchone()
        return None if found is None else zlib.decompress(found[0])

    @_reported
    def find_same(self, content: bytes) -> bytes | None:
        """The result (JSON) of a row with the same content, whatever its id; errors do not count."""
        found = self._db.execute(
            "SELECT payload FROM results WHERE content = ? AND code IS NULL LIMIT 1", (content,)
        ).fetchone()
        return None if found is None else zlib.decompress(found[0])

    def record(self, row: Row, payload: bytes, code: str | None, usage: Usage) -> bool:
        """Commit the answer to a row and what it cost; whether it took an earlier one's place."""
        with self._changing():
            taken = self._db.execute("DELETE FROM results WHERE key = ?", (row.key,)).rowcount > 0
            self._db.execute(
                "INSERT INTO results (key, content, id, code, payload) VALUES (?, ?, ?, ?, ?)",
                (row.key, row.content, row.id, code, zlib.compress(payload, 1)),
            )
            if taken:
                self._set("is_stale", "1")
            if self._db.execute("DELETE FROM waiting WHERE key = ?", (row.key,)).rowcount:
                self._drop_lines(row.key)
            self._pay(usage, rows=1)
        return taken

    def _drop_lines(self, key: bytes) -> None:
        """What no other row needs and no batch has still to answer."""
        self._db.execute(
            "DELETE FROM lines WHERE id IN (SELECT line FROM needs WHERE key = ?)"
            " AND NOT EXISTS (SELECT 1 FROM needs WHERE line = lines.id AND key <> ?)"
            " AND (shard IS NULL OR status IS NOT NULL)",
            (key, key),
        )
        self._db.execute("DELETE FROM needs WHERE key = ?", (key,))

    def pay(self, usage: Usage) -> None:
        """Count what was paid for no result."""
        with self._changing():
            self._pay(usage, rows=0)

    def _pay(self, usage: Usage, rows: int) -> None:
        self._db.execute(
            "UPDATE runs SET rows = rows + ?, calls = calls + ?, input_tokens = input_tokens + ?,"
            " cached_input_tokens = cached_input_tokens + ?, output_tokens = output_tokens + ?,"
            " cost_usd = cost_usd + ?, unpriced = unpriced + ? WHERE number = ?",
            (
                rows,
                usage.calls,
                usage.input_tokens,
                usage.cached_input_tokens,
                usage.output_tokens,
                usage.cost_usd or 0.0,
                usage.cost_usd is None,
                self._run,
            ),
        )

    @_reported
    def blamed(self, question: str) -> int:
        """Faults of a question (a request's digest) that its posting is blamed for."""
        found = self._db.execute("SELECT posting FROM faults WHERE question = ?", (question,)).fetchone()
        return 0 if found is None else int(found[0])

    def note(self, question: str, *, is_blamed: bool) -> None:
        """Count a call of this question that failed, by the posting's fault or the provider's."""
        whose = (int(is_blamed), int(not is_blamed))
        with self._changing():
            self._db.execute(
                "INSERT INTO faults VALUES (?, ?, ?) ON CONFLICT (question) DO UPDATE SET"
                " posting = posting + excluded.posting, provider = provider + excluded.provider",
                (question, *whose),
            )
            self._db.execute(
                "UPDATE runs SET posting_faults = posting_faults + ?,"
                " provider_faults = provider_faults + ? WHERE number = ?",
                (*whose, self._run),
            )

    def forget(self, question: str) -> None:
        """A question that failed has come to its end."""
        with self._changing():
            self._db.execute("DELETE FROM faults WHERE question = ?", (question,))

    def payloads(self, after: int = 0) -> Iterator[tuple[int, bytes]]:
        """Number and JSON of each answer in the order in which they came, those up to `after` left out."""
        with _reporting(self.path), closing(self._db.cursor()) as found:
            for seq, payload in found.execute(
                "SELECT seq, payload FROM results WHERE seq > ? ORDER BY seq", (after,)
            ):
                yield seq, zlib.decompress(payload)

    @_reported
    def read_written(self) -> tuple[int, int, bool]:
        """The last answer that is in the output, the output's bytes, and whether it must be made anew."""
        seq, size = (int(self._get(name, "0")) for name in ("written_seq", "written_bytes"))
        return seq, size, self._get("is_stale", "") != ""

    def note_written(self, seq: int, size: int) -> None:
        """The output's first `size` bytes hold all answers up to `seq`, and are on the disk."""
        with self._changing():
            self._set("written_seq", str(seq))
            self._set("written_bytes", str(size))
            self._set("is_stale", "")

    @_reported
    def count(self) -> dict[str | None, int]:
        """Answers by the error's code; None counts results."""
        return dict(self._db.execute("SELECT code, count(*) FROM results GROUP BY code").fetchall())

    @_reported
    def runs(self) -> list[Past]:
        """All runs, the first one first."""
        names = ", ".join(field.name for field in fields(Past))
        return [Past(*row) for row in self._db.execute(f"SELECT {names} FROM runs ORDER BY number")]  # noqa: S608

    @_reported
    def spent_usd(self) -> float:
        """Dollars that all runs paid, as far as known."""
        return float(self._db.execute("SELECT coalesce(sum(cost_usd), 0) FROM runs").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, for those who keep tables of their own in it; raises StorageError."""
        with _reporting(self.path):
            yield self._db

    @contextmanager
    def changing(self, *, is_lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction; `is_lasting`: a power cut right after it cannot undo it. Raises StorageError."""
        with _reporting(self.path):
            if is_lasting:
                self._db.execute("PRAGMA synchronous = FULL")
            try:
                with self._changing():
                    yield self._db
            finally:
                if is_lasting:
                    self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One transaction."""
        with _reporting(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:  # a full disk has ended it already
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _get(self, name: str, default: str) -> str:
        found = self._db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return default if found is None else str(found[0])

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))


def ledger_path(out: Path) -> Path:
    """Where the ledger of an output lies."""
    return out.with_name(out.name + ".ledger")


def open_ledger(out: Path, asked: Mapping[str, str]) -> Ledger:
    """The ledger of an output, made where there is none; `asked` says who is asked what.

    Raises StorageError where it cannot be opened, SettingsError where the answers in it were given
    to another question.
    """
    path = ledger_path(out)
    with _reporting(path):
        ledger = Ledger(path, _connect(f"file:{_quoted(path)}", _TIMEOUT_S))
        # A commit survives the process at once, and a power cut after the next checkpoint.
        ledger._db.execute("PRAGMA journal_mode = WAL")
        ledger._db.execute("PRAGMA synchronous = NORMAL")
        if _format_of(ledger) == 0:
            _create(ledger, asked)
        _check_format(ledger)
    _check_asked(ledger, asked)
    return ledger


def read_ledger(out: Path) -> Ledger:
    """The ledger of an output, to look at only; raises StorageError where there is none."""
    path = ledger_path(out)
    if not path.is_file():
        raise StorageError(f"there is no run to {out}: {path} does not exist")
    with _reporting(path):
        ledger = Ledger(path, _connect(f"file:{_quoted(path)}?mode=ro", _TIMEOUT_S))
        _check_format(ledger)
        ledger.count()
    return ledger


def _format_of(ledger: Ledger) -> int:
    return int(ledger._db.execute("PRAGMA user_version").fetchone()[0])


def _check_format(ledger: Ledger) -> None:
    found = _format_of(ledger)
    if found != _FORMAT:
        ledger.close()
        raise StorageError(
            f"{ledger.path} is of format {found}, and this version reads {_FORMAT}: "
            "finish the run with the version that began it, or give another -o"
        )


def _create(ledger: Ledger, asked: Mapping[str, str]) -> None:
    ledger._db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_FORMAT};")
    ledger._set("asked", json.dumps(dict(asked)))
    ledger._db.execute("COMMIT")


def _check_asked(ledger: Ledger, asked: Mapping[str, str]) -> None:
    earlier: dict[str, Any] = json.loads(ledger._get("asked", "{}"))
    other = [
        f"{name} {earlier.get(name)}, not {said}" for name, said in asked.items() if earlier.get(name) != said
    ]
    if other:
        ledger.close()
        raise SettingsError(
            f"{ledger.path} holds the answers of {'; '.join(other)}: go on with the same settings, "
            "or give another -o"
        )


def _connect(uri: str, timeout_s: float) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=timeout_s, isolation_level=None)


def _quoted(path: Path) -> str:
    return path.absolute().as_uri().removeprefix("file://")
