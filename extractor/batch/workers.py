"""A run's worker processes, as the run sees them: rows in, answers out, questions asked on their behalf.

A worker that dies costs nothing: its rows are read by others, and what was asked for them is not asked
again. The posting that it was reading is tried once more; if a second worker dies of it, that is its error.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import logging
import os
import pickle
import socket
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Self

from extractor.batch.answers import Answer
from extractor.batch.reading import ProgramFault, blaming, read_row
from extractor.batch.rows import Row
from extractor.batch.worker import HEAD, Message, Told, to_frame
from extractor.errors import ExtractorError
from extractor.model import OnProgress
from extractor.model.client import load_client
from extractor.model.cores import physical_cores
from extractor.pipeline import Extractor
from extractor.records import Reply, Request, Usage
from extractor.settings import Settings
from extractor.telemetry.observing import observed

_log = logging.getLogger(__name__)

# Starting takes about as much of a processor as reading so many postings: a shorter run does without.
START_ROWS = 32
# The first rows wait so long for each other, so that a long run is seen before one of them is read.
_BURST_S = 0.1
# The run itself asks, keeps and writes, which takes about a fifth of what reading takes.
MOST_WORKERS = 6
# Rows and replies that a worker has before it: one that it is at, one for right after.
TURNS = 2
# Of one posting between two questions; a long one takes seconds.
READ_LIMIT_S = 300.0
_DEATHS = 2
_END_S = 1.0
_FALSE_STARTS, _RESTART_S = 3, 0.2
_NURSERY = (  # collecting while everything is loaded is a quarter of the time
    "import gc, sys; gc.disable(); sys.path[:] = sys.argv[1:]; "
    "from extractor.batch.worker import main; main()"
)
# What numpy starts beside, a fork would not take along.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_BUFFER_BYTES = 2**20


def usual_count(settings: Settings) -> int:
    """How many workers a run has that was told nothing: the embedded model is slower than any reading."""
    return 1 if settings.is_embedded else min(physical_cores(), MOST_WORKERS)


class NoWorkers(Exception):
    """No worker can be started: the row is to be read here."""


@dataclass(eq=False)
class _Job:
    """A row handed over; `asks` are its questions in order, `asked` how many of them its worker has asked."""

    number: int
    row: Row
    on_progress: OnProgress | None
    answer: asyncio.Future[Answer]
    context: contextvars.Context
    worker: _Worker | None = None
    asks: list[tuple[str, asyncio.Task[Reply]]] = field(default_factory=list)
    asked: int = 0
    is_asking: bool = False
    deaths: int = 0

    def leave(self) -> None:
        """Begin anew with another worker."""
        self.worker, self.asked, self.is_asking = None, 0, False


@dataclass(eq=False)
class _Worker:
    """One process; `turns` are the jobs that it is to go on with, in order, the first one under way."""

    writer: asyncio.StreamWriter | None = None
    is_ready: bool = False
    jobs: dict[int, _Job] = field(default_factory=dict)
    turns: deque[int] = field(default_factory=deque)

    def take(self, job: _Job) -> None:
        """Read a row."""
        job.worker = self
        self.jobs[job.number] = job
        self.go_on("read", job, job.row)

    def go_on(self, verb: str, job: _Job, what: object) -> None:
        """Go on with a job."""
        self.turns.append(job.number)
        self._send(verb, job.number, what)

    def drop(self, job: _Job) -> None:
        """Forget a job."""
        if self.jobs.pop(job.number, None) is not None:
            if job.number in self.turns:
                self.turns.remove(job.number)
            self._send("drop", job.number, None)

    def end_turn(self, number: int) -> _Job | None:
        """The job whose turn it was; None: it was dropped meanwhile."""
        with contextlib.suppress(ValueError):
            self.turns.remove(number)
        return self.jobs.get(number)

    def _send(self, verb: str, number: int, what: object) -> None:
        assert self.writer is not None
        if not self.writer.is_closing():
            self.writer.write(to_frame((verb, number, what)))


class Workers:
    """Reads the rows of a run: few rows here, those of a long run in `count` processes (1: none).

    `at_once`: none here, so that a posting that ends the process that reads it does not end the run. An
    async context manager.
    """

    def __init__(
        self,
        extractor: Extractor,
        count: int = 1,
        *,
        has_own_model: bool = False,
        at_once: bool = False,
        read_limit_s: float = READ_LIMIT_S,
    ) -> None:
        self._extractor = extractor
        self._count = count if hasattr(os, "fork") else 1
        self._came = START_ROWS if at_once else 0
        self._is_long = asyncio.Event()
        self._burst_ends = 0.0
        self._told = Told(extractor.settings, extractor.today, has_own_model, read_limit_s)
        self._loading: asyncio.Future[None] | None = None
        self._nursery: _Nursery | None = None
        self._workers: list[_Worker] = []
        self._waiting: deque[_Job] = deque()
        self._listening: set[asyncio.Task[None]] = set()
        self._numbers = 0
        self._false_starts = 0
        self._heard: set[tuple[str, int, str]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        """End the processes, whatever they are at."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        if self._nursery is not None:
            self._nursery.close()

    async def read(self, row: Row, on_progress: OnProgress | None = None) -> Answer:
        """See `read_row`."""
        if self._count == 1:
            return await read_row(self._extractor, row, on_progress)
        return await self._read(row.data, row, on_progress)

    @observed
    async def _read(self, data: str | bytes, row: Row, on_progress: OnProgress | None) -> Answer:
        kept = self._extractor.recall(data, id=row.id, kind=row.kind)
        if kept is not None:  # looking it up takes less than a message
            return Answer.of(kept)
        if not await self._is_for_workers():
            return await read_row(self._extractor, row, on_progress)
        try:
            return await self._hand_over(row, on_progress)
        except NoWorkers:
            return await read_row(self._extractor, row, on_progress)

    async def _is_for_workers(self) -> bool:
        """Whether a row that came is one of many: then there are workers, or they are on their way."""
        self._came += 1
        if self._came > START_ROWS and not self._is_long.is_set():
            self._is_long.set()
            for _ in range(self._count):
                self._start()
            if not self._told.has_own_model:
                self._loading = asyncio.get_running_loop().run_in_executor(None, load_client)
        now = asyncio.get_running_loop().time()
        self._burst_ends = self._burst_ends or now + _BURST_S
        if now < self._burst_ends and not self._is_long.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._burst_ends):
                    await self._is_long.wait()
        return self._is_long.is_set()

    async def _hand_over(self, row: Row, on_progress: OnProgress | None) -> Answer:
        self._numbers += 1
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        job = _Job(self._numbers, row, on_progress, answer, contextvars.copy_context())
        self._waiting.append(job)
        self._feed()
        try:
            return await job.answer
        finally:
            await self._let_go(job)

    async def _let_go(self, job: _Job) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
        if job.worker is not None:
            job.worker.drop(job)
        asking = [task for _, task in job.asks if not task.done()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _feed(self) -> None:
        """Give rows to those that have least before them."""
        while self._waiting:
            free = [worker for worker in self._workers if worker.is_ready and len(worker.turns) < TURNS]
            if not free:
                return
            min(free, key=lambda worker: (len(worker.turns), len(worker.jobs))).take(self._waiting.popleft())

    def _start(self) -> None:
        """Have one more worker."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._nursery = self._nursery or _Nursery(self._told)
                self._nursery.fork(theirs)
            except OSError:  # it was killed, say: who listens finds nobody at the other end
                if self._nursery is not None:
                    self._nursery.close()
                self._nursery = None
        worker = _Worker()
        self._workers.append(worker)
        listening = asyncio.create_task(self._listen(worker, ours))
        self._listening.add(listening)
        listening.add_done_callback(self._listening.discard)

    async def _listen(self, worker: _Worker, ours: socket.socket) -> None:
        """Take what a worker says until it ends; then start another."""
        reader, worker.writer = await asyncio.open_connection(sock=ours, limit=_BUFFER_BYTES)
        try:
            while True:
                (size,) = HEAD.unpack(await reader.readexactly(HEAD.size))
                self._take(worker, pickle.loads(await reader.readexactly(size)))  # noqa: S301 - our own process
        except (asyncio.IncompleteReadError, OSError):
            pass  # it has ended
        except Exception:  # a fault of this program is not to leave rows waiting
            _log.exception("a worker process said what cannot be understood")
        finally:
            worker.writer.close()
        self._bury(worker)
        if worker.is_ready:
            self._false_starts = 0
        else:
            self._false_starts += 1
            await asyncio.sleep(_RESTART_S)
        if self._false_starts < _FALSE_STARTS:
            self._start()
        elif not self._workers:
            self._do_without()

    def _take(self, worker: _Worker, message: Message) -> None:
        verb, number, what = message
        if verb == "ready":
            worker.is_ready = True
        elif verb == "log":
            self._repeat(what)
        else:
            job = worker.end_turn(number)
            if job is None:
                return
            if verb == "ask":
                self._ask(job, what)
            else:
                del worker.jobs[number]
                job.worker = None
                _settle(job.answer, what)
        self._feed()

    def _ask(self, job: _Job, request: Request) -> None:
        """Ask on behalf of a job, unless that was done for a worker that has died since."""
        job.is_asking = True
        if job.asked < len(job.asks) and job.asks[job.asked][0] == request.digest:
            task = job.asks[job.asked][1]
            if task.done():
                asyncio.get_running_loop().call_soon(self._pass_on, job, task)
        else:
            task = asyncio.create_task(self._question(job, request), context=job.context)
            task.add_done_callback(functools.partial(self._pass_on, job))
            job.asks.append((request.digest, task))
        job.asked += 1

    async def _question(self, job: _Job, request: Request) -> Reply:
        with blaming():
            return await self._extractor.ask(request, job.on_progress)

    def _pass_on(self, job: _Job, asked: asyncio.Task[Reply]) -> None:
        """Tell a worker what came of its question."""
        if asked.cancelled():
            return
        error = asked.exception()  # noted as seen, whoever waits for it
        if job.worker is None or not job.is_asking or job.answer.done():
            return
        job.is_asking = False
        if error is None:
            job.worker.go_on("reply", job, asked.result())
        elif isinstance(error, ExtractorError) and not isinstance(error, ProgramFault):
            job.worker.go_on("error", job, error)
        else:
            job.answer.set_exception(error)

    def _bury(self, worker: _Worker) -> None:
        """Take back the rows of a worker that has ended."""
        self._workers.remove(worker)
        culprit = worker.jobs.get(worker.turns[0]) if worker.turns else None
        for job in reversed(worker.jobs.values()):
            job.leave()
            job.deaths += job is culprit
            if job.deaths < _DEATHS:
                self._waiting.appendleft(job)
            else:
                _settle(job.answer, self._deadly(job))
        self._feed()

    def _deadly(self, job: _Job) -> ProgramFault:
        """The error of a posting that ends those who read it, with what was paid for it."""
        limit_s = self._told.read_limit_s
        error = ProgramFault(
            "the process that read this posting ended, twice: for want of memory perhaps, or because it "
            f"took longer than {limit_s:.0f} s"
        )
        replies = [task.result() for _, task in job.asks if task.done() and not task.exception()]
        error.usage = sum((reply.usage for reply in replies), Usage())
        return error

    def _do_without(self) -> None:
        _log.warning("no worker process can be started: reading in one process")
        self._count = 1
        for job in self._waiting:
            _settle(job.answer, NoWorkers())
        self._waiting.clear()

    def _repeat(self, said: tuple[str, int, str]) -> None:
        """A worker's warning, once however many give it."""
        name, level, text = said
        if said not in self._heard:
            self._heard.add(said)
            logging.getLogger(name).log(level, "%s", text)


class _Nursery:
    """The process that workers are forked from; out of reach of the terminal's signals, as they are."""

    def __init__(self, told: Told) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-c", _NURSERY, *sys.path],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ | _ONE_THREAD,
            )
        with contextlib.suppress(OSError):  # it has ended already: whoever wants a worker will see
            self._control.sendall(to_frame(told))

    def fork(self, theirs: socket.socket) -> None:
        """Have a worker made that listens there; raises OSError."""
        socket.send_fds(self._control, [b"w"], [theirs.fileno()])

    def close(self) -> None:
        """End it, once its workers have ended."""
        self._control.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _settle(answer: asyncio.Future[Answer], what: Answer | BaseException) -> None:
    if answer.done():
        return
    if isinstance(what, BaseException):
        answer.set_exception(what)
    else:
        answer.set_result(what)
