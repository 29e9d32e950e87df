"""Dollars reserved before a call and settled after it, so that a budget is not overrun."""

from __future__ import annotations

import asyncio

from extractor.errors import SettingsError
from extractor.model.prices import Price
from extractor.records import Request, Usage

# Tokenizers in use make about one token of four Latin letters, one or two of a letter of three bytes.
BYTES_PER_TOKEN = 2


class BudgetSpent(SettingsError):
    """What is left of the budget does not cover the next call."""


class Purse:
    """`budget_usd` for all calls of an output, `spent_usd` of it gone already; `calls` a question at most."""

    def __init__(self, budget_usd: float, price: Price, spent_usd: float = 0.0, calls: int = 1) -> None:
        self._budget_usd = budget_usd
        self._price = price
        self._calls = calls
        self._reserved_usd = 0.0
        self._settled = asyncio.Event()
        self.spent_usd = spent_usd

    async def reserve(self, request: Request) -> float:
        """Set aside the most that the request can cost, waiting for others' calls to settle; in USD.

        Raises BudgetSpent where that is more than what is left, SettingsError for an unknown price.
        """
        return await self.set_aside(self._most_usd(request))

    async def set_aside(self, most: float) -> float:
        """Set aside so many dollars; waits and raises as `reserve` does."""
        while self.spent_usd + self._reserved_usd + most > self._budget_usd:
            if self._reserved_usd <= 0:
                raise BudgetSpent(
                    f"${self.spent_usd:.4f} of the budget of ${self._budget_usd:.4f} is spent, and the next "
                    f"question may cost ${most:.4f}: raise --budget to go on"
                )
            self._settled.clear()
            await self._settled.wait()
        self._reserved_usd += most
        return most

    def settle(self, reserved_usd: float, usage: Usage | None) -> None:
        """Pay what it did cost; the whole reserve where that is not known (None, or no price)."""
        cost = None if usage is None else usage.cost_usd
        self.spent_usd += reserved_usd if cost is None else cost
        self._reserved_usd = max(0.0, self._reserved_usd - reserved_usd)
        if self._reserved_usd < 1e-12:
            self._reserved_usd = 0.0  # what is left of adding and taking away floats
        self._settled.set()

    def hold(self, usd: float) -> None:
        """Set aside what an earlier run had set aside, without asking."""
        self._reserved_usd += usd

    def line_usd(self, model: str, size: int, written: int) -> float:
        """The most that one call may cost: `size` bytes sent, `written` tokens answered at most."""
        cost = self._price(model, Usage(input_tokens=size // BYTES_PER_TOKEN, output_tokens=written))
        if cost is None:
            raise _unpriced(model)
        return cost

    def _most_usd(self, request: Request) -> float:
        size = sum(len(message.content.encode()) for message in request.messages) + len(str(request.schema))
        written = int(request.params.get("max_tokens", 0))
        first = Usage(input_tokens=size // BYTES_PER_TOKEN, output_tokens=written)
        # A re-ask sends the reply back with it.
        again = Usage(input_tokens=first.input_tokens + written * (self._calls - 1), output_tokens=written)
        costs = [self._price(request.model, usage) for usage in (first, again)]
        if costs[0] is None or costs[1] is None:
            raise _unpriced(request.model)
        return costs[0] + costs[1] * (self._calls - 1)


def _unpriced(model: str) -> SettingsError:
    return SettingsError(
        f"--budget needs to know what {model} costs: set EXTRACTOR_INPUT_PRICE and EXTRACTOR_OUTPUT_PRICE"
    )
