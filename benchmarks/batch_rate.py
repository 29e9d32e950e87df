"""How much of the ideal rate a batch reaches: evidence and writing included.

Ideal: `in flight` calls side by side, each `latency` long. Beside it, turn by turn, a plain asyncio loop
of instructor calls for the whole record on the same number of postings.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider import Plan, Provider
from benchmarks.rows import numbered_replies, whole_replies, write_jsonl
from benchmarks.running import (
    Figures,
    add_workers,
    count_errors,
    environment,
    make_parser,
    parse,
    read_ids,
    run,
    run_batch,
    workers_of,
)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = make_parser(__doc__, postings=(2000, 200), runs=(3, 1), in_flight=(64, 64))
    parser.add_argument("--latency-s", type=float, default=1.0)
    add_workers(parser)
    given = parse(parser, argv)
    ideal_s = given.postings * given.latency_s / given.in_flight
    plan, figures = Plan(latency_s=given.latency_s), Figures()
    ours: list[float] = []
    plain: list[float] = []
    for turn in range(given.runs):
        with tempfile.TemporaryDirectory() as name, Provider(numbered_replies(), plan) as provider:
            folder = Path(name)
            write_jsonl(folder / "rows.jsonl", given.postings, turn * given.postings)
            took = run_batch(
                provider,
                folder / "rows.jsonl",
                folder / "out.jsonl",
                "-n",
                str(given.in_flight),
                *workers_of(given),
                cache=folder / "c",
            )
            assert took.status == 0, took
            assert len(read_ids(folder / "out.jsonl")) == given.postings
            assert count_errors(folder / "out.jsonl") == 0
            ours.append(100 * ideal_s / took.wall_s)
        with tempfile.TemporaryDirectory() as name, Provider(whole_replies(), plan) as provider:
            options = [
                "--postings",
                str(given.postings),
                "--in-flight",
                str(given.in_flight),
                "--how",
                "instructor",
            ]
            command = [sys.executable, "-m", "benchmarks.plain_loop", *options]
            plain.append(100 * ideal_s / run(command, environment(provider, Path(name))).wall_s)
    figures.add("ideal rate reached, extractor batch", ours, "%", ">= 95", min(ours) >= 95)
    figures.add("ideal rate reached, plain loop of instructor", plain, "%")
    figures.write(given.json)


if __name__ == "__main__":
    main()
