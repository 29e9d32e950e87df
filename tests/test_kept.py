"""Finished extractions kept: the same answer without reading, and never a stale one."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from extractor import Extractor
from extractor.kept import Kept, program_digest
from extractor.model.cache import open_store
from extractor.settings import Settings
from provider import Provider, completion

POSTING = """Bread Baker
Mill Lane Bakery
Leeds, United Kingdom

What you will do
- Bake bread every night
- Keep the ovens clean

What you need
- Two years of experience as a baker

We pay 14 pounds an hour. Apply by 30 June.
"""
REPLY = """{"is_job_posting": true, "title": "Bread Baker", "company": "Mill Lane Bakery",
"locations": ["Leeds, United Kingdom"], "duties": "4-5", "required": "6", "preferred": "", "benefits": "",
"other_jobs": "", "hard_skills": [], "soft_skills": []}"""


@pytest.fixture
def provider():
    with Provider(completion(REPLY)) as provider:
        yield provider


def make(provider, tmp_path, today=None, **settings):
    settings = {"base_url": provider.base_url, "model": "test-model", "cache_dir": tmp_path, **settings}
    return Extractor(Settings(**settings), today=today)


def read(extractor, data=POSTING, id=None):
    with extractor:
        return extractor.extract(data, id=id)


def test_the_second_reading_is_the_first_at_no_cost(provider, tmp_path):
    """Posting, evidence, warnings and request digests are the same; nothing was called, nothing paid."""
    first, second = (read(make(provider, tmp_path)) for _ in range(2))
    assert second.model_dump(exclude={"meta"}) == first.model_dump(exclude={"meta"})
    assert second.meta.request_digests == first.meta.request_digests
    assert (second.meta.cached, second.meta.calls, second.meta.cost_usd) == (True, 0, 0.0)
    assert len(provider.requests) == 1


def test_an_extraction_is_found_under_any_id(provider, tmp_path):
    """The caller's id is its own; without one it is that of the text."""
    assert read(make(provider, tmp_path), id="a").id == "a"
    assert read(make(provider, tmp_path), id="b").id == "b"
    nameless = read(make(provider, tmp_path)).id
    assert nameless not in ("a", "b")
    assert read(make(provider, tmp_path)).id == nameless


def kept_entries(tmp_path):
    with open_store(tmp_path / "extractions") as store:
        return len(store)


@pytest.mark.parametrize(
    "other", [{"model": "other"}, {"temperature": 0.5}, {"strategy": "assisted"}, {"today": date(2026, 5, 1)}]
)
def test_another_question_is_asked_anew(provider, tmp_path, other):
    """Another model, parameter, strategy or day has an extraction of its own."""
    read(make(provider, tmp_path))
    read(make(provider, tmp_path, **other))
    assert kept_entries(tmp_path) == (1 if "strategy" in other else 2)  # that reply does not fit and fails


def test_other_bytes_are_read_anew(provider, tmp_path):
    """One character more is another posting."""
    read(make(provider, tmp_path))
    read(make(provider, tmp_path), POSTING + "!")
    assert kept_entries(tmp_path) == 2


def test_another_program_finds_nothing(tmp_path):
    """The digest of source, data and libraries is part of every key."""
    kept = Kept(tmp_path, 10**6, {"model": "m"})
    key = kept.key("text")
    kept._asked = kept._asked.replace(kept._asked[0], "x")
    assert kept.key("text") != key
    assert len(program_digest()) == 64


def test_without_cache_nothing_is_kept(provider, tmp_path):
    """`cache` off: no folder, and each reading asks."""
    for _ in range(2):
        read(make(provider, tmp_path, cache=False))
    assert len(provider.requests) == 2
    assert not (tmp_path / "extractions").exists()


def test_a_failure_is_not_kept(tmp_path):
    """What went wrong is tried again."""
    with Provider(completion("no JSON")) as provider:
        assert read(make(provider, tmp_path, reasks=0)).error.code == "invalid_reply"
        provider.default = completion(REPLY)
        assert read(make(provider, tmp_path, reasks=0)).error is None


def test_a_corrupt_entry_is_read_anew(provider, tmp_path):
    """Whatever lies in the folder, the extraction is right."""
    first = read(make(provider, tmp_path))
    with open_store(tmp_path / "extractions") as store:
        for key in list(store):
            store.set(key, "AAAA")
    assert read(make(provider, tmp_path)).posting == first.posting


def test_a_damaged_store_costs_a_warning(provider, tmp_path, caplog):
    """Where it cannot be opened, all is read as if there were none."""
    folder = tmp_path / "extractions"
    folder.mkdir()
    (folder / "cache.db").write_bytes(b"no database" * 1000)
    with caplog.at_level(logging.WARNING):
        assert read(make(provider, tmp_path)).posting.title == "Bread Baker"
    assert "extractions kept" in caplog.text
