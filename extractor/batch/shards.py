"""Shards on their way: cut from what waits, uploaded, submitted, looked after, collected.

    cut         lines are chosen and noted
    uploaded    the provider has the file
    submitting  noted before the batch is made, so that after a kill it is looked for, not made twice
    submitted   the provider's id is known
    done        answers are noted; lines without one wait for another shard

A batch whose making is in doubt (the process died, the connection broke) is found again among the
provider's batches by its mark or its file.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from extractor.batch.gate import Gate, Halted
from extractor.batch.gated import Faults
from extractor.batch.options import Options
from extractor.batch.parked import Parked, Shard
from extractor.batch.purse import Purse
from extractor.errors import ExtractorError, ProviderRefused, RateLimited, StorageError, TransportError
from extractor.model.prices import Price
from extractor.model.provider_batches import (
    MOST_BYTES,
    MOST_LINES,
    BatchApi,
    Job,
    Outcome,
    read_outcome,
    to_line,
    usage_of_completion,
)
from extractor.records import Usage

T = TypeVar("T")

# So many batches in a row that the provider did not get to: it will not.
BARREN = 3
# All of so many lines failed: it is not the postings.
ALL_REFUSED = 8
_TRANSIENT = {0, 408, 409, 425, 429}
_FIRST_WAIT_S, _LAST_WAIT_S = 1.0, 60.0
_TICK_S = 0.5
_STORED_AT_ONCE = 200
_QUOTE_CHARS = 300
_FULL = "token_limit_exceeded"  # more tokens wait at the provider than the account may have waiting


class Shards:
    """All batches of one output; `progress` is set whenever one has come to its end."""

    def __init__(
        self,
        api: BatchApi,
        parked: Parked,
        gate: Gate,
        faults: Faults,
        beside: Path,
        price: Price,
        options: Options,
        tell: Callable[[str], None],
    ) -> None:
        self._api = api
        self._parked = parked
        self._gate = gate
        self._faults = faults
        self._beside = beside
        self._price = price
        self._rhythm = options.rhythm
        self._attempts = options.attempts
        self._patience_s = options.patience_s
        self._tell = tell
        self._most_lines = min(options.rhythm.lines, MOST_LINES)
        self._flying: set[int] = set()
        self._held_for: int | None = None
        self._barren = 0
        self._is_ending = False
        self._stirred = asyncio.Event()
        self._last_line_at = 0.0
        self._lines, self._bytes = parked.unsent()
        self.purse: Purse | None = None
        self.is_input_over = False
        self.questions = parked.sent()[0]  # that the provider has and has not answered
        self.progress = asyncio.Event()
        self.progress.set()  # an earlier run may have left answers

    @property
    def in_flight(self) -> int:
        """Batches that have not come to their end."""
        return len(self._flying)

    @property
    def unsent(self) -> int:
        """Lines that are in no batch yet."""
        return self._lines

    def note_line(self, size: int) -> None:
        """A new line waits, of so many bytes."""
        self._lines += 1
        self._bytes += size
        self._last_line_at = time.monotonic()
        self._stirred.set()

    def flush(self) -> None:
        """No more lines are to be expected before an answer: submit what there is."""
        self.is_input_over = True
        self._stirred.set()

    async def run(self) -> None:
        """See every shard through, earlier runs' first, until cancelled or the run stops."""
        try:
            async with asyncio.TaskGroup() as group:
                for shard in self._parked.open_shards():
                    self._start(group, shard)
                while True:
                    self._stirred.clear()
                    if self._is_time_to_cut():
                        self._cut(group)
                        continue
                    # Not wait_for, which may lose a cancellation that comes at the same instant.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(min(_TICK_S, self._rhythm.linger_s)):
                            await self._stirred.wait()
                    if self._gate.is_stopping or self._is_ending:
                        break
        except* Halted:
            pass
        except* ExtractorError as errors:
            self._gate.halt(_first(errors))
        except* Exception as errors:
            fault = errors.exceptions[0]
            self._gate.halt(ExtractorError(f"{type(fault).__name__}: {fault}"))
        finally:
            self.progress.set()

    def _is_time_to_cut(self) -> bool:
        if not self._lines or self._held_for is not None or self._is_ending:
            return False
        is_full = self._lines >= self._most_lines or self._bytes >= MOST_BYTES * 0.9
        is_idle = time.monotonic() - self._last_line_at >= self._rhythm.linger_s
        return is_full or self.is_input_over or is_idle

    def _cut(self, group: asyncio.TaskGroup) -> None:
        shard = self._parked.cut(self._most_lines, int(MOST_BYTES * 0.95))
        self._lines, self._bytes = self._parked.unsent()
        self.is_input_over = self.is_input_over and self._lines > 0
        if shard is not None:
            self._start(group, shard)

    def _start(self, group: asyncio.TaskGroup, shard: Shard) -> None:
        self._flying.add(shard.number)
        group.create_task(self._see_through(shard))

    async def _see_through(self, shard: Shard) -> None:
        try:
            if shard.state == "cut":
                shard = await self._upload(shard)
            if shard.state in ("uploaded", "submitting"):
                shard = await self._submit(shard)
            job = await self._wait_for(shard)
            if job.status == "failed":
                await self._take_back(shard, job)
            else:
                await self._collect(shard, job)
        except BaseException:
            self._is_ending = True
            raise
        finally:
            self._flying.discard(shard.number)
            self._lines, self._bytes = self._parked.unsent()
            self.questions = self._parked.sent()[0]
            if self._held_for != shard.number:
                self._held_for = None
            self._stirred.set()
            self.progress.set()

    async def _upload(self, shard: Shard) -> Shard:
        path = self._beside.with_name(f".{self._beside.name}.{shard.number}.jsonl")
        try:
            with _storing(path), path.open("wb") as file:
                for line_id, body in self._parked.bodies(shard):
                    file.write(to_line(line_id, body))
            file_id = await self._insist(lambda: self._api.upload(path, f"extractor-{shard.mark}.jsonl"))
        finally:
            path.unlink(missing_ok=True)
        return self._parked.note(shard, "uploaded", file=file_id)

    async def _submit(self, shard: Shard) -> Shard:
        is_in_doubt = shard.state == "submitting"
        if not is_in_doubt:
            shard = self._parked.note(shard, "submitting")
        began = shard.began

        async def submit() -> Job:
            nonlocal is_in_doubt
            if is_in_doubt:
                found = await self._api.find(shard.file or "", shard.mark, began)
                if found is not None:
                    return found
                is_in_doubt = False
            try:
                return await self._api.submit(shard.file or "", shard.mark)
            except RateLimited:
                raise  # a clear no
            except TransportError:
                is_in_doubt = True
                raise

        job: Job = await self._insist(submit)
        shard = self._parked.note(shard, "submitted", batch=job.id)
        self.questions, shards = self._parked.sent()
        self._tell(f"Batch {job.id} is submitted: {self.questions:,} questions in {shards} with the provider")
        return shard

    async def _wait_for(self, shard: Shard) -> Job:
        wait_s = self._rhythm.first_poll_s
        while True:
            try:
                job = await self._insist(lambda: self._api.look(shard.batch or ""))
            except ProviderRefused as error:
                error.message = f"batch {shard.batch} cannot be looked at with this key: {error.message}"
                raise
            if job.has_ended:
                return job
            await self._gate.rest(wait_s)
            wait_s = min(self._rhythm.poll_s, wait_s * 1.5)

    async def _take_back(self, shard: Shard, job: Job) -> None:
        """The provider did not accept the file."""
        lines = sum(1 for _ in self._parked.bodies(shard))
        said = f"batch {job.id} was not accepted: {job.problem}"
        self._parked.give_up(shard, said)
        self._gate.faults["batch_failed"] += 1
        if all(code != _FULL for code, _ in job.problems):
            raise ProviderRefused(said)
        if len(self._flying) > 1:
            self._held_for = shard.number  # until another batch ends
        elif lines > 1:
            self._most_lines = max(1, lines // 2)
            self._tell(f"The provider takes no {lines:,} questions at once; trying {self._most_lines:,}")
        else:
            raise ProviderRefused(said)

    async def _collect(self, shard: Shard, job: Job) -> None:
        """Keep the answers of a batch that ended, however; lines without one go into another."""
        answered, others = 0, []
        for file_id in filter(None, (job.output_file, job.error_file)):
            path = self._beside.with_name(f".{self._beside.name}.{shard.number}.answers")
            try:
                await self._download(file_id, path)
                count, rest = await self._keep_answers(path)
            finally:
                path.unlink(missing_ok=True)
            answered += count
            others += rest
        refused = self._judge(shard, others, has_answers=answered > 0)
        self._parked.finish(shard, job.status)
        self._tell(
            f"Batch {job.id} is {job.status}: {answered:,} answers"
            + (f", {len(others):,} lines that failed" if others else "")
        )
        is_met = answered or (len(others) < ALL_REFUSED and any(outcome.status for outcome in others))
        self._barren = 0 if is_met else self._barren + 1
        if answered == 0 and len(refused) >= ALL_REFUSED:
            raise ProviderRefused(f"batch {job.id} has no answer but refusals: {refused[0]}")
        if self._barren >= BARREN:
            raise TransportError(f"{BARREN} batches in a row had no answer; the last is {job.status}")

    async def _download(self, file_id: str, path: Path) -> None:
        with _storing(path):
            await self._insist(lambda: self._api.download(file_id, path))

    async def _keep_answers(self, path: Path) -> tuple[int, list[Outcome]]:
        """Store the answers in a file; how many there are, and the outcomes that are none."""
        answered, others = 0, []
        with _storing(path), path.open("rb") as file:
            while lines := list(itertools.islice(file, _STORED_AT_ONCE)):
                answers = []
                for outcome in filter(None, map(read_outcome, lines)):
                    completion = _completion_of(outcome)
                    if completion is None:
                        others.append(outcome)
                    else:
                        answers.append((outcome, usage_of_completion(completion, self._price)))
                self._store(answers)
                answered += len(answers)
                await asyncio.sleep(0)
        return answered, others

    def _judge(self, shard: Shard, others: list[Outcome], *, has_answers: bool) -> list[str]:
        """Failed lines: refusals, and what a posting is to blame for, are answers; all else is asked again.

        Returns what refusals say.
        """
        final, refused = [], []
        is_up = has_answers or len(others) < ALL_REFUSED  # a batch of a few lines may hold bad ones only
        for outcome in others:
            question = self._parked.question_of(shard, outcome.custom_id)
            if question is None:
                continue
            if outcome.status not in _TRANSIENT and 400 <= outcome.status < 500:
                refused.append(outcome.body.decode("utf-8", "replace")[:_QUOTE_CHARS])
                final.append(outcome)
                continue
            is_blamed = is_up and outcome.status not in (0, 429)
            self._gate.faults[outcome.fault or f"status {outcome.status}"] += 1
            self._faults.note(question, is_blamed=is_blamed)
            if is_blamed and self._faults.blamed(question) >= self._attempts:
                self._faults.forget(question)
                final.append(outcome)
        if has_answers or len(refused) < ALL_REFUSED:
            self._store([(outcome, Usage(calls=1)) for outcome in final])
        return refused

    def _store(self, answers: list[tuple[Outcome, Usage]]) -> None:
        released_usd = self._parked.store(answers)
        if self.purse is not None:
            known = [usage.cost_usd for _, usage in answers]
            cost = None if None in known else sum(filter(None, known))
            self.purse.settle(released_usd, Usage(cost_usd=cost))

    async def _insist(self, do: Callable[[], Awaitable[T]]) -> T:
        """What the provider gives in the end; raises its refusal, or its fault once patience ends."""
        wait_s, began = _FIRST_WAIT_S, time.monotonic()
        while True:
            try:
                return await do()
            except TransportError as error:
                self._gate.faults[error.code] += 1
                asked_s = error.retry_after_s if isinstance(error, RateLimited) else None
                pause_s = asked_s if asked_s is not None else random.uniform(0.5, 1) * wait_s  # noqa: S311
                if time.monotonic() - began + pause_s > self._patience_s:
                    raise
            await self._gate.rest(pause_s)
            wait_s = min(_LAST_WAIT_S, 2 * wait_s)


def _completion_of(outcome: Outcome) -> Mapping[str, Any] | None:
    """The chat completion of an outcome; None where it is something else."""
    if outcome.status != 200:
        return None
    completion = json.loads(outcome.body)
    return completion if isinstance(completion, Mapping) and completion.get("choices") else None


def _first(errors: BaseExceptionGroup[ExtractorError]) -> ExtractorError:
    """One error of a group, however deep."""
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


@contextlib.contextmanager
def _storing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
