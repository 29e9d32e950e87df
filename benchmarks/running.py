"""Runs of `extractor batch` against a provider, each in a process of its own, with what it took; figures
collected, shown as a table, written as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.provider import Provider


@dataclass(frozen=True)
class Took:
    """One process: its exit status, seconds on the clock and of processors, most memory in MB."""

    status: int
    wall_s: float
    cpu_s: float
    peak_mb: float


def environment(provider: Provider, cache: Path) -> dict[str, str]:
    """What a process that asks the provider finds in its environment; nothing of the user's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EXTRACTOR_")}
    return kept | {
        "EXTRACTOR_BASE_URL": provider.base_url,
        "EXTRACTOR_MODEL": "benchmark",
        "EXTRACTOR_API_KEY": "none",
        "EXTRACTOR_CACHE_DIR": str(cache),
        "PYTHONHASHSEED": "0",
    }


def run_batch(
    provider: Provider, rows: Path, out: Path, *options: str, cache: Path, kill_after_s: float | None = None
) -> Took:
    """Answer the postings in `rows`; `kill_after_s`: kill -9 then, unless it has ended."""
    command = [sys.executable, "-m", "extractor", "batch", str(rows), "-o", str(out), *options]
    return run(command, environment(provider, cache), kill_after_s)


def run(command: Sequence[str], env: Mapping[str, str], kill_after_s: float | None = None) -> Took:
    """Run a command to its end, silent unless it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    if kill_after_s is not None:
        while time.monotonic() - started < kill_after_s and process.poll() is None:
            time.sleep(0.005)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        else:  # it ended by itself, so that its use of the processor is no longer to be had
            return Took(process.returncode, time.monotonic() - started, 0.0, 0.0)
    said = process.stderr.read()
    _, ended, usage = os.wait4(process.pid, 0)
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode > 0:
        print(said.decode(errors="replace")[-2000:], file=sys.stderr)
    to_mb = 1e6 if sys.platform == "darwin" else 1e3
    return Took(
        process.returncode,
        time.monotonic() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / to_mb,
    )


def read_ids(out: Path) -> list[str]:
    """The ids of the rows of a run's output, in its order."""
    with out.open(encoding="utf-8") as file:
        return [json.loads(line)["id"] for line in file]


def count_errors(out: Path) -> int:
    """Rows that are answered by an error."""
    with out.open(encoding="utf-8") as file:
        return sum(json.loads(line)["error"] is not None for line in file)


@dataclass
class Figures:
    """What was measured: a row a figure, with all its runs."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, name: str, runs: Sequence[float], unit: str, goal: str = "", is_met: bool | None = None
    ) -> None:
        """One figure: the median of its runs."""
        row = {
            "figure": name,
            "median": statistics.median(runs),
            "runs": list(runs),
            "unit": unit,
            "goal": goal,
            "is_met": is_met,
        }
        self.rows.append(row)
        self._show(row)

    def _show(self, row: Mapping[str, Any]) -> None:
        spread = f"{min(row['runs']):.4g} to {max(row['runs']):.4g}" if len(row["runs"]) > 1 else ""
        verdict = {True: "met", False: "MISSED", None: ""}[row["is_met"]]
        print(
            f"{row['figure']:<58} {row['median']:>9.4g} {row['unit']:<6} {spread:<18} "
            f"{row['goal']:<18} {verdict}",
            flush=True,
        )

    def write(self, path: Path | None) -> None:
        """As JSON, with the machine that they were taken on."""
        if path is not None:
            machine = {
                "python": platform.python_version(),
                "system": platform.platform(),
                "cpus": os.cpu_count(),
            }
            path.write_text(json.dumps({"machine": machine, "figures": self.rows}, indent=1) + "\n", "utf-8")


def make_parser(description: str | None, **sizes: tuple[int, int]) -> argparse.ArgumentParser:
    """The options that all benchmarks share; `sizes`: an option's number in full and in small."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--size", choices=("full", "small"), default="full", help="small: a look at whether it works"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.set_defaults(sizes=sizes)
    for name, (full, small) in sizes.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=f"{full:,}; small: {small:,}")
    return parser


def add_workers(parser: argparse.ArgumentParser) -> None:
    """An option for how many processes read: those of a batch that was told nothing, unless given."""
    parser.add_argument(
        "--workers", type=int, help="processes that read postings; unset: as `extractor batch`"
    )


def workers_of(given: argparse.Namespace) -> tuple[str, ...]:
    """The same, as a batch is told it."""
    return () if given.workers is None else ("--workers", str(given.workers))


def parse(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """The options, sizes that were not given filled in."""
    given = parser.parse_args(argv)
    for name, (full, small) in given.sizes.items():
        if getattr(given, name) is None:
            setattr(given, name, full if given.size == "full" else small)
    return given
