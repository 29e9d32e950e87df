"""One run: rows read, asked about side by side, answered in the ledger, shown in the output.

    reader -> is it answered already? -> asked about (gate, purse, reply cache) -> ledger -> output

A row is answered by its result, or by its own error. What is the provider's, the settings' or the
machine's fault answers no row: the run waits, or stops, and the same command goes on later.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from extractor.batch.answers import Answer, failed_answer, shared_answer
from extractor.batch.asking import Offline, Online, Unaffordable, Waits, describe_asked
from extractor.batch.bill import Bill, usage_of_meta
from extractor.batch.display import Display
from extractor.batch.gate import Gate, Halted
from extractor.batch.ledger import Ledger, open_ledger
from extractor.batch.options import Options
from extractor.batch.output import Output, check_output, hold_output
from extractor.batch.purse import Purse
from extractor.batch.readers import Reader
from extractor.batch.reading import ProgramFault
from extractor.batch.rows import Row
from extractor.batch.survey import take_survey
from extractor.batch.workers import Workers
from extractor.batch.writers import choose_writer
from extractor.errors import TABLE, ExtractorError, SettingsError
from extractor.model import Model, Progress, usage_of
from extractor.model.prices import price_of
from extractor.pipeline import Extractor
from extractor.records import Usage
from extractor.settings import Settings
from extractor.telemetry.logs import log_posting
from extractor.telemetry.observing import digest_of

INTERRUPTED = 130  # as a shell reports SIGINT
PENDING = 11  # answers are still to come from the provider
TICK_S = 0.5
# Rows beyond those in flight that may be under way: being read, waiting to be asked again, written.
ROWS_PER_CALL = 2
_STDIN_ROWS = 64
# So many postings that break this program before as many are answered: it is not the postings.
INTERNAL_FAULTS = 5


async def run_batch(
    settings: Settings,
    reader: Reader,
    out: Path,
    options: Options,
    display: Display,
    *,
    model: Model | None = None,
    only: frozenset[bytes] | None = None,
) -> int:
    """Answer every row of the reader's in `out`, or those of these keys, and return the exit status.

    Raises SettingsError, StorageError or WeightsError where it cannot begin; the same command goes on
    where an earlier one stopped.
    """
    reader.check()
    writer = choose_writer(out, options.is_flat)
    check_output(out)
    if options.sample is not None:
        only = take_survey(reader, options.limit, options.sample).sample
    with hold_output(out):
        gate = Gate(options.concurrency, options.patience_s, limits=options.limits, tell=display.note)
        asking = _choose_asking(settings, gate, options, model)
        extractor = Extractor(settings, model=model, today=options.today, open_model=asking.open)
        async with extractor:
            with open_ledger(out, describe_asked(extractor)) as ledger:
                asking.begin(ledger, out, _open_purse(settings, options, ledger), display.note)
                output = Output(out, writer, ledger)
                output.restore()
                async with Workers(
                    extractor,
                    min(options.workers, ROWS_PER_CALL * options.concurrency),
                    has_own_model=model is not None,
                    at_once=ledger.was_killed(),
                ) as workers:
                    batch = Batch(workers, asking, gate, reader, ledger, output, options, display, only)
                    return await batch.run()


def _choose_asking(settings: Settings, gate: Gate, options: Options, model: Model | None) -> Online | Offline:
    if options.via == "online":
        return Online(gate, options.attempts)
    if settings.is_embedded or model is not None:
        raise SettingsError(
            "--via batch-api needs a provider: set EXTRACTOR_API_KEY, or EXTRACTOR_BASE_URL too"
        )
    return Offline(settings, gate, options)


def _open_purse(settings: Settings, options: Options, ledger: Ledger) -> Purse | None:
    if options.budget_usd is None:
        return None
    return Purse(options.budget_usd, price_of(settings), ledger.spent_usd(), calls=1 + settings.reasks)


class Batch:
    """A run under way."""

    def __init__(
        self,
        workers: Workers,
        asking: Online | Offline,
        gate: Gate,
        reader: Reader,
        ledger: Ledger,
        output: Output,
        options: Options,
        display: Display,
        only: frozenset[bytes] | None = None,
    ) -> None:
        self._only = only
        self._workers = workers
        self._asking = asking
        self._gate = gate
        self._reader = reader
        self._ledger = ledger
        self._output = output
        self._options = options
        self._display = display
        self._bill = Bill()
        self._total: int | None = None
        self._room = asyncio.Semaphore(ROWS_PER_CALL * options.concurrency)
        self._under_way: set[bytes] = set()
        self._flights: dict[bytes, asyncio.Event] = {}
        self._interrupts = 0
        self._trouble: ExtractorError | None = None
        self._told = ""

    async def run(self) -> int:
        """Feed until the rows end or the run stops; the exit status."""
        self._ledger.begin_run()
        feeding = asyncio.create_task(self._feed())
        ticking = asyncio.create_task(self._tick())
        beside = asyncio.create_task(self._asking.run())
        with self._display, self._listening(feeding):
            try:
                await feeding
            except asyncio.CancelledError:
                if not self._interrupts:
                    raise
            finally:
                for task in (ticking, beside):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task
                self._close_books()
        return self._report()

    async def _feed(self) -> None:
        async with asyncio.TaskGroup() as group:
            async for row in self._wanted_rows():
                await self._room.acquire()
                if self._gate.is_stopping:
                    self._room.release()
                    break
                self._under_way.add(row.key)
                group.create_task(self._answer(row))

    async def _wanted_rows(self) -> AsyncIterator[Row]:
        """Rows to be asked about; what keeps the rest from being read ends them."""
        try:
            async for row in self._rows():
                for ready in self._asking.ready_rows():
                    yield ready
                if self._trouble is not None:
                    break
                if self._is_wanted(row):
                    yield row
            async for row in self._asking.late_rows(lambda: not self._under_way):
                yield row
        except ExtractorError as error:
            self._trouble = error
            self._gate.drain()

    async def _rows(self) -> AsyncIterator[Row]:
        rows: Iterator[Row] = itertools.islice(self._reader.rows(), self._options.limit)
        if self._only is not None:
            only = self._only
            rows = (row for row in rows if row.key in only)
        if self._reader.is_slow:
            async for row in _from_thread(rows, self._gate):
                yield row
            return
        for number, row in enumerate(rows):
            if self._gate.is_stopping:
                return
            yield row
            if number % 64 == 0:
                await asyncio.sleep(0)  # rows that are passed over leave others no time else

    def _is_wanted(self, row: Row) -> bool:
        self._bill.read += 1
        if row.key in self._under_way:
            self._bill.repeated += 1
            return False
        if self._asking.is_waiting(row):
            return False
        is_answered, code = self._ledger.find(row)
        is_wanted = code is not None if self._options.only_failed else not is_answered
        self._bill.already += not is_wanted
        return is_wanted

    async def _answer(self, row: Row) -> None:
        try:
            if row.fault is not None:
                self._record_unasked(row, failed_answer(row, row.fault))
            else:
                await self._answer_once(row)
        except Halted:
            return
        except Waits as waits:
            self._asking.put_aside(row, waits)
        except Unaffordable as short:  # what others were asked may still come in
            self._trouble = short.error
        except ExtractorError as error:
            self._pay(usage_of(error))
            self._gate.halt(error)
        finally:
            self._under_way.discard(row.key)
            self._room.release()

    async def _answer_once(self, row: Row) -> None:
        """Ask, unless the same posting is answered, or being asked about, under another id."""
        while (flight := self._flights.get(row.content)) is not None:
            await flight.wait()
        same = self._ledger.find_same(row.content)
        if same is not None:
            self._bill.shared += 1
            self._record_unasked(row, shared_answer(same, row.id))
            return
        flight = self._flights[row.content] = asyncio.Event()
        try:
            self._record(row, await self._ask(row))
        finally:
            del self._flights[row.content]
            flight.set()

    async def _ask(self, row: Row) -> Answer:
        """The answer to a row; raises Halted, or the error that concerns every row."""
        if self._gate.is_stopping:
            raise Halted
        try:
            return await self._workers.read(row, self._tell)
        except ProgramFault as fault:
            return self._blame_program(row, fault)

    def _blame_program(self, row: Row, fault: ProgramFault) -> Answer:
        """The row's error; raises it where hardly a row gets through."""
        self._pay(usage_of(fault))
        fault.usage = None
        if self._bill.codes[fault.code] >= INTERNAL_FAULTS > self._bill.results:
            raise fault
        failed = failed_answer(row, fault)
        log_posting(failed, digest_of(row.data))
        return failed

    def _record_unasked(self, row: Row, answer: Answer) -> None:
        """Record an answer that no extractor gave, and so none has logged."""
        log_posting(answer, digest_of(row.data))
        self._record(row, answer)

    def _record(self, row: Row, answer: Answer) -> None:
        self._ledger.record(row, answer.payload, answer.code, usage_of_meta(answer.meta))
        self._bill.add(answer.code, answer.meta)
        if answer.code is not None and self._options.fail_fast:
            self._gate.drain()

    def _pay(self, usage: Usage) -> None:
        if usage.calls:
            self._ledger.pay(usage)
            self._bill.pay(usage)

    def _tell(self, step: Progress) -> None:
        """What an embedded model is busy with before it answers."""
        if step.stage in ("download", "load") and step.message != self._told:
            self._told = step.message
            self._display.note(step.message)

    async def _tick(self) -> None:
        """Show how far it is, and bring the output up to date."""
        counting = asyncio.create_task(asyncio.to_thread(self._reader.count))
        while True:
            await asyncio.sleep(TICK_S)
            if counting.done() and self._total is None:
                self._total = self._limited(counting.result())
            done = self._bill.answered + self._bill.already
            self._display.update(done, self._total, self._headline)
            try:
                self._output.flush()
            except ExtractorError as error:
                self._gate.halt(error)

    def _limited(self, rows: int | None) -> int | None:
        limit = self._options.limit if self._only is None else len(self._only)
        return rows if rows is None or limit is None else min(rows, limit)

    def _headline(self) -> str:
        return self._bill.headline(self._total, self._asking.in_flight)

    def _close_books(self) -> None:
        """Leave ledger and output in agreement, however the run ended."""
        try:
            self._pay(self._asking.lost)
            self._output.finish()
            self._ledger.end_run(self._reason())
        except ExtractorError as error:
            self._gate.halt(error)

    def _reason(self) -> str:
        trouble = self._gate.error or self._trouble
        if trouble is not None:
            return trouble.message
        if self._interrupts:
            return "interrupted"
        return "stopped at the first error" if self._gate.is_draining else "finished"

    def _report(self) -> int:
        """Print the bill; the exit status."""
        spent = (self._gate.faults, self._ledger.spent_usd())
        self._display.sum_up(self._bill.table(*spent), self._bill.lines(*spent))
        rest = self._asking.describe_rest()
        if rest is not None:
            self._display.complain(rest)
        trouble = self._gate.error or self._trouble
        if trouble is not None:
            self._display.complain(f"Stopped: {trouble.message} ({trouble.code})")
            self._display.complain("What is answered is kept; the same command goes on from here.")
            return TABLE[trouble.code].exit_status
        if self._interrupts:
            self._display.complain(
                "Interrupted. What is answered is kept; the same command goes on from here."
            )
            return INTERRUPTED
        if rest is not None:
            return PENDING
        failed = [code for code in self._ledger.count() if code is not None]
        return max((TABLE[code].exit_status for code in failed), default=0)

    @contextmanager
    def _listening(self, feeding: asyncio.Task[None]) -> Iterator[None]:
        """Ctrl-C, or a polite kill: once, what is in flight is finished; twice, it is not."""

        def interrupt() -> None:
            self._interrupts += 1
            if self._interrupts == 1:
                self._gate.drain()
                self._display.complain("Finishing what is in flight; once more to stop at once.")
            else:
                feeding.cancel()

        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        # Not on Windows, nor where this is not the main thread.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for number in signals:
                loop.add_signal_handler(number, interrupt)
        try:
            yield
        finally:
            for number in signals:
                with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.remove_signal_handler(number)


async def _from_thread(rows: Iterator[Row], gate: Gate) -> AsyncIterator[Row]:
    """Rows that may be long in coming, read by a thread that ends with the process."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Row | ExtractorError | None] = asyncio.Queue(_STDIN_ROWS)

    def put(item: Row | ExtractorError | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has gone
            asyncio.run_coroutine_threadsafe(queue.put(item), loop).result()

    def read() -> None:
        try:
            for row in rows:
                put(row)
        except ExtractorError as error:
            put(error)
        else:
            put(None)

    threading.Thread(target=read, daemon=True).start()
    while (item := await gate.first_of(queue.get())) is not None:
        if isinstance(item, ExtractorError):
            raise item
        yield item
