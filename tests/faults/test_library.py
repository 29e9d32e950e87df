"""Every fault through the library: the right error, nothing lost, nothing leaked, and the next request works."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from answers import POSTING
from extractor import Extraction, Extractor, Settings
from extractor.errors import InvalidReply, ModelError, TransportError
from extractor.model.calls import RetryPolicy
from extractor.model.client import Endpoint, InstructorModel
from extractor.model.faults import strike_echo
from extractor.model.prices import free
from extractor.records import Message, Request
from extractor.strategies.numbered import Pieces
from faults.catalogue import FAMILIES, FAULTS, GOOD, KEY, Fault
from provider import Answer, Provider, completion

RETRYABLE = {"rate_limited", "provider_unavailable", "timeout"}


@pytest.fixture
def server() -> Iterator[Provider]:
    """A provider that answers well once a fault has passed."""
    with Provider(completion(GOOD)) as running:
        yield running


def extractor_of(server: Provider, **settings: Any) -> Extractor:
    """Two attempts, one re-ask, no cache."""
    told = {"cache": False, "max_attempts": 2, "reasks": 1, "deadline_s": 60.0} | settings
    return Extractor(
        Settings(base_url=server.base_url, model="m", api_key=SecretStr(KEY), strategy="numbered", **told)
    )


def is_good(extraction: Extraction) -> bool:
    """Whether the posting was read."""
    return extraction.posting is not None and extraction.posting.title == "Line Cook"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_lasts_is_the_right_error(
    server: Provider, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Code, whether to try later, calls and tokens; then the same Extractor reads the posting well."""
    fault = FAULTS[name]
    caplog.set_level(logging.DEBUG)
    server.default = fault.answer
    with extractor_of(server, timeout_s=fault.timeout_s) as extractor:
        extraction = extractor.extract(POSTING, id="1")
        check(extraction, fault)
        assert len(server.requests) == fault.calls
        server.default = completion(GOOD)
        assert is_good(extractor.extract(POSTING, id="1"))
    assert KEY not in caplog.text
    assert KEY not in extraction.model_dump_json(exclude={"warnings"})


def check(extraction: Extraction, fault: Fault) -> None:
    """What an extraction says of a fault."""
    assert (extraction.error and extraction.error.code) == fault.code
    assert (extraction.posting is None) == (fault.code is not None)
    if extraction.error:
        assert extraction.error.retryable == (fault.code in RETRYABLE)
        assert 10 < len(extraction.error.message) < 700
        assert "\n" not in extraction.error.message
    meta = extraction.meta
    assert meta.calls == fault.calls
    if fault.tokens:
        assert (meta.input_tokens, meta.output_tokens) == (100 * meta.calls, 20 * meta.calls)
    assert min(meta.input_tokens, meta.cached_input_tokens, meta.output_tokens) >= 0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_fault_that_passes_costs_a_call(server: Provider, family: str) -> None:
    """What is worth another try is tried again, and the posting is read; by one Extractor, fault after fault."""
    with extractor_of(server, timeout_s=1.0, max_attempts=4) as extractor:
        for name, fault in FAMILIES[family].items():
            if fault.calls == 2:
                server.add(fault.answer)
                extraction = extractor.extract(POSTING, id="1")
                assert is_good(extraction), name
                # A connection with bytes left over from before, or a busy machine, fails once more.
                assert extraction.meta.calls in (2, 3, 4), name


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("maximum context length is 8192", "maximum context length is 8192"),
        ('bad input: "Line Cook, Acme Kitchens: Lyon" is long', 'bad input: "…" is long'),
        ("Line  Cook\\nAcme Kitchens Lyon / x / Line Cook Acme Kitchens Lyon", "… / x / …"),
        ("Cook Acme Kitchens Lyon", "Cook Acme Kitchens Lyon"),
        ("", ""),
    ],
)
def test_what_was_sent_is_struck_out_of_a_message(message: str, shown: str) -> None:
    """Five words in a row or more, however set apart; fewer are what the message is about."""
    assert (
        strike_echo(message, "The maximum context length:\n1 Line Cook\nAcme Kitchens, Lyon (France)")
        == shown
    )


def test_json_cut_at_every_byte(server: Provider) -> None:
    """Of a reply cut anywhere, and of a body cut anywhere, nothing is taken for a whole one."""
    whole = '{"title": "Cook", "site": {}, "count": 3, "items": ["a", "b\\u00e9"]}'
    body = completion(whole, usage=None).to_bytes()
    replies = [(completion(whole[:end]), InvalidReply) for end in range(len(whole))]
    bodies = [(Answer(body[:end]), TransportError) for end in range(len(body))]

    async def ask_all() -> None:
        model = open_model(server)
        for answer, error in (*replies, *bodies):
            server.default = answer
            with pytest.raises(error):
                await model.ask(Request((Message("user", "x"),), Loose, "m", server.base_url))
        await model.aclose()

    asyncio.run(ask_all())


class Loose(BaseModel):
    """A schema of the user's own that requires nothing: any object inside it would pass for the whole."""

    title: str | None = None
    site: dict[str, str] | None = None
    count: int | None = None
    items: list[str] = []


def open_model(server: Provider) -> InstructorModel:
    """The bare model: one attempt, no re-ask."""
    endpoint = Endpoint(server.base_url, SecretStr(KEY))
    return InstructorModel(endpoint, RetryPolicy(max_attempts=1), free, reasks=0)


@pytest.mark.parametrize(
    "name", ["401 with the key", "503 with the key", "the key as a key", "refused with the key"]
)
def test_no_error_carries_another_that_quotes_the_key(server: Provider, name: str) -> None:
    """Neither its message, nor its chain, nor a printed traceback: what others log of it is clean."""
    server.default = FAULTS[name].answer
    request = Request((Message("user", "x"),), Pieces, "m", server.base_url)

    async def ask() -> None:
        model = open_model(server)
        try:
            await model.ask(request)
        finally:
            await model.aclose()

    with pytest.raises(ModelError) as failed:
        asyncio.run(ask())
    assert KEY not in "".join(traceback.format_exception(failed.value))
    assert KEY not in repr(failed.value.__dict__)
