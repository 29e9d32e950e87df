"""Inputs and outputs at addresses (`s3://`, `gs://`, `https://`, `memory://`), through fsspec.

Nothing here is imported for files of this machine. What a file system needs beside fsspec (s3fs,
gcsfs, ...) it says itself. Messages leave out what an address may hold of a key: user names,
passwords and queries.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast
from urllib.parse import urlsplit, urlunsplit

from extractor.batch.ledger import ledger_path
from extractor.errors import ExtractorError, InputError, SettingsError, StorageError

_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*::)*[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_MAGIC = re.compile(r"[*?\[]")
_WEB = ("http", "https")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_BUFFER_BYTES = 1 << 20
_SILENCE_S = 300.0
# Of one posting's file, not of the way there.
_OWN_FAULTS = (FileNotFoundError, PermissionError, IsADirectoryError)


def is_address(given: str) -> bool:
    """Whether an input or output lies at an address rather than on this machine."""
    return _SCHEME.match(given) is not None


def redact(given: str) -> str:
    """An address without user name, password and query; anything else as it is."""
    if not is_address(given):
        return given
    parts = urlsplit(given)
    hidden = {"query": "", "fragment": ""} if parts.scheme in _WEB else {}  # elsewhere they are a name's
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], **hidden))


@dataclass(frozen=True)
class Remote:
    """A file at an address, as far as readers need one: like a Path."""

    system: Any
    path: str

    def __str__(self) -> str:
        return redact(self.system.unstrip_protocol(self.path))

    @cached_property
    def _pure(self) -> PurePosixPath:
        is_web = self.path.partition("://")[0] in _WEB
        path = urlsplit(self.path).path if is_web else self.path
        return PurePosixPath(path.lstrip("/"))

    @property
    def suffixes(self) -> list[str]:
        """As a Path's; of a web address without its query."""
        return list(self._pure.suffixes)

    @property
    def stem(self) -> str:
        """The name without its last suffix."""
        return self._pure.stem

    @property
    def parent(self) -> Remote:
        """The folder."""
        return Remote(self.system, self.path.partition("?")[0].rpartition("/")[0])

    def __truediv__(self, name: str | Path) -> Remote:
        return Remote(self.system, f"{self.path.rstrip('/')}/{name}")

    def under(self, root: Remote) -> PurePosixPath:
        """The path below a folder that it lies in."""
        return self._pure.relative_to(root._pure)

    def open(self) -> IO[bytes]:
        """Its bytes, as a stream that can seek; raises FileNotFoundError, PermissionError or InputError."""
        with _reaching(str(self)):
            return _seekable(self.system.open(self.path, "rb"))


def find_remote(given: str) -> Iterator[tuple[Remote, Remote]]:
    """Files of a folder, of a pattern, or the file itself, each with the folder that its id is under.

    Raises SettingsError where the file system's package is missing, InputError where it is not reached.
    """
    with _reaching(redact(given)):
        system, path = open_system(given)
        if path.partition("://")[0] in _WEB:
            file = Remote(system, path)
            if system.exists(path):
                yield file.parent, file
        elif _MAGIC.search(path):
            for found in sorted(system.glob(path)):
                if system.isfile(found):
                    yield Remote(system, found).parent, Remote(system, found)
        elif system.isdir(path):
            root = Remote(system, path)
            for name in _walk(system, path):
                yield root, Remote(system, name)
        elif system.exists(path):
            yield Remote(system, path).parent, Remote(system, path)


def stage_path(address: str, folder: Path | None = None) -> Path:
    """Where on this machine an output at an address is made, and its ledger lies.

    `folder`: where the user wants it; else below the user's state folder, one folder an address.
    """
    if folder is None:
        import platformdirs

        digest = hashlib.sha256(address.encode()).hexdigest()[:16]
        folder = platformdirs.user_state_path("extractor") / "runs" / digest
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make the folder {folder}: {error.strerror}") from error
    return folder / (PurePosixPath(address.partition("://")[2]).name or "out")


def local_path(out: str, folder: Path | None = None) -> Path:
    """Where an output is made: at its own path, or at the stage of an address."""
    return stage_path(out, folder) if is_address(out) else Path(out)


