"""`extractor batch` and `extractor batch status`; nothing but click is imported before one of them runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from extractor.batch.display import Display
    from extractor.batch.options import Options
    from extractor.batch.readers import Reader
    from extractor.document import Kind
    from extractor.settings import Settings


class BatchGroup(click.Group):
    """A group whose unnamed command is the run itself: `batch INPUT...`, beside `batch status`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what names no command as a run's arguments."""
        if not args or args[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Of an output at an address: where its ledger lies. Unset: your state folder.",
)


@click.group(cls=BatchGroup)
def batch() -> None:
    """Extract many postings into one file: resumable, each answered once."""


@batch.command(epilog="`extractor batch status OUT` says how far a run is. An input of that name: ./status")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--out", required=True, help=".jsonl, .csv, .tsv or .parquet; a file or an address.")
@click.option("-n", "--concurrency", type=click.IntRange(1), help="Calls in flight at most; 32, embedded 1.")
@click.option("--limit", type=click.IntRange(0), help="Look at the first rows of the input only.")
@click.option(
    "--sample", type=click.IntRange(1), help="Of these, so many drawn by digest: the same each time."
)
@click.option(
    "--dry-run", is_flag=True, help="Read only: counts, tokens and dollars as JSON; nothing is asked."
)
@click.option(
    "--estimate", is_flag=True, help="Ask a sample (--sample, or 20), and say as JSON what the rest takes."
)
@click.option("--dedupe", is_flag=True, help="Write the same jobs of several sites to OUT.groups.jsonl.")
@click.option("--only-failed", is_flag=True, help="Ask again about rows that were answered by an error.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first row that is answered by an error.")
@click.option("--budget", type=click.FloatRange(0), metavar="USD", help="Most that this output may cost.")
@click.option("--rpm", type=click.FloatRange(0, min_open=True), help="Requests a minute at most.")
@click.option(
    "--tpm", type=click.FloatRange(0, min_open=True), help="Tokens a minute at most, read and written."
)
@click.option(
    "--via",
    type=click.Choice(["online", "batch-api"]),
    default="online",
    show_default=True,
    help="batch-api: by the provider's batches, at half the price, answered within a day.",
)
@click.option(
    "--batch-lines",
    type=click.IntRange(1, 50_000),
    default=5_000,
    show_default=True,
    help="Questions in one batch at most.",
)
@click.option(
    "--poll",
    type=click.FloatRange(0.01),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest wait between two looks at a batch.",
)
@click.option("--no-wait", is_flag=True, help="Leave once the provider has all questions; collect later.")
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="Outage of the provider to wait out before stopping.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=YOURS",
    help="Your name for the column id, text, html or path; may be repeated.",
)
@click.option(
    "--kind", type=click.Choice(["auto", "text", "html", "pdf"]), default="auto", help="What postings are."
)
@click.option("--model", help="Model name at the provider; `embedded`: the embedded one.")
@click.option("--base-url", help="An OpenAI-compatible API, /v1 included. The key: EXTRACTOR_API_KEY.")
@click.option("--prompt", help="Name or path of the prompt.")
@click.option("--strategy", help="Name of the strategy; unset: by model.")
@click.option(
    "--abstain-below",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Leave out values whose confidence is under P, with a warning each.",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep replies.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that relative dates count from.")
@click.option(
    "--flat/--nested",
    "is_flat",
    default=None,
    help="A column a value, or the record as it is; unset: CSV flat, the others nested.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="ray: on a Ray cluster; OUT is then a folder of Parquet files.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes that read postings; one a core, with the embedded model 1. With Ray: actors.",
)
@click.option("--ray-address", metavar="ADDRESS", help="Of the cluster; RAY_ADDRESS, or this machine's own.")
@state_option
@click.option("--log", metavar="FILE|-", help="Append a JSON line a posting: outcome and cost, no text.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors on standard error.")
def run(inputs: tuple[str, ...], out: str, quiet: bool, **flags: Any) -> None:
    """Answer every posting of INPUT... by one line of OUT: a result, or an error.

    INPUT is a posting's file, a folder, a pattern, JSON Lines, CSV or Parquet with the columns id and
    text, html or path, or - for JSON Lines on standard input; files may lie at addresses (s3://,
    gs://, https://). Run the same command again to go on after any interruption.

    \b
    See what it will take, at no cost:      batch in.jsonl -o out.jsonl --dry-run
    Ask 20 postings, reckon with the rest:  batch in.jsonl -o out.jsonl --estimate
    Run it, for at most five dollars:       batch in.jsonl -o out.jsonl --budget 5
    Run it at half the price, in a day:     batch in.jsonl -o out.jsonl --via batch-api
    Ask again about what failed:            batch in.jsonl -o out.jsonl --only-failed
    See how far it is:                      batch status out.jsonl
    """
    import asyncio

    from extractor.batch.addresses import local_path, staged
    from extractor.batch.display import Display
    from extractor.batch.options import Options, Rhythm
    from extractor.batch.quota import Limits
    from extractor.batch.readers import Reader
    from extractor.batch.run import run_batch
    from extractor.batch.workers import usual_count
    from extractor.settings import load_settings
    from extractor.telemetry.logs import log_to

    settings = load_settings(
        model=flags["model"],
        base_url=flags["base_url"],
        prompt=flags["prompt"],
        strategy=flags["strategy"],
        abstain_below=flags["abstain_below"],
        cache=False if flags["no_cache"] else None,
    )
    today: datetime | None = flags["today"]
    options = Options(
        concurrency=flags["concurrency"] or (1 if settings.is_embedded else 32),
        limit=flags["limit"],
        sample=flags["sample"],
        only_failed=flags["only_failed"],
        fail_fast=flags["fail_fast"],
        budget_usd=flags["budget"],
        patience_s=flags["patience"],
        limits=Limits(flags["rpm"], flags["tpm"]),
        today=today.date() if today else None,
        is_flat=flags["is_flat"],
        via=flags["via"],
        rhythm=Rhythm(flags["batch_lines"], flags["poll"]),
        no_wait=flags["no_wait"],
        workers=flags["workers"] or usual_count(settings),
    )
    kind: Kind = flags["kind"]
    reader = Reader(inputs, _read_columns(flags["columns"]), kind, settings.max_input_bytes)
    if flags["dry_run"]:
        status = _reckon(settings, reader, local_path(out, flags["state"]), options, None)
    elif flags["engine"] == "ray":
        status = _run_on_ray(settings, reader, out, options, Display(quiet=quiet), flags)
    else:
        with log_to(flags["log"]), staged(out, flags["state"]) as file:
            display = Display(quiet=quiet)
            if flags["estimate"]:
                status = _reckon(settings, reader, file, options, display)
            else:
                status = asyncio.run(run_batch(settings, reader, file, options, display))
            if flags["dedupe"]:
                display.note(_write_groups(file))
    click.get_current_context().exit(status)


