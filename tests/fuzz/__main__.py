"""A long fuzzing run: `nice -n 19 .venv/bin/python -m tests.fuzz --seconds 3600 [--only NAME]`.

Inputs are the eval's postings and small pieces, mutated: `--engine mutation` at random, `--engine
atheris` guided by the coverage of this package. Each finding is told once a place in the code, and its
input is kept in the folder of `--keep`; mended, it becomes a case in `tests/fuzz/cases/`.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

SLOW_S = 20  # of CPU time, for inputs of at most 20,000 bytes; none took a tenth of it on an idle machine
LARGEST = 20_000


class TooSlow(Exception):
    """An input took longer than SLOW_S seconds."""


class Findings:
    """Runs targets, counts executions, and keeps each new way to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.executions: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self._told = time.monotonic()

    def run(self, name: str, target: Callable[[bytes], None], data: bytes) -> None:
        self.executions[name] += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_S)
        try:
            target(data)
        except Exception as error:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self._note(name, data, error)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if time.monotonic() - self._told > 60:
            self._told = time.monotonic()
            self.tell()

    def tell(self) -> None:
        total = sum(self.executions.values())
        print(f"{total:,} executions, {len(self.seen)} findings: {dict(self.executions)}", flush=True)

    def _note(self, name: str, data: bytes, error: Exception) -> None:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if "/extractor/" in f.filename]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside"
        mark = f"{name} {type(error).__name__} {place}"
        self.seen[mark] += 1
        if self.seen[mark] > 3:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(data).hexdigest()[:12]
        (self.folder / f"{name}-{digest}.bin").write_bytes(data)
        (self.folder / f"{name}-{digest}.txt").write_text("".join(traceback.format_exception(error)), "utf-8")
        print(f"FOUND {mark}: {str(error)[:200]} ({digest})", flush=True)


def stop_slow(_: int, __: FrameType | None) -> None:
    raise TooSlow


def mutate_for(seconds: float, names: list[str], findings: Findings, seed: int) -> None:
    """Random mutations of the seeds, targets in turn."""
    from fuzz.mutation import mutated, seeds
    from fuzz.targets import TARGETS

    chance, corpus, ends = random.Random(seed), seeds(), time.monotonic() + seconds
    while time.monotonic() < ends:
        for name in names:
            findings.run(name, TARGETS[name], mutated(chance, corpus)[:LARGEST])


def guide_for(seconds: float, names: list[str], findings: Findings, seed: int) -> None:
    """Mutations by libFuzzer, guided by coverage; the first byte chooses the target."""
    import atheris

    with atheris.instrument_imports(include=["extractor"]):
        from fuzz.targets import TARGETS
    from fuzz.mutation import seeds

    def one(data: bytes) -> None:
        if data:
            name = names[data[0] % len(names)]
            findings.run(name, TARGETS[name], data[1:])

    corpus = findings.folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds()):
        for index in range(len(names)):
            if (number + index) % 4 == 0:
                (corpus / f"{number}-{index}").write_bytes(bytes([index]) + content[:4000])
    flags = [
        f"-max_total_time={int(seconds)}",
        "-max_len=6000",
        "-timeout=0",
        "-rss_limit_mb=4000",
        f"-seed={seed}",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], one)
    try:
        atheris.Fuzz()
    finally:
        findings.tell()


def main() -> None:
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--engine", choices=["mutation", "atheris"], default="mutation")
    parser.add_argument("--only", choices=sorted(TARGETS), action="append")
    parser.add_argument("--keep", type=Path, default=Path(".fuzz"))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGVTALRM, stop_slow)
    findings = Findings(given.keep)
    engine = guide_for if given.engine == "atheris" else mutate_for
    engine(given.seconds, given.only or sorted(TARGETS), findings, given.seed)
    findings.tell()
    sys.exit(bool(findings.seen))


main()
