"""The committed cases: a folder each, eval/cases/<set>/<case>/{posting.*, gold.json, case.toml}."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from eval.comparators import COMPANY
from eval.gold import Gold, to_gold, value_at

CASES = Path(__file__).parent / "cases"
_SUFFIXES = (".txt", ".html", ".md", ".pdf")


@dataclass(frozen=True)
class Case:
    """One posting as received, with its gold and what is known of where it comes from.

    `today` is the day that relative dates count from. `body` names the fields whose fact stands in the
    free text and not only in header lines (outside data; None: not known). `folder` is None for a case
    that is no folder.
    """

    id: str
    content: bytes
    name: str
    gold: Gold
    source: str
    split: str = "dev"
    tags: tuple[str, ...] = ()
    language: str | None = None
    today: date | None = None
    body: frozenset[str] | None = None
    folder: Path | None = None

    @property
    def format(self) -> str:
        """text, html, md or pdf: how the posting came."""
        return {"txt": "text"}.get(suffix := self.name.rpartition(".")[2], suffix)

    @property
    def cluster(self) -> str:
        """The employer, since postings of one employer are alike; the case itself where none is named."""
        return COMPANY.canonical(value_at(self.gold.posting, ("company", "name"))) or self.id

    @property
    def text(self) -> str:
        """The posting's characters; of a PDF, which has none, the empty string."""
        return "" if self.format == "pdf" else self.content.decode("utf-8", errors="replace")


def load_case(folder: Path, root: Path = CASES) -> Case:
    """The case in `folder`. Raises ValueError naming the file that is missing or malformed."""
    postings = [p for p in sorted(folder.glob("posting.*")) if p.suffix in _SUFFIXES]
    if len(postings) != 1:
        raise ValueError(f"{folder}: {len(postings)} posting files, expected one posting.{{txt,html,md,pdf}}")
    case_id = folder.relative_to(root).as_posix()
    try:
        about = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        gold = to_gold(json.loads((folder / "gold.json").read_text(encoding="utf-8")), case_id)
        language = value_at(gold.posting, ["language"]) or about.get("language")
        today = about.get("today")
        return Case(
            id=case_id,
            content=postings[0].read_bytes(),
            name=postings[0].name,
            gold=gold,
            source=folder.parent.name,
            split=str(about.get("split", "dev")),
            tags=tuple(about.get("tags", ())),
            language=language,
            today=today if isinstance(today, date) or today is None else date.fromisoformat(today),
            folder=folder,
        )
    except (OSError, ValueError) as error:
        raise ValueError(f"{folder}: {error}") from error


def load_cases(root: Path = CASES) -> list[Case]:
    """All cases under `root`, in order of their ids."""
    folders = sorted(gold.parent for gold in root.glob("*/*/gold.json"))
    return [load_case(folder, root) for folder in folders]


def select_cases(cases: Iterable[Case], patterns: Sequence[str]) -> list[Case]:
    """Cases that match any pattern: a glob or part of the id, or `tag:pay_hour`, `split:dev`, `lang:de`."""
    return [case for case in cases if not patterns or any(_matches(case, pattern) for pattern in patterns)]


def _matches(case: Case, pattern: str) -> bool:
    kind, colon, wanted = pattern.partition(":")
    known = {
        "tag": case.tags, "split": (case.split,), "lang": (case.language,), "format": (case.format,),
        "source": (case.source,),
    }  # fmt: skip
    if colon and kind in known:
        return wanted in known[kind]
    return fnmatchcase(case.id, pattern) or fnmatchcase(case.id, f"*{pattern}*")


def digest_cases(cases: Iterable[Case]) -> str:
    """SHA-256 over ids, postings and golds, whatever their order: figures over other cases do not compare."""
    parts = sorted(
        json.dumps(
            [
                case.id,
                hashlib.sha256(case.content).hexdigest(),
                case.gold.posting,
                sorted("/".join(p) for p in case.gold.labelled or ()),
                sorted(("/".join(k), v) for k, v in case.gold.alternatives.items()),
                sorted(case.gold.silent),
                sorted(case.gold.open),
            ],
            sort_keys=True,
            ensure_ascii=False,
            default=str,
        )
        for case in cases
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
