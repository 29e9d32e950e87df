"""An actor that reads postings: the same pipeline as on one machine, behind the shared gate."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from extractor.batch.answers import Answer, failed_answer, shared_answer
from extractor.batch.asking import keep_replies
from extractor.batch.cluster.shared import SharedGate, SharedPurse
from extractor.batch.gate import Halted
from extractor.batch.gated import Gated
from extractor.batch.options import Options
from extractor.batch.reading import ProgramFault, read_row
from extractor.batch.rows import Row
from extractor.errors import ExtractorError, InputError
from extractor.model import Model, OnProgress, build_model, usage_of
from extractor.model.prices import price_of
from extractor.pipeline import Extractor
from extractor.records import Usage
from extractor.settings import Settings

if TYPE_CHECKING:
    import pyarrow

# Results of this worker by content, for postings that stand in the input under several ids.
_REMEMBERED = 1000


class Worker:
    """Answers blocks of rows; what the run's stop leaves unanswered is not in what it gives back."""

    def __init__(self, settings: Settings, options: Options, keeper: Any) -> None:
        self._settings = settings
        self._options = options
        self._keeper = keeper
        self._gate = SharedGate(keeper, options.concurrency, options.patience_s)
        self._extractor = Extractor(settings, today=options.today, open_model=self._open)
        self._gated: Gated | None = None
        self._lost = Usage()
        self._results: OrderedDict[bytes, bytes] = OrderedDict()
        self._flights: dict[bytes, asyncio.Event] = {}

    async def __call__(self, rows: pyarrow.Table) -> AsyncIterator[pyarrow.Table]:
        """Key, error code and Extraction (JSON) of each row that is answered."""
        found = await asyncio.gather(*(self._answer(row) for row in to_rows(rows)))
        await self._tell_lost()
        yield to_answers([answer for answer in found if answer is not None])

    def _open(self, settings: Settings, given: Model | None, on_progress: OnProgress) -> Model:
        # Its own retries are off, so that the gate sees each fault.
        bare = settings.model_copy(update={"cache": False, "max_attempts": 1})
        model = build_model(bare, on_progress=on_progress, on_headers=self._gate.note_headers)
        purse = None
        if self._options.budget_usd is not None:
            purse = SharedPurse(self._keeper, price_of(settings), calls=1 + settings.reasks)
        self._gated = Gated(model, self._gate, purse, self._options.attempts)
        return keep_replies(settings, self._gated) if settings.cache else self._gated

    async def _answer(self, row: Row) -> tuple[bytes, str | None, bytes] | None:
        is_shared = False
        try:
            if row.fault is not None:
                answer = failed_answer(row, row.fault)
            else:
                answer, is_shared = await self._answer_once(row)
        except Halted:
            return None
        except ExtractorError as error:
            self._keeper.pay.remote(usage_of(error))
            self._gate.halt(error)
            self._keeper.halt.remote(error)
            return None
        self._keeper.note_row.remote(answer.code, answer.meta, is_shared=is_shared)
        return row.key, answer.code, answer.payload

    async def _answer_once(self, row: Row) -> tuple[Answer, bool]:
        """The answer, and whether it is that of the same posting under another id."""
        while (flight := self._flights.get(row.content)) is not None:
            await flight.wait()
        if (same := self._results.get(row.content)) is not None:
            return shared_answer(same, row.id), True
        flight = self._flights[row.content] = asyncio.Event()
        try:
            answer = await self._ask(row)
        finally:
            del self._flights[row.content]
            flight.set()
        if answer.code is None:
            self._results[row.content] = answer.payload
            if len(self._results) > _REMEMBERED:
                self._results.popitem(last=False)
        return answer, False

    async def _ask(self, row: Row) -> Answer:
        """The answer to a row; raises Halted, or the error that concerns every row."""
        if self._gate.is_stopping:
            raise Halted
        try:
            return await read_row(self._extractor, row)
        except ProgramFault as fault:
            return failed_answer(row, fault)

    async def _tell_lost(self) -> None:
        if self._gated is None or self._gated.lost.calls == self._lost.calls:
            return
        before, self._lost = self._lost, self._gated.lost
        new = Usage(
            self._lost.calls - before.calls,
            self._lost.input_tokens - before.input_tokens,
            self._lost.cached_input_tokens - before.cached_input_tokens,
            self._lost.output_tokens - before.output_tokens,
            (self._lost.cost_usd or 0.0) - (before.cost_usd or 0.0),
        )
        self._keeper.pay.remote(new)


def to_block(rows: list[Row]) -> pyarrow.Table:
    """Rows as Ray Data passes them on."""
    import pyarrow

    columns = {
        "id": pyarrow.array([row.id for row in rows], pyarrow.string()),
        "kind": pyarrow.array([row.kind for row in rows], pyarrow.string()),
        "is_text": pyarrow.array([isinstance(row.data, str) for row in rows], pyarrow.bool_()),
        "data": pyarrow.array([_to_bytes(row.data) for row in rows], pyarrow.large_binary()),
        "fault": pyarrow.array([row.fault and row.fault.code for row in rows], pyarrow.string()),
        "said": pyarrow.array([row.fault and row.fault.message for row in rows], pyarrow.string()),
    }
    return pyarrow.table(columns)


def to_rows(block: pyarrow.Table) -> list[Row]:
    """The rows of a block."""
    return [_to_row(record) for record in block.to_pylist()]


def to_answers(answers: list[tuple[bytes, str | None, bytes]]) -> pyarrow.Table:
    """Answers as Ray Data passes them on."""
    import pyarrow

    columns = {
        "key": pyarrow.array([key for key, _, _ in answers], pyarrow.binary()),
        "code": pyarrow.array([code for _, code, _ in answers], pyarrow.string()),
        "payload": pyarrow.array([payload for _, _, payload in answers], pyarrow.large_binary()),
    }
    return pyarrow.table(columns)


def _to_row(record: dict[str, Any]) -> Row:
    data = record["data"].decode("utf-8", "surrogatepass") if record["is_text"] else record["data"]
    fault = None
    if record["fault"] is not None:
        fault = InputError(record["said"])
        fault.code = record["fault"]
    return Row(record["id"], data, record["kind"], fault)


def _to_bytes(data: str | bytes) -> bytes:
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
