"""Stores that are full, read-only, damaged or shared: postings are answered all the same, or clearly not."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from answers import POSTING
from extractor.model.cache import clear_cache
from extractor.serve.database import Database
from extractor.serve.keys import Keys
from faults.catalogue import GOOD
from provider import Answer, Provider, Received, completion
from serve.conftest import Launcher, Running, launched, posting, problem_in
from serve.test_batches import finished, submit

PROCESSES = Path(__file__).parent / "processes"
# A call costs 0.02; the most that one is thought to cost is set aside.
PRICED = {
    "EXTRACTOR_INPUT_PRICE": "100",
    "EXTRACTOR_OUTPUT_PRICE": "500",
    "EXTRACTOR_MAX_OUTPUT_TOKENS": "50",
}
PRICE_USD = 0.02
NUMBERED = {"EXTRACTOR_STRATEGY": "numbered"}

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="fills the disk of another process by prlimit(2)"),
]


def set_room(pid: int, most_bytes: int) -> None:
    """How long the files of a process may become: at 0 every disk is full for it."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


@contextlib.contextmanager
def full_disk(service: Running) -> Iterator[None]:
    """While the disk is full for a service."""
    set_room(service.process.pid, 0)
    try:
        yield
    finally:
        set_room(service.process.pid, resource.RLIM_INFINITY)


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launched(tmp_path_factory.mktemp("stores"), completion(GOOD)) as launcher:
        yield launcher


@pytest.fixture(scope="module")
def keys(launcher: Launcher) -> Iterator[Keys]:
    """The keys of the service."""
    database = Database(launcher.folder / "state" / "service.db")
    yield Keys(database)
    database.close()


@pytest.fixture(scope="module")
def bearers(keys: Keys) -> dict[str, str]:
    """A key without limits, one with a budget, one with a rate."""
    return {
        "plain": keys.add("plain"),
        "poor": keys.add("poor", budget_usd=10.0),
        "slow": keys.add("slow", requests_a_minute=6000.0),
    }


@pytest.fixture(scope="module")
def service(launcher: Launcher, bearers: dict[str, str]) -> Running:
    """A service whose disk is full now and then."""
    return launcher(**PRICED, **NUMBERED)


@pytest.fixture
def ask(service: Running, bearers: dict[str, str]) -> Callable[..., httpx2.Response]:
    """Asks with a key, which is given by its name."""

    def ask(number: int, name: str, **headers: str) -> httpx2.Response:
        return service.extract(posting(number), Authorization=f"Bearer {bearers[name]}", **headers)

    return ask


def spent_usd(keys: Keys, name: str) -> float:
    """What a key has been charged."""
    return next(key.spent_usd for key in keys.list() if key.name == name)


