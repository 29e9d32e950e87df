"""What people use today, on the same postings through the same server, beside this project: one command.

    python -m benchmarks.peers                  overhead, faults, invention and kills, by a scripted provider
    python -m benchmarks.peers --embedded 8     F1 and seconds on that many cases, by the embedded model
    python -m benchmarks.peers --page           docs/comparison.md anew from what was measured

Each part rewrites its own section of docs/comparison.json, and then the page and its chart. Comparands are
installed under build/peers at first use. Times mean something on a quiet machine only: say --busy otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.peers.accuracy import LIMIT_S, measure_accuracy
from benchmarks.peers.environments import PEERS, Kind, prepare
from benchmarks.peers.page import FIGURES, write_page
from benchmarks.peers.scenarios import OURS, Trial
from extractor import __version__


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postings", type=int, default=20, help="a scenario")
    parser.add_argument("--embedded", type=int, metavar="CASES", help="the model's part, on so many cases")
    parser.add_argument("--only", nargs="+", default=[OURS, *(kind.name for kind in PEERS)])
    parser.add_argument("--busy", action="store_true", help="others are using this machine too")
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    given = parser.parse_args(argv)
    figures = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    if not given.page:
        part = "embedded" if given.embedded else "scripted"
        section = figures.setdefault(part, {"peers": {}})
        section |= {
            "postings": given.embedded or given.postings,
            "is_busy": given.busy,
            "on": date.today().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        }
        if given.embedded:
            section["limit_s"] = LIMIT_S
        for kind in chosen(given.only):
            name = kind.name if kind else OURS
            print(name, flush=True)
            section["peers"][name] = look_at(kind, given)
            FIGURES.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    write_page(figures)


def chosen(names: Sequence[str]) -> list[Kind | None]:
    """The comparands of these names; None is this project."""
    return [*([None] if OURS in names else []), *(kind for kind in PEERS if kind.name in names)]


def look_at(kind: Kind | None, given: argparse.Namespace) -> dict[str, Any]:
    """One comparand's figures, or why there are none."""
    try:
        if kind:
            prepare(kind)
    except subprocess.CalledProcessError as error:
        return {"missing": f"could not be installed: {error}"}
    version = kind.version if kind else __version__
    if given.embedded:
        return {"version": version, **measure_accuracy(kind, given.embedded)}
    with tempfile.TemporaryDirectory() as folder:
        return {
            "version": version,
            **Trial(kind.name if kind else OURS, kind, Path(folder), given.postings).all(),
        }


if __name__ == "__main__":
    main()
