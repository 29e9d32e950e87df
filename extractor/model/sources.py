"""The two places that the embedded model's bytes come from: the hub, and wheels of the package index."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from extractor.model.partial import Manifest, Partial, WrongPiece

if TYPE_CHECKING:
    import httpx2

_CONNECT_TIMEOUT_S, _READ_TIMEOUT_S = 10.0, 30.0
_LOOK_S = 0.1
_WHEELS_AT_ONCE = 2
INCOMING = "incoming-"  # how the folders of wheels under way are called


class SourceFailed(Exception):
    """A source could not bring the bytes; it may later, or another one may."""


class Stopped(Exception):
    """Whoever wanted the bytes has set its stop event."""


class Source(Protocol):
    """Appends to the partial file what is missing, calling `tell` with the bytes that are there.

    `tell` raises Stopped once the bytes are not wanted any more. Raises SourceFailed.
    """

    def __call__(self, partial: Partial, manifest: Manifest, tell: Callable[[int], None]) -> None: ...


def from_hub(partial: Partial, manifest: Manifest, tell: Callable[[int], None]) -> None:
    """Plain HTTPS from the manifest's address, going on at the byte where the file ends."""
    import httpx2

    timeout = httpx2.Timeout(_READ_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
    headers = {"Range": f"bytes={partial.bytes}-", "Accept-Encoding": "identity"}
    try:
        with httpx2.stream(
            "GET", manifest.url, headers=headers, timeout=timeout, follow_redirects=True
        ) as response:
            skip = _bytes_to_skip(response, partial.bytes, manifest)
            for chunk in response.iter_bytes():
                partial.write(chunk[skip:])
                skip = max(0, skip - len(chunk))
                tell(partial.bytes)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise SourceFailed(f"{manifest.url}: {error or type(error).__name__}") from None
    except WrongPiece as wrong:
        raise SourceFailed(f"{manifest.url}: {wrong}") from None
    if partial.bytes < manifest.bytes:
        raise SourceFailed(f"{manifest.url}: the answer ended early")


def _bytes_to_skip(response: httpx2.Response, start: int, manifest: Manifest) -> int:
    total = response.headers.get("Content-Range", "").rpartition("/")[2]
    if response.status_code == 206 and total in (str(manifest.bytes), "*"):
        return 0
    if response.status_code == 200:
        return start  # a server that knows no ranges sends all of it
    raise SourceFailed(f"{manifest.url} answered {response.status_code}")


def from_wheels(partial: Partial, manifest: Manifest, tell: Callable[[int], None]) -> None:
    """One wheel a piece, downloaded by pip and read as a zip file; nothing of it is run."""
    partial.drop_tail()
    first = partial.bytes // manifest.piece_bytes
    numbers = iter(range(first + 1, len(manifest.pieces) + 1))
    gone = threading.Event()
    with ThreadPoolExecutor(_WHEELS_AT_ONCE) as pool:
        ahead: deque[Future[bytes]] = deque()

        def fetch_next() -> None:
            for number in islice(numbers, 1):
                ahead.append(pool.submit(_read_wheel, number, manifest, partial.folder, gone))

        try:
            for _ in range(_WHEELS_AT_ONCE):
                fetch_next()
            while ahead:
                partial.write(_await(ahead.popleft(), lambda: tell(partial.bytes)))
                fetch_next()
            tell(partial.bytes)
        except WrongPiece as wrong:
            raise SourceFailed(f"package index: {wrong}") from None
        finally:
            gone.set()
            pool.shutdown(cancel_futures=True)


def _await(piece: Future[bytes], tell: Callable[[], None]) -> bytes:
    while not piece.done():
        tell()
        time.sleep(_LOOK_S)
    return piece.result()


def _read_wheel(number: int, manifest: Manifest, beside: Path, gone: threading.Event) -> bytes:
    requirement = manifest.wheel.format(number=number)
    with tempfile.TemporaryDirectory(prefix=INCOMING, dir=beside) as folder:
        _download(requirement, folder, gone)
        wheels = list(Path(folder).glob("*.whl"))
        member = manifest.wheel_member.format(number=number)
        try:
            return _read_member(wheels[0], member)
        except (LookupError, zipfile.BadZipFile) as error:
            raise SourceFailed(f"{requirement}: {error}") from None


def _read_member(wheel: Path, ending: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
        name = next((name for name in archive.namelist() if name.endswith(f"/{ending}")), None)
        if name is None:
            raise LookupError(f"there is no {ending} in {wheel.name}")
        return archive.read(name)


def _download(requirement: str, folder: str, gone: threading.Event) -> None:
    # Wheels only: building from source would run the package's code.
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", *options]
    with subprocess.Popen(  # noqa: S603 - a fixed command and a requirement of ours
        [*command, "--dest", folder, requirement],
        env=os.environ | {"TMPDIR": folder, "TEMP": folder, "TMP": folder},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as pip:
        while pip.poll() is None:
            if gone.wait(_LOOK_S):
                pip.kill()
                raise SourceFailed(f"{requirement}: stopped")
        if pip.returncode:
            said = pip.stderr.read() if pip.stderr else ""
            raise SourceFailed(f"{requirement}: {said.strip().rpartition('ERROR: ')[2] or 'pip failed'}")
