"""A provider to measure against: an OpenAI-compatible server, its latency, faults and limits as told.

    with Provider(replies, Plan(latency_s=1.0, per_minute=600)) as provider:
        ...  # ask provider.base_url
        provider.counts()      # what it has seen so far
        provider.change(Plan(is_down=True))

It runs in a process of its own, so that its work is not counted to those who are measured, and speaks
HTTP/1.1 over real sockets. Which reply a request gets is decided by the last `B<reply>-<number>` that
stands in it: `benchmarks.rows` writes one into each posting. A question that goes on after a reply gets
`follow_up`, if there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

# Which reply, and which posting of those that get it.
MARK = re.compile(rb"\bB(\d+)-(\d+)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_GOES_ON = re.compile(rb'"role": ?"assistant"')
_TOOL = re.compile(rb'"tools": ?\[\{')
# In what ways a call may fail, in the order in which `faults` shares are laid out.
FAULTS = ("500", "503", "drop", "half", "shape", "empty")


@dataclass(frozen=True)
class Plan:
    """How the provider behaves; times in seconds.

    `per_minute` requests are allowed (a bucket that holds one second's worth), more get a 429, with
    `Retry-After` where `tells_wait`. `fault_share` of the others fail, in equal parts in each of FAULTS:
    server errors, dropped and half-sent replies, replies of another shape, empty ones; or in those of
    `faults`, where "cut" is a reply that its length limit ended. While `is_down` every connection is
    answered with a 503.
    """

    latency_s: float = 0.0
    per_minute: float | None = None
    tells_wait: bool = False
    fault_share: float = 0.0
    is_down: bool = False
    seed: int = 7
    faults: Sequence[str] = FAULTS


@dataclass
class Server:
    """The serving side; one instance a process."""

    replies: Sequence[str]
    plan: Plan = field(default_factory=Plan)
    follow_up: str | None = None
    seen: Counter[str] = field(default_factory=Counter)
    postings: Counter[bytes] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.plan.seed)
        self._tokens, self._filled = 1.0, time.monotonic()
        self._bodies = [_completion(reply) for reply in self.replies]
        self._tool_bodies = [_completion(reply, as_tool=True) for reply in self.replies]
        self._cut_bodies = [_completion(reply[: len(reply) // 2], reason="length") for reply in self.replies]

    async def serve(self, port: int = 0) -> None:
        """Listen on loopback, say where on standard output, and answer until the process ends."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", port, backlog=1024)
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await server.serve_forever()

    def control(self, path: str, body: bytes) -> bytes:
        """Answer to `/counts` and `/plan`, which are no part of the API."""
        if path == "/plan":
            self.plan = Plan(**json.loads(body))
            self._rng = random.Random(self.plan.seed)
        repeated = {mark.decode(): count for mark, count in self.postings.items() if count > 1}
        return json.dumps(
            {**self.seen, "postings": len(self.postings), "most": max(self.postings.values(), default=0),
             "repeated": sum(repeated.values()) - len(repeated)}
        ).encode()  # fmt: skip

    def choose(self, body: bytes) -> tuple[str, bytes]:
        """What the next request is answered with: how, and the body."""
        self.seen["requests"] += 1
        self.seen["bytes"] += len(body)
        if self.plan.is_down:
            return self._counted("503"), _FAILED
        if not self._is_allowed():
            return self._counted("429"), _FAILED
        if self._rng.random() < self.plan.fault_share:
            fault = self._counted(self._rng.choice(self.plan.faults))
            if fault == "cut":
                return fault, self._cut_bodies[self._which(body)]
            return fault, {"shape": _WRONG, "empty": _EMPTY}.get(fault, _FAILED)
        marks = MARK.findall(body)
        if marks:
            self.postings[b"-".join(marks[-1])] += 1
        return self._counted("answered"), self._answer_to(body)

    def _answer_to(self, body: bytes) -> bytes:
        if self.follow_up is not None and _GOES_ON.search(body):
            return _completion(self.follow_up)
        bodies = self._tool_bodies if _TOOL.search(body) else self._bodies
        return bodies[self._which(body)]

    def _which(self, body: bytes) -> int:
        """The reply that the last mark in the request asks for."""
        marks = MARK.findall(body)
        return int(marks[-1][0]) % len(self.replies) if marks else 0

    def _counted(self, how: str) -> str:
        self.seen[how] += 1
        return how

    def _is_allowed(self) -> bool:
        if self.plan.per_minute is None:
            return True
        now, rate = time.monotonic(), self.plan.per_minute / 60
        self._tokens = min(max(1.0, rate), self._tokens + (now - self._filled) * rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class _Connection(asyncio.Protocol):
    """One keep-alive connection; requests on it come one after the other."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, rest = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if not gap or len(rest) < size:
            return
        self._buffer = rest[size:]
        self._answer(head.split(b" ", 2)[1].decode(), rest[:size])

    def _answer(self, path: str, body: bytes) -> None:
        if not path.startswith("/v1/"):
            self._send("200", self._server.control(path, body))
            return
        how, reply = self._server.choose(body)
        is_quick = how in ("429", "503")
        delay_s = 0.0 if is_quick else self._server.plan.latency_s
        if delay_s:
            asyncio.get_running_loop().call_later(delay_s, self._send, how, reply)
        else:
            self._send(how, reply)

    def _send(self, how: str, body: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if how == "drop":
            self._transport.abort()
            return
        status = how if how.isdigit() else "200"
        wait = b"Retry-After: 1\r\n" if how == "429" and self._server.plan.tells_wait else b""
        head = (
            f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        ).encode()
        if how == "half":
            body = body[: len(body) // 2]
        self._transport.write(head + wait + b"\r\n" + body)
        if how == "half":
            self._transport.close()


def _completion(reply: str, *, as_tool: bool = False, reason: str = "stop") -> bytes:
    message: dict[str, Any] = {"role": "assistant", "content": None if as_tool else reply, "refusal": None}
    if as_tool:
        call = {"id": "call-1", "type": "function", "function": {"name": "Reply", "arguments": reply}}
        message["tool_calls"] = [call]
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "benchmark",
            "choices": [{"index": 0, "message": message, "finish_reason": reason}],
            "usage": {"prompt_tokens": 1200, "completion_tokens": 150, "total_tokens": 1350},
        }
    ).encode()


_FAILED = json.dumps({"error": {"message": "as planned", "type": "server_error"}}).encode()
_WRONG = _completion('{"nothing": "that was asked for"}')
_EMPTY = _completion("")


class Provider:
    """A server in a process of its own; a context manager."""

    def __init__(self, replies: Sequence[str], plan: Plan = Plan(), follow_up: str | None = None) -> None:
        self._told = {"replies": list(replies), "plan": asdict(plan), "follow_up": follow_up}
        self._port = 0

    @property
    def base_url(self) -> str:
        """Address of the API."""
        return f"http://127.0.0.1:{self._port}/v1"

    def counts(self) -> dict[str, int]:
        """Requests seen by how they were answered; `postings`: different ones answered; `most`: answers
        to one of them; `repeated`: answers beyond the first, all together."""
        counted: dict[str, int] = self._control("/counts", b"")
        return counted

    def change(self, plan: Plan) -> None:
        """Behave otherwise from now on."""
        self._control("/plan", json.dumps(asdict(plan)).encode())

    def _control(self, path: str, body: bytes) -> Any:
        address = f"http://127.0.0.1:{self._port}{path}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(address, data=body)
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def __enter__(self) -> Self:
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
            json.dump(self._told, file)
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--told", file.name], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._port = json.loads(self._process.stdout.readline())["port"]
        Path(file.name).unlink()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve from the command line, or as told by a Provider."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--told", type=Path, help="replies and plan as JSON, written by Provider")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one, and prints which")
    parser.add_argument("--latency-s", type=float, default=0.0)
    parser.add_argument("--per-minute", type=float, help="requests allowed a minute")
    parser.add_argument("--fault-share", type=float, default=0.0, help="0 to 1")
    parser.add_argument("--reply", default="{}", help="the content of each reply")
    given = parser.parse_args(argv)
    told: Mapping[str, Any] = (
        json.loads(given.told.read_text("utf-8"))
        if given.told
        else {
            "replies": [given.reply],
            "plan": {
                "latency_s": given.latency_s,
                "per_minute": given.per_minute,
                "fault_share": given.fault_share,
            },
        }
    )
    asyncio.run(Server(told["replies"], Plan(**told["plan"]), told.get("follow_up")).serve(given.port))


if __name__ == "__main__":
    main()
