"""JSON Lines, CSV and Parquet: how an answer looks in each."""

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
    "warnings": list[Warning],
    "meta": Meta,
}
_PARQUET_ROWS = 1000


class Writer(Protocol):
    """A form of output; `can_append`: its file may grow answer by answer."""

    can_append: bool

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers (JSON) to a file opened at its end; `is_new`: nothing is in it yet."""
        ...


def choose_writer(out: Path) -> Writer:
    """The writer for an output's name; raises SettingsError for one that is not known."""
    match out.suffix.lower():
        case ".jsonl" | ".ndjson":
            return JsonLines()
        case ".csv" | ".tsv":
            return Csv("\t" if out.suffix.lower() == ".tsv" else ",")
        case ".parquet":
            load_parquet()
            return Parquet()
        case _:
            raise SettingsError(f"{out}: the output's name ends in .jsonl, .csv, .tsv or .parquet")


class JsonLines:
    """An Extraction a line."""

    can_append = True

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers."""
        file.writelines(payload + b"\n" for payload in payloads)


class Csv:
    """A posting a line, flattened: a column a value, named by its path; lists and maps as JSON."""

    can_append = True

    def __init__(self, delimiter: str = ",") -> None:
        self._delimiter = delimiter
        self._columns = ["id", *(column for name, part in PARTS.items() for column in _columns(part, name))]

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers, the names of the columns first where the file is new."""
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")  # type: ignore[type-var]
        table = csv.writer(text, delimiter=self._delimiter, lineterminator="\n")
        if is_new:
            table.writerow(self._columns)
        for payload in payloads:
            record = json.loads(payload)
            table.writerow([_cell(record, column) for column in self._columns])
        text.flush()
        text.detach()


class Parquet:
    """A posting a row, nested as the Extraction is; made whole, since a Parquet file cannot grow."""

    can_append = False

    def write(self, file: io.BufferedIOBase, payloads: Iterable[bytes], *, is_new: bool) -> None:
        """Write answers."""
        import pyarrow

        fields = [("id", pyarrow.string()), *((name, _arrow_type(part)) for name, part in PARTS.items())]
        schema = pyarrow.schema(fields)
        with load_parquet().ParquetWriter(file, schema, compression="zstd") as table:
            rows = iter(payloads)
            while some := list(itertools.islice(rows, _PARQUET_ROWS)):
                records = [json.loads(payload) for payload in some]
                columns = [
                    pyarrow.array(
                        [_to_arrow(record.get(field.name), field.type) for record in records], field.type
                    )
                    for field in schema
                ]
                table.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


def _columns(annotation: Any, path: str) -> Iterator[str]:
    part = _bare(annotation)
    if isinstance(part, type) and issubclass(part, BaseModel):
        for name, field in part.model_fields.items():
            yield from _columns(field.annotation, f"{path}.{name}")
    else:
        yield path


def _cell(record: Any, column: str) -> str:
    for name in column.split("."):
        record = None if record is None else record.get(name)
    if record is None or record == [] or record == {}:
        return ""
    if isinstance(record, str):
        return record
    return json.dumps(record, ensure_ascii=False)


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