def _write_groups(out: Path) -> str:
    from extractor.batch.dedupe import groups_path, write_groups

    return f"{write_groups(out):,} groups of near duplicates in {groups_path(out)}"


def _reckon(settings: Settings, reader: Reader, out: Path, options: Options, display: Display | None) -> int:
    """Print what the run will take, by asking a sample, or without a display by reading only."""
    import asyncio
    import json

    from extractor.batch.estimate import dry_run, estimate_run

    report: dict[str, Any] | None
    if display is None:
        status, report = 0, asyncio.run(dry_run(settings, reader, out, options))
    else:
        status, report = asyncio.run(estimate_run(settings, reader, out, options, display))
    if report is not None:
        click.echo(json.dumps(report, indent=2))
    return status


def _run_on_ray(
    settings: Settings, reader: Reader, out: str, options: Options, display: Display, flags: dict[str, Any]
) -> int:
    from extractor.batch.cluster.engine import Pool, run_on_ray

    for name in ("log", "sample", "estimate", "dedupe"):
        if flags[name]:
            raise click.UsageError(f"--{name} is of --engine local.")
    pool = Pool(flags["workers"], flags["ray_address"])
    return run_on_ray(settings, reader, out, options, display, pool)


@batch.command()
@click.argument("out", metavar="OUT")
@state_option
def status(out: str, state: Path | None) -> None:
    """Say what the run that writes OUT has answered and paid; it may be running."""
    from extractor.batch.addresses import local_path
    from extractor.batch.status import describe

    for line in describe(local_path(out, state)):
        click.echo(line)


@batch.command()
@click.argument("out", metavar="OUT")
@state_option
@click.option("--html", type=click.Path(path_type=Path), help="Where the page goes; unset: OUT.report.html")
@click.option(
    "--markdown",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE|-",
    help="Where the Markdown goes; unset: OUT.report.md, -: standard output.",
)
def report(out: str, state: Path | None, html: Path | None, markdown: Path | None) -> None:
    """Make a page, and the same as Markdown, of what came out of a run, and what it took."""
    from extractor.batch.addresses import is_address, local_path
    from extractor.batch.ledger import ledger_path
    from extractor.batch.report.content import collect
    from extractor.batch.report.markdown import to_markdown
    from extractor.batch.report.page import to_page

    file = local_path(out, state)
    is_local = ledger_path(file).exists() or not is_address(out)
    content = collect(file if is_local else out)
    html = html or file.with_name(f"{file.name}.report.html")
    markdown = markdown or file.with_name(f"{file.name}.report.md")
    if str(markdown) == "-":
        click.echo(to_markdown(content))
    else:
        _write_report(markdown, to_markdown(content))
    _write_report(html, to_page(content))


def _write_report(file: Path, text: str) -> None:
    from extractor.errors import StorageError

    try:
        file.write_text(text, "utf-8", errors="replace")
    except OSError as error:
        raise StorageError(f"cannot write {file}: {error.strerror}") from error
    click.echo(file, err=True)


def _read_columns(given: tuple[str, ...]) -> dict[str, str]:
    from extractor.batch.readers import COLUMNS

    columns = {}
    for pair in given:
        name, _, theirs = pair.partition("=")
        if name not in COLUMNS or not theirs:
            raise click.UsageError(f"--column {pair}: give NAME=YOURS, NAME one of {', '.join(COLUMNS)}")
        columns[name] = theirs
    return columns
