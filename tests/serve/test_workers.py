"""Several workers are one service: limits, answers and counts are shared, and one that dies is replaced."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def ask(service: Any, text: str, **headers: str) -> httpx2.Response:
    """A request over a connection of its own, so that any worker may get it."""
    with httpx2.Client(base_url=service.url, timeout=60, trust_env=False) as client:
        return client.post(
            "/extract", content=text.encode(), headers={"Content-Type": "text/plain"} | headers
        )


def test_workers_are_one_service(launch: Any, make_posting: Any) -> None:
    """Each posting is asked about once, a key's limit holds over all, a killed worker is replaced, and
    the end leaves nobody behind."""
    key = launch.command("keys", "add", "few", "--requests-a-minute", "26")
    service = launch("--workers", "2")
    bearer = {"Authorization": f"Bearer {key}"}
    workers = children(service.process.pid)
    assert len(workers) == 2

    started = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda n: ask(service, make_posting(5000 + n % 3), **bearer), range(24)))
    assert Counter(each.status_code for each in told) == {200: 24}
    assert len([each for each in launch.provider.requests if each.method == "POST"]) == 3
    assert sum(each.json()["meta"]["calls"] for each in told) == 3

    statuses = Counter(ask(service, make_posting(5000), **bearer).status_code for _ in range(40))
    seconds = time.monotonic() - started
    assert 26 <= 24 + statuses[200] <= 27 + seconds * 26 / 60
    assert statuses[429] == 40 - statuses[200] > 0

    other = {"Authorization": f"Bearer {launch.command('keys', 'add', 'counter')}"}
    counts = service.client.get("/metrics", headers=other).text
    answered = [line for line in counts.splitlines() if 'route="/extract",status="200"' in line]
    assert float(answered[0].split()[-1]) == 24 + statuses[200]

    os.kill(workers[0], signal.SIGKILL)
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        now = children(service.process.pid)
        if len(now) == 2 and workers[0] not in now:
            break
        time.sleep(0.1)
    assert ask(service, make_posting(5001), **other).status_code == 200

    everyone = children(service.process.pid)
    service.terminate()
    assert service.process.wait(60) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in everyone)


def test_what_was_read_is_known_to_other_processes(launch: Any, make_posting: Any) -> None:
    """A worker, or a service started later, reads no posting that another one has read."""
    body = {"text": make_posting(5010), "options": {"include_text": True}}
    first = launch()
    told = first.client.post("/extract", json=body).json()
    first.terminate()
    first.process.wait(60)
    shutil.rmtree(launch.folder / "cache" / "replies")
    again = launch().client.post("/extract", json=body).json()
    meta = again.pop("meta")
    assert (meta["cached"], meta["calls"], told.pop("meta")["calls"]) == (True, 0, 1)
    assert again == told and again["text"] == make_posting(5010)
    assert len([each for each in launch.provider.requests if each.method == "POST"]) == 1
