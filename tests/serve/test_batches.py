"""Batches over HTTP: uploaded, worked through by the clerk, there after a kill."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx2

from answers import POSTING, answer_emptily
from provider import Answer, Received

Problems = Callable[[httpx2.Response], dict[str, Any]]
TYPE = {"Content-Type": "application/jsonl"}


def submit(service: Any, rows: Iterable[Any], **headers: str) -> httpx2.Response:
    """Upload rows; text stands as it is."""
    lines = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
    response: httpx2.Response = service.client.post(
        "/batches", content=lines.encode(), headers=TYPE | headers
    )
    return response


def finished(service: Any, id: str, **headers: str) -> dict[str, Any]:
    """A batch's status once it has ended."""
    ends = time.monotonic() + 150
    while time.monotonic() < ends:
        status: dict[str, Any] = service.client.get(f"/batches/{id}", headers=headers).json()
        if status["state"] in ("finished", "failed"):
            return status
        time.sleep(0.1)
    raise AssertionError(f"not finished: {status}")


def results(service: Any, id: str) -> dict[str, Any]:
    """The records by id."""
    lines = service.client.get(f"/batches/{id}/results").text.splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def test_a_batch_is_read(service: Any, make_posting: Any) -> None:
    """Every row is answered once, by a record or an error; the results are Extractions."""
    rows = [
        {"id": "one", "text": make_posting(4001)},
        {"id": "two", "html": f"<p>{make_posting(4002)}</p>", "more": "is passed over"},
        {"id": "three", "text": "   "},
        "this is no JSON\n",
        {"id": "five", "path": "/etc/passwd"},
    ]
    response = submit(service, rows)
    batch = response.json()
    assert response.status_code == 202 and response.headers["location"] == f"/batches/{batch['id']}"
    status = finished(service, batch["id"])
    assert (status["state"], status["rows"], status["answered"], status["results"]) == ("finished", 5, 5, 2)
    assert status["errors"] == {"unreadable": 3} or sum(status["errors"].values()) == 3
    assert status["input_tokens"] == 200
    records = results(service, batch["id"])
    assert records["one"]["posting"] and records["five"]["error"]
    assert "root:" not in json.dumps(records)
    assert batch["id"] in [each["id"] for each in service.client.get("/batches").json()]


def test_the_same_upload_with_a_key_is_one_batch(service: Any, make_posting: Any) -> None:
    """The repeated request is told of the first batch."""
    rows, key = [{"text": make_posting(4010)}], {"Idempotency-Key": "4010"}
    first, second = (submit(service, rows, **key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"] and second.status_code == 202
    assert second.headers["location"] == first.headers["location"]


def test_an_upload_without_rows_is_refused(service: Any, to_problem: Problems) -> None:
    """Nothing, or blank lines, is no batch; an odd day neither; and nothing is left of them."""
    assert to_problem(submit(service, ["\n", " \n"]))["code"] == "invalid_request"
    odd = service.client.post("/batches?today=tomorrow", content=b"{}", headers=TYPE)
    assert to_problem(odd)["status"] == 422


def test_a_deleted_batch_is_gone(service: Any, make_posting: Any) -> None:
    """While it waits or runs, or when it has ended."""
    batch = submit(service, [{"text": make_posting(4020 + n)} for n in range(20)]).json()["id"]
    assert service.client.delete(f"/batches/{batch}").status_code == 204
    for path in (f"/batches/{batch}", f"/batches/{batch}/results"):
        assert service.client.get(path).status_code == 404
    assert service.client.delete(f"/batches/{batch}").status_code == 404


def test_a_batch_survives_a_kill(launch: Any, make_posting: Any) -> None:
    """Killed in mid-batch and started again, the service ends it: each row answered once, none paid twice."""
    asked: list[str] = []

    def answer(received: Received) -> Answer:
        if "chat" not in received.path:
            return Answer({"data": []})
        asked.append(json.dumps(received.body["messages"]))
        time.sleep(0.15)
        return answer_emptily(received)

    launch.provider.default = answer
    rows = [{"id": f"row-{n}", "text": make_posting(4100 + n)} for n in range(60)]
    first = launch(batch_concurrency=2)
    batch = submit(first, rows).json()["id"]
    ends = time.monotonic() + 120
    while time.monotonic() < ends and len(asked) < 10:
        time.sleep(0.05)
    first.kill()
    at_kill = len(asked)
    assert 10 <= at_kill < 50

    second = launch(batch_concurrency=8)
    status = finished(second, batch)
    assert (status["state"], status["answered"], status["results"]) == ("finished", 60, 60)
    lines = second.client.get(f"/batches/{batch}/results").text.splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(row["id"] for row in rows)
    assert len(asked) <= 62 and len(set(asked)) == 60


def test_a_batch_belongs_to_its_key(launch: Any, make_posting: Any) -> None:
    """Others cannot see it; what it costs is its key's; a revoked key's batch stops."""
    mine, other = (launch.command("keys", "add", name, "--budget", "9") for name in ("mine", "other"))
    service = launch(
        EXTRACTOR_INPUT_PRICE="100", EXTRACTOR_OUTPUT_PRICE="500", EXTRACTOR_MAX_OUTPUT_TOKENS="50"
    )
    key = {"Authorization": f"Bearer {mine}"}
    batch = submit(service, [{"text": POSTING}], **key).json()["id"]
    assert finished(service, batch, **key)["cost_usd"] == 0.02
    theirs = {"Authorization": f"Bearer {other}"}
    assert service.client.get(f"/batches/{batch}", headers=theirs).status_code == 404
    assert service.client.delete(f"/batches/{batch}", headers=theirs).status_code == 404
    assert service.client.get("/batches", headers=theirs).json() == []
    assert "mine  in force  no limit  $0.0200 of $9 spent" in launch.command("keys", "list")
