"""What the service adds to a request, beside a plain FastAPI handler with an instructor call.

    python -m benchmarks.serve [--clients 200] [--rate 50] [--rates 10,20] [--seconds 60] [--workers 2] [--minutes 0]

A local provider answers each call after `--latency` seconds; clients send postings that nobody sent
before, evenly spread, each on a connection of its own that stays open. Printed are the seconds of a
request less the provider's latency, for both in turn with the same load, then the seconds of a request
that is answered out of memory, and, with `--minutes`, the service's memory while the load goes on.

Provider and clients run on the same machine, so each row says how many of its cores they and the service
took, and how many everybody did: a row where that is all there are measures the machine's queue. `--rates`
adds rows at other rates, to find the one that the machine carries.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from fastapi import FastAPI, Request

from extractor import JobPosting

SEEDS = sorted(Path(__file__).parent.parent.glob("eval/cases/seeds/*/posting.txt"))
START_S = 120.0
PLAIN_TOKENS = 4096


@dataclass
class Load:
    """Clients of one address, and what they met."""

    address: tuple[str, int]
    clients: int
    rate: float
    seconds_each: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cores: list[float] = field(default_factory=list)

    async def run(self, seconds: float, mark: str, pids: Sequence[int] = ()) -> None:
        """Send for so long, and see what `pids`, this process and all took meanwhile; `mark` makes the
        postings new."""
        started = asyncio.get_running_loop().time() + 0.5
        before, began = cpu_seconds(pids), time.monotonic()
        await asyncio.gather(
            *(self._client(number, started, seconds, mark) for number in range(self.clients))
        )
        lasted = time.monotonic() - began
        self.cores = [(now - then) / lasted for now, then in zip(cpu_seconds(pids), before, strict=True)]

    async def _client(self, number: int, started: float, seconds: float, mark: str) -> None:
        loop = asyncio.get_running_loop()
        pause_s = self.clients / self.rate
        due, turn = started + number / self.rate, 0
        connection = await asyncio.open_connection(*self.address)
        while due < started + seconds:
            await asyncio.sleep(due - loop.time())
            body = posting(number + turn, f"{mark}-{number}-{turn}")
            began = loop.time()
            self.statuses[await send(connection, body)] += 1
            self.seconds_each.append(loop.time() - began)
            due, turn = max(due + pause_s, loop.time()), turn + 1
        connection[1].close()


async def send(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> int:
    """POST a posting over an open connection; the status."""
    reader, writer = connection
    head = "POST /extract HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answered = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", answered)
    assert length, answered
    await reader.readexactly(int(length[1]))
    return int(answered.split(b" ", 2)[1])


def posting(number: int, mark: str) -> bytes:
    """One of the seeds, made different from all others."""
    return SEEDS[number % len(SEEDS)].read_bytes() + f"\nReference {mark}\n".encode()


def provider(latency_s: float) -> Any:
    """An ASGI application that answers like a provider, `latency_s` after it was asked."""
    replies: dict[str, Any] = {}

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        began = asyncio.get_running_loop().time()
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        asked = json.loads(body)
        form = json.dumps(asked.get("response_format") or asked.get("tools"), sort_keys=True)
        if form not in replies:
            replies[form] = json.dumps(completion(asked)).encode()
        await asyncio.sleep(began + latency_s - asyncio.get_running_loop().time())
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(replies[form]))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": replies[form]})

    return answer


def completion(asked: dict[str, Any]) -> dict[str, Any]:
    """A chat completion with the emptiest reply that the asked-for schema allows."""
    message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
    if asked.get("tools"):
        function = asked["tools"][0]["function"]
        reply = json.dumps(emptiest(function["parameters"], function["parameters"]))
        called = {"name": function["name"], "arguments": reply}
        message["tool_calls"] = [{"id": "call-1", "type": "function", "function": called}]
    else:
        schema = asked["response_format"]["json_schema"]["schema"]
        message["content"] = json.dumps(emptiest(schema, schema))
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": asked["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000},
    }


def emptiest(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """The value that states least."""
    if "$ref" in schema:
        return emptiest(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    options = schema.get("anyOf", [])
    kind = schema.get("type", "null" if options else "string")
    if {"type": "null"} in options or "null" in kind:
        return None
    if options:
        return emptiest(options[0], root)
    if kind == "object":
        return {name: emptiest(part, root) for name, part in schema.get("properties", {}).items()}
    if "enum" in schema:
        return schema["enum"][0]
    return {"array": [], "string": "", "boolean": True}.get(kind, 0)


def plain_app(base_url: str) -> Any:
    """What one writes in five minutes: FastAPI, instructor, the whole schema."""
    import instructor
    from openai import AsyncOpenAI

    app = FastAPI()
    client = instructor.from_openai(
        AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0), mode=instructor.Mode.JSON_SCHEMA
    )

    @app.post("/extract")
    async def extract(request: Request) -> JobPosting:
        text = (await request.body()).decode()
        return await client.chat.completions.create(
            model="test-model",
            response_model=JobPosting,
            max_tokens=PLAIN_TOKENS,
            messages=[{"role": "user", "content": f"Extract the job posting.\n\n{text}"}],
        )

    return app


def serve_app(name: str) -> None:
    """Run one of this module's applications on a free port, and print its address."""
    import socket

    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"Serving on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    app = (
        provider(float(os.environ["LATENCY_S"])) if name == "provider" else plain_app(os.environ["BASE_URL"])
    )
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def running(command: list[str], log: Path, **variables: str) -> Iterator[tuple[tuple[str, int], int]]:
    """A process that says where it serves: its address and id."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | variables)
    try:
        ends = time.monotonic() + START_S
        while not (found := re.search(r"http://([\d.]+):(\d+)", log.read_text())):
            if time.monotonic() > ends or process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.05)
        yield (found[1], int(found[2])), process.pid
    finally:
        process.terminate()
        process.wait()


async def await_answer(address: tuple[str, int], workers: int) -> None:
    """Until every worker has very likely answered a first posting."""
    for number in range(8 * workers):
        connection = await asyncio.open_connection(*address)
        await send(connection, posting(number, f"warm-{number}"))
        connection[1].close()


async def measure_cached(address: tuple[str, int], times: int = 1000) -> list[float]:
    """Seconds of requests for a posting that was asked for before, one after the other."""
    loop, seconds = asyncio.get_running_loop(), []
    connection = await asyncio.open_connection(*address)
    for number in range(times + 1):
        began = loop.time()
        await send(connection, posting(0, "again"))
        if number:
            seconds.append(loop.time() - began)
    connection[1].close()
    return seconds


async def watch_memory(address: tuple[str, int], pid: int, options: argparse.Namespace) -> None:
    """Load for `--minutes`, and print the service's memory each half minute."""
    ends, part = time.monotonic() + 60 * options.minutes, 0
    while time.monotonic() < ends:
        load = Load(address, options.clients, options.rate)
        await load.run(30, f"memory-{part}")
        part += 1
        print(f"after {part / 2:4.1f} min: {memory_mb(pid):7.1f} MB  {dict(load.statuses)}", flush=True)


