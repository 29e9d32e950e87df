"""Which cases a command works on: the committed ones, a folder of cases, or a file with a map."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.cases import CASES, Case, load_cases, select_cases
from eval.gold import Gold, read_gold, to_gold
from eval.outside import load_outside, read_map, with_golds

SECOND = "second.json"


def load_suite(
    cases: Path | None = None,
    mapping: Path | None = None,
    gold: Path | None = None,
    filters: Sequence[str] = (),
) -> list[Case]:
    """The cases asked for, in order of id.

    `cases` is a folder of case folders or, with `mapping`, a JSON Lines file; None the committed ones.
    `gold` is a JSON Lines file of whole labels, which keeps only the cases that it labels; without
    `cases` it stands alone, with golds but no texts. Raises ValueError where nothing is left.
    """
    selected = select_cases(_load(cases, mapping, gold), filters)
    if not selected:
        raise ValueError("no case is left" + (f" by the filters {', '.join(filters)}" if filters else ""))
    return sorted(selected, key=lambda case: case.id)


def _load(cases: Path | None, mapping: Path | None, gold: Path | None) -> list[Case]:
    if cases is None and gold is not None:
        return [_bare_case(label) for label in read_gold(gold).values()]
    if cases is not None and cases.is_file():
        if mapping is None:
            raise ValueError(f"{cases} is a file: --map must say how its rows are read")
        found = load_outside(cases, read_map(mapping))
    else:
        found = load_cases(cases or CASES)
    return found if gold is None else with_golds(found, read_gold(gold))


def _bare_case(gold: Gold) -> Case:
    language = (gold.posting or {}).get("language")
    return Case(gold.id, b"", "posting.txt", gold, source="gold", language=language)


def load_labels(path: Path) -> dict[str, Gold]:
    """Golds by id, of a JSON Lines file or a folder of cases."""
    return {case.id: case.gold for case in load_cases(path)} if path.is_dir() else read_gold(path)


def load_second_labels(cases: Sequence[Case]) -> dict[str, Gold]:
    """The second labeller's golds, of the cases that have a second.json beside gold.json."""
    files = {case.id: case.folder / SECOND for case in cases if case.folder}
    return {
        id_: to_gold(json.loads(file.read_text(encoding="utf-8")), id_)
        for id_, file in files.items()
        if file.exists()
    }
