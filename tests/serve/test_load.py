"""Many requests at once: a bounded queue, shared calls, clients that leave, an end that loses nothing."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from answers import answer_emptily
from provider import Answer, Received

Problems = Callable[[httpx2.Response], dict[str, Any]]


class Slow:
    """A provider that answers when it is told to, and knows what it was asked."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.goes_on = threading.Event()
        self.count = 0

    def __call__(self, received: Received) -> Answer:
        """Wait, then answer."""
        if "chat" not in received.path:
            return Answer({"data": []})
        self.count += 1
        self.asked.release()
        self.goes_on.wait(30)
        return answer_emptily(received)

    def hold(self) -> None:
        """Answer nobody from now on."""
        self.goes_on.clear()
        self.count = 0
        while self.asked.acquire(blocking=False):
            pass


@pytest.fixture(scope="module")
def slow() -> Slow:
    """How the narrow service's provider answers."""
    return Slow()


@pytest.fixture(scope="module")
def _narrow(tmp_path_factory: pytest.TempPathFactory, slow: Slow, launching: Any) -> Iterator[Any]:
    with launching(tmp_path_factory.mktemp("narrow"), slow) as launch:
        yield launch(in_flight=2, waiting=2, drain_s=0.5)


@pytest.fixture
def narrow(_narrow: Any, slow: Slow) -> Iterator[Any]:
    """A service that has two extractions under way and two waiting at most."""
    slow.hold()
    yield _narrow
    slow.goes_on.set()
    _settle(_narrow)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Clients at the same time."""
    with ThreadPoolExecutor(16) as pool:
        yield pool


def _settle(service: Any, waiting: int = 0, in_flight: int = 0) -> None:
    """Wait until so many are under way."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        text = service.client.get("/metrics").text
        if f"extractor_waiting {waiting}.0" in text and f"extractor_in_flight {in_flight}.0" in text:
            return
        time.sleep(0.02)
    raise AssertionError(f"not {waiting} waiting and {in_flight} under way")


def test_beyond_the_queue_requests_are_turned_away(
    narrow: Any, slow: Slow, pool: ThreadPoolExecutor, make_posting: Any, to_problem: Problems
) -> None:
    """Two are read, two wait, the fifth is told at once when to come again; then all are answered."""
    under_way = [pool.submit(narrow.extract, make_posting(2000 + n)) for n in range(4)]
    _settle(narrow, waiting=2, in_flight=2)
    response = narrow.extract(make_posting(2004))
    assert to_problem(response)["code"] == "busy" and response.status_code == 503
    assert 1 <= int(response.headers["retry-after"]) <= 60
    stream = narrow.extract(make_posting(2005), Accept="text/event-stream")
    assert stream.status_code == 503
    slow.goes_on.set()
    assert [each.result().status_code for each in under_way] == [200] * 4
    assert narrow.extract(make_posting(2004)).status_code == 200


def test_equal_requests_share_one_call(
    narrow: Any, slow: Slow, pool: ThreadPoolExecutor, make_posting: Any
) -> None:
    """However many ask for a posting at once, it is read once, and one of them bears the cost."""
    under_way = [pool.submit(narrow.extract, make_posting(2010)) for _ in range(8)]
    slow.asked.acquire(timeout=20)
    time.sleep(0.3)
    slow.goes_on.set()
    answers = [each.result().json() for each in under_way]
    assert slow.count == 1
    assert sorted(answer["meta"]["calls"] for answer in answers) == [0] * 7 + [1]
    assert len({str(answer["posting"]) for answer in answers}) == 1


def test_who_leaves_ends_the_work(narrow: Any, slow: Slow, make_posting: Any) -> None:
    """A client that goes away frees its place, in a stream too."""
    for number, accept in ((2020, "application/json"), (2021, "text/event-stream")):
        slow.hold()
        with (
            contextlib.suppress(httpx2.ReadTimeout),
            narrow.client.stream(
                "POST",
                "/extract",
                content=make_posting(number).encode(),
                headers={"Content-Type": "text/plain", "Accept": accept},
                timeout=0.5,
            ) as response,
        ):
            response.read()
        assert slow.asked.acquire(timeout=20)
        _settle(narrow)


def test_one_of_two_may_leave(narrow: Any, slow: Slow, pool: ThreadPoolExecutor, make_posting: Any) -> None:
    """Who shares an answer with a client that leaves gets it all the same."""
    staying = pool.submit(narrow.extract, make_posting(2030))
    slow.asked.acquire(timeout=20)
    with contextlib.suppress(httpx2.ReadTimeout):
        narrow.client.post(
            "/extract",
            content=make_posting(2030).encode(),
            headers={"Content-Type": "text/plain"},
            timeout=0.3,
        )
    slow.goes_on.set()
    assert staying.result().status_code == 200 and slow.count == 1


def test_a_deadline_ends_the_work(
    narrow: Any, make_posting: Any, to_problem: Problems, to_events: Any
) -> None:
    """The client's own limit is kept, and nothing goes on behind it."""
    limit = {"X_Request_Timeout": "0.4"}
    started = time.monotonic()
    assert to_problem(narrow.extract(make_posting(2040), **limit))["code"] == "deadline"
    assert time.monotonic() - started < 5
    told = narrow.extract(make_posting(2041), Accept="text/event-stream", **limit).text
    assert to_events(told)[-1][1]["code"] == "deadline"
    _settle(narrow)


def test_what_is_read_keeps_nobody_waiting(
    narrow: Any, slow: Slow, pool: ThreadPoolExecutor, make_posting: Any
) -> None:
    """While long postings are read the service answers others."""
    long = "\n".join(make_posting(number) for number in range(2050, 2090))
    under_way: list[Future[Any]] = [pool.submit(narrow.extract, f"{long}{n}") for n in range(2)]
    _settle(narrow, in_flight=2)
    times = []
    for _ in range(20):
        started = time.monotonic()
        narrow.client.get("/healthz")
        times.append(time.monotonic() - started)
    assert sorted(times)[10] < 0.25
    assert not any(each.done() for each in under_way)
    slow.goes_on.set()


def test_sigterm_loses_no_request(
    _narrow: Any,  # noqa: PT019 - it is used, to its end
    slow: Slow,
    pool: ThreadPoolExecutor,
    make_posting: Any,
) -> None:
    """Told to end, it says that it is not ready, answers all it has accepted, also what waits, and ends well."""
    slow.hold()
    under_way = [pool.submit(_narrow.extract, make_posting(2200 + n)) for n in range(4)]
    _settle(_narrow, waiting=2, in_flight=2)
    _narrow.terminate()
    time.sleep(0.2)
    refused = _narrow.client.get("/readyz")
    assert refused.status_code == 503 and refused.headers["connection"] == "close"
    time.sleep(0.8)
    slow.goes_on.set()
    assert [each.result().status_code for each in under_way] == [200] * 4
    assert _narrow.process.wait(120) == 0
