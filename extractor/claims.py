"""Claims: values with their place in the text; and how a posting is built from them.

Every step that reads something makes claims; only what is claimed enters a posting, so a value
without words in the text cannot get in. A path names the field: `title`, `company.name`, or, with
`[]` at its end, a list that the value joins (`skills[]`, `education.levels[]`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from extractor.evidence import Match, find_origin, to_evidence
from extractor.records import Document, Span
from extractor.schema import Evidence, JobPosting


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of the posting; `spans` are ranges of Document.text that it was read from, `origin` a range
    of Document.source for what stands in a page's data and not in its text, `score` the probability, 0 to 1,
    that the fitted model which read it gives it; `confidence` the probability that a leaf of the value is
    right, by its key ("" for the value itself), where it was rated."""

    path: str
    value: Any
    spans: tuple[Span, ...]
    match: Match = "exact"
    origin: Span | None = None
    score: float | None = None
    confidence: Mapping[str, float] = field(default_factory=dict)


def build_posting(
    document: Document, claims: Iterable[Claim]
) -> tuple[JobPosting, dict[str, list[Evidence]]]:
    """The posting that the claims add up to, and the evidence of each of its values.

    For a single value the first claim stands; a list takes every claim whose value it has not yet.
    """
    evidence: dict[str, list[Evidence]] = {}
    tree: dict[str, Any] = {}
    for pointer, claim in settle(claims, tree):
        shown = [to_evidence(document, span, claim.match) for span in claim.spans]
        if claim.origin is not None:
            quote = document.source[claim.origin.start : claim.origin.end]
            shown.append(
                Evidence(start=claim.origin.start, end=claim.origin.end, quote=quote, match="normalised")
            )
        for leaf in _leaves(to_plain(claim.value), pointer):
            evidence[leaf] = shown
    return JobPosting.model_validate(tree), evidence


def provable(document: Document, claims: Iterable[Claim]) -> list[Claim]:
    """The claims with words in the source; a span of characters that reading put there proves nothing."""
    kept = []
    for claim in claims:
        spans = tuple(span for span in claim.spans if find_origin(document, span) is not None)
        if spans or claim.origin is not None:
            kept.append(claim if spans == claim.spans else replace(claim, spans=spans))
    return kept


def confidence_of(claims: Iterable[Claim]) -> dict[str, float]:
    """The probability of each rated value of the posting that the claims add up to, by its pointer."""
    return {
        f"{pointer}/{leaf}" if leaf else pointer: probability
        for pointer, claim in settle(claims)
        for leaf, probability in claim.confidence.items()
    }


def settle(claims: Iterable[Claim], tree: dict[str, Any] | None = None) -> Iterator[tuple[str, Claim]]:
    """The claims that make the posting, each with its value's JSON pointer; `tree` becomes the posting."""
    tree = {} if tree is None else tree
    for claim in claims:
        value = to_plain(claim.value)
        if value in (None, "", [], {}) or not (claim.spans or claim.origin):
            continue
        pointer = _insert(tree, claim.path, value)
        if pointer is not None:
            yield pointer, claim


def to_plain(value: Any) -> Any:
    """A claim's value as it stands in the posting."""
    return value.model_dump() if isinstance(value, BaseModel) else value


def _insert(tree: dict[str, Any], path: str, value: Any) -> str | None:
    """Put the value where its path says; the JSON pointer that it now has, None where it has no place."""
    *parents, name = path.split(".")
    node, pointer = tree, ""
    for parent in parents:
        node = node.setdefault(parent, {})
        pointer += f"/{parent}"
    if name.endswith("[]"):
        items = node.setdefault(name[:-2], [])
        if value in items:
            return None
        items.append(value)
        return f"{pointer}/{name[:-2]}/{len(items) - 1}"
    if node.get(name) is not None:
        return None
    node[name] = value
    return f"{pointer}/{name}"


def _leaves(value: Any, pointer: str) -> Iterator[str]:
    """Pointers of the values inside a value; absent ones have none."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{pointer}/{key}")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{index}")
    elif value is not None:
        yield pointer
