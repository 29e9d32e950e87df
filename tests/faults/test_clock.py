"""The wall clock is set, back or forward, while something waits: what lasts moments does not notice."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from answers import POSTING
from extractor import Extractor, Settings
from extractor.batch.gate import Gate
from extractor.batch.quota import Limits
from extractor.model.waits import asked_wait_s
from extractor.serve.batches import LONGEST_WAIT_S, Batches
from extractor.serve.database import Database
from extractor.serve.keys import Caller, Keys
from extractor.serve.problems import Problem
from extractor.serve.replays import Claim, Replays
from faults.catalogue import GOOD, KEY
from faults.test_batch import Batches as Runs
from provider import Answer, Provider, Received, completion
from serve.conftest import Launcher, Running, launched, problem_in

HOUR_S, DAY_S = 3600.0, 86_400.0
JUMPS = pytest.mark.parametrize("jump_s", [-400 * DAY_S, -HOUR_S, HOUR_S, 400 * DAY_S])
CLAIM = Claim("", "key", b"fingerprint")


class Clock:
    """The wall clock of this process, which can be set."""

    def __init__(self) -> None:
        self._time = time.time
        self.offset_s = 0.0

    def __call__(self) -> float:
        """Seconds since 1970, as far as anybody knows."""
        return self._time() + self.offset_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the code under test looks at."""
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A service's state."""
    database = Database(tmp_path / "service.db")
    yield database
    database.close()


def refusal(call: Any) -> Problem:
    """The problem that a call raises."""
    with pytest.raises(Problem) as caught:
        call()
    return caught.value


@JUMPS
def test_a_keys_rate_holds(clock: Clock, database: Database, jump_s: float) -> None:
    """Nobody is shut out until the date comes again, and nobody gets another minute's requests for it."""
    keys = Keys(database)
    bearer = f"Bearer {keys.add('few', requests_a_minute=2)}"
    for _ in range(2):
        keys.admit(bearer, is_open=False)
    clock.offset_s = jump_s
    problem = refusal(lambda: keys.admit(bearer, is_open=False))
    assert (problem.code, 1 <= int(problem.headers["Retry-After"]) <= 60) == ("too_many_requests", True)


@pytest.mark.parametrize("at_s", [1e9, 4e9])
def test_a_machine_that_started_anew_has_another_clock(database: Database, at_s: float) -> None:
    """A key that was used before waits for one request's share of the minute, not for the old clock."""
    keys = Keys(database)
    bearer = f"Bearer {keys.add('few', requests_a_minute=600)}"
    with database.changing() as db:
        db.execute("UPDATE keys SET free_at = ?", (at_s,))
        db.execute("INSERT INTO reserves (key, usd, expires) VALUES ('0', 9, ?)", (at_s,))
    problem = refusal(lambda: keys.admit(bearer, is_open=False))
    assert problem.headers["Retry-After"] == "1"
    with database.changing() as db:
        db.execute("UPDATE keys SET free_at = 0, budget_usd = 10")
    caller = keys.admit(bearer, is_open=False)
    assert keys.reserve(caller, 9.0, 60.0) > 0


@JUMPS
def test_a_reserve_holds(clock: Clock, database: Database, jump_s: float) -> None:
    """As long as its request is under way: the budget is not spent twice, and charged in the end."""
    keys = Keys(database)
    bearer = f"Bearer {keys.add('poor', budget_usd=1.0)}"
    caller = keys.admit(bearer, is_open=False)
    reserve = keys.reserve(caller, 0.7, 600.0)
    clock.offset_s = jump_s
    assert refusal(lambda: keys.reserve(caller, 0.7, 600.0)).code == "too_many_requests"
    keys.settle(caller, reserve, None, is_known=False)  # broken off: the whole of it
    assert keys.left_usd(caller.id) == pytest.approx(0.3)


@JUMPS
def test_a_claim_holds(clock: Clock, database: Database, jump_s: float) -> None:
    """A request under way is not carried out a second time; that of a worker that died is, in time."""
    replays = Replays(database, DAY_S, 600.0)
    assert replays.begin(CLAIM, 600.0) is None
    clock.offset_s = jump_s
    assert refusal(lambda: replays.begin(CLAIM, 600.0)).code == "conflict"
    replays.abandon(CLAIM)
    assert replays.begin(CLAIM, -11.0) is None  # of a worker that died long ago
    assert replays.begin(CLAIM, 600.0) is None


def test_an_answer_is_kept_a_day_by_the_date(clock: Clock, database: Database) -> None:
    """A date that was ahead does not make it stay for years, nor one that goes back an hour make it go."""
    replays = Replays(database, DAY_S, 600.0)
    clock.offset_s = 400 * DAY_S
    replays.begin(CLAIM, 600.0)
    replays.finish(CLAIM, Response(b"{}", 200))
    for offset_s in (400 * DAY_S - HOUR_S, 0.0, DAY_S - HOUR_S):
        clock.offset_s = offset_s
        assert replays.begin(CLAIM, 600.0) is not None
    clock.offset_s = DAY_S + HOUR_S
    assert replays.begin(CLAIM, 600.0) is None


