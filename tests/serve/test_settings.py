"""What can be set, and that its table in the manual is true; the prompt that is taken anew."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import SettingsError
from extractor.serve.settings import ServeSettings, load_serve_settings
from extractor.settings import Settings
from extractor.show import settings_table


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.7", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_loopback_is_told_by_address(host: str, is_loopback: bool) -> None:
    """A name is none, whatever it looks like."""
    assert ServeSettings(host=host).is_loopback is is_loopback


def test_known_hosts() -> None:
    """On loopback its own names and the given ones; elsewhere the given ones, or any."""
    assert {"localhost", "::1", "jobs.local"} <= ServeSettings(hosts=" Jobs.local , ").known_hosts
    assert ServeSettings(host="0.0.0.0").known_hosts == frozenset()
    assert "jobs.example" in ServeSettings(host="0.0.0.0", hosts="jobs.example").known_hosts


def test_settings_reach_another_process(tmp_path: Path) -> None:
    """Their variables give the same settings."""
    told = ServeSettings(workers=3, state_dir=tmp_path, drain_s=0.5)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.to_environment().items():
            patch.setenv(name, value)
        assert load_serve_settings() == told


def test_a_wrong_setting_is_named() -> None:
    """By the variable that sets it."""
    with pytest.raises(SettingsError, match="EXTRACTOR_SERVE_WORKERS"):
        load_serve_settings(workers=0)


def test_limits_are_shared_out_to_workers() -> None:
    """Each worker has its part, rounded up."""
    hosted, own = Settings(base_url="http://127.0.0.1:9/v1", model="m"), Settings()
    serve = ServeSettings(workers=3)
    assert (serve.in_flight_each(hosted), serve.waiting_each(hosted)) == (86, 86)
    assert (serve.in_flight_each(own), serve.waiting_each(own)) == (1, 6)
    assert ServeSettings(waiting=0).waiting_each(hosted) == 0


def test_the_manual_lists_every_setting(checkout: Path) -> None:
    """docs/serve.md holds the table as the code has it."""
    assert settings_table(ServeSettings) in (checkout / "docs" / "serve.md").read_text()


def test_a_changed_prompt_is_taken(launch: Any, make_posting: Any, checkout: Path, tmp_path: Path) -> None:
    """With --reload the next request is asked by the new prompt; a broken one changes nothing."""
    prompt = tmp_path / "mine.toml"
    written = (checkout / "prompts" / "numbered.toml").read_text()
    prompt.write_text(written)
    service = launch("--reload", EXTRACTOR_PROMPT=prompt)
    service.extract(make_posting(6001))

    prompt.write_text("broken")
    _await(service, "the prompt stays as it was")
    assert service.extract(make_posting(6001)).json()["meta"]["cached"]

    head, _, rest = written.partition('version = "')
    prompt.write_text(f'{head}version = "99{rest}')
    _await(service, "the prompt is now")
    meta = service.extract(make_posting(6001)).json()["meta"]
    assert meta["prompt_version"].startswith("99") and meta["calls"] == 1


def _await(service: Any, words: str) -> None:
    ends = time.monotonic() + 30
    while words not in service.said():
        assert time.monotonic() < ends, service.said()
        time.sleep(0.05)
