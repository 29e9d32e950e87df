"""The commands of `python -m eval`.

Exit codes: 0 pass, 1 regressed, 2 inconclusive under --strict, 3 incomplete, 4 usage.
"""

from __future__ import annotations

import asyncio
import functools
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from eval.agreement import agree as agree_labels
from eval.baseline import BASELINE, Baseline, read_baseline, write_baseline
from eval.baseline import bless as bless_run
from eval.cases import CASES, Case, load_cases, select_cases
from eval.checking import check_cases
from eval.comparison import compare as compare_counts
from eval.explanation import explain_scores
from eval.extractors import open_answerer, replay_pipeline
from eval.gate import judge_gate
from eval.intervals import with_intervals
from eval.judging import Judgement, judge
from eval.predictions import read_predictions
from eval.progress import show_progress
from eval.replay import RECORDED
from eval.report.content import Against, answered_by, body_slices, build_content, constant_f1
from eval.report.junit import to_junit
from eval.report.markdown import to_markdown
from eval.report.page import to_page
from eval.runner import MANIFEST, open_run, plan_jobs, run_jobs
from eval.suite import load_labels, load_second_labels, load_suite
from eval.table import (
    agreement_table,
    comparison_table,
    detectable,
    fields_table,
    gate_table,
    open_console,
    shown,
    summary,
)
from extractor.errors import ExtractorError

REGRESSED, INCOMPLETE, USAGE = 1, 3, 4
RUNS = Path("runs")

Input = click.Path(exists=True, path_type=Path)
Output = click.Path(path_type=Path)


def suite_options(command: Callable[..., None]) -> Callable[..., None]:
    """Which cases: the committed ones unless told otherwise; the command gets them as `suite`."""

    @functools.wraps(command)
    def chosen(
        cases: Path | None, mapping: Path | None, gold: Path | None, filters: tuple[str, ...], **others: Any
    ) -> None:
        command(suite=load_suite(cases, mapping, gold, filters), **others)

    cases_help = "Folder of cases, or JSON Lines with --map.  [default: eval/cases]"
    options = (
        click.option("--cases", type=Input, help=cases_help),
        click.option("--map", "mapping", type=Input, help="TOML that says how the rows of --cases are read."),
        click.option("--gold", type=Input, help="JSON Lines of whole labels {id, posting, alternatives}."),
        click.option(
            "--filter",
            "filters",
            multiple=True,
            help="Part or glob of an id, or tag:, split:, lang:, format:.",
        ),
    )
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), chosen)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 pass, 1 regressed, 2 inconclusive under --strict, 3 incomplete, 4 wrong usage.",
)
def commands() -> None:
    """How good an extraction is, field by field; whether a change made it better; and a gate."""


@commands.command()
@click.option(
    "--extractor", default="pipeline", show_default=True, help="pipeline, plain, constant or module:function."
)
@click.option(
    "--out", type=Output, help="Folder of the run; one that is there goes on.  [default: runs/EXTRACTOR]"
)
@click.option(
    "--repeat", "repeats", type=click.IntRange(1), default=1, show_default=True, help="Answers a case."
)
@click.option(
    "--concurrency", type=click.IntRange(1), default=1, show_default=True, help="Cases asked at once."
)
@click.option("--record", type=Output, help="Keep the model's replies here; the gate replays eval/recorded.")
@click.option(
    "--no-cache",
    is_flag=True,
    help="Ask anew what the reply cache or the recording knows; --repeat does so anyway.",
)
@suite_options
def run(
    extractor: str,
    out: Path | None,
    repeats: int,
    concurrency: int,
    record: Path | None,
    no_cache: bool,
    suite: list[Case],
) -> None:
    """Ask the extractor every case and write its answers; alone among the commands it calls a model."""
    folder = out or RUNS / extractor.replace(":", ".")
    open_run(folder, extractor, suite)
    jobs = plan_jobs(suite, repeats, folder)
    may_reuse = not no_cache and repeats == 1
    opened = open_answerer(extractor, suite, record=record, cache=may_reuse)
    with show_progress(len(jobs)) as on_answer:
        asyncio.run(run_jobs(jobs, opened, folder, concurrency, on_answer))
    click.echo(f"{len(jobs)} answers written to {folder}", err=True)
    judgement = _judge(folder, suite)
    _print_scores(judgement)
    sys.exit(0 if judgement.is_complete else INCOMPLETE)


@commands.command()
@click.argument("predictions", type=Input)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@suite_options
def score(predictions: Path, as_json: bool, suite: list[Case]) -> None:
    """Score PREDICTIONS: a run's folder, or JSON Lines of Extraction or {id, posting}."""
    judgement = _judge(predictions, suite)
    if as_json:
        click.echo(_to_json(build_content(judgement, predictions.name)))
    else:
        _print_scores(judgement)


