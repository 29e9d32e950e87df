"""What the doctor finds, and how it says to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from extractor.doctor import Finding, examine
from extractor.model.weights import find_weights
from extractor.settings import Settings, load_settings
from provider import Answer, Provider, failure


def findings(**settings: Any) -> dict[str, Finding]:
    """What is found, by subject."""
    return {finding.subject: finding for finding in examine(load_settings(**settings))}


def ask_provider(answer: Answer, key: str = "sk-test-1234") -> tuple[Finding, Provider]:
    """The finding on a provider that gives this answer, and the provider."""
    with Provider(default=answer) as provider:
        return findings(base_url=provider.base_url, api_key=key, model="m1")["provider"], provider


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (Answer({"data": [{"id": "m0"}, {"id": "m1"}]}), "ok", None),
        (Answer({"data": [{"id": "m0"}]}), "note", None),
        (Answer("<html>hello</html>"), "note", None),
        (failure(404), "note", None),
        (failure(401, "bad key sk-test-1234"), "wrong", "provider_refused"),
        (failure(503), "wrong", "provider_unavailable"),
        (Answer(fault="drop"), "wrong", "provider_unavailable"),
    ],
)
def test_a_provider_is_asked_for_its_models(answer: Answer, state: str, code: str | None) -> None:
    """The list of models costs nothing and tells whether address, key and model are right."""
    finding, provider = ask_provider(answer)
    assert (finding.state, finding.code) == (state, code)
    asked = provider.requests[0]
    assert (asked.method, asked.path) == ("GET", "/v1/models")
    assert asked.headers["authorization"] == "Bearer sk-test-1234"


def test_no_key_is_ever_shown() -> None:
    """A report is pasted into issues."""
    with Provider(default=failure(401, "bad key sk-test-1234")) as provider:
        found = findings(base_url=provider.base_url, api_key="sk-test-1234", model="m1")
    assert "sk-test-1234" not in repr(found)
    assert "key set" in found["model"].detail


def test_a_provider_that_is_not_there_is_wrong() -> None:
    """A closed port is found at once."""
    with Provider() as provider:
        address = provider.base_url
    assert findings(base_url=address, model="m1")["provider"].code == "provider_unavailable"


def test_a_cache_folder_that_cannot_be_written_is_wrong(tmp_path: Path) -> None:
    """The remedy names the setting."""
    (tmp_path / "file").touch()
    finding = findings(cache_dir=tmp_path / "file" / "cache")["cache"]
    assert (finding.state, finding.code) == ("wrong", "storage")
    assert "EXTRACTOR_CACHE_DIR" in finding.remedy


def test_missing_weights_are_no_fault_yet() -> None:
    """The first extraction fetches them; the report says how much."""
    finding = findings()["weights"]
    assert (finding.state, finding.code) == ("note", None)
    assert "1.1 GB" in finding.remedy


def test_weights_of_the_users_own_must_be_there(tmp_path: Path) -> None:
    """A file that is named and missing cannot be mended by fetching."""
    finding = findings(model_path=tmp_path / "mine.gguf")["weights"]
    assert (finding.state, finding.code) == ("wrong", "weights")
    assert "EXTRACTOR_MODEL_PATH" in finding.remedy


def test_damaged_weights_are_found() -> None:
    """A file with other bytes than the manifest's is told before an extraction trips over it."""
    settings = load_settings()
    settings.weights_dir.mkdir(parents=True)
    find_weights(settings).write_bytes(b"GGUF and no more")
    finding = findings()["weights"]
    assert (finding.state, finding.code) == ("wrong", "weights")
    assert "extractor model pull" in finding.remedy


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", 307, {"Location": "http://127.0.0.1:9/v1/models"}),
        Answer(b"220 mail.example ESMTP ready\r\n", fault="raw"),
        Answer(b"x" * 65_536, fault="endless"),
        Answer({"data": []}, fault="half"),
        Answer(fault="reset"),
    ],
    ids=["elsewhere", "no HTTP", "endless", "half", "reset"],
)
def test_an_address_that_answers_oddly_is_one_sentence(answer: Answer) -> None:
    """No traceback, no answer without end, and the key goes nowhere else."""
    with Provider(answer) as provider:
        findings = list(examine(Settings(base_url=provider.base_url, model="m", api_key=SecretStr("sk-1"))))
        assert len(provider.requests) == 1
    assert findings[-1].subject == "provider"
    assert findings[-1].state != "ok"
