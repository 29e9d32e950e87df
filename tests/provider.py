"""A real local HTTP server that answers, or fails, as scripted: the provider of the tests.

    with Provider() as provider:
        provider.add(Answer(status=429, headers={"Retry-After": "0"}), completion("{}"))
        ...  # ask provider.base_url
        assert len(provider.requests) == 2

Answers are given in order; after the last one the server keeps giving `provider.default`.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

HANG_S = 30.0

Fault = Literal["drop", "reset", "half", "stall", "hang", "trickle", "short", "endless", "raw"]


@dataclass(frozen=True)
class Received:
    """One request as it came in; header names in lower case; `body` is None where it is not JSON."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    raw: bytes = b""


@dataclass(frozen=True)
class Answer:
    """One scripted answer.

    `fault`:
    `drop` closes the connection before any byte, `reset` breaks it,
    `half` closes it in the middle of the body, `stall` is silent from there on,
    `hang` reads the request and stays silent, `trickle` sends one byte a tenth of a second,
    `short` says that the body is half as long as it is, `endless` repeats the body for ever,
    `raw` sends the body as the whole answer, status line and all.
    """

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    fault: Fault | None = None

    def to_bytes(self) -> bytes:
        """The body as sent: bytes and text as they are, all else as JSON."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def completion(
    content: str | None = None,
    *,
    tool: str | None = None,
    finish_reason: str = "stop",
    refusal: str | None = None,
    usage: tuple[int, int, int] | None = (100, 0, 20),
    model: str = "test-model",
    **answer: Any,
) -> Answer:
    """A chat completion: content or tool arguments; usage is input, cached input, output tokens."""
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal}
    if tool is not None:
        function = {"name": "Reply", "arguments": tool}
        message["tool_calls"] = [{"id": "call-1", "type": "function", "function": function}]
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if usage is not None:
        prompt, cached, output = usage
        body["usage"] = {
            "prompt_tokens": prompt,
            "completion_tokens": output,
            "total_tokens": prompt + output,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
    return Answer(body, **answer)


def failure(status: int, message: str = "scripted failure", **fields: Any) -> Answer:
    """An error as OpenAI words it: `fields` are those of the error object, and `headers`."""
    headers = fields.pop("headers", {})
    return Answer({"error": {"message": message, **fields}}, status, headers)


class Provider:
    """The server, on a loopback port of its own; a context manager."""

    def __init__(
        self,
        default: Answer | Callable[[Received], Answer] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.default = default or completion("{}")
        self.requests: list[Received] = []
        self._answers: deque[Answer] = deque()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._scheme = "https" if tls else "http"
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def root_url(self) -> str:
        """Address of the server without a path."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """Address of the API."""
        return f"{self.root_url}/v1"

    def add(self, *answers: Answer) -> Self:
        """Answers to give next, in this order."""
        with self._lock:
            self._answers.extend(answers)
        return self

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, received: Received) -> Answer:
        with self._lock:
            self.requests.append(received)
            if self._answers:
                return self._answers.popleft()
        return self.default(received) if callable(self.default) else self.default


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, provider: Provider, tls: ssl.SSLContext | None) -> None:
        self.provider = provider
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.provider._next(
            Received(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                _json_or_none(raw),
                raw,
            )
        )
        if answer.delay_s:
            self.server.provider._closing.wait(answer.delay_s)
        if answer.fault == "hang":
            self.server.provider._closing.wait(HANG_S)
        match answer.fault:
            case "drop" | "hang":
                self._cut()
            case "reset":
                self._reset()
            case "raw":
                self.wfile.write(answer.to_bytes())
                self._cut()
            case "endless":
                self._send_for_ever(answer)
            case _:
                self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = answer.to_bytes()
        said = len(body) // 2 if answer.fault == "short" else len(body)
        self._send_head(answer, {"Content-Length": str(said)})
        if self.command == "HEAD":
            return
        if answer.fault in ("half", "stall"):
            self.wfile.write(body[: len(body) // 2])
            if answer.fault == "stall":
                self.wfile.flush()
                self.server.provider._closing.wait(HANG_S)
            self._cut()
        elif answer.fault == "trickle":
            self._trickle(body)
        else:
            self.wfile.write(body)

    def _send_head(self, answer: Answer, more: Mapping[str, str]) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers, **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_for_ever(self, answer: Answer) -> None:
        """Chunk after chunk, until the client has gone."""
        self._send_head(answer, {"Transfer-Encoding": "chunked"})
        body = answer.to_bytes()
        while not self.server.provider._closing.is_set():
            self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body))

    def _reset(self) -> None:
        """Closed without a goodbye: what the client sees as a reset connection."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _trickle(self, body: bytes) -> None:
        ends = time.monotonic() + HANG_S
        for byte in body:
            if time.monotonic() > ends or self.server.provider._closing.wait(0.1):
                break
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
        self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


def _json_or_none(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
