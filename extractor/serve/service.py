"""What one worker has: settings, room, desk, state; opened at start-up and closed at the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Self

import filelock
from starlette.requests import Request

from extractor.doctor import examine
from extractor.errors import ExtractorError, StorageError
from extractor.model.prices import price_of
from extractor.records import Usage
from extractor.schema import Meta
from extractor.serve.admission import Admission
from extractor.serve.batches import Batches
from extractor.serve.bodies import Buffer
from extractor.serve.clerk import LOCK
from extractor.serve.database import Database, DiskThread
from extractor.serve.desk import Desk, Memory
from extractor.serve.keys import Caller, Keys
from extractor.serve.logs import log
from extractor.serve.metrics import Metrics
from extractor.serve.problems import Problem
from extractor.serve.replays import Replays
from extractor.serve.room import Room
from extractor.serve.settings import ServeSettings
from extractor.settings import Settings

# How long a look at the provider is believed.
LOOK_S = 10.0
TEND_S = 1.0
HOUR_S = 3600.0
CLERK_STOP_S = 10.0
# Prompt, schema and a second question beside the posting itself, tokens, with room to spare.
PROMPT_TOKENS = 8_000
# Tokenizers in use make about one token of four Latin letters, one or two of a letter of three bytes.
BYTES_PER_TOKEN = 2


@dataclass
class Spent:
    """What a request is found to have cost; None where it was broken off."""

    meta: Meta | None = None


class Charge(NamedTuple):
    """What a caller owes; `usd` None: the price is not known, `is_known` False: the cost is not."""

    caller: Caller
    reserve: int | None
    usd: float | None
    is_known: bool


class Service:
    """A worker's parts; an async context manager, within which it serves."""

    def __init__(
        self, settings: Settings, serve: ServeSettings, metrics: Metrics, *, reloads: bool = False
    ) -> None:
        self.settings = settings
        self.serve = serve
        self.metrics = metrics
        self.deadline_s = serve.request_deadline_s(settings)
        self.room = Room(settings)
        memory = Memory(serve.answers_mb * 1_000_000 if settings.cache else 0)
        admission = Admission(serve.in_flight_each(settings), serve.waiting_each(settings))
        self.desk = Desk(self.room, admission, memory)
        self.buffer = Buffer(serve.buffer_mb * 1_000_000)
        self.disk = DiskThread()
        self._database = Database(serve.database)
        self.keys = Keys(self._database)
        self.replays = Replays(self._database, serve.replay_hours * HOUR_S, self.deadline_s)
        self.batches = Batches(self._database, serve.batches_dir)
        self._charges: deque[Charge] = deque()  # belongs to the disk's thread
        self.is_draining = False
        self._price = price_of(settings)
        self._reloads = reloads
        self._clerk: subprocess.Popen[bytes] | None = None
        self._tending: list[asyncio.Task[None]] = []
        self._looked = -LOOK_S
        self._trouble: str | None = None
        metrics.in_flight.set_function(lambda: admission.in_flight)
        metrics.waiting.set_function(lambda: admission.waiting)

    async def __aenter__(self) -> Self:
        await self.room.open()
        self._tending.append(asyncio.create_task(self._tend_clerk()))
        if self._reloads:
            self._tending.append(asyncio.create_task(self._tend_prompt()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tending:
            task.cancel()
        if self._clerk is not None:
            await asyncio.to_thread(_dismiss, self._clerk)
        await self.room.close()
        with contextlib.suppress(StorageError):  # which was logged
            await self.disk.run(self._book)
        self.disk.close()
        self._database.close()

    async def admit(self, request: Request) -> Caller:
        """Who asks; raises Problem where they may not, or not now."""
        authorization = request.headers.get("authorization")
        caller = await self.disk.run(self._admit, authorization)
        request.state.caller = caller.name
        return caller

    def _admit(self, authorization: str | None) -> Caller:
        return self.keys.admit(authorization, is_open=self.serve.is_loopback)

    @contextlib.asynccontextmanager
    async def paying(self, caller: Caller, size: int) -> AsyncIterator[Spent]:
        """Hold the caller to the budget over a request of `size` bytes; raises Problem."""
        reserve, spent, is_known = None, Spent(), True
        if caller.has_budget:
            reserve = await self.disk.run(self._reserve, caller, self._most_usd(size))
        try:
            yield spent
        except Problem:
            raise  # nothing was asked, or the answer says what was paid
        except BaseException:
            is_known = False
            raise
        finally:
            cost = spent.meta.cost_usd if spent.meta else 0.0
            if reserve is not None or (caller.id and cost != 0.0):
                await self.disk.run(self._settle, Charge(caller, reserve, cost, is_known))

    def _reserve(self, caller: Caller, most_usd: float | None) -> int:
        self._book()
        return self.keys.reserve(caller, most_usd, self.deadline_s + LOOK_S)

    def _settle(self, charge: Charge) -> None:
        """Charge a request; where that cannot be written now, later: its answer is paid for."""
        self._charges.append(charge)
        try:
            self._book()
        except StorageError as error:
            log.error("charges that wait to be written: %d: %s", len(self._charges), error.message)

    def _book(self) -> None:
        """Write what waits to be charged; raises StorageError."""
        while self._charges:
            due = self._charges[0]
            self.keys.settle(due.caller, due.reserve, due.usd, is_known=due.is_known)
            self._charges.popleft()

    def _most_usd(self, size: int) -> float | None:
        """The most that a posting of so many bytes can cost; None where the price is not known."""
        written = self.settings.max_output_tokens
        asked = Usage(input_tokens=size // BYTES_PER_TOKEN + PROMPT_TOKENS + written, output_tokens=written)
        price = self._price(self.settings.provider_model, asked)
        return None if price is None else price * (2 + self.settings.reasks)

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

    async def _tend_clerk(self) -> None:
        """See to it that batches are worked through, whichever worker's clerk does it."""
        while True:
            with contextlib.suppress(ExtractorError, OSError):
                if await asyncio.to_thread(self._needs_clerk):
                    self._clerk = _hire(self.serve)
            await asyncio.sleep(TEND_S)

    def _needs_clerk(self) -> bool:
        if self._clerk is not None and self._clerk.poll() is None:
            return False
        if not self.batches.has_unfinished():
            return False
        lock = filelock.FileLock(self.serve.state_dir / LOCK)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            return False
        lock.release()
        return True

    async def _tend_prompt(self) -> None:
        """Take the prompt anew whenever its file changes."""
        while True:
            await asyncio.sleep(TEND_S)
            try:
                if await self.room.reload_prompt():
                    self.desk.memory.clear()
                    log.info("the prompt is now %s", self.room.prompt)
            except ExtractorError as error:
                log.warning("the prompt stays as it was: %s", error.message)


def _find_trouble(settings: Settings) -> str | None:
    """What keeps postings from being read, if anything; nothing is started or paid for."""
    wrong = [finding for finding in examine(settings) if finding.state == "wrong"]
    return "; ".join(f"{finding.subject}: {finding.detail}" for finding in wrong) or None


def _hire(serve: ServeSettings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "extractor.serve.clerk"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=os.environ | serve.to_environment(),
        start_new_session=True,  # Ctrl-C is for the service, which tells its clerk
    )


def _dismiss(clerk: subprocess.Popen[bytes]) -> None:
    """Let the clerk finish what is in flight; what takes longer, the next one does again."""
    assert clerk.stdin
    clerk.stdin.close()
    try:
        clerk.wait(CLERK_STOP_S)
    except subprocess.TimeoutExpired:
        clerk.kill()
        clerk.wait()
