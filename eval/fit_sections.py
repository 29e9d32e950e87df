"""Fit the chain model that judges a posting's pieces, and say how well it does on cases it has not seen.

    python -m eval.fit_sections [--pieces FILE]... [--write]

The examples are the committed development cases: a piece's label is the gold list that it stands in.
Further labelled pieces can be given as JSON Lines, `{text, language, pieces: [[start, end, label],
...]}`; they are used for fitting only. Without --write nothing is changed; with it, the weights
(extractor/data/sections.json) are fitted on everything and written.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from scipy.optimize import minimize
from scipy.sparse import csr_array

from eval.cases import load_cases
from eval.folding import fold
from eval.reading import read_case
from extractor import sections
from extractor.outline import cut
from extractor.sections import (
    LABELS,
    LISTS,
    STEPS,
    Features,
    Placed,
    Weights,
    features,
    judge,
    place,
    score,
    step_to,
)

Array = NDArray[Any]
Raw = dict[str, dict[str, float]]  # the weights as their file holds them

WEIGHTS = Path(sections.__file__).parent / "data/sections.json"
FIELDS = {
    "duties": "responsibilities",
    "required": "required_qualifications",
    "preferred": "preferred_qualifications",
    "benefits": "benefits",
}
SEEN_OFTEN = (
    4  # a feature of fewer pieces, or a word of fewer postings, tells of one posting, not of postings
)
SAME = 85.0  # percent: likeness from which a piece is a gold item
PENALTY = 2.0  # L2; tried 0.7, 2 and 5
FOLDS = 6
_WORDS = re.compile(r"word[01]?=")


@dataclass(frozen=True)
class Example:
    """One posting's pieces and their labels."""

    pieces: list[Placed]
    labels: list[str]


def read_examples() -> list[Example]:
    """The committed development cases that are postings."""
    examples = []
    for case in load_cases():
        if case.split != "dev" or case.gold.posting is None:
            continue
        document = read_case(case)
        pieces = list(place(document.text, cut(document.text, case.language)))
        gold = {
            label: [fold(item) for item in case.gold.posting.get(key) or []] for label, key in FIELDS.items()
        }
        examples.append(Example(pieces, [find_label(fold(piece.raw), gold) for piece in pieces]))
    return examples


def find_label(said: str, gold: dict[str, list[str]]) -> str:
    """The list whose item a piece is, is part of, or mostly consists of."""
    best, likeness, covered = "none", 0.0, dict.fromkeys(gold, 0)
    for label, items in gold.items():
        for item in items:
            ratio = fuzz.ratio(said, item)
            if ratio < SAME and len(said) >= 8 and said in item:
                ratio = 80.0
            elif ratio < SAME and len(item) >= 5 and item in said:
                covered[label] += len(item)
                continue
            if ratio >= 80.0 and ratio > likeness:
                best, likeness = label, ratio
    most = max(covered, key=lambda label: covered[label])
    if likeness == 0.0 and covered[most] >= 0.3 * len(said) > 0:
        return most
    return best


