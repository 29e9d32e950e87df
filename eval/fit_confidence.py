"""Fit how probable values are right, from signals that stand in the text, and say how well it holds.

    python -m eval.fit_confidence [--cases FILE --map FILE --gold FILE]... [--write]

Examples are the values that the pipeline reads from the committed development cases (recorded replies)
and from cases outside the repository (answered by the model that is set, or the reply cache). Models
were fitted on the development cases and rules written by them, so both are right there more often than
elsewhere: values of theirs weigh `SEEN_WEIGHT`. The committed test cases are for the report alone.
Without --write nothing is changed; with it, extractor/data/confidence.json is written.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.cases import Case, load_cases
from eval.predictions import to_prediction
from eval.reliability import Rated, calibration_error, judge_values, to_bins
from eval.replay import RECORDED, Replayer
from eval.scoring import score_document
from eval.suite import load_suite
from extractor import Extractor, confidence
from extractor.claims import Claim, settle
from extractor.confidence import Calibration, Signals, family_of, leaf_fields, read_signals, to_calibration
from extractor.document import read_document
from extractor.model import Model
from extractor.outline import Outline
from extractor.settings import load_settings
from extractor.strategies import Reading, Task

TABLE = Path(confidence.__file__).parent / "data/confidence.json"
SEEN_WEIGHT = 0.2
FEWEST = 5  # examples; a field with fewer has no confidence
WEIGHT_PENALTY = 2.0  # L2 towards no weight
BIAS_PENALTY = 1.0  # L2 of a field's bias towards its family's, and of that towards all values' log odds
FOLDS = 6


class Example(NamedTuple):
    """One value: its field, what speaks for it, whether it is right, its case, how much it weighs."""

    field: str
    signals: Signals
    is_right: bool
    case: str
    weight: float


class Watcher(Extractor):
    """An Extractor that keeps what was claimed of the last posting, and rates nothing."""

    seen: tuple[Outline, list[Claim]] | None = None

    def _rate(self, task: Task, reading: Reading) -> None:
        self.seen = task.outline, reading.claims


async def read_examples(cases: Sequence[Case], model: Model | None = None) -> list[Example]:
    """The values of the cases that are read as postings; `model` in place of the one that is set."""
    examples: list[Example] = []
    async with Watcher(load_settings(), model=model) as extractor:
        for case in cases:
            extractor.seen = None
            document = read_document(case.content, id=case.id)
            extraction = await extractor.extract_document(document, today=case.today)
            if extractor.seen is None or extraction.posting is None or case.gold.posting is None:
                continue
            row = json.loads(extraction.model_dump_json())
            right = judge_values(score_document(case.gold, to_prediction(row)))
            examples += _to_examples(case, *extractor.seen, right)
    return examples


def _to_examples(case: Case, outline: Outline, claims: Sequence[Claim], right: Any) -> list[Example]:
    settled = list(settle(claims))
    signals = read_signals(outline, [claim for _, claim in settled])
    return [
        Example(field, seen, right[at], case.cluster, _weight(case))
        for (pointer, claim), seen in zip(settled, signals, strict=True)
        for leaf, field in leaf_fields(claim).items()
        if (at := f"{pointer}/{leaf}" if leaf else pointer) in right
    ]


def _weight(case: Case) -> float:
    return SEEN_WEIGHT if case.split == "dev" else 1.0


def fit(examples: Sequence[Example]) -> dict[str, Any]:
    """The table: weights of each family's signals, and each field's bias with its examples."""
    often = Counter(example.field for example in examples)
    used = [example for example in examples if often[example.field] >= FEWEST]
    prior = _log_odds(used)
    families: dict[str, dict[str, float]] = {}
    fields: dict[str, dict[str, float]] = {}
    for family in sorted({family_of(example.field) for example in used}):
        own = [example for example in used if family_of(example.field) == family]
        weights, biases = fit_family(own, prior)
        families[family] = weights
        fields |= {name: {"bias": bias, "examples": often[name]} for name, bias in biases.items()}
    return {"strategies": ["assisted"], "families": families, "fields": dict(sorted(fields.items()))}


def _log_odds(examples: Sequence[Example]) -> float:
    right = sum(example.weight for example in examples if example.is_right)
    wrong = sum(example.weight for example in examples if not example.is_right)
    return float(np.log((right + 1) / (wrong + 1)))


def fit_family(examples: Sequence[Example], prior: float) -> tuple[dict[str, float], dict[str, float]]:
    """A logistic regression, no weight negative; fields' biases are drawn to their mean, that to `prior`."""
    names = sorted({name for example in examples for name in example.signals})
    fields = sorted({example.field for example in examples})
    table = np.array([[example.signals.get(name, 0.0) for name in names] for example in examples])
    table = table.reshape(len(examples), len(names))
    at = np.array([fields.index(example.field) for example in examples])
    right = np.array([example.is_right for example in examples], dtype=float)
    weight = np.array([example.weight for example in examples])
    size = len(names)

    def loss(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, mean, offsets = x[:size], x[size], x[size + 1 :]
        total = table @ weights + mean + offsets[at]
        error = weight * (1 / (1 + np.exp(-total)) - right)
        value = weight @ (np.logaddexp(0, total) - right * total)
        drawn = offsets @ offsets + (mean - prior) ** 2
        value += (WEIGHT_PENALTY * weights @ weights + BIAS_PENALTY * drawn) / 2
        by_field = np.bincount(at, weights=error, minlength=len(fields))
        gradient = [
            table.T @ error + WEIGHT_PENALTY * weights,
            [error.sum()],
            by_field + BIAS_PENALTY * offsets,
        ]
        return float(value), np.concatenate(gradient)

    bounds = [(0.0, None)] * size + [(-6.0, 6.0)] * (1 + len(fields))
    x = minimize(loss, np.zeros(size + 1 + len(fields)), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = {name: round(float(w), 3) for name, w in zip(names, x[:size], strict=True) if w > 0.005}
    return weights, {name: round(float(x[size] + x[size + 1 + i]), 3) for i, name in enumerate(fields)}


def apply(examples: Sequence[Example], calibration: Calibration) -> list[Rated]:
    """The examples' confidences, of fields that have one."""
    rated = ((calibration.probability(e.field, e.signals), e.is_right) for e in examples)
    return [Rated(confidence, right) for confidence, right in rated if confidence is not None]


def cross_validate(examples: Sequence[Example]) -> list[Rated]:
    """Confidences of cases held out in turn."""
    cases = np.random.default_rng(0).permutation(sorted({example.case for example in examples})).tolist()
    rated = []
    for fold in range(FOLDS):
        held = {*cases[fold::FOLDS]}
        table = fit([example for example in examples if example.case not in held])
        rated += apply([example for example in examples if example.case in held], to_calibration(table))
    return rated


def _show(name: str, rated: Sequence[Rated]) -> None:
    click.echo(f"{name}: {len(rated)} values, expected calibration error {calibration_error(rated):.3f}")
    for group in to_bins(rated):
        click.echo(
            f"  {group.low:.1f} to {group.high:.1f}: {group.values:5} values, "
            f"confidence {group.confidence:.2f}, right {group.right:.2f}"
        )


@click.command()
@click.option("--cases", multiple=True, type=click.Path(exists=True, path_type=Path), help="Further cases.")
@click.option(
    "--map", "mapping", multiple=True, type=click.Path(exists=True, path_type=Path), help="Their map."
)
@click.option(
    "--gold", multiple=True, type=click.Path(exists=True, path_type=Path), help="Their whole labels."
)
@click.option("--write", is_flag=True, help="Write the table.")
def main(cases: tuple[Path, ...], mapping: tuple[Path, ...], gold: tuple[Path, ...], write: bool) -> None:
    """Fit the confidences of the embedded model's strategy."""
    if not len(cases) == len(mapping) == len(gold):
        raise click.UsageError("give --cases, --map and --gold equally often")
    committed, replayer = load_cases(), Replayer(RECORDED)
    own = asyncio.run(read_examples([c for c in committed if c.split == "dev"], replayer))
    outside = [
        example
        for files in zip(cases, mapping, gold, strict=True)
        for example in asyncio.run(read_examples(load_suite(*files)))
    ]
    click.echo(f"{len(own)} values of development cases, {len(outside)} of further cases")
    _show("held out in turn", cross_validate([*own, *outside]))
    if outside:
        _show("development cases alone, on the further ones", apply(outside, to_calibration(fit(own))))
    table = fit([*own, *outside])
    test = asyncio.run(read_examples([c for c in committed if c.split == "test"], replayer))
    _show("test cases", apply(test, to_calibration(table)))
    if write:
        TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        click.echo(f"written: {TABLE}")


if __name__ == "__main__":
    main()
