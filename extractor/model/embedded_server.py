"""The process that runs the embedded model: `python -m extractor.model.embedded_server FOLDER`.

Clients start it (see `embedded`); it reads what to run from standard input, as JSON. It listens on a
loopback port of the system's choosing, behind a random key that only its user can read, and ends by
itself a while after the last client has gone, however that one went.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from extractor.model.tenancy import Server, Tenancy

SWEEP_S = 1.0
FIRST_LINGER_S = 60.0  # until the first client has gone and left its own wish
EXIT_TAKEN = 75  # another server runs already


@dataclass(frozen=True)
class Job:
    """What to run: `identity` names it to clients; context in tokens."""

    identity: str
    model_path: str
    model_name: str
    context: int
    threads: int

    def to_json(self) -> str:
        """As the server reads it from standard input."""
        return json.dumps(asdict(self))


Engine = Callable[[Job, str], tuple[str, Any]]
"""Starts to answer for a job behind a key; the address, and what must be kept as long as it answers."""


def serve(folder: Path, job: Job, engine: Engine) -> NoReturn:
    """Run the engine until nobody needs it, and end the process."""
    tenancy = Tenancy(folder)
    tenancy.open()
    if not tenancy.claim():
        sys.exit(EXIT_TAKEN)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    key = secrets.token_urlsafe(32)
    url, _engine = engine(job, key)
    server = Server(url, key, os.getpid(), job.identity)
    tenancy.publish(server)
    _watch(tenancy, server, ended)
    if tenancy.published() == server:
        tenancy.retract()
    # Not sys.exit: the engine takes seconds to wind down, and nothing is left to save.
    os._exit(0)


def _watch(tenancy: Tenancy, server: Server, ended: threading.Event) -> None:
    """Return once asked to end, replaced, or left alone for as long as the last client wished."""
    linger_s, idle_since = FIRST_LINGER_S, time.monotonic()
    while not ended.wait(SWEEP_S):
        with tenancy.deciding(wait=False) as is_ours:
            if not is_ours:
                continue
            if tenancy.published() != server:
                return
            tenants = tenancy.sweep()
            if tenants.live or tenants.linger_s is not None:
                idle_since = time.monotonic()
                linger_s = linger_s if tenants.linger_s is None else tenants.linger_s
            if not tenants.live and time.monotonic() - idle_since >= linger_s:
                tenancy.retract()
                return


def run_llama(job: Job, key: str) -> tuple[str, Any]:
    """llama.cpp's own HTTP server, in this process."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = job.model_path
    params.model_alias = {job.model_name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = True  # tells clients how many tokens are written
    params.n_ctx = job.context
    params.fit_params = False  # else it may shrink the context to what memory it guesses is free
    # One sequence at a time: two share the same cores and both get slower. The states of other
    # prompts wait in memory, 28 KiB a token, so that clients that take turns do not read anew.
    params.n_parallel = 1
    params.cache_prompt = True
    params.cache_ram_mib = 1024
    params.verbosity = 1
    for cores in (params.cpuparams, params.cpuparams_batch):
        cores.n_threads = job.threads
    server = xllamacpp.Server(params)
    return server.listening_address, server


def main() -> NoReturn:
    """Entry point of the process."""
    job = Job(**json.loads(sys.stdin.readline()))
    serve(Path(sys.argv[1]), job, run_llama)


if __name__ == "__main__":
    main()
