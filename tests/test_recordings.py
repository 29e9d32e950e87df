"""Real answers of the embedded model, recorded: what the whole pipeline makes of them.

`python -m tests.record` records them anew. What is asserted is meaning, which a better prompt keeps;
not every word of an answer.
"""

from __future__ import annotations

import functools
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractor import Extraction, Extractor
from extractor.evidence import verify
from extractor.settings import load_settings
from tests.record import (
    FOLDER,
    KEPT_HEADERS,
    NOT_A_POSTING,
    OTHER_JOBS,
    PAGE,
    RECORDED,
    SERVER,
    open_cassette,
    open_recorded,
    read_case,
    replay,
)

POSTINGS = [case_id for case_id in RECORDED if case_id != NOT_A_POSTING]
FILES = sorted(FOLDER.rglob("*.yaml"))


@functools.cache
def played(case_id: str) -> tuple[Extraction, int]:
    """What `replay` gives, worked out once."""
    return replay(case_id)


def extraction_of(case_id: str) -> Extraction:
    """The extraction from recorded answers; where a question was never recorded, says what to do."""
    extraction, _ = played(case_id)
    code = extraction.error.code if extraction.error else None
    assert code != "provider_unavailable", "a question has changed: run `python -m tests.record`"
    return extraction


def posting_of(case_id: str) -> dict[str, Any]:
    """The recorded posting's record as JSON."""
    extraction = extraction_of(case_id)
    assert extraction.error is None, extraction.error
    assert extraction.posting is not None
    return extraction.posting.model_dump(mode="json")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recording_is_played_whole(path: Path) -> None:
    """A file that belongs to no case, or an answer that no question fits, is dead weight."""
    case_id = path.relative_to(FOLDER).with_suffix("").as_posix()
    assert case_id in RECORDED, "no test plays this recording: delete it"
    extraction_of(case_id)
    assert played(case_id)[1] == 0


def test_every_case_is_recorded() -> None:
    """One file each."""
    assert {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FILES} == set(RECORDED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recordings_hold_no_secrets(path: Path) -> None:
    """No header but those allowed, no key, no port; bodies are trees that one can read."""
    text = path.read_text("utf-8")
    for exchange in yaml.safe_load(text)["interactions"]:
        assert set(exchange["request"]["headers"]) | set(exchange["response"]["headers"]) <= KEPT_HEADERS
        assert exchange["request"]["uri"] == f"{SERVER}/v1/chat/completions"
        assert isinstance(exchange["request"]["body"]["messages"], list)
        assert isinstance(exchange["response"]["body"]["choices"], list)
    assert not re.search(r"authorization|bearer|api.?key|127\.0\.0\.1|localhost:\d", text, re.IGNORECASE)


def test_a_question_that_was_not_recorded_is_not_answered() -> None:
    """The body counts: another prompt never gets the old answer, and nothing goes out."""
    with open_cassette(OTHER_JOBS), Extractor(load_settings(), model=open_recorded()) as extractor:
        extraction = extractor.extract("Baker wanted at Crumb & Sons in Ulm, to bake bread at night.")
    assert extraction.error is not None
    assert extraction.error.code == "provider_unavailable"


@pytest.mark.parametrize("case_id", POSTINGS)
def test_every_value_has_its_words(case_id: str) -> None:
    """Each stands where its evidence says, or a warning names it."""
    extraction = extraction_of(case_id)
    assert extraction.posting is not None
    assert verify(extraction, read_case(case_id).text) == []


@pytest.mark.parametrize("case_id", RECORDED)
def test_what_it_took_is_told(case_id: str) -> None:
    """The server's own count of tokens; the embedded model costs nothing."""
    meta = extraction_of(case_id).meta
    assert meta.calls >= 1
    assert meta.input_tokens > meta.output_tokens > 0
    assert (meta.cost_usd, meta.cached, meta.strategy) == (0.0, False, "assisted")


@pytest.mark.parametrize(
    ("case_id", "title", "company"),
    [
        ("seeds/000_69f72d6b840e7f8b", "PhD Machine Learning Engineer, Intern", "Stripe"),
        ("seeds/001_1e715e8215efeb68", "Machine Learning Engineer, PhD Intern", "Handshake"),
        ("seeds/002_6559ba2fe2ee6aeb", "Machine Learning Intern – PhD", "Dropbox"),
        (OTHER_JOBS, "PhD Fall Machine Learning Intern", "Pinterest"),
        ("seeds/004_5e6827bfcf9a52af", "PhD Machine Learning Internship 2026", "Pinterest"),
        (PAGE, "Restaurant General Manager", "Saltmarsh Hospitality Group"),
    ],
)
def test_who_offers_which_job(case_id: str, title: str, company: str) -> None:
    """Title and employer as advertised."""
    posting = posting_of(case_id)
    assert posting["title"].startswith(title)
    assert posting["company"]["name"] == company


def test_pay_of_other_jobs_is_not_taken() -> None:
    """Thirty other jobs stand under this one, with their pay: 12,100 USD a month, and nothing else."""
    posting = extraction_of(OTHER_JOBS).posting
    assert posting is not None
    [pay] = posting.compensation
    assert (pay.min, pay.max, pay.currency, pay.period) == (Decimal(12100), Decimal(12100), "USD", "month")


def test_nothing_of_other_jobs_is_taken() -> None:
    """No value's words stand below this posting's end."""
    text = read_case(OTHER_JOBS).text
    end = text.index("$12,100 monthly") + 2_000
    places = [place for found in extraction_of(OTHER_JOBS).evidence.values() for place in found]
    assert max(place.end for place in places) < end < len(text) / 2


def test_a_page_is_read_without_its_furniture() -> None:
    """Of a saved page: this job's salary, its evidence in the markup; no cookie banner, no related jobs."""
    posting = posting_of(PAGE)
    base = [pay for pay in posting["compensation"] if pay["kind"] == "base"]
    assert [(pay["min"], pay["max"], pay["currency"], pay["period"]) for pay in base] == [
        (72000, 80000, "USD", "year")
    ]
    assert "cookie" not in json.dumps(posting).lower()


def test_a_resume_is_no_posting() -> None:
    """However much of a cook's work it tells of."""
    extraction = extraction_of(NOT_A_POSTING)
    assert extraction.posting is None
    assert extraction.error is not None
    assert extraction.error.code == "not_a_posting"


def test_an_internship_for_doctoral_students_is_read_whole() -> None:
    """Places, schooling and skills of the first seed, from a page without headings."""
    posting = posting_of("seeds/000_69f72d6b840e7f8b")
    assert {place["city"] for place in posting["locations"]} >= {"San Francisco", "Seattle"}
    assert (posting["education"]["levels"], posting["seniority"]) == (["phd"], "intern")
    assert {"Python", "Scala", "Spark"} <= {skill["name"] for skill in posting["skills"]}
    assert posting["posted_on"] == "2026-03-03"
