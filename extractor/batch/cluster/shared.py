"""What a worker holds in place of a gate and a purse of its own: the gatekeeper's, over Ray.

Only letting a call in and setting money aside wait for the gatekeeper; what came of a call is told
without waiting. Whether a fault is the posting's is judged by the worker's own answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from extractor.batch.gate import Gate, Halted, Ticket
from extractor.batch.purse import Purse
from extractor.batch.quota import Limits, Quota
from extractor.errors import ProviderRefused, RateLimited, TransportError
from extractor.model.prices import Price
from extractor.records import Request, Usage

LOOK_S = 0.5

_permit: ContextVar[int] = ContextVar("permit")


class SharedGate(Gate):
    """The gatekeeper's gate; `keeper` is its handle."""

    def __init__(self, keeper: Any, ceiling: int, patience_s: float) -> None:
        super().__init__(ceiling, patience_s)
        self.quota = SharedQuota(keeper, self._clock)
        self._keeper = keeper
        self._looking: asyncio.Task[None] | None = None

    async def enter(self, tokens: int = 0) -> Ticket:
        """See Gate."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        if self.error is not None:
            raise Halted
        asking: asyncio.Future[tuple[int, Ticket] | None] = asyncio.ensure_future(
            _result(self._keeper.enter.remote(tokens))
        )
        try:
            granted = await asyncio.shield(asking)
        except asyncio.CancelledError:
            asking.add_done_callback(self._give_back)
            raise
        if granted is None:
            raise Halted
        number, ticket = granted
        _permit.set(number)
        return replace(ticket, answers=self.answers)

    def leave(self) -> None:
        """See Gate."""
        self._keeper.leave.remote(_permit.get())

    def note_answer(self) -> None:
        """See Gate."""
        self.answers += 1
        self._keeper.note_answer.remote()

    def note_fault(self, error: TransportError | ProviderRefused, ticket: Ticket) -> bool:
        """See Gate."""
        self.faults[error.code] += 1
        self._keeper.note_fault.remote(error, ticket)
        return self.answers > ticket.answers and not isinstance(error, RateLimited)

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """See Gate."""
        told = {name: headers[name] for name in headers if name.startswith("x-ratelimit-")}
        if told:
            told |= {name: headers[name] for name in ("date",) if name in headers}
            self._keeper.note_headers.remote(told)

    def _give_back(self, asked: asyncio.Future[tuple[int, Ticket] | None]) -> None:
        if not asked.cancelled() and asked.exception() is None and (granted := asked.result()) is not None:
            self._keeper.leave.remote(granted[0])

    async def _look(self) -> None:
        """Learn that the run stops, for those who wait without asking the gatekeeper."""
        while not self.is_stopping:
            await asyncio.sleep(LOOK_S)
            is_draining, error = await _result(self._keeper.stop_reason.remote())
            if error is not None:
                self.halt(error)
            if is_draining:
                self.drain()


class SharedQuota(Quota):
    """Forecasts by what this worker has seen; what is taken, the gatekeeper counts."""

    def __init__(self, keeper: Any, clock: Any) -> None:
        super().__init__(clock, Limits())
        self._keeper = keeper

    def settle(self, request: Request, taken: int, usage: Usage) -> None:
        """See Quota."""
        super().settle(request, taken, usage)
        used = usage.input_tokens + usage.output_tokens
        if used:
            self._keeper.settle_quota.remote(used - taken, max(0, usage.calls - 1))


class SharedPurse(Purse):
    """The gatekeeper's purse; what a question can cost at most is reckoned here."""

    def __init__(self, keeper: Any, price: Price, calls: int) -> None:
        super().__init__(0.0, price, calls=calls)
        self._keeper = keeper

    async def set_aside(self, most: float) -> float:
        """See Purse."""
        error = await _result(self._keeper.set_aside.remote(most))
        if error is not None:
            raise error
        return most

    def settle(self, reserved_usd: float, usage: Usage | None) -> None:
        """See Purse."""
        with contextlib.suppress(RuntimeError):  # the cluster is going down
            self._keeper.settle_purse.remote(reserved_usd, usage)


async def _result(reference: Any) -> Any:
    return await reference
