"""How far a run has come, and how long it has still to go."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from eval.predictions import Prediction


@contextlib.contextmanager
def show_progress(total: int) -> Iterator[Callable[[Prediction], None]]:
    """A bar on standard error while answers come; where that is no terminal, a line an answer."""
    console = Console(stderr=True)
    if not console.is_terminal:
        done = 0

        def tell(answer: Prediction) -> None:
            nonlocal done
            done += 1
            console.print(
                f"{done}/{total} {answer.id} {answer.error_code or 'ok'}", highlight=False, soft_wrap=True
            )

        yield tell
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, TextColumn("{task.description}"), console=console) as progress:
        task = progress.add_task("", total=total)
        yield lambda answer: progress.update(
            task, advance=1, description=f"{answer.id} {answer.error_code or ''}"
        )
