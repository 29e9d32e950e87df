"""Things for people to read: an Extraction as a table, its text with the evidence marked, the settings."""

from __future__ import annotations

import io
import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractor.records import Document, Span
from extractor.schema import Extraction
from extractor.settings import Settings

# Told apart on dark and light grounds alike; fields beyond the last colour begin again.
COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")
LABEL = "dim italic"
QUOTE_WIDTH = 60  # characters of evidence shown in a table
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def to_table(extraction: Extraction, *, width: int | None = None, colour: bool = False) -> str:
    """The record as a table: field, value, and the words that the value was read from."""
    if extraction.posting is None:
        return _render([_cell(extraction.id), *_notes(extraction)], width, colour)
    table = Table(title=_cell(extraction.id), title_justify="left", show_lines=False, expand=False)
    table.add_column("field", style="bold", no_wrap=True)
    table.add_column("value", overflow="fold", ratio=3)
    table.add_column("read from", style="dim", overflow="fold", ratio=2)
    posting = extraction.posting.model_dump(mode="json")
    for label, value, pointers in _rows(posting):
        table.add_row(*map(_cell, (label, value, _quotes(extraction, pointers, value))))
    return _render([table, *_notes(extraction)], width, colour)


def explain(
    extraction: Extraction, document: Document, *, width: int | None = None, colour: bool = False
) -> str:
    """The posting's text, each value's evidence marked and followed by the field that it supports.

    Without colour the words stand in ⟦ ⟧. What is shown is the readable text; offsets into the
    source are mapped to it.
    """
    marks = _marks(extraction, document)
    colours = _colours(marks)
    text = Text()
    edges = {edge for span in marks for edge in (span.start, span.end)}
    for start, end in pairwise(sorted({0, len(document.text)} | edges)):
        if not colour:
            text.append("⟦" * sum(span.start == start for span in marks))
        around = [span for span in marks if span.start <= start and end <= span.end]
        style = f"bold {colours[_top(marks[max(around)][0])]}" if around else ""
        text.append(_printable(document.text[start:end]), style)
        for span in sorted((span for span in marks if span.end == end), reverse=True):
            label = ", ".join(marks[span])
            text.append(f" {label} " if colour else f"⟧({label})", LABEL)
    return _render([text, *_notes(extraction)], width, colour)


def _rows(value: Any, label: str = "", pointer: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """Label, text and evidence pointers of each filled field; a list of texts is one row."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _rows(inner, f"{label}.{name}".lstrip("."), f"{pointer}/{name}")
    elif isinstance(value, list) and all(not isinstance(item, dict) for item in value):
        if value:
            yield label, "\n".join(f"• {item}" for item in value), _items(pointer, value)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield _object_row(f"{label}[{i}]", f"{pointer}/{i}", item)
    elif value is not None:
        yield label, str(value), [pointer]


def _object_row(label: str, pointer: str, item: dict[str, Any]) -> tuple[str, str, list[str]]:
    filled = {name: value for name, value in item.items() if value not in (None, [], {})}
    text = " · ".join(f"{name}: {_plain(value)}" for name, value in filled.items())
    return label, text, [pointer, *(f"{pointer}/{name}" for name in filled)]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _items(pointer: str, values: list[Any]) -> list[str]:
    return [pointer, *(f"{pointer}/{i}" for i in range(len(values)))]


def _quotes(extraction: Extraction, pointers: list[str], value: str) -> str:
    """The quotes that say more than the value itself does, each once, shortened."""
    found = [place for pointer in pointers for place in extraction.evidence.get(pointer, [])]
    quotes = dict.fromkeys(" ".join(place.quote.split()) for place in found)
    return "\n".join(_shorten(quote) for quote in quotes if quote not in value)


def _shorten(quote: str) -> str:
    return quote if len(quote) <= QUOTE_WIDTH else quote[: QUOTE_WIDTH - 1] + "…"


def _notes(extraction: Extraction) -> list[Text]:
    warnings = [
        Text(_printable(f"warning: {warning.pointer or '/'}: {warning.message}"), style="yellow")
        for warning in extraction.warnings
    ]
    if extraction.error:
        error = _printable(f"{extraction.error.code}: {extraction.error.message}")
        return [Text(error, style="red"), *warnings]
    return warnings


def _marks(extraction: Extraction, document: Document) -> dict[Span, list[str]]:
    """The readable text's marked ranges, each with the fields that were read from it."""
    marks: dict[Span, list[str]] = {}
    for pointer, places in extraction.evidence.items():
        for place in places:
            start = bisect_left(document.starts, place.start)
            end = bisect_left(document.starts, place.end)
            if start < end:  # words that only the markup holds are not shown
                marks.setdefault(Span(start, end), []).append(pointer.lstrip("/"))
    return marks


def _cell(text: str) -> Text:
    return Text(_printable(text))


def _top(field: str) -> str:
    return field.split("/", 1)[0]


def _colours(marks: dict[Span, list[str]]) -> dict[str, str]:
    tops = dict.fromkeys(_top(field) for span in sorted(marks) for field in marks[span])
    return {top: COLOURS[i % len(COLOURS)] for i, top in enumerate(tops)}


def _printable(text: str) -> str:
    """Without control characters: a posting must not steer the reader's terminal."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _render(parts: list[Any], width: int | None, colour: bool) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, legacy_windows=False, highlight=False
    )
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, Text))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def settings_table(settings: type[BaseSettings] = Settings) -> str:
    """Every setting of a class as a Markdown table: variables, default, meaning."""
    prefix = settings.model_config.get("env_prefix", "")
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        variables = alias.choices if isinstance(alias, AliasChoices) else [prefix + name.upper()]
        cells = (
            ", ".join(f"`{variable}`" for variable in variables),
            _default(field),
            field.description or "",
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "by machine"
    return "" if field.default is None else f"`{json.dumps(field.default)}`".replace('"', "")
