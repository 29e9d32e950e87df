"""A process that reads postings for a run, and the nursery that it comes from.

    run -- control --> nursery     has loaded what reading needs; forks a worker for each socket it is passed
    run <-- messages --> worker    rows and replies in, questions and answers out

A worker asks nobody: its questions go to the run, whose gate, purse and reply cache see them as they do
those of a run without workers. It takes its messages one by one, in order, and reads until the posting
is done or asks: so the run knows, by counting, which posting a worker that died was at.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import logging
import os
import pickle
import signal
import socket
import struct
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from extractor.batch.reading import read_row
from extractor.batch.rows import Row
from extractor.errors import ExtractorError
from extractor.pipeline import Extractor, warm_up
from extractor.records import Reply, Request
from extractor.settings import Settings

HEAD = struct.Struct("!I")
Message = tuple[str, int, Any]
"""A verb, the number of the job that it is about, and what goes with it.

To a worker: read (Row), reply (Reply), error (ExtractorError), drop. From one: ready, ask (Request),
answer (Answer), fail (ExtractorError), log (logger's name, level, text).
"""

# A posting leaves few cycles behind, and is looked through for them once or twice, not eighty times.
_COLLECT_AT = (50_000, 20, 20)
# Whatever the system takes for want of memory, it takes before the run (Linux).
_OOM_SCORE = "500"


@dataclass(frozen=True)
class Told:
    """What workers are told about their run; `has_own_model`: it was given a model, not settings for one."""

    settings: Settings
    today: date | None
    has_own_model: bool
    read_limit_s: float


def to_frame(message: object) -> bytes:
    """A message as it is sent."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(body)) + body


def read_frame(end: socket.socket) -> Any:
    """The next message, once it is there; None where the other side has gone."""
    head = end.recv(HEAD.size, socket.MSG_WAITALL)
    size = HEAD.unpack(head)[0] if len(head) == HEAD.size else 0
    body = end.recv(size, socket.MSG_WAITALL)
    return pickle.loads(body) if size and len(body) == size else None  # noqa: S301 - of the run's own


def main() -> None:
    """Be the nursery, until the run has gone: standard input is its socket."""
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (signal.SIGINT, signal.SIGTERM):  # what they stop is the run
        signal.signal(number, signal.SIG_IGN)
    worker = Worker(read_frame(control))
    warm_up()
    gc.collect()
    gc.freeze()  # so that collecting in a worker does not copy what they share
    gc.set_threshold(*_COLLECT_AT)
    gc.enable()
    signal.signal(signal.SIGCHLD, _reap)
    while True:
        asked, sockets, *_ = socket.recv_fds(control, 1, 1)
        if not asked:
            break
        with socket.socket(fileno=sockets[0]) as messages:
            if not os.fork():
                control.close()
                with contextlib.suppress(ConnectionError):  # the run has gone
                    worker.serve(messages)
                os._exit(0)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@dataclass
class _Job:
    """A row that is being read, and where it stands."""

    number: int
    task: asyncio.Task[None] = field(init=False)
    reply: asyncio.Future[Reply] = field(init=False)
    has_stopped: asyncio.Event = field(default_factory=asyncio.Event)  # is done, or waits for a reply


_job: ContextVar[_Job] = ContextVar("job")


class Worker:
    """Reads rows side by side, each until it asks; the model of its own Extractor."""

    def __init__(self, told: Told) -> None:
        self._extractor = Extractor(
            told.settings,
            model=self if told.has_own_model else None,
            today=told.today,
            open_model=lambda *_: self,
        )
        self._limit_s = told.read_limit_s
        self._jobs: dict[int, _Job] = {}
        self._inbox: SimpleQueue[Message] = SimpleQueue()

    def serve(self, messages: socket.socket) -> None:
        """Read what is asked for, until the run has gone."""
        self._messages = messages
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)
        logging.getLogger().addHandler(_Forwarding(self))
        threading.Thread(target=self._listen, daemon=True).start()
        loop = asyncio.new_event_loop()
        self.send("ready")
        with Path(os.devnull).open("w") as silence:
            while True:
                message = self._inbox.get()
                # Ends the process even where it is caught in a search that lets no thread run.
                faulthandler.dump_traceback_later(self._limit_s, exit=True, file=silence)
                loop.run_until_complete(self._go_on(*message))
                faulthandler.cancel_dump_traceback_later()

    def send(self, verb: str, number: int = 0, what: object = None) -> None:
        """Tell the run."""
        self._messages.sendall(to_frame((verb, number, what)))

    async def ask(self, request: Request) -> Reply:
        """What the run's model replies."""
        job = _job.get()
        job.reply = asyncio.get_running_loop().create_future()
        self.send("ask", job.number, request)
        job.has_stopped.set()
        return await job.reply

    async def aclose(self) -> None:
        """There is nothing to let go of."""

    async def _go_on(self, verb: str, number: int, what: Any) -> None:
        """Take up a message, and read until the job it is about stops."""
        if verb == "read":
            self._jobs[number] = _Job(number)
        job = self._jobs.get(number)
        if job is None:  # dropped when it was done already
            return
        job.has_stopped.clear()
        if verb == "read":
            job.task = asyncio.create_task(self._read(job, what))
        elif verb == "reply":
            job.reply.set_result(what)
        elif verb == "error":
            job.reply.set_exception(what)
        else:
            job.task.cancel()
        await job.has_stopped.wait()

    async def _read(self, job: _Job, row: Row) -> None:
        _job.set(job)
        try:
            answer = await read_row(self._extractor, row)
        except ExtractorError as error:
            self.send("fail", job.number, error)
        else:
            self.send("answer", job.number, answer)
        finally:
            del self._jobs[job.number]
            job.has_stopped.set()

    def _listen(self) -> None:
        """Pass on what the run sends; end with the run, whatever is being read."""
        try:
            while (message := read_frame(self._messages)) is not None:
                self._inbox.put(message)
        finally:
            os._exit(0)


class _Forwarding(logging.Handler):
    """Warnings go to the run, which has the terminal."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(logging.WARNING)
        self._worker = worker

    def emit(self, record: logging.LogRecord) -> None:
        """Send one."""
        self._worker.send("log", what=(record.name, record.levelno, self.format(record)))
