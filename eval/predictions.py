"""What was answered, as read from a file: Extraction lines, or bare {id, posting}."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOT_A_POSTING = "not_a_posting"
# The provider's or the machine's fault: such an answer says nothing about the extraction's quality.
FAULTS_OF_OTHERS = frozenset({
    "provider_unavailable", "rate_limited", "timeout", "provider_refused", "bad_settings", "bad_prompt",
    "weights", "storage", "internal",
})  # fmt: skip


@dataclass(frozen=True)
class Prediction:
    """One answer to one case; `repeat` counts from 0."""

    id: str
    posting: Mapping[str, Any] | None
    error: Mapping[str, Any] | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 0

    @property
    def error_code(self) -> str | None:
        """The error's code, None where there is none."""
        return str(self.error.get("code")) if self.error else None

    @property
    def is_valid(self) -> bool:
        """Whether it is an answer: a posting, or the statement that the text is none."""
        return self.posting is not None or self.error_code == NOT_A_POSTING

    @property
    def is_incomplete(self) -> bool:
        """Whether it failed for reasons outside posting and model; such a case is not judged."""
        return not self.is_valid and (self.error_code is None or self.error_code in FAULTS_OF_OTHERS)


def to_prediction(row: Mapping[str, Any]) -> Prediction:
    """A Prediction from one JSON line."""
    posting, error = row.get("posting"), row.get("error")
    if error is None and posting is None and "error" not in row:
        error = {"code": NOT_A_POSTING, "message": "bare line with a null posting", "retryable": False}
    return Prediction(
        id=str(row["id"]),
        posting=posting if isinstance(posting, dict) else None,
        error=error,
        evidence=row.get("evidence") or {},
        confidence=row.get("confidence") or {},
        warnings=tuple(row.get("warnings") or ()),
        meta=row.get("meta") or {},
        repeat=int(row.get("repeat", 0)),
    )


def iter_predictions(path: Path) -> Iterator[Prediction]:
    """Predictions of a JSON Lines file, in order. Raises ValueError with the line number."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield to_prediction(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}, line {number}: {error!r}") from error


def read_predictions(path: Path) -> dict[str, list[Prediction]]:
    """Predictions by id, repeats in order; a folder means the predictions.jsonl in it."""
    path = path / "predictions.jsonl" if path.is_dir() else path
    found: dict[str, dict[int, Prediction]] = {}
    for prediction in iter_predictions(path):
        found.setdefault(prediction.id, {})[prediction.repeat] = prediction  # the last one written counts
    return {id_: [runs[k] for k in sorted(runs)] for id_, runs in found.items()}
