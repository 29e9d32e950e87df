"""A minute's allowance of requests and tokens: told, or read from headers; shared by all calls."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from extractor.batch.gate import Gate
from extractor.batch.gated import Gated
from extractor.batch.ledger import open_ledger
from extractor.batch.quota import Bucket, Limits, Quota
from extractor.records import Message, Reply, Request, Usage


class Answer(BaseModel):
    """Any reply."""


REQUEST = Request((Message("user", "x" * 3000),), Answer, "m", "", {"max_tokens": 1000})


class Clock:
    """Time as the test sets it, seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def let_through(bucket: Bucket, clock: Clock, seconds: float, each: float = 1) -> int:
    """How often `each` can be taken in so much time."""
    count, ends = 0, clock.now + seconds
    while clock.now < ends:
        wait_s = bucket.wait_s()
        if wait_s > 0:
            clock.now += wait_s
            continue
        bucket.take(each)
        count += 1
    return count


@pytest.mark.parametrize(("per_minute", "each"), [(600, 1), (30, 1), (60_000, 1500), (1000, 3000)])
def test_a_minutes_allowance_is_used_and_not_overrun(per_minute: float, each: float) -> None:
    """But for what a pause has saved, two seconds' worth, and the call that is under way."""
    clock = Clock()
    taken = each * let_through(Bucket(clock, per_minute), clock, 600, each)
    assert 0.95 * 10 * per_minute <= taken <= 10 * per_minute + per_minute / 30 + 2 * each


def test_without_a_limit_nobody_waits() -> None:
    """However much is taken."""
    bucket = Bucket(Clock())
    bucket.take(10**9)
    assert (bucket.wait_s(), bucket.per_minute) == (0, None)


def headers(kind: str, limit: int, remaining: int, reset: str) -> dict[str, str]:
    """As providers send them."""
    said = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"x-ratelimit-{word}-{kind}": str(value) for word, value in said.items()}


@pytest.mark.parametrize("kind", ["requests", "tokens"])
def test_headers_tell_the_allowance_before_a_429_does(kind: str) -> None:
    """From where half of it is used; a bucket that fills in 48 s by 480 fills by 600 a minute."""
    clock = Clock()
    quota = Quota(clock, Limits())
    quota.note_headers(headers(kind, 600, 580, "2s"), 0)
    assert quota.wait_s() == 0
    quota.note_headers(headers(kind, 600, 120, "48s"), 0)
    bucket = quota.requests if kind == "requests" else quota.tokens
    assert bucket.per_minute == pytest.approx(600)
    quota.note_headers(headers(kind, 600, 0, "1m0s"), 0)
    assert let_through(bucket, clock, 60) <= 602


def test_headers_do_not_raise_what_the_user_told() -> None:
    """The stricter one holds; nonsense is passed over."""
    quota = Quota(Clock(), Limits(rpm=60))
    quota.note_headers(headers("requests", 6000, 10, "60s"), 0)
    quota.note_headers(headers("requests", -1, 5, "soon"), 0)
    quota.note_headers({"x-ratelimit-limit-requests": "many"}, 0)
    assert quota.requests.per_minute == pytest.approx(60)


def test_forecasts_learn_from_answers() -> None:
    """What was forecast and not taken is given back."""
    clock = Clock()
    quota = Quota(clock, Limits(tpm=60_000))
    first = quota.forecast(REQUEST)
    for _ in range(60):
        quota.settle(REQUEST, 0, Usage(1, 300, 0, 50))
    assert quota.forecast(REQUEST) < first
    assert quota.forecast(REQUEST) == pytest.approx(350, rel=0.05)
    quota = Quota(clock, Limits(tpm=60_000))
    quota.take(50_000)
    waited = quota.wait_s()
    quota.settle(REQUEST, 50_000, Usage(1, 300, 0, 50))
    assert quota.wait_s() < waited / 10


def test_calls_wait_for_tokens_at_the_gate() -> None:
    """However many of them may be in flight."""

    class Model:
        async def ask(self, request: Request) -> Reply:
            return Reply("{}", "m", Usage(1, 900, 0, 100))

        async def aclose(self) -> None:
            return

    async def ask_all() -> float:
        gated = Gated(Model(), Gate(8, limits=Limits(tpm=1_200_000)))
        started = time.monotonic()
        await asyncio.gather(*(gated.ask(REQUEST) for _ in range(60)))
        return time.monotonic() - started

    # 60,000 tokens, 40,000 of them from the first two seconds' burst: a second at least.
    assert asyncio.run(ask_all()) >= 0.5


def test_faults_outlive_the_process(tmp_path: Path) -> None:
    """How often a posting was to blame is in the ledger, until its question has come to an end."""
    out = tmp_path / "out.jsonl"
    for times in (1, 2):
        with open_ledger(out, {}) as ledger:
            ledger.begin_run()
            ledger.note("question", is_blamed=True)
            ledger.note("question", is_blamed=False)
            assert ledger.blamed("question") == times
    with open_ledger(out, {}) as ledger:
        ledger.forget("question")
        assert ledger.blamed("question") == 0
        assert [(run.posting_faults, run.provider_faults) for run in ledger.runs()] == [(1, 1), (1, 1)]
