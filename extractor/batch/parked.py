"""What waits for a provider's batch, in the ledger: rows, their requests as lines, and the batches.

A row asks; its request is no answer yet but a line, and the row is put aside with what it needs to be
read again. Lines are cut into shards, a shard is one batch at the provider. Once a shard's answers are
in, its rows are read again from the start: each request, being the same to the byte, finds its answer
here. So memory holds no row that waits, and a kill at any instant loses nothing but the work of reading.
"""

from __future__ import annotations

import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from extractor.batch.ledger import Ledger
from extractor.batch.rows import Row
from extractor.model.provider_batches import Outcome
from extractor.records import Usage

State = Literal["cut", "uploaded", "submitting", "submitted", "done", "failed"]
_MAY_GO_ON, _TAKEN_UP = 1, 2
_ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One request for a batch's file: its id (a digest of its body), the question it belongs to, its body
    as sent, its bytes in the file, and the dollars set aside for it."""

    id: str
    question: str
    body: bytes
    size: int
    most_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Shard:
    """One batch: how far its submission has come, and the provider's ids as far as they are known."""

    number: int
    mark: str
    state: State
    began: float
    file: str | None
    batch: str | None


@dataclass(frozen=True, slots=True)
class Money:
    """Dollars of lines: paid for answers that no finished row counts yet, and set aside for the rest."""

    paid_usd: float
    aside_usd: float


