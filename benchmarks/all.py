"""All benchmarks of speed and of a batch's promises, one after the other; nothing else should be running.

    make bench                      the whole set, an hour or two
    make bench SIZE=small           whether they work, minutes

Each also runs by itself: `python -m benchmarks.batch_cpu --help`. Tables go to standard output, figures
as JSON into the folder given.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path

NAMES = ("cold_start", "batch_cpu", "batch_rate", "batch_memory", "batch_kills", "batch_faults")


def main(argv: Sequence[str] | None = None) -> None:
    """Run them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=("full", "small"), default="full")
    parser.add_argument("--out", type=Path, help="folder for figures as JSON")
    given = parser.parse_args(argv)
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        print(f"\n{name}", flush=True)
        written = ["--json", str(given.out / f"{name}.json")] if given.out else []
        importlib.import_module(f"benchmarks.{name}").main(["--size", given.size, *written])


if __name__ == "__main__":
    main()
