"""Whether cases are well formed, before anything is measured on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from eval.cases import Case
from eval.comparators import ITEM
from eval.fields import FIELDS, Items
from eval.folding import fold
from eval.gold import Gold, to_path, value_at, with_value
from eval.reading import read_case
from extractor.schema import JobPosting

# Two postings of one text with other figures in it stay above 0.9 as sets of words; two postings of
# one employer about two jobs stay under it.
NEAR_DUPLICATE = 0.9
SPLITS = ("dev", "test")


def check_cases(cases: Sequence[Case]) -> list[str]:
    """What is wrong, a sentence each, beginning with the case's id; [] where nothing is."""
    texts = {case.id: read_case(case).text for case in cases}
    problems = [f"{case.id}: {problem}" for case in cases for problem in _check_case(case, texts[case.id])]
    return [*problems, *_check_splits(cases, texts)]


def _check_case(case: Case, text: str) -> Iterator[str]:
    if not text.strip():
        yield "the posting is empty"
    if case.split not in SPLITS:
        yield f"split is {case.split!r}, not one of {', '.join(SPLITS)}"
    if case.today is None:
        yield "case.toml names no today"
    yield from _check_gold(case.gold)
    folded = _squeeze(text)
    yield from (
        f"{at}: not in the text: {item!r}"
        for at, item in _verbatim(case.gold)
        if _squeeze(item) not in folded
    )


def _check_gold(gold: Gold) -> Iterator[str]:
    if gold.posting is None:
        return
    known = set(JobPosting.model_fields)
    for pointer in (*(gold.labelled or ()), *gold.alternatives):
        if not pointer or pointer[0] not in known:
            yield f"unknown pointer /{'/'.join(pointer)}"
    for where, posting in _readings(gold):
        try:
            JobPosting.model_validate(posting)
        except ValidationError as error:
            first = error.errors()[0]
            yield f"{where}: /{'/'.join(map(str, first['loc']))}: {first['msg']}"


def _readings(gold: Gold) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The gold itself, and with each alternative in its place."""
    assert gold.posting is not None
    yield "gold", gold.posting
    for key, values in gold.alternatives.items():
        for number, value in enumerate(values):
            yield f"alternative {number + 1} of {'.'.join(key)}", with_value(gold.posting, key, value)


_VERBATIM = [field for field in FIELDS if isinstance(field, Items) and field.comparator is ITEM]
_VERBATIM_KEYS = [
    to_path(key) for key in ("summary", "locations.text", "skills.name", "keywords", "education.fields")
]


def _verbatim(gold: Gold) -> Iterator[tuple[str, str]]:
    """The labels that must occur in the text: lists of text, summary, names as written."""
    for path in [*(field.path for field in _VERBATIM), *_VERBATIM_KEYS]:
        head, *rest = path
        value = value_at(gold.posting, path)
        if value is None and rest:  # a leaf of the objects in a list
            objects = value_at(gold.posting, [head]) or []
            value = (
                [item.get(rest[0]) for item in objects if isinstance(item, Mapping)]
                if isinstance(objects, list)
                else []
            )
        items = value if isinstance(value, list) else [value]
        yield from (("/" + "/".join(path), item) for item in items if isinstance(item, str) and item)


def _squeeze(text: str) -> str:
    """Text without spaces and marks' variants: labels may stand across line breaks."""
    return "".join(fold(text).replace("*", "").split())


def _check_splits(cases: Sequence[Case], texts: Mapping[str, str]) -> Iterator[str]:
    """Development and test cases must not share an employer or nearly the same text."""
    for one, other in combinations(cases, 2):
        if one.split != other.split and one.cluster == other.cluster:
            yield f"{one.id}: employer also in {other.id}, which is in the other split"
    folded = [fold(texts[case.id]) for case in cases]
    near = process.cdist(folded, folded, scorer=fuzz.token_set_ratio, score_cutoff=100 * NEAR_DUPLICATE)
    for i, j in combinations(range(len(cases)), 2):
        if near[i, j] and min(len(folded[i]), len(folded[j])) > 200:
            yield f"{cases[i].id}: nearly the same text as {cases[j].id}"
