"""How far a run is, for people, on standard error: a live line on a terminal, else plain lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Column, Table
from rich.text import Text

PLAIN_INTERVAL_S = 30.0


class Display:
    """Shows a line that changes, and lines that stay; `quiet` leaves complaints only."""

    def __init__(self, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        self._quiet = quiet
        self._clock = clock
        self._shown = clock()
        self._bar: Progress | None = None
        if self._console.is_terminal and not self._console.is_dumb_terminal and not quiet:
            columns = (
                SpinnerColumn(),
                BarColumn(bar_width=20),
                TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
            )
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task("starting", total=None)

    def note(self, text: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._console.print(text, style="dim")

    def complain(self, text: str) -> None:
        """A line that stays, shown even when quiet."""
        self._console.print(text, style="red")

    def sum_up(self, table: Sequence[tuple[str, str]], lines: Sequence[str]) -> None:
        """What a run came to: a table on a terminal, else lines."""
        if self._bar is None:
            for line in lines:
                self.note(line)
            return
        shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        shown.add_column(style="dim")
        shown.add_column(overflow="fold")
        for name, said in table:
            shown.add_row(Text(name), Text(said))
        self._console.print(shown)

    def update(self, done: int, total: int | None, text: Callable[[], str]) -> None:
        """Show how far it is: at once on a terminal, every half minute elsewhere."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total, description=text())
        elif self._clock() - self._shown >= PLAIN_INTERVAL_S:
            self._shown = self._clock()
            self.note(text())

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
