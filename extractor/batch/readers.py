"""Folders, patterns, JSON Lines, CSV, Parquet and standard input as rows, one at a time.

Each but the last may be on this machine or at an address (`addresses`).

A row that cannot be read is still a row: its `fault` becomes the one error that answers it.
"""

from __future__ import annotations

import csv
import glob
import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from extractor.batch.addresses import Remote, find_remote, is_address, redact
from extractor.batch.rows import Row
from extractor.document import Kind
from extractor.errors import ExtractorError, InputError, InputTooLarge, SettingsError, UnreadableInput
from extractor.telemetry.observing import digest_of

Place = Path | Remote

COLUMNS = ("id", "text", "html", "path")
STANDARD_INPUT = "-"
# A JSON line may take six bytes for one of the posting's (\u00e9), and has other columns beside it.
_LINE_FACTOR = 8
_PARQUET_ROWS = 256
# What a damaged compressed or Parquet file raises; pyarrow's errors are ValueErrors.
_BROKEN = (OSError, EOFError, zlib.error, ValueError)


@dataclass(frozen=True)
class Reader:
    """Reads inputs: files, folders and patterns, here or at an address, or `-`.

    `columns` maps the names id, text, html and path to an input's own. `max_bytes` bounds one
    posting: more of it is never held.
    """

    inputs: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = "auto"
    max_bytes: int = 1_000_000

    def rows(self) -> Iterator[Row]:
        """Every row in turn; raises InputError or SettingsError where an input as a whole is wrong."""
        for given in self.inputs:
            if given == STANDARD_INPUT:
                yield from self._json_lines(sys.stdin.buffer, "standard input", Path())
                continue
            for root, file in _found(given):
                yield from self.rows_of(root, file)

    def files(self) -> Iterator[tuple[Place, Place]]:
        """Every file of the inputs, each with the folder that its id is under; not standard input."""
        for given in self.inputs:
            if given != STANDARD_INPUT:
                yield from _found(given)

    def rows_of(self, root: Place, file: Place) -> Iterator[Row]:
        """The rows of one of the files; raises as `rows` does."""
        broken = Exception if isinstance(file, Remote) else _BROKEN
        try:
            yield from self._file(root, file)
        except ExtractorError:
            raise
        except broken as error:
            raise InputError(f"{file} cannot be read: {error}") from error

    def check(self) -> None:
        """Raise SettingsError for an input that is not there, or needs what is not installed."""
        for given in self.inputs:
            if given != STANDARD_INPUT and next(_find_files(given), None) is None:
                raise SettingsError(f"no file is found at {redact(given)}")
            if given.partition("?")[0].endswith(".parquet"):
                load_parquet()

    def count(self) -> int | None:
        """How many rows there are, where that is quickly found out; reads JSON Lines through."""
        total = 0
        for given in self.inputs:
            if given == STANDARD_INPUT or is_address(given):
                return None
            for _, file in _find_files(given):
                rows = _count_rows(file)
                if rows is None:
                    return None
                total += rows
        return total

    @property
    def is_slow(self) -> bool:
        """Whether a row may be long in coming: from standard input, or an address."""
        return any(given == STANDARD_INPUT or is_address(given) for given in self.inputs)

    def _file(self, root: Place, file: Place) -> Iterator[Row]:
        form = [suffix.lower() for suffix in file.suffixes if suffix.lower() != ".gz"][-1:]
        match form:
            case [".jsonl" | ".ndjson"]:
                with _opened(file) as stream:
                    yield from self._json_lines(stream, str(file), file.parent)
            case [".csv" | ".tsv"]:
                with _opened(file) as stream:
                    yield from self._table(stream, "\t" if form == [".tsv"] else ",", file)
            case [".parquet"]:
                yield from self._parquet(file)
            case _:
                yield self._posting(_stem(root, file), file)

    def _posting(self, posting_id: str, file: Place) -> Row:
        """The posting that is a file of its own."""
        try:
            with _bytes_of(file) as stream:
                return Row(posting_id, stream.read(self.max_bytes + 1), self.kind)
        except OSError as error:
            fault = InputError(f"{file} cannot be read: {error.strerror or type(error).__name__}")
            return Row(posting_id, str(file), self.kind, fault)

    def _json_lines(self, stream: IO[bytes], name: str, folder: Place) -> Iterator[Row]:
        for number, line in enumerate(_lines(stream, _LINE_FACTOR * self.max_bytes), start=1):
            place = f"line {number} of {name}"
            if isinstance(line, InputTooLarge):
                yield _faulty(place, place, line)
                continue
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                yield _faulty(line, place, UnreadableInput(f"{place} is not JSON"))
                continue
            if not isinstance(record, dict):
                yield _faulty(line, place, UnreadableInput(f"{place} is JSON, but no object"))
                continue
            yield self._record(record, place, folder)

    def _table(self, stream: IO[bytes], delimiter: str, file: Place) -> Iterator[Row]:
        csv.field_size_limit(_LINE_FACTOR * self.max_bytes)
        with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as text:
            table = csv.DictReader(text, delimiter=delimiter)
            self._check_columns(table.fieldnames or [], file)
            try:
                for record in table:
                    yield self._record(record, f"line {table.line_num} of {file}", file.parent)
            except csv.Error as error:
                raise InputError(f"{file} cannot be read from line {table.line_num} on: {error}") from None

    def _parquet(self, file: Place) -> Iterator[Row]:
        parquet = load_parquet()
        with _bytes_of(file) as stream, parquet.ParquetFile(stream) as table:
            self._check_columns(table.schema_arrow.names, file)
            wanted = [name for name in map(self._column, COLUMNS) if name in table.schema_arrow.names]
            number = 0
            for batch in table.iter_batches(_PARQUET_ROWS, columns=wanted):
                for record in batch.to_pylist():
                    number += 1
                    yield self._record(record, f"row {number} of {file}", file.parent)

    def _column(self, name: str) -> str:
        return self.columns.get(name, name)

    def _check_columns(self, names: Iterable[str], file: Place) -> None:
        wanted = [self._column(name) for name in COLUMNS[1:]]
        if not set(wanted) & set(names):
            known = ", ".join(names)
            raise SettingsError(
                f"{file} has none of the columns {', '.join(wanted)}, but {known}: name yours by --column"
            )

    def _record(self, record: Mapping[str, Any], place: str, folder: Place) -> Row:
        """The row of one record: the first of text, html and path that says something."""
        given = record.get(self._column("id"))
        for name in COLUMNS[1:]:
            said = record.get(self._column(name))
            if isinstance(said, str | bytes) and said.strip():
                return self._said(name, said, given, folder)
        cells = {str(name): value for name, value in record.items()}  # cells beyond the header have no name
        raw = json.dumps(cells, default=str, sort_keys=True)
        names = ", ".join(self._column(name) for name in COLUMNS[1:])
        return _faulty(raw, place, UnreadableInput(f"{place} has none of {names}"), given)

    def _said(self, name: str, said: str | bytes, given: object, folder: Place) -> Row:
        if name == "path":
            path = said.decode() if isinstance(said, bytes) else said
            return self._posting(_to_id(given) or Path(path).stem, _resolve(folder, path))
        kind: Kind = "html" if name == "html" and self.kind == "auto" else self.kind
        return Row(_to_id(given) or digest_of(said), said, kind)


