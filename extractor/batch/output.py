"""The file that shows what the ledger holds: each answer once, whatever happened in between.

The ledger knows how many bytes of the file are certain; what a kill left after them is cut off and
written anew. A file that is gone, too short, or holds answers that were replaced is made anew, beside
it, and put in its place at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path

import filelock

from extractor.batch.ledger import Ledger, ledger_path
from extractor.batch.writers import Writer
from extractor.errors import StorageError


class Output:
    """The picture of a ledger at `path`."""

    def __init__(self, path: Path, writer: Writer, ledger: Ledger) -> None:
        self._path = path
        self._writer = writer
        self._ledger = ledger

    def restore(self) -> None:
        """Make the file agree with the ledger again, after whatever befell it; raises StorageError."""
        _, size, is_stale = self._ledger.read_written()
        with self._storing():
            there = self._path.stat().st_size if self._path.exists() else 0
            if self._writer.can_append and (is_stale or there < size or not self._fits(size)):
                self._make_anew()
            elif self._writer.can_append and there > size:
                os.truncate(self._path, size)

    def _fits(self, size: int) -> bool:
        """Whether what is in the file has the form that is asked for now."""
        return size == 0 or self._writer.fits(self._path)

    def flush(self) -> None:
        """Append the answers that are not in the file yet, and see them on the disk; raises StorageError."""
        seq, size, is_stale = self._ledger.read_written()
        if is_stale or not self._writer.can_append:
            return
        self.restore()  # what an earlier flush left half done goes first
        answers = _Counted(self._ledger.payloads(seq), seq)
        with self._storing(), self._path.open("ab") as file:
            self._writer.write(file, answers, is_new=size == 0)
            written = _sync(file)
        if written > size:
            self._ledger.note_written(answers.last, written)

    def finish(self) -> None:
        """Show all answers; raises StorageError."""
        _, _, is_stale = self._ledger.read_written()
        if is_stale or not self._writer.can_append:
            with self._storing():
                self._make_anew()
        else:
            self.flush()

    def _make_anew(self) -> None:
        beside = self._path.with_name(f".{self._path.name}.part")
        answers = _Counted(self._ledger.payloads(), 0)
        with beside.open("wb") as file:
            self._writer.write(file, answers, is_new=True)
            size = _sync(file)
        beside.replace(self._path)
        self._ledger.note_written(answers.last, size)

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(f"cannot write {self._path}: {error.strerror or error}") from error


def check_output(path: Path) -> None:
    """Raise StorageError where something else than a run's output lies at `path`."""
    if path.exists() and not path.is_file():
        raise StorageError(f"cannot write {path}: it is no file")
    if path.exists() and path.stat().st_size and not ledger_path(path).exists():
        raise StorageError(
            f"{path} exists, and no ledger of a run lies beside it: give another -o, or move it away"
        )
    if not path.parent.is_dir():
        raise StorageError(f"cannot write {path}: its folder does not exist")


def lock_path(out: Path) -> Path:
    """The file whose lock a run holds while it writes `out`."""
    return out.with_name(out.name + ".lock")


@contextmanager
def hold_output(out: Path) -> Iterator[None]:
    """Keep every other run off this output; the system lets go when the process dies.

    Raises StorageError where another run has it.
    """
    lock = filelock.FileLock(lock_path(out))
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise StorageError(f"another run is writing {out}") from None
    except OSError as error:
        raise StorageError(f"cannot lock {out}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


class _Counted:
    """Passes answers on and remembers the last one's number."""

    def __init__(self, answers: Iterable[tuple[int, bytes]], last: int) -> None:
        self._answers = answers
        self.last = last

    def __iter__(self) -> Iterator[bytes]:
        for number, payload in self._answers:
            yield payload
            self.last = number


def _sync(file: BufferedWriter) -> int:
    """See all that was written on the disk; the file's bytes."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
