"""Fit the chain model that finds skills, and say how well it does on cases it has not seen.

    python -m eval.fit_skills [--skills FILE]... [--write]

The examples are the committed development cases with labelled skills. Further ones can be given as JSON
Lines, `{text, format, skills: [{name, kind}, ...]}` with names as they stand in the text; they are used
for fitting only. Without --write nothing is changed; with it, the weights
(extractor/fields/data/skill_tagger.json) are fitted on everything and written.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pycrfsuite

from eval.cases import load_cases
from eval.reading import read_case
from extractor.document import read_document
from extractor.fields import skill_tagger
from extractor.fields.skill_lexicon import Token, tokenise
from extractor.fields.skill_tagger import (
    OFFSETS,
    TAGS,
    Words,
    neighbour_features,
    see_words,
    word_features,
)
from extractor.fields.skills import canonical, find_candidates
from extractor.outline import Outline, outline
from extractor.readers.skills import pieces_of, read_skills
from extractor.records import Document

WEIGHTS = Path(skill_tagger.__file__).parent / "data/skill_tagger.json"
PENALTIES = {"c1": 0.5, "c2": 0.3}  # L1 and L2; others tried judged held-out cases no better
STEPS = 120
SEEN_IN = 3  # postings; a feature of fewer tells of them, not of postings
FOLDS = 5
LIGHT = 0.015  # weights below it are left out

Skills = Sequence[tuple[str, str]]  # name and kind


@dataclass(frozen=True)
class Example:
    """One posting with its skills, and each piece's words, features and tags."""

    outline: Outline
    skills: Skills
    pieces: list[tuple[list[list[str]], list[str]]]


def read_examples() -> Iterator[Example]:
    """The committed development cases with skills."""
    for case in load_cases():
        posting = case.gold.posting
        if case.split == "dev" and posting and posting.get("skills"):
            yield make_example(read_case(case), [(s["name"], s["kind"]) for s in posting["skills"]])


def read_more(path: Path) -> Iterator[Example]:
    """Further labelled postings."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        document = read_document(row["text"], kind="html" if row.get("format") == "html" else "text")
        yield make_example(document, [(s["name"], s["kind"]) for s in row["skills"]])


def make_example(document: Document, skills: Skills) -> Example:
    """The posting as the tagger sees it; every word of every occurrence of a skill is tagged."""
    seen = outline(document)
    tokens = tokenise(seen.body)
    tags = _tags(seen.body, tokens, skills)
    pieces = [
        (list(features(words)), tags[words.first : words.last])
        for words in see_words(
            seen.body,
            tokens,
            pieces_of(seen),
            find_candidates(seen.body, language=seen.language),
            seen.language,
        )
    ]
    return Example(seen, skills, pieces)


def features(words: Words) -> Iterator[list[str]]:
    """All features of each word, as `skill_tagger.decode` adds their weights up."""
    size = len(words.written)
    for at, word in enumerate(words.written):
        row = [*word_features(word), *words.features_at(at)]
        for offset in OFFSETS:
            if 0 <= at + offset < size:
                row += neighbour_features(words.written[at + offset], offset)
        yield row


def _tags(text: str, tokens: Sequence[Token], skills: Skills) -> list[str]:
    tags = ["O"] * len(tokens)
    for name, kind in sorted(skills, key=lambda skill: -len(skill[0])):
        for start, end in _occurrences(text, name):
            at = [i for i, token in enumerate(tokens) if token.start < end and start < token.end]
            if at and all(tags[i] == "O" for i in at):
                tags[at[0] : at[-1] + 1] = [f"B-{kind}", *[f"I-{kind}"] * (len(at) - 1)]
    return tags


def _occurrences(text: str, name: str) -> Iterator[tuple[int, int]]:
    words = re.findall(r"\w+|[+#]+", name)
    if words:
        pattern = r"\W{0,3}".join(re.escape(word) for word in words)
        begin, end = r"(?<!\w)" if name[0].isalnum() else "", r"(?![\w+#])" if name[-1].isalnum() else ""
        for match in re.finditer(begin + pattern + end, text, re.IGNORECASE):
            yield match.span()


def fit(examples: Sequence[Example]) -> dict[str, Any]:
    """The weights, as the tagger's file holds them."""
    spread = Counter(
        name for e in examples for name in {name for rows, _ in e.pieces for row in rows for name in row}
    )
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({**PENALTIES, "max_iterations": STEPS, "feature.possible_transitions": True})
    for example in examples:
        for rows, tags in example.pieces:
            trainer.append([[name for name in row if spread[name] >= SEEN_IN] for row in rows], tags)
    with tempfile.NamedTemporaryFile(suffix=".crf") as file:
        trainer.train(file.name)
        tagger = pycrfsuite.Tagger()
        tagger.open(file.name)
        info = tagger.info()
    weights: dict[str, list[float]] = {}
    for (name, tag), weight in info.state_features.items():
        if abs(weight) >= LIGHT:
            weights.setdefault(name, [0.0] * len(TAGS))[TAGS.index(tag)] = round(weight, 3)
    moves = [[round(info.transitions.get((a, b), 0.0), 3) for b in TAGS] for a in TAGS]
    for a, last in enumerate(TAGS):  # a skill goes on only where it has begun
        for b, tag in enumerate(TAGS):
            if tag.startswith("I") and last[1:] != tag[1:]:
                moves[a][b] = -50.0
    return {"features": weights, "moves": moves}


