"""Rules of the embedded server: one for all processes, there while needed, gone after."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

from extractor.errors import ReplyTimeout, SettingsError, StorageError, TransportError, WeightsError
from extractor.model.base import Progress, usage_of
from extractor.model.cores import physical_cores
from extractor.model.embedded import Embedded
from extractor.model.landlord import Landlord, running_server
from extractor.model.tenancy import Tenancy
from extractor.records import Message, Reply, Request
from extractor.settings import Settings

pytestmark = pytest.mark.slow


class Answer(BaseModel):
    title: str


def ask_for(text: str) -> Request:
    return Request((Message("user", text),), Answer, "own", "embedded")


class House:
    """A cache folder with a stand-in for the embedded server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "starts"
        self.log.touch()

    def settings(self, model: str = "own", **changed: Any) -> Settings:
        path = self.folder / f"{model}.gguf"
        weights = b"GGUF" + model.encode()
        if not path.exists() or path.read_bytes() != weights:  # another process may be reading it
            path.write_bytes(weights)
        given = {"model_path": path, "cache_dir": self.folder, "model_linger_s": 0.0, "deadline_s": 40.0}
        return Settings(**{**given, **changed})

    @property
    def command(self) -> tuple[str, ...]:
        return (sys.executable, str(Path(__file__).with_name("standin_server.py")), str(self.log))

    @property
    def starts(self) -> int:
        return len(self.log.read_text().splitlines())

    def model(self, *, on_progress: Any = None, **settings: Any) -> Embedded:
        return Embedded(self.settings(**settings), on_progress, command=self.command)

    def landlord(self, **settings: Any) -> Landlord:
        return Landlord(self.settings(**settings), command=self.command)

    def ask(self, text: str = "who", **options: Any) -> Reply:
        async def run() -> Reply:
            model = self.model(**options)
            try:
                return await model.ask(ask_for(text))
            finally:
                await model.aclose()

        return asyncio.run(run())

    def await_end(self, within_s: float = 20.0) -> bool:
        """Whether the server ends by itself."""
        tenancy = Tenancy(self.settings().server_dir)
        ends = time.monotonic() + within_s
        while tenancy.has_server() and time.monotonic() < ends:
            time.sleep(0.05)
        return not tenancy.has_server()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose server is stopped in the end, whatever the test did."""
    house = House(tmp_path)
    yield house
    tenancy = Tenancy(house.settings().server_dir)
    left = tenancy.running() if tenancy.folder.exists() else None
    if left:
        tenancy.stop(left)


def test_the_first_question_starts_the_server_and_the_next_uses_it(house: House) -> None:
    """Models one after another, and two at once, are answered by the same process; at no cost."""
    first = house.ask(model_linger_s=30.0)
    second = house.ask(model_linger_s=30.0)
    assert first.text == second.text
    assert house.starts == 1
    assert (first.usage.calls, first.usage.cost_usd) == (1, 0.0)


CLIENT_PROCESS = """
    import sys, time
    from pathlib import Path
    from extractor.model.landlord import Landlord
    from extractor.settings import Settings

    settings = Settings(model_path={path!r}, cache_dir={folder!r}, model_linger_s={linger_s})
    connection = Landlord(settings, command={command!r}).connect()
    print(connection.server.pid, flush=True)
    time.sleep({stay_s})
"""


def start_client(house: House, linger_s: float, stay_s: float) -> subprocess.Popen[str]:
    """A process of its own that uses the server for a while and ends without closing anything."""
    settings = house.settings()
    source = CLIENT_PROCESS.format(
        path=str(settings.model_path),
        folder=str(house.folder),
        linger_s=linger_s,
        command=house.command,
        stay_s=stay_s,
    )
    command = [sys.executable, "-c", textwrap.dedent(source)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_that_come_at_once_share_one_server(house: House) -> None:
    """Three processes that all find nothing start one server, which ends after the last of them."""
    clients = [start_client(house, linger_s=3.0, stay_s=0.0) for _ in range(3)]
    pids = {client.communicate(timeout=50)[0] for client in clients}
    assert house.starts == 1
    assert len(pids) == 1
    assert house.await_end()


def test_the_server_ends_when_its_client_is_killed(house: House) -> None:
    """After kill -9 of the only client the server does not stay."""
    with start_client(house, linger_s=0.0, stay_s=60.0) as client:
        assert client.stdout
        assert client.stdout.readline()
        client.kill()
    assert house.await_end()
    assert running_server(house.settings()) is None


def test_the_server_stays_while_one_client_does(house: House) -> None:
    """A lease outlives those of others; the last one's wish to linger counts."""
    landlord = house.landlord()
    held = landlord.connect()
    house.ask()
    time.sleep(2.5)
    assert landlord.is_alive(held.server)
    held.close()
    assert house.await_end()


