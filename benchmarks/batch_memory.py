"""Whether memory is bounded and time linear: a run over many rows beside one over a hundredth of them.

Rows are answered from the cache's own postings where `distinct` is smaller than `rows`: the provider is
then asked about each distinct posting once, and what is measured is reading, ledger and output.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider import Provider
from benchmarks.rows import numbered_replies, postings
from benchmarks.running import Figures, Took, make_parser, parse, read_ids, run_batch


def write_rows(path: Path, count: int, distinct: int) -> None:
    """`count` rows, each with an id of its own, over `distinct` postings."""
    texts = [posting.text for posting in postings(distinct)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({"id": f"{number:07}", "text": texts[number % distinct]}) + "\n")


def measure(count: int, distinct: int) -> Took:
    """One run over `count` rows."""
    with tempfile.TemporaryDirectory() as name, Provider(numbered_replies()) as provider:
        folder = Path(name)
        write_rows(folder / "rows.jsonl", count, distinct)
        took = run_batch(provider, folder / "rows.jsonl", folder / "out.jsonl", cache=folder / "cache")
        assert took.status == 0, took
        assert len(set(read_ids(folder / "out.jsonl"))) == count
    return took


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    sizes = {"rows": (200_000, 2_000), "few": (2_000, 200), "distinct": (1_000, 100), "runs": (3, 1)}
    given = parse(make_parser(__doc__, **sizes), argv)
    few, many, tenth = (
        [measure(count, given.distinct) for _ in range(given.runs)]
        for count in (given.few, given.rows, given.rows // 10)
    )
    figures = Figures()
    figures.add(f"peak memory, {given.few:,} rows", [took.peak_mb for took in few], "MB")
    figures.add(f"peak memory, {given.rows:,} rows", [took.peak_mb for took in many], "MB")
    more = [a.peak_mb - b.peak_mb for a, b in zip(many, few, strict=True)]
    figures.add("more of it", more, "MB", "<= 50", max(more) <= 50)
    slopes = [
        ((a.wall_s - c.wall_s) / 0.9) / max(1e-9, (b.wall_s - c.wall_s) / (0.1 - given.few / given.rows))
        if given.few < given.rows // 10
        else a.wall_s / (10 * b.wall_s)
        for a, b, c in zip(many, tenth, few, strict=True)
    ]
    figures.add("time a row, late rows to early rows", slopes, "times", "<= 1.2", max(slopes) <= 1.2)
    figures.add(f"time, {given.rows:,} rows", [took.wall_s for took in many], "s")
    figures.write(given.json)


if __name__ == "__main__":
    main()
