"""Figures as tables on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval.agreement import Agreement
from eval.comparison import Comparison, Difference
from eval.fields import OUTPUTS
from eval.gate import GateResult
from eval.intervals import Sureness
from eval.judging import Judgement
from eval.metrics import Figures
from eval.reliability import Reliability, measure_reliability
from eval.statistics import Interval

WIDTH = 132  # columns; where output goes to a file there is no terminal to fit


def open_console() -> Console:
    """A console wide enough for the tables where it is not a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=WIDTH, highlight=False)


def shown(share: float | None) -> str:
    """A figure with three decimals, or "n/a (n=0)" for 0/0."""
    return "n/a (n=0)" if share is None else f"{share:.3f}"


def ranged(interval: Interval | None, sign: str = "") -> str:
    """An interval as "0.81 to 0.87", empty where there is none."""
    return "" if interval is None else f"{interval.low:{sign}.2f} to {interval.high:{sign}.2f}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _named(name: str) -> str:
    return name if OUTPUTS[name] else f"({name})"


def fields_table(sure: Sureness, constant: dict[str, float | None]) -> Table:
    """One row a field, those outside the headline in brackets; `constant`: F1 of the commonest value."""
    table = _table("field", "P", "R", "F1", "95 %", "constant", "values", "absences", "invented", "omitted")
    for name, figure in sure.metrics.fields.items():
        table.add_row(_named(name), *_cells(figure, sure.fields.get(name), shown(constant[name])))
    table.add_section()
    table.add_row("POOLED", *_cells(sure.metrics.pooled, sure.pooled, ""), style="bold")
    return table


def _cells(figure: Figures, interval: Interval | None, constant: str) -> list[str]:
    return [
        *(shown(share) for share in (figure.precision, figure.recall, figure.f1)),
        ranged(interval),
        constant,
        f"{figure.values:g}",
        f"{figure.absences:g}",
        shown(figure.invented),
        shown(figure.omitted),
    ]


def summary(judgement: Judgement, sure: Sureness, constant: float | None) -> list[str]:
    """The headline in sentences."""
    metrics = sure.metrics
    lines = [
        f"pooled F1 {shown(metrics.pooled.f1)} [{ranged(sure.pooled)}]; constant answers {shown(constant)}",
        f"macro over fields {shown(metrics.macro_f1)} [{ranged(sure.macro)}]",
        f"{metrics.documents} documents of {sure.units} employers, {metrics.without_error} without an error; "
        f"{judgement.valid} of {judgement.answered} answers valid",
    ]
    if (sure_of := measure_reliability(judgement)) is not None:
        lines.append(confidence_line(sure_of))
    if judgement.usage:
        use = judgement.usage
        cost = "cost unknown" if use.cost_usd is None else f"{use.cost_usd:.5f} USD"
        read = f"{use.input_tokens:.0f} tokens read ({use.cached_input_tokens:.0f} cached)"
        seconds = "time unknown" if use.seconds is None else f"{use.seconds:.1f} s"
        written = f"{use.output_tokens:.0f} written"
        if use.cached:
            lines.append(
                f"{use.cached:.0%} of the answers came from the reply cache: time and tokens are not theirs"
            )
        lines.append(f"a posting: {use.calls:.1f} calls, {read}, {written}, {seconds}, {cost}")
    if not judgement.is_complete:
        faults = f"{len(judgement.missing)} missing, {len(judgement.faulty)} failed by no fault of theirs"
        lines.append(f"INCOMPLETE: {faults}")
    return lines


def confidence_line(found: Reliability) -> str:
    """How far the confidences hold, and what leaving out the doubtful brings."""
    points = (
        f"{kept.below:g}: precision {shown(kept.precision)}, recall {shown(kept.recall)}"
        for kept in found.curve
        if kept.below in (0.5, 0.7, 0.9)
    )
    return (
        f"confidence of {found.values} values: expected calibration error {found.error:.3f}; "
        f"left out under {'; under '.join(points)}"
    )


def comparison_table(comparison: Comparison, *, everything: bool = False) -> Table:
    """Fields whose F1 or documents changed, all with `everything`."""
    table = _table("field", "first F1", "second F1", "change", "95 %", "better", "worse", "p", "p (Holm)")
    for name, change in comparison.fields.items():
        if everything or change.better or change.worse or change.f1.change:
            tests = (str(change.better), str(change.worse), f"{change.p:.3f}", f"{change.p_holm:.3f}")
            table.add_row(_named(name), *_changed(change.f1), *tests)
    table.add_section()
    documents = (str(comparison.better), str(comparison.worse), "", "")
    table.add_row("POOLED", *_changed(comparison.pooled), *documents, style="bold")
    table.add_row("MACRO", *_changed(comparison.macro), "", "", "", "", style="bold")
    return table


def _changed(difference: Difference) -> list[str]:
    change = "" if difference.change is None else f"{difference.change:+.3f}"
    return [shown(difference.first), shown(difference.second), change, ranged(difference.interval, "+")]


def detectable(comparison: Comparison) -> str:
    """What this many documents can show."""
    if not comparison.detectable:
        return f"{comparison.documents} documents, all scored alike"
    pooled = f"a change of pooled F1 under {comparison.detectable:.3f} would mostly go unseen"
    field = f"a field needs {comparison.fewest_worse} documents made worse and none better for p <= 0.05"
    return f"{comparison.documents} documents: {pooled}; {field}"


def gate_table(result: GateResult) -> Table:
    """The conditions that do not hold, and how many do."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for check in result.checks:
        if not check.holds:
            table.add_row("NO", check.name, check.message, style="red")
    table.add_row("ok", f"{sum(check.holds for check in result.checks)} conditions hold", "")
    return table


def agreement_table(agreement: Agreement) -> Table:
    """One row a field: F1 between labellers, with the first's alternatives accepted, and kappa."""
    table = _table("field", "F1", "F1, alternatives accepted", "kappa", "values")
    for name, figure in agreement.metrics.fields.items():
        lenient = agreement.lenient.fields.get(name)
        kappa = shown(agreement.kappas[name]) if name in agreement.kappas else ""
        table.add_row(
            _named(name),
            shown(figure.f1),
            shown(lenient.f1 if lenient else None),
            kappa,
            f"{figure.values:g}",
        )
    table.add_section()
    pooled, lenient_pooled = agreement.metrics.pooled, agreement.lenient.pooled
    table.add_row(
        "POOLED", shown(pooled.f1), shown(lenient_pooled.f1), "", f"{pooled.values:g}", style="bold"
    )
    return table
