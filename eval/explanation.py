"""Why a case scored as it did: every comparison in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from eval.outcomes import Outcome, Score, is_absent

STYLES = {
    Outcome.COR: "green",
    Outcome.INC: "red",
    Outcome.SPU: "magenta",
    Outcome.MIS: "yellow",
    Outcome.TN: "dim",
}
_LONGEST = 160


def explain_scores(scores: Iterable[Score], field: str | None = None, *, everything: bool = False) -> Table:
    """Scores as a table; only what is wrong, unless a field is named or `everything` is asked for."""
    table = Table(box=None, pad_edge=False, show_lines=False)
    for column in ("field", "", "gold", "predicted", "why"):
        table.add_column(column, overflow="fold")
    for score in scores:
        if field is not None and not is_under(score.field, field):
            continue
        if field is None and not everything and score.outcome in (Outcome.COR, Outcome.TN):
            continue
        outcome = Text(score.outcome, style=STYLES[score.outcome])
        table.add_row(
            Text(score.field), outcome, Text(brief(score.gold)), Text(brief(score.predicted)), Text(score.why)
        )
    return table


def is_under(name: str, field: str) -> bool:
    """Whether `name` is the field or one of its parts."""
    return name == field or name.startswith(field + ".")


def brief(value: Any) -> str:
    """A value in at most 160 characters; of an object the parts that it has, of a skill its name first."""
    if isinstance(value, Mapping):
        parts = {key: part for key, part in value.items() if not is_absent(part)}
        name = parts.pop("name", None)
        told = ", ".join(f"{key} {part}" for key, part in parts.items())
        text = f"{name} ({told})" if name else told
    elif value is None or isinstance(value, str):
        text = value or ""
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
