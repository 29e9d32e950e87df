"""The command line: results on standard output, everything else on standard error.

Only click is imported at start-up; what a command needs, it imports when it runs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor import __version__
from extractor.errors import TABLE, ExtractorError, InputError

if TYPE_CHECKING:
    from extractor.output import Output
    from extractor.progress import Display
    from extractor.schema import Extraction
    from extractor.settings import Settings

INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports SIGINT and SIGPIPE

EXIT_STATUS = {
    0: "success",
    1: "an error in this program",
    2: "wrong usage",
    3: "a setting or a prompt is wrong",
    4: "the input cannot be read, or is too large",
    5: "the input is no job posting",
    6: "the model gave no usable reply",
    7: "the provider cannot be reached or is busy: try later",
    8: "the provider refuses: key, model name or balance",
    9: "the embedded model's weights are missing, damaged or cannot be had",
    10: "a cache or an output cannot be written",
    INTERRUPTED: "interrupted (Ctrl-C)",
    PIPE_CLOSED: "whoever read the output has gone",
}


class Doors(click.Group):
    """Turns what can go wrong into one sentence and its exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ExtractorError as error:
            click.echo(f"Error: {error.message} ({error.code})", err=True)
            ctx.exit(TABLE[error.code].exit_status)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            from extractor.output import silence_stdout

            silence_stdout()
            ctx.exit(PIPE_CLOSED)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the exit statuses."""
        with formatter.section("Exit status (of several postings: the highest)"):
            formatter.write_dl([(str(status), meaning) for status, meaning in EXIT_STATUS.items()])


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="extractor %(version)s")
def main() -> None:
    """Read job postings, however messy, into typed records whose every value has its place in the text.

    Settings come from flags, EXTRACTOR_* variables and a .env file (`extractor settings` lists them).
    With neither a key nor a base URL, an embedded model answers.
    """


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Only errors on standard error.")
input_argument = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
kind_option = click.option(
    "--kind",
    type=click.Choice(["auto", "text", "html", "pdf"]),
    default="auto",
    show_default=True,
    help="What the input is.",
)


def _load_schema(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """The pydantic class that MODULE:CLASS names, looked for in the current folder too."""
    if value is None:
        return None
    from importlib import import_module

    from pydantic import BaseModel

    module_name, _, class_name = value.partition(":")
    sys.path.insert(0, "")
    try:
        found = getattr(import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise click.BadParameter(f"{value!r} cannot be loaded: {error}. Give module:Class.") from error
    finally:
        sys.path.remove("")
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        raise click.BadParameter(f"{value!r} is no pydantic model class")
    return found


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE|-]...", type=input_argument)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["json", "table", "jsonld"]),
    default="json",
    show_default=True,
    help="json: the Extraction; jsonld: schema.org JobPosting.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write here, whole or not at all.")
@click.option("--model", help="Model name at the provider; `embedded`: the embedded one.")
@click.option("--base-url", help="An OpenAI-compatible API, /v1 included. The key: EXTRACTOR_API_KEY.")
@click.option("--prompt", help="Name or path of the prompt.")
@click.option("--schema", metavar="MODULE:CLASS", callback=_load_schema, help="Your own pydantic class.")
@click.option("--strategy", help="Name of the strategy; unset: by model.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep replies.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that relative dates count from; unset: today.",
)
@kind_option
@click.option("--explain", is_flag=True, help="Show the text with each value's evidence, on standard error.")
@click.option("--pretty/--compact", default=None, help="Indent JSON; unset: one record on a terminal.")
@quiet_option
def extract(
    files: tuple[Path, ...],
    form: str,
    out: Path | None,
    model: str | None,
    base_url: str | None,
    prompt: str | None,
    schema: Any,
    strategy: str | None,
    no_cache: bool,
    today: datetime | None,
    kind: str,
    explain: bool,
    pretty: bool | None,
    quiet: bool,
) -> None:
    """Extract one record a posting from FILEs, or from standard input.

    One input gives one Extraction as JSON; several give JSON Lines in their order. A record's id is
    its file's stem.
    """
    from extractor.output import open_output
    from extractor.progress import Display
    from extractor.settings import load_settings

    files = files or _standard_input()
    settings = load_settings(
        model=model, base_url=base_url, prompt=prompt, strategy=strategy, cache=False if no_cache else None
    )
    if schema is not None and form == "jsonld":
        raise click.UsageError("--format jsonld needs the built-in schema, not --schema.")
    run = _Run(
        settings,
        Display(quiet=quiet),
        open_output(out),
        form=form,
        is_pretty=pretty if pretty is not None else len(files) == 1 and out is None and sys.stdout.isatty(),
        explains=explain,
    )
    status = asyncio.run(run.extract_all(files, kind, schema, today.date() if today else None))
    click.get_current_context().exit(status)


def _standard_input() -> tuple[Path, ...]:
    if sys.stdin.isatty():
        raise click.UsageError("Give a FILE, or a posting on standard input.")
    return (Path("-"),)


class _Run:
    """One `extract`: reads each input, asks, prints, and remembers the worst exit status."""

    def __init__(
        self,
        settings: Settings,
        display: Display,
        output: Output,
        *,
        form: str,
        is_pretty: bool,
        explains: bool,
    ) -> None:
        self._settings, self._display, self._output = settings, display, output
        self._form, self._is_pretty, self._explains = form, is_pretty, explains

    async def extract_all(self, files: Iterable[Path], kind: str, schema: Any, today: date | None) -> int:
        """Extract in order; a posting that fails costs only itself. Returns the exit status."""
        from extractor.pipeline import Extractor

        if self._settings.is_embedded and not (self._settings.model or self._settings.model_path):
            self._display.note(
                "No provider is set: the embedded model answers on this machine's CPU. "
                "For a provider set EXTRACTOR_BASE_URL, EXTRACTOR_API_KEY and EXTRACTOR_MODEL."
            )
        status = 0
        async with Extractor(self._settings, schema=schema, today=today) as extractor:
            for file in files:
                data, extraction = await self._extract_one(extractor, file, kind)
                self._output.write(self._format(extraction))
                self._tell(extraction, data, kind)
                if extraction.error:
                    status = max(status, TABLE[extraction.error.code].exit_status)
        self._output.finish()
        return status

    async def _extract_one(self, extractor: Any, file: Path, kind: str) -> tuple[bytes, Extraction]:
        posting_id = None if str(file) == "-" else _stem(file)
        try:
            data = _read(file, self._settings.max_input_bytes)
        except InputError as error:
            return b"", _unread(posting_id or "-", error)
        with self._display.working(posting_id or "standard input") as on_progress:
            extraction: Extraction = await extractor.extract_async(
                data, id=posting_id, kind=kind, on_progress=on_progress
            )
        return data, extraction

    def _format(self, extraction: Extraction) -> str:
        if self._form == "table":
            from extractor.show import to_table

            return to_table(extraction, colour=sys.stdout.isatty())
        if self._form == "jsonld":
            return _to_jsonld_text(extraction, self._is_pretty)
        return extraction.model_dump_json(indent=2 if self._is_pretty else None) + "\n"

    def _tell(self, extraction: Extraction, data: bytes, kind: str) -> None:
        from extractor.progress import summarise

        if extraction.error:
            self._display.complain(f"{extraction.id}: {extraction.error.message} ({extraction.error.code})")
        elif self._explains:
            self._explain(extraction, data, kind)
        if extraction.meta.calls or extraction.meta.cached:
            self._display.note(summarise(extraction))

    def _explain(self, extraction: Extraction, data: bytes, kind: str) -> None:
        from extractor.document import read_document
        from extractor.show import explain

        document = read_document(data, id=extraction.id, kind=kind, max_bytes=self._settings.max_input_bytes)
        click.echo(explain(extraction, document, colour=sys.stderr.isatty()), err=True)


def _stem(file: Path) -> str:
    """A file's stem as text that JSON can hold, whatever bytes its name has."""
    return file.stem.encode("utf-8", "replace").decode()


