"""What a provider's troubles cost: a limit of requests a minute, replies that fail in mixed ways, an outage.

Nothing may be lost; under a limit the rate must be within a tenth of what is allowed. Times are scaled:
the outage's length is an option, ten minutes where there is time for it.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider import Plan, Provider
from benchmarks.rows import numbered_replies, write_jsonl
from benchmarks.running import Figures, count_errors, make_parser, parse, read_ids, run_batch


def run_under(plan: Plan, count: int, outage: tuple[float, float] | None = None) -> tuple[float, int, int]:
    """Seconds, postings lost, postings answered by an error; `outage`: when it begins, how long it is."""
    with tempfile.TemporaryDirectory() as name, Provider(numbered_replies(), plan) as provider:
        folder = Path(name)
        write_jsonl(folder / "rows.jsonl", count)
        if outage is not None:
            threading.Thread(target=_break, args=(provider, plan, *outage), daemon=True).start()
        took = run_batch(
            provider, folder / "rows.jsonl", folder / "out.jsonl", "-n", "64", cache=folder / "cache"
        )
        lost = count - len(set(read_ids(folder / "out.jsonl")))
        return took.wall_s, lost, count_errors(folder / "out.jsonl")


def _break(provider: Provider, plan: Plan, after_s: float, length_s: float) -> None:
    time.sleep(after_s)
    provider.change(Plan(latency_s=plan.latency_s, is_down=True))
    time.sleep(length_s)
    provider.change(plan)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = make_parser(__doc__, postings=(2000, 200), per_minute=(600, 1200), outage_s=(60, 4))
    given = parse(parser, argv)
    figures = Figures()
    for tells in (True, False):
        plan = Plan(latency_s=0.3, per_minute=given.per_minute, tells_wait=tells)
        wall_s, lost, failed = run_under(plan, given.postings)
        share = 100 * (60 * given.postings / given.per_minute) / wall_s
        how = "with Retry-After" if tells else "without Retry-After"
        figures.add(f"429s, {how}: rate of the allowance", [share], "%", "90 to 110", 90 <= share <= 110)
        figures.add(f"429s, {how}: lost or failed", [lost + failed], "", "0", lost + failed == 0)
    wall_s, lost, failed = run_under(Plan(latency_s=0.3, fault_share=0.2), given.postings)
    figures.add("one reply in five fails: lost or failed", [lost + failed], "", "0", lost + failed == 0)
    figures.add("one reply in five fails: time", [wall_s], "s")
    wall_s, lost, failed = run_under(Plan(latency_s=0.3), given.postings, (4.0, given.outage_s))
    figures.add(f"outage of {given.outage_s} s: lost or failed", [lost + failed], "", "0", lost + failed == 0)
    figures.add(f"outage of {given.outage_s} s: time", [wall_s], "s")
    figures.write(given.json)


if __name__ == "__main__":
    main()
