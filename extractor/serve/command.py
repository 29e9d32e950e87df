"""`extractor serve`; nothing but click is imported before it runs."""

from __future__ import annotations

from typing import Any

import click


@click.command()
@click.option("--host", help="Address to listen on; without keys loopback only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0: a free one.")
@click.option("--workers", type=click.IntRange(1), help="Processes that answer.")
def serve(**flags: Any) -> None:
    """Answer over HTTP: POST /extract and /batches, and a page to see it work."""
    from extractor.serve.server import run
    from extractor.serve.settings import load_serve_settings
    from extractor.settings import load_settings

    run(load_settings(), load_serve_settings(**flags))
