"""The gate and the model behind it: who waits, who stops, whose fault it is."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import pytest
from pydantic import BaseModel

from extractor.batch import gated as gated_module
from extractor.batch.chance import Chance
from extractor.batch.gate import OUTAGE_FAULTS, Gate, Halted, Ticket
from extractor.batch.gated import Gated
from extractor.batch.purse import BudgetSpent, Purse
from extractor.errors import ExtractorError, InvalidReply, ProviderRefused, RateLimited, TransportError
from extractor.model.prices import GivenPrice
from extractor.records import Message, Reply, Request, Usage


class Answer(BaseModel):
    """Any reply."""


REQUEST = Request((Message("user", "x" * 2000),), Answer, "m", "", {"max_tokens": 1000})


class Clock:
    """Time as the test sets it, seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """A model that fails for as long as `fails` says, a moment after it was asked."""

    def __init__(self, fails: Callable[[], Exception | None]) -> None:
        self._fails = fails
        self.asked = 0
        self.at_once = 0
        self._now = 0

    async def ask(self, request: Request) -> Reply:
        """An empty reply, or the error."""
        self.asked += 1
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        await asyncio.sleep(0.005)
        self._now -= 1
        error = self._fails()
        if error is not None:
            raise error
        return Reply("{}", "m", Usage(1, 100, 0, 10, 0.001))

    async def aclose(self) -> None:
        """Nothing to let go of."""


async def answered(gate: Gate, count: int = 1) -> None:
    """Calls that are answered, one after the other."""
    for _ in range(count):
        await gate.enter()
        gate.note_answer()
        gate.leave()


def gather(calls: Iterable[Awaitable[object]]) -> list[object]:
    """All outcomes, errors among them."""

    async def all_of() -> list[object]:
        return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(all_of())


def test_no_more_than_the_ceiling_are_in_flight() -> None:
    """And all get their turn."""
    model = Slow(lambda: None)
    gated = Gated(model, Gate(3))
    replies = gather(gated.ask(REQUEST) for _ in range(20))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert model.at_once == 3


def test_a_429_sets_a_pace_once_and_answers_raise_it() -> None:
    """Calls sent before the pace was known do not lower it again."""
    clock = Clock()
    gate = Gate(32, clock=clock)
    assert gate.rate is None
    for _ in range(10):
        asyncio.run(answered(gate))
        clock.now += 0.1
    for ticket in [Ticket(0, 0), Ticket(0, 0), Ticket(0, 0)]:
        assert gate.note_fault(RateLimited("slow"), ticket) is False
    assert gate.rate == pytest.approx(7, rel=0.3)
    slowed = gate.rate
    for _ in range(50):
        clock.now += 0.2
        asyncio.run(answered(gate))
    assert gate.rate > 1.3 * slowed


def test_the_pace_settles_at_what_is_allowed() -> None:
    """A provider of 50 calls a second that says no more than no: nearly all of it is used."""

    class Bucket(Slow):
        left, filled = 5.0, 0.0

        async def ask(self, request: Request) -> Reply:
            now = asyncio.get_running_loop().time()
            self.left = min(5.0, self.left + 50 * (now - self.filled))
            self.filled = now
            if self.left < 1:
                raise RateLimited("slow", 0.02)
            self.left -= 1
            return await super().ask(request)

    gate = Gate(16)
    gated = Gated(Bucket(lambda: None), gate)
    started = time.monotonic()
    replies = gather(gated.ask(REQUEST) for _ in range(100))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert time.monotonic() - started < 6  # two seconds at best, and the machine may be busy


def test_everyone_waits_as_long_as_the_provider_asks() -> None:
    """A call that comes later than the 429 waits too."""

    async def check() -> float:
        gate = Gate(4)
        gate.note_fault(RateLimited("slow", 0.15), await gate.enter())
        gate.leave()
        started = asyncio.get_running_loop().time()
        await gate.enter()
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(check()) >= 0.14


def test_an_outage_leaves_one_probe() -> None:
    """Faults in a row, with no answer between them; the first answer opens the gate again."""
    clock = Clock()
    gate = Gate(32, clock=clock)
    for _ in range(OUTAGE_FAULTS):
        assert gate.note_fault(TransportError("down"), Ticket(0, 0)) is False
    assert gate.limit == 1
    assert gate.error is None
    clock.now = 100
    asyncio.run(answered(gate, 10))
    assert gate.limit > 8


def test_patience_ends() -> None:
    """Faults for longer than that, without an answer, halt; nobody is let in then."""
    clock = Clock()
    gate = Gate(4, patience_s=60, clock=clock)
    gate.note_fault(TransportError("down"), Ticket(0, 0))
    clock.now = 61
    gate.note_fault(TransportError("down"), Ticket(0, 0))
    assert isinstance(gate.error, TransportError)
    with pytest.raises(Halted):
        asyncio.run(gate.enter())


def test_a_provider_that_asks_to_wait_too_long_halts() -> None:
    """A daily limit is not waited out in silence."""
    gate = Gate(4, patience_s=60)
    gate.note_fault(RateLimited("tomorrow", 86_400), Ticket(0, 0))
    assert isinstance(gate.error, RateLimited)


