"""CPU a posting, without latency: `extractor batch`, new and all cached, beside what one would write by hand.

Of a batch what is counted is the difference between a run over all postings and one over a tenth of
them, so that starting is not. All ask the same provider about the same postings; the runs take turns.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider import Provider
from benchmarks.rows import numbered_replies, whole_replies, write_jsonl
from benchmarks.running import Figures, add_workers, environment, make_parser, parse, run_batch, workers_of

EXTRACTIONS = json.dumps({"extractions": [{"title": "Engineer"}]})  # of the form that langextract reads


def measure_batch(count: int, first: int, options: Sequence[str]) -> tuple[float, float]:
    """CPU milliseconds a posting of a batch: new, and with everything cached."""
    with tempfile.TemporaryDirectory() as name, Provider(numbered_replies()) as provider:
        folder = Path(name)
        write_jsonl(folder / "all.jsonl", count, first)
        write_jsonl(folder / "tenth.jsonl", count // 10, first + count)
        new, cached = (
            {
                rows: run_batch(
                    provider,
                    folder / f"{rows}.jsonl",
                    folder / f"{rows}{turn}.jsonl",
                    *options,
                    cache=folder / "cache",
                ).cpu_s
                for rows in ("all", "tenth")
            }
            for turn in range(2)
        )
        assert provider.counts()["requests"] == count + count // 10
    return tuple(1000 * (cpu["all"] - cpu["tenth"]) / (count - count // 10) for cpu in (new, cached))  # type: ignore[return-value]


def measure_loop(how: str, replies: Sequence[str], count: int) -> float:
    """CPU milliseconds a posting of a loop written by hand."""
    with tempfile.TemporaryDirectory() as name, Provider(replies) as provider:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.plain_loop", "--how", how, "--postings", str(count)],
            env=environment(provider, Path(name)),
            stdout=subprocess.PIPE,
            check=True,
        )
    return float(json.loads(done.stdout)["cpu_ms"])


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = make_parser(__doc__, postings=(2000, 100), runs=(5, 1))
    add_workers(parser)
    given = parse(parser, argv)
    loops = {"instructor": whole_replies(), "question": numbered_replies(), "openai": whole_replies()}
    if importlib.util.find_spec("langextract"):
        loops["langextract"] = (EXTRACTIONS,)
    names = {
        "instructor": "loop of instructor calls, whole record",
        "question": "loop of instructor calls, our question",
        "openai": "loop over the OpenAI client, whole record",
        "langextract": "langextract",
    }
    new: list[float] = []
    cached: list[float] = []
    theirs: dict[str, list[float]] = {how: [] for how in loops}
    for turn in range(given.runs):
        both = measure_batch(given.postings, turn * 2 * given.postings, workers_of(given))
        new.append(both[0])
        cached.append(both[1])
        for how, replies in loops.items():
            theirs[how].append(measure_loop(how, replies, given.postings))
    figures = Figures()
    is_met = sum(new) <= sum(theirs["instructor"])
    figures.add("CPU a posting, extractor batch", new, "ms", "<= instructor's", is_met)
    for how, runs in theirs.items():
        figures.add(f"CPU a posting, {names[how]}", runs, "ms")
    figures.add("CPU a posting, extractor batch, all cached", cached, "ms", "<= 1", max(cached) <= 1)
    figures.write(given.json)


if __name__ == "__main__":
    main()