@commands.command()
@click.argument("first", type=Input)
@click.argument("second", type=Input)
@click.option("--all", "everything", is_flag=True, help="Also the fields that did not change.")
@suite_options
def compare(first: Path, second: Path, everything: bool, suite: list[Case]) -> None:
    """What changes from run FIRST to run SECOND, over the cases that both answered."""
    answers = read_predictions(first), read_predictions(second)
    shared = [case for case in suite if all(case.id in answer for answer in answers)]
    if not shared:
        raise ValueError("the two runs answered no case in common")
    one, other = (judge(shared, answer) for answer in answers)
    clusters = [case.cluster for case in one.cases]
    comparison = compare_counts(one.counts, other.counts, clusters, (one.scale, other.scale))
    console = open_console()
    console.print(comparison_table(comparison, everything=everything))
    console.print(detectable(comparison))
    if len(shared) < len(suite):
        console.print(f"{len(suite) - len(shared)} cases that not both answered are left out")


@commands.command()
@click.argument("predictions", type=Input, required=False)
@click.option(
    "--baseline", type=Output, default=BASELINE, help="The baseline file.  [default: eval/baseline.json]"
)
@click.option("--strict", is_flag=True, help="Exit with 2 where the verdict is inconclusive.")
@click.option("--junit", type=Output, help="Write the conditions as JUnit XML.")
@click.option("--markdown", type=Output, help="Write a summary for a pull request.")
@suite_options
def gate(
    predictions: Path | None,
    baseline: Path,
    strict: bool,
    junit: Path | None,
    markdown: Path | None,
    suite: list[Case],
) -> None:
    """Judge a run against the baseline. Without PREDICTIONS: the pipeline over the recorded replies."""
    against = read_baseline(baseline)
    judgement = judge(suite, read_predictions(predictions)) if predictions else _replay(suite)
    result = judge_gate(judgement, against)
    console = open_console()
    console.print(gate_table(result))
    if result.comparison:
        console.print(comparison_table(result.comparison))
        console.print(detectable(result.comparison))
    console.print(result.verdict.value, style="bold")
    if junit:
        junit.write_text(to_junit(result), encoding="utf-8")
    if markdown:
        content = build_content(judgement, "this run", _against(against, judgement))
        markdown.write_text(to_markdown(content, result), encoding="utf-8")
    sys.exit(result.exit_code(strict))


@commands.command()
@click.argument("predictions", type=Input, required=False)
@click.option(
    "--baseline", type=Output, default=BASELINE, help="The baseline file.  [default: eval/baseline.json]"
)
@click.option("--lower-floor", "lowered", multiple=True, metavar="FIELD", help="A floor that may sink.")
@suite_options
def bless(predictions: Path | None, baseline: Path, lowered: tuple[str, ...], suite: list[Case]) -> None:
    """Make a run the baseline. Floors rise with it; one that it breaks must be named to sink."""
    judgement = judge(suite, read_predictions(predictions)) if predictions else _replay(suite)
    old = read_baseline(baseline) if baseline.exists() else None
    told = {"extractor": _extractor_of(predictions), **answered_by(judgement)}
    write_baseline(bless_run(judgement, told, old, frozenset(lowered)), baseline)
    click.echo(f"{baseline}: {len(judgement.cases)} cases")


@commands.command()
@click.argument("predictions", type=Input)
@click.option(
    "--against", "other", type=Input, help="Another run to hold it against, in place of the baseline."
)
@click.option(
    "--baseline", type=Output, default=BASELINE, help="The baseline file.  [default: eval/baseline.json]"
)
@click.option(
    "--html", type=Output, help="One self-contained page.  [default: report.html in the run's folder]"
)
@click.option("--json", "json_file", type=Output, help="All figures as JSON.")
@click.option("--markdown", type=Output, help="A summary for a pull request.")
@click.option(
    "--junit", type=Output, help="The gate's conditions as JUnit XML; needs a baseline of these cases."
)
@suite_options
def report(
    predictions: Path,
    other: Path | None,
    baseline: Path,
    html: Path | None,
    json_file: Path | None,
    markdown: Path | None,
    junit: Path | None,
    suite: list[Case],
) -> None:
    """Write the report of a run, held against another run or against the baseline where it fits."""
    judgement = _judge(predictions, suite)
    blessed = read_baseline(baseline) if baseline.exists() else None
    against = _against_run(other, suite) if other else _against(blessed, judgement)
    content = build_content(judgement, predictions.name, against)
    result = judge_gate(judgement, blessed) if blessed else None
    page = html or (predictions if predictions.is_dir() else predictions.parent) / "report.html"
    page.write_text(to_page(content, judgement), encoding="utf-8")
    click.echo(page)
    if json_file:
        json_file.write_text(_to_json(content), encoding="utf-8")
    if markdown:
        markdown.write_text(to_markdown(content, result), encoding="utf-8")
    if junit:
        if result is None:
            raise ValueError(f"--junit needs a baseline; {baseline} is not there")
        junit.write_text(to_junit(result), encoding="utf-8")