@JUMPS
def test_a_batch_that_waits_is_not_forgotten(
    clock: Clock, database: Database, tmp_path: Path, jump_s: float
) -> None:
    """It is looked at again within the time that it was to wait; batches go by arrival, not by date."""
    batches = Batches(database, tmp_path / "batches")
    ids = []
    for _ in range(2):
        id, upload = batches.open_upload(9)
        upload.write_bytes(b'{"text": "x"}\n')
        batches.submit(id, Caller(), None, 1000)
        ids.append(id)
        clock.offset_s += jump_s
    batches.mark(ids[0], "queued", "the provider is down", LONGEST_WAIT_S)
    due = batches.next_due()
    assert due is not None
    assert due["id"] == ids[1]
    assert [status.id for status in batches.list(Caller())] == ids[::-1]
    clock.offset_s += jump_s
    due = batches.next_due()
    assert due is not None
    assert due["id"] == ids[0]


@JUMPS
def test_a_run_keeps_its_pace(
    clock: Clock, tmp_path: Path, jump_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock jumps at every look at it: each row is answered once, and the limits are the provider's."""
    jumps = itertools.cycle([jump_s, 0.0])
    monkeypatch.setattr(time, "time", lambda: clock() + next(jumps))
    slow = {"x-ratelimit-limit-requests": "100", "x-ratelimit-remaining-requests": "99"}
    with Provider(completion(GOOD, headers=slow | {"x-ratelimit-reset-requests": "0.6s"})) as server:
        server.add(completion(GOOD), Answer({}, 429, {"Retry-After": "0.1"}))
        runs = Runs(tmp_path, server, ["x"] * 6)
        assert runs.run(patience_s=30.0, concurrency=2) == 0
        assert runs.codes() == {f"row {number}": None for number in range(6)}
        assert len(server.requests) == 7


def test_a_gate_waits_on_another_clock(clock: Clock) -> None:
    """A pause that the provider asked for ends when it should, whatever the date says."""
    gate = Gate(4, limits=Limits(rpm=6000))
    started = time.monotonic()

    async def enter() -> None:
        gate._pause(0.2, "asked to")
        clock.offset_s = -400 * DAY_S
        await gate.enter()

    asyncio.run(enter())
    assert 0.15 < time.monotonic() - started < 30


@pytest.mark.parametrize("off_s", [-HOUR_S, HOUR_S])
@pytest.mark.parametrize("name", ["Retry-After", "x-ratelimit-reset-requests"])
def test_a_date_to_wait_for_counts_from_the_answers_own(name: str, off_s: float) -> None:
    """Whose clock is wrong does not matter: both dates are by the provider's."""
    now = time.time() + off_s
    moment = formatdate(now + 20, usegmt=True) if name == "Retry-After" else str(int(now) + 20)
    wait_s = asked_wait_s({name: moment, "Date": formatdate(now, usegmt=True)})
    assert wait_s is not None
    assert 19 <= wait_s <= 21


@pytest.mark.parametrize("date", ["yesterday", "", "Fri, 99 Foo 2027 08:00:00 GMT", "0"])
def test_an_answer_without_a_date_counts_from_ours(date: str) -> None:
    """So does one whose date is none."""
    moment = formatdate(time.time() + 20, usegmt=True)
    wait_s = asked_wait_s({"Retry-After": moment, "date": date})
    assert wait_s is not None
    assert 18 <= wait_s <= 21


@JUMPS
def test_what_is_kept_is_found(clock: Clock, tmp_path: Path, jump_s: float) -> None:
    """Replies and extractions do not age by the date: nothing is asked twice."""
    with Provider(completion(GOOD)) as server:
        told = Settings(
            base_url=server.base_url, model="m", api_key=KEY, strategy="numbered", cache_dir=tmp_path
        )  # type: ignore[arg-type]
        for offset_s in (0.0, jump_s):
            clock.offset_s = offset_s
            with Extractor(told) as extractor:
                assert extractor.extract(POSTING, id="1").posting is not None
        assert len(server.requests) == 1


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launched(tmp_path_factory.mktemp("clock"), completion(GOOD)) as launcher:
        yield launcher


@pytest.mark.timeout(240)
def test_a_service_goes_on(launcher: Launcher, tmp_path: Path) -> None:
    """In a process whose clock is set while a request is under way: one answer, once, and a wait by date."""
    offset = tmp_path / "offset"
    offset.write_text("0")
    service: Running = launcher(
        PYTHONPATH=Path(__file__).parent / "processes", CLOCK_OFFSET_FILE=offset, EXTRACTOR_MAX_ATTEMPTS="2",
        EXTRACTOR_STRATEGY="numbered",
    )  # fmt: skip
    is_asked, goes_on = threading.Event(), threading.Event()

    def answer(received: Received) -> Answer:
        is_asked.set()
        goes_on.wait(60)
        return completion(GOOD)

    launcher.provider.default = answer
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(service.extract, Idempotency_Key="1")
        assert is_asked.wait(60)
        for jump_s in (400 * DAY_S, -400 * DAY_S):
            offset.write_text(str(jump_s))
            assert problem_in(service.extract(Idempotency_Key="1"))["code"] == "conflict"
        goes_on.set()
        answered = first.result()
    assert answered.status_code == 200
    again = service.extract(Idempotency_Key="1")
    assert (again.content, again.headers["idempotency-replayed"]) == (answered.content, "true")
    assert service.extract().json()["meta"]["calls"] == 0
    assert len(launcher.provider.requests) == 1

    # By the service's clock the moment is a year away, by the provider's a second.
    launcher.provider.add(Answer({}, 429, {"Retry-After": formatdate(time.time() + 1, usegmt=True)}))
    assert service.extract(POSTING + "Another").json()["meta"]["calls"] == 2
