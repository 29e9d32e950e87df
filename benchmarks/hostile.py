"""Ten thousand hostile requests against the service: whether the next good one is answered as before.

    python -m benchmarks.hostile [--count 10000]

Random bytes, broken JSON and UTF-8, deep nesting, claims of a gigabyte, compressed bombs, heads that do
not end, and some hundred connections that send a byte a second all the while. Printed are the answers
by status, the milliseconds of a good request before and after, and the service's memory.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.serve import memory_mb, own_command, posting, running, send, service_command

SLOW_SENDERS = 200
AT_ONCE = 32
ANSWER_S = 60.0
TYPES = ("application/json", "text/plain", "text/html", "application/pdf", "application/jsonl", "x/\xff", "")
_BOMB = zlib.compress(b"\0" * 20_000_000, 9)


def request(path: str, body: bytes, *lines: str, length: int | None = None) -> bytes:
    """A request as bytes; `length` is what it claims."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "Connection: close"]
    head.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def noise(chance: random.Random) -> bytes:
    """Random bytes under any media type."""
    body = chance.randbytes(chance.choice((0, 1, 50, 2_000, 40_000)))
    return request("/extract", body, f"Content-Type: {chance.choice(TYPES)}")


def broken_json(chance: random.Random) -> bytes:
    """JSON that is cut off, has odd types, bad UTF-8, lone surrogates or huge numbers."""
    body = chance.choice((
        b'{"text": "\xc3\x28"}',
        b'{"text": "\\ud800 cook"}',
        b'{"text": 1e999999}',
        b'{"text": [' + b'"a",' * 1_000,
        b'{"text": null, "html": null}',
        b'{"text": "cook", "options": {"today": "99999-99-99"}}',
        b'{"text": "cook", "id": "' + b"x" * 5_000 + b'"}',
    ))  # fmt: skip
    return request("/extract", body, "Content-Type: application/json")


def deep_json(chance: random.Random) -> bytes:
    """JSON that would overflow a stack."""
    depth = chance.choice((1_000, 100_000, 1_000_000))
    mark = chance.choice((b"[", b'{"a":'))
    return request("/extract", b'{"text":' + mark * depth, "Content-Type: application/json")


def gigabyte(chance: random.Random) -> bytes:
    """A claim of a gigabyte, and a few bytes of it."""
    path = chance.choice(("/extract", "/batches"))
    media_type = "text/plain" if path == "/extract" else "application/jsonl"
    return request(path, b"cook", f"Content-Type: {media_type}", length=10**9)


def bomb(chance: random.Random) -> bytes:
    """A body that would unpack to a thousand times its size."""
    coding = chance.choice(("gzip", "deflate", "br", "zstd"))
    return request("/extract", _BOMB, "Content-Type: text/plain", f"Content-Encoding: {coding}")


def no_http(chance: random.Random) -> bytes:
    """What is no request, or a head that has no end."""
    return chance.choice((
        chance.randbytes(200) + b"\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000,
        b"POST /extract HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ))  # fmt: skip


def odd_rows(chance: random.Random) -> bytes:
    """A batch of rows that name files, or are none."""
    rows = b'{"path": "/etc/passwd"}\n' * 3 + chance.randbytes(100) + b"\n" + b"[" * 5_000 + b"\n"
    return request("/batches", rows, "Content-Type: application/jsonl", "Idempotency-Key: rows")


KINDS: tuple[Callable[[random.Random], bytes], ...] = (noise, broken_json, deep_json, gigabyte, bomb, no_http)


async def attack(address: tuple[str, int], sent: bytes) -> str:
    """The status of the answer, or how there was none."""
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(*address)
            with contextlib.suppress(ConnectionError):
                writer.write(sent)
                await writer.drain()
            heard = await reader.read(64)
            writer.close()
    except TimeoutError:
        return "no answer in time"
    except OSError:
        return "connection broken"
    return heard[9:12].decode("latin-1") if heard.startswith(b"HTTP/1.1 ") else "hung up on"


async def dawdle(address: tuple[str, int]) -> None:
    """Send a byte a second for ever, anew when hung up on."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(*address)
            for byte in request("/extract", b"x" * 1_000, "Content-Type: text/plain"):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)


async def good(address: tuple[str, int], number: int) -> tuple[int, float]:
    """Status and milliseconds of a posting that nobody sent before."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    connection = await asyncio.open_connection(*address)
    status = await send(connection, posting(number, f"good-{number}"))
    connection[1].close()
    return status, 1000 * (loop.time() - began)


async def besiege(address: tuple[str, int], count: int, pid: int) -> None:
    """Send it all, and print what came of it."""
    chance, answers = random.Random(1), Counter[str]()
    await good(address, 0)
    before, memory = await good(address, 1), memory_mb(pid)
    slow = [asyncio.create_task(dawdle(address)) for _ in range(SLOW_SENDERS)]
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(sent: bytes, kind: str) -> None:
        async with at_once:
            answers[f"{kind}: {await attack(address, sent)}"] += 1

    await one(odd_rows(chance), "odd_rows")
    for start in range(0, count, 200):
        kinds = [chance.choice(KINDS) for _ in range(min(200, count - start))]
        await asyncio.gather(*(one(kind(chance), kind.__name__) for kind in kinds))
    during = await good(address, 2)
    for task in slow:
        task.cancel()
    for what, times in sorted(answers.items()):
        print(f"{times:7,}  {what}")
    after = await good(address, 3)
    for when, (status, ms) in (("before", before), ("with slow senders", during), ("after", after)):
        print(f"a good request {when}: {status} in {ms:.0f} ms")
    print(f"memory: {memory:.0f} MB before, {memory_mb(pid):.0f} MB after")


async def main() -> None:
    """Start a provider and the service, and besiege it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with running(own_command("provider"), folder / "provider", LATENCY_S="0.05") as (provider, _):
            command, variables = service_command(folder, provider, workers=1)
            with running(command, folder / "serve", **variables) as (service, pid):
                await besiege(service, count, pid)


if __name__ == "__main__":
    asyncio.run(main())
