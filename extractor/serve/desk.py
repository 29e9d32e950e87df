"""Where requests for extractions arrive: each posting is read once, however many ask for it.

    answered before     the answer is given again, at no cost, out of memory
    being read now      the request waits for that answer
    else                it waits for admission and is read

Who waits may leave at any time; when nobody waits any more, the reading is broken off. What other
workers have read is found among the extractions kept on disk, and the reply cache lets them share calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from extractor.model import Progress
from extractor.schema import Evidence, JobPosting
from extractor.serve.admission import Admission
from extractor.serve.room import Answer, Job, Listener, Room

Source = Literal["read", "memory", "shared"]


class Given(NamedTuple):
    """An answer, and where it came from: `read` for this request, `shared` with another, or `memory`."""

    answer: Answer
    source: Source


class Event(NamedTuple):
    """One server-sent event: its name and what it says."""

    name: str
    data: Any


class Memory:
    """Answers by job, at most so many bytes; who was not asked for longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._bytes = 0

    def find(self, job: Job) -> Answer | None:
        """The answer that was given to an equal job, free of cost."""
        answer = self._answers.get(job.digest)
        if answer is None:
            return None
        self._answers.move_to_end(job.digest)
        return answer.free()

    def keep(self, job: Job, answer: Answer) -> None:
        """Remember an answer that is no error."""
        if answer.error is not None or answer.size > self._most:
            return
        self._drop(job.digest)
        self._answers[job.digest] = answer
        self._bytes += answer.size
        while self._bytes > self._most:
            self._drop(next(iter(self._answers)))

    def clear(self) -> None:
        """Forget everything: another prompt is in force."""
        self._answers.clear()
        self._bytes = 0

    def _drop(self, digest: bytes) -> None:
        gone = self._answers.pop(digest, None)
        self._bytes -= gone.size if gone else 0


@dataclass
class _Flight:
    """A reading under way; the first to take its answer bears the cost."""

    task: asyncio.Task[Answer]
    waiting: int = 0
    is_taken: bool = False


class Desk:
    """Belongs to the loop that speaks HTTP."""

    def __init__(self, room: Room, admission: Admission, memory: Memory) -> None:
        self.admission = admission
        self.memory = memory
        self._room = room
        self._flights: dict[bytes, _Flight] = {}

    async def answer(self, job: Job) -> Given:
        """The answer to a job; raises Problem `busy`."""
        kept = self.memory.find(job)
        if kept is not None:
            return Given(kept, "memory")
        flight = self._flights.get(job.digest)
        if flight is None:
            flight = self._flights[job.digest] = _Flight(asyncio.create_task(self._read(job)))
            flight.task.add_done_callback(lambda _: self._land(job, flight))
        answer = await self._join(job, flight)
        is_first, flight.is_taken = not flight.is_taken, True
        return Given(answer, "read") if is_first else Given(answer.free(), "shared")

    async def stream(self, job: Job) -> AsyncGenerator[Event | Given, None]:
        """Events while a job is read, then the answer; raises Problem `busy` before the first."""
        kept = self.memory.find(job)
        if kept is not None:
            for known in _retell(kept):
                yield known
            yield Given(kept, "memory")
            return
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        told = Told(asyncio.get_running_loop(), events)
        async with self.admission.admitted():
            reading = self._room.read(job, told.listener)
            reading.add_done_callback(lambda _: events.put_nowait(None))
            try:
                while (event := await events.get()) is not None:
                    yield event
                answer = await reading
            finally:
                reading.cancel()
        self.memory.keep(job, answer)
        if answer.error is None:
            for change in told.settle(answer):
                yield change
        yield Given(answer, "read")

    async def _read(self, job: Job) -> Answer:
        async with self.admission.admitted():
            answer = await self._room.read(job)
        self.memory.keep(job, answer)
        return answer

    async def _join(self, job: Job, flight: _Flight) -> Answer:
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._land(job, flight)  # who comes now begins anew
                flight.task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await flight.task

    def _land(self, job: Job, flight: _Flight) -> None:
        if self._flights.get(job.digest) is flight:
            del self._flights[job.digest]


class Told:
    """What a client has been told of the fields, and what changed since."""

    def __init__(self, loop: asyncio.AbstractEventLoop, events: asyncio.Queue[Event | None]) -> None:
        self._loop = loop
        self._events = events
        self._fields: dict[str, tuple[Any, Any]] = {}
        self.listener = Listener(self._on_document, self._on_progress, self._on_partial)

    def settle(self, answer: Answer) -> list[Event]:
        """The fields as they are in the end, where they differ from what was told; null: withdrawn."""
        return self._changes(_fields_of(answer))

    def _on_document(self, posting_id: str, text: str, kind: str) -> None:
        self._put(Event("document", {"id": posting_id, "text": text, "kind": kind}))

    def _on_progress(self, step: Progress) -> None:
        said = {"stage": step.stage, "message": step.message, "done": step.done, "total": step.total}
        self._put(Event("progress", said))

    def _on_partial(self, posting: JobPosting, evidence: dict[str, list[Evidence]]) -> None:
        places = {
            pointer: [place.model_dump(mode="json") for place in found] for pointer, found in evidence.items()
        }
        for event in self._changes(_fields(posting.model_dump(mode="json"), places)):
            self._put(event)

    def _put(self, event: Event) -> None:
        with contextlib.suppress(RuntimeError):  # the service has ended
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)

    def _changes(self, fields: dict[str, tuple[Any, Any]]) -> list[Event]:
        changed = [_field(path, *fields[path]) for path in fields if self._fields.get(path) != fields[path]]
        withdrawn = [_field(path, None, []) for path in self._fields if path not in fields]
        self._fields = fields
        return withdrawn + changed


def _retell(answer: Answer) -> list[Event]:
    """The events of an answer that is there already."""
    document = Event("document", {"id": answer.posting_id, "text": answer.text, "kind": answer.kind})
    return [document, *(_field(path, *said) for path, said in _fields_of(answer).items())]


def _fields_of(answer: Answer) -> dict[str, tuple[Any, Any]]:
    extraction = json.loads(answer.core)
    return _fields(extraction["posting"], extraction["evidence"])


def _fields(posting: Any, evidence: dict[str, list[Any]]) -> dict[str, tuple[Any, Any]]:
    """Value and places of each pointer that has evidence."""
    return {pointer: (_look_up(posting, pointer), places) for pointer, places in evidence.items()}


def _look_up(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _field(path: str, value: Any, evidence: Any) -> Event:
    return Event("field", {"path": path, "value": value, "evidence": evidence})
