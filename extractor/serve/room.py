"""The threads where postings are read.

Reading a posting takes tens of milliseconds of Python. It is done on a thread with an event loop of
its own, where the model is asked too, so that the loop that speaks HTTP answers at once whatever is
being read. Long postings have a second such thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import json
import sys
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from extractor.document import Kind
from extractor.errors import ExtractorError
from extractor.jsonld import to_jsonld
from extractor.kept import program_digest
from extractor.model import Progress
from extractor.pipeline import Extractor, warm_up
from extractor.prompt import Prompt, load_prompt
from extractor.records import Document
from extractor.schema import Evidence, Extraction, Failure, JobPosting, Meta
from extractor.serve.logs import describe, log, log_exception
from extractor.settings import Settings
from extractor.strategies import load_strategy

T = TypeVar("T")

# While a posting is read the HTTP thread gets the interpreter after this long (Python's own: 5 ms);
# a request needs it four or five times.
SWITCH_INTERVAL_S = 0.0005
# About a second of reading; pages whose markup is as long are read sooner, and go there too.
LONG_BYTES = 30_000

# What the model's client loads when first used.
_CLIENT = ("instructor.function_calls", "openai.resources.chat", "httpcore2", "extractor.model.calls")


@dataclass(frozen=True)
class Job:
    """One posting as a request brought it."""

    data: str | bytes
    kind: Kind = "auto"
    today: date | None = None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return len(self.data) if isinstance(self.data, bytes) else len(self.data.encode("utf-8", "replace"))

    @cached_property
    def day(self) -> date:
        """What relative dates count from: the day on which it came, where the request names none."""
        return self.today or date.today()

    @cached_property
    def digest(self) -> bytes:
        """Equal jobs have equal answers, on the same day."""
        data = self.data.encode("utf-8", "surrogatepass") if isinstance(self.data, str) else self.data
        form = "text" if isinstance(self.data, str) else "bytes"
        mark = f"{form} {self.kind} {self.day} ".encode()
        return hashlib.sha256(mark + data).digest()


@dataclass(frozen=True)
class Answer:
    """An extraction, ready to be sent: `core` is its JSON without `id` and `meta`.

    `text` is what evidence refers to and `kind` what the posting was read as; None where it could
    not be read.
    """

    posting_id: str
    core: bytes
    meta: Meta
    error: Failure | None
    text: str | None = None
    kind: str | None = None

    @property
    def size(self) -> int:
        """Bytes of memory that it takes, about."""
        return len(self.core) + 4 * len(self.text or "") + 1000

    def free(self) -> Answer:
        """The same answer given again."""
        return replace(self, meta=self.meta.free())

    def to_json(self, posting_id: str | None, *, with_text: bool = False) -> bytes:
        """The Extraction; `posting_id` takes the place of the digest that is its id otherwise."""
        parts = [b'{"id":', _to_json(posting_id or self.posting_id), b",", self.core[1:-1]]
        parts += [b',"meta":', self.meta.model_dump_json().encode()]
        if with_text:
            parts += [b',"text":', _to_json(self.text)]
        return b"".join([*parts, b"}"])

    def to_extraction(self) -> Extraction:
        """The Extraction itself."""
        return Extraction.model_validate_json(self.to_json(None))


@dataclass(frozen=True)
class Listener:
    """What is called, in the room's thread, while a posting is read."""

    on_document: Callable[[str, str, str], None]  # id, text, kind
    on_progress: Callable[[Progress], None]
    on_partial: Callable[[JobPosting, dict[str, list[Evidence]]], None]


class Room:
    """Reads postings for one event loop, on threads of its own: long ones do not hold up the rest."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._usual, self._long = Lane(settings, "room"), Lane(settings, "room-long")

    async def open(self) -> None:
        """Load what reading needs, so that no request waits for it; raises ExtractorError."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        for lane in self._lanes:
            await lane.open()

    async def close(self) -> None:
        """Let go of the model and end the threads."""
        for lane in self._lanes:
            await lane.close()

    def read(self, job: Job, listener: Listener | None = None) -> asyncio.Future[Answer]:
        """The answer to a job; whatever goes wrong is an answer too."""
        lane = self._long if job.size > LONG_BYTES else self._usual
        return lane.run(lane.read(job, listener))

    def to_jsonld(self, answer: Answer) -> asyncio.Future[bytes]:
        """The answer's schema.org JobPosting."""
        return self._usual.run(_jsonld_of(answer))

    @property
    def prompt(self) -> str:
        """Label of the prompt in force."""
        return self._usual.extractor.prompt.label

    async def reload_prompt(self) -> bool:
        """Take the prompt's file as it is now, and say whether it changed; raises PromptError."""
        named = self._settings.prompt or load_strategy(self._usual.extractor.strategy).prompt
        load_prompt.cache_clear()
        prompt = await asyncio.to_thread(load_prompt, named)
        has_changed = prompt != self._usual.extractor.prompt
        if has_changed:
            for lane in self._lanes:
                await lane.run(lane.take(prompt))
        return has_changed

    @property
    def _lanes(self) -> tuple[Lane, Lane]:
        return self._usual, self._long


class Lane:
    """A thread with an event loop and an Extractor."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.extractor = Extractor(settings)
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(log_exception)
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)

    async def open(self) -> None:
        """Start, and load what reading needs."""
        self._thread.start()
        await self.run(_load())

    async def close(self) -> None:
        """Let go of the model and end the thread."""
        if self._thread.is_alive():
            with contextlib.suppress(ExtractorError, OSError):
                await self.run(self.extractor.aclose())
            self._loop.call_soon_threadsafe(self._loop.stop)
            await asyncio.to_thread(self._thread.join)
        self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        """Run on the thread; cancelling the future cancels it there."""
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._loop))

    async def read(self, job: Job, listener: Listener | None) -> Answer:
        """The answer to a job."""
        try:
            return await self._read(job, listener)
        except Exception as error:  # a fault of this program costs one posting
            log.error("a posting of %d bytes: %s", job.size, describe(error))
            failure = Failure(code="internal", message="An error in this program.", retryable=False)
        return Answer(job.digest.hex()[:16], b"", Meta(cost_usd=0.0), failure)

    async def _read(self, job: Job, listener: Listener | None) -> Answer:
        text, kind = None, None

        def note(document: Document) -> None:
            nonlocal text, kind
            text, kind = document.source, document.kind
            if listener is not None:
                listener.on_document(document.id, text, kind)

        hooks: dict[str, Any] = {}
        if listener is not None:
            hooks = {"on_progress": listener.on_progress, "on_partial": listener.on_partial}
        extraction = await self.extractor.extract_async(
            job.data, kind=job.kind, today=job.day, on_document=note, **hooks
        )
        core = extraction.model_dump_json(exclude={"id", "meta"}).encode()
        return Answer(extraction.id, core, extraction.meta, extraction.error, text, kind)

    async def take(self, prompt: Prompt) -> None:
        """Read by this prompt from now on."""
        self.extractor.use_prompt(prompt)


async def _load() -> None:
    warm_up()
    program_digest()
    for client in _CLIENT:
        importlib.import_module(client)


async def _jsonld_of(answer: Answer) -> bytes:
    return json.dumps(to_jsonld(answer.to_extraction()), ensure_ascii=False).encode()


def _to_json(text: str | None) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")
