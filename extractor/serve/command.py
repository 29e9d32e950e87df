"""`extractor serve` and `extractor keys`; nothing but click is imported before one of them runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from extractor.serve.keys import Keys


@click.command()
@click.option("--host", help="Address to listen on; without keys loopback only.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0: a free one.  [default: 8000]")
@click.option("--workers", type=click.IntRange(1), help="Processes that answer.  [default: 1]")
@click.option("--hosts", metavar="NAMES", help="Names that clients may address it by, separated by commas.")
@click.option("--state-dir", type=click.Path(path_type=Path), help="Folder of keys and batches.")
@click.option("--label-dir", type=click.Path(path_type=Path), help="Folder that /label saves cases in.")
@click.option("--reload", "reloads", is_flag=True, help="Take the prompt anew whenever its file changes.")
def serve(reloads: bool, **flags: Any) -> None:
    """Answer over HTTP: POST /extract and /batches, and a page at / to see it work.

    EXTRACTOR_SERVE_* variables say the rest: see docs/serve.md.
    """
    from extractor.errors import SettingsError
    from extractor.serve.settings import load_serve_settings
    from extractor.settings import load_settings

    try:
        from extractor.serve.server import run
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is missing: run `pip install 'extractor[serve]'`") from None
    status = run(load_settings(), load_serve_settings(**flags), reloads=reloads)
    click.get_current_context().exit(status)


@click.group()
@click.option("--state-dir", type=click.Path(path_type=Path), help="Folder of the service's state.")
@click.pass_context
def keys(ctx: click.Context, state_dir: Path | None) -> None:
    """Make, list and revoke the keys that the service asks for."""
    ctx.obj = state_dir


@keys.command()
@click.argument("name")
@click.option("--requests-a-minute", type=click.FloatRange(0, min_open=True), help="Limit of this key.")
@click.option("--budget", type=click.FloatRange(0), metavar="USD", help="What this key may spend in all.")
@click.pass_obj
def add(state_dir: Path | None, name: str, requests_a_minute: float | None, budget: float | None) -> None:
    """Make a key and print it: it is shown this once, and kept as a digest only."""
    click.echo(_open_keys(state_dir).add(name, requests_a_minute, budget))


@keys.command("list")
@click.pass_obj
def list_keys(state_dir: Path | None) -> None:
    """Print each key's name, state, limit and what it has spent."""
    for key in _open_keys(state_dir).list():
        limit = f"{key.requests_a_minute:g} requests a minute" if key.requests_a_minute else "no limit"
        budget = "" if key.budget_usd is None else f" of ${key.budget_usd:g}"
        unpriced = f", {key.unpriced:,} answers of unknown price" if key.unpriced else ""
        state = "in force" if key.revoked is None else "revoked"
        click.echo(f"{key.name}  {state}  {limit}  ${key.spent_usd:.4f}{budget} spent{unpriced}")


@keys.command()
@click.argument("name")
@click.pass_obj
def revoke(state_dir: Path | None, name: str) -> None:
    """End a key at once; a service that runs knows it with the next request."""
    _open_keys(state_dir).revoke(name)


def _open_keys(state_dir: Path | None) -> Keys:
    from extractor.serve.database import Database
    from extractor.serve.keys import Keys
    from extractor.serve.settings import load_serve_settings

    return Keys(Database(load_serve_settings(state_dir=state_dir).database))
