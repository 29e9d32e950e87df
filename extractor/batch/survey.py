"""What an input holds, found by reading it through once: how many rows, how many are the same, a sample."""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from extractor.batch.readers import STANDARD_INPUT, Reader
from extractor.batch.rows import Row
from extractor.errors import SettingsError


@dataclass
class Survey:
    """Counts of rows; `sample` are keys of postings.

    `repeated` rows are another's twin in id and content, `identical` ones in content alone; `unreadable`
    counts by error; `answered` are in the output already, `to_ask` are postings to be asked about, each
    content once.
    """

    rows: int = 0
    repeated: int = 0
    identical: int = 0
    answered: int = 0
    to_ask: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    sample: frozenset[bytes] = frozenset()


def take_survey(
    reader: Reader, limit: int | None, size: int, is_answered: Callable[[Row], bool] = lambda _: False
) -> Survey:
    """Read an input through, its first `limit` rows; memory does not grow with it.

    The sample are the `size` readable postings whose digests are the smallest: as good as drawn by lot,
    the same each time, and hardly another where rows were added or removed. Raises SettingsError for
    standard input, which cannot be read twice.
    """
    if STANDARD_INPUT in reader.inputs:
        raise SettingsError(
            "standard input cannot be read twice, as a sample or an estimate needs: give a file"
        )
    survey = Survey()
    drawn: list[tuple[int, bytes]] = []
    with closing(sqlite3.connect("")) as seen:  # on disk, in a file that SQLite removes
        seen.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID")

        def is_new(digest: bytes) -> bool:
            return seen.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount > 0

        for row in islice(reader.rows(), limit):
            survey.rows += 1
            if not is_new(row.key):
                survey.repeated += 1
            elif row.fault is not None:
                survey.unreadable[row.fault.code] += 1
            elif not is_new(row.content):
                survey.identical += 1
            else:
                is_done = is_answered(row)
                survey.answered += is_done
                survey.to_ask += not is_done
                _draw(drawn, row, size)
    survey.sample = frozenset(key for _, key in drawn)
    return survey


def _draw(drawn: list[tuple[int, bytes]], row: Row, size: int) -> None:
    """Keep the `size` smallest contents, each with its row's key."""
    ticket = (-int.from_bytes(row.content[:16], "big"), row.key)
    if len(drawn) < size:
        heapq.heappush(drawn, ticket)
    elif size and ticket > drawn[0]:
        heapq.heapreplace(drawn, ticket)
