"""Rules of the reply cache: hits are free, one call a digest, no failure kept, never in the way."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import pickle
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import diskcache
import pytest
from pydantic import BaseModel, ConfigDict

from extractor.errors import RateLimited, StorageError
from extractor.model.base import charge, usage_of
from extractor.model.cache import Cached, TextDisk, clear_cache, read_stats
from extractor.model.scripted import Scripted
from extractor.records import Message, Reply, Request, Usage

LIMIT = 10_000_000
PAID = Usage(calls=1, input_tokens=100, output_tokens=20, cost_usd=0.01)


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str | None


def ask_for(text: str = "posting") -> Request:
    return Request((Message("user", text),), Answer, "m", "http://host/v1")


def reply(title: str = "Cook") -> Reply:
    return Reply(text=json.dumps({"title": title}), model="m-1", usage=PAID, seconds=3.0)


class Slow:
    """Counts calls and answers after a moment, so that others can come meanwhile."""

    def __init__(self, answer: Callable[[Request], Reply], delay_s: float = 0.1) -> None:
        self.calls = 0
        self.cancelled = 0
        self._answer = answer
        self._delay_s = delay_s

    async def ask(self, request: Request) -> Reply:
        self.calls += 1
        try:
            await asyncio.sleep(self._delay_s)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self._answer(request)

    async def aclose(self) -> None:
        """Nothing to close."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "replies"


def ask_once(model: Any, folder: Path, request: Request | None = None) -> Reply:
    async def run() -> Reply:
        cached = Cached(model, folder, LIMIT)
        try:
            return await cached.ask(request or ask_for())
        finally:
            await cached.aclose()

    return asyncio.run(run())


