"""What stands between us and a provider: certificates, names, ports, redirects."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from answers import POSTING
from extractor import Extraction, Extractor, Settings
from faults.catalogue import GOOD, KEY
from provider import Answer, Provider, completion


def extract(base_url: str, **settings: float) -> Extraction:
    """One posting, one attempt."""
    told = Settings(
        base_url=base_url, model="m", api_key=SecretStr(KEY), strategy="numbered", cache=False, max_attempts=1,
        **settings,  # type: ignore[arg-type]
    )  # fmt: skip
    with Extractor(told) as extractor:
        return extractor.extract(POSTING, id="1")


def code_of(extraction: Extraction) -> str | None:
    """Its error's code; no error shows the key."""
    assert KEY not in extraction.model_dump_json()
    return extraction.error and extraction.error.code


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def serve(authority: trustme.CA, name: str) -> Iterator[Provider]:
    """A provider with a certificate for this name."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    with Provider(completion(GOOD), tls=context) as server:
        yield server


def test_a_certificate_that_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    """The posting and the key are not sent; waiting would not help, and the message says what would."""
    for server in serve(authority, "127.0.0.1"):
        extraction = extract(server.base_url)
        assert code_of(extraction) == "provider_refused"
        assert extraction.error is not None
        assert "SSL_CERT_FILE" in extraction.error.message
        assert server.requests == []


def test_tls_to_a_port_that_speaks_none_is_an_outage() -> None:
    """And plain HTTP to one that speaks TLS."""
    with Provider(completion(GOOD)) as plain:
        assert code_of(extract(plain.base_url.replace("http:", "https:"))) == "provider_unavailable"
        assert plain.requests == []
    for server in serve(trustme.CA(), "127.0.0.1"):
        assert code_of(extract(server.base_url.replace("https:", "http:"))) == "provider_unavailable"


def test_a_closed_port_is_an_outage() -> None:
    """A refused connection may pass."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        extraction = extract(f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
    assert code_of(extraction) == "provider_unavailable"
    assert extraction.error is not None
    assert extraction.error.retryable


def test_a_name_that_does_not_exist_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a machine without network."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert code_of(extract("http://provider.invalid/v1", deadline_s=20.0)) in (
        "provider_unavailable",
        "timeout",
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    """Neither the key nor the posting goes to a host that nobody named."""
    with Provider(completion(GOOD)) as elsewhere:
        target = f"{elsewhere.base_url}/chat/completions"
        with Provider(Answer(b"", status, {"Location": target})) as server:
            assert code_of(extract(server.base_url)) == "provider_refused"
        assert elsewhere.requests == []


def test_no_file_of_a_run_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches, ledgers, outputs and what the commands say, after success and after failure."""
    from click.testing import CliRunner

    from extractor.cli import main

    posting = tmp_path / "cook.txt"
    posting.write_text(POSTING)
    said = ""
    for answer in (completion(GOOD), Answer({"error": {"message": f"no such key {KEY}"}}, 401)):
        with Provider(answer) as server:
            for name, value in {"BASE_URL": server.base_url, "MODEL": "m", "API_KEY": KEY, "MAX_ATTEMPTS": "1",
                                "CACHE_DIR": str(tmp_path / "cache"), "STRATEGY": "numbered"}.items():  # fmt: skip
                monkeypatch.setenv(f"EXTRACTOR_{name}", value)
            out = tmp_path / f"{server.base_url[-8:-3]}.jsonl"
            for command in (
                ["extract", str(posting)], ["extract", "--explain", "-f", "table", str(posting)], ["doctor"],
                ["settings"], ["cache", "stats"], ["batch", str(posting), "-o", str(out)], ["batch", "status", str(out)],
            ):  # fmt: skip
                done = CliRunner().invoke(main, command)
                said += done.output + repr(done.exception)
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(left) > 4
    assert KEY not in said
    assert [file for file in left if KEY.encode() in file.read_bytes()] == []


def test_no_recording_in_the_checkout_holds_a_key(checkout: Path) -> None:
    """Nor a header that could."""
    for file in (*checkout.glob("cassettes/**/*.yaml"), *checkout.glob("eval/**/*.json")):
        text = file.read_text("utf-8")
        assert "uthorization:" not in text, file
        assert "Bearer " not in text, file
        assert not re.search(r"\bsk-[A-Za-z0-9]{8}", text), file
