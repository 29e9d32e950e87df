"""A comparand at work, in a process and an environment of its own.

    python -m benchmarks.peers.worker MODULE ROWS OUT

Reads postings from ROWS (JSON Lines of id and text), appends a line a posting to OUT as it is answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.job import Given, Server


def main(module: str, rows: Path, out: Path) -> None:
    """Extract them all."""
    given = [Given(**json.loads(line)) for line in rows.read_text("utf-8").splitlines()]
    began = time.monotonic()
    with out.open("a", encoding="utf-8") as file:

        def tell(name: str, posting: Mapping[str, Any] | None, error: str | None) -> None:
            row = {"id": name, "posting": posting, "error": error, "seconds": time.monotonic() - began}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()

        import_module(f"benchmarks.peers.{module}").extract_all(given, Server.from_environment(), tell)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
