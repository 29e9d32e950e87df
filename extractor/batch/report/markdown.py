"""The report as Markdown; what comes from a posting is shown as code, and cannot break out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.batch.report.content import Box, Chart, Content

_BAR = 20


def to_markdown(content: Content) -> str:
    """The report."""
    lines = [f"# Run report: {_code(content.name)}", ""]
    answered = f", answered by {_code(content.models)}" if content.models else ""
    lines += [f"Made {content.made}{answered}.", ""]
    lines += _table(
        ("what", "figure", "of what"), [(card.name, card.value, card.note) for card in content.cards]
    )
    if content.errors:
        rows = [
            (_code(failed.code), f"{failed.count:,}", "<br>".join(_code(name) for name, _ in failed.examples))
            for failed in content.errors
        ]
        lines += ["## Errors", "", *_table(("kind", "postings", "for example"), rows)]
    for chart in content.charts:
        lines += _chart(chart)
    if content.pay:
        pay = [(_pay_name(box), f"{box.count:,}", *_marks(box)) for box in content.pay]
        lines += ["## Base pay", "", *_table(("pay", "count", "a tenth below", "half", "nine tenths"), pay)]
    return "\n".join(lines)


def _chart(chart: Chart) -> list[str]:
    rows = [
        (_code(bar.name), f"{bar.count:,}", bar.note, "█" * round(_BAR * bar.share)) for bar in chart.bars
    ]
    return [f"## {chart.title}", "", chart.about, "", *_table(("value", "count", "share", ""), rows)]


def _pay_name(box: Box) -> str:
    return f"{_code(box.currency)} {_code(box.period_words)}"


def _marks(box: Box) -> list[str]:
    return [f"{box.marks[at]:,.0f}" for at in (0, 2, 4)]


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return [*lines, ""]


def _code(text: str) -> str:
    """Text of a posting's as it is: one line, within as many backticks as it takes."""
    plain = re.sub(r"\s+", " ", text).replace("|", "\\|").strip() or " "
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"
