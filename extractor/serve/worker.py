"""A worker process under a watcher, which passes it a listening socket and its settings."""

from __future__ import annotations

import os
import signal
import sys
import threading

from extractor.errors import TABLE, ExtractorError
from extractor.serve.logs import log, start_logging
from extractor.serve.server import FD_VARIABLE, RELOADS_VARIABLE, serve_on, socket_of
from extractor.serve.settings import load_serve_settings
from extractor.settings import load_settings


def main() -> int:
    """Serve until SIGTERM, or until the watcher has gone; the exit status."""
    start_logging()
    threading.Thread(target=_listen_to_watcher, daemon=True).start()
    try:
        return serve_on(
            socket_of(int(os.environ[FD_VARIABLE])),
            load_settings(),
            load_serve_settings(),
            reloads=RELOADS_VARIABLE in os.environ,
        )
    except ExtractorError as error:
        log.error("Error: %s (%s)", error.message, error.code)
        return TABLE[error.code].exit_status


def _listen_to_watcher() -> None:
    """End when standard input does."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
