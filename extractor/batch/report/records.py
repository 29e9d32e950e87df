"""An output's records one by one: from its ledger, or where that is not at hand from the file itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from extractor.batch.addresses import is_address, redact
from extractor.batch.cluster.parts import find_parts
from extractor.batch.ledger import ledger_path, read_ledger
from extractor.batch.readers import load_parquet
from extractor.errors import SettingsError, StorageError

Record = dict[str, Any]
_ROWS = 256
# A cell may hold a whole evidence map; the csv module's own limit is 128 KiB.
_CELL_BYTES = 1 << 28


def read_records(given: str | Path) -> Iterator[Record]:
    """Records as an Extraction's JSON has them.

    `given` is an output's path, or the address of a folder that a run by Ray wrote. What is not a
    record (a torn last line) is passed over. Raises StorageError where there is no output, or it
    cannot be read.
    """
    if is_address(str(given)) or Path(given).is_dir():
        parts = find_parts(str(given))
        if parts is None:
            raise StorageError(f"{redact(str(given))} is no output of a run")
        yield from map(_nested, parts.records())
        return
    out = Path(given)
    if ledger_path(out).is_file():
        with read_ledger(out) as ledger:
            for _, payload in ledger.payloads():
                yield json.loads(payload)
        return
    if not out.exists():
        raise StorageError(f"there is no output {out}, nor a ledger of one")
    try:
        yield from _read_output(out)
    except (OSError, ValueError, csv.Error) as error:  # pyarrow's errors are ValueErrors
        raise StorageError(f"{out} cannot be read: {error}") from error


def _read_output(out: Path) -> Iterator[Record]:
    match out.suffix.lower():
        case ".jsonl" | ".ndjson":
            with out.open("rb") as file:
                yield from _lines(file)
        case ".csv" | ".tsv":
            yield from _table(out)
        case ".parquet":
            yield from _parquet(out)
        case _:
            raise SettingsError(f"{out}: an output's name ends in .jsonl, .csv, .tsv or .parquet")


def _lines(file: Iterable[bytes]) -> Iterator[Record]:
    for line in file:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and "id" in record:
            yield _nested(record)


def _table(out: Path) -> Iterator[Record]:
    csv.field_size_limit(_CELL_BYTES)
    delimiter = "\t" if out.suffix.lower() == ".tsv" else ","
    with out.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter=delimiter):
            cells = {name: cell for name, cell in row.items() if name and cell}
            yield _nested({name: cell if name == "id" else _from_cell(cell) for name, cell in cells.items()})


def _from_cell(cell: str) -> Any:
    """A cell's value; text is as it is, all else is JSON, and text that looks like JSON is rare enough."""
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _parquet(path: Path) -> Iterator[Record]:
    with load_parquet().ParquetFile(path) as table:
        for batch in table.iter_batches(_ROWS):
            for record in batch.to_pylist(maps_as_pydicts="lossy"):
                yield _nested(record)


def _nested(record: Mapping[str, Any]) -> Record:
    """A flat record's columns as parts within parts; a nested one as it is."""
    nested: Record = {}
    for name, value in record.items():
        *parents, last = name.split(".")
        place = nested
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    error = nested.get("error")
    if isinstance(error, dict) and not error.get("code"):
        nested["error"] = None
    if nested.get("error"):
        nested["posting"] = None
    return nested
