"""Every fault through the HTTP service: problem details that fit, nothing leaked, and the next request works."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from answers import POSTING
from extractor.errors import TABLE
from faults.catalogue import FAMILIES, FAULTS, GOOD, KEY, Fault
from faults.test_batch import PROVIDERS, number_of
from faults.test_library import RETRYABLE
from provider import Answer, Received, completion, failure
from serve.conftest import Launcher, Running, launched, problem_in, read_events
from serve.test_batches import finished, results, submit

CANARY = "zebra-quagga-4411"
TEXT = f"{POSTING}\nReference: {CANARY}\n"
# What a problem or a log would show of the posting, or of a reply about it.
WORDS = (CANARY, "Line Cook", "Acme", "Lyon", "Knife", "kitchen")
SILENT = {name: fault for name, fault in FAULTS.items() if fault.timeout_s < 1}
SPOKEN = {name: fault for name, fault in FAULTS.items() if name not in SILENT}
# One fault of each kind: for what does not depend on how it came about.
KINDS = {fault.code: fault for fault in SPOKEN.values() if fault.code}

pytestmark = pytest.mark.timeout(240)


def environment(**more: Any) -> dict[str, Any]:
    """One attempt a call, and nothing remembered."""
    told = {"API_KEY": KEY, "STRATEGY": "numbered", "REASKS": "0", "CACHE": "false", "TIMEOUT_S": "20"}
    return {f"EXTRACTOR_{name}": value for name, value in (told | more).items()}


@pytest.fixture(scope="module")
def _launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launched(tmp_path_factory.mktemp("faults"), completion(GOOD)) as launcher:
        yield launcher


@pytest.fixture(scope="module")
def patient(_launcher: Launcher) -> Running:
    """A service that waits for its provider."""
    return _launcher(state_dir=_launcher.folder / "patient", **environment())


@pytest.fixture(scope="module")
def hasty(_launcher: Launcher) -> Running:
    """A service that does not."""
    return _launcher(state_dir=_launcher.folder / "hasty", **environment(TIMEOUT_S="0.5"))


@pytest.fixture
def launcher(_launcher: Launcher) -> Iterator[Launcher]:
    """Its provider answers well before and after each test."""
    _launcher.provider.default = completion(GOOD)
    yield _launcher
    _launcher.provider.default = completion(GOOD)


@pytest.fixture(scope="module")
def usual(patient: Running) -> Any:
    """The answer when nothing is wrong."""
    return said_in(patient.extract(TEXT))


def said_in(response: httpx2.Response) -> Any:
    """An extraction without what differs from one time to the next."""
    assert response.status_code == 200, response.text
    extraction = response.json()
    del extraction["meta"]
    assert extraction["posting"]["title"] == "Line Cook"
    return extraction


def check_problem(response: httpx2.Response, fault: Fault) -> None:
    """Status, kind, headers and words of a problem."""
    assert fault.code is not None
    problem = problem_in(response)
    assert problem["code"] == fault.code
    assert problem["status"] == TABLE[fault.code].http_status != 500
    assert problem["retryable"] == (fault.code in RETRYABLE)
    assert problem["meta"]["calls"] == 1
    assert ("retry-after" in response.headers) == (problem["status"] in (429, 503))
    assert int(response.headers.get("retry-after", "1")) >= 1
    assert problem["request_id"] == response.headers["x-request-id"]
    check_words(response.text)


def logged(service: Running, response: httpx2.Response) -> dict[str, Any]:
    """The log's line about a response; it is written right after the response was sent."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        for line in reversed(service.said().splitlines(keepends=True)):
            if response.headers["x-request-id"] in line and line.endswith("\n"):
                return dict(json.loads(line))
        time.sleep(0.02)
    raise AssertionError("the log has no such request")


def check_words(text: str) -> None:
    """Neither key nor posting is in it."""
    assert KEY not in text
    assert [word for word in WORDS if word in text] == []


def check_log(service: Running) -> None:
    """No key, no posting, no traceback."""
    log = service.said()
    check_words(log)
    assert "Traceback" not in log
    assert "Error at" not in log  # as an exception of this program would be logged


@pytest.mark.parametrize("name", SPOKEN)
def test_a_fault_is_the_right_problem(patient: Running, launcher: Launcher, usual: Any, name: str) -> None:
    """Or no problem; the next request is answered as before."""
    fault = FAULTS[name]
    launcher.provider.default = fault.answer
    response = patient.extract(TEXT)
    if fault.code is None:
        assert response.status_code == 200
        assert KEY not in response.text
    else:
        check_problem(response, fault)
        line = logged(patient, response)
        assert (line["status"], line["code"]) == (response.status_code, fault.code)
    check_log(patient)
    launcher.provider.default = completion(GOOD)
    again = patient.extract(TEXT)
    if again.status_code == 503:  # a connection with bytes left over from before fails once more
        again = patient.extract(TEXT)
    assert said_in(again) == usual


