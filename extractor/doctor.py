"""What is configured, what answers, what is missing and how to mend it."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from extractor import __version__
from extractor.model.landlord import running_server
from extractor.model.partial import read_manifest
from extractor.model.weights import find_weights, weights_digest
from extractor.prompt import list_prompts
from extractor.settings import Settings

if TYPE_CHECKING:
    import httpx2

PROBE_TIMEOUT_S = 10.0
_MAX_LIST_BYTES = 4_000_000
EMBEDDED_MEMORY_GB = 3.0  # measured: 2.9 GB resident with a context of 16,384 tokens


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `code` is of `errors.TABLE` where it keeps postings from being read."""

    state: Literal["ok", "note", "wrong"]
    subject: str
    detail: str
    remedy: str = ""
    code: str | None = None


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that an extraction needs; nothing is downloaded, started or paid for."""
    yield Finding("ok", "extractor", f"{__version__} on Python {platform.python_version()}")
    yield _cache(settings)
    yield _prompts()
    if settings.is_embedded:
        yield Finding(
            "ok", "model", "the embedded one: neither a key nor a base URL is set, or it is asked for"
        )
        yield _engine()
        yield _memory()
        yield _weights(settings)
        yield _server(settings)
    else:
        key = "set" if settings.api_key else "not set"
        yield Finding("ok", "model", f"{settings.provider_model} at {settings.provider_url}, key {key}")
        yield _provider(settings)


def _cache(settings: Settings) -> Finding:
    folder = settings.cache_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        detail = f"{folder} cannot be written: {error.strerror}"
        return Finding("wrong", "cache", detail, "set EXTRACTOR_CACHE_DIR to a folder of yours", "storage")
    return Finding("ok", "cache", str(folder) if settings.cache else f"{folder}; replies are not kept")


def _engine() -> Finding:
    try:
        return Finding("ok", "engine", f"xllamacpp {metadata.version('xllamacpp')}")
    except metadata.PackageNotFoundError:
        return Finding("wrong", "engine", "not installed", "pip install 'extractor[local]'", "weights")


def _memory() -> Finding:
    gigabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    detail = f"{gigabytes:.1f} GB in this machine"
    if gigabytes < EMBEDDED_MEMORY_GB:
        return Finding(
            "note", "memory", detail, "the embedded model takes 3 GB: lower EXTRACTOR_MODEL_CONTEXT"
        )
    return Finding("ok", "memory", detail)


def _weights(settings: Settings) -> Finding:
    file = find_weights(settings)
    digest = weights_digest(settings)
    if digest is None and settings.model_path:
        return Finding(
            "wrong", "weights", f"there is no file {file}", "check EXTRACTOR_MODEL_PATH", "weights"
        )
    if digest is None:
        gigabytes = read_manifest().bytes / 1e9
        remedy = f"`extractor model pull`, or the first extraction, fetches {gigabytes:.1f} GB"
        return Finding("note", "weights", "not fetched yet", remedy)
    if settings.model_path is None and digest != read_manifest().sha256:
        return Finding("wrong", "weights", f"{file} is damaged", "`extractor model pull` mends it", "weights")
    return Finding("ok", "weights", f"{file}, SHA-256 {digest[:12]}…")


def _server(settings: Settings) -> Finding:
    server = running_server(settings)
    return Finding(
        "ok", "server", f"answers at {server.url}" if server else "not running; started when needed"
    )


def _prompts() -> Finding:
    return Finding("ok", "prompts", ", ".join(prompt.label for prompt in list_prompts()))


def _provider(settings: Settings) -> Finding:
    """Ask for the list of models, which costs nothing; the key goes to this address only."""
    import httpx2

    key = settings.api_key.get_secret_value() if settings.api_key else ""
    headers = {"User-Agent": f"extractor/{__version__}"} | ({"Authorization": f"Bearer {key}"} if key else {})
    try:
        with httpx2.stream(
            "GET", f"{settings.provider_url}/models", headers=headers, timeout=PROBE_TIMEOUT_S
        ) as reply:
            if not reply.is_success:
                return _rejected(reply.status_code)
            return _listed(settings, _read(reply))
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        said = str(error) or type(error).__name__
        remedy = "check EXTRACTOR_BASE_URL and the network"
        return Finding("wrong", "provider", f"does not answer: {said}", remedy, "provider_unavailable")


def _read(reply: httpx2.Response) -> bytes:
    """The body, as far as a list of models may be long."""
    body = b""
    for part in reply.iter_bytes():
        body += part
        if len(body) > _MAX_LIST_BYTES:
            break
    return body


def _listed(settings: Settings, body: bytes) -> Finding:
    try:
        names = {str(model["id"]) for model in json.loads(body)["data"]}
    except (ValueError, KeyError, TypeError):
        return Finding("note", "provider", "answers, but not with a list of models", "try a posting")
    if settings.provider_model in names:
        return Finding("ok", "provider", f"answers, and has {settings.provider_model}")
    return Finding("note", "provider", f"does not list {settings.provider_model}", "check EXTRACTOR_MODEL")


def _rejected(status: int) -> Finding:
    if status in (401, 403):
        return Finding(
            "wrong", "provider", f"rejects the key ({status})", "check EXTRACTOR_API_KEY", "provider_refused"
        )
    if 300 <= status < 400:
        remedy = "set EXTRACTOR_BASE_URL to where it has moved; redirects are not followed"
        return Finding("wrong", "provider", f"redirects ({status})", remedy, "provider_refused")
    if status in (404, 405):
        remedy = "if a posting fails too, check EXTRACTOR_BASE_URL (with its /v1)"
        return Finding("note", "provider", f"answers, but lists no models ({status})", remedy)
    return Finding("wrong", "provider", f"fails ({status})", "try later", "provider_unavailable")
