"""Who is let in, who waits, who is turned away; which form an answer takes; what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from extractor.errors import TABLE
from extractor.schema import Failure, Meta
from extractor.serve.accept import choose_media_type
from extractor.serve.admission import Admission
from extractor.serve.bodies import Buffer
from extractor.serve.desk import Memory
from extractor.serve.guard import host_name
from extractor.serve.problems import HTTP_CODES, TITLES, Problem
from extractor.serve.room import Answer, Job

OFFERED = ("application/json", "application/ld+json", "text/event-stream")


async def hold(admission: Admission, order: list[int], number: int, until: asyncio.Event) -> None:
    """Be let in, say so, and stay."""
    async with admission.admitted():
        order.append(number)
        await until.wait()


def run(work: Coroutine[Any, Any, None]) -> None:
    """In a loop of its own."""
    asyncio.run(asyncio.wait_for(work, 10))


def test_places_go_in_order_of_arrival() -> None:
    """One is in, two wait, the fourth is turned away; each who leaves lets the next one in."""

    async def work() -> None:
        admission, order, leave = Admission(1, 2), [], [asyncio.Event() for _ in range(3)]
        tasks = [asyncio.create_task(hold(admission, order, n, leave[n])) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as caught:
            async with admission.admitted():
                pass
        assert int(caught.value.headers["Retry-After"]) >= 1
        for number in range(3):
            leave[number].set()
            await tasks[number]
        assert order == [0, 1, 2] and (admission.in_flight, admission.waiting) == (0, 0)

    run(work())


def test_who_gives_up_waiting_takes_no_place() -> None:
    """Neither while waiting, nor at the very moment when the place is handed over."""

    async def work() -> None:
        admission, order, leave = Admission(1, 2), [], [asyncio.Event() for _ in range(3)]
        first, second, third = (asyncio.create_task(hold(admission, order, n, leave[n])) for n in range(3))
        await asyncio.sleep(0)
        leave[0].set()
        await asyncio.sleep(0)  # the first has left, so the second's turn has come; it has not run yet
        second.cancel()
        await asyncio.wait({first, second})
        leave[2].set()
        await third
        assert order == [0, 2] and (admission.in_flight, admission.waiting) == (0, 0)

    run(work())


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/*;q=0.2, text/event-stream", "text/event-stream"),
        ("application/ld+json;q=0.9, application/json;q=0.1", "application/ld+json"),
        ("application/json;q=0, */*", "application/ld+json"),
        ("TEXT/EVENT-STREAM; charset=utf-8", "text/event-stream"),
    ],
)
def test_the_best_form_is_chosen(accept: str | None, chosen: str) -> None:
    """By quality, by the most specific range, by our order."""
    assert choose_media_type(accept, OFFERED) == chosen


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "application/json;q=no"])
def test_what_is_not_offered_is_refused(accept: str) -> None:
    """With what there is."""
    with pytest.raises(Problem, match="not_acceptable"):
        choose_media_type(accept, OFFERED)


def answer(core: bytes, error: Failure | None = None) -> Answer:
    """An answer that holds so much."""
    return Answer("id", core, Meta(calls=1, cost_usd=0.5), error, "text", "text")


def test_memory_forgets_who_was_not_asked_for_longest() -> None:
    """Within its bytes; errors and answers too large are never kept; what is given again cost nothing."""
    memory = Memory(5_000)
    jobs = [Job(f"posting {n}") for n in range(4)]
    for job in jobs[:2]:
        memory.keep(job, answer(b"x" * 1_000))
    kept = memory.find(jobs[0])
    assert kept and kept.meta.calls == 0 and kept.meta.cost_usd == 0.0 and kept.meta.cached
    memory.keep(jobs[2], answer(b"x" * 1_000))
    memory.keep(jobs[3], answer(b"x" * 9_000))
    failure = Failure(code="timeout", message="", retryable=True)
    memory.keep(jobs[3], answer(b"", failure))
    assert [memory.find(job) is not None for job in jobs] == [True, False, True, False]


def test_jobs_are_equal_by_what_decides_their_answer() -> None:
    """Posting, kind and day; text and bytes are read differently."""
    same = {Job("a").digest, Job("a").digest}
    others = {Job("b").digest, Job(b"a").digest, Job("a", "html").digest}
    assert len(same) == 1 and len(others | same) == 4


def test_the_buffer_is_shared() -> None:
    """What one request holds, another cannot have, until it is given back."""
    buffer = Buffer(100)
    with buffer.holding() as first:
        first.take(60)
        with buffer.holding() as second, pytest.raises(Problem, match="busy"):
            second.take(60)
    with buffer.holding() as third:
        third.take(100)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:80", "localhost"),
        ("[::1]:80", "::1"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("::1", "::1"),
        ("", ""),
        ("evil:80:80", "evil:80:80"),
    ],
)
def test_host_names(host: str, name: str) -> None:
    """Without port and brackets."""
    assert host_name(host) == name


def test_every_code_has_a_title() -> None:
    """Those of the extractor and of HTTP, and none has two meanings."""
    assert set(TITLES) == set(TABLE)
    assert not set(TITLES) & set(HTTP_CODES)
