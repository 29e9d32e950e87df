"""What every test stands on: no network but loopback (pytest-socket, in pyproject.toml), no settings
of the person who runs it, and a cache folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers import POSTING, answer_emptily
from provider import Provider

# Tests run in folders of their own; what hypothesis remembers stays in one place.
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).resolve().parent.parent / ".hypothesis")
)


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither the environment nor a `.env` of the current folder decides a test."""
    for name in os.environ:
        if name.startswith(("EXTRACTOR_", "OPENAI_")):
            monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", str(folder / "cache"))
    monkeypatch.chdir(folder)


@pytest.fixture
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A local provider that the settings of this test name; it answers validly and states nothing."""
    with Provider(default=answer_emptily) as provider:
        monkeypatch.setenv("EXTRACTOR_BASE_URL", provider.base_url)
        monkeypatch.setenv("EXTRACTOR_MODEL", "test-model")
        monkeypatch.setenv("EXTRACTOR_API_KEY", "sk-test-1234")
        monkeypatch.setenv("EXTRACTOR_MAX_ATTEMPTS", "1")
        yield provider


@pytest.fixture
def posting(tmp_path: Path) -> Path:
    """A posting in a file of the test's own folder."""
    path = tmp_path / "cook.txt"
    path.write_text(POSTING)
    return path
