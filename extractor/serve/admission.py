"""How many extractions are under way, and how many may wait: beyond that nobody is let in."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import AsyncIterator

from extractor.serve.problems import Problem

LONGEST_RETRY_S = 60


class Admission:
    """First come, first served; belongs to one event loop."""

    def __init__(self, in_flight: int, waiting: int) -> None:
        self._most = in_flight
        self._may_wait = waiting
        self._queue: deque[asyncio.Future[None]] = deque()
        self._mean_s = 1.0
        self.in_flight = 0

    @property
    def waiting(self) -> int:
        """Requests that wait."""
        return len(self._queue)

    @contextlib.asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """A place, held; raises Problem `busy` where the queue is full."""
        await self._enter()
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            yield
        finally:
            self._mean_s += 0.1 * (loop.time() - started - self._mean_s)
            self._leave()

    async def _enter(self) -> None:
        if self.in_flight < self._most:
            self.in_flight += 1
            return
        if len(self._queue) >= self._may_wait:
            raise Problem("busy", "Too many requests wait already.", headers=self._retry_after())
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn  # whoever leaves hands over the place
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()  # the place had been handed over already
            else:
                with contextlib.suppress(ValueError):
                    self._queue.remove(turn)
            raise

    def _leave(self) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.in_flight -= 1

    def _retry_after(self) -> dict[str, str]:
        """When the queue as it is now will have been worked through."""
        seconds = math.ceil(self._mean_s * (len(self._queue) + 1) / self._most)
        return {"Retry-After": str(min(LONGEST_RETRY_S, max(1, seconds)))}
