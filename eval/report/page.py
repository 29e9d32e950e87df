"""One self-contained HTML page of a run: no outside resource, light and dark, narrow and wide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eval.explanation import brief
from eval.judging import Judgement
from eval.metrics import errors, figures, pool
from eval.outcomes import Outcome, Score
from eval.report.marks import Piece, mark_text

_NAMES = {Outcome.INC: "wrong", Outcome.SPU: "invented", Outcome.MIS: "omitted", Outcome.COR: "right"}
# A page of thousands of postings opens in no browser; the figures are of all cases, the texts of the worst.
MOST_CASES = 200


def to_page(content: dict[str, Any], judgement: Judgement) -> str:
    """The report as HTML."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            **content, case_list=_cases(judgement), most_cases=MOST_CASES, confusion_shades=_shades(content)
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "figure": _figure,
        "signed": _signed,
        "at": _at,
        "count": _count,
        "breakable": _breakable,
    }
    return environment


def _figure(value: float | None, digits: int = 3) -> str:
    return "n/a" if value is None else f"{value:.{digits}f}"


def _signed(value: float | None, digits: int = 3) -> str:
    return "n/a" if value is None else f"{value:+.{digits}f}".replace("-", "−")


def _at(value: float) -> str:
    """A share as a place on an axis from 0 to 1."""
    return f"{100 * value:.2f}%"


def _count(value: float) -> str:
    return f"{value:,.10g}"


def _breakable(name: str) -> Markup:
    """A dotted or underscored name that may break after its dots and underscores."""
    return Markup(re.sub(r"(?<=[._])", "<wbr>", str(escape(name))))  # noqa: S704 - escaped


def _shades(content: dict[str, Any]) -> dict[str, list[list[float]]]:
    """Of each confusion table's row the shares, for shading."""
    return {
        table["field"]: [[cell / (sum(row) or 1) for cell in row] for row in table["cells"]]
        for table in content["confusions"]
    }


def _cases(judgement: Judgement) -> list[dict[str, Any]]:
    """Cases with the most errors first."""
    wrong = errors(pool(judgement.counts))
    rows = sorted(range(len(judgement.cases)), key=lambda row: (-int(wrong[row]), judgement.ids[row]))
    return [_case(judgement, row) for row in rows[:MOST_CASES]]


def _case(judgement: Judgement, row: int) -> dict[str, Any]:
    case, answer, scores = judgement.cases[row], judgement.answers[row], judgement.scores[row]
    pooled = figures(pool(judgement.counts[row]))
    pieces = mark_text(case, scores, answer) if case.content else []
    return {
        "id": case.id,
        "f1": pooled.f1,
        "errors": int(errors(pool(judgement.counts[row]))) // judgement.scale,
        "facts": " · ".join(
            dict.fromkeys(f for f in (case.language, case.format, case.split, *case.tags) if f)
        ),
        "state": _state(judgement, row),
        "seconds": answer.meta.get("seconds") if answer else None,
        "tokens": answer.meta.get("output_tokens") if answer else None,
        "pieces": [_piece(piece) for piece in pieces],
        "wrong": [
            _row(score) for score in scores if score.outcome in (Outcome.INC, Outcome.SPU, Outcome.MIS)
        ],
        "right": [_row(score) for score in scores if score.outcome is Outcome.COR],
    }


def _state(judgement: Judgement, row: int) -> str:
    answer = judgement.answers[row]
    if answer is None:
        return "no answer"
    return "" if answer.error is None else f"{answer.error_code}: {answer.error.get('message', '')}"


def _piece(piece: Piece) -> dict[str, str]:
    return {"text": piece.text, "kind": piece.kind, "label": piece.label}


def _row(score: Score) -> dict[str, str]:
    return {
        "field": score.field,
        "outcome": _NAMES[score.outcome],
        "gold": brief(score.gold),
        "predicted": brief(score.predicted),
        "why": score.why,
    }
