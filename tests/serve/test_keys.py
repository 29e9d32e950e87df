"""Who may ask, how often, and for how much."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from extractor.errors import SettingsError
from extractor.serve.database import Database
from extractor.serve.keys import LOCAL, Keys
from extractor.serve.problems import Problem

Problems = Callable[[httpx2.Response], dict[str, Any]]


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    """Keys in a file of their own."""
    database = Database(tmp_path / "state" / "service.db")
    yield Keys(database)
    database.close()


def refusal(keys: Keys, authorization: str | None, *, is_open: bool = False) -> str:
    """The code of the problem that somebody meets."""
    with pytest.raises(Problem) as caught:
        keys.admit(authorization, is_open=is_open)
    return caught.value.code


def test_a_key_lets_in_who_holds_it(keys: Keys) -> None:
    """The key is known by its name; a wrong, odd or missing one is turned away."""
    key = keys.add("crawler")
    assert keys.admit(f"Bearer {key}", is_open=False).name == "crawler"
    assert keys.admit(f"bearer  {key} ", is_open=True).name == "crawler"
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    for given in (None, "", key, f"Basic {key}", f"Bearer {wrong}", "Bearer exk_é", "Bearer " + "x" * 9999):
        assert refusal(keys, given, is_open=True) == "unauthorized"


def test_only_a_digest_is_kept(keys: Keys, tmp_path: Path) -> None:
    """Neither key nor secret is in the file, which nobody else may read."""
    key = keys.add("crawler")
    files = list((tmp_path / "state").iterdir())
    stored = b"".join(file.read_bytes() for file in files)
    assert key.split("_", 2)[2].encode() not in stored
    assert hashlib.sha256(key.encode()).digest() in stored
    assert (tmp_path / "state" / "service.db").stat().st_mode & 0o077 == 0


def test_without_any_key_this_machine_may_ask(keys: Keys) -> None:
    """On loopback only; as soon as there is a key it is asked for."""
    assert keys.admit(None, is_open=True) == LOCAL
    assert refusal(keys, None, is_open=False) == "unauthorized"
    keys.add("crawler")
    assert refusal(keys, None, is_open=True) == "unauthorized"


def test_a_revoked_key_ends_at_once(keys: Keys) -> None:
    """Its name may be given again; the list remembers it."""
    key = keys.add("crawler")
    with pytest.raises(SettingsError, match="already"):
        keys.add("crawler")
    keys.revoke("crawler")
    keys.add("other")
    assert refusal(keys, f"Bearer {key}") == "unauthorized"
    keys.add("crawler")
    assert [each.name for each in keys.list()] == ["crawler", "other", "crawler"]
    with pytest.raises(SettingsError, match="no key named"):
        keys.revoke("nobody")


def test_a_limit_lets_a_minutes_requests_through(keys: Keys) -> None:
    """Three at once, then one every twenty seconds; another key is not held up."""
    key, other = keys.add("three", requests_a_minute=3), keys.add("other")
    for _ in range(3):
        keys.admit(f"Bearer {key}", is_open=False)
    with pytest.raises(Problem) as caught:
        keys.admit(f"Bearer {key}", is_open=False)
    assert caught.value.code == "too_many_requests"
    assert 15 < int(caught.value.headers["Retry-After"]) <= 20
    keys.admit(f"Bearer {other}", is_open=False)


def test_a_limit_below_one_a_minute_works(keys: Keys) -> None:
    """Half a request a minute is one every two minutes."""
    key = keys.add("rare", requests_a_minute=0.5)
    keys.admit(f"Bearer {key}", is_open=False)
    assert refusal(keys, f"Bearer {key}") == "too_many_requests"


def test_a_budget_is_not_overrun(keys: Keys) -> None:
    """What requests under way may cost is set aside; what they did cost is charged."""
    caller = keys.admit(f"Bearer {keys.add('poor', budget_usd=1.0)}", is_open=False)
    first = keys.reserve(caller, 0.6, 60)
    with pytest.raises(Problem) as waits:
        keys.reserve(caller, 0.6, 60)
    assert waits.value.code == "too_many_requests"
    keys.settle(caller, first, 0.1, is_known=True)
    second = keys.reserve(caller, 0.6, 60)
    keys.settle(caller, second, None, is_known=False)  # broken off: nobody knows
    assert keys.left_usd(caller.id) == pytest.approx(0.3)
    with pytest.raises(Problem) as spent:
        keys.reserve(caller, 0.6, 60)
    assert (spent.value.code, spent.value.status) == ("budget_spent", 402)


def test_what_a_dead_worker_set_aside_comes_back(keys: Keys) -> None:
    """A reserve lasts no longer than its request could."""
    caller = keys.admit(f"Bearer {keys.add('poor', budget_usd=1.0)}", is_open=False)
    keys.reserve(caller, 0.9, -1)
    keys.reserve(caller, 0.9, 60)


def test_an_unknown_price_needs_no_key_with_a_budget(keys: Keys) -> None:
    """A budget that cannot be kept is not pretended."""
    caller = keys.admit(f"Bearer {keys.add('poor', budget_usd=1.0)}", is_open=False)
    with pytest.raises(Problem):
        keys.reserve(caller, None, 60)


def test_elsewhere_than_on_loopback_a_key_is_needed(tmp_path: Path) -> None:
    """Without one it refuses to listen, and says what to do."""
    done = subprocess.run(
        [sys.executable, "-m", "extractor", "serve", "--host", "0.0.0.0", "--state-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 3
    assert "extractor keys add" in done.stderr


def test_the_service_keeps_to_its_keys(launch: Any, make_posting: Any, to_problem: Problems) -> None:
    """Made and revoked by command while it runs; spent money is counted; no key is logged."""
    rich = launch.command("keys", "add", "rich")
    poor = launch.command("keys", "add", "poor", "--budget", "0.3")
    calm = launch.command("keys", "add", "calm", "--requests-a-minute", "1")
    prices = {"EXTRACTOR_INPUT_PRICE": "1", "EXTRACTOR_OUTPUT_PRICE": "5"}
    service = launch(**prices)

    assert to_problem(service.extract())["code"] == "unauthorized"
    assert service.client.get("/metrics").status_code == 401
    assert service.client.get("/").status_code == service.client.get("/schema").status_code == 200
    assert service.extract(Authorization=f"Bearer {rich}").status_code == 200

    assert service.extract(make_posting(1), Authorization=f"Bearer {poor}").status_code == 200
    assert "poor  in force  no limit  $0.0002 of $0.3 spent" in launch.command("keys", "list")

    assert service.extract(Authorization=f"Bearer {calm}").status_code == 200
    limited = service.extract(Authorization=f"Bearer {calm}")
    assert limited.status_code == 429 and int(limited.headers["retry-after"]) > 50

    launch.command("keys", "revoke", "rich")
    assert service.extract(Authorization=f"Bearer {rich}").status_code == 401
    said = service.said()
    assert '"caller": "poor"' in said
    assert not any(key in said or key.split("_", 2)[2] in said for key in (rich, poor, calm))
