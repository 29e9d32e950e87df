"""Runs `extractor batch` in processes that may be killed: each forked from one that has all modules loaded.

with Forge() as forge:
    pid = forge.start("batch", "in.jsonl", "-o", "out.jsonl")
    os.kill(pid, signal.SIGKILL)
    assert forge.wait() == -signal.SIGKILL
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self


class Forge:
    """Starts one process at a time; a context manager."""

    def __enter__(self) -> Self:
        command = [sys.executable, __file__]
        self._server = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.kill()
        self._server.communicate()

    def start(self, *arguments: str | Path) -> int:
        """`extractor ARGUMENTS` in a process with this one's settings and folder; its number."""
        settings = {name: value for name, value in os.environ.items() if name.startswith("EXTRACTOR_")}
        told = {"arguments": [str(argument) for argument in arguments], "settings": settings}
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(told | {"folder": str(Path.cwd())}) + "\n")
        self._server.stdin.flush()
        return self._read()

    def wait(self) -> int:
        """The exit status of what was started last, once it has ended; minus the signal that killed it."""
        return self._read()

    def _read(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())


def serve() -> None:
    """Fork what standard input asks for, one after the other."""
    warm_up()
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            run(json.loads(line))
        say(pid)
        _, status = os.waitpid(pid, 0)
        say(os.waitstatus_to_exitcode(status))


def say(number: int) -> None:
    """A line of standard output."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def run(told: dict[str, Any]) -> None:
    """Be the command, and end."""
    from extractor.cli import main

    os.environ.update(told["settings"])
    os.chdir(told["folder"])
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    try:
        main(told["arguments"])
    except SystemExit as ended:
        os._exit(ended.code if isinstance(ended.code, int) else 1)
    os._exit(1)


def warm_up() -> None:
    """Load what the first posting of a process loads."""
    from answers import POSTING, smallest
    from extractor.model.scripted import Scripted
    from extractor.pipeline import Extractor
    from extractor.settings import Settings

    for name in ("batch.command", "batch.display", "batch.run", "model.calls", "model.provider_batches"):
        importlib.import_module(f"extractor.{name}")
    model = Scripted(lambda request: smallest(request.schema, request.schema))
    with Extractor(Settings(strategy="numbered", cache=False), model=model) as extractor:
        extractor.extract(POSTING)


if __name__ == "__main__":
    serve()
