"""What is right for one posting, how much of it the labeller decided, and what else is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.comparators import Comparator


@dataclass(frozen=True)
class Gold:
    """The labels of one posting; `posting` None where the text is no job posting.

    `labelled` holds the pointers that the labeller decided; None: the keys that `posting` has.
    `alternatives` maps a key or pointer to further accepted values of it. The rest is for partial truth
    (facts that a source states of its own posting), by field name: a `silent` field may be left empty
    without fault; an `open` list may hold more than its gold; `comparators` replaces the table's.
    """

    id: str
    posting: Mapping[str, Any] | None
    labelled: tuple[tuple[str, ...], ...] | None = None
    alternatives: Mapping[tuple[str, ...], tuple[Any, ...]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    comparators: Mapping[str, Comparator] = field(default_factory=dict)

    def is_labelled(self, path: tuple[str, ...]) -> bool:
        """Whether the labeller decided the value at `path`."""
        if self.posting is None:
            return True
        if self.labelled is None:
            return _has_key(self.posting, path)
        return any(path[: len(p)] == p or p[: len(path)] == path for p in self.labelled)


def _has_key(posting: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether `path` has a key, or lies under a null: a null part has no value in any of its keys."""
    node: Any = posting
    for key in path:
        if node is None:
            return True
        if not isinstance(node, Mapping) or key not in node:
            return False
        node = node[key]
    return True


def value_at(posting: Mapping[str, Any] | None, path: Iterable[str]) -> Any:
    """The value under keys, None where any is missing."""
    node: Any = posting
    for key in path:
        if not isinstance(node, Mapping):
            return None
        node = node.get(key)
    return node


def with_value(posting: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of `posting` with another value at `path`."""
    head, *rest = path
    if not rest:
        return {**posting, head: value}
    inner = posting.get(head)
    return {**posting, head: with_value(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)}


def to_path(pointer: str) -> tuple[str, ...]:
    """Keys of a JSON pointer or a dotted name, list indices left out: "/company/name", "company.name"."""
    parts = pointer.strip("/").split("/") if pointer.startswith("/") else pointer.split(".")
    return tuple(part for part in parts if part and not part.isdigit())


def to_gold(row: Mapping[str, Any], case_id: str | None = None) -> Gold:
    """A Gold from a gold.json or a line of gold.jsonl. Raises ValueError naming what is malformed."""
    if "posting" not in row:
        raise ValueError(f"gold {case_id or row.get('id')}: no key 'posting'")
    posting = row["posting"]
    if posting is not None and not isinstance(posting, dict):
        raise ValueError(f"gold {case_id or row.get('id')}: 'posting' is neither an object nor null")
    alternatives = row.get("alternatives") or {}
    labelled = row.get("labelled")
    return Gold(
        id=case_id or str(row["id"]),
        posting=posting,
        labelled=None if labelled is None else tuple(to_path(pointer) for pointer in labelled),
        alternatives={to_path(key): tuple(values) for key, values in alternatives.items() if values},
    )


def read_gold(path: Path) -> dict[str, Gold]:
    """Golds of a JSON Lines file, by id. Raises ValueError with the line number."""
    golds: dict[str, Gold] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            gold = to_gold(json.loads(line))
        except (ValueError, KeyError) as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
        if gold.id in golds:
            raise ValueError(f"{path}, line {number}: the id {gold.id} stands twice")
        golds[gold.id] = gold
    return golds
