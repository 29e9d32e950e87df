"""The library's door, as the README shows it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

import extractor
from answers import POSTING
from provider import Provider


def test_the_readme_example_runs(
    provider: Provider, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word for word, in a folder that holds a posting."""
    monkeypatch.chdir(tmp_path)
    Path("posting.html").write_text(f"<html><body><pre>{POSTING}</pre></body></html>")
    [example] = re.findall(r"```python\n(.*?)```", (checkout / "README.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)
    assert isinstance(names["extraction"], extractor.Extraction)
    asyncio.run(names["many"]([POSTING]))  # type: ignore[operator]


def test_the_synchronous_door_gives_what_the_other_gives(provider: Provider) -> None:
    """One implementation: the same record, whichever way it was asked for."""

    async def extract_async() -> extractor.Extraction:
        async with extractor.Extractor() as door:
            return await door.extract_async(POSTING, id="1")

    assert extractor.extract(POSTING, id="1").posting == asyncio.run(extract_async()).posting


def test_a_bad_posting_is_no_exception(provider: Provider) -> None:
    """A caller of a million postings handles one kind of answer."""
    extraction = extractor.extract(b"")
    assert extraction.posting is None
    assert extraction.error is not None
    assert extraction.error.code == "not_a_posting"
