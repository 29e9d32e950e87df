"""Where results go: standard output, line by line, or a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from extractor.errors import StorageError


class Output(Protocol):
    """Takes results one at a time; `finish` is called when all are there, and only then."""

    def write(self, text: str) -> None:
        """Take one result; raises StorageError."""
        ...

    def finish(self) -> None:
        """Make what was written last; raises StorageError."""
        ...


def open_output(path: Path | None) -> Output:
    """Standard output, or `path`; raises StorageError at once where `path` cannot be written."""
    if path is None:
        return StandardOutput()
    return WholeFile(path)


class StandardOutput:
    """Each result is flushed, so that an interrupted run keeps what was finished."""

    def write(self, text: str) -> None:
        """Print as UTF-8, whatever the locale; a closed pipe raises BrokenPipeError."""
        try:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            silence_stdout()
            raise
        except OSError as error:
            silence_stdout()
            raise StorageError(f"cannot write to standard output: {error.strerror}") from error

    def finish(self) -> None:
        """Nothing is left to do."""


class WholeFile:
    """Results are kept until the end and then put in place at once: no reader sees half a file."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve() if path.is_symlink() else path
        self._beside = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._texts: list[str] = []
        with self._storing():  # before any posting is paid for
            self._probe()

    def write(self, text: str) -> None:
        """Keep until `finish`."""
        self._texts.append(text)

    def finish(self) -> None:
        """Write beside the path, flush to the disk, and rename; devices and pipes are written straight."""
        with self._storing():
            if self._is_special():
                self._path.write_text("".join(self._texts), encoding="utf-8")
                return
            self._write_beside("".join(self._texts))
            self._beside.replace(self._path)

    def _probe(self) -> None:
        if self._path.is_dir():
            raise StorageError(f"cannot write {self._path}: it is a folder")
        if not self._is_special():
            self._write_beside("")
            self._beside.unlink()

    def _is_special(self) -> bool:
        return self._path.exists() and not self._path.is_file()

    def _write_beside(self, text: str) -> None:
        with self._beside.open("w", encoding="utf-8") as file:
            if self._path.exists():
                shutil.copymode(self._path, self._beside)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with contextlib.suppress(OSError):
                self._beside.unlink()
            raise StorageError(f"cannot write {self._path}: {error.strerror}") from error


def silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
