"""What one worker has: settings, room, desk, state; opened at start-up and closed at the end."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

from extractor.doctor import examine
from extractor.serve.admission import Admission
from extractor.serve.bodies import Buffer
from extractor.serve.desk import Desk, Memory
from extractor.serve.metrics import Metrics
from extractor.serve.problems import Problem
from extractor.serve.room import Room
from extractor.serve.settings import ServeSettings
from extractor.settings import Settings

# How long a look at the provider is believed.
LOOK_S = 10.0


class Service:
    """A worker's parts; an async context manager, within which it serves."""

    def __init__(self, settings: Settings, serve: ServeSettings, metrics: Metrics) -> None:
        self.settings = settings
        self.serve = serve
        self.metrics = metrics
        self.deadline_s = serve.request_deadline_s(settings)
        self.room = Room(settings)
        memory = Memory(serve.answers_mb * 1_000_000 if settings.cache else 0)
        admission = Admission(serve.in_flight_each(settings), serve.waiting_each(settings))
        self.desk = Desk(self.room, admission, memory)
        self.buffer = Buffer(serve.buffer_mb * 1_000_000)
        self.is_draining = False
        self._looked = -LOOK_S
        self._trouble: str | None = None
        metrics.in_flight.set_function(lambda: admission.in_flight)
        metrics.waiting.set_function(lambda: admission.waiting)

    async def __aenter__(self) -> Self:
        await self.room.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.room.close()

    async def readiness(self) -> str:
        """What is ready; raises Problem `not_ready`."""
        if self.is_draining:
            raise Problem("not_ready", "The service is ending.")
        if time.monotonic() - self._looked >= LOOK_S:
            self._trouble = await asyncio.to_thread(_find_trouble, self.settings)
            self._looked = time.monotonic()
        if self._trouble is not None:
            raise Problem("not_ready", self._trouble)
        return "the model answers"


def _find_trouble(settings: Settings) -> str | None:
    """What keeps postings from being read, if anything; nothing is started or paid for."""
    wrong = [finding for finding in examine(settings) if finding.state == "wrong"]
    return "; ".join(f"{finding.subject}: {finding.detail}" for finding in wrong) or None