@pytest.fixture
def filled(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of a cache with one entry, to be damaged."""
    ask_once(Scripted([reply()]), folder)
    database = sqlite3.connect(folder / "cache.db", isolation_level=None)
    yield database
    database.close()


def test_a_hit_costs_nothing_and_says_so(folder: Path) -> None:
    """The second equal request is answered from disk: cached, no calls, no tokens, no dollars."""
    model = Scripted([reply()])
    first, second = ask_once(model, folder), ask_once(model, folder)
    assert (first.cached, first.usage) == (False, PAID)
    assert (second.cached, second.usage) == (True, Usage(cost_usd=0.0))
    assert (second.text, second.model) == (first.text, first.model)


def test_another_request_misses(folder: Path) -> None:
    """The digest decides: another text is another question."""
    model = Scripted([reply("Cook"), reply("Nurse")])
    ask_once(model, folder)
    assert ask_once(model, folder, ask_for("other")).text == '{"title": "Nurse"}'


def test_failures_are_not_kept(folder: Path) -> None:
    """An error reaches the caller with what it cost, and the next request asks again."""
    model = Scripted([charge(RateLimited("slow down", 3.0), PAID), reply()])
    with pytest.raises(RateLimited) as failed:
        ask_once(model, folder)
    assert (usage_of(failed.value), failed.value.retry_after_s) == (PAID, 3.0)
    assert not ask_once(model, folder).cached


def test_equal_requests_of_tasks_make_one_call(folder: Path) -> None:
    """Of many tasks with one request one pays; the others get the same reply for nothing."""
    model = Slow(lambda _: reply())

    async def run() -> list[Reply]:
        cached = Cached(model, folder, LIMIT)
        replies = await asyncio.gather(*(cached.ask(ask_for()) for _ in range(20)))
        await cached.aclose()
        return list(replies)

    replies = asyncio.run(run())
    assert model.calls == 1
    assert sum(each.usage.calls for each in replies) == 1
    assert [each.cached for each in replies].count(False) == 1


def test_waiting_tasks_share_a_failure_and_its_cost_once(folder: Path) -> None:
    """A failed call is not made again for each that waited for it, nor its cost counted again."""

    def fail(_: Request) -> Reply:
        raise charge(RateLimited("slow down", 3.0), PAID)

    model = Slow(fail)

    async def run() -> list[Any]:
        cached = Cached(model, folder, LIMIT)
        asks = (cached.ask(ask_for()) for _ in range(5))
        outcomes = await asyncio.gather(*asks, return_exceptions=True)
        await cached.aclose()
        return outcomes

    errors = asyncio.run(run())
    assert model.calls == 1
    assert all(isinstance(error, RateLimited) and error.retry_after_s == 3.0 for error in errors)
    assert sum(usage_of(error).calls for error in errors) == 1


def test_a_cancelled_task_does_not_take_the_call_from_others(folder: Path) -> None:
    """Who asked first may leave; the call goes on for whoever waits, who then bears its cost."""
    model = Slow(lambda _: reply())

    async def run() -> Reply:
        cached = Cached(model, folder, LIMIT)
        first = asyncio.create_task(cached.ask(ask_for()))
        await asyncio.sleep(0.03)
        second = asyncio.create_task(cached.ask(ask_for()))
        await asyncio.sleep(0)
        first.cancel()
        answer = await second
        await cached.aclose()
        return answer

    answer = asyncio.run(run())
    assert (model.calls, model.cancelled) == (1, 0)
    assert answer.usage == PAID


def test_the_last_to_leave_cancels_the_call(folder: Path) -> None:
    """A call that nobody waits for any more is stopped, and its lock is free again."""
    model = Slow(lambda _: reply(), delay_s=30)

    async def run() -> None:
        cached = Cached(model, folder, LIMIT)
        asking = asyncio.create_task(cached.ask(ask_for()))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await cached.aclose()

    asyncio.run(run())
    assert model.cancelled == 1
    assert ask_once(Scripted([reply()]), folder).usage == PAID


def test_equal_requests_of_threads_make_one_call(folder: Path) -> None:
    """Threads with event loops and caches of their own share one call."""
    model = Slow(lambda _: reply())
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda: replies.append(ask_once(model, folder))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.calls == 1
    assert sorted(each.cached for each in replies) == [False, True, True, True]


TESTS = str(Path(__file__).parent.parent)
ASKING_PROCESS = """
    import sys
    sys.path.insert(0, {tests!r})
    from model.test_cache import *

    def answer(request):
        with open({log!r}, "a") as log:
            log.write("call\\n")
        return reply()

    print(ask_once(Slow(answer, {delay_s}), Path({folder!r})).cached)
"""


def start_asking(folder: Path, log: Path, delay_s: float) -> subprocess.Popen[str]:
    """A process of its own that asks, and writes a line to `log` for each call it makes."""
    source = ASKING_PROCESS.format(tests=TESTS, log=str(log), folder=str(folder), delay_s=delay_s)
    command = [sys.executable, "-c", textwrap.dedent(source)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_equal_requests_of_processes_make_one_call(folder: Path, tmp_path: Path) -> None:
    """Processes that share a cache folder share one call."""
    asking = [start_asking(folder, tmp_path / "calls", 0.5) for _ in range(3)]
    cached = [process.communicate(timeout=50)[0].strip() for process in asking]
    assert (tmp_path / "calls").read_text() == "call\n"
    assert sorted(cached) == ["False", "True", "True"]


@pytest.mark.slow
def test_a_killed_process_leaves_no_lock_behind(folder: Path, tmp_path: Path) -> None:
    """Where the asking process is killed in the middle of its call, the next one asks at once."""
    with start_asking(folder, tmp_path / "calls", 60) as asking:
        lock = folder / "flights" / f"{ask_for().digest}.lock"
        while not lock.exists() and asking.poll() is None:
            time.sleep(0.05)
        asking.kill()
    assert ask_once(Scripted([reply()]), folder).usage == PAID


@pytest.mark.parametrize(
    "damage",
    [
        "not json",
        "[]",
        "{}",
        json.dumps({"format": 1, "sha256": "0", "text": '{"title": "Forged"}', "model": "m"}),
    ],
)
def test_a_corrupt_entry_is_dropped_and_asked_again(
    folder: Path, filled: sqlite3.Connection, damage: str
) -> None:
    """What does not check out is no hit; the fresh reply takes its place."""
    filled.execute("UPDATE Cache SET value = ?", (damage,))
    model = Scripted([reply("Nurse")])
    assert ask_once(model, folder).text == '{"title": "Nurse"}'
    assert ask_once(model, folder).cached


def test_a_pickle_in_the_cache_is_never_loaded(
    folder: Path, filled: sqlite3.Connection, tmp_path: Path
) -> None:
    """A planted pickle does not run; the entry counts as missing."""

    class Bomb:
        def __reduce__(self) -> Any:
            return (os.mkdir, (str(tmp_path / "exploded"),))

    filled.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Bomb()),))
    assert not ask_once(Scripted([reply()]), folder).cached
    assert not (tmp_path / "exploded").exists()


def test_an_entry_of_another_shape_is_asked_again(folder: Path) -> None:
    """A kept text that the response model no longer accepts is no hit."""
    with diskcache.Cache(str(folder), disk=TextDisk) as store:
        ask_once(Scripted([reply()]), folder)
        entry = json.loads(store[ask_for().digest])
        text = '{"title": 7}'
        entry |= {"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        store[ask_for().digest] = json.dumps(entry)
    assert ask_once(Scripted([reply()]), folder).text == '{"title": "Cook"}'


def test_large_and_foreign_text_comes_back_as_it_was(folder: Path) -> None:
    """Big entries live in files beside the database; every character survives."""
    title = "Köchin 👩‍🍳 \u2028" * 10_000
    model = Scripted([reply(title)])
    ask_once(model, folder)
    assert json.loads(ask_once(model, folder).text) == {"title": title}


@pytest.mark.parametrize("obstacle", ["file in the way", "not a database"])
def test_a_folder_that_cannot_be_used_costs_one_warning(
    folder: Path, obstacle: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The reply arrives all the same, and the log says once what to do."""
    if obstacle == "file in the way":
        folder.write_text("")
    else:
        folder.mkdir()
        (folder / "cache.db").write_bytes(b"garbage" * 1000)
    model = Scripted([reply(), reply()])
    with caplog.at_level(logging.WARNING):
        assert ask_once(model, folder).usage == PAID
    assert [record.message.count("cache clear") for record in caplog.records] == [1]


FULL_DISK = """
    import resource, sys, logging
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from model.test_cache import *
    folder = Path({folder!r})
    ask_once(Scripted([reply()]), folder)
    logging.basicConfig(format="%(message)s")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    model = Scripted([reply("x" * 100_000), reply("y" * 100_000)])
    async def run():
        cached = Cached(model, folder, LIMIT)
        for text in "ab":
            print(len((await cached.ask(ask_for(text))).text))
    asyncio.run(run())
"""


@pytest.mark.slow
def test_a_full_disk_loses_no_paid_reply(folder: Path) -> None:
    """Where nothing more can be written, replies are returned, with one warning."""
    source = textwrap.dedent(FULL_DISK.format(tests=TESTS, folder=str(folder)))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=50)
    assert done.stdout.split() == ["100013", "100013"], done.stderr
    assert done.stderr.count("going on without the reply cache") == 1


