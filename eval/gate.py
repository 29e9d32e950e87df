"""The verdict on a run: is it as good as the baseline, worse, or is that not to be told?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from eval.baseline import Baseline, Limits, broken_limits, reached
from eval.cases import digest_cases
from eval.comparison import Comparison, compare
from eval.fields import FIELD_NAMES
from eval.judging import Judgement
from eval.metrics import POOLED, errors


class Verdict(StrEnum):
    """What the gate says."""

    PASS = "PASS"  # noqa: S105 - no password
    REGRESSED = "REGRESSED"
    INCONCLUSIVE = "INCONCLUSIVE"
    INCOMPLETE = "INCOMPLETE"


class Check(NamedTuple):
    """One condition, whether it holds, and a sentence with the figures."""

    name: str
    holds: bool
    message: str


@dataclass(frozen=True)
class GateResult:
    """The verdict, the conditions behind it, and the comparison (None for an incomplete run)."""

    verdict: Verdict
    checks: tuple[Check, ...]
    comparison: Comparison | None

    def exit_code(self, strict: bool) -> int:
        """0 pass, 1 regressed, 2 inconclusive under strict, 3 incomplete."""
        codes = {Verdict.PASS: 0, Verdict.REGRESSED: 1, Verdict.INCONCLUSIVE: 2 if strict else 0}
        return codes.get(self.verdict, 3)


def judge_gate(judgement: Judgement, baseline: Baseline) -> GateResult:
    """Gate a run. One with missing or faulty cases, or on other cases than the baseline's, never passes."""
    whole = _check_whole(judgement, baseline)
    if not all(check.holds for check in whole):
        return GateResult(Verdict.INCOMPLETE, tuple(whole), None)
    comparison = compare(
        baseline.counts(),
        judgement.counts,
        [case.cluster for case in judgement.cases],
        (baseline.scale, judgement.scale),
    )
    floors = [*_check_limits(baseline.limits, reached(judgement)), *_check_pinned(judgement, baseline)]
    difference = _check_difference(comparison)
    margin = _check_margin(comparison, baseline.margin)
    checks = (*whole, *floors, difference, margin)
    if not all(check.holds for check in (*floors, difference)):
        return GateResult(Verdict.REGRESSED, checks, comparison)
    return GateResult(Verdict.PASS if margin.holds else Verdict.INCONCLUSIVE, checks, comparison)


def _check_difference(comparison: Comparison) -> Check:
    interval = comparison.pooled.interval
    return Check("difference", interval is None or interval.high >= 0, _changed(comparison))


def _check_margin(comparison: Comparison, margin: float) -> Check:
    interval = comparison.pooled.interval
    holds = interval is not None and interval.low > -margin
    return Check("margin", holds, f"{_changed(comparison)}, margin {margin}")


def _changed(comparison: Comparison) -> str:
    pooled = comparison.pooled
    within = f" within [{pooled.interval.low:+.4f}, {pooled.interval.high:+.4f}]" if pooled.interval else ""
    return (
        f"pooled F1 {pooled.first:.4f} to {pooled.second:.4f}, difference{within or ' of unknown sureness'}"
    )


def _check_whole(judgement: Judgement, baseline: Baseline) -> list[Check]:
    same = digest_cases(judgement.cases) == baseline.cases_digest
    return [
        Check(
            "cases",
            same,
            "the baseline's cases" if same else "not the baseline's cases: bless a run on these",
        ),
        Check("answers", not judgement.missing, _listed("missing", judgement.missing)),
        Check("faults", not judgement.faulty, _listed("failed outside posting and model", judgement.faulty)),
    ]


def _listed(what: str, ids: tuple[str, ...]) -> str:
    shown = ", ".join(ids[:5]) + (" ..." if len(ids) > 5 else "")
    return f"{what}: {len(ids)}" + (f" ({shown})" if ids else "")


def _check_limits(limits: Limits, own: Limits) -> list[Check]:
    broken = set(broken_limits(limits, own))
    checks = [
        Check("valid", "valid" not in broken, f"valid answers {own.valid:.3f}, floor {limits.valid:.3f}")
    ]
    for name, floor in limits.f1.items():
        f1 = own.f1.get(name)
        holds = f1 is None or f1 >= floor
        checks.append(
            Check(f"f1 {name}", holds, f"F1 {'n/a' if f1 is None else f'{f1:.3f}'}, floor {floor:.2f}")
        )
    for name, most in limits.invented.items():
        rate = own.invented.get(name, 0.0)
        checks.append(Check(f"invented {name}", rate <= most, f"invented {rate:.3f}, ceiling {most:.2f}"))
    for name in ("output_tokens", "seconds"):
        most, used = getattr(limits, name), getattr(own, name)
        if most is not None and used is not None:
            checks.append(Check(name, name not in broken, f"{used:.1f} a posting, ceiling {most:.1f}"))
    return checks


def _check_pinned(judgement: Judgement, baseline: Baseline) -> list[Check]:
    """Pinned cases must be without error: in every pooled field, or in the field named."""
    rows = dict(zip(judgement.ids, errors(judgement.counts), strict=True))
    checks = []
    for pin in baseline.pinned:
        case_id, _, field = pin.partition(" ")
        if case_id not in rows or (field and field not in FIELD_NAMES):
            checks.append(Check(f"pinned {pin}", False, "no such case or field"))
            continue
        found = rows[case_id][FIELD_NAMES.index(field)] if field else rows[case_id][POOLED].sum()
        checks.append(Check(f"pinned {pin}", not found, "without error" if not found else f"{found} errors"))
    return checks
