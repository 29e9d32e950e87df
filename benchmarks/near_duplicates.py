"""How well `--dedupe` tells near duplicates from different jobs, on variants of the committed cases.

    python benchmarks/near_duplicates.py

Each case's text is read by code alone (the embedded model's strategy, over a model that states nothing;
title, employer, places and pay are the labelled ones), as it is and in variants: with another site's
frame around it, with its white space and marks changed, cut to four fifths. Those are to be grouped with
it. Not to be grouped: any two cases, and a case with a sibling of the same sentences but another title,
place or pay. Printed: pairs found and expected.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests")]

from answers import smallest  # noqa: E402
from extractor.batch.dedupe import FEWEST_TRIPLES, Print, to_print  # noqa: E402
from extractor.model.scripted import Scripted  # noqa: E402
from extractor.pipeline import Extractor  # noqa: E402
from extractor.settings import Settings  # noqa: E402

HEAD = "Jobs Board\nHome | Search | Sign in\nBack to results\n\n"
FOOT = "\n\nShare this job\nReport this listing\nGet new jobs by e-mail, one a day at most.\n© Jobs Board\n"

VARIANTS: dict[str, Callable[[str], str]] = {
    "another site's frame": lambda text: HEAD + text + FOOT,
    "white space": lambda text: re.sub(r"\n+", "\n\n", text.replace("\t", " ")),
    "bullets' marks": lambda text: re.sub(r"^(\s*)[-*•·]\s+", r"\1– ", text, flags=re.M),
    "cut to four fifths": lambda text: text[: len(text) * 4 // 5],
}


def read_cases(extractor: Extractor) -> Iterator[tuple[str, Print, dict[str, Print]]]:
    """Name, print, and the variants' prints of each case that is a posting in plain text."""
    for folder in sorted(CHECKOUT.glob("eval/cases/*/*")):
        file = folder / "posting.txt"
        gold = json.loads((folder / "gold.json").read_text())
        gold = gold.get("posting", gold) if file.exists() else None
        if not gold or not gold.get("title"):
            continue
        known = to_print({**_empty(), **gold})
        text = file.read_text()
        yield folder.name, _print(extractor, text, known), {
            name: _print(extractor, change(text), known) for name, change in VARIANTS.items()
        }  # fmt: skip


def _print(extractor: Extractor, text: str, known: Print) -> Print:
    posting = extractor.extract(text).posting
    if posting is None:
        return replace(known, triples=frozenset())
    return replace(known, triples=to_print(json.loads(posting.model_dump_json())).triples)


def _empty() -> dict[str, object]:
    from extractor.schema import JobPosting

    empty: dict[str, object] = json.loads(JobPosting().model_dump_json())
    return empty


def siblings(mine: Print) -> Iterator[tuple[str, Print]]:
    """Other jobs with the same sentences."""
    yield "another title", replace(mine, title=f"regional {mine.title} manager night shift")
    if mine.places:
        yield "another place", replace(mine, places=frozenset({"elsewhere"}))
    if mine.pay:
        yield "another pay", replace(mine, pay=frozenset({"1 2 hour"}))


def main() -> None:
    """Print the table."""
    model = Scripted(lambda request: smallest(request.schema, request.schema))
    settings = Settings(strategy="assisted", cache=False)
    with Extractor(settings, model=model) as extractor:
        cases = list(read_cases(extractor))
    usable = [(name, mine, others) for name, mine, others in cases if len(mine.triples) >= FEWEST_TRIPLES]
    print(f"{len(cases)} cases, {len(usable)} with enough sentences")
    for variant in VARIANTS:
        found = [name for name, mine, others in usable if mine.similarity(others[variant])]
        missed = sorted({name for name, *_ in usable} - set(found))
        print(
            f"to be grouped, {variant}: {len(found)} of {len(usable)}; missed: {', '.join(missed) or 'none'}"
        )
    wrong: dict[str, list[int]] = {}
    for _, mine, _ in usable:
        for how, other in siblings(mine):
            wrong.setdefault(how, []).append(bool(mine.similarity(other)))
    for how, hits in wrong.items():
        print(f"not to be grouped, same sentences, {how}: {sum(hits)} of {len(hits)}")
    pairs = list(itertools.combinations(usable, 2))
    merged = sum(bool(first[1].similarity(second[1])) for first, second in pairs)
    share = max(
        len(first[1].triples & second[1].triples) / len(first[1].triples | second[1].triples)
        for first, second in pairs
    )
    print(f"not to be grouped, different cases: {merged} of {len(pairs):,}; largest share {share:.2f}")


if __name__ == "__main__":
    main()