def test_the_size_limit_holds(folder: Path) -> None:
    """Old replies make room for new ones."""
    model = Scripted(lambda _: reply("x" * 50_000))

    async def run() -> None:
        cached = Cached(model, folder, 1_000_000)
        for number in range(60):
            await cached.ask(ask_for(str(number)))
        assert (await cached.ask(ask_for("59"))).cached
        await cached.aclose()

    asyncio.run(run())
    stats = read_stats(folder, 1_000_000)
    assert stats.bytes < 1_200_000
    assert 5 < stats.entries < 25


def test_stats_and_clear(folder: Path) -> None:
    """Stats count what is there; clear empties it and says how much that was."""
    assert read_stats(folder, LIMIT).entries == 0
    assert not folder.exists()
    ask_once(Scripted([reply()]), folder)
    assert read_stats(folder, LIMIT).entries == 1
    assert clear_cache(folder) == 1
    assert read_stats(folder, LIMIT).entries == 0
    assert not ask_once(Scripted([reply()]), folder).cached


def test_clear_mends_a_damaged_cache(folder: Path) -> None:
    """A database that cannot be opened is an error to stats, and gone after clear."""
    folder.mkdir()
    (folder / "cache.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageError, match="cannot be read"):
        read_stats(folder, LIMIT)
    clear_cache(folder)
    assert read_stats(folder, LIMIT).entries == 0


def test_no_lock_files_pile_up(folder: Path) -> None:
    """Each call's lock is removed with it."""
    ask_once(Scripted([reply()]), folder)
    assert list((folder / "flights").iterdir()) == []
