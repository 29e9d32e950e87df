"""What people see on standard error while the model works: a live line on a terminal, else plain lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from extractor.model.base import OnProgress, Progress
from extractor.schema import Extraction

PLAIN_INTERVAL_S = 30.0  # a log that stays silent for longer looks like a hang


class Display:
    """Messages and progress for people, all on standard error; `quiet` leaves only errors."""

    def __init__(self, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        self._quiet = quiet
        self._clock = clock

    @property
    def is_live(self) -> bool:
        """Whether a line can be redrawn."""
        return self._console.is_terminal and not self._console.is_dumb_terminal

    def note(self, text: str) -> None:
        """A line for information."""
        if not self._quiet:
            self._console.print(text, style="dim")

    def complain(self, text: str) -> None:
        """A line that is shown even when quiet."""
        self._console.print(text, style="red")

    @contextmanager
    def working(self, label: str) -> Iterator[OnProgress]:
        """Show progress under `label` until the block ends; the callback takes each step."""
        if self._quiet:
            yield _ignore
        elif self.is_live:
            with self._bar() as bar:
                task = bar.add_task(label, total=None, detail="")
                yield lambda step: bar.update(
                    task,
                    description=f"{label}: {step.message}",
                    completed=step.done,
                    total=step.total if step.stage == "download" else None,
                    detail=_count(step),
                )
        else:
            yield _Lines(label, self.note, self._clock)

    def _bar(self) -> Bar:
        return Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[detail]}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )


class _Lines:
    """A line for each new step, and one every half minute while a step goes on."""

    def __init__(self, label: str, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._label, self._write, self._clock = label, write, clock
        self._started = self._written = clock()
        self._last = ""

    def __call__(self, step: Progress) -> None:
        now = self._clock()
        if step.message == self._last and now - self._written < PLAIN_INTERVAL_S:
            return
        self._last, self._written = step.message, now
        count = _count(step)
        self._write(f"{self._label}: {step.message} ({now - self._started:.0f} s{count and ', ' + count})")


def _ignore(step: Progress) -> None:
    """Progress that nobody wants to see."""


def _count(step: Progress) -> str:
    if step.stage == "download":
        of = f" of {step.total / 1e6:,.0f}" if step.total else ""
        return f"{step.done / 1e6:,.0f}{of} MB"
    return f"{step.done:,} tokens" if step.stage == "answer" and step.done else ""


def summarise(extraction: Extraction) -> str:
    """One line on what an extraction took."""
    meta = extraction.meta
    cached = f" ({meta.cached_input_tokens:,} cached)" if meta.cached_input_tokens else ""
    cost = "cost unknown" if meta.cost_usd is None else f"${meta.cost_usd:.4f}" if meta.cost_usd else "$0"
    calls = "from the cache" if meta.cached else f"{meta.calls} call{'s' * (meta.calls != 1)}"
    tokens = f"{meta.input_tokens:,} tokens read{cached}, {meta.output_tokens:,} written"
    return f"{extraction.id}: {meta.seconds:.1f} s, {calls}, {tokens}, {cost}"
