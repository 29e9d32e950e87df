"""What the service says to requests that are odd, unwelcome or hostile."""

from __future__ import annotations

import json
import random
import socket
import time
import zlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from answers import POSTING
from provider import failure

Problems = Callable[[httpx2.Response], dict[str, Any]]
JSON = {"Content-Type": "application/json"}


def talk(port: int, sent: bytes, *, wait_s: float = 5.0) -> bytes:
    """What a raw connection is answered until the service hangs up or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as connection:
        connection.sendall(sent)
        heard = b""
        try:
            while chunk := connection.recv(65_536):
                heard += chunk
        except TimeoutError:
            pass
        return heard


def head(*lines: str) -> bytes:
    """A request's head."""
    return "\r\n".join([*lines, "Host: 127.0.0.1", "", ""]).encode()


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "code"),
    [
        ("GET", "/nothing", {}, b"", 404, "not_found"),
        ("GET", "/static/nothing.js", {}, b"", 404, "not_found"),
        ("GET", "/static/README.md", {}, b"", 404, "not_found"),
        ("GET", "/static/..%2f__init__.py", {}, b"", 404, "not_found"),
        ("GET", "/batches/0123", {}, b"", 404, "not_found"),
        ("GET", "/batches/..%2f..%2fkeys", {}, b"", 404, "not_found"),
        ("GET", "/extract", {}, b"", 405, "method_not_allowed"),
        ("PUT", "/batches", {}, b"", 405, "method_not_allowed"),
        ("POST", "/extract", {"Accept": "image/png", **JSON}, b"{}", 406, "not_acceptable"),
        ("POST", "/extract", {"Content-Type": "image/png"}, b"x", 415, "unsupported_media_type"),
        ("POST", "/extract", {}, b"x", 415, "unsupported_media_type"),
        ("POST", "/batches", JSON, b"{}", 415, "unsupported_media_type"),
        ("POST", "/extract", {"Content-Encoding": "gzip", **JSON}, b"x", 415, "unsupported_media_type"),
        ("POST", "/extract", JSON, b"{", 422, "invalid_request"),
        ("POST", "/extract", JSON, b'{"text": "a", "html": "b"}', 422, "invalid_request"),
        ("POST", "/extract", JSON, b'{"text": "a", "url": "http://127.0.0.1/"}', 422, "invalid_request"),
        ("POST", "/extract", JSON, b'{"text": "\\ud800 cook wanted"}', 422, "invalid_request"),
        ("POST", "/extract", JSON, b'{"text": "\xff"}', 422, "invalid_request"),
        ("POST", "/extract", JSON, b'{"text":' + b"[" * 200_000, 422, "invalid_request"),
        ("POST", "/extract", {"X-Request-Timeout": "soon", **JSON}, b"{}", 422, "invalid_request"),
        ("POST", "/extract", {"Idempotency-Key": "", **JSON}, b'{"text": "a"}', 400, "bad_request"),
        ("GET", "/healthz", {"Host": "evil.example"}, b"", 421, "wrong_host"),
        ("POST", "/extract", {"Origin": "http://evil.example", **JSON}, b"{}", 403, "foreign_origin"),
        ("POST", "/extract", {"Origin": "null", **JSON}, b"{}", 403, "foreign_origin"),
        ("POST", "/extract", {"Origin": "http://[", **JSON}, b"{}", 403, "foreign_origin"),
        ("GET", "/schema", {"Sec-Fetch-Site": "cross-site"}, b"", 403, "foreign_origin"),
    ],
)
def test_every_error_is_a_problem_document(
    service: Any,
    to_problem: Problems,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    code: str,
) -> None:
    """Whatever is wrong with a request, RFC 9457 says it, with the request's id."""
    response = service.client.request(method, path, headers=headers, content=body)
    problem = to_problem(response)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:extractor:problem:{code}"
    assert problem["request_id"] == response.headers["x-request-id"]


def test_no_value_of_the_request_is_quoted(service: Any) -> None:
    """What is wrong is told by its place, not by what stood there."""
    response = service.client.post("/extract", json={"text": "a", "options": {"kind": "SECRET"}})
    assert response.json()["errors"][0]["pointer"] == "/options/kind" and "SECRET" not in response.text


def test_a_large_body_is_refused_before_it_is_read(service: Any) -> None:
    """A claim of a gigabyte is answered at once."""
    started = time.monotonic()
    heard = talk(
        service.port,
        head("POST /extract HTTP/1.1", "Content-Type: text/plain", "Content-Length: 1000000000"),
        wait_s=1.0,
    )
    assert b" 413 " in heard and b"body_too_large" in heard
    assert time.monotonic() - started < 3


def test_who_is_refused_while_sending_hears_it(service: Any) -> None:
    """The answer is not lost with the connection, though the body that it refuses was on its way."""
    body = b"x" * 5_000_000
    lines = ("Content-Type: text/plain", f"Content-Length: {len(body)}", "Connection: close")
    assert b" 413 " in talk(service.port, head("POST /extract HTTP/1.1", *lines) + body)


