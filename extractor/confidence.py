"""How probable it is that a value is right, and leaving out what is less probable than wished.

A value's probability is a logistic function of a few signals that anyone can check in the text (it
stands behind its label, alone on its line, again further down ...) and, for pieces and skills, of the
probability that the fitted model gave it. Each field has a bias of its own. The weights, none of them
negative, are fitted on labelled postings by `python -m eval.fit_confidence`
(`data/confidence.json`); how well they hold on others is told in docs/confidence.md.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from extractor.claims import Claim, settle, to_plain
from extractor.outline import Outline
from extractor.records import Span
from extractor.schema import Warning

# Fields that the same signals speak for, by the beginning of their path; what is not named is a fact of
# the page (the employer's size, the category, where to apply ...).
FAMILIES = {
    "title": "names",
    "company.name": "names",
    "locations": "places",
    "responsibilities": "lists",
    "required_qualifications": "lists",
    "preferred_qualifications": "lists",
    "benefits": "lists",
    "skills": "skills",
    "compensation": "pay",
    "schedule": "dates",
    "posted_on": "dates",
    "closes_on": "dates",
    "work_arrangements": "terms",
    "office_days_per_week": "terms",
    "applicant_countries": "terms",
    "employment_types": "terms",
    "seniority": "terms",
    "experience": "requirements",
    "education": "requirements",
}
# Where a value of a family is looked for: under these headings, or in a piece with these labels.
_AT_HOME = {
    "responsibilities": {"duties"},
    "required_qualifications": {"required"},
    "preferred_qualifications": {"preferred"},
    "benefits": {"benefits"},
    "compensation": {"benefits"},
    "skills": {"required", "preferred", "skills", "keywords"},
    "experience": {"required", "preferred"},
    "education": {"required", "preferred"},
}
# An object without any of these says nothing any more.
_CORE = {
    "locations": ("city", "region", "country", "text"),
    "skills": ("name",),
    "compensation": ("min", "max"),
    "schedule.terms": ("start", "end"),
    "experience": ("min_years", "max_years"),
    "education.graduation": ("earliest", "latest"),
    "work_authorization.history": ("year",),
    "company.headquarters": ("city", "region", "country"),
}
_SURE = 0.002  # a model's probability is held to be at least so far from 0 and 1
_LONGEST_NAME = 80  # code points; what is longer stands on no line alone and is not said again

Signals = dict[str, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted weights of signals a family, and the bias of each field; a field without has no figure."""

    strategies: frozenset[str]
    families: Mapping[str, Mapping[str, float]]
    biases: Mapping[str, float]

    def probability(self, field: str, signals: Signals) -> float | None:
        """How probable a value of the field is right, 0 to 1; None where that was not measured."""
        bias = self.biases.get(field)
        if bias is None:
            return None
        weights = self.families.get(family_of(field), {})
        total = bias + sum(weights.get(name, 0.0) * value for name, value in signals.items())
        return round(1 / (1 + math.exp(-total)), 3)


@functools.cache
def load_calibration() -> Calibration:
    """The table that ships."""
    raw = json.loads(resources.files("extractor").joinpath("data/confidence.json").read_text("utf-8"))
    return to_calibration(raw)


def to_calibration(raw: Mapping[str, Any]) -> Calibration:
    """A table as it is written, read."""
    biases = {name: field["bias"] for name, field in raw["fields"].items()}
    return Calibration(frozenset(raw["strategies"]), raw["families"], biases)


def rate(outline: Outline, claims: Iterable[Claim], calibration: Calibration) -> list[Claim]:
    """The claims that make the posting, each with the probability of its values."""
    settled = [claim for _, claim in settle(claims)]
    return [
        replace(claim, confidence=_rate(claim, signals, calibration))
        for claim, signals in zip(settled, read_signals(outline, settled), strict=True)
    ]


def _rate(claim: Claim, signals: Signals, calibration: Calibration) -> dict[str, float]:
    rated = {}
    for leaf, field in leaf_fields(claim).items():
        probability = calibration.probability(field, signals)
        if probability is not None:
            rated[leaf] = probability
    return rated


def leaf_fields(claim: Claim) -> dict[str, str]:
    """The field by whose bias each leaf of a claim's value is judged; a leaf is a key of the value, "" the
    value itself. A skill's name and kind are one thing, and hard ones another than soft ones."""
    path, value = claim.path.removesuffix("[]"), to_plain(claim.value)
    if not isinstance(value, dict):
        return {"": path}
    present = {leaf: item for leaf, item in value.items() if item not in (None, [], {})}
    if path == "skills":
        kind = f"skills.{present.get('kind')}"
        return {leaf: "skills.requirement" if leaf == "requirement" else kind for leaf in present}
    return {leaf: f"{path}.{leaf}" for leaf, item in present.items() if not isinstance(item, list)}


