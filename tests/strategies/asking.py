"""Extracting with a scripted model under a strategy of one's choice."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from extractor import Extraction, Extractor, Settings
from extractor.model.scripted import Line, Scripted

POSTING = """\
Night Baker
Crumb & Sons, Ulm, Germany

Your tasks
- Knead and shape the dough for 400 loaves a night
- Clean the ovens at six
- Prepare the orders for delivery

Your profile
- Two years of experience in a bakery
- A driving licence is a plus

We offer
- 30 days of holiday

Pay: 18.50 EUR per hour
"""


def ask(
    strategy: str, *lines: Line, text: str = POSTING, schema: type[BaseModel] | None = None
) -> tuple[Extraction, Scripted]:
    """The extraction with a model that says these lines, and the model."""
    model = Scripted(lines)
    with Extractor(Settings(strategy=strategy), model=model, schema=schema) as extractor:
        return extractor.extract(text, id="1"), model


def asked(model: Scripted) -> str:
    """The posting as the first request showed it."""
    return model.requests[0].messages[-1].content


def posting_of(extraction: Extraction) -> Any:
    """The posting as JSON; fails where there is none."""
    assert extraction.error is None, extraction.error
    assert extraction.posting is not None
    return extraction.posting.model_dump(mode="json")


def warned(extraction: Extraction) -> list[tuple[str, str]]:
    """Pointer and code of each warning."""
    return [(warning.pointer, warning.code) for warning in extraction.warnings]
