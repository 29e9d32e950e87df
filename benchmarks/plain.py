"""The pipeline beside one plain instructor call with the whole schema: seconds, tokens, F1, seed by seed.

python -m benchmarks.plain [PATTERN]...     default: the five seeds

Both ask the same model, one posting after the other, neither with a cached reply; the model that
settings name, else the embedded one. A plain call that does not end is cut at its token limit, as a user
would find it. Run it alone: on two cores a second process makes the figures say nothing.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from typing import Any

from eval.cases import load_cases, select_cases
from eval.extractors import open_answerer
from eval.judging import judge
from eval.metrics import measure
from eval.predictions import to_prediction

NAMES = ("pipeline", "plain")


async def main(patterns: list[str]) -> None:
    """Run both and print a table and a summary."""
    cases = select_cases(load_cases(), patterns or ["seeds/*"])
    rows: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in NAMES}
    print(
        f"{'case':24} {'':9} {'seconds':>8} {'read':>6} {'of it cached':>13} {'written':>8}  error",
        flush=True,
    )
    for name in NAMES:
        async with open_answerer(name, cases, cache=False) as answer:
            for case in cases:
                row = rows[name][case.id] = await answer(case)
                meta = row["meta"]
                print(
                    f"{case.id.rpartition('/')[2][:24]:24} {name:9} {meta['seconds']:8.1f} "
                    f"{meta['input_tokens']:6} "
                    f"{meta['cached_input_tokens']:13} {meta['output_tokens']:8}  "
                    f"{(row['error'] or {}).get('code', '')}",
                    flush=True,
                )
    for name in NAMES:
        judgement = judge(cases, {case_id: [to_prediction(row)] for case_id, row in rows[name].items()})
        seconds = [row["meta"]["seconds"] for row in rows[name].values()]
        written = [row["meta"]["output_tokens"] for row in rows[name].values()]
        pooled = measure(judgement.counts, judgement.scale).pooled.f1 or 0.0
        print(
            f"{name:9} pooled F1 {pooled:.3f}   median {statistics.median(seconds):.1f} s   "
            f"{statistics.median(written):.0f} tokens written"
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
