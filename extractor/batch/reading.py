"""One row read: by the run itself, by a worker process of its own, or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from extractor.batch.answers import EVERYONES, Answer
from extractor.batch.bill import usage_of_meta
from extractor.batch.rows import Row, Unanswered
from extractor.errors import ExtractorError, StorageError
from extractor.model import OnProgress
from extractor.pipeline import Extractor


class ProgramFault(ExtractorError):
    """A fault of this program that one posting brought to light: it costs that row, not the run."""


async def read_row(extractor: Extractor, row: Row, on_progress: OnProgress | None = None) -> Answer:
    """The answer to a row.

    Raises Unanswered where the run stops meanwhile, ProgramFault, and the error that concerns every row:
    its `usage` is what was paid.
    """
    with blaming():
        extraction = await extractor.extract_async(
            row.data, id=row.id, kind=row.kind, on_progress=on_progress
        )
    answer = Answer.of(extraction)
    if answer.error is None or answer.error.code not in EVERYONES:
        return answer
    stopped = ExtractorError(answer.error.message)
    stopped.code = answer.error.code
    stopped.usage = usage_of_meta(answer.meta)
    raise stopped


@contextmanager
def blaming() -> Iterator[None]:
    """Say whose fault it is where something breaks that should not: the machine's, or this program's."""
    try:
        yield
    except (Unanswered, ExtractorError):
        raise
    except (OSError, MemoryError) as error:
        raise StorageError(f"{type(error).__name__}: {error}") from error
    except Exception as error:
        raise ProgramFault(f"{type(error).__name__}: {error}") from error
