#!/usr/bin/env python
"""Check what `make demo` printed: the contract's shape, the right job, and every quote in its place."""

import sys
from pathlib import Path

from extractor import Extraction

printed, posting = map(Path, sys.argv[1:])
text = posting.read_text(encoding="utf-8")
extraction = Extraction.model_validate_json(printed.read_text(encoding="utf-8"))

assert extraction.error is None, extraction.error
assert extraction.posting is not None
assert extraction.id == posting.stem
assert "Machine Learning Internship" in (extraction.posting.title or ""), extraction.posting.title
assert extraction.posting.company is not None
assert extraction.posting.company.name == "Pinterest", extraction.posting.company
assert extraction.posting.compensation == [], "this page states no pay"
assert extraction.posting.responsibilities, "the page lists duties"
assert extraction.evidence, "no value has evidence"
for pointer, places in extraction.evidence.items():
    for place in places:
        assert text[place.start : place.end] == place.quote, (pointer, place)
assert extraction.meta.cost_usd == 0, "the embedded model costs nothing"
print(f"make demo: sound; {len(extraction.evidence)} values with evidence, {extraction.meta.seconds:.0f} s")