def memory_mb(pid: int) -> float:
    """Proportional memory of a process and its children, 10^6 bytes."""
    total = 0
    for one in [pid, *children(pid)]:
        text = Path(f"/proc/{one}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total += int(found[1]) * 1024 if found else 0
    return total / 1e6


def cpu_seconds(pids: Sequence[int]) -> list[float]:
    """Processor seconds so far: of each process with its children, of this one, of the whole machine."""
    ticks = os.sysconf("SC_CLK_TCK")

    def of(pid: int) -> float:
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) / ticks

    machine = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]))
    idle = machine[3] + machine[4]
    each = [sum(of(one) for one in (pid, *children(pid))) for pid in pids]
    return [*each, time.process_time(), (sum(machine[:8]) - idle) / ticks]


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def row(name: str, load: Load, less_s: float) -> str:
    """A line of the table: what was added at the median and beyond, in milliseconds."""
    added = sorted(1000 * (seconds - less_s) for seconds in load.seconds_each)
    cuts = quantiles(added, n=100)
    wrong = sum(count for status, count in load.statuses.items() if status != 200)
    cores = " | ".join(f"{each:.2f}" for each in load.cores) or "– | – | – | –"
    return (
        f"| {name} | {len(added):,} | {cuts[49]:.1f} | {cuts[89]:.1f} | {cuts[98]:.1f} | {wrong} | {cores} |"
    )