def family_of(field: str) -> str:
    """The family of a field named by its dotted path."""
    parts = field.split(".")
    known = (FAMILIES.get(".".join(parts[:size])) for size in range(len(parts), 0, -1))
    return next((family for family in known if family), "facts")


def read_signals(outline: Outline, claims: Sequence[Claim]) -> Iterator[Signals]:
    """What speaks for each claim; 1 where a signal holds, and the log odds of a model's probability."""
    folded = outline.body.casefold()
    for claim in claims:
        signals: Signals = {}
        if claim.score is not None:
            sure = min(max(claim.score, _SURE), 1 - _SURE)
            signals["model"] = math.log(sure / (1 - sure))
        if claim.origin is not None:
            signals["data"] = 1.0
        if claim.spans:
            signals |= dict.fromkeys(_seen(outline, claim, claim.spans[0], folded), 1.0)
        if sum(other.path == claim.path for other in claims) == 1:
            signals["only"] = 1.0
        yield signals


# What may stand between a label and its value, and a label alone on the line above.
_LABEL = re.compile(r"(?:^|[|·•\t])[^|·•\t\n:]{2,40}:\s*[*_]*$")
_LABEL_ABOVE = re.compile(r"(?:^|\n)[^\n:]{2,40}:[ *_]*\n+[ *_]*$")


def _seen(outline: Outline, claim: Claim, span: Span, folded: str) -> Iterator[str]:
    """The names of the signals that hold where a claim stands."""
    text, said = outline.document.text, outline.words(span)
    if claim.match == "exact":
        yield "exact"
    if span.start < outline.header_end:
        yield "header"
    verdict = outline.verdict_at(span.start)
    home = _AT_HOME.get(claim.path.removesuffix("[]").partition(".")[0], ())
    if verdict is not None and (verdict.section in home):
        yield "headed"
    if verdict is not None and verdict.label in home:
        yield "listed"
    if len(said) > _LONGEST_NAME:
        return
    start, stop = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    before, after = text[start : span.start], text[span.end : stop if stop >= 0 else len(text)]
    if _LABEL.search(before) or (
        not before.strip(" *_") and _LABEL_ABOVE.search(text[max(0, start - 60) : start])
    ):
        yield "labelled"
    if not before.strip(" *_#-•") and not after.strip(" *_.,;"):
        yield "alone"
    if folded.count(said.casefold()) > 1:
        yield "again"


def abstain(claims: Iterable[Claim], below: float) -> tuple[list[Claim], list[Warning]]:
    """The rated claims without the values under a probability, and a warning for each left out. What was not
    rated stays; an object of whose core nothing stays goes as a whole."""
    kept, warnings = [], []
    for claim in claims:
        doubtful = [leaf for leaf, probability in claim.confidence.items() if probability < below]
        rest = _without(claim, doubtful)
        if rest is not None:
            kept.append(rest)
        elif "" not in doubtful:
            doubtful = [max(_core(claim), key=lambda leaf: claim.confidence.get(leaf, 0.0))]
        warnings += [_abstained(claim, leaf, below) for leaf in doubtful]
    return kept, warnings


def _core(claim: Claim) -> list[str]:
    """The leaves of a claim's object of which one at least must stay."""
    present = leaf_fields(claim)
    return [leaf for leaf in _CORE.get(claim.path.removesuffix("[]"), ()) if leaf in present] or [*present]


def _without(claim: Claim, leaves: Sequence[str]) -> Claim | None:
    """The claim without some leaves; None where nothing of it is left to say."""
    if not leaves:
        return claim
    if "" in leaves or not set(_core(claim)) - set(leaves):
        return None
    value = {leaf: None if leaf in leaves else item for leaf, item in to_plain(claim.value).items()}
    confidence = {leaf: p for leaf, p in claim.confidence.items() if leaf not in leaves}
    return replace(claim, value=value, confidence=confidence)


def _abstained(claim: Claim, leaf: str, below: float) -> Warning:
    path, value = claim.path.removesuffix("[]"), to_plain(claim.value)
    pointer, said = "/" + path.replace(".", "/"), value if leaf == "" else value[leaf]
    if leaf and not claim.path.endswith("[]"):
        pointer += f"/{leaf}"
    elif leaf and (whose := value.get("name") or value.get("text")) not in (None, said):
        said = f"{said} ({leaf} of {whose})"
    message = f"Left out {str(said)[:80]!r}: confidence {claim.confidence[leaf]:.2f}, under {below:g}."
    return Warning(pointer=pointer, code="abstained", message=message)