@contextmanager
def staged(out: str, folder: Path | None = None) -> Iterator[Path]:
    """The file to write; what lies at an address is put there at the end, and only once a run has begun.

    Raises StorageError where something else lies there, or it cannot be written.
    """
    file = local_path(out, folder)
    if not is_address(out):
        yield file
        return
    if not ledger_path(file).exists():
        check_free(out)
    yield file
    if file.exists():
        publish(file, out)


def check_free(address: str) -> None:
    """Raise StorageError where something lies at `address` already, or it cannot be looked at."""
    with _storing(address):
        system, path = open_system(address)
        if system.exists(path):
            raise StorageError(
                f"{redact(address)} exists, and no ledger of a run to it is on this machine: "
                "give another -o, or the --state that it was made with"
            )


def publish(file: Path, address: str) -> None:
    """Put a finished file at an address, whole or not at all; raises StorageError."""
    with _storing(address):
        system, path = open_system(address)
        with file.open("rb") as source, write_whole(system, path) as target:
            shutil.copyfileobj(source, target, _BUFFER_BYTES)


@contextmanager
def write_whole(system: Any, path: str) -> Iterator[IO[bytes]]:
    """A file to write, seen by nobody before it is whole, and not at all where writing breaks off."""
    folder = system._parent(path)
    if folder:
        system.makedirs(folder, exist_ok=True)
    if "file" in system.protocol:  # fsspec would write in another folder, and so perhaps on another disk
        beside = Path(path).with_name(f".{Path(path).name}.part")
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        return
    with system.transaction, system.open(path, "wb") as file:
        yield file


def open_system(address: str) -> tuple[Any, str]:
    """fsspec's file system of an address, and the path in it; raises SettingsError without fsspec."""
    try:
        core = importlib.import_module("fsspec.core")
    except ImportError:
        message = "an address needs fsspec: install the extra, `pip install 'extractor[batch]'`"
        raise SettingsError(message) from None
    options: dict[str, Any] = {}
    if address.partition("://")[0] in _WEB:
        import aiohttp

        # A proxy set for the outside world cannot reach a server on this machine.
        is_local = urlsplit(address).hostname in _LOOPBACK
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=_SILENCE_S)
        options = {"client_kwargs": {"trust_env": not is_local, "timeout": timeout}}
    system, path = core.url_to_fs(address, **options)
    return system, str(path)


def _walk(system: Any, folder: str) -> Iterator[str]:
    """Files below a folder in the order of their names, one folder's names in memory; hidden ones not."""
    for entry in sorted(system.ls(folder, detail=True), key=lambda entry: str(entry["name"])):
        name = str(entry["name"]).rstrip("/")
        if name.rpartition("/")[2].startswith(".") or name == folder.rstrip("/"):
            continue
        if entry["type"] == "directory":
            yield from _walk(system, name)
        else:
            yield name


def _seekable(stream: Any) -> IO[bytes]:
    """The stream, or a copy of it on the disk where it only runs forward.

    So a server that gives no parts of a file is not kept waiting while postings are asked about.
    """
    try:
        stream.seek(0, io.SEEK_END)
        stream.seek(0)
    except (ValueError, OSError):
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - whoever opens it closes it
        with stream:
            shutil.copyfileobj(stream, copy, _BUFFER_BYTES)
        copy.seek(0)
        return copy
    return cast("IO[bytes]", io.BufferedReader(stream, _BUFFER_BYTES))


@contextmanager
def _reaching(shown: str) -> Iterator[None]:
    try:
        yield
    except (ExtractorError, *_OWN_FAULTS):
        raise
    except (ImportError, ValueError) as error:  # fsspec's words on an unknown scheme, or a missing package
        raise SettingsError(f"{shown} cannot be used: {_words(error)}") from None
    except Exception as error:
        raise InputError(f"{shown} cannot be reached: {_words(error)}") from None


@contextmanager
def _storing(address: str) -> Iterator[None]:
    shown = redact(address)
    try:
        yield
    except ExtractorError:
        raise
    except (ImportError, ValueError, NotImplementedError) as error:
        raise SettingsError(f"{shown} cannot be written: {_words(error)}") from None
    except Exception as error:
        raise StorageError(f"{shown} cannot be written: {_words(error)}") from None


def _words(error: Exception) -> str:
    """What went wrong, with no address in it that may hold a key."""
    said = re.sub(r"\S+://\S+", lambda found: redact(found[0]), str(error))
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
