"""JSON Lines, CSV and Parquet: how an answer looks in each, nested or flat.

Nested is the Extraction as it is. Flat has a column a value, named by its path (`posting.company.name`);
what repeats (places, pay, skills, evidence, warnings) stays whole in a column of its own.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin

from pydantic import BaseModel

from extractor.batch.readers import load_parquet
from extractor.errors import SettingsError
from extractor.schema import Evidence, Failure, JobPosting, Meta, Warning

PARTS: dict[str, Any] = {
    "error": Failure,
    "posting": JobPosting,
    "evidence": dict[str, list[Evidence]],
    "confidence": dict[str, float],
    "warnings": list[Warning],
    "meta": Meta,
}
_PARQUET_ROWS = 1000


class Writer(Protocol):
    """A form of output; `can_append`: its file may grow answer by answer."""

    can_append: bool

    def fits(self, path: Path) -> bool:
        """Whether a file that is not empty was begun in this form."""
        ...

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers (JSON) to a file opened at its end; `is_new`: nothing is in it yet."""
        ...


def choose_writer(out: Path, is_flat: bool | None = None) -> Writer:
    """The writer for an output's name; raises SettingsError for one that is not known.

    `is_flat`: None for what is usual, flat for CSV, nested for the others.
    """
    match out.suffix.lower():
        case ".jsonl" | ".ndjson":
            return JsonLines(is_flat=bool(is_flat))
        case ".csv" | ".tsv":
            return Csv("\t" if out.suffix.lower() == ".tsv" else ",", is_flat=is_flat is not False)
        case ".parquet":
            load_parquet()
            return Parquet(is_flat=bool(is_flat))
        case _:
            raise SettingsError(f"{out}: the output's name ends in .jsonl, .csv, .tsv or .parquet")


class JsonLines:
    """An Extraction a line."""

    can_append = True

    def __init__(self, *, is_flat: bool = False) -> None:
        self._is_flat = is_flat

    def fits(self, path: Path) -> bool:
        """Whether the first line is of this form."""
        with path.open("rb") as file:
            try:
                return self._is_flat != ("posting" in json.loads(file.readline()))
            except ValueError:
                return False

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers."""
        lines = map(_flatten_line, payloads) if self._is_flat else payloads
        file.writelines(line + b"\n" for line in lines)


class Csv:
    """A posting a line; lists, maps and what is nested as JSON."""

    can_append = True

    def __init__(self, delimiter: str = ",", *, is_flat: bool = True) -> None:
        self._delimiter = delimiter
        self._columns = FLAT_COLUMNS if is_flat else ["id", *PARTS]

    def fits(self, path: Path) -> bool:
        """Whether the first line names these columns."""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.readline().rstrip("\n") == self._delimiter.join(self._columns)

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers, the names of the columns first where the file is new."""
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")  # type: ignore[type-var]
        table = csv.writer(text, delimiter=self._delimiter, lineterminator="\n")
        if is_new:
            table.writerow(self._columns)
        for payload in payloads:
            record = json.loads(payload)
            table.writerow([_to_cell(_value_at(record, column)) for column in self._columns])
        text.flush()
        text.detach()


class Parquet:
    """A posting a row, in typed columns; made whole, since a Parquet file cannot grow."""

    can_append = False

    def __init__(self, *, is_flat: bool = False) -> None:
        self._columns = _leaves() if is_flat else PARTS

    def fits(self, path: Path) -> bool:
        """Always: it is made anew at each run's end."""
        return True

    @property
    def schema(self) -> Any:
        """Its pyarrow schema."""
        import pyarrow

        columns = [(name, _arrow_type(part)) for name, part in self._columns.items()]
        return pyarrow.schema([("id", pyarrow.string()), *columns])

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers."""
        schema = self.schema
        with load_parquet().ParquetWriter(file, schema, compression="zstd") as table:
            rows = iter(payloads)
            while some := list(itertools.islice(rows, _PARQUET_ROWS)):
                table.write_table(self.to_table(some, schema))

    def to_table(self, payloads: Iterable[bytes], schema: Any) -> Any:
        """Answers as a pyarrow table of this schema."""
        import pyarrow

        records = [json.loads(payload) for payload in payloads]
        columns = [
            pyarrow.array(
                [_to_arrow(_value_at(record, column.name), column.type) for record in records], column.type
            )
            for column in schema
        ]
        return pyarrow.Table.from_arrays(columns, schema=schema)


def _flatten_line(payload: bytes) -> bytes:
    record = json.loads(payload)
    flat = {column: _value_at(record, column) for column in FLAT_COLUMNS}
    return json.dumps(flat, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _leaves() -> dict[str, Any]:
    """Type of each flat column but the id."""
    return {column: kind for name, part in PARTS.items() for column, kind in _columns(part, name)}


def _columns(annotation: Any, path: str) -> Iterator[tuple[str, Any]]:
    part = _bare(annotation)
    if isinstance(part, type) and issubclass(part, BaseModel):
        for name, field in part.model_fields.items():
            yield from _columns(field.annotation, f"{path}.{name}")
    else:
        yield path, annotation


def _value_at(record: Any, column: str) -> Any:
    for name in column.split("."):
        record = None if record is None else record.get(name)
    return record


def _to_cell(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bare(annotation: Any) -> Any:
    """The type without `Annotated` and `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        [kind] = [kind for kind in get_args(annotation) if kind is not type(None)]
        return _bare(kind)
    return annotation


def _arrow_type(annotation: Any) -> Any:
    import pyarrow

    kind = _bare(annotation)
    if get_origin(kind) is list:
        return pyarrow.list_(_arrow_type(get_args(kind)[0]))
    if get_origin(kind) is dict:
        return pyarrow.map_(*map(_arrow_type, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        parts = kind.model_fields.items()
        return pyarrow.struct([(name, _arrow_type(field.annotation)) for name, field in parts])
    plain = {
        int: pyarrow.int64(),
        bool: pyarrow.bool_(),
        float: pyarrow.float64(),
        Decimal: pyarrow.float64(),
        date: pyarrow.date32(),
    }
    return plain.get(kind, pyarrow.string())  # text, and closed sets of it


def _to_arrow(value: Any, kind: Any) -> Any:
    """A value as JSON has it, as pyarrow takes it."""
    import pyarrow

    if value is None:
        return None
    if pyarrow.types.is_struct(kind):
        return {field.name: _to_arrow(value.get(field.name), field.type) for field in kind}
    if pyarrow.types.is_map(kind):
        return [(key, _to_arrow(item, kind.item_type)) for key, item in value.items()]
    if pyarrow.types.is_list(kind):
        return [_to_arrow(item, kind.value_type) for item in value]
    if pyarrow.types.is_date(kind):
        return date.fromisoformat(value)
    return value


FLAT_COLUMNS = ["id", *_leaves()]
