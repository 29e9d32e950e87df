"""A summary for a pull request."""

from __future__ import annotations

from typing import Any

from eval.gate import GateResult

_MOST_FIELDS = 12


def to_markdown(content: dict[str, Any], result: GateResult | None) -> str:
    """Verdict, headline, the fields that changed most, and the conditions that do not hold."""
    head = content["headline"]
    lines = [f"### Extraction quality{f': {result.verdict.value}' if result else ''}", ""]
    lines += ["| figure | value | 95 % | support |", "|---|---:|---:|---|"]
    for key, name in (
        ("pooled_f1", "pooled field F1"), ("macro_f1", "macro F1"), ("valid", "valid answers"),
        ("without_error", "documents without error"), ("invented", "invented"), ("omitted", "omitted"),
    ):  # fmt: skip
        lines.append(
            f"| {name} | {_number(head[key]['value'])} | {_range(head[key])} | {head[key]['support']} |"
        )
    if content["difference"]:
        change = content["difference"]["pooled_f1"]
        lines += [
            "",
            f"Against {content['against']}: pooled F1 {_signed(change['change'])} [{_range(change, '+')}], "
            f"{content['difference']['documents_better']} documents better, "
            f"{content['difference']['documents_worse']} worse.",
        ]
        lines += _changed_fields(content["fields"])
    if result:
        lines += [f"- {check.name}: {check.message}" for check in result.checks if not check.holds]
    return "\n".join(lines) + "\n"


def _changed_fields(fields: list[dict[str, Any]]) -> list[str]:
    changed = [f for f in fields if f["change"] and f["change"]["change"]]
    if not changed:
        return ["", "No field changed.", ""]
    changed.sort(key=lambda f: (f["change"]["p"], -abs(f["change"]["change"]), f["name"]))
    rows = [
        "",
        "| field | before | after | change | better | worse | p (Holm) |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for field in changed[:_MOST_FIELDS]:
        change, p = field["change"], field["change"]["p_holm"]
        rows.append(
            f"| {field['name']} | {_number(change['first'])} | {_number(change['second'])} "
            f"| {_signed(change['change'])} | {change['better']} | {change['worse']} | {p:.3f} |"
        )
    return [*rows, ""]


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return "n/a" if value is None else f"{value:+.3f}"


def _range(figure: dict[str, Any], sign: str = "") -> str:
    return "" if figure["low"] is None else f"{figure['low']:{sign}.3f} to {figure['high']:{sign}.3f}"
