"""The one actor that lets calls through, for all workers: gate, purse and bill of the run."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from extractor.batch.bill import Bill
from extractor.batch.gate import Gate, Halted, Ticket
from extractor.batch.options import Options
from extractor.batch.purse import BudgetSpent, Purse
from extractor.errors import ExtractorError, ProviderRefused, TransportError
from extractor.model.prices import free
from extractor.records import Usage
from extractor.schema import Meta


@dataclass(frozen=True)
class Look:
    """How far the run is; `notes` are lines for people that were not looked at before."""

    headline: str
    done: int
    notes: list[str]
    error: ExtractorError | None
    is_draining: bool


@dataclass(repr=False)  # Ray names the actor by it
class Gatekeeper:
    """Holds what all workers share. All its methods run on one event loop, one at a time.

    A permit that a worker never gave back, because it died, is taken back after `lease_s` seconds.
    """

    options: Options
    lease_s: float
    spent_usd: float = 0.0
    gate: Gate = field(init=False)
    purse: Purse | None = field(init=False)

    def __post_init__(self) -> None:
        self._notes: list[str] = []
        options = self.options
        self.gate = Gate(
            options.concurrency, options.patience_s, limits=options.limits, tell=self._notes.append
        )
        budget = options.budget_usd
        self.purse = None if budget is None else Purse(budget, free, self.spent_usd)
        self._bill = Bill()
        self._numbers = itertools.count()
        self._leases: dict[int, float] = {}

    async def enter(self, tokens: int) -> tuple[int, Ticket] | None:
        """A permit's number and ticket, once a call may start; None: the run stops."""
        try:
            ticket = await self.gate.enter(tokens)
        except Halted:
            return None
        number = next(self._numbers)
        self._leases[number] = time.monotonic() + self.lease_s
        return number, ticket

    async def leave(self, number: int) -> None:
        """Give a permit back."""
        if self._leases.pop(number, None) is not None:
            self.gate.leave()

    async def note_answer(self) -> None:
        """A call was answered."""
        self.gate.note_answer()

    async def note_fault(self, error: TransportError | ProviderRefused, ticket: Ticket) -> None:
        """A call failed: everybody waits, or the run stops, as the gate sees fit."""
        self.gate.note_fault(error, ticket)

    async def note_headers(self, headers: Mapping[str, str]) -> None:
        """What an answer's headers say about the allowance."""
        self.gate.note_headers(headers)

    async def settle_quota(self, tokens: int, requests: int) -> None:
        """What a call took beyond its forecast."""
        self.gate.quota.tokens.take(tokens)
        self.gate.quota.requests.take(requests)

    async def set_aside(self, most_usd: float) -> BudgetSpent | None:
        """Reserve dollars, waiting for others' calls to settle; the error where they are not there."""
        assert self.purse is not None
        try:
            await self.purse.set_aside(most_usd)
        except BudgetSpent as error:
            return error
        return None

    async def settle_purse(self, reserved_usd: float, usage: Usage | None) -> None:
        """Pay what a call did cost."""
        assert self.purse is not None
        self.purse.settle(reserved_usd, usage)

    async def note_row(self, code: str | None, meta: Meta, *, is_shared: bool = False) -> None:
        """Count a row that is answered."""
        self._bill.add(code, meta)
        self._bill.shared += is_shared
        if code is not None and self.options.fail_fast:
            self.gate.drain()

    async def note_passed(self, already: int) -> None:
        """Count rows that an earlier run has answered."""
        self._bill.already += already

    async def pay(self, usage: Usage) -> None:
        """Count what was paid for no answer."""
        self._bill.pay(usage)

    async def halt(self, error: ExtractorError) -> None:
        """Let nobody in any more."""
        self.gate.halt(error)

    async def drain(self) -> None:
        """Take up nothing more; what is in flight is finished."""
        self.gate.drain()

    async def is_stopping(self) -> bool:
        """Whether no further row is to be taken up."""
        return self.gate.is_stopping

    async def stop_reason(self) -> tuple[bool, ExtractorError | None]:
        """Whether the run drains, and the error that halts it."""
        return self.gate.is_draining, self.gate.error

    async def look(self, total: int | None) -> Look:
        """How far the run is."""
        self._take_back()
        notes, self._notes[:] = list(self._notes), []
        done = self._bill.answered + self._bill.already
        headline = self._bill.headline(total, self.gate.in_flight)
        return Look(headline, done, notes, self.gate.error, self.gate.is_draining)

    async def bill(self, earlier_usd: float) -> tuple[list[tuple[str, str]], list[str]]:
        """The whole bill, as a table and in lines; `earlier_usd` was paid by earlier runs."""
        spent = (self.gate.faults, earlier_usd + (self._bill.usage.cost_usd or 0.0))
        return self._bill.table(*spent), self._bill.lines(*spent)

    def _take_back(self) -> None:
        now = time.monotonic()
        for number in [number for number, until in self._leases.items() if until < now]:
            del self._leases[number]
            self.gate.leave()
