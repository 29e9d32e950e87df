"""POST /extract: a posting in whatever form, the answer in whatever form is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from answers import POSTING
from extractor import Extraction
from provider import Received, completion, failure

Problems = Callable[[httpx2.Response], dict[str, Any]]
Events = Callable[[str], list[tuple[str, Any]]]


def page(text: str = POSTING) -> str:
    """The posting as a page."""
    return f"<html><body><pre>{text}</pre></body></html>"


def test_raw_text_gives_an_extraction(service: Any) -> None:
    """A text/plain body is the posting; the answer is the contract's Extraction."""
    response = service.extract()
    assert response.status_code == 200
    extraction = Extraction.model_validate(response.json())
    assert extraction.posting and extraction.posting.compensation[0].currency == "EUR"
    assert all(
        POSTING[place.start : place.end] == place.quote
        for places in extraction.evidence.values()
        for place in places
    )


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/html", page().encode()),
        ("text/html; charset=utf-8", page().encode()),
        ("application/json", json.dumps({"text": POSTING}).encode()),
        ("application/json", json.dumps({"html": page()}).encode()),
        ("application/json", json.dumps({"text": page(), "options": {"kind": "html"}}).encode()),
    ],
)
def test_other_forms_give_the_same_record(service: Any, media_type: str, body: bytes) -> None:
    """HTML and JSON are read like text."""
    response = service.client.post("/extract", content=body, headers={"Content-Type": media_type})
    assert response.json()["posting"]["compensation"] == service.extract().json()["posting"]["compensation"]


def test_a_pdf_is_read(service: Any, to_problem: Problems) -> None:
    """application/pdf is read as such; what only claims to be is a problem of the posting."""
    response = service.client.post(
        "/extract", content=b"%PDF-1.7 nothing", headers={"Content-Type": "application/pdf"}
    )
    assert to_problem(response)["code"] == "unreadable" and response.status_code == 415


def test_the_callers_id_comes_back(service: Any) -> None:
    """`id` names the extraction; without one a digest does."""
    response = service.client.post("/extract", json={"text": POSTING, "id": "cook-é"})
    assert response.json()["id"] == "cook-é"
    assert len(service.extract().json()["id"]) == 16


def test_the_text_is_added_when_asked_for(service: Any) -> None:
    """`include_text` adds what evidence offsets refer to, and nothing else changes."""
    body = {"html": page(), "options": {"include_text": True}}
    told = service.client.post("/extract", json=body).json()
    assert told.pop("text") == page()
    Extraction.model_validate(told)


def test_relative_dates_count_from_the_given_day(service: Any) -> None:
    """`today` decides what yesterday was, request by request."""
    body = {"text": f"{POSTING}\nPosted 2 days ago\n", "options": {"today": "2026-03-03"}}
    days = []
    for today in ("2026-03-03", "2026-05-03"):
        body["options"] = {"today": today}
        days.append(service.client.post("/extract", json=body).json()["posting"]["posted_on"])
    assert days == ["2026-03-01", "2026-05-01"]


def test_relative_dates_count_from_today_otherwise(service: Any) -> None:
    """A request that names no day means the one on which it comes."""
    days = {date.today()}
    told = service.client.post("/extract", json={"text": f"{POSTING}\nPosted 2 days ago\n"}).json()
    days.add(date.today())  # midnight may have passed
    assert told["posting"]["posted_on"] in {str(day - timedelta(days=2)) for day in days}


def test_json_ld_is_given_on_request(service: Any) -> None:
    """`Accept: application/ld+json` gives the schema.org node."""
    response = service.extract(Accept="application/ld+json, application/json;q=0.5")
    assert response.headers["content-type"] == "application/ld+json"
    assert response.json()["@type"] == "JobPosting"


def test_asked_twice_costs_once(service: Any, asked: list[Received], make_posting: Any) -> None:
    """The same posting again is answered out of memory, and says that it cost nothing."""
    first, second = (service.extract(make_posting(1001)).json() for _ in range(2))
    assert len(asked) == 1
    assert first["meta"]["calls"] == 1 and second["meta"]["calls"] == 0
    assert second["meta"]["cached"] and second["posting"] == first["posting"]


def test_events_come_in_order(service: Any, to_events: Events, make_posting: Any) -> None:
    """The text first, then fields, then the whole, which is what a plain request gets."""
    text = make_posting(1002)
    events = to_events(service.extract(text, Accept="text/event-stream").text)
    names = [name for name, _ in events]
    assert names[0] == "document" and names[-1] == "result" and set(names[1:-1]) == {"field"}
    assert events[0][1]["text"] == text
    told = {data["path"]: data for name, data in events if name == "field"}
    result = events[-1][1]
    assert {path: data["evidence"] for path, data in told.items() if data["value"] is not None} == result[
        "evidence"
    ]
    assert result["posting"] == service.extract(text).json()["posting"]


