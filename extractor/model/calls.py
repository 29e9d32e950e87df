"""One question's calls: each HTTP exchange tried until it succeeds, all of it under one deadline.

The retries stand between instructor and the HTTP client. So instructor sees replies only, never a
transport fault: a re-ask that meets a 429 is waited for and sent again, and re-asks and retries have
budgets of their own.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tenacity
from instructor.core.exceptions import IncompleteOutputException

from extractor.errors import CutOff, ExtractorError, ProviderRefused, Refusal, TransportError
from extractor.model.base import OnProgress, Progress
from extractor.model.faults import Final, Transient, read_body_error, read_failure, redact, strike_echo
from extractor.model.prices import Price
from extractor.records import Usage
from extractor.telemetry.spans import call_span

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion


# The largest reply that a posting gives has 20,000.
_LONGEST_REPLY_CHARS = 200_000
_MOST_TOKENS = 10**9
_SHORTEST_SECRET = 16


@dataclass(frozen=True)
class RetryPolicy:
    """How long and how often to try; times in seconds."""

    timeout_s: float = 120.0
    deadline_s: float = 600.0
    max_attempts: int = 6
    first_wait_s: float = 0.5
    max_wait_s: float = 30.0


class Stopped(IncompleteOutputException):
    """Carries a failure through instructor, which passes on this one class as it is."""

    def __init__(self, failure: Final) -> None:
        super().__init__()
        self.failure = failure


class Calls:
    """The calls behind one reply, with what they cost."""

    def __init__(
        self,
        client: AsyncOpenAI,
        policy: RetryPolicy,
        price: Price,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._client = client
        self._policy = policy
        self._price = price
        self._on_progress = on_progress
        self._params: Mapping[str, Any] = {}
        self._strict = False
        self._deadline = time.monotonic() + policy.deadline_s
        self.usage = Usage()
        self.replies = 0
        self.model = ""
        self.finish_reason = ""

    def use(self, params: Mapping[str, Any], *, strict: bool) -> None:
        """The parameters to send from now on, and whether the schema is to be kept strictly."""
        self._params = params
        self._strict = strict

    async def create(self, **kwargs: Any) -> ChatCompletion:
        """One completion; what instructor calls in place of the client's own method."""
        if self._strict:
            _ask_strictly(kwargs)
        asked = {**kwargs, **self._params}
        request = to_arguments(asked)
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(Transient),
            wait=self._wait_s,
            stop=self._is_final,
            before_sleep=self._tell,
            reraise=True,
        )
        earlier = self.usage
        with call_span(str(self._client.base_url), asked) as note:
            outcome = await self._try(retrying, request)
            code = outcome.error.code if isinstance(outcome, Final) else None
            note(model=self.model, finish_reason=self.finish_reason, spent=(earlier, self.usage), code=code)
        if isinstance(outcome, Final):
            raise Stopped(outcome)
        return outcome

    async def _try(self, retrying: tenacity.AsyncRetrying, request: dict[str, Any]) -> ChatCompletion | Final:
        try:
            completion: ChatCompletion = await retrying(self._post, request)
        except Transient as fault:
            return Final(self._given_up(fault.error, retrying.statistics.get("attempt_number", 1)))
        except Final as failure:
            return failure
        return completion

    async def _post(self, request: dict[str, Any]) -> ChatCompletion:
        try:
            return await self._exchange(request)
        except (Transient, Final) as failure:  # messages are shown and logged where postings must not be
            sent = " ".join(str(message.get("content")) for message in _messages_of(request))
            failure.error.message = strike_echo(failure.error.message, sent)
            failure.error.args = failure.args = (failure.error.message,)
            raise

    async def _exchange(self, request: dict[str, Any]) -> ChatCompletion:
        url = str(self._client.base_url).rstrip("/")
        self.usage += Usage(calls=1)
        try:
            async with asyncio.timeout(self._patience_s()):
                completion = await self._client.chat.completions.create(**request)
        except Exception as error:
            failure = read_failure(error, self._client.api_key, url)
        else:
            return self._take(completion, url)
        raise failure

    def _take(self, completion: ChatCompletion, url: str) -> ChatCompletion:
        """The completion, counted; the client checks no shape, so anything may stand anywhere in it."""
        if isinstance(completion, str):
            raise Final(ProviderRefused(f"{url} did not answer in JSON (check EXTRACTOR_BASE_URL)"))
        self.model = _text(completion, "model") or self.model
        self.usage += self._spent(completion)
        choices = getattr(completion, "choices", None)
        if not choices:
            error = (getattr(completion, "model_extra", None) or {}).get("error")
            raise read_body_error(error, {}, self._client.api_key, url)
        message = getattr(choices[0], "message", None) if isinstance(choices, list) else None
        if not isinstance(getattr(message, "content", 0), str | None):
            raise Transient(TransportError(f"{url} sent something else than a chat completion"))
        self.replies += 1
        _strike_out(self._client.api_key, message)
        self.finish_reason = _text(choices[0], "finish_reason") or "stop"
        self._check_end(message)
        return completion

    def _check_end(self, message: Any) -> None:
        """Raise where the reply ended for another reason than that it was complete."""
        said = message.content or ""
        length = len(said)
        if self.finish_reason == "length":
            raise Final(CutOff(f"the reply was cut off after {self._last_output} tokens: ask for less", said))
        if length > _LONGEST_REPLY_CHARS:  # sent back to be mended it would cost as much again
            raise Final(CutOff(f"the reply of {length:,} characters goes in circles: ask for less"))
        refusal = _text(message, "refusal")
        if refusal or self.finish_reason == "content_filter":
            why = redact(refusal or "content filter", self._client.api_key)
            raise Final(Refusal(f"the model declined to answer: {why}"))

    def _spent(self, completion: ChatCompletion) -> Usage:
        usage = getattr(completion, "usage", None)
        self._last_output = _count(usage, "completion_tokens")
        if usage is None:
            return Usage(cost_usd=None)
        tokens = Usage(
            input_tokens=_count(usage, "prompt_tokens"),
            cached_input_tokens=_count(getattr(usage, "prompt_tokens_details", None), "cached_tokens"),
            output_tokens=self._last_output,
        )
        return tokens + Usage(cost_usd=self._price(self.model, tokens))

    def _patience_s(self) -> float:
        return min(self._policy.timeout_s, max(0.0, self._deadline - time.monotonic()))

    def _wait_s(self, state: tenacity.RetryCallState) -> float:
        """Full jitter over a doubling span; the provider's own word, a little late, where it gave one."""
        fault = state.outcome.exception() if state.outcome else None
        if isinstance(fault, Transient) and fault.error.retry_after_s is not None:
            return fault.error.retry_after_s + _jitter_s(self._policy.first_wait_s)
        span = min(self._policy.max_wait_s, self._policy.first_wait_s * 2 ** (state.attempt_number - 1))
        return _jitter_s(span)

    def _is_final(self, state: tenacity.RetryCallState) -> bool:
        too_late = time.monotonic() + state.upcoming_sleep >= self._deadline
        return too_late or state.attempt_number >= self._policy.max_attempts

    def _tell(self, state: tenacity.RetryCallState) -> None:
        if self._on_progress and state.outcome:
            again = f"trying again in {state.upcoming_sleep:.1f} s"
            self._on_progress(Progress("retry", f"{state.outcome.exception()}; {again}"))

    def _given_up(self, error: TransportError, attempts: int) -> ExtractorError:
        seconds = self._policy.deadline_s - (self._deadline - time.monotonic())
        tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        message = f"{error.message} (given up after {tries} in {seconds:.0f} s)"
        return type(error)(message, error.retry_after_s)