def test_a_refusal_halts_at_once_unless_others_were_answered() -> None:
    """One odd posting may be refused; several in a row mean the key."""
    fresh, used = Gate(4), Gate(4)
    fresh.note_fault(ProviderRefused("401"), Ticket(0, 0))
    assert isinstance(fresh.error, ProviderRefused)
    asyncio.run(answered(used))
    used.note_fault(ProviderRefused("400"), Ticket(0, 1))
    assert used.error is None
    for _ in range(2):
        used.note_fault(ProviderRefused("401"), Ticket(0, 1))
    assert isinstance(used.error, ProviderRefused)


def test_faults_while_others_are_answered_are_the_postings(monkeypatch) -> None:
    """After so many of them the posting is failed; the rest is not."""
    monkeypatch.setattr(gated_module, "FIRST_WAIT_S", 0.01)
    gate = Gate(2)
    poison = Gated(Slow(lambda: TransportError("500")), gate, attempts=2)
    good = Gated(Slow(lambda: None), gate)

    async def both() -> tuple[object, int]:
        async def others() -> None:
            while True:
                await good.ask(REQUEST)

        going = asyncio.create_task(others())
        [outcome] = await asyncio.gather(poison.ask(REQUEST), return_exceptions=True)
        going.cancel()
        return outcome, gate.answers

    outcome, answers = asyncio.run(both())
    assert isinstance(outcome, TransportError)
    assert answers > 2


@pytest.mark.parametrize(
    ("share", "failures", "is_chance"),
    [(0.0, 3, False), (0.003, 3, False), (0.1, 3, True), (0.2, 5, True), (0.2, 9, False), (0.7, 5, False)],
)
def test_failures_in_a_row_may_be_chance_where_many_calls_fail(
    share: float, failures: int, is_chance: bool
) -> None:
    """Until there are so many that no share explains them; where most fail it is the rule."""
    chance = Chance()
    chance.note(round(1000 * share), 1000)
    chance.note(failures, failures)
    assert chance.explains(failures) == is_chance


def test_the_first_question_may_have_bad_luck_but_not_for_ever() -> None:
    """Nothing is known of others yet; of a model that fails always more soon is."""
    chance = Chance()
    chance.note(3, 3)
    assert chance.explains(3)
    chance.note(3, 3)
    assert not chance.explains(6)
    chance.note(40, 40)
    assert not chance.explains(1)


class Unlucky(Slow):
    """Three calls in ten fail, whatever they ask: as faults, or as replies of a wrong shape, sent back twice."""

    def __init__(self, fault: type[ExtractorError]) -> None:
        super().__init__(lambda: None)
        self._fault = fault
        self._rng = random.Random(5)

    async def ask(self, request: Request) -> Reply:
        reply = await super().ask(request)
        tries = 1 if self._fault is TransportError else 3
        for number in range(tries):
            if self._rng.random() >= 0.3:
                return replace(reply, reasks=number)
        error = self._fault("no")
        error.usage = Usage(tries)
        raise error


@pytest.mark.parametrize("fault", [TransportError, InvalidReply])
def test_bad_luck_is_nobodys_error(monkeypatch, fault: type[ExtractorError]) -> None:
    """Of 400 questions some fail as often as is allowed, three times in a row: they are asked again."""
    monkeypatch.setattr(gated_module, "FIRST_WAIT_S", 0.001)
    gated = Gated(Unlucky(fault), Gate(8), attempts=3)
    asked = [replace(REQUEST, messages=(Message("user", f"posting {number}"),)) for number in range(400)]
    assert [one for one in gather(map(gated.ask, asked)) if not isinstance(one, Reply)] == []


def test_draining_lets_calls_end_but_waits_for_nothing() -> None:
    """A question in flight is answered; one that would have to be asked again is given up."""

    async def check() -> tuple[object, object]:
        gate = Gate(4)
        fine, failing = Gated(Slow(lambda: None), gate), Gated(Slow(lambda: TransportError("503")), gate)
        asking = asyncio.gather(fine.ask(REQUEST), failing.ask(REQUEST), return_exceptions=True)
        await asyncio.sleep(0)
        gate.drain()
        reply, given_up = await asking
        return reply, given_up

    reply, given_up = asyncio.run(check())
    assert isinstance(reply, Reply)
    assert isinstance(given_up, Halted)


def test_a_cancelled_call_gives_its_turn_to_another() -> None:
    """No turn is lost when somebody who waits for it goes away."""

    async def check() -> None:
        gate = Gate(1)
        await gate.enter()
        waiting = [asyncio.create_task(gate.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        gate.leave()
        waiting[0].cancel()
        await asyncio.wait_for(waiting[1], 1)
        waiting[2].cancel()

    asyncio.run(check())


def test_the_purse_is_never_overdrawn_by_calls_in_flight() -> None:
    """Each reserves the most that it can cost; the rest is told that the budget is spent."""
    price = GivenPrice(1.0, 1.0, 1.0)
    purse = Purse(0.0062, price, calls=1)
    model = Slow(lambda: None)
    outcomes = gather(Gated(model, Gate(8), purse).ask(REQUEST) for _ in range(8))
    paid = [outcome for outcome in outcomes if isinstance(outcome, Reply)]
    assert purse.spent_usd == pytest.approx(0.001 * len(paid))
    assert 3 <= len(paid) <= 6
    assert all(isinstance(outcome, BudgetSpent) for outcome in outcomes if outcome not in paid)
