"""A file that grows piece by piece, each piece checked against its SHA-256 as soon as it is whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import BinaryIO, Self

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What the model file must be, and where it can be had; `pieces` are SHA-256 digests."""

    name: str
    licence: str
    file: str
    bytes: int
    sha256: str
    url: str
    wheel: str
    wheel_member: str
    piece_bytes: int
    pieces: tuple[str, ...]


def read_manifest() -> Manifest:
    """The manifest of the model that this package uses."""
    text = resources.files("extractor.model").joinpath("weights.json").read_text("utf-8")
    fields = json.loads(text)
    return Manifest(**fields | {"pieces": tuple(fields["pieces"])})


class WrongPiece(Exception):
    """A piece that is not what the manifest says; it is no longer in the file."""


class Partial:
    """Checked pieces, and the beginning of the next one. Opening it checks what is on disk, and cuts
    it off at the first wrong piece."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        path.touch()
        self.folder = path.parent
        self._file: BinaryIO = path.open("r+b")
        self._manifest = manifest
        self._whole = hashlib.sha256()
        self._restart(0, self._whole)

    def __enter__(self) -> Self:
        try:
            while chunk := self._file.read(CHUNK_BYTES):
                for part in self._split(chunk):
                    self._absorb(part)
            self._file.truncate(self.bytes)
        except WrongPiece:
            pass
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    @property
    def is_whole(self) -> bool:
        """Whether every byte is there and the digest of all is right."""
        return self.bytes == self._manifest.bytes and self._whole.hexdigest() == self._manifest.sha256

    def write(self, chunk: bytes) -> None:
        """Append bytes; raises WrongPiece, with the file back at that piece's start."""
        for part in self._split(chunk):
            self._file.write(part)
            self._absorb(part)

    def drop_tail(self) -> None:
        """Go back to the end of the last checked piece."""
        self._file.seek(self._start)
        self._file.truncate()
        self._restart(self._start, self._whole_at_start)

    def _split(self, chunk: bytes) -> Iterator[bytes]:
        """The chunk cut where pieces end; what is beyond the end of the file is left out."""
        while chunk and self.bytes < self._manifest.bytes:
            size = self._end - self.bytes
            part, chunk = chunk[:size], chunk[size:]
            yield part

    @property
    def _end(self) -> int:
        return min(self._start + self._manifest.piece_bytes, self._manifest.bytes)

    def _absorb(self, part: bytes) -> None:
        self._piece.update(part)
        self._whole.update(part)
        self.bytes += len(part)
        if self.bytes < self._end:
            return
        number = self._start // self._manifest.piece_bytes
        if self._piece.hexdigest() != self._manifest.pieces[number]:
            self.drop_tail()
            raise WrongPiece(f"piece {number + 1} of {len(self._manifest.pieces)} is damaged")
        self._restart(self.bytes, self._whole)

    def _restart(self, start: int, whole: hashlib._Hash) -> None:
        self.bytes = self._start = start
        self._whole_at_start, self._whole = whole.copy(), whole.copy()
        self._piece = hashlib.sha256()
