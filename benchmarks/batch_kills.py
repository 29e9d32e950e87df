"""Whether anything is lost or paid twice: one run killed (kill -9) at random instants and started again.

Every posting must be in the output exactly once, and the provider must have been asked as often as there
are postings, and once more for each call that was in flight at a kill.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider import Plan, Provider
from benchmarks.rows import numbered_replies, write_jsonl
from benchmarks.running import Figures, add_workers, make_parser, parse, read_ids, run_batch, workers_of


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = make_parser(__doc__, postings=(2000, 300), kills=(20, 4), in_flight=(64, 32))
    parser.add_argument("--latency-s", type=float, default=0.5)
    add_workers(parser)
    parser.add_argument("--seed", type=int, default=1)
    given = parse(parser, argv)
    rng, figures = random.Random(given.seed), Figures()
    with (
        tempfile.TemporaryDirectory() as name,
        Provider(numbered_replies(), Plan(given.latency_s)) as provider,
    ):
        folder = Path(name)
        rows, out = folder / "rows.jsonl", folder / "out.jsonl"
        write_jsonl(rows, given.postings)
        options = ("-n", str(given.in_flight), *workers_of(given))
        killed = 0
        for _ in range(given.kills):
            after_s = rng.uniform(0.5, 6.0)
            took = run_batch(provider, rows, out, *options, cache=folder / "cache", kill_after_s=after_s)
            killed += took.status < 0
        assert run_batch(provider, rows, out, *options, cache=folder / "cache").status == 0
        ids, counts = read_ids(out), provider.counts()
    lost = given.postings - len(set(ids))
    again = counts["requests"] - given.postings
    most = killed * given.in_flight
    figures.add("kills that met a run", [killed], "")
    figures.add("postings lost", [lost], "", "0", lost == 0)
    figures.add(
        "postings twice in the output", [len(ids) - len(set(ids))], "", "0", len(ids) == len(set(ids))
    )
    figures.add("calls beyond one a posting", [again], "", f"<= {most}, in flight", again <= most)
    figures.write(given.json)


if __name__ == "__main__":
    main()