def _read(file: Path, limit: int) -> bytes:
    """The file's bytes, at most one more than allowed; raises InputError."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(limit + 1)
        with file.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


def _unread(posting_id: str, error: InputError) -> Extraction:
    from extractor.schema import Extraction, Failure

    failure = Failure(code=error.code, message=error.message, retryable=error.retryable)
    return Extraction(id=posting_id, posting=None, error=failure)


def _to_jsonld_text(extraction: Extraction, is_pretty: bool) -> str:
    """JSON-LD, or `null` for a posting that failed, so that lines and inputs still match."""
    import json

    from extractor.jsonld import to_jsonld

    node = to_jsonld(extraction) if extraction.posting else None
    return json.dumps(node, ensure_ascii=False, indent=2 if is_pretty else None) + "\n"


@main.command()
@click.argument("record", type=click.Choice(["posting", "extraction"]), default="posting")
def schema(record: str) -> None:
    """Print the JSON Schema of a posting, or of the whole extraction."""
    import json

    from extractor.schema import Extraction, JobPosting

    model = JobPosting if record == "posting" else Extraction
    click.echo(json.dumps(model.model_json_schema(mode="serialization"), indent=2))


@main.command()
@click.argument("file", type=input_argument, default="-")
@click.option("--readable", is_flag=True, help="What the model reads, in place of the text as given.")
@kind_option
def text(file: Path, readable: bool, kind: str) -> None:
    """Print the text that evidence offsets refer to."""
    from extractor.document import read_document
    from extractor.output import open_output
    from extractor.settings import load_settings

    limit = load_settings().max_input_bytes
    document = read_document(_read(file, limit), kind=kind, max_bytes=limit)
    open_output(None).write(document.text if readable else document.source)


@main.command()
def settings() -> None:
    """Print every setting as a Markdown table: variable, default, meaning."""
    from extractor.show import settings_table

    click.echo(settings_table(), nl=False)


@main.command()
def doctor() -> None:
    """Say what is configured, what answers, and what is missing and how to mend it."""
    from extractor.doctor import examine
    from extractor.settings import load_settings

    marks = {"ok": ("✓", "green"), "note": ("!", "yellow"), "wrong": ("✗", "red")}
    status = 0
    for finding in examine(load_settings()):
        mark, colour = marks[finding.state]
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        click.echo(f"{click.style(mark, fg=colour)} {finding.subject}: {finding.detail}{remedy}")
        if finding.code:
            status = max(status, TABLE[finding.code].exit_status)
    click.get_current_context().exit(status)


@main.group()
def cache() -> None:
    """Look at the reply cache, or empty it."""


@cache.command()
def stats() -> None:
    """Print what the reply cache holds."""
    from extractor.model.cache import read_stats
    from extractor.settings import load_settings

    settings = load_settings()
    held = read_stats(settings.replies_dir, settings.cache_size_mb * 10**6)
    click.echo(
        f"{held.folder}: {held.entries:,} replies, {held.bytes / 1e6:,.1f} of {held.limit_bytes / 1e6:,.0f} MB"
    )


@cache.command()
def clear() -> None:
    """Remove every reply from the cache; the embedded model's file stays."""
    from extractor.model.cache import clear_cache
    from extractor.settings import load_settings

    click.echo(f"{clear_cache(load_settings().replies_dir):,} replies removed.")
