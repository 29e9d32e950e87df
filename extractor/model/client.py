"""Asking an OpenAI-compatible server: instructor over the OpenAI client, async.

The client's own retries are off; `calls` does them. A reply that is not in the asked-for shape goes
back to the model with what is wrong with it, a bounded number of times.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from extractor.errors import ExtractorError, InvalidReply
from extractor.model.base import OnHeaders, OnProgress, charge
from extractor.model.capability import MODES, Capability, Mode, Shape
from extractor.model.faults import Unable, redact
from extractor.model.prices import Price
from extractor.records import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx2
    from openai import AsyncOpenAI

    from extractor.model.calls import Calls, RetryPolicy

# instructor logs at error level what it also raises, with the reply in full: postings' words, and whatever
# a provider put there.
if logging.getLogger("instructor").level == logging.NOTSET:
    logging.getLogger("instructor").setLevel(logging.CRITICAL)

_CONNECT_TIMEOUT_S = 15.0
_PROBLEMS_SHOWN = 3
_NO_KEY = "no-key-given"  # the client insists on some key
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Endpoint:
    """Where to ask: an OpenAI-compatible server, and what is known of it.

    `on_headers` is told each answer's headers; `transport` takes the calls instead of the network.
    """

    base_url: str
    api_key: SecretStr | None = None
    modes: tuple[Mode, ...] = MODES
    strict: bool = True
    on_headers: OnHeaders | None = None
    transport: httpx2.AsyncBaseTransport | None = None

    @property
    def secret(self) -> str:
        """The key in the clear; "" where there is none."""
        return self.api_key.get_secret_value() if self.api_key else ""


class InstructorModel:
    """A model behind an OpenAI-compatible HTTP API."""

    def __init__(
        self,
        endpoint: Endpoint,
        policy: RetryPolicy,
        price: Price,
        *,
        reasks: int = 2,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._policy = policy
        self._price = price
        self._reasks = reasks
        self._on_progress = on_progress
        self._capability = Capability(endpoint.modes)
        self._client: AsyncOpenAI | None = None

    async def ask(self, request: Request) -> Reply:
        """The reply to a request.

        Raises TransportError, ProviderRefused, CutOff, Refusal, InputTooLarge or InvalidReply; each
        carries the tokens of all calls made (`usage_of`).
        """
        started = time.monotonic()
        calls = self._open_calls(request)
        outcome = await self._converse(request, calls)
        if isinstance(outcome, ExtractorError):
            raise charge(outcome, calls.usage)
        return Reply(
            text=outcome,
            model=calls.model or request.model,
            usage=calls.usage,
            finish_reason=calls.finish_reason,
            seconds=time.monotonic() - started,
            reasks=calls.replies - 1,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client:
            await client.close()

    def _open_calls(self, request: Request) -> Calls:
        from extractor.model.calls import Calls

        if self._client is None:
            self._client = open_client(self._endpoint)
        return Calls(self._client, self._policy, self._price, self._on_progress)

    async def _converse(self, request: Request, calls: Calls) -> str | ExtractorError:
        """The reply's text, or why there is none; returned, so that no foreign exception hangs on it."""
        from instructor.core.exceptions import InstructorRetryException

        from extractor.model.calls import Stopped

        while True:
            shape = self._capability.shape(request.params)
            try:
                return await self._ask_in(shape, request, calls)
            except Stopped as stopped:
                failure = stopped.failure
            except InstructorRetryException as exhausted:
                return _to_invalid(exhausted, self._endpoint.secret)
            if not isinstance(failure, Unable) or not self._capability.learn(failure, shape, request.params):
                return failure.error

    async def _ask_in(self, shape: Shape, request: Request, calls: Calls) -> str:
        import instructor

        from extractor.model.wire import wire_class

        response_model: Any = request.response_model
        wire = wire_class(response_model, self._endpoint.strict and shape.mode != "json_object")
        calls.use(shape.params, strict=wire.is_strict)
        create: Any = instructor.patch(create=calls.create, mode=_to_instructor(shape.mode))
        reply = await create(
            response_model=wire,
            messages=[{"role": message.role, "content": message.content} for message in request.messages],
            model=request.model,
            max_retries=self._reasks,
            strict=False,
        )
        text: str = reply.text
        return text


def load_client() -> None:
    """Import what asking needs, which takes a second: while something else is waited for."""
    import instructor  # noqa: F401
    from openai.resources import chat  # noqa: F401

    from extractor.model import calls, wire  # noqa: F401


def open_client(endpoint: Endpoint, *, is_bounded: bool = True) -> AsyncOpenAI:
    """The OpenAI client of an endpoint, its own retries off; `is_bounded`: answers have a largest size."""
    import openai

    http = open_http(endpoint, is_bounded=is_bounded)
    return openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.secret or _NO_KEY,
        max_retries=0,
        timeout=http.timeout,
        http_client=http,
    )


def open_http(endpoint: Endpoint, *, is_bounded: bool = True) -> httpx2.AsyncClient:
    """The HTTP client of an endpoint."""
    import httpx2
    import openai

    from extractor.model.bounded import BoundedClient

    # A proxy set for the outside world cannot reach a server on this machine.
    is_local = urlsplit(endpoint.base_url).hostname in _LOOPBACK
    client_class = BoundedClient if is_bounded else httpx2.AsyncClient
    return client_class(
        trust_env=not is_local,
        timeout=httpx2.Timeout(None, connect=_CONNECT_TIMEOUT_S),
        limits=openai.DEFAULT_CONNECTION_LIMITS,
        event_hooks={"response": _listeners(endpoint.on_headers)},
        transport=endpoint.transport,
    )


def _listeners(on_headers: OnHeaders | None) -> list[Callable[[httpx2.Response], Awaitable[None]]]:
    if on_headers is None:
        return []

    async def tell(response: httpx2.Response) -> None:
        on_headers(response.headers)

    return [tell]


def _to_instructor(mode: Mode) -> Any:
    from instructor import Mode as InstructorMode

    return {
        "json_schema": InstructorMode.JSON_SCHEMA,
        "tools": InstructorMode.TOOLS,
        "json_object": InstructorMode.JSON,
    }[mode]


def _to_invalid(exhausted: Exception, secret: str) -> InvalidReply:
    cause = exhausted.__cause__
    attempts = getattr(exhausted, "n_attempts", 1)
    message = f"the reply was still not in the asked-for shape after {attempts} attempts"
    if isinstance(cause, ValidationError):
        problems = cause.errors(include_input=False, include_url=False, include_context=False)
        shown = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'reply'}: {problem['msg']}"
            for problem in problems[:_PROBLEMS_SHOWN]
        )
        return InvalidReply(f"{message}: {redact(shown, secret)}")
    return InvalidReply(f"{message}: {type(cause).__name__}")