@commands.command()
@click.argument("case")
@click.argument("field", required=False)
@click.option(
    "--run", "predictions", type=Input, default=RUNS / "pipeline", show_default=True, help="The run."
)
@click.option("--all", "everything", is_flag=True, help="Also what is right.")
@suite_options
def explain(case: str, field: str | None, predictions: Path, everything: bool, suite: list[Case]) -> None:
    """Why CASE scored as it did, comparison by comparison; only FIELD where one is named."""
    judgement = _judge(predictions, select_cases(suite, (case,)))
    console = open_console()
    for found, scores, answer in zip(judgement.cases, judgement.scores, judgement.answers, strict=True):
        state = "no answer" if answer is None else "" if answer.is_valid else f"{answer.error}"
        console.print(f"{found.id} {state}", style="bold")
        console.print(explain_scores(scores, field, everything=everything))


@commands.command()
@click.argument("first", type=Input, required=False)
@click.argument("second", type=Input, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def agree(first: Path | None, second: Path | None, as_json: bool) -> None:
    """How far two labellers agree: FIRST and SECOND are JSON Lines of gold or folders of cases.

    With one folder, or none for the committed cases: gold.json against the second.json beside it.
    """
    labels = load_labels(first or CASES)
    others = load_labels(second) if second else load_second_labels(load_cases(first or CASES))
    agreement = agree_labels(labels, others)
    if as_json:
        fields = {name: figure.f1 for name, figure in agreement.metrics.fields.items()}
        figures = {"documents": agreement.documents, "pooled_f1": agreement.metrics.pooled.f1}
        click.echo(_to_json({**figures, "f1": fields, "kappa": agreement.kappas}))
        return
    console = open_console()
    console.print(agreement_table(agreement))
    console.print(f"{agreement.documents} documents that both labelled")


@commands.command()
@click.argument("folder", type=Input, required=False)
def check(folder: Path | None) -> None:
    """Are the cases well formed: labels verbatim in the text, enums valid, splits apart?"""
    cases = load_suite(folder)
    problems = check_cases(cases)
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(cases)} cases, {len(problems)} problems", err=True)
    sys.exit(REGRESSED if problems else 0)


def _judge(predictions: Path, suite: Sequence[Case]) -> Judgement:
    return judge(suite, read_predictions(predictions))


def _replay(suite: Sequence[Case]) -> Judgement:
    """The pipeline over the recorded replies, in memory."""
    answers = asyncio.run(replay_pipeline(suite, RECORDED))
    return judge(suite, {answer.id: [answer] for answer in answers})


def _print_scores(judgement: Judgement) -> None:
    sure = with_intervals(judgement.counts, [case.cluster for case in judgement.cases], judgement.scale)
    fields, pooled = constant_f1(judgement)
    console = open_console()
    console.print(fields_table(sure, fields))
    for line in summary(judgement, sure, pooled):
        console.print(line)
    for part in body_slices(judgement):
        console.print(
            f"facts that stand in {part['name']}: pooled F1 {shown(part['value'])} of {part['support']}"
        )


def _against(baseline: Baseline | None, judgement: Judgement) -> Against | None:
    """The baseline as something to hold a run against; None where it is of other cases."""
    if baseline is None or sorted(baseline.documents) != list(judgement.ids):
        return None
    return Against("baseline", baseline.counts(), baseline.scale)


def _against_run(predictions: Path, suite: Sequence[Case]) -> Against:
    other = _judge(predictions, suite)
    return Against(predictions.name, other.counts, other.scale)


def _extractor_of(predictions: Path | None) -> str | None:
    """The extractor that a run's manifest names."""
    if predictions is None:
        return "pipeline"
    manifest = predictions / MANIFEST
    return str(json.loads(manifest.read_text(encoding="utf-8"))["extractor"]) if manifest.exists() else None


def _to_json(content: Any) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Run a command; wrong usage and unreadable files exit with 4."""
    try:
        commands(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except (ValueError, OSError, ExtractorError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(USAGE)
