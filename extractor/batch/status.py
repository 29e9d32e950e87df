"""What a run has answered and paid, read from its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import filelock

from extractor.batch.cluster.parts import find_parts
from extractor.batch.ledger import Past, read_ledger
from extractor.batch.output import lock_path
from extractor.batch.parked import Parked


def describe(out: Path) -> Iterator[str]:
    """The status of the output's run, line by line; raises StorageError where there is none."""
    parts = find_parts(str(out))
    if parts is not None:
        yield from _describe_counts(out, parts.count())
        return
    with read_ledger(out) as ledger:
        counts, runs = ledger.count(), ledger.runs()
        yield from _describe_counts(out, counts)
        yield from _describe_batches(Parked(ledger))
        is_running = _is_locked(out)
        for run in runs:
            yield describe_run(run, is_running=is_running and run is runs[-1])


def _describe_counts(out: Path, counts: Mapping[str | None, int]) -> Iterator[str]:
    yield f"{out}: {sum(counts.values()):,} postings answered"
    yield f"  {counts.get(None, 0):,} results"
    failed = [(count, code) for code, count in counts.items() if code is not None]
    for count, code in sorted(failed, key=lambda item: -item[0]):
        yield f"  {count:,} {code}"


def _describe_batches(parked: Parked) -> Iterator[str]:
    lines, _ = parked.sent()
    unsent, _ = parked.unsent()
    if lines or unsent:
        yield f"  {lines:,} questions wait in batches, {unsent:,} for a batch"
    for shard in parked.open_shards():
        yield f"  {shard.batch or 'a batch that has no name yet'}: {shard.state}"


def describe_run(run: Past, *, is_running: bool = False) -> str:
    """One run in a line."""
    began = datetime.fromtimestamp(run.started).astimezone().isoformat(" ", "seconds")
    how = "running" if is_running else run.reason or "killed"
    tokens = f"{run.input_tokens:,} tokens read, {run.output_tokens:,} written"
    cost = f"${run.cost_usd:.4f}" + (" and calls of unknown price" if run.unpriced else "")
    faults = [(run.provider_faults, "the provider's"), (run.posting_faults, "a posting's")]
    met = ", ".join(f"{count:,} {whose}" for count, whose in faults if count)
    return (
        f"run {run.number}, {began}: {how}; {run.rows:,} answered, {run.calls:,} calls, {tokens}, {cost}"
        + (f"; faults: {met}" if met else "")
    )


def _is_locked(out: Path) -> bool:
    path = lock_path(out)
    if not path.exists():
        return False
    lock = filelock.FileLock(path)
    try:
        lock.acquire(blocking=False)
    except (filelock.Timeout, OSError):
        return True
    lock.release()
    return False
