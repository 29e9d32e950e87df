"""The command line: results on standard output, everything else on standard error.

Only click is imported at start-up; what a command needs, it imports when it runs.
"""

from __future__ import annotations

import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor import __version__
from extractor.batch.command import batch
from extractor.errors import TABLE, ExtractorError, WeightsError
from extractor.serve.command import keys
from extractor.serve.command import serve as serve_http
from extractor.telemetry.exporting import exporting_spans

if TYPE_CHECKING:
    from extractor.document import Kind

INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports SIGINT and SIGPIPE

LOOK_S = 1.0  # how often `model serve` looks whether its server still lives

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
            with exporting_spans():
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
@click.option(
    "--abstain-below",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Leave out values whose confidence is under P, with a warning each.",
)
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
    abstain_below: float | None,
    no_cache: bool,
    today: datetime | None,
    kind: Kind,
    explain: bool,
    pretty: bool | None,
    quiet: bool,
) -> None:
    """Extract one record a posting from FILEs, or from standard input.

    One input gives one Extraction as JSON; several give JSON Lines in their order. A record's id is
    its file's stem.
    """
    import asyncio

    from extractor.output import open_output
    from extractor.progress import Display
    from extractor.run import Run
    from extractor.settings import load_settings

    files = files or _standard_input()
    settings = load_settings(
        model=model,
        base_url=base_url,
        prompt=prompt,
        strategy=strategy,
        abstain_below=abstain_below,
        cache=False if no_cache else None,
    )
    if schema is not None and form == "jsonld":
        raise click.UsageError("--format jsonld needs the built-in schema, not --schema.")
    run = Run(
        settings,
        Display(quiet=quiet),
        open_output(out),
        form,
        kind,
        schema,
        today.date() if today else date.today(),
        is_pretty=pretty if pretty is not None else len(files) == 1 and out is None and sys.stdout.isatty(),
        explains=explain,
    )
    click.get_current_context().exit(asyncio.run(run.extract_all(files)))


def _standard_input() -> tuple[Path, ...]:
    if sys.stdin.isatty():
        raise click.UsageError("Give a FILE, or a posting on standard input.")
    return (Path("-"),)


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
def text(file: Path, readable: bool, kind: Kind) -> None:
    """Print the text that evidence offsets refer to."""
    from extractor.document import load_document
    from extractor.output import open_output
    from extractor.settings import load_settings

    document = load_document(file, kind=kind, max_bytes=load_settings().max_input_bytes)
    open_output(None).write(document.text if readable else document.source)


@main.command()
@click.argument("name", required=False)
def prompts(name: str | None) -> None:
    """List the prompts that ship, or print the file of the one named, to begin your own from."""
    from extractor.prompt import list_prompts, load_prompt, prompts_dir

    if name is None:
        for prompt in list_prompts():
            click.echo(f"{prompt.label}  {prompt.description}")
        return
    load_prompt(name)
    click.echo((prompts_dir() / f"{name}.toml").read_text("utf-8"), nl=False)


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
def model() -> None:
    """Fetch, find or serve the embedded model."""


@model.command()
@quiet_option
def pull(quiet: bool) -> None:
    """Fetch the embedded model's file, or go on where that was broken off; print its path."""
    from extractor.model.weights import pull_weights
    from extractor.progress import Display
    from extractor.settings import load_settings

    with Display(quiet=quiet).working("model") as on_progress:
        file = pull_weights(load_settings(), on_progress)
    click.echo(file)


@model.command()
def path() -> None:
    """Print where the model's file lies; fails where there is none."""
    from extractor.model.weights import find_weights
    from extractor.settings import load_settings

    file = find_weights(load_settings())
    if not file.exists():
        raise WeightsError(f"there is no file {file} yet: run `extractor model pull`")
    click.echo(file)


@model.command()
@quiet_option
def serve(quiet: bool) -> None:
    """Keep the embedded model ready for every extractor process of this user, until Ctrl-C."""
    from extractor.model.landlord import Landlord
    from extractor.progress import Display
    from extractor.settings import load_settings

    display = Display(quiet=quiet)
    with display.working("model") as on_progress:
        landlord = Landlord(load_settings(), on_progress)
        connection = landlord.connect()
    display.note(
        f"The embedded model is ready at {connection.server.url}, on this machine only. Ctrl-C ends it."
    )
    try:
        while landlord.is_alive(connection.server):
            time.sleep(LOOK_S)
        raise WeightsError(f"the embedded server has ended; its last words are in {landlord.log}")
    except KeyboardInterrupt:
        display.note("Ended.")
    finally:
        connection.close()


@main.group()
def cache() -> None:
    """Look at the reply cache, or empty it."""


@cache.command()
def stats() -> None:
    """Print what the caches hold."""
    from extractor.model.cache import read_stats
    from extractor.settings import load_settings

    settings = load_settings()
    for folder, what in ((settings.replies_dir, "replies"), (settings.extractions_dir, "extractions")):
        held = read_stats(folder, settings.cache_size_mb * 10**6)
        size = f"{held.bytes / 1e6:,.1f} of {held.limit_bytes / 1e6:,.0f} MB"
        click.echo(f"{held.folder}: {held.entries:,} {what}, {size}")


@cache.command()
def clear() -> None:
    """Remove every reply and extraction kept; the embedded model's file stays."""
    from extractor.model.cache import clear_cache
    from extractor.settings import load_settings

    settings = load_settings()
    extractions = clear_cache(settings.extractions_dir)
    click.echo(f"{clear_cache(settings.replies_dir):,} replies and {extractions:,} extractions removed.")


main.add_command(batch)
main.add_command(serve_http)
main.add_command(keys)
