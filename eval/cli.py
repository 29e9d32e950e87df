"""The commands of `python -m eval`.

Exit codes: 0 pass, 1 regressed, 2 inconclusive under --strict, 3 incomplete, 4 usage.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import numpy as np

from eval.gold import read_gold
from eval.metrics import count, measure
from eval.predictions import read_predictions
from eval.scoring import score_document
from eval.table import fields_table, open_console, percent

USAGE = 4

File = click.Path(exists=True, path_type=Path)


@click.group()
def commands() -> None:
    """How good an extraction is, field by field; whether a change made it better; and a gate."""


@commands.command()
@click.argument("predictions", type=File)
@click.option(
    "--gold", "gold_file", type=File, required=True, help="JSON Lines of {id, posting, alternatives}."
)
def score(predictions: Path, gold_file: Path) -> None:
    """Score PREDICTIONS (JSON Lines of Extraction, or of {id, posting}) against gold."""
    golds, answers = read_gold(gold_file), read_predictions(predictions)
    counts = np.stack(
        [count(score_document(gold, (answers.get(id_) or [None])[0])) for id_, gold in golds.items()]
    )
    metrics, console = measure(counts), open_console()
    console.print(fields_table(metrics))
    answered = sum(id_ in answers for id_ in golds)
    console.print(
        f"pooled field F1 {percent(metrics.pooled.f1)}, macro over fields {percent(metrics.macro_f1)}; "
        f"{metrics.documents} documents, {answered} answered, {metrics.without_error} without an error"
    )


def main() -> None:
    """Run a command; wrong usage and unreadable files exit with 4."""
    try:
        commands(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except (ValueError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(USAGE)
