"""Processes: one that answers itself, or several under one that watches over them."""

from __future__ import annotations

import logging
import sys

import uvicorn

from extractor.serve.app import create_app
from extractor.serve.settings import ServeSettings
from extractor.settings import Settings


def run(settings: Settings, serve: ServeSettings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    config = uvicorn.Config(
        create_app(settings, serve), host=serve.host, port=serve.port, access_log=False, server_header=False
    )
    uvicorn.Server(config).run()