def _messages_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = request["extra_body"].get("messages") or request["messages"]
    return messages


def _text(part: Any, name: str) -> str:
    """A text that a provider sent; "" where it sent none, or something else."""
    value = getattr(part, name, None)
    return value if isinstance(value, str) else ""


def _strike_out(secret: str, message: Any) -> None:
    """Take the key out of a reply that quotes it, before it is cached, sent back or logged."""
    if len(secret) < _SHORTEST_SECRET:  # a server of one's own may be asked with a word that postings use
        return
    if message.content and secret in message.content:
        message.content = message.content.replace(secret, "***")
    for call in getattr(message, "tool_calls", None) or ():
        said = _text(getattr(call, "function", None), "arguments")
        if secret in said:
            call.function.arguments = said.replace(secret, "***")


def _count(part: Any, name: str) -> int:
    """A number of tokens that a provider sent; 0 where it sent none, or nonsense."""
    value = getattr(part, name, None)
    return value if type(value) is int and 0 <= value <= _MOST_TOKENS else 0


def _jitter_s(span_s: float) -> float:
    return random.uniform(0, span_s)  # noqa: S311 - spreads load, guards nothing


def to_arguments(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request as arguments of the client's `create`.

    What the client has no argument for goes into `extra_body`. So does what is long: the client
    walks it part by part, for half of the time that it takes, and `extra_body` it sends as it is.
    """
    known = _known_parameters() - {"messages", "response_format", "tools", "tool_choice"}
    given = {name: value for name, value in request.items() if name in known}
    extra = {name: value for name, value in request.items() if name not in known}
    return given | {"messages": [], "extra_body": {**extra, **given.get("extra_body", {})}}


@functools.cache
def _known_parameters() -> frozenset[str]:
    from openai.resources.chat.completions import AsyncCompletions

    return frozenset(inspect.signature(AsyncCompletions.create).parameters) - {"self"}


def _ask_strictly(request: dict[str, Any]) -> None:
    # instructor builds these parts anew for each question, but leaves strict mode off.
    if "response_format" in request:
        request["response_format"].get("json_schema", {})["strict"] = True
    for tool in request.get("tools", ()):
        tool["function"]["strict"] = True
