"""How a run asks: question by question online, or by the provider's batches."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from extractor.batch.gate import Gate, Halted
from extractor.batch.gated import Faults, Gated
from extractor.batch.ledger import Ledger
from extractor.batch.options import Options
from extractor.batch.parked import Line, Parked
from extractor.batch.purse import BudgetSpent, Purse
from extractor.batch.rows import Row, Unanswered
from extractor.batch.shards import Shards
from extractor.errors import CutOff, InputError, InvalidReply, Refusal, SettingsError
from extractor.model import Model, OnProgress, build_model
from extractor.model.cache import Cached
from extractor.model.prices import price_of
from extractor.model.provider_batches import BatchApi, build_detoured, to_line
from extractor.pipeline import Extractor
from extractor.records import Reply, Request, Usage
from extractor.schema import SCHEMA_VERSION
from extractor.settings import Settings

DISCOUNT = 0.5  # what a question in a batch costs of its price online
_LOOK_S = 2.0


class Online:
    """Each question at once: reply cache, then gate and purse, then the model.

    The model's own retries are off, so that the gate sees each fault.
    """

    def __init__(self, gate: Gate, attempts: int = 5) -> None:
        self._gate = gate
        self._attempts = attempts
        self._gated: Gated | None = None
        self._purse: Purse | None = None
        self._faults: Faults | None = None

    def begin(self, ledger: Ledger, out: Path, purse: Purse | None, tell: Callable[[str], None]) -> None:
        """Go on with what the ledger of an output holds; raises SettingsError where batches are under way."""
        self._faults = ledger
        self._purse = purse
        parked = Parked(ledger)
        lines, shards = parked.sent()
        if lines or parked.has_answers():
            raise SettingsError(
                f"{lines:,} questions are with the provider in {shards} batches, others are answered there: "
                "go on with --via batch-api, or give another -o"
            )

    async def run(self) -> None:
        """Nothing goes on beside the rows."""

    @property
    def in_flight(self) -> int:
        """Calls in flight."""
        return self._gate.in_flight

    def describe_rest(self) -> str | None:
        """Nothing is left with the provider."""
        return None

    def is_waiting(self, row: Row) -> bool:
        """No row waits beyond its call."""
        return False

    def put_aside(self, row: Row, waits: Waits) -> None:
        """Rows are not put aside."""
        raise AssertionError("a row asked online waits for no batch")

    def ready_rows(self) -> list[Row]:
        """None were put aside."""
        return []

    async def late_rows(self, is_idle: Callable[[], bool]) -> AsyncIterator[Row]:
        """None come after the input's."""
        for row in self.ready_rows():
            yield row

    def open(self, settings: Settings, given: Model | None, on_progress: OnProgress) -> Model:
        """The model of an Extractor (its `open_model`)."""
        bare = settings.model_copy(update={"cache": False, "max_attempts": 1})
        model = given or build_model(bare, on_progress=on_progress, on_headers=self._gate.note_headers)
        self._gated = Gated(model, self._gate, self._purse, self._attempts, self._faults)
        return keep_replies(settings, self._gated) if settings.cache else self._gated

    @property
    def lost(self) -> Usage:
        """What was paid for questions that the stop left unanswered."""
        return Usage() if self._gated is None else self._gated.lost


def keep_replies(settings: Settings, model: Model) -> Cached:
    """The model behind the reply cache."""
    size = settings.cache_size_mb * 1_000_000
    return Cached(model, settings.replies_dir, size, settings.ask_deadline_s)


def describe_asked(extractor: Extractor) -> Mapping[str, str]:
    """Who is asked what: answers to anything else do not belong into the same output."""
    model, base_url = extractor.identify()
    below = extractor.settings.abstain_below
    return {
        "model": model,
        "base_url": base_url,
        "strategy": extractor.strategy,
        "prompt": extractor.prompt.label,
        "schema": SCHEMA_VERSION,
        **({} if below is None else {"abstain_below": f"{below:g}"}),
    }


class Waits(Unanswered):
    """A row's question is for a batch of the provider: the row is put aside until `line` is answered."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.id)
        self.line = line


class Unaffordable(Unanswered):
    """The budget has no room for a row's next question; others may still be answered."""

    def __init__(self, error: BudgetSpent) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass
class _Call:
    """What a question's calls come to: it `waits_for` a line; whether the last one `is_online`."""

    waits_for: asyncio.Future[tuple[str, bytes]]
    is_online: bool = False


_call: ContextVar[_Call] = ContextVar("call")