def test_a_body_that_claims_nothing_is_cut_off(service: Any, to_problem: Problems) -> None:
    """Chunks are counted as they come."""
    response = service.client.post(
        "/extract", content=(b"x" * 65_536 for _ in range(40)), headers={"Content-Type": "text/plain"}
    )
    assert to_problem(response)["code"] == "body_too_large"


def test_a_posting_too_large_is_told_apart(service: Any, to_problem: Problems) -> None:
    """JSON may be longer than a posting; the posting in it may not."""
    response = service.client.post("/extract", json={"text": "cook " * 300_000})
    assert to_problem(response)["code"] == "too_large" and response.status_code == 413


@pytest.mark.parametrize(
    "sent",
    [
        head("POST /extract HTTP/1.1", "Content-Type: text/plain", "Content-Length: 100") + b"Line",
        head("POST /extract HTTP/1.1", "Content-Type: text/plain", "Transfer-Encoding: chunked")
        + b"4\r\nLine",
    ],
)
def test_a_slow_sender_is_answered_408(service: Any, sent: bytes) -> None:
    """Who stops in the middle of a body is told so, and hung up on."""
    assert b" 408 " in talk(service.port, sent)


@pytest.mark.parametrize("sent", [b"", b"POST /extract HTT", b"\r\n", head("GET / HTTP/1.1")[:-2]])
def test_who_sends_no_whole_head_is_hung_up_on(service: Any, sent: bytes) -> None:
    """A connection that asks nothing does not stay."""
    started = time.monotonic()
    assert talk(service.port, sent) == b""
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", b" 400 "),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", b" 400 "),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: nine\r\n\r\n", b" 400 "),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 30_000, b" 431 "),
        (b"GET /" + b"a" * 100_000, b" 431 "),
    ],
)
def test_what_is_no_http_is_a_problem_too(service: Any, sent: bytes, status: bytes) -> None:
    """Garbage and endless heads are answered, by problem details, and hung up on."""
    heard = talk(service.port, sent)
    assert status in heard and b"application/problem+json" in heard


def test_a_compressed_bomb_is_not_unpacked(service: Any, to_problem: Problems) -> None:
    """Bodies are taken as they are or not at all."""
    bomb = zlib.compress(b"\0" * 50_000_000, 9)
    for coding in ("gzip", "deflate", "br", "zstd", "gzip, gzip"):
        response = service.client.post(
            "/extract", content=bomb, headers={"Content-Type": "text/plain", "Content-Encoding": coding}
        )
        assert to_problem(response)["status"] == 415


def test_after_hostile_bodies_the_next_request_is_answered_as_before(service: Any) -> None:
    """Random bytes under every media type: never a 5xx, and nothing changes."""
    before = service.extract().json()["posting"]
    chance = random.Random(7)
    for _ in range(200):
        body = chance.randbytes(chance.randrange(400))
        media_type = chance.choice(["application/json", "text/plain", "text/html", "application/pdf"])
        response = service.client.post("/extract", content=body, headers={"Content-Type": media_type})
        assert response.status_code < 500, body
    assert service.extract().json()["posting"] == before


def test_request_ids_pass_through_if_they_are_sound(service: Any) -> None:
    """A sound id comes back; an odd one is replaced."""
    assert service.client.get("/healthz", headers={"X-Request-ID": "a-1"}).headers["x-request-id"] == "a-1"
    odd = service.client.get("/healthz", headers={"X-Request-ID": "a b"}).headers["x-request-id"]
    assert odd != "a b" and len(odd) == 16


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/schema", "/nothing"])
def test_every_answer_carries_security_headers(service: Any, path: str) -> None:
    """Pages, data and errors alike; no other site is let in by CORS."""
    headers = service.client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_an_own_page_may_ask(service: Any) -> None:
    """The page's requests carry the service's own origin."""
    assert service.extract(Origin=service.url).status_code == 200


def test_the_log_has_no_word_of_the_posting_and_no_query(service: Any) -> None:
    """It has id, method, route, status and milliseconds."""
    service.client.get("/nothing/Kitchens?key=Kitchens", headers={"X-Request-ID": "look-here"})
    service.extract()
    said = service.said()
    line = next(json.loads(line) for line in said.splitlines() if "look-here" in line)
    assert line.keys() == {"request_id", "method", "route", "status", "ms", "code"}
    assert not any(word in said for word in POSTING.split() if len(word) > 6)


def test_the_metrics_count(service: Any) -> None:
    """Requests, errors by kind, tokens and answers are there for Prometheus."""
    service.extract()
    service.client.get("/nothing")
    text = service.client.get("/metrics").text
    assert 'extractor_requests_total{method="POST",route="/extract",status="200"}' in text
    assert 'extractor_errors_total{code="not_found"}' in text
    assert 'extractor_tokens_total{kind="input"}' in text
    assert "extractor_waiting 0.0" in text


def test_readiness_is_the_models(service: Any, shared_provider: Any) -> None:
    """It is ready while the provider answers; that it lives is another matter."""
    shared_provider.default = failure(500)
    assert service.client.get("/readyz").status_code in (200, 503)  # it looks every ten seconds
    assert service.client.get("/healthz").json() == {"status": "ok"}
