"""Rules of asking a provider, against a real local server that answers or fails as scripted."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from extractor.errors import (
    CutOff,
    InputTooLarge,
    InvalidReply,
    ModelError,
    ProviderRefused,
    RateLimited,
    Refusal,
    ReplyTimeout,
    TransportError,
)
from extractor.model.base import Progress, usage_of
from extractor.model.calls import RetryPolicy
from extractor.model.capability import MODES, Mode
from extractor.model.client import Endpoint, InstructorModel
from extractor.model.prices import GivenPrice, free
from extractor.records import Message, Reply, Request, Usage
from provider import Answer, Provider, Received, completion, failure

KEY = "sk-secret-0123456789abcdef"
GOOD = '{"title": "Cook", "years": 3}'
BAD = '{"title": "Cook", "years": "three"}'
QUICK = RetryPolicy(timeout_s=5.0, deadline_s=20.0, max_attempts=4, first_wait_s=0.01, max_wait_s=0.05)


class Job(BaseModel):
    """A job."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(description="job title")
    years: int | None = None


def request_of(text: str = "posting", response_model: type[Any] = Job, **params: Any) -> Request:
    messages = (Message("system", "extract"), Message("user", text))
    return Request(messages, response_model, "test-model", "http://host/v1", params)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider(completion(GOOD)) as running:
        yield running


def ask(
    provider: Provider,
    request: Request | None = None,
    *,
    policy: RetryPolicy = QUICK,
    modes: tuple[Mode, ...] = MODES,
    **options: Any,
) -> Reply:
    async def run() -> Reply:
        endpoint = Endpoint(provider.base_url, SecretStr(KEY), modes)
        model = InstructorModel(endpoint, policy, options.pop("price", free), **options)
        try:
            return await model.ask(request or request_of())
        finally:
            await model.aclose()

    return asyncio.run(run())


# What is sent, and what comes back.


def test_a_reply_is_the_text_that_the_model_wrote_with_its_tokens(provider: Provider) -> None:
    """Text, model, finish reason and every kind of token are passed on as the provider says them."""
    provider.add(completion(GOOD, usage=(100, 40, 20), model="test-model-2026"))
    reply = ask(provider)
    assert (reply.text, reply.model, reply.finish_reason) == (GOOD, "test-model-2026", "stop")
    assert reply.usage == Usage(1, 100, 40, 20, 0.0)
    assert (reply.reasks, reply.cached) == (0, False)


def test_json_schema_mode_sends_the_schema_strictly(provider: Provider) -> None:
    """By default the schema goes with the request, under strict rules."""
    ask(provider)
    body = provider.requests[0].body
    wire = body["response_format"]["json_schema"]
    assert (body["response_format"]["type"], wire["name"], wire["strict"]) == ("json_schema", "Job", True)
    assert wire["schema"]["required"] == ["title", "years"]
    assert provider.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_tools_mode_reads_the_tool_call(provider: Provider) -> None:
    """The schema is a tool's, the reply its arguments."""
    provider.add(completion(tool=GOOD, finish_reason="tool_calls"))
    assert ask(provider, modes=("tools",)).text == GOOD
    tool = provider.requests[0].body["tools"][0]["function"]
    assert (tool["name"], tool["strict"]) == ("Job", True)
    assert tool["parameters"]["required"] == ["title", "years"]


def test_json_object_mode_tells_the_schema_in_words(provider: Provider) -> None:
    """A provider that knows only JSON gets the schema in the prompt; a fenced reply is taken."""
    provider.add(completion(f"Here it is:\n```json\n{GOOD}\n```"))
    assert ask(provider, modes=("json_object",)).text == GOOD
    body = provider.requests[0].body
    assert body["response_format"] == {"type": "json_object"}
    assert '"years"' in body["messages"][0]["content"]


def test_parameters_are_passed_on_the_unknown_ones_too(provider: Provider) -> None:
    """Sampling parameters reach the body by name, those that the client does not know as well."""
    ask(provider, request_of(temperature=0, max_tokens=50, seed=7, cache_prompt=True, min_p=0.1))
    body = provider.requests[0].body
    sent = {name: body[name] for name in ("temperature", "max_tokens", "seed", "cache_prompt", "min_p")}
    assert sent == {"temperature": 0, "max_tokens": 50, "seed": 7, "cache_prompt": True, "min_p": 0.1}