def is_whole(database: Path) -> bool:
    """Whether SQLite finds nothing amiss."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def test_a_full_disk_costs_no_answer(
    service: Running, launcher: Launcher, keys: Keys, bearers: dict[str, str], ask: Any
) -> None:
    """Who needs nothing written is answered; who does is told so before the model is asked; then all is well.

    What was paid meanwhile is charged when there is room.
    """
    asked = launcher.provider.requests
    assert [ask(1, name).status_code for name in bearers] == [200, 200, 200]
    before, spent = len(asked), spent_usd(keys, "plain")
    bearer = {"Authorization": f"Bearer {bearers['plain']}"}
    with full_disk(service):
        assert ask(2, "plain").json()["posting"]["title"] == "Line Cook"
        refusals = [
            ask(3, "poor"), ask(4, "slow"), ask(5, "plain", Idempotency_Key="5"),
            submit(service, [{"text": posting(6)}], **bearer),
        ]  # fmt: skip
        assert service.client.get("/healthz").status_code == 200
    problems = [problem_in(response) for response in refusals]
    assert {(problem["code"], problem["status"]) for problem in problems} == {("storage", 507)}
    assert len(asked) == before + 1
    answers = [ask(3, "poor"), ask(4, "slow"), ask(5, "plain", Idempotency_Key="5")]
    assert [each.status_code for each in answers] == [200] * 3, [each.text for each in answers]
    assert [each.json()["meta"]["calls"] for each in answers] == [1] * 3
    assert ask(5, "plain", Idempotency_Key="5").headers["idempotency-replayed"] == "true"
    assert spent_usd(keys, "plain") == pytest.approx(spent + 2 * PRICE_USD)
    assert submit(service, [{"text": posting(6)}], **bearer).status_code == 202
    assert "Traceback" not in service.said()


def test_a_disk_that_fills_up_meanwhile_costs_no_answer(
    service: Running, launcher: Launcher, keys: Keys, ask: Any
) -> None:
    """What is paid for is answered, and charged once there is room; its reserve is given back."""

    def answer(received: Received) -> Answer:
        set_room(service.process.pid, 0)
        return completion(GOOD)

    spent = spent_usd(keys, "poor")
    launcher.provider.default = answer
    try:
        response = ask(10, "poor", Idempotency_Key="10")
    finally:
        launcher.provider.default = completion(GOOD)
        set_room(service.process.pid, resource.RLIM_INFINITY)
    assert response.json()["posting"]["title"] == "Line Cook"
    assert ask(11, "poor").status_code == 200
    assert spent_usd(keys, "poor") == pytest.approx(spent + 2 * PRICE_USD)
    with contextlib.closing(sqlite3.connect(launcher.folder / "state" / "service.db")) as db:
        assert db.execute("SELECT count(*) FROM reserves").fetchone() == (0,)
    # The answer could not be kept under its key: until the claim ends nobody may be the first again.
    assert ask(10, "poor", Idempotency_Key="10").status_code == 409


def test_nothing_is_left_half_written(service: Running, launcher: Launcher) -> None:
    """Databases are whole, no text lies beside the cache's, no upload beside the batches."""
    assert is_whole(launcher.folder / "state" / "service.db")
    assert is_whole(launcher.folder / "cache" / "replies" / "cache.db")
    assert list((launcher.folder / "cache").rglob("*.val")) == []
    assert list((launcher.folder / "state" / "batches").rglob("upload")) == []


def test_a_batch_waits_for_room(service: Running, launcher: Launcher, bearers: dict[str, str]) -> None:
    """Where its ledger cannot be written it is not failed for good, but says why it waits, and goes on."""
    bearer = {"Authorization": f"Bearer {bearers['plain']}"}
    batch = submit(service, [{"id": "one", "text": posting(20)}], **bearer).json()["id"]
    obstacle = launcher.folder / "state" / "batches" / batch / "output.jsonl.ledger"
    obstacle.mkdir()
    status: dict[str, Any] = {}
    while not status.get("message"):
        time.sleep(0.1)
        status = service.client.get(f"/batches/{batch}", headers=bearer).json()
    assert status["state"] == "queued"
    assert "ledger" in status["message"]
    obstacle.rmdir()
    state = Database(launcher.folder / "state" / "service.db")
    with contextlib.closing(state), state.changing() as db:
        db.execute("UPDATE batches SET not_before = 0")  # it would be looked at again in a minute
    assert finished(service, batch, **bearer)["results"] == 1


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


