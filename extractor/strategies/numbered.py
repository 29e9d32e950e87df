"""A large model's strategy: one call over numbered pieces.

The posting is shown as the pieces that code has cut, each with its number; the model answers with
numbers for the verbatim lists and with short quotes for the rest, a quarter of what copying the
posting's sentences costs. Code reads the values as for `assisted`, but which piece is what is the
large model's own judgement, not the fitted chain's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from extractor.outline import Outline
from extractor.sections import LABELS, LISTS, Placed, Verdict
from extractor.strategies.base import Ask, Reading, Task, read_claims
from extractor.strategies.quotes import locate_quotes, warn_shortened, warn_withheld

# About 25,000 tokens.
SHOWN_CHARS = 100_000

Numbers = str  # "4-9, 12"; "" for none


class Pieces(BaseModel):
    """What the model answers: numbers of pieces, and short quotes."""

    model_config = ConfigDict(extra="forbid")

    is_job_posting: bool
    title: str | None
    company: str | None
    locations: list[str]
    duties: Numbers = Field(description="numbers of the pieces that state a duty")
    required: Numbers = Field(description="numbers of the pieces that state a requirement")
    preferred: Numbers = Field(description="numbers of the pieces that state a plus")
    benefits: Numbers = Field(description="numbers of the pieces that state a benefit")
    other_jobs: Numbers = Field(description="numbers of the pieces that belong to other jobs on the page")
    hard_skills: list[str]
    soft_skills: list[str]


class Numbered:
    """See the module."""

    name = "numbered"
    prompt = "numbered"

    async def read(self, task: Task, ask: Ask) -> Reading:
        """Claims by code, over the model's judgement of the pieces."""
        reading = Reading()
        warn_withheld(task.outline, reading)
        posting, most = shown(task.outline, reading)
        variables = {"posting": posting}
        answer = await ask(Pieces, variables)
        if not answer.is_job_posting:
            return Reading(is_posting=False)
        judged = judge(task.outline, answer, most)
        found = await locate_quotes(judged, reading, ask, variables, answer, {
            "/title": [answer.title],
            "/company/name": [answer.company],
            "/locations": answer.locations,
            "/skills": [*answer.hard_skills, *answer.soft_skills],
        })  # fmt: skip
        read_claims(task, judged, found, reading)
        return reading


def shown(outline: Outline, reading: Reading) -> tuple[str, int]:
    """The pieces with their numbers, headings without, and the last number; a warning where the end is
    left out."""
    numbers = {id(piece.segment): number for number, piece in enumerate(outline.pieces, start=1)}
    lines, size, last = [], 0, 0
    for segment in outline.segments:
        said = " ".join(outline.words(segment.span).split())
        number = numbers.get(id(segment))
        line = f"[{number}] {said}" if number else f"## {said}"
        size += len(line) + 1
        if size > SHOWN_CHARS:
            warn_shortened(outline, reading, segment.span.start)
            break
        lines.append(line)
        last = number or last
    return "\n".join(lines), last


def judge(outline: Outline, answer: Pieces, most: int) -> Outline:
    """The outline with the model's labels, of pieces 1 to `most`; those of other jobs are withheld.

    A number named twice counts where it is named first.
    """
    others = set(read_numbers(answer.other_jobs, most))
    chosen = dict.fromkeys(others, "none")
    for label in LISTS:
        for number in read_numbers(getattr(answer, label), most):
            chosen.setdefault(number, label)
    numbered = enumerate(outline.pieces, start=1)
    judged = tuple(_judge(piece, chosen.get(number, "none")) for number, piece in numbered)
    foreign = [outline.pieces[number - 1].segment.span for number in sorted(others)]
    return replace(outline, judged=judged, withheld=(*outline.withheld, *foreign))


def _judge(piece: Placed, label: str) -> Verdict:
    return Verdict(piece.segment, piece.section, label, {name: float(name == label) for name in LABELS})


def read_numbers(said: str, most: int) -> list[int]:
    """ "4-9, 12" as numbers from 1 to `most`; what is no number or out of range is passed over."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?", said):
        start, stop = int(first), int(last or first)
        numbers += range(max(1, start), min(stop, most) + 1)
    return numbers