def test_prices_apply_to_every_call(provider: Provider) -> None:
    """Dollars are those of all calls: the rejected reply's as well."""
    provider.add(completion(BAD, usage=(1_000_000, 0, 0)), completion(GOOD, usage=(0, 0, 1_000_000)))
    assert ask(provider, price=GivenPrice(2.0, 1.0, 8.0)).usage.cost_usd == 10.0


# Replies that are not in the asked-for shape.


@pytest.mark.parametrize("mode", MODES)
def test_an_invalid_reply_goes_back_with_what_is_wrong(provider: Provider, mode: Mode) -> None:
    """The model is told the field and the fault, and the tokens of both replies are counted."""
    if mode == "tools":
        provider.add(completion(tool=BAD), completion(tool=GOOD))
    else:
        provider.add(completion(BAD))
    reply = ask(provider, modes=(mode,))
    assert (reply.text, reply.reasks) == (GOOD, 1)
    assert reply.usage == Usage(2, 200, 0, 40, 0.0)
    told = json.dumps(provider.requests[1].body["messages"][-1])
    assert "years" in told
    assert "valid integer" in told


@pytest.mark.parametrize("content", [BAD, "no JSON at all", "", "null", "[1]"])
def test_reasks_are_bounded_and_what_they_cost_is_on_the_error(provider: Provider, content: str) -> None:
    """After the last re-ask the error names the fault and carries the tokens of all replies."""
    provider.default = completion(content)
    with pytest.raises(InvalidReply, match="after 3 attempts") as failed:
        ask(provider, reasks=2)
    assert usage_of(failed.value) == Usage(3, 300, 0, 60, 0.0)
    assert len(provider.requests) == 3


def test_a_null_for_a_default_counts_as_absent(provider: Provider) -> None:
    """A null where a field has a default but is not nullable needs no re-ask."""

    class Listed(BaseModel):
        skills: list[str] = []

    provider.add(completion('{"skills": null}'))
    reply = ask(provider, request_of(response_model=Listed))
    assert (reply.text, reply.reasks) == ("{}", 0)


def test_a_cut_off_reply_is_an_error_of_its_own(provider: Provider) -> None:
    """`length` is not asked again; what it cost is counted."""
    provider.add(completion('{"title": "Co', finish_reason="length", usage=(100, 0, 4096)))
    with pytest.raises(CutOff, match="4096 tokens") as failed:
        ask(provider)
    assert usage_of(failed.value) == Usage(1, 100, 0, 4096, 0.0)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        completion(None, refusal="I cannot help with that"),
        completion("", finish_reason="content_filter"),
        failure(400, "The response was filtered", code="content_filter"),
    ],
)
def test_a_refusal_is_an_error_of_its_own(provider: Provider, answer: Answer) -> None:
    """A model that declines, or a filter, is not asked again."""
    provider.add(answer)
    with pytest.raises(Refusal):
        ask(provider)
    assert len(provider.requests) == 1


# Transport faults.


@pytest.mark.parametrize(
    "fault",
    [
        failure(429, "Rate limit reached. Add a payment method at https://host/billing.", code="rate_limit"),
        *(failure(status) for status in (408, 409, 425, 429, 500, 502, 503, 504, 529)),
        Answer(fault="drop"),
        completion(GOOD, fault="half"),
        Answer(b'{"choices": [', headers={"Content-Type": "application/json"}),
        Answer({"choices": []}),
        Answer({"choices": None, "error": {"message": "upstream overloaded", "code": 502}}),
        Answer(b"<html>bad gateway</html>", 502, {"Content-Type": "text/html"}),
    ],
    ids=lambda answer: f"{answer.status}-{answer.fault}-{str(answer.body)[:20]}",
)
def test_transport_faults_are_tried_again(provider: Provider, fault: Answer) -> None:
    """A passing fault costs a call and nothing else."""
    provider.add(fault, fault)
    reply = ask(provider)
    assert (reply.text, reply.reasks) == (GOOD, 0)
    assert (reply.usage.calls, reply.usage.input_tokens) == (3, 100)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (failure(503), TransportError),
        (failure(429), RateLimited),
        (Answer(fault="drop"), TransportError),
    ],
)
def test_a_lasting_fault_ends_after_the_last_attempt(
    provider: Provider, fault: Answer, error: type[ModelError]
) -> None:
    """Attempts are bounded; the error says how many there were, and that it may pass."""
    provider.default = fault
    with pytest.raises(error, match="given up after 4 attempts") as failed:
        ask(provider)
    assert failed.value.retryable
    assert usage_of(failed.value).calls == 4


