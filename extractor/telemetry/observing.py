"""The one place where a posting is watched: a decorator for the methods that read one."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec, TypeVar

from extractor.records import Document
from extractor.telemetry.logs import Outcome, is_logged, log_posting
from extractor.telemetry.spans import find_tracer, posting_span

Owner = TypeVar("Owner")
Given = TypeVar("Given", bound="str | bytes | Document")
Answer = TypeVar("Answer", bound=Outcome)
P = ParamSpec("P")
Reads = Callable[Concatenate[Owner, Given, P], Coroutine[Any, Any, Answer]]

# Set while a posting is read, so that a door that uses another one is not counted twice.
_is_observing: ContextVar[bool] = ContextVar("is_observing", default=False)


def observed(method: Reads[Owner, Given, P, Answer]) -> Reads[Owner, Given, P, Answer]:
    """A method that reads one posting, which now leaves an event and a span where somebody listens."""

    @functools.wraps(method)
    async def observe(self: Owner, given: Given, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        if _is_observing.get() or not (is_logged() or find_tracer()):
            return await method(self, given, *args, **kwargs)
        token = _is_observing.set(True)
        try:
            digest = digest_of(given)
            with posting_span(digest) as note:
                answer = await method(self, given, *args, **kwargs)
                note(answer)
            log_posting(answer, digest)
            return answer
        finally:
            _is_observing.reset(token)

    return observe


def digest_of(given: str | bytes | Document) -> str:
    """What a posting is known by without its text: 16 hex digits of its SHA-256, as given."""
    data = given.source if isinstance(given, Document) else given
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return hashlib.sha256(raw).hexdigest()[:16]
