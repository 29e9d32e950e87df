"""How a run asks: what stands between its rows and the provider."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.batch.gate import Gate
from extractor.batch.gated import Faults, Gated
from extractor.batch.purse import Purse
from extractor.model import Model, OnProgress, build_model
from extractor.pipeline import Extractor
from extractor.records import Usage
from extractor.schema import SCHEMA_VERSION
from extractor.settings import Settings


class Online:
    """Each question at once: reply cache, then gate and purse, then the model.

    The model's own retries are off, so that the gate sees each fault.
    """

    def __init__(self, gate: Gate, attempts: int = 5) -> None:
        self._gate = gate
        self._attempts = attempts
        self._gated: Gated | None = None
        self.purse: Purse | None = None
        self.faults: Faults | None = None

    def open(self, settings: Settings, given: Model | None, on_progress: OnProgress) -> Model:
        """The model of an Extractor (its `open_model`)."""
        bare = settings.model_copy(update={"cache": False, "max_attempts": 1})
        model = given or build_model(bare, on_progress=on_progress, on_headers=self._gate.note_headers)
        self._gated = Gated(model, self._gate, self.purse, self._attempts, self.faults)
        return keep_replies(settings, self._gated)

    @property
    def lost(self) -> Usage:
        """What was paid for questions that the stop left unanswered."""
        return Usage() if self._gated is None else self._gated.lost


def keep_replies(settings: Settings, model: Model) -> Model:
    """The model behind the reply cache, where settings want one."""
    if not settings.cache:
        return model
    from extractor.model.cache import Cached

    size = settings.cache_size_mb * 1_000_000
    return Cached(model, settings.replies_dir, size, settings.ask_deadline_s)


def describe_asked(extractor: Extractor) -> Mapping[str, str]:
    """Who is asked what: answers to anything else do not belong into the same output."""
    model, base_url = extractor.identify()
    return {
        "model": model,
        "base_url": base_url,
        "strategy": extractor.strategy,
        "prompt": extractor.prompt.label,
        "schema": SCHEMA_VERSION,
    }