def main() -> None:
    """Measure, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("app", nargs="?", choices=["provider", "plain"], help=argparse.SUPPRESS)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second, all clients together")
    parser.add_argument("--rates", type=_rates, default=[], help="further rates, each for half as long")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--latency", type=float, default=1.0, help="of the provider, seconds")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=0.0, help="of load for the memory's sake")
    options = parser.parse_args()
    if options.app:
        serve_app(options.app)
    else:
        asyncio.run(compare(options))


async def compare(options: argparse.Namespace) -> None:
    """Both services in turn over one provider."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        latency = str(options.latency)
        with running(own_command("provider"), folder / "provider", LATENCY_S=latency) as (provider, asked):
            print(
                "| added to the provider's latency | requests | median ms | p90 ms | p99 ms | errors ", end=""
            )
            print(f"| cores: service | provider | clients | all, of {os.cpu_count()} |")
            print(f"|---{'|---' * 9}|", flush=True)
            base_url = to_base_url(provider)
            with running(own_command("plain"), folder / "plain", BASE_URL=base_url) as (plain, pid):
                await await_answer(plain, 1)
                load = Load(plain, options.clients, options.rate)
                await load.run(options.seconds, "plain", (pid, asked))
                print(row("FastAPI and instructor, one process", load, options.latency), flush=True)
            command, variables = service_command(folder, provider, workers=options.workers)
            with running(command, folder / "serve", **variables) as (service, pid):
                await await_answer(service, options.workers)
                for rate in (*options.rates, options.rate):
                    load = Load(service, options.clients, rate)
                    share = 1 if rate == options.rate else 0.5
                    await load.run(share * options.seconds, f"serve-{rate}", (pid, asked))
                    name = f"extractor serve, {options.workers} workers, {rate:g} a second"
                    print(row(name, load, options.latency), flush=True)
                cached = Load(service, 1, 1.0, await measure_cached(service), Counter({200: 1000}))
                print(row("extractor serve, known posting, in all", cached, 0.0), flush=True)
                if options.minutes:
                    await watch_memory(service, pid, options)


def _rates(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


def own_command(app: str) -> list[str]:
    """The command that runs one of this module's applications."""
    return [sys.executable, "-m", "benchmarks.serve", app]


def service_command(
    folder: Path, provider: tuple[str, int], workers: int
) -> tuple[list[str], dict[str, str]]:
    """The command that runs the service over a provider, with its state in `folder`, and its variables."""
    command = [sys.executable, "-m", "extractor", "serve", "--port", "0", "--workers", str(workers)]
    return command, {
        "EXTRACTOR_BASE_URL": to_base_url(provider),
        "EXTRACTOR_MODEL": "test-model",
        "EXTRACTOR_CACHE_DIR": str(folder / "cache"),
        "EXTRACTOR_SERVE_STATE_DIR": str(folder / "state"),
    }


def to_base_url(provider: tuple[str, int]) -> str:
    """Where the provider's API is."""
    return f"http://{provider[0]}:{provider[1]}/v1"


if __name__ == "__main__":
    main()
