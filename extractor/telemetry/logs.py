"""An event a posting: its id, what became of it and what it took; never its text, never a key.

Events go to the logger `extractor.postings`, at the level INFO, with their fields as attributes of
the record, so that an application's own formatter has them. `log_to` writes them as JSON Lines.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TextIO

from extractor.errors import StorageError
from extractor.schema import Failure, Meta, Warning

STANDARD_OUTPUT = "-"
_logger = logging.getLogger("extractor.postings")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Outcome(Protocol):
    """What became of a posting: an Extraction, or what stands for one."""

    @property
    def id(self) -> str:
        """The posting's."""

    @property
    def error(self) -> Failure | None:
        """None for a result."""

    @property
    def meta(self) -> Meta:
        """What it took."""

    @property
    def warnings(self) -> Sequence[Warning]:
        """What is to be told beside it."""


def is_logged() -> bool:
    """Whether anybody wants the events."""
    return _logger.isEnabledFor(logging.INFO)


def log_posting(extraction: Outcome, digest: str) -> None:
    """The event of one posting; `digest` tells what was given without showing it."""
    if not is_logged():
        return
    error, meta = extraction.error, extraction.meta
    fields = {
        "id": extraction.id,
        "digest": digest,
        "status": "error" if error else "ok",
        "code": error.code if error else None,
        "seconds": meta.seconds,
        "calls": meta.calls,
        "reasks": meta.reasks,
        "input_tokens": meta.input_tokens,
        "cached_input_tokens": meta.cached_input_tokens,
        "output_tokens": meta.output_tokens,
        "cost_usd": meta.cost_usd,
        "cached": meta.cached,
        "warnings": len(extraction.warnings),
        "model": meta.model,
    }
    _logger.info("posting", extra=fields)


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time (UTC), level, logger, event, and the fields that it was given."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes lines; a log that cannot be written says so once and stops nothing."""

    _has_complained = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Complain, the first time."""
        if not self._has_complained:
            self._has_complained = True
            sys.stderr.write(f"The log cannot be written: {sys.exc_info()[1]}\n")


@contextmanager
def log_to(target: str | None) -> Iterator[None]:
    """Append this package's log as JSON Lines to a file, or to standard output (`-`), within the block.

    None: no log. Raises StorageError where the file cannot be opened.
    """
    if target is None:
        yield
        return
    package = logging.getLogger("extractor")
    earlier = package.level
    with ExitStack() as stack:
        stream = sys.stdout
        if target != STANDARD_OUTPUT:
            try:
                stream = stack.enter_context(open(target, "a", encoding="utf-8", errors="replace"))  # noqa: PTH123
            except OSError as error:
                raise StorageError(f"cannot write the log {target}: {error.strerror}") from error
        handler = LineHandler(stream)
        handler.setFormatter(JsonFormatter())
        package.addHandler(handler)
        package.setLevel(logging.INFO)
        try:
            yield
        finally:
            package.setLevel(earlier)
            package.removeHandler(handler)