def write(weights: dict[str, Any], path: Path) -> None:
    """One feature a line."""
    rows = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}"
        for name, row in sorted(weights["features"].items())
    )
    path.write_text(f'{{"moves": {json.dumps(weights["moves"])},\n"features": {{\n{rows}\n}}}}\n', "utf-8")
    skill_tagger.forget()


def judge(examples: Iterable[Example]) -> Counter[str]:
    """Right, given and stated skills by kind, by their canonical names."""
    counts: Counter[str] = Counter()
    for example in examples:
        skills = [claim.value for claim in read_skills(example.outline, None)]
        for kind in ("hard", "soft"):
            gold = {canonical(name) for name, of in example.skills if of == kind}
            given = {canonical(skill.name) for skill in skills if skill.kind == kind}
            counts += Counter(
                {f"{kind} right": len(gold & given), f"{kind} given": len(given), f"{kind} stated": len(gold)}
            )
    return counts


def cross_validate(examples: Sequence[Example], extra: Sequence[Example]) -> Counter[str]:
    """Counts over cases held out in turn; the shipped weights are put back afterwards."""
    shipped = WEIGHTS.read_text("utf-8") if WEIGHTS.exists() else None
    order = list(range(len(examples)))
    random.Random(0).shuffle(order)  # noqa: S311 - a fixed order
    counts: Counter[str] = Counter()
    try:
        for fold in range(FOLDS):
            held = set(order[fold::FOLDS])
            write(fit([*(e for i, e in enumerate(examples) if i not in held), *extra]), WEIGHTS)
            counts += judge(examples[i] for i in held)
    finally:
        if shipped is not None:
            WEIGHTS.write_text(shipped, "utf-8")
        skill_tagger.forget()
    return counts


def describe(counts: Counter[str]) -> Iterator[str]:
    """A line a kind."""
    for kind in ("hard", "soft"):
        right, given, stated = (counts[f"{kind} {what}"] for what in ("right", "given", "stated"))
        precision, recall = right / max(1, given), right / max(1, stated)
        f1 = 2 * right / max(1, given + stated)
        yield f"{kind} skills: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"


@click.command()
@click.option(
    "--skills",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="Further labelled postings, JSON Lines.",
)
@click.option("--write", "to_write", is_flag=True, help="Fit on everything and write the weights.")
@click.option("--no-check", is_flag=True, help="Leave cross-validation out.")
def main(skills: tuple[Path, ...], to_write: bool, no_check: bool) -> None:
    """Fit the model that finds skills."""
    examples, extra = list(read_examples()), [example for path in skills for example in read_more(path)]
    click.echo(f"{len(examples)} cases, {len(extra)} further postings")
    if not no_check:
        for line in describe(cross_validate(examples, extra)):
            click.echo(f"{line} on held-out cases")
    if to_write:
        write(fit([*examples, *extra]), WEIGHTS)
        click.echo(f"written: {WEIGHTS}")


if __name__ == "__main__":
    main()
