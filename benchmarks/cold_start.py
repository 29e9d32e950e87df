"""CPU seconds of a whole `extractor extract` of one posting, the interpreter's start included, and of its
parts that no posting can do without; the provider answers at once."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider import Provider
from benchmarks.rows import numbered_replies, postings
from benchmarks.running import Figures, environment, make_parser, parse, run

STEPS = {
    "interpreter": "pass",
    "reading code imported": "import extractor; extractor.Extractor",
    "posting cut and judged, nothing asked": (
        "import sys; from extractor.document import load_document; from extractor.outline import outline; "
        "outline(load_document(sys.argv[1]))"
    ),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    given = parse(make_parser(__doc__, runs=(9, 1)), argv)
    figures = Figures()
    with tempfile.TemporaryDirectory() as name, Provider(numbered_replies()) as provider:
        path = Path(name, "posting.txt")
        path.write_text(next(postings(1)).text, "utf-8")
        env = environment(provider, Path(name, "cache"))
        for step, code in STEPS.items():
            command = [sys.executable, "-c", code, str(path)]
            figures.add(f"cold start: {step}", [run(command, env).cpu_s for _ in range(given.runs)], "CPU s")
        whole = [sys.executable, "-m", "extractor", "extract", str(path)]
        asked = [run([*whole, "--no-cache"], env).cpu_s for _ in range(given.runs)]
        figures.add("extractor extract, asked over HTTP", asked, "CPU s")
        run(whole, env)
        kept = [run(whole, env).cpu_s for _ in range(given.runs)]
        figures.add("extractor extract, kept", kept, "CPU s", "< 1", max(kept) < 1)
    figures.write(given.json)


if __name__ == "__main__":
    main()
