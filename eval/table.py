"""Figures as a table on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval.fields import OUTPUTS
from eval.metrics import Figures, Metrics

NARROWEST = 100  # columns; where output goes to a file there is no terminal to fit


def open_console() -> Console:
    """A console wide enough for the tables where it is not a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=NARROWEST, highlight=False)


def percent(share: float | None, n: int | None = None) -> str:
    """ "0.873", or "n/a (n=0)" for 0/0."""
    if share is None:
        return "n/a" if n else "n/a (n=0)"
    return f"{share:.3f}"


def fields_table(metrics: Metrics) -> Table:
    """One row a field; those outside the headline in brackets."""
    table = Table(box=None, pad_edge=False)
    table.add_column("field")
    for column in ("P", "R", "F1", "values", "absences", "invented", "omitted"):
        table.add_column(column, justify="right")
    for name, figure in metrics.fields.items():
        table.add_row(name if OUTPUTS[name] else f"({name})", *_cells(figure))
    table.add_section()
    table.add_row("POOLED", *_cells(metrics.pooled), style="bold")
    return table


def _cells(figure: Figures) -> list[str]:
    shares = (figure.precision, figure.recall, figure.f1)
    return [
        *(percent(share) for share in shares),
        str(figure.values),
        str(figure.absences),
        percent(figure.invented, figure.absences),
        percent(figure.omitted, figure.values),
    ]
