"""What answers a row: what a reading gave, a row's own error, or what an identical posting was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from extractor.batch.rows import Row
from extractor.errors import ExtractorError
from extractor.schema import Extraction, Failure, Meta, Warning

# Errors of no single posting: they answer no row.
EVERYONES = frozenset({"bad_settings", "bad_prompt", "weights", "storage"})


@dataclass(frozen=True, slots=True)
class Answer:
    """An Extraction as ledger, bill and log need it, whoever made it; `payload`: all of it, as JSON."""

    id: str
    error: Failure | None
    meta: Meta
    warnings: Sequence[Warning]
    payload: bytes

    @classmethod
    def of(cls, extraction: Extraction[Any]) -> Self:
        """What an Extraction says."""
        payload = extraction.model_dump_json().encode()
        return cls(extraction.id, extraction.error, extraction.meta, extraction.warnings, payload)

    @property
    def code(self) -> str | None:
        """The error's; None for a result."""
        return self.error.code if self.error else None


def failed_answer(row: Row, error: ExtractorError) -> Answer:
    """The error that answers a row."""
    return Answer.of(Extraction(id=row.id, posting=None, error=Failure.of(error), meta=Meta(cost_usd=0.0)))


def shared_answer(payload: bytes, row_id: str) -> Answer:
    """The answer to the same posting under another id, at no cost."""
    same = Extraction.model_validate_json(payload)
    return Answer.of(same.model_copy(update={"id": row_id, "meta": same.meta.free()}))