class Offline:
    """Questions by the provider's batches, at half the price.

    The first question of a run goes online, at the full price: a wrong key, model or parameter is found
    at once and not a day later. All others are put aside as lines; once theirs is answered they are asked
    again from the start, and what was answered is found.
    """

    def __init__(self, settings: Settings, gate: Gate, options: Options) -> None:
        self._gate = gate
        self._options = options
        self._full = price_of(settings)
        self._api = BatchApi(settings)
        self._proving = asyncio.Lock()
        self._is_proven = False
        self._kept: Cached | None = None
        self._model: Model | None = None
        self._faults: Faults | None = None
        self._purse: Purse | None = None
        self.lost = Usage()

    def begin(self, ledger: Ledger, out: Path, purse: Purse | None, tell: Callable[[str], None]) -> None:
        """Go on with what the ledger of an output holds."""
        self._faults = ledger
        self._purse = purse
        self._parked = Parked(ledger)
        self._parked.recover()
        self._shards = Shards(
            self._api,
            self._parked,
            self._gate,
            ledger,
            out,
            self._half,
            self._options,
            tell,
        )
        if purse is not None:
            money = self._parked.money()
            purse.spent_usd += money.paid_usd
            purse.hold(money.aside_usd)
            self._shards.purse = purse

    def open(self, settings: Settings, given: Model | None, on_progress: OnProgress) -> Model:
        """The model of an Extractor (its `open_model`)."""
        self._model = build_detoured(settings, self._take, self._price, on_progress)
        self._kept = keep_replies(settings, self._model) if settings.cache else None
        return self

    def _price(self, model: str, usage: Usage) -> float | None:
        return self._full(model, usage) if _call.get().is_online else self._half(model, usage)

    def _half(self, model: str, usage: Usage) -> float | None:
        cost = self._full(model, usage)
        return None if cost is None else DISCOUNT * cost

    async def run(self) -> None:
        """See batches through, beside the rows; ends by being cancelled, or where the run stops."""
        try:
            await self._shards.run()
        finally:
            await self._api.aclose()

    @property
    def in_flight(self) -> int:
        """Questions that the provider has and has not answered."""
        return self._shards.questions

    def describe_rest(self) -> str | None:
        """What is still to come from the provider, in a sentence; None: nothing is."""
        lines, shards = self._parked.sent()
        if not lines:
            return None
        return (
            f"{lines:,} questions in {shards} batches are with the provider; the same command collects them."
        )

    def is_waiting(self, row: Row) -> bool:
        """Whether the row was asked about, now or by an earlier run, and waits."""
        return self._parked.is_waiting(row)

    def put_aside(self, row: Row, waits: Waits) -> None:
        """Keep a row until its question is answered."""
        line = waits.line
        if self._parked.park(row, line):
            self._shards.note_line(line.size)
        elif self._purse is not None:
            self._purse.settle(line.most_usd, Usage())

    def ready_rows(self) -> list[Row]:
        """Some rows whose questions were answered meanwhile."""
        if not self._shards.progress.is_set():
            return []
        rows = self._parked.take_up()
        if not rows:
            self._shards.progress.clear()
        return rows

    async def late_rows(self, is_idle: Callable[[], bool]) -> AsyncIterator[Row]:
        """Rows as their answers come in, until no more can come; `is_idle`: no row is under way."""
        while not self._gate.is_stopping:
            self._shards.progress.clear()
            rows = self._parked.take_up()
            for row in rows:
                yield row
            if rows:
                continue
            if is_idle() and self._is_over():
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._shards.progress.wait()

    def _is_over(self) -> bool:
        """Whether nothing more is to be waited for; submits what is left, where nothing else will come."""
        if self._parked.has_ready():
            return False
        if self._shards.unsent:
            self._shards.flush()
            return False
        return not self._shards.in_flight or (self._options.no_wait and self._parked.is_all_submitted())

    async def ask(self, request: Request) -> Reply:
        """The reply; raises Waits where it is not there yet, Unaffordable, or what the model raises."""
        if self._kept is not None and not self._parked.knows(request.digest):
            hit = self._kept.find(request)
            if hit is not None:
                return hit
        reply = await self._converse(request)
        if self._kept is not None:
            self._kept.keep(request, reply)
        return reply

    async def aclose(self) -> None:
        """Close the connections and the reply cache."""
        model: Model | None = self._kept or self._model
        if model is not None:
            await model.aclose()

    async def _converse(self, request: Request) -> Reply:
        assert self._model is not None
        if not self._is_proven:
            async with self._proving:
                if not self._is_proven:
                    return await self._prove(request, self._model)
        return await self._until_it_waits(request, self._model)

    async def _prove(self, request: Request, model: Model) -> Reply:
        """Ask online what is not in a batch; an answer of whatever use proves key, model and parameters."""
        purse = None if self._parked.knows(request.digest) else self._purse
        gated = Gated(model, self._gate, purse, self._options.attempts, self._faults)
        try:
            reply = await self._until_it_waits(request, gated)
        except (CutOff, Refusal, InvalidReply, InputError):
            self._is_proven = True
            raise
        finally:
            self.lost += gated.lost
        self._is_proven = True
        return reply

    async def _until_it_waits(self, request: Request, model: Model) -> Reply:
        call = _Call(asyncio.get_running_loop().create_future())
        context = contextvars.copy_context()
        context.run(_call.set, call)
        asking = asyncio.get_running_loop().create_task(model.ask(request), context=context)
        try:
            await asyncio.wait((asking, call.waits_for), return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                return asking.result()
        finally:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait((asking,))
        line_id, body = call.waits_for.result()
        raise Waits(await self._to_line(request, line_id, body))

    async def _to_line(self, request: Request, line_id: str, body: bytes) -> Line:
        most_usd = 0.0
        if self._purse is not None and not self._parked.has(line_id):
            written = int(request.params.get("max_tokens", 0))
            # The purse reckons with the price online.
            most_usd = DISCOUNT * self._purse.line_usd(request.model, len(body), written)
            try:
                if await self._gate.first_of(self._purse.set_aside(most_usd)) is None:
                    raise Halted
            except BudgetSpent as error:
                raise Unaffordable(error) from None
        return Line(line_id, request.digest, body, len(to_line(line_id, body)), most_usd)

    async def _take(self, body: bytes) -> tuple[int, bytes] | None:
        """What a call's body was answered; None sends it online."""
        call = _call.get()
        line_id = hashlib.sha256(body).hexdigest()
        answer = self._parked.answer(line_id)
        call.is_online = answer is None and not self._is_proven and not self._parked.has(line_id)
        if call.is_online:
            return None
        self._is_proven = True  # it was, when this line was made
        if answer is None:
            if not call.waits_for.done():
                call.waits_for.set_result((line_id, body))
            await asyncio.Event().wait()  # until it is cancelled
        return answer
