"""A model behind the gate and the purse: the batch's place for waiting and asking again.

It stands between the reply cache and the provider, whose own retries are off: so each fault is seen
by everyone, and a question that the cache answers needs neither room nor money.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Protocol

from extractor.batch.chance import Chance
from extractor.batch.gate import Gate, Halted
from extractor.batch.purse import Purse
from extractor.errors import (
    ExtractorError,
    InputError,
    InvalidReply,
    ModelError,
    ProviderRefused,
    RateLimited,
    TransportError,
)
from extractor.model import Model, usage_of
from extractor.records import Reply, Request, Usage

FIRST_WAIT_S, LAST_WAIT_S = 0.5, 30.0


class Fault(Exception):
    """A call that may be worth another; `is_blamed`: it looks like the posting's fault."""

    def __init__(self, error: TransportError | ProviderRefused, *, is_blamed: bool) -> None:
        super().__init__(error.message)
        self.error = error
        self.is_blamed = is_blamed


class Faults(Protocol):
    """Remembers, beyond the life of a process, how often a question failed and by whose fault."""

    def blamed(self, question: str) -> int:
        """Faults of this question (a digest) that its posting is blamed for."""
        ...

    def note(self, question: str, *, is_blamed: bool) -> None:
        """One more; the posting's, or else the provider's."""
        ...

    def forget(self, question: str) -> None:
        """The question has come to its end."""
        ...


class Gated:
    """Asks until there is an answer, the posting is to blame, or the run stops.

    The `attempts`-th fault that the posting is blamed for becomes its error, unless so many calls fail that
    it may be chance; there is no such limit to the provider's faults, only the gate's patience. Replies of a
    wrong shape are no faults: how often they are sent back is the model's own, separate matter. A
    conversation that ended without a right one is begun anew, too, only where that may be chance.
    """

    def __init__(
        self,
        model: Model,
        gate: Gate,
        purse: Purse | None = None,
        attempts: int = 5,
        faults: Faults | None = None,
    ) -> None:
        self._model = model
        self._gate = gate
        self._purse = purse
        self._attempts = attempts
        self._faults = faults or Counted()
        self._calls, self._replies = Chance(), Chance()  # that fail; that are of a wrong shape
        self.lost = Usage()  # paid for questions that the stop left unanswered

    async def ask(self, request: Request) -> Reply:
        """The reply, charged with all failed calls before it; raises Halted, or what the model raises."""
        paid, tries, faults, wrong = Usage(), 0, 0, 0
        try:
            while True:
                try:
                    reply = await self._pay(request)
                except Fault as fault:
                    paid += usage_of(fault.error)
                    faults += 1
                    tries += not isinstance(fault.error, RateLimited)
                    self._faults.note(request.digest, is_blamed=fault.is_blamed)
                    self._calls.note(int(fault.is_blamed))
                    blamed = self._faults.blamed(request.digest) if fault.is_blamed else 0
                    if blamed >= self._attempts and not self._calls.explains(blamed):
                        self._faults.forget(request.digest)
                        raise _charged(fault.error, paid) from None
                except InvalidReply as error:
                    calls = max(1, usage_of(error).calls)
                    wrong += calls
                    self._replies.note(calls, calls)
                    paid += usage_of(error)
                    if not self._replies.explains(wrong):
                        raise _charged(error, paid) from None
                    continue
                except ExtractorError as error:
                    raise _charged(error, paid + usage_of(error)) from None
                else:
                    self._calls.note(0)
                    self._replies.note(reply.reasks, 1 + reply.reasks)
                    if faults:
                        self._faults.forget(request.digest)
                    return replace(reply, usage=reply.usage + paid)
                await self._gate.rest(_wait_s(tries) if tries else 0.0)  # the gate knows how long a 429 lasts
        except (Halted, asyncio.CancelledError):
            self.lost += paid
            raise

    async def aclose(self) -> None:
        """Close the model behind the gate."""
        await self._model.aclose()

    async def _pay(self, request: Request) -> Reply:
        if self._purse is None:
            return await self._pass(request)
        reserved_usd = await self._purse.reserve(request)
        usage: Usage | None = None  # a call broken off costs nobody knows what
        try:
            reply = await self._pass(request)
            usage = reply.usage
        except Fault as fault:
            usage = usage_of(fault.error)
            raise
        except ExtractorError as error:
            usage = usage_of(error)
            raise
        except Halted:
            usage = Usage()
            raise
        finally:
            self._purse.settle(reserved_usd, usage)
        return reply

    async def _pass(self, request: Request) -> Reply:
        quota = self._gate.quota
        ticket = await self._gate.enter(quota.forecast(request))
        usage = Usage()
        try:
            reply = await self._model.ask(request)
            usage = reply.usage
        except (TransportError, ProviderRefused) as error:
            raise Fault(error, is_blamed=self._gate.note_fault(error, ticket)) from None
        except (ModelError, InputError) as error:
            usage = usage_of(error)
            self._gate.note_answer()  # of no use, but an answer
            raise
        finally:
            self._gate.leave()
            quota.settle(request, ticket.tokens, usage)
        self._gate.note_answer()
        return reply


class Counted:
    """Faults remembered as long as the process lives."""

    def __init__(self) -> None:
        self._blamed: Counter[str] = Counter()

    def blamed(self, question: str) -> int:
        """See Faults."""
        return self._blamed[question]

    def note(self, question: str, *, is_blamed: bool) -> None:
        """See Faults."""
        self._blamed[question] += is_blamed

    def forget(self, question: str) -> None:
        """See Faults."""
        del self._blamed[question]


def _charged(error: ExtractorError, paid: Usage) -> ExtractorError:
    error.usage = paid
    return error


def _wait_s(tries: int) -> float:
    """Full jitter over a doubling span."""
    return random.uniform(0, min(LAST_WAIT_S, FIRST_WAIT_S * 2.0 ** (tries - 1)))  # noqa: S311