def test_a_reask_that_meets_a_fault_is_not_lost(provider: Provider) -> None:
    """A 429 during a re-ask is waited for; the re-ask, with what was wrong, is sent again."""
    provider.add(completion(BAD), failure(429), failure(503), completion(BAD), failure(500))
    reply = ask(provider, reasks=2)
    assert (reply.text, reply.reasks, reply.usage.calls) == (GOOD, 2, 6)
    first_reask, again = provider.requests[1].body, provider.requests[3].body
    assert first_reask == again
    assert len(provider.requests[5].body["messages"]) == 6


def test_a_fault_during_a_reask_keeps_what_was_paid(provider: Provider) -> None:
    """Where the provider goes away for good, the first reply's tokens are on the error."""
    provider.default = failure(503)
    provider.add(completion(BAD))
    with pytest.raises(TransportError) as failed:
        ask(provider)
    assert usage_of(failed.value) == Usage(5, 100, 0, 20, 0.0)


@pytest.mark.parametrize("fault", ["hang", "trickle"])
def test_a_silent_provider_times_out(provider: Provider, fault: Any) -> None:
    """A call that takes too long is broken off, dribbled bytes or not, and tried again."""
    provider.default = completion(GOOD, fault=fault)
    policy = RetryPolicy(timeout_s=0.2, deadline_s=10.0, max_attempts=2, first_wait_s=0.01)
    with pytest.raises(ReplyTimeout, match="after 2 attempts"):
        ask(provider, policy=policy)


def test_the_deadline_stands_over_all_attempts(provider: Provider) -> None:
    """Attempts, waits and re-asks together end at the deadline."""
    provider.default = Answer(fault="hang")
    policy = RetryPolicy(timeout_s=30.0, deadline_s=0.5, max_attempts=100, first_wait_s=0.01)
    started = time.monotonic()
    with pytest.raises(ReplyTimeout):
        ask(provider, policy=policy)
    assert time.monotonic() - started < 5.0


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0.3"},
        {"retry-after-ms": "300"},
        {"x-ratelimit-reset-requests": "300ms", "x-ratelimit-remaining-requests": "0"},
    ],
)
def test_the_provider_says_how_long_to_wait(provider: Provider, headers: dict[str, str]) -> None:
    """Its word is obeyed, where our own wait would be shorter."""
    provider.add(failure(429, headers=headers))
    started = time.monotonic()
    assert ask(provider).seconds >= 0.3
    assert time.monotonic() - started < 10.0


def test_a_wait_beyond_the_deadline_is_not_begun(provider: Provider) -> None:
    """The error comes at once, with the provider's word on when to come back."""
    provider.default = failure(429, headers={"Retry-After": "3600"})
    started = time.monotonic()
    with pytest.raises(RateLimited) as failed:
        ask(provider)
    assert failed.value.retry_after_s == 3600.0
    assert time.monotonic() - started < 10.0
    assert len(provider.requests) == 1


def test_no_server_at_all_is_a_transport_error() -> None:
    """A refused connection names the address."""
    with Provider() as gone:
        pass
    with pytest.raises(TransportError, match=f"cannot reach {gone.base_url}"):
        ask(gone)


def test_progress_tells_of_retries(provider: Provider) -> None:
    """Whoever waits is told why."""
    told: list[Progress] = []
    provider.add(failure(503, "overloaded"))
    ask(provider, on_progress=told.append)
    assert [progress.stage for progress in told] == ["retry"]
    assert "overloaded" in told[0].message


# Requests that the provider rejects.


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (failure(401, "Incorrect API key"), "EXTRACTOR_API_KEY"),
        (failure(402, "Payment required"), "balance"),
        (failure(403, "Not allowed"), "EXTRACTOR_API_KEY"),
        (failure(404, "The model does not exist"), "EXTRACTOR_MODEL"),
        (failure(400, "unknown model"), "EXTRACTOR_MODEL"),
        (failure(429, "You exceeded your current quota", code="insufficient_quota"), "balance"),
        (Answer(b"<html>welcome</html>", headers={"Content-Type": "text/html"}), "EXTRACTOR_BASE_URL"),
    ],
)
def test_a_rejected_request_names_what_to_mend(provider: Provider, answer: Answer, remedy: str) -> None:
    """What fails for every request is not tried again, and the error says what to change."""
    provider.default = answer
    with pytest.raises(ProviderRefused, match=remedy) as failed:
        ask(provider)
    assert not failed.value.retryable
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        failure(400, "maximum context length is 8192 tokens", code="context_length_exceeded"),
        failure(400, "request exceeds the available context size", type="exceed_context_size_error"),
    ],
)
def test_a_posting_beyond_the_context_is_the_postings_fault(provider: Provider, answer: Answer) -> None:
    """Too much text is an input error, not the provider's."""
    provider.default = answer
    with pytest.raises(InputTooLarge):
        ask(provider)


