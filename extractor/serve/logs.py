"""What the service logs, and what it must not: no posting's words, no key, no query."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback

from extractor.errors import ExtractorError

log = logging.getLogger("extractor.serve")


def start_logging() -> None:
    """Our lines and uvicorn's complaints to standard error; nobody else's, who may quote postings."""
    logging.raiseExceptions = False  # a line that a full disk does not take is lost, not a traceback more
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name in ("extractor", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)


def log_exception(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Log what no task caught, without its words."""
    error = context.get("exception")
    if isinstance(error, ExtractorError | asyncio.CancelledError):
        return
    said = describe(error) if isinstance(error, BaseException) else str(context.get("message"))
    log.error("uncaught: %s", said)


def describe(error: BaseException) -> str:
    """An exception's class and where it was raised; its message may hold a posting's words."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
