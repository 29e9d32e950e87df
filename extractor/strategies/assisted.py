"""The embedded model's strategy: code reads what code can; one short call asks for the rest.

A small model writes slowly, loops on long lists, labels lines badly and lists skills badly
(docs/strategies.md), but it reads well who offers which job where. It is shown the head of the
posting and the lines further down that may name employer or place, and writes three short quotes;
code finds each in the text and reads the rest.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from extractor.errors import CutOff
from extractor.fields.employment import find_employment_types
from extractor.outline import Outline
from extractor.schema import Warning
from extractor.sections import LISTS
from extractor.strategies.base import Ask, Reading, Task, read_claims
from extractor.strategies.quotes import locate_quotes, warn_withheld

# The head of a posting names its job; a navigation menu may stand before it.
HEAD_CHARS = 1_200
SHOWN_CHARS = 2_000

_NAMES = re.compile(
    r"\b(?:about|at|join|über|bei|chez|about us|location|standort|lieu|ort|ubicaci[óo]n|company|employer|"
    r"unternehmen|entreprise|empresa|"
    r"företag|arbeitgeber|based in|located in|offices? in)\b",
    re.IGNORECASE,
)


class Essentials(BaseModel):
    """What the model copies."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["job", "resume", "course", "news", "error"]
    title: str | None = Field(max_length=160)
    company: str | None = Field(max_length=100)
    locations: list[str] = Field(max_length=8)


class Assisted:
    """See the module."""

    name = "assisted"
    prompt = "essentials"

    async def read(self, task: Task, ask: Ask) -> Reading:
        """Claims by code and by the model."""
        reading, variables = Reading(), {"posting": shown(task.outline)}
        warn_withheld(task.outline, reading)
        try:
            answer = await ask(Essentials, variables)
        except CutOff as error:
            answer = begun(error)
            message = f"The model's list of places is left out: {error.message}."
            reading.warnings.append(Warning(pointer="", code="cut_off", message=message))
        if not is_posting(task.outline, answer.kind):
            return Reading(is_posting=False)
        found = await locate_quotes(task.outline, reading, ask, variables, answer, {
            "/title": [answer.title],
            "/company/name": [answer.company],
            "/locations": answer.locations,
        })  # fmt: skip
        read_claims(task, task.outline, found, reading)
        return reading


_OBJECT = TypeAdapter(dict[str, Any])


def begun(error: CutOff) -> Essentials:
    """Title and employer of a reply that went in circles over the places and was cut off: code looks for the
    places then. Raises the error where the reply did not come so far."""
    try:
        said = _OBJECT.validate_json(error.said, experimental_allow_partial=True)
        return Essentials(kind=said["kind"], title=said["title"], company=said["company"], locations=[])
    except (ValueError, LookupError, TypeError):  # a ValidationError is a ValueError
        raise error from None


# Of the development cases the look-alikes (a résumé, a course, a news item, a captcha page) have at most
# 0.39 of their pieces in a posting's lists; the postings whose kind the model gets wrong have more.
POSTING_SHARE = 0.45
# Notices in running text have fewer: of a course or an article no three lists are told.
NOTICE_SHARE, NOTICE_LISTS = 0.25, 3


def is_posting(outline: Outline, kind: str) -> bool:
    """Whether the text offers a job: by what the model takes it for, or by how many of its pieces are
    duties, requirements or benefits; where neither says so, by the terms of employment and the headings
    of a posting together."""
    if kind == "job":
        return True
    lists, share = headed(outline), listed_share(outline)
    if share > POSTING_SHARE:
        return kind != "resume" or len(lists) >= 2  # what a résumé lists reads as requirements
    if kind in ("course", "news") and share > NOTICE_SHARE and len(told(outline)) >= NOTICE_LISTS:
        return True
    types = {found.value for found in find_employment_types(outline.body, language=outline.language)}
    if kind == "course" and types & {"apprenticeship", "internship"}:  # the model takes them for courses
        return True
    return kind != "resume" and bool(types) and "duties" in lists and len(lists) >= 2


def headed(outline: Outline) -> set[str]:
    """Which of a posting's lists have a heading of their own."""
    return {
        segment.section for segment in outline.segments if segment.kind == "heading" and segment.section
    } & {*LISTS}


def told(outline: Outline) -> set[str]:
    """Which of a posting's lists any piece belongs to."""
    return {verdict.label for verdict in outline.verdicts} - {"none"}


def listed_share(outline: Outline) -> float:
    """Share of the pieces that belong to a posting's lists, 0 to 1."""
    pieces = outline.verdicts
    return sum(verdict.label != "none" for verdict in pieces) / max(1, len(pieces))


def shown(outline: Outline) -> str:
    """The posting as the model sees it: its head, then lines that may name employer or place."""
    text, pieces, size = outline.document.text, [], 0
    for segment in outline.segments:
        said = outline.words(segment.span)
        is_head = segment.span.start < HEAD_CHARS
        if not is_head and not (
            len(said) < 300 and _NAMES.search(text, segment.span.start, segment.span.end)
        ):
            continue
        if size + len(said) > SHOWN_CHARS:
            break
        pieces.append(said)
        size += len(said) + 1
    return "\n".join(pieces)
