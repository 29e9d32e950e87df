"""Idempotency-Key: the same request again gets the first one's answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import httpx2

from answers import answer_emptily
from provider import Received, failure

Problems = Callable[[httpx2.Response], dict[str, Any]]


def test_the_first_answer_is_given_again(service: Any, asked: list[Received], make_posting: Any) -> None:
    """Byte for byte, marked, and at no cost; another caller's key, or none, is another matter."""
    key = {"Idempotency_Key": "3001-first"}
    first, second = (service.extract(make_posting(3001), **key) for _ in range(2))
    assert second.content == first.content and second.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers and second.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert len(asked) == 1


def test_an_error_of_the_request_is_an_answer_too(service: Any, to_problem: Problems) -> None:
    """What would fail again is not tried again."""
    first, second = (service.extract("  ", Idempotency_Key="3002") for _ in range(2))
    assert to_problem(first) == to_problem(second)
    assert second.headers["idempotency-replayed"] == "true"


def test_what_may_pass_is_tried_again(service: Any, shared_provider: Any, make_posting: Any) -> None:
    """The provider's outage is not the answer for a day."""
    shared_provider.default = failure(500)
    assert service.extract(make_posting(3003), Idempotency_Key="3003").status_code == 503
    shared_provider.default = answer_emptily
    assert service.extract(make_posting(3003), Idempotency_Key="3003").status_code == 200


def test_a_key_belongs_to_one_request(service: Any, to_problem: Problems) -> None:
    """Another body, or another form of answer, needs another key."""
    service.extract(Idempotency_Key="3004")
    assert to_problem(service.extract("Another", Idempotency_Key="3004"))["code"] == "key_reused"
    other = service.extract(Idempotency_Key="3004", Accept="application/ld+json")
    assert to_problem(other)["status"] == 422


def test_while_the_first_is_under_way_others_wait(
    service: Any, shared_provider: Any, make_posting: Any, to_problem: Problems
) -> None:
    """They are told that it is, and when to come again."""
    is_asked, goes_on = threading.Event(), threading.Event()

    def answer(received: Received) -> Any:
        is_asked.set()
        goes_on.wait(20)
        return answer_emptily(received)

    shared_provider.default = answer
    statuses = []
    first = threading.Thread(
        target=lambda: statuses.append(
            service.extract(make_posting(3005), Idempotency_Key="3005").status_code
        )
    )
    first.start()
    assert is_asked.wait(20)
    second = service.extract(make_posting(3005), Idempotency_Key="3005")
    goes_on.set()
    first.join()
    assert to_problem(second)["code"] == "conflict" and second.headers["retry-after"] == "1"
    assert statuses == [200]


def test_a_stream_takes_no_key(service: Any, to_problem: Problems) -> None:
    """An event stream is not kept, and says so."""
    response = service.extract(Idempotency_Key="3006", Accept="text/event-stream")
    assert to_problem(response)["status"] == 400
