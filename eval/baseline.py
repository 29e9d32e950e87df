"""The committed baseline: what the last blessed run scored, and the floors that hold.

cases       how many, and their digest: figures over other cases do not compare
answered_by extractor, model and prompt of the blessed run
margin      by how much pooled F1 may be worse and still pass
pinned      cases that must be without error ("case" or "case field")
floors      least share of valid answers, least F1 a field
ceilings    most invented values a field, most tokens and seconds a posting
figures     the headline, for people who read the file
documents   a line a case: each field's counts ("title=C responsibilities=C5M1"), which comparisons need
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases import digest_cases
from eval.fields import FIELD_NAMES, OUTPUTS
from eval.judging import Judgement
from eval.metrics import Counts, Metrics, measure

BASELINE = Path(__file__).parent / "baseline.json"
MARGIN = 0.01
# Room below what was measured, so that noise of a few cases does not break a floor.
F1_SLACK, RATE_SLACK, BUDGET_SLACK = 0.05, 0.05, 1.25
# A floor under a field of fewer gold values would break by one value more or less.
FLOOR_VALUES = 10
INVENTED_FLOORS = ("title", "company.name", "compensation", "posted_on", "closes_on")
_LETTERS = "CISMT"  # COR, INC, SPU, MIS, TN


@dataclass(frozen=True)
class Limits:
    """Figures that must be reached (floors) and that must not be passed (ceilings)."""

    valid: float = 0.0
    f1: Mapping[str, float] = field(default_factory=dict)
    invented: Mapping[str, float] = field(default_factory=dict)
    output_tokens: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Baseline:
    """What a run is gated against."""

    cases_digest: str
    answered_by: Mapping[str, Any]
    limits: Limits
    documents: Mapping[str, str]
    scale: int = 1
    margin: float = MARGIN
    pinned: tuple[str, ...] = ()

    def counts(self) -> Counts:
        """Counts of the blessed run: cases in order of id x fields x outcomes."""
        return np.stack([decode_counts(self.documents[id_]) for id_ in sorted(self.documents)])

    def metrics(self) -> Metrics:
        """Figures of the blessed run."""
        return measure(self.counts(), self.scale)


def encode_counts(counts: Counts) -> str:
    """Counts of one document as a line: "title=C responsibilities=C5M1"; fields unjudged are left out."""
    return " ".join(
        f"{name}="
        + "".join(letter + (str(n) if n > 1 else "") for letter, n in zip(_LETTERS, row, strict=True) if n)
        for name, row in zip(FIELD_NAMES, counts, strict=True)
        if row.any()
    )


def decode_counts(line: str) -> Counts:
    """The inverse of `encode_counts`. Raises ValueError for an unknown field."""
    counts = np.zeros((len(FIELD_NAMES), len(_LETTERS)), dtype=np.int64)
    for part in line.split():
        name, _, code = part.partition("=")
        row = FIELD_NAMES.index(name)
        for letter, number in re.findall(r"([CISMT])(\d*)", code):
            counts[row, _LETTERS.index(letter)] = int(number or 1)
    return counts


class FloorsLowered(ValueError):
    """Blessing would lower floors that were not named."""


def bless(
    judgement: Judgement, answered_by: Mapping[str, Any], old: Baseline | None, lowered: frozenset[str]
) -> Baseline:
    """A baseline of this run. Floors rise with it and never sink, except those named in `lowered`.

    Raises FloorsLowered naming the fields, ValueError for a run with missing or faulty cases.
    """
    if not judgement.is_complete:
        raise ValueError(
            f"not blessed: {len(judgement.missing)} cases missing, {len(judgement.faulty)} faulty"
        )
    fresh = measure_limits(judgement)
    kept, broken = (fresh, []) if old is None else tighten(old.limits, fresh, reached(judgement), lowered)
    if broken:
        raise FloorsLowered(
            f"below their floors: {', '.join(broken)}; name each with --lower-floor, if it must be"
        )
    return Baseline(
        cases_digest=digest_cases(judgement.cases),
        answered_by=answered_by,
        limits=kept,
        documents={id_: encode_counts(row) for id_, row in zip(judgement.ids, judgement.counts, strict=True)},
        scale=judgement.scale,
        margin=old.margin if old else MARGIN,
        pinned=old.pinned if old else (),
    )


def reached(judgement: Judgement) -> Limits:
    """The run's own figures, as limits with no slack."""
    metrics = judgement.metrics()
    usage = judgement.usage
    return Limits(
        valid=judgement.valid / judgement.answered if judgement.answered else 0.0,
        f1={n: figure.f1 for n, figure in metrics.fields.items() if OUTPUTS[n] and figure.f1 is not None},
        invented={
            name: figure.invented
            for name in INVENTED_FLOORS
            if (figure := metrics.fields.get(name)) and figure.invented is not None
        },
        output_tokens=usage.output_tokens if usage else None,
        seconds=usage.seconds if usage else None,
    )