def test_silence_is_ended(hasty: Running, launcher: Launcher, usual: Any) -> None:
    """At once and together: each is a timeout, and holds up nobody."""
    faults = list(SILENT.values())
    launcher.provider.default = lambda received: faults[number_of(received)].answer
    texts = [f"{TEXT}\nReference number: {number} of many\n" for number in range(len(faults))]
    with ThreadPoolExecutor(len(faults)) as pool:
        for response, fault in zip(pool.map(hasty.extract, texts), faults, strict=True):
            check_problem(response, fault)
    launcher.provider.default = completion(GOOD)
    assert said_in(hasty.extract(TEXT)) == usual
    check_log(hasty)


@pytest.mark.parametrize("code", KINDS)
def test_a_stream_ends_in_the_same_problem(
    patient: Running, launcher: Launcher, usual: Any, code: str
) -> None:
    """As its last event; what was read before stands."""
    launcher.provider.default = KINDS[code].answer
    response = patient.extract(TEXT, Accept="text/event-stream")
    events = read_events(response.text)
    assert (response.status_code, events[0][0], events[-1][0]) == (200, "document", "problem")
    problem = events[-1][1]
    assert (problem["code"], problem["status"]) == (code, TABLE[code].http_status)
    check_words(json.dumps(problem))
    launcher.provider.default = completion(GOOD)
    events = read_events(patient.extract(TEXT, Accept="text/event-stream").text)
    assert (events[-1][0], events[-1][1]["posting"]) == ("result", usual["posting"])


@pytest.mark.parametrize("code", KINDS)
def test_a_problem_is_not_the_answer_for_a_day(
    patient: Running, launcher: Launcher, usual: Any, code: str
) -> None:
    """What a fault answered to an Idempotency-Key is asked again, unless the posting is to blame."""
    launcher.provider.default = KINDS[code].answer
    key = {"Idempotency_Key": f"fault-{code}", "Accept": "application/json"}
    assert patient.extract(TEXT, **key).status_code == TABLE[code].http_status
    launcher.provider.default = completion(GOOD)
    again = patient.extract(TEXT, **key)
    if TABLE[code].http_status < 500:
        assert again.headers["idempotency-replayed"] == "true"
    else:
        assert said_in(again) == usual
    assert patient.extract(TEXT, **key).headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("status", [400, 401, 413, 429, 500])
def test_a_provider_that_quotes_the_posting_is_not_quoted(
    patient: Running, launcher: Launcher, status: int
) -> None:
    """As it was sent, or as JSON: a problem is shown and logged where postings must not be."""

    def quote(to_form: Callable[[str], str], received: Received) -> Answer:
        sent = received.body["messages"][-1]["content"]
        quoted = to_form(sent[sent.index("Line Cook") :])[-200:]
        return failure(status, f"bad request: {quoted} is too much for {KEY}")

    for to_form in (str, json.dumps):
        launcher.provider.default = functools.partial(quote, to_form)
        response = patient.extract(TEXT)
        problem = problem_in(response)
        assert problem["status"] != 500
        assert "is too much for ***" in problem["detail"]
        check_words(response.text)
    check_log(patient)


def test_a_provider_that_is_gone_makes_the_service_unready(launcher: Launcher, patient: Running) -> None:
    """It lives, says that it is not ready and when to come again, and answers by problems."""
    launcher.provider.default = Answer(fault="drop")
    ready, alive = patient.client.get("/readyz"), patient.client.get("/healthz")
    assert (problem_in(ready)["code"], alive.status_code) == ("not_ready", 200)
    assert int(ready.headers["retry-after"]) >= 1
    assert KEY not in ready.text
    check_problem(patient.extract(TEXT), FAULTS["dropped"])


def test_a_batch_meets_them_all(patient: Running, launcher: Launcher) -> None:
    """A provider that is down for a while fails no row; a posting's own fault is its row's answer."""
    faults = [None, *(fault for fault in FAULTS.values() if fault.code not in PROVIDERS), None]
    outages = [fault.answer for name, fault in FAMILIES["down"].items() if name.isdigit()][:5]

    def answer(received: Received) -> Answer:
        if outages:
            return outages.pop()
        fault = faults[number_of(received)]
        return completion(GOOD) if fault is None else fault.answer

    launcher.provider.default = answer
    rows = [{"id": f"{n}", "text": f"{TEXT}\nReference number: {n} of many\n"} for n in range(len(faults))]
    batch = submit(patient, rows).json()["id"]
    assert finished(patient, batch)["state"] == "finished"
    codes = {int(id): each["error"] and each["error"]["code"] for id, each in results(patient, batch).items()}
    assert codes == {number: fault and fault.code for number, fault in enumerate(faults)}
    check_log(patient)
    assert [file for file in files_of(launcher.folder) if KEY.encode() in file.read_bytes()] == []


def files_of(folder: Path) -> list[Path]:
    """Whatever the services left behind."""
    return [file for file in folder.rglob("*") if file.is_file()]