def _faulty(raw: str | bytes, place: str, fault: InputError, given: object = None) -> Row:
    return Row(_to_id(given) or digest_of(raw), raw, "auto", fault)


def _to_id(given: object) -> str:
    """An id as text that JSON can hold; "" where none is given."""
    if given is None:
        return ""
    return str(given).encode("utf-8", "replace").decode()


def _stem(root: Place, file: Place) -> str:
    """A file's id: its path under the folder given, without the suffix."""
    if isinstance(file, Remote):
        assert isinstance(root, Remote)
        return _to_id(file.under(root).with_suffix("").as_posix())
    assert isinstance(root, Path)
    return _to_id(file.relative_to(root).with_suffix("").as_posix())


def _resolve(folder: Place, path: str) -> Place:
    """The file that a row names: at an address of its own, or below the input's folder."""
    if is_address(path):
        return next((file for _, file in find_remote(path)), Path(redact(path)))
    return folder / path


def _found(given: str) -> Iterator[tuple[Place, Place]]:
    try:
        yield from _find_files(given)
    except OSError as error:
        raise InputError(f"{redact(given)} cannot be read: {error}") from error


def _find_files(given: str) -> Iterator[tuple[Place, Place]]:
    """Files of a folder, of a pattern, or the file itself, each with the folder that its id is under."""
    if is_address(given):
        yield from find_remote(given)
        return
    path = Path(given)
    if path.is_dir():
        for file in _walk(path):
            yield path, file
    elif path.exists():
        yield path.parent, path
    elif glob.has_magic(given):
        for found in glob.iglob(given, recursive=True):  # noqa: PTH207 - a pattern may be absolute
            if Path(found).is_file():
                yield Path(found).parent, Path(found)


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder in the order of their names, one folder's names in memory; hidden ones not."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry


@contextmanager
def _bytes_of(file: Place) -> Iterator[IO[bytes]]:
    with file.open() if isinstance(file, Remote) else file.open("rb") as stream:
        yield stream


@contextmanager
def _opened(file: Place) -> Iterator[IO[bytes]]:
    """A file's bytes, unpacked where it is compressed."""
    with _bytes_of(file) as stream:
        if file.suffixes[-1:] and file.suffixes[-1].lower() == ".gz":
            with gzip.open(stream, "rb") as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield stream


def _lines(stream: IO[bytes], limit: int) -> Iterator[bytes | InputTooLarge]:
    """Lines of at most `limit` bytes; of a longer one only that it was too long."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit)
        yield InputTooLarge(f"a line is longer than {limit:,} bytes")


def _count_rows(file: Place) -> int | None:
    if isinstance(file, Remote):
        return None
    try:
        match file.suffix.lower():
            case ".jsonl" | ".ndjson":
                with file.open("rb") as stream:
                    return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
            case ".parquet":
                with load_parquet().ParquetFile(file) as table:
                    return int(table.metadata.num_rows)
            case ".csv" | ".tsv" | ".gz":
                return None
    except (OSError, ValueError):
        return None
    return 1


def load_parquet() -> Any:
    """pyarrow's Parquet module; raises SettingsError where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError:
        message = "Parquet needs pyarrow: install the extra, `pip install 'extractor[batch]'`"
        raise SettingsError(message) from None
    return pyarrow.parquet
