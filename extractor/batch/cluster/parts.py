"""The output of a run on many machines: a folder of Parquet files, here or at an address.

Each part is written whole or not at all, and has a column `key` beside the Extraction's: which row
it answers. That is how the next run knows what is answered. Where a row is answered twice (asked
again after an error, or by a worker that died after it had written), the newer part keeps it.
`_extractor.json` says who was asked what, and how many runs there were.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.batch.addresses import is_address, open_system, redact, write_whole
from extractor.batch.readers import load_parquet
from extractor.batch.writers import Parquet
from extractor.errors import ExtractorError, SettingsError, StorageError

if TYPE_CHECKING:
    import numpy
    import pyarrow

_ABOUT = "_extractor.json"
_ROWS = 256


@dataclass(frozen=True)
class Parts:
    """The folder at `out`; `is_flat`: a column a value."""

    out: str
    is_flat: bool = False

    def begin(self, asked: Mapping[str, str]) -> int:
        """Make the folder, or go on in it; the number of this run.

        Raises StorageError where something else lies there, SettingsError where the answers in it
        were given to another question, or in the other form.
        """
        with self.reaching() as (system, root):
            about = f"{root}/{_ABOUT}"
            if not system.exists(about):
                if system.exists(root) and (not system.isdir(root) or system.ls(root)):
                    raise StorageError(f"{self.shown} exists, and is no output of a run by Ray")
                system.makedirs(root, exist_ok=True)
                earlier: dict[str, Any] = {"asked": {**asked, "form": self._form}, "runs": 0}
            else:
                earlier = json.loads(system.cat_file(about))
            self._check(earlier["asked"], {**asked, "form": self._form})
            earlier["runs"] += 1
            with write_whole(system, about) as file:
                file.write(json.dumps(earlier).encode())
            return int(earlier["runs"])

    @property
    def shown(self) -> str:
        """The folder's name, without a key."""
        return redact(self.out)

    @property
    def _form(self) -> str:
        return "flat" if self.is_flat else "nested"

    def _check(self, earlier: Mapping[str, str], asked: Mapping[str, str]) -> None:
        other = [
            f"{name} {earlier.get(name)}, not {said}"
            for name, said in asked.items()
            if earlier.get(name) != said
        ]
        if other:
            raise SettingsError(
                f"{self.shown} holds the answers of {'; '.join(other)}: go on with the same settings, "
                "or give another -o"
            )

    def write(self, answers: pyarrow.Table, run: int) -> None:
        """Answers (columns key, code and payload) as a part of its own; the same answers, the same part."""
        if not answers.num_rows:
            return
        keys = answers["key"].to_pylist()
        name = hashlib.sha256(b"".join(sorted(keys))).hexdigest()[:16]
        writer = Parquet(is_flat=self.is_flat)
        table = writer.to_table((payload.as_py() for payload in answers["payload"]), writer.schema)
        table = table.append_column("key", answers["key"].combine_chunks())
        with self.reaching() as (system, root):
            self._put(system, f"{root}/part-{run:06}-{name}.parquet", table)

    def answered(self) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Keys (in hex, sorted) of the rows answered by a result, and by an error."""
        import numpy

        found: dict[bool, list[str]] = {True: [], False: []}
        for _, table in self._tables(("key", *self._code_columns)):
            codes = self._codes(table)
            for key, code in zip(table["key"].to_pylist(), codes, strict=True):
                found[code is None].append(to_mark(key))
        return tuple(numpy.array(sorted(found[is_fine]), dtype="S32") for is_fine in (True, False))  # type: ignore[return-value]

    def count(self) -> Counter[str | None]:
        """Answers by error code; None counts results."""
        counts: Counter[str | None] = Counter()
        for _, table in self._tables(self._code_columns):
            counts.update(self._codes(table))
        return counts

    def spent_usd(self) -> float:
        """What the answers cost, as far as known."""
        column = "meta.cost_usd" if self.is_flat else "meta"
        total = 0.0
        for _, table in self._tables((column,)):
            costs = table[column].to_pylist()
            total += sum((cost if self.is_flat else cost["cost_usd"]) or 0.0 for cost in costs)
        return total

    def records(self) -> Iterator[dict[str, Any]]:
        """Every answer as its columns have it, `key` among them."""
        with self.reaching() as (system, root):
            for path in sorted(system.glob(f"{root}/part-*.parquet")):
                with system.open(path, "rb") as file, load_parquet().ParquetFile(file) as table:
                    for batch in table.iter_batches(_ROWS):
                        yield from batch.to_pylist(maps_as_pydicts="lossy")

    def settle(self) -> None:
        """Leave each row in the newest part that answers it, once."""
        import numpy

        paths, marks = [], []
        for path, table in self._tables(("key",)):
            paths.append(path)
            marks.append(numpy.array([to_mark(key) for key in table["key"].to_pylist()], dtype="S32"))
        if not marks:
            return
        starts = numpy.cumsum([0, *(len(some) for some in marks)])
        every = numpy.concatenate(marks)
        order = numpy.argsort(every, kind="stable")  # of one row's answers the newest comes last
        is_older = every[order][:-1] == every[order][1:]
        older = order[:-1][is_older]
        for number in numpy.unique(numpy.searchsorted(starts, older, side="right") - 1):
            begin, end = starts[number], starts[number + 1]
            self._drop(paths[number], older[(older >= begin) & (older < end)] - begin)

    def _drop(self, path: str, rows: numpy.ndarray) -> None:
        import numpy
        import pyarrow

        with self.reaching() as (system, _):
            with system.open(path, "rb") as file:
                table = load_parquet().read_table(file)
            is_kept = numpy.ones(table.num_rows, dtype=bool)
            is_kept[rows] = False
            if is_kept.any():
                self._put(system, path, table.filter(pyarrow.array(is_kept)))
            else:
                system.rm_file(path)

    def _put(self, system: Any, path: str, table: pyarrow.Table) -> None:
        with write_whole(system, path) as file:
            load_parquet().write_table(table, file, compression="zstd")

    def _tables(self, columns: tuple[str, ...]) -> Iterator[tuple[str, pyarrow.Table]]:
        """Some columns of each part, older ones first."""
        with self.reaching() as (system, root):
            for path in sorted(system.glob(f"{root}/part-*.parquet")):
                with system.open(path, "rb") as file:
                    yield path, load_parquet().read_table(file, columns=list(columns))

    @property
    def _code_columns(self) -> tuple[str, ...]:
        return ("error.code",) if self.is_flat else ("error",)

    def _codes(self, table: pyarrow.Table) -> list[str | None]:
        column = table[self._code_columns[0]].to_pylist()
        return column if self.is_flat else [error and error["code"] for error in column]

    @contextmanager
    def reaching(self) -> Iterator[tuple[Any, str]]:
        """The file system and the folder in it; what it cannot do becomes a StorageError."""
        address = self.out if is_address(self.out) else Path(self.out).absolute().as_uri()
        try:
            system, root = open_system(address)
            yield system, root.rstrip("/")
        except ExtractorError:
            raise
        except Exception as error:
            raise StorageError(f"{self.shown} cannot be used: {type(error).__name__}: {error}") from error


def find_parts(out: str) -> Parts | None:
    """The parts in a folder, here or at an address, where a run by Ray made it; raises StorageError."""
    if not is_address(out):
        about = Path(out) / _ABOUT
        if not about.is_file():
            return None
        told = about.read_text("utf-8")
    else:
        with Parts(out).reaching() as (system, root):
            if not system.exists(f"{root}/{_ABOUT}"):
                return None
            told = system.cat_file(f"{root}/{_ABOUT}")
    return Parts(out, json.loads(told)["asked"]["form"] == "flat")


def to_mark(key: bytes) -> str:
    """What a row is known by where many are to be held: half of its key, in hex."""
    return key[:16].hex()
