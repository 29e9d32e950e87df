"""Rules of what tokens cost."""

from __future__ import annotations

import pytest

from extractor.model.prices import price_of
from extractor.records import Usage
from extractor.settings import Settings

TOKENS = Usage(calls=1, input_tokens=1_000_000, cached_input_tokens=400_000, output_tokens=100_000)


def test_the_embedded_model_costs_nothing() -> None:
    """Local is free, and known to be."""
    assert price_of(Settings())("any", TOKENS) == 0.0


def test_given_prices_come_first() -> None:
    """Cached input has a price of its own: 0.6 x 2 + 0.4 x 0.5 + 0.1 x 8."""
    settings = Settings(api_key="k", input_price=2.0, cached_input_price=0.5, output_price=8.0)
    assert price_of(settings)("gpt-4.1-mini", TOKENS) == pytest.approx(2.2)


def test_cached_input_costs_as_much_as_fresh_unless_said_otherwise() -> None:
    """Two prices are enough: 1 x 2 + 0.1 x 8."""
    settings = Settings(api_key="k", input_price=2.0, output_price=8.0)
    assert price_of(settings)("any", TOKENS) == pytest.approx(2.8)


def test_public_prices_are_looked_up() -> None:
    """A dated model name at a known provider has a price."""
    cost = price_of(Settings(api_key="k"))("gpt-4.1-mini-2025-04-14", TOKENS)
    assert cost is not None
    assert cost > 0


@pytest.mark.parametrize(
    "settings",
    [
        Settings(base_url="http://127.0.0.1:8000/v1", model="gpt-4.1-mini"),
        Settings(api_key="k", model="no-such-model"),
    ],
)
def test_an_unknown_price_is_unknown_not_zero(settings: Settings) -> None:
    """An unknown host or model has no price, however often it is asked for."""
    price = price_of(settings)
    assert [price(settings.provider_model, TOKENS) for _ in range(2)] == [None, None]