def run(launcher: Launcher, *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    """An `extractor` command, for which permissions hold."""
    environment = launcher.environment(**NUMBERED, **variables, PYTHONPATH=PROCESSES, WITHOUT_PRIVILEGES=1)
    return subprocess.run(
        [sys.executable, "-m", "extractor", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_a_state_that_cannot_be_written_is_said_at_start(launcher: Launcher, locked: Path) -> None:
    """In one sentence, with the exit status of storage; one that is there is left as it was."""
    done = run(launcher, "serve", "--port", "0", "--state-dir", str(locked / "state"))
    assert (done.returncode, done.stderr.count("\n")) == (10, 1)
    assert "cannot be used" in done.stderr
    locked.chmod(0o700)
    Database(locked / "service.db").close()
    before = (locked / "service.db").read_bytes()
    (locked / "service.db").chmod(0o400)
    locked.chmod(0o500)
    done = run(launcher, "serve", "--port", "0", "--state-dir", str(locked))
    assert (done.returncode, done.stderr.count("\n")) == (10, 1)
    assert (locked / "service.db").read_bytes() == before


def test_a_read_only_cache_costs_a_warning(launcher: Launcher, locked: Path, tmp_path: Path) -> None:
    """The command reads the posting all the same; nothing is left in the folder."""
    text = tmp_path / "cook.txt"
    text.write_text(POSTING)
    done = run(launcher, "extract", str(text), EXTRACTOR_CACHE_DIR=locked)
    assert json.loads(done.stdout)["posting"]["title"] == "Line Cook"
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert 1 <= done.stderr.count("going on without") <= 2  # replies, extractions
    assert list(locked.iterdir()) == []


def test_an_output_that_cannot_be_written_is_said_at_once(
    launcher: Launcher, locked: Path, tmp_path: Path
) -> None:
    """Before anything is asked or paid for."""
    text = tmp_path / "cook.txt"
    text.write_text(POSTING)
    before = len(launcher.provider.requests)
    done = run(launcher, "batch", str(text), "-o", str(locked / "out.jsonl"))
    assert done.returncode == 10
    assert "Traceback" not in done.stderr
    assert len(launcher.provider.requests) == before


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Path, list[Running]]]:
    """Two services with one cache, and states of their own; neither has privileges."""
    with launched(tmp_path_factory.mktemp("pair"), completion(GOOD)) as launcher:
        services = [
            launcher(
                state_dir=launcher.folder / name, PYTHONPATH=PROCESSES, WITHOUT_PRIVILEGES=1, answers_mb=0,
                **NUMBERED,
            )
            for name in ("one", "other")
        ]  # fmt: skip
        yield launcher.provider, launcher.folder, services


@pytest.mark.slow
def test_two_services_ask_once(pair: tuple[Provider, Path, list[Running]]) -> None:
    """Whoever is asked, and however many at once: a posting's call is made and paid once."""
    provider, _, services = pair
    provider.requests.clear()
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: services[n % 2].extract(posting(n // 2 % 2)), range(16)))
    assert {each.status_code for each in told} == {200}
    assert sum(each.json()["meta"]["calls"] for each in told) == len(provider.requests) == 2


@pytest.mark.slow
def test_who_dies_with_a_call_holds_up_nobody(pair: tuple[Provider, Path, list[Running]]) -> None:
    """Killed while the other waits for its answer: the other asks itself."""
    provider, _, (one, other) = pair
    is_asked, goes_on = threading.Event(), threading.Event()

    def answer(received: Received) -> Answer:
        if not is_asked.is_set():
            is_asked.set()
            goes_on.wait(60)
        return completion(GOOD)

    provider.default = answer
    with ThreadPoolExecutor(2) as pool:
        lost = pool.submit(one.extract, posting(2000))
        assert is_asked.wait(60)
        waiting = pool.submit(other.extract, posting(2000))
        one.kill()
        goes_on.set()
        assert waiting.result().status_code == 200
        with pytest.raises(httpx2.HTTPError):
            lost.result()


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["cleared", "damaged", "gone", "read-only"])
def test_a_cache_that_is_harmed_under_them_costs_no_answer(
    pair: tuple[Provider, Path, list[Running]], harm: str
) -> None:
    """Who uses it goes on, with it or without it."""
    _, folder, services = pair
    replies = folder / "cache" / "replies"
    match harm:
        case "cleared":
            clear_cache(replies)
        case "read-only":
            replies.chmod(0o500)
        case "damaged":
            os.truncate(replies / "cache.db", (replies / "cache.db").stat().st_size // 2)
        case "gone":
            clear_cache(replies)
            for file in replies.glob("cache.db*"):
                file.unlink()
    try:
        for service in services[1:]:  # the first one was killed above
            response = service.extract(posting(1000))
            assert response.status_code == 200, response.text
            assert response.json()["posting"]["title"] == "Line Cook"
            assert "Traceback" not in service.said()
    finally:
        replies.chmod(0o700)
