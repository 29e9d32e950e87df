"""One `extractor extract`: each input read, asked about, printed, and the worst exit status remembered."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from pydantic import BaseModel

from extractor.document import Kind, read_document
from extractor.errors import TABLE, InputError
from extractor.jsonld import to_jsonld
from extractor.output import Output, StandardOutput
from extractor.pipeline import Extractor
from extractor.progress import Display, summarise
from extractor.schema import Extraction, Failure
from extractor.settings import Settings
from extractor.show import explain, to_table


@dataclass(frozen=True)
class Run:
    """What the flags say of one `extract`; `form` is `json`, `table` or `jsonld`."""

    settings: Settings
    display: Display
    output: Output
    form: str
    kind: Kind
    schema: type[BaseModel] | None
    today: date | None
    is_pretty: bool
    explains: bool

    async def extract_all(self, files: Sequence[Path]) -> int:
        """Extract in order; a posting that fails costs only itself. Returns the exit status."""
        self._announce(files)
        status = 0
        async with Extractor(self.settings, schema=self.schema, today=self.today) as extractor:
            for file in files:
                data, extraction = await self._extract_one(extractor, file)
                self.output.write(self._format(extraction))
                self._tell(extraction, data)
                if extraction.error:
                    status = max(status, TABLE[extraction.error.code].exit_status)
        self.output.finish()
        return status

    def _announce(self, files: Sequence[Path]) -> None:
        if len({file.stem for file in files}) < len(files):
            self.display.note(
                "Some files share a stem, and so their records an id: tell them apart by order."
            )
        if self.settings.is_embedded and not (self.settings.model or self.settings.model_path):
            self.display.note(
                "No provider is set: the embedded model answers on this machine's CPU. "
                "For a provider set EXTRACTOR_BASE_URL, EXTRACTOR_API_KEY and EXTRACTOR_MODEL."
            )

    async def _extract_one(self, extractor: Extractor, file: Path) -> tuple[bytes, Extraction]:
        posting_id = None if str(file) == "-" else _stem(file)
        try:
            data = read_input(file, self.settings.max_input_bytes)
        except InputError as error:
            return b"", _unread(posting_id or "-", error)
        with self.display.working(posting_id or "standard input") as on_progress:
            extraction = await extractor.extract_async(
                data, id=posting_id, kind=self.kind, on_progress=on_progress
            )
        return data, extraction

    def _format(self, extraction: Extraction) -> str:
        if self.form == "table":
            is_seen = isinstance(self.output, StandardOutput) and sys.stdout.isatty()
            return to_table(extraction, colour=is_seen)
        if self.form == "jsonld":
            return _to_jsonld_text(extraction, self.is_pretty)
        return extraction.model_dump_json(indent=2 if self.is_pretty else None) + "\n"

    def _tell(self, extraction: Extraction, data: bytes) -> None:
        if extraction.error:
            self.display.complain(f"{extraction.id}: {extraction.error.message} ({extraction.error.code})")
        elif self.explains:
            self._explain(extraction, data)
        if extraction.meta.calls or extraction.meta.cached:
            self.display.note(summarise(extraction))

    def _explain(self, extraction: Extraction, data: bytes) -> None:
        document = read_document(
            data, id=extraction.id, kind=self.kind, max_bytes=self.settings.max_input_bytes
        )
        click.echo(explain(extraction, document, colour=sys.stderr.isatty()), err=True)


def _stem(file: Path) -> str:
    """A file's stem as text that JSON can hold, whatever bytes its name has."""
    return file.stem.encode("utf-8", "replace").decode()


def read_input(file: Path, limit: int) -> bytes:
    """The file's bytes, at most one more than allowed; raises InputError."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(limit + 1)
        with file.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


def _unread(posting_id: str, error: InputError) -> Extraction:
    failure = Failure.of(error)
    return Extraction(id=posting_id, posting=None, error=failure)


def _to_jsonld_text(extraction: Extraction, is_pretty: bool) -> str:
    """JSON-LD, or `null` for a posting that failed, so that lines and inputs still match."""
    node = to_jsonld(extraction) if extraction.posting else None
    return json.dumps(node, ensure_ascii=False, indent=2 if is_pretty else None) + "\n"
