"""What tokens cost: prices given in settings, else those that genai-prices knows, else unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractor.records import Usage
from extractor.settings import Settings

Price = Callable[[str, Usage], float | None]
"""Dollars for a model's name and the tokens of one call; None where the price is unknown."""


def price_of(settings: Settings) -> Price:
    """The price list that the settings ask for."""
    if settings.is_embedded:
        return free
    if settings.input_price is not None and settings.output_price is not None:
        cached = settings.cached_input_price
        return GivenPrice(
            settings.input_price, settings.input_price if cached is None else cached, settings.output_price
        )
    return PublicPrice(settings.provider_url)


def free(model: str, usage: Usage) -> float | None:
    """A local model costs nothing."""
    return 0.0


@dataclass(frozen=True)
class GivenPrice:
    """Prices in USD per million tokens."""

    input: float
    cached_input: float
    output: float

    def __call__(self, model: str, usage: Usage) -> float | None:
        """Dollars for one call."""
        fresh = usage.input_tokens - usage.cached_input_tokens
        cost = fresh * self.input + usage.cached_input_tokens * self.cached_input
        return (cost + usage.output_tokens * self.output) / 1_000_000


class PublicPrice:
    """The public prices of the provider behind `base_url`, as genai-prices has them."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._unknown: set[str] = set()

    def __call__(self, model: str, usage: Usage) -> float | None:
        """Dollars for one call; None for a provider or model without a public price."""
        if model in self._unknown:
            return None
        import genai_prices  # takes a third of a second, with its price list

        tokens = genai_prices.Usage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=usage.cached_input_tokens,
            output_tokens=usage.output_tokens,
        )
        try:
            price = genai_prices.calc_price(tokens, model, provider_api_url=self._base_url)
        except LookupError:
            self._unknown.add(model)
            return None
        return float(price.total_price)