def read_pieces(path: Path) -> Iterable[Example]:
    """Further labelled pieces; a piece of ours takes the label of the one it overlaps most."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        pieces = list(place(row["text"], cut(row["text"], row["language"])))
        yield Example(pieces, [_overlapping(piece, row["pieces"]) for piece in pieces])


def _overlapping(piece: Placed, labelled: Sequence[tuple[int, int, str]]) -> str:
    span = piece.segment.span
    shared = [(min(span.end, end) - max(span.start, start), label) for start, end, label in labelled]
    length, label = max(shared, default=(0, "none"))
    return label if length > 0 else "none"


def fit(examples: Sequence[Example]) -> Raw:
    """Weights of largest penalised likelihood."""
    problem = _Problem([example for example in examples if example.labels])
    found = minimize(
        problem.loss, np.zeros(problem.size), jac=True, method="L-BFGS-B", options={"maxiter": 80}
    )
    return problem.to_weights(found.x)


class _Problem:
    """A linear-chain CRF over all examples at once, padded to the longest."""

    def __init__(self, examples: Sequence[Example]) -> None:
        postings = [[features(piece) for piece in example.pieces] for example in examples]
        self.names = {name: i for i, name in enumerate(sorted(_frequent(postings)))}
        rows = [row for posting in postings for row in posting]
        cells = [
            (at, self.names[name], value)
            for at, row in enumerate(rows)
            for name, value in row.items()
            if name in self.names
        ]
        at, column, value = (np.array(part) for part in zip(*cells, strict=True))
        self.table = csr_array((value, (at, column)), shape=(len(rows), len(self.names)))
        lengths = np.array([len(example.labels) for example in examples])
        self.mask = np.arange(lengths.max())[None, :] < lengths[:, None]
        self.gold = np.zeros(self.mask.shape, int)
        self.steps = np.zeros(self.mask.shape, int)
        for i, example in enumerate(examples):
            self.gold[i, : lengths[i]] = [LABELS.index(label) for label in example.labels]
            self.steps[i, : lengths[i]] = [STEPS.index(step_to(piece)) for piece in example.pieces]
        self.size = len(self.names) * len(LABELS) + len(STEPS) * len(LABELS) ** 2

    def _split(self, x: Array) -> tuple[Array, Array]:
        cut = len(self.names) * len(LABELS)
        return x[:cut].reshape(-1, len(LABELS)), x[cut:].reshape(len(STEPS), len(LABELS), len(LABELS))

    def loss(self, x: Array) -> tuple[float, Array]:
        """Negative log likelihood with its penalty, and its gradient."""
        weights, moves = self._split(x)
        mask, gold, steps = self.mask, self.gold, self.steps
        flat = self.table @ weights
        scores = np.zeros((*mask.shape, len(LABELS)))
        scores[mask] = flat
        ahead, behind = self._messages(scores, moves)
        total = _log_sum(ahead[:, -1], 1)
        error = np.exp(ahead + behind - total[:, None, None])[mask]
        known = gold[mask]
        loss = total.sum() - flat[np.arange(len(known)), known].sum()
        error[np.arange(len(known)), known] -= 1
        turned = np.zeros_like(moves)
        for t in range(1, mask.shape[1]):
            on = mask[:, t]
            move = moves[steps[on, t]]
            joint = np.exp(
                ahead[on, t - 1][:, :, None]
                + move
                + (scores[on, t] + behind[on, t])[:, None, :]
                - total[on][:, None, None]
            )
            rows = np.arange(on.sum())
            loss -= move[rows, gold[on, t - 1], gold[on, t]].sum()
            joint[rows, gold[on, t - 1], gold[on, t]] -= 1
            np.add.at(turned, steps[on, t], joint)
        gradient = np.concatenate([(self.table.T @ error).ravel(), turned.ravel()])
        return float(loss + PENALTY * (x @ x) / 2), gradient + PENALTY * x

    def _messages(self, scores: Array, moves: Array) -> tuple[Array, Array]:
        mask, steps = self.mask, self.steps
        ahead, behind = np.zeros_like(scores), np.zeros_like(scores)
        ahead[:, 0] = scores[:, 0]
        for t in range(1, mask.shape[1]):
            step = _log_sum(ahead[:, t - 1][:, :, None] + moves[steps[:, t]], 1) + scores[:, t]
            ahead[:, t] = np.where(mask[:, t][:, None], step, ahead[:, t - 1])
        for t in range(mask.shape[1] - 2, -1, -1):
            step = _log_sum(moves[steps[:, t + 1]] + (scores[:, t + 1] + behind[:, t + 1])[:, None, :], 2)
            behind[:, t] = np.where(mask[:, t + 1][:, None], step, 0)
        return ahead, behind

    def to_weights(self, x: Array) -> Raw:
        """Readable weights: by feature and label, transitions by step and label."""
        weights, moves = self._split(x)
        found = {name: _row(weights[i]) for name, i in self.names.items()}
        for s, step in enumerate(STEPS):
            found |= {f"{step}:{label}": _row(moves[s, a]) for a, label in enumerate(LABELS)}
        return {name: row for name, row in found.items() if row}


def _frequent(postings: Sequence[Sequence[Features]]) -> set[str]:
    """Names of the features that are seen often enough, words in enough postings."""
    pieces = Counter(name for posting in postings for row in posting for name in row)
    spread = Counter(name for posting in postings for name in {name for row in posting for name in row})
    return {
        name
        for name, count in pieces.items()
        if count >= SEEN_OFTEN and (not _WORDS.match(name) or spread[name] >= SEEN_OFTEN)
    }


def _row(values: Array) -> dict[str, float]:
    return {label: round(float(v), 3) for label, v in zip(LABELS, values, strict=True) if abs(v) > 0.02}


def _log_sum(values: Array, axis: int) -> Array:
    top = values.max(axis=axis, keepdims=True)
    summed: Array = (top + np.log(np.exp(values - top).sum(axis=axis, keepdims=True))).squeeze(axis)
    return summed


def predict(example: Example, weights: Weights) -> list[str]:
    """The labels that these weights give."""
    if not example.pieces:
        return []
    scores = [score(features(piece), weights) for piece in example.pieces]
    return [sections.choose(row) for row in judge(example.pieces, scores, weights)]


def cross_validate(examples: Sequence[Example], extra: Sequence[Example]) -> dict[str, float]:
    """F1 of each list and of all, over pieces of cases held out in turn."""
    order = np.random.default_rng(0).permutation(len(examples))
    pairs: list[tuple[str, str]] = []
    for fold_ in range(FOLDS):
        held = set(order[fold_::FOLDS].tolist())
        weights = Weights(fit([*(e for i, e in enumerate(examples) if i not in held), *extra]))
        for i in held:
            pairs += zip(examples[i].labels, predict(examples[i], weights), strict=True)
    figures = {label: _f1([(g == label, p == label, g == p) for g, p in pairs]) for label in LISTS}
    return figures | {"all": _f1([(g != "none", p != "none", g == p != "none") for g, p in pairs])}


def _f1(rows: Sequence[tuple[bool, bool, bool]]) -> float:
    gold, given = sum(r[0] for r in rows), sum(r[1] for r in rows)
    return 2 * sum(r[0] and r[2] for r in rows) / max(1, gold + given)


@click.command()
@click.option(
    "--pieces",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="Further labelled pieces, JSON Lines.",
)
@click.option("--write", is_flag=True, help="Fit on everything and write the weights.")
def main(pieces: tuple[Path, ...], write: bool) -> None:
    """Fit the model that judges a posting's pieces."""
    examples, extra = read_examples(), [example for path in pieces for example in read_pieces(path)]
    click.echo(
        f"{len(examples)} cases, {sum(len(e.labels) for e in examples)} pieces; {len(extra)} further postings"
    )
    for label, figure in cross_validate(examples, extra).items():
        click.echo(f"{label:10} F1 {figure:.3f} on held-out cases")
    if write:
        WEIGHTS.write_text(json.dumps(fit([*examples, *extra]), indent=0, sort_keys=True) + "\n", "utf-8")
        click.echo(f"written: {WEIGHTS}")


if __name__ == "__main__":
    main()
