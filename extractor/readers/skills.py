"""Skills, each once, with how strongly the posting asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extractor.claims import Claim
from extractor.fields.skill_tagger import Piece, tag_skills
from extractor.fields.skills import canonical, find_candidates, kind_of
from extractor.outline import Outline
from extractor.records import Span
from extractor.schema import Skill, SkillKind

_STRENGTH = {"required": 2, "preferred": 1}


class Seen(NamedTuple):
    """A skill where it stands, and how probable the fitted model holds it to be, where that saw it."""

    name: str
    span: Span
    kind: SkillKind
    probability: float | None = None


def read_skills(outline: Outline, named: Sequence[Span] | None) -> Iterator[Claim]:
    """Skills, each once, in reading order: those that the model named; where it was not asked, those that code finds."""
    places: dict[str, list[Seen]] = {}
    for seen in _named_skills(outline, named) if named is not None else _known_skills(outline):
        places.setdefault(canonical(seen.name), []).append(seen)
    for found in sorted(places.values(), key=lambda group: min(seen.span for seen in group)):
        first = min(found, key=lambda seen: seen.span)
        strongest = max(found, key=lambda seen: _STRENGTH.get(_label_at(outline, seen.span), 0)).span
        strength = _label_at(outline, strongest)
        requirement = strength if strength in _STRENGTH else "mentioned"
        skill = Skill(name=first.name, kind=first.kind, requirement=requirement)
        spans = (first.span,) if first.span == strongest else (first.span, strongest)
        probable = [seen.probability for seen in found if seen.probability is not None]
        yield Claim("skills[]", skill, spans, score=max(probable, default=None))


def _named_skills(outline: Outline, named: Sequence[Span]) -> Iterator[Seen]:
    for span in named:
        name = outline.words(span)
        yield Seen(name, span, kind_of(name))


def _known_skills(outline: Outline) -> Iterator[Seen]:
    """Skills as the fitted model sees them; the soft ones that the rules are sure of as well, where a posting
    asks for them (elsewhere they are mostly the employer's praise)."""
    candidates = find_candidates(outline.body, language=outline.language)
    tagged = tag_skills(outline.body, pieces_of(outline), candidates, language=outline.language)
    yield from (Seen(skill.name, skill.span, skill.kind, skill.probability) for skill in tagged)
    taken = [skill.span for skill in tagged]
    for candidate in candidates:
        if candidate.kind == "hard" or not candidate.sure or candidate.span.overlaps(*taken):
            continue
        verdict = outline.verdict_at(candidate.span.start)
        if verdict is not None and (
            verdict.label in ("duties", "required", "preferred") or verdict.section in ("skills", "keywords", "required")
        ):  # fmt: skip
            yield Seen(candidate.name, candidate.span, candidate.kind)


def pieces_of(outline: Outline) -> list[Piece]:
    """The posting's pieces as the tagger of skills is shown them."""
    return [
        Piece(verdict.segment.span, verdict.label, verdict.section, verdict.segment.kind)
        for verdict in outline.verdicts
        if verdict.segment.span.end <= outline.end
    ]


def _label_at(outline: Outline, span: Span) -> str:
    verdict = outline.verdict_at(span.start)
    if verdict is None:
        return "none"
    if verdict.label == "none" and verdict.section in ("required", "preferred", "skills"):
        return "preferred" if verdict.section == "preferred" else "required"
    return verdict.label