class Parked:
    """The tables of batches in one ledger; raises StorageError."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def recover(self) -> None:
        """Go on from where an earlier run was stopped: shards that the provider knows nothing of are undone,
        and rows that were taken up, or about to be, may go on."""
        with self._ledger.changing() as db:
            unknown = "SELECT number FROM shards WHERE state IN ('cut', 'uploaded')"
            db.execute(f"UPDATE lines SET shard = NULL WHERE shard IN ({unknown})")  # noqa: S608
            db.execute(
                "UPDATE shards SET state = 'failed', said = 'never submitted'"
                " WHERE state IN ('cut', 'uploaded')"
            )
            db.execute(
                "UPDATE waiting SET stage = NOT EXISTS (SELECT 1 FROM needs JOIN lines ON lines.id = line"
                " WHERE needs.key = waiting.key AND status IS NULL)"
            )

    def has_answers(self) -> bool:
        """Whether answers are here that no row has taken yet."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM lines WHERE status IS NOT NULL)"))

    def knows(self, question: str) -> bool:
        """Whether a request of this digest has lines here."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM lines WHERE question = ?)", question))

    def has(self, line_id: str) -> bool:
        """Whether there is such a line."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM lines WHERE id = ?)", line_id))

    def answer(self, line_id: str) -> tuple[int, bytes] | None:
        """Status and body that a line was answered with; None: not yet."""
        with self._ledger.reading() as db:
            found = db.execute(
                "SELECT status, answer FROM lines WHERE id = ? AND status IS NOT NULL", (line_id,)
            ).fetchone()
        return None if found is None else (found[0], zlib.decompress(found[1]))

    def park(self, row: Row, line: Line) -> bool:
        """Put a row aside until its line is answered; whether the line is new."""
        is_text = isinstance(row.data, str)
        data = row.data.encode("utf-8", "surrogatepass") if isinstance(row.data, str) else row.data
        with self._ledger.changing() as db:
            is_new = db.execute(
                "INSERT OR IGNORE INTO lines (id, question, body, size, most_usd) VALUES (?, ?, ?, ?, ?)",
                (line.id, line.question, zlib.compress(line.body, 1), line.size, line.most_usd),
            ).rowcount
            [answered] = db.execute(
                "SELECT status IS NOT NULL FROM lines WHERE id = ?", (line.id,)
            ).fetchone()
            db.execute(
                "INSERT OR REPLACE INTO waiting (key, id, kind, is_text, data, stage)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (row.key, row.id, row.kind, is_text, zlib.compress(data, 1), int(answered)),
            )
            db.execute("INSERT OR IGNORE INTO needs VALUES (?, ?)", (row.key, line.id))
        return bool(is_new)

    def is_waiting(self, row: Row) -> bool:
        """Whether the row was put aside."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM waiting WHERE key = ?)", row.key))

    def take_up(self) -> list[Row]:
        """Some rows that may go on, each given once a run."""
        with self._ledger.changing() as db:
            found = db.execute(
                "UPDATE waiting SET stage = ? WHERE seq IN"
                " (SELECT seq FROM waiting WHERE stage = ? ORDER BY seq LIMIT ?)"
                " RETURNING id, kind, is_text, data",
                (_TAKEN_UP, _MAY_GO_ON, _ROWS_AT_ONCE),
            ).fetchall()
        return [_to_row(*fields) for fields in found]

    def has_ready(self) -> bool:
        """Whether a row may go on that was not taken up yet."""
        return bool(self._one("SELECT EXISTS (SELECT 1 FROM waiting WHERE stage = ?)", _MAY_GO_ON))

    def is_all_submitted(self) -> bool:
        """Whether the provider has everything that there is to be answered."""
        is_on_the_way = (
            "SELECT EXISTS (SELECT 1 FROM shards WHERE state IN ('cut', 'uploaded', 'submitting'))"
        )
        return not self.unsent()[0] and not self._one(is_on_the_way)

    def unsent(self) -> tuple[int, int]:
        """Lines that are in no shard, and their bytes."""
        with self._ledger.reading() as db:
            lines, size = db.execute(
                "SELECT count(*), coalesce(sum(size), 0) FROM lines WHERE shard IS NULL"
            ).fetchone()
        return lines, size

    def money(self) -> Money:
        """What lines have cost and may cost."""
        with self._ledger.reading() as db:
            paid, aside = db.execute(
                "SELECT coalesce(sum(cost_usd), 0),"
                " coalesce(sum(CASE WHEN status IS NULL THEN most_usd END), 0) FROM lines"
            ).fetchone()
        return Money(paid, aside)

    def cut(self, most_lines: int, most_bytes: int) -> Shard | None:
        """A shard of the oldest lines that are in none; None: there are none."""
        chosen: list[int] = []
        size = 0
        with self._ledger.changing() as db:
            # Lines that no row needs any more were asked for another way.
            db.execute(
                "DELETE FROM lines WHERE shard IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM needs WHERE line = lines.id)"
            )
            with closing(db.cursor()) as found:
                found.execute("SELECT seq, size FROM lines WHERE shard IS NULL ORDER BY seq")
                for seq, line_size in found:
                    if chosen and (len(chosen) >= most_lines or size + line_size > most_bytes):
                        break
                    chosen.append(seq)
                    size += line_size
            if not chosen:
                return None
            mark = uuid.uuid4().hex
            number = db.execute(
                "INSERT INTO shards (mark, state, began) VALUES (?, 'cut', ?)", (mark, time.time())
            ).lastrowid
            db.executemany("UPDATE lines SET shard = ? WHERE seq = ?", [(number, seq) for seq in chosen])
        return Shard(number or 0, mark, "cut", time.time(), None, None)

    def bodies(self, shard: Shard) -> Iterator[tuple[str, bytes]]:
        """Id and body of a shard's lines that have no answer."""
        with self._ledger.reading() as db, closing(db.cursor()) as found:
            found.execute(
                "SELECT id, body FROM lines WHERE shard = ? AND status IS NULL ORDER BY seq", (shard.number,)
            )
            for line_id, body in found:
                yield line_id, zlib.decompress(body)

    def note(self, shard: Shard, state: State, **ids: str) -> Shard:
        """How far a shard has come; lasts through a power cut, since what follows cannot be undone."""
        with self._ledger.changing(is_lasting=True) as db:
            db.execute(
                "UPDATE shards SET state = ?, began = ?, file = coalesce(?, file),"
                " batch = coalesce(?, batch) WHERE number = ?",
                (state, time.time(), ids.get("file"), ids.get("batch"), shard.number),
            )
        return self.shard(shard.number)

    def shard(self, number: int) -> Shard:
        """A shard as it is now."""
        with self._ledger.reading() as db:
            return Shard(*db.execute(f"{_SHARDS} WHERE number = ?", (number,)).fetchone())

    def open_shards(self) -> list[Shard]:
        """Shards that have not come to their end."""
        with self._ledger.reading() as db:
            found = db.execute(f"{_SHARDS} WHERE state NOT IN ('done', 'failed') ORDER BY number")
            return [Shard(*fields) for fields in found]

    def sent(self) -> tuple[int, int]:
        """Unanswered lines that the provider has, and the batches that they are in."""
        with self._ledger.reading() as db:
            lines, shards = db.execute(
                "SELECT count(*), count(DISTINCT shard) FROM lines JOIN shards ON number = shard"
                " WHERE status IS NULL AND state IN ('submitting', 'submitted')"
            ).fetchone()
        return lines, shards

    def store(self, answers: Iterable[tuple[Outcome, Usage]]) -> float:
        """Keep answers to lines; dollars that had been set aside for those that had none before."""
        released = 0.0
        with self._ledger.changing() as db:
            for outcome, usage in answers:
                found = db.execute(
                    "UPDATE lines SET status = ?, answer = ?, cost_usd = ?, body = NULL"
                    " WHERE id = ? AND status IS NULL RETURNING most_usd",
                    (outcome.status, zlib.compress(outcome.body, 1), usage.cost_usd, outcome.custom_id),
                ).fetchone()
                released += found[0] if found else 0.0
        return released

    def question_of(self, shard: Shard, line_id: str) -> str | None:
        """The question that an unanswered line of a shard belongs to; None: it is no such line."""
        found = self._one(
            "SELECT question FROM lines WHERE id = ? AND shard = ? AND status IS NULL", line_id, shard.number
        )
        return None if found is None else str(found)

    def finish(self, shard: Shard, said: str) -> None:
        """A shard has come to its end: its answered rows may go on, its other lines into another shard.

        What was paid for answers that no row needs any more is counted to the run.
        """
        with self._ledger.changing(is_lasting=True) as db:
            number = (shard.number,)
            db.execute(
                "UPDATE waiting SET stage = 1 WHERE stage = 0 AND key IN"
                " (SELECT key FROM needs JOIN lines ON id = line WHERE shard = ? AND status IS NOT NULL)",
                number,
            )
            orphans = (
                " FROM lines WHERE shard = ? AND status IS NOT NULL AND id NOT IN (SELECT line FROM needs)"
            )
            count, cost = db.execute(f"SELECT count(*), sum(cost_usd){orphans}", number).fetchone()
            db.execute(f"DELETE{orphans}", number)
            db.execute("UPDATE lines SET shard = NULL WHERE shard = ? AND status IS NULL", number)
            db.execute("UPDATE shards SET state = 'done', said = ? WHERE number = ?", (said, shard.number))
        if count:
            self._ledger.pay(Usage(calls=count, cost_usd=cost or 0.0))

    def give_up(self, shard: Shard, said: str) -> None:
        """A shard that nothing came of: its lines may go into another."""
        with self._ledger.changing(is_lasting=True) as db:
            db.execute("UPDATE lines SET shard = NULL WHERE shard = ? AND status IS NULL", (shard.number,))
            db.execute("UPDATE shards SET state = 'failed', said = ? WHERE number = ?", (said, shard.number))

    def _one(self, sql: str, *values: Any) -> Any:
        with self._ledger.reading() as db:
            found = db.execute(sql, values).fetchone()
        return None if found is None else found[0]


_SHARDS = "SELECT number, mark, state, began, file, batch FROM shards"


def _to_row(row_id: str, kind: Any, is_text: int, data: bytes) -> Row:
    raw = zlib.decompress(data)
    return Row(row_id, raw.decode("utf-8", "surrogatepass") if is_text else raw, kind)