def test_fields_that_the_model_changes_are_told_again(
    service: Any, shared_provider: Any, to_events: Events, make_posting: Any
) -> None:
    """What code read comes before the model answers; what the model settles comes after, or is withdrawn."""

    def answer(received: Received) -> Any:
        reply = {
            "is_job_posting": True,
            "title": "Line Cook",
            "company": "Acme Kitchens",
            "locations": [],
            "duties": "",
            "required": "",
            "preferred": "",
            "benefits": "",
            "other_jobs": "",
            "hard_skills": [],
            "soft_skills": [],
        }
        return completion(json.dumps(reply), delay_s=0.3)

    shared_provider.default = answer
    with service.client.stream(
        "POST",
        "/extract",
        content=make_posting(1003).encode(),
        headers={"Content-Type": "text/plain", "Accept": "text/event-stream"},
    ) as response:
        events = to_events("".join(response.iter_text()))
    fields = [data for name, data in events if name == "field"]
    paths = [data["path"] for data in fields]
    withdrawn = {data["path"] for data in fields if data["value"] is None}
    assert paths.index("/compensation/0/min") < paths.index("/title")
    assert "/responsibilities/0" in withdrawn and "/compensation/0/min" not in withdrawn


def test_a_known_answer_is_retold_as_events(service: Any, to_events: Events) -> None:
    """A stream out of memory has the same events."""
    service.extract()
    events = to_events(service.extract(Accept="text/event-stream").text)
    assert [name for name, _ in events if name != "field"] == ["document", "result"]


def test_what_is_no_posting_is_a_problem(
    service: Any, shared_provider: Any, to_problem: Problems, make_posting: Any
) -> None:
    """An extraction that fails is a problem document with what was paid."""
    empty = to_problem(service.extract("  "))
    assert (empty["code"], empty["status"]) == ("not_a_posting", 422)
    shared_provider.default = completion("not JSON at all", usage=(100, 0, 20))
    invalid = to_problem(service.extract(make_posting(1004)))
    assert (invalid["code"], invalid["status"]) == ("invalid_reply", 502)
    assert invalid["meta"]["calls"] == 3 and invalid["meta"]["output_tokens"] == 60


@pytest.mark.parametrize(
    ("status", "code", "answered"),
    [(500, "provider_unavailable", 503), (429, "rate_limited", 503), (401, "provider_refused", 502)],
)
def test_the_providers_faults_are_problems(
    service: Any,
    shared_provider: Any,
    to_problem: Problems,
    make_posting: Any,
    status: int,
    code: str,
    answered: int,
) -> None:
    """They have the table's status; what may pass says when to try again."""
    shared_provider.default = failure(status, "sk-test-1234 is at fault")
    response = service.extract(make_posting(status))
    problem = to_problem(response)
    assert (problem["code"], response.status_code) == (code, answered)
    assert ("retry-after" in response.headers) == (answered == 503)
    assert "sk-test-1234" not in response.text


@pytest.mark.parametrize(
    ("status", "said", "passed_on"),
    [(429, "37", 37), (503, "0.2", 1), (429, "1e300", 86_400), (429, "soon", 5)],
)
def test_the_providers_word_on_when_to_come_back_is_passed_on(
    service: Any,
    shared_provider: Any,
    to_problem: Problems,
    make_posting: Any,
    status: int,
    said: str,
    passed_on: int,
) -> None:
    """In whole seconds, a day at most; without a word of its own there is one of ours."""
    shared_provider.default = failure(status, headers={"Retry-After": said})
    response = service.extract(make_posting(f"come back {status} {said}"))
    assert response.headers["retry-after"] == str(passed_on)
    assert to_problem(response)["retry_after_s"] == passed_on


def test_a_failing_stream_ends_with_a_problem(
    service: Any, shared_provider: Any, to_events: Events, make_posting: Any
) -> None:
    """Once events flow, what goes wrong is one of them, and says itself when to come back."""
    shared_provider.default = failure(503, headers={"Retry-After": "37"})
    events = to_events(service.extract(make_posting(1005), Accept="text/event-stream").text)
    name, problem = events[-1]
    assert (name, problem["code"], problem["retry_after_s"]) == ("problem", "provider_unavailable", 37)


def test_a_stream_that_cannot_begin_is_a_problem(service: Any, to_problem: Problems) -> None:
    """Before the first event the status says so."""
    assert to_problem(service.extract(" ", Accept="text/event-stream"))["status"] == 422
