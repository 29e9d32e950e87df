"""Answers that no model gave: a row's own error, and what an identical posting was answered."""

from __future__ import annotations

from extractor.batch.rows import Row
from extractor.errors import ExtractorError
from extractor.schema import Extraction, Failure, Meta

# Errors of no single posting: they answer no row.
EVERYONES = frozenset({"bad_settings", "bad_prompt", "weights", "storage"})


def failed_answer(row: Row, error: ExtractorError) -> Extraction:
    """The error that answers a row."""
    failure = Failure.of(error)
    return Extraction(id=row.id, posting=None, error=failure, meta=Meta(cost_usd=0.0))


def shared_answer(payload: bytes, row_id: str) -> Extraction:
    """The answer to the same posting under another id, at no cost."""
    same = Extraction.model_validate_json(payload)
    free = {
        "calls": 0,
        "reasks": 0,
        "input_tokens": 0,
        "cached_input_tokens": 0,
        "output_tokens": 0,
        "cost_usd": 0.0,
    }
    meta = same.meta.model_copy(update={**free, "seconds": 0.0, "cached": True})
    return same.model_copy(update={"id": row_id, "meta": meta})
