"""The only room that knows that a model exists.

`build_model` gives a Model, one async method, with everything wrapped around it that settings ask
for. Nothing here imports openai, instructor or xllamacpp before the first question is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.model.base import Model, OnHeaders, OnProgress, Progress, charge, usage_of

if TYPE_CHECKING:
    from extractor.settings import Settings

__all__ = [
    "Model",
    "OnHeaders",
    "OnProgress",
    "Progress",
    "build_model",
    "charge",
    "identify_model",
    "usage_of",
]


def build_model(
    settings: Settings, *, on_progress: OnProgress | None = None, on_headers: OnHeaders | None = None
) -> Model:
    """The model that the settings ask for; `on_headers` is told the headers of a provider's answers.

    From the outside in: reply cache (a hit needs neither weights nor server); the embedded server,
    where no provider is set; instructor, which re-asks; transport retries around each single call.
    """
    model = (
        _open_embedded(settings, on_progress)
        if settings.is_embedded
        else _open_provider(settings, on_progress, on_headers)
    )
    if not settings.cache:
        return model
    from extractor.model.cache import Cached

    return Cached(model, settings.replies_dir, settings.cache_size_mb * 1_000_000, settings.ask_deadline_s)


def identify_model(settings: Settings) -> tuple[str, str]:
    """Model name and base URL for a Request.

    For the embedded model the name says which weights: a hash of a file of the user's own is in it,
    so that another file's replies are not taken for this one's. Raises WeightsError.
    """
    if not settings.is_embedded:
        return settings.provider_model, settings.provider_url
    from extractor.model.weights import find_weights, weights_digest
    from extractor.settings import EMBEDDED

    name = find_weights(settings).stem
    if settings.model_path is not None:
        name = f"{name}@{(weights_digest(settings) or 'missing')[:12]}"
    return name, EMBEDDED


def _open_embedded(settings: Settings, on_progress: OnProgress | None) -> Model:
    from extractor.model.embedded import Embedded

    return Embedded(settings, on_progress)


def _open_provider(settings: Settings, on_progress: OnProgress | None, on_headers: OnHeaders | None) -> Model:
    from extractor.model.calls import RetryPolicy
    from extractor.model.capability import MODES
    from extractor.model.client import Endpoint, InstructorModel
    from extractor.model.prices import price_of

    modes = MODES if settings.mode == "auto" else (settings.mode,)
    return InstructorModel(
        Endpoint(settings.provider_url, settings.api_key, modes, on_headers=on_headers),
        RetryPolicy(settings.call_timeout_s, settings.ask_deadline_s, settings.max_attempts),
        price_of(settings),
        reasks=settings.reasks,
        on_progress=on_progress,
    )