def test_a_server_that_died_is_replaced(house: House) -> None:
    """A crash in the middle of a call is mended by a new server; both calls are counted."""
    reply = house.ask("die once")
    assert house.starts == 2
    assert reply.usage.calls == 2


def test_a_server_that_dies_over_a_request_twice_is_an_error(house: House) -> None:
    """The error says where the log is, what to try, and counts both calls."""
    with pytest.raises(TransportError, match="EXTRACTOR_MODEL_CONTEXT") as failed:
        house.ask("die")
    assert house.starts == 2
    assert usage_of(failed.value).calls == 2


def test_a_stale_state_file_is_no_server(house: House) -> None:
    """What a killed server published is not believed."""
    house.ask("die once")
    assert house.await_end()
    tenancy = Tenancy(house.settings().server_dir)
    state = {"url": "http://127.0.0.1:9", "api_key": "k", "pid": 1, "identity": "i"}
    (tenancy.folder / "server.json").write_text(json.dumps(state))
    assert running_server(house.settings()) is None
    assert house.ask().usage.calls == 1


def test_another_model_takes_the_place_of_one_that_nobody_uses(house: House) -> None:
    """A lingering server with other weights is ended first: never two at once."""
    house.ask(model_linger_s=30.0)
    house.ask(model="other", model_linger_s=30.0)
    names = [line.split()[1] for line in house.log.read_text().splitlines()]
    assert names == ["own", "other"]


def test_another_model_waits_for_one_that_is_in_use(house: House) -> None:
    """While others use other weights, a request waits, says so, and gives up at its deadline."""
    held = house.landlord().connect()
    told: list[Progress] = []
    with pytest.raises(ReplyTimeout, match="another model"):
        house.ask(model="other", deadline_s=0.5, on_progress=told.append)
    assert [progress.stage for progress in told] == ["wait"]
    held.close()
    assert house.ask(model="other").usage.calls == 1


def test_a_model_that_does_not_load_is_an_error_with_the_log(house: House) -> None:
    """What the engine said last is in the message, and nothing is left running."""
    with pytest.raises(WeightsError, match="no such tensor"):
        house.ask(model="broken")
    assert running_server(house.settings()) is None


def test_only_the_user_can_read_the_key(house: House) -> None:
    """The state file is closed to others, the key is in no log, and without it nothing is answered."""
    held = house.landlord().connect()
    folder = Tenancy(house.settings().server_dir).folder
    assert (folder / "server.json").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert held.server.api_key not in (folder / "server.log").read_text()
    assert httpx2.get(f"{held.server.url}/slots", trust_env=False).status_code == 401
    held.close()


def test_provider_keys_are_not_handed_to_the_server(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's environment holds no key of a provider."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-user")
    held = house.landlord().connect()
    environment = Path(f"/proc/{held.server.pid}/environ")
    if environment.exists():
        assert b"sk-of-the-user" not in environment.read_bytes()
    held.close()


def test_progress_tells_loading_and_tokens(house: House) -> None:
    """While the server loads and writes, the caller is told."""
    told: list[Progress] = []
    house.ask("slow", on_progress=told.append)
    assert told[0].stage == "load"
    assert Progress("answer", "writing", 7, 9) in told


def test_a_cancelled_question_lets_go(house: House) -> None:
    """Ctrl-C while the server starts ends the wait at once, and the server leaves too."""

    async def run() -> None:
        model = house.model()
        asking = asyncio.create_task(model.ask(ask_for("who")))
        await asyncio.sleep(0.1)
        asking.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert time.monotonic() - started < 1.0
        await model.aclose()

    asyncio.run(run())
    assert house.await_end()


def test_a_folder_that_cannot_be_written_is_one_clear_error(house: House) -> None:
    """A file where the server's folder should be stands for every such folder."""
    settings = house.settings()
    settings.server_dir.write_text("")
    with pytest.raises(StorageError, match="cannot use the folder"):
        Landlord(settings, command=house.command).connect()
    settings.server_dir.unlink()


def test_without_the_engine_the_error_says_what_to_install(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare install names both ways: a provider, or the extra."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"EXTRACTOR_API_KEY.*extractor\[local\]"):
        Landlord(house.settings()).connect()


def test_there_is_at_least_one_core() -> None:
    """The number of threads is never zero, and never more than the machine has."""
    assert 1 <= physical_cores() <= 1024