def measure_limits(judgement: Judgement) -> Limits:
    """Limits a little under what the run reached."""
    own, fields = reached(judgement), judgement.metrics().fields
    return Limits(
        valid=_floor(own.valid - RATE_SLACK),
        f1={
            name: _floor(f1 - F1_SLACK) for name, f1 in own.f1.items() if fields[name].values >= FLOOR_VALUES
        },
        invented={name: _ceiling(rate + RATE_SLACK) for name, rate in own.invented.items()},
        output_tokens=None
        if own.output_tokens is None
        else float(math.ceil(own.output_tokens * BUDGET_SLACK)),
        seconds=None if own.seconds is None else float(math.ceil(own.seconds * BUDGET_SLACK)),
    )


def _floor(share: float) -> float:
    return max(0.0, math.floor(share * 100 + 1e-9) / 100)


def _ceiling(share: float) -> float:
    return min(1.0, math.ceil(share * 100 - 1e-9) / 100)


def tighten(old: Limits, fresh: Limits, own: Limits, lowered: frozenset[str]) -> tuple[Limits, list[str]]:
    """The stricter of the old and the fresh limits, and the names whose old limit the run breaks.

    A name in `lowered` takes the fresh limit.
    """
    broken = [name for name in broken_limits(old, own) if name not in lowered]
    f1 = {
        name: limit if name in lowered else max(limit, old.f1.get(name, 0.0))
        for name, limit in fresh.f1.items()
    }
    invented = {
        name: limit if name in lowered else min(limit, old.invented.get(name, 1.0))
        for name, limit in fresh.invented.items()
    }
    return (
        replace(
            fresh,
            valid=fresh.valid if "valid" in lowered else max(fresh.valid, old.valid),
            f1=f1,
            invented=invented,
            output_tokens=_tighter("output_tokens", old.output_tokens, fresh.output_tokens, lowered),
            seconds=_tighter("seconds", old.seconds, fresh.seconds, lowered),
        ),
        broken,
    )


def _tighter(name: str, old: float | None, fresh: float | None, lowered: frozenset[str]) -> float | None:
    if old is None or fresh is None or name in lowered:
        return fresh if fresh is not None else old
    return min(old, fresh)


def broken_limits(limits: Limits, own: Limits) -> list[str]:
    """Names of the limits that a run's own figures break, each once."""
    names = ["valid"] if own.valid < limits.valid else []
    # A field that had a floor and now has no figure at all has lost its gold; the digest tells that.
    names += [name for name, floor in limits.f1.items() if own.f1.get(name, floor) < floor]
    names += [name for name, most in limits.invented.items() if own.invented.get(name, 0.0) > most]
    for name in ("output_tokens", "seconds"):
        most, used = getattr(limits, name), getattr(own, name)
        if most is not None and used is not None and used > most:
            names.append(name)
    return list(dict.fromkeys(names))


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write the file, the same bytes for the same baseline."""
    metrics = baseline.metrics()
    content = {
        "cases": {"count": len(baseline.documents), "digest": baseline.cases_digest},
        "answered_by": dict(baseline.answered_by),
        "margin": baseline.margin,
        "pinned": list(baseline.pinned),
        "limits": asdict(baseline.limits),
        "figures": {
            "pooled_f1": _rounded(metrics.pooled.f1),
            "macro_f1": _rounded(metrics.macro_f1),
            "f1": {
                name: _rounded(figure.f1) for name, figure in metrics.fields.items() if figure.f1 is not None
            },
        },
        "scale": baseline.scale,
        "documents": {id_: baseline.documents[id_] for id_ in sorted(baseline.documents)},
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)


def read_baseline(path: Path) -> Baseline:
    """The baseline in `path`. Raises ValueError where it is missing or malformed."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(
            cases_digest=content["cases"]["digest"],
            answered_by=content["answered_by"],
            limits=Limits(**content["limits"]),
            documents=content["documents"],
            scale=content["scale"],
            margin=content["margin"],
            pinned=tuple(content["pinned"]),
        )
    except FileNotFoundError as error:
        raise ValueError(f"{path}: no baseline yet; `python -m eval bless RUN` writes one") from error
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error!r}") from error
