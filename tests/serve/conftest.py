"""The service as users run it: a process of its own, on loopback, over a local provider."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from answers import POSTING, answer_emptily
from provider import Answer, Provider, Received

START_S = 150.0
TEST_S = 240


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A service starts in seconds on a quiet machine, and in a minute on a busy one."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(TEST_S))


def answer(received: Received) -> Answer:
    """A valid reply that states nothing; the list of models where that is asked for."""
    if received.method == "GET":
        return Answer({"data": [{"id": "test-model"}]})
    return answer_emptily(received)


def posting(number: int) -> str:
    """One of any number of different postings."""
    return f"{POSTING}\nReference {number}\n"


@dataclass
class Running:
    """A service under way, and a client for it."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.url, timeout=30, trust_env=False)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def extract(self, text: str = POSTING, **headers: str) -> httpx2.Response:
        """POST a posting as plain text; underscores in header names stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            "/extract", content=text.encode(), headers={"Content-Type": "text/plain"} | named
        )

    def terminate(self) -> None:
        """Ask it to end."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait(10)

    def said(self) -> str:
        """What it has logged."""
        return self.log.read_text()


@dataclass
class Launcher:
    """Starts services in a folder, over one provider."""

    folder: Path
    provider: Provider
    running: list[Running] = field(default_factory=list)

    def __call__(self, *flags: str, **variables: Any) -> Running:
        """A service that answers; variables are of EXTRACTOR_SERVE_, or whole names in capitals."""
        log = self.folder / f"serve-{len(self.running)}.log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "extractor", "serve", "--port", "0", *flags],
                stderr=stderr,
                stdout=subprocess.DEVNULL,
                env=self.environment(**variables),
            )
        running = Running(process, await_address(process, log), log)
        self.running.append(running)
        await_health(running)
        return running

    def environment(self, **variables: Any) -> dict[str, str]:
        """The environment of a service, or of a command for it."""
        named = {
            name if name.isupper() else f"EXTRACTOR_SERVE_{name.upper()}": str(value)
            for name, value in {"state_dir": self.folder / "state", "drain_s": 0.2, **variables}.items()
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EXTRACTOR_")}
        model = {
            "EXTRACTOR_BASE_URL": self.provider.base_url,
            "EXTRACTOR_MODEL": "test-model",
            "EXTRACTOR_API_KEY": "sk-test-1234",
            "EXTRACTOR_MAX_ATTEMPTS": "1",
            "EXTRACTOR_CACHE_DIR": str(self.folder / "cache"),
        }
        return kept | model | named

    def command(self, *arguments: str) -> str:
        """What an `extractor` command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "extractor", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def close(self) -> None:
        """End what still runs."""
        for running in self.running:
            running.client.close()
            if running.process.poll() is None:
                running.process.kill()
            running.process.wait(10)


def await_address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where the process says that it serves."""
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        found = re.search(r"Serving on (http://\S+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"no service: {log.read_text()}")


def await_health(running: Running) -> None:
    """Wait until it answers."""
    running.client.get("/healthz", timeout=START_S).raise_for_status()


@contextlib.contextmanager
def launched(folder: Path, default: Answer | Callable[[Received], Answer]) -> Iterator[Launcher]:
    """A launcher over a provider of its own."""
    with Provider(default=default) as provider:
        launcher = Launcher(folder, provider)
        try:
            yield launcher
        finally:
            launcher.close()


@pytest.fixture(scope="session")
def launching() -> Callable[..., contextlib.AbstractContextManager[Launcher]]:
    """Makes launchers for fixtures of modules."""
    return launched


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launcher]:
    """Starts services for one test."""
    with launched(tmp_path, answer) as launcher:
        yield launcher


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Launcher, Running]]:
    with launched(tmp_path_factory.mktemp("shared"), answer) as launcher:
        yield launcher, launcher(send_timeout_s=1.5, answers_mb=8)


@pytest.fixture
def service(_shared: tuple[Launcher, Running]) -> Running:
    """A service without keys, started once for all tests that leave it as it was."""
    return _shared[1]


@pytest.fixture
def asked(_shared: tuple[Launcher, Running]) -> list[Received]:
    """What the shared service's provider is asked from now on."""
    provider = _shared[0].provider
    provider.requests.clear()
    provider.default = answer
    return provider.requests


@pytest.fixture
def shared_provider(_shared: tuple[Launcher, Running]) -> Iterator[Provider]:
    """The shared service's provider, to be told how to answer."""
    provider = _shared[0].provider
    yield provider
    provider.default = answer


@pytest.fixture
def make_posting() -> Callable[[int], str]:
    """Makes different postings."""
    return posting


def problem_in(response: httpx2.Response) -> dict[str, Any]:
    """The problem document that a response is."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document: dict[str, Any] = response.json()
    assert document["status"] == response.status_code
    return document


@pytest.fixture
def to_problem() -> Callable[[httpx2.Response], dict[str, Any]]:
    """Reads problem documents."""
    return problem_in


def read_events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream."""
    events = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            events.append((lines["event"], json.loads(lines["data"])))
    return events


@pytest.fixture
def to_events() -> Callable[[str], list[tuple[str, Any]]]:
    """Reads event streams."""
    return read_events