# What a provider cannot do.


def test_a_mode_that_is_not_supported_gives_way_to_the_next(provider: Provider) -> None:
    """json_schema, then tools, then json_object; what was learned is kept for later requests."""
    provider.add(
        failure(400, "response_format json_schema is not supported", param="response_format"),
        failure(400, "tools are not supported by this model", param="tools"),
    )

    async def run() -> None:
        model = InstructorModel(Endpoint(provider.base_url), QUICK, free)
        assert (await model.ask(request_of())).text == GOOD
        await model.ask(request_of("other"))
        await model.aclose()

    asyncio.run(run())
    formats = [request.body.get("response_format", {}).get("type") for request in provider.requests]
    assert formats == ["json_schema", None, "json_object", "json_object"]


def test_requests_at_the_same_time_learn_the_same_once(provider: Provider) -> None:
    """What many requests are told at once moves on by one step, not by as many."""

    def answer(received: Received) -> Answer:
        if "response_format" in received.body:
            return failure(400, "response_format is not supported", param="response_format")
        return completion(tool=GOOD, delay_s=0.1)

    provider.default = answer

    async def run() -> list[Reply]:
        model = InstructorModel(Endpoint(provider.base_url), QUICK, free)
        replies = await asyncio.gather(*(model.ask(request_of(str(number))) for number in range(10)))
        await model.aclose()
        return list(replies)

    assert {reply.text for reply in asyncio.run(run())} == {GOOD}


def test_a_mode_set_by_hand_is_kept(provider: Provider) -> None:
    """Where the user chose the mode, its rejection is the answer."""
    provider.default = failure(400, "tools are not supported", param="tools")
    with pytest.raises(ProviderRefused, match="EXTRACTOR_MODE"):
        ask(provider, modes=("tools",))


def test_parameters_that_are_rejected_are_left_out_or_renamed(provider: Provider) -> None:
    """Newer models want max_completion_tokens, some no temperature, most no cache_prompt."""
    provider.add(
        failure(400, "Unsupported parameter: use 'max_completion_tokens' instead.", param="max_tokens"),
        failure(400, "Unsupported value: 'temperature'", param="temperature", code="unsupported_value"),
        failure(400, "Unrecognized request argument supplied: 'cache_prompt'"),
    )
    ask(provider, request_of(temperature=0, max_tokens=50, cache_prompt=True, seed=7))
    body = provider.requests[-1].body
    assert (body["max_completion_tokens"], body["seed"]) == (50, 7)
    assert not {"max_tokens", "temperature", "cache_prompt"} & set(body)


# Secrets, and the rest.


def test_the_key_is_in_no_error_and_no_log(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Even where the provider quotes it, and with every logger at its most talkative."""
    with caplog.at_level(logging.DEBUG):
        for status in (401, 400, 500, 429):
            provider.default = failure(status, f"Incorrect API key provided: {KEY}.")
            with pytest.raises(ModelError) as failed:
                ask(provider)
            told: BaseException | None = failed.value
            while told is not None:
                assert KEY not in f"{told!r} {told}"
                told = told.__cause__ or told.__context__
    assert KEY not in caplog.text


def test_concurrent_requests_share_one_client(provider: Provider) -> None:
    """Many questions at once are answered by one model, each with its own account."""
    provider.default = completion(GOOD, delay_s=0.2)

    async def run() -> list[Reply]:
        model = InstructorModel(Endpoint(provider.base_url), QUICK, free)
        replies = await asyncio.gather(*(model.ask(request_of(str(number))) for number in range(20)))
        await model.aclose()
        return list(replies)

    assert [reply.usage.calls for reply in asyncio.run(run())] == [1] * 20


def test_a_cancelled_question_ends_its_call(provider: Provider) -> None:
    """Cancelling is not a fault to retry."""
    provider.default = Answer(fault="hang")

    async def run() -> None:
        model = InstructorModel(Endpoint(provider.base_url), QUICK, free)
        asking = asyncio.create_task(model.ask(request_of()))
        while not provider.requests:
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await model.aclose()

    asyncio.run(run())
    assert len(provider.requests) == 1
