"""How many calls may be in flight, and when everyone waits or stops.

    one call fails          its question waits a little and asks again
    429                     everyone pauses as long as the provider asks, and sends fewer a second
    a minute's allowance    of requests or tokens is used up: everyone waits until more is due
    many fail in a row      an outage: everyone pauses, longer each time, then one call probes
    an outage lasts         the run halts: the rows in flight stay unanswered, none is failed for it
    refused (key, model)    the run halts at once

After an outage calls in flight grow as TCP's window does: by one with each answer up to half of what
they were, then by one a round.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from extractor.batch.pace import Pace
from extractor.batch.quota import Limits, Quota
from extractor.batch.rows import Unanswered
from extractor.errors import ExtractorError, ProviderRefused, RateLimited, TransportError
from extractor.model.waits import sent_at

T = TypeVar("T")

# One call in five failing by chance gives eight in a row once in 400,000 calls.
OUTAGE_FAULTS = 8
REFUSALS = 3
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0


class Halted(Unanswered):
    """The run stops: the row that meets this stays unanswered, and the next run asks about it."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the gate knew when a call was let in."""

    epoch: int
    answers: int
    tokens: int = 0  # taken for it from the allowance


class Gate:
    """Shared by all calls of a run; belongs to one event loop.

    `ceiling` is the most that may be in flight; an outage longer than `patience_s` seconds halts.
    """

    def __init__(
        self,
        ceiling: int,
        patience_s: float = 3600.0,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._ceiling = ceiling
        self._patience_s = patience_s
        self._clock = clock
        self._tell = tell
        self._limit = float(ceiling)
        self._threshold = float(ceiling)
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resume_at = 0.0
        self._pauses = 0  # without an answer between them
        self._faults = 0  # likewise
        self._denials = 0  # likewise
        self._refusals = 0  # likewise
        self._down_since: float | None = None
        self._pace = Pace(clock)
        self.quota = Quota(clock, limits)
        self._epoch = 0
        self._stop = asyncio.Event()
        self.answers = 0
        self.faults: Counter[str] = Counter()
        self.is_draining = False
        self.error: ExtractorError | None = None

    @property
    def limit(self) -> int:
        """Calls that may be in flight now."""
        return max(1, int(self._limit))

    @property
    def rate(self) -> float | None:
        """Calls a second that the provider is thought to allow; None: no limit met."""
        return self._pace.rate

    @property
    def in_flight(self) -> int:
        """Calls that are in flight now."""
        return self._in_flight

    @property
    def is_stopping(self) -> bool:
        """Whether no further row is to be taken up."""
        return self.is_draining or self.error is not None

    def drain(self) -> None:
        """Take up nothing more; what is in flight is finished, what waits for the provider is not."""
        self.is_draining = True
        self._stop.set()

    def halt(self, error: ExtractorError) -> None:
        """Let nobody in any more."""
        self.error = self.error or error
        self._stop.set()
        self._wake(len(self._waiting))

    async def enter(self, tokens: int = 0) -> Ticket:
        """Wait until a call of so many tokens may start; raises Halted where none may."""
        while True:
            if self.error is not None:
                raise Halted
            wait_s = self._resume_at - self._clock()
            if wait_s > 0:
                await self.rest(wait_s)
            elif self._in_flight >= self.limit:
                await self._queue()
            elif (wait_s := max(self._pace.wait_s(), self.quota.wait_s())) > 0:
                self._wake(1)  # this one may have been woken for a room that it leaves unused
                await self.rest(wait_s)
            else:
                self._in_flight += 1
                self._pace.note_sent()
                self.quota.take(tokens)
                return Ticket(self._epoch, self.answers, tokens)

    def leave(self) -> None:
        """A call has ended, however."""
        self._in_flight -= 1
        self._wake(self.limit - self._in_flight)

    async def rest(self, wait_s: float) -> None:
        """Wait; raises Halted where the run stops meanwhile."""
        if not self.is_stopping:
            # Not wait_for, which may lose a cancellation that comes at the same instant.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._stop.wait()
        if self.is_stopping:
            raise Halted

    async def first_of(self, waiting: Coroutine[Any, Any, T]) -> T | None:
        """What the coroutine gives, or None where the run stops first."""
        task = asyncio.ensure_future(waiting)
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            stop.cancel()

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """What an answer's headers say about the allowance."""
        self.quota.note_headers(headers, sent_at(headers))

    def note_answer(self) -> None:
        """A call was answered."""
        self.answers += 1
        self._pauses = self._faults = self._refusals = self._denials = 0
        self._down_since = None
        self._pace.note_answer()
        step = 1.0 if self._limit < self._threshold else 1.0 / self._limit
        self._limit = min(float(self._ceiling), self._limit + step)

    def note_fault(self, error: TransportError | ProviderRefused, ticket: Ticket) -> bool:
        """A call failed; whether its posting is to blame, since others were answered meanwhile.

        A 429 never is the posting's fault.
        """
        self.faults[error.code] += 1
        now = self._clock()
        self._down_since = now if self._down_since is None else self._down_since
        if isinstance(error, ProviderRefused):
            self._refusals += 1
            if self.answers == 0 or self._refusals >= REFUSALS:
                self.halt(error)
        elif isinstance(error, RateLimited):
            self._slow_down(error, ticket)
        else:
            self._faults += 1
            if self._faults >= OUTAGE_FAULTS and ticket.epoch == self._epoch:
                self._pause_for_outage(error)
        if now - self._down_since > self._patience_s:
            self.halt(error)
        return self.answers > ticket.answers and not isinstance(error, RateLimited)

    def _slow_down(self, error: RateLimited, ticket: Ticket) -> None:
        asked_s = error.retry_after_s
        if asked_s is not None and asked_s > self._patience_s:
            self.halt(error)
            return
        if ticket.epoch == self._epoch:  # those sent before the pace was known say nothing about it
            self._epoch += 1
            self._pace.slow_down()
            self._denials += 1
            if asked_s is None and self._denials > 1:
                self._pause(self._backoff_s(), "the provider asks to slow down")
        if asked_s is not None:
            self._pause(asked_s, "the provider asks to wait")

    def _pause_for_outage(self, error: TransportError) -> None:
        self._epoch += 1
        if self._limit > 2:
            self._threshold = self._limit / 2
        self._limit = 1.0
        self._pause(self._backoff_s(), error.message)

    def _backoff_s(self) -> float:
        span_s = min(LAST_PAUSE_S, FIRST_PAUSE_S * 2.0**self._pauses, self._patience_s)
        self._pauses = min(self._pauses + 1, 16)
        return float(span_s * random.uniform(0.75, 1.0))  # noqa: S311 - spreads load, guards nothing

    def _pause(self, wait_s: float, why: str) -> None:
        until = self._clock() + wait_s
        if until > max(self._resume_at, self._clock()) + 1.0:
            self._tell(f"Waiting {wait_s:.0f} s: {why}")
        self._resume_at = max(self._resume_at, until)

    async def _queue(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._wake(1)  # the turn was given; somebody else may have it
            raise

    def _wake(self, count: int) -> None:
        while count > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                count -= 1
