"""Quotes that the model copied, found in the text; those that are not there are asked for once more."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from extractor.outline import Outline
from extractor.records import Span
from extractor.schema import Warning
from extractor.strategies.base import UNANSWERED, Ask, Reading

# More than this and the reply as a whole is off; asking again would cost more than it brings.
MOST_ASKED_AGAIN = 6


class Again(BaseModel):
    """Second try at quotes: as many as were asked about, in the same order, null for none."""

    model_config = ConfigDict(extra="forbid")

    quotes: list[str | None] = Field(max_length=MOST_ASKED_AGAIN)


Quotes = Mapping[str, Sequence[str | None]]


async def locate_quotes(
    outline: Outline,
    reading: Reading,
    ask: Ask,
    variables: Mapping[str, str],
    answer: BaseModel,
    quotes: Quotes,
) -> dict[str, list[Span]]:
    """Where each quote stands, by the pointer of its field; what is found nowhere leaves a warning."""
    found: dict[str, list[Span]] = {pointer: [] for pointer in quotes}
    lost: list[tuple[str, str]] = []
    for pointer, said in quotes.items():
        for quote in said:
            if quote and quote.strip() and not _locate(outline, found[pointer], quote):
                lost.append((pointer, quote))
    if lost and len(lost) <= MOST_ASKED_AGAIN:
        tries: list[str | None] = [None] * len(lost)
        with contextlib.suppress(*UNANSWERED):
            second = await ask(Again, variables, follow_up=_complaint(lost), earlier=answer)
            tries = [*second.quotes, *tries]
        lost = [
            (pointer, quote)
            for (pointer, quote), again in zip(lost, tries, strict=False)
            if not (again and again.strip() and _locate(outline, found[pointer], again))
        ]
    for pointer, quote in lost:
        message = f"Dropped {quote[:80]!r}: the text does not say it."
        reading.warnings.append(Warning(pointer=pointer, code="unsupported", message=message))
    return found


def warn_withheld(outline: Outline, reading: Reading) -> None:
    """Say so where passages are kept from the model."""
    if outline.left_out:
        noun = "passage that speaks" if outline.left_out == 1 else "passages that speak"
        message = f"Left out: {outline.left_out} {noun} to a language model."
        reading.warnings.append(Warning(pointer="", code="instructions", message=message))


def warn_shortened(outline: Outline, reading: Reading, start: int) -> None:
    """Say that the text from `start` on is not shown to the model, counted in the text as given."""
    start = outline.document.to_source(Span(start, start + 1)).start
    message = f"The text from character {start} on was not shown to the model: too long."
    reading.warnings.append(Warning(pointer="", code="shortened", message=message))


def _locate(outline: Outline, spans: list[Span], quote: str) -> bool:
    found = outline.locate(quote)
    if found is not None:
        spans.append(found[0])
    return found is not None


def _complaint(lost: Sequence[tuple[str, str]]) -> str:
    listed = "\n".join(f"{number}. {quote}" for number, (_, quote) in enumerate(lost, start=1))
    return (
        "The posting does not say these:\n"
        f"{listed}\n"
        "For each, in this order, give the posting's own words exactly as they stand there, or null if it "
        "has none."
    )
