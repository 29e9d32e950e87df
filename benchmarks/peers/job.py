"""The job that each comparand is given: one record a posting, in words that none of them is favoured by.

This and the modules of the comparands run in environments that have only the comparand: what is imported
here must need pydantic and nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.schema import JobPosting

SYSTEM = (
    "Extract the job posting that the user gives into the schema. Copy lists word for word. "
    "Leave out what the posting does not state."
)
MOST_TOKENS = 2048  # of a reply; a whole record has 920 to 1,340
# What langextract and DELM, which have flat values of text, are asked for: our name, theirs, its meaning.
TEXTS = (
    ("title", "title", "job title"),
    ("company/name", "company_name", "the employer's name"),
)
LISTS = (
    ("responsibilities", "responsibilities", "duties, word for word"),
    ("required_qualifications", "required_qualifications", "what applicants must have, word for word"),
    ("preferred_qualifications", "preferred_qualifications", "what is a plus, word for word"),
    ("benefits", "benefits", "perks, insurance, leave, word for word"),
)


@dataclass(frozen=True)
class Given:
    """One posting."""

    id: str
    text: str


@dataclass(frozen=True)
class Server:
    """Who answers."""

    base_url: str
    model: str
    in_flight: int
    key: str

    @classmethod
    def from_environment(cls) -> Server:
        """As the benchmark says it."""
        told = {name: os.environ[f"PEER_{name}"] for name in ("BASE_URL", "MODEL", "IN_FLIGHT", "KEY")}
        return cls(told["BASE_URL"], told["MODEL"], int(told["IN_FLIGHT"]), told["KEY"])


Tell = Callable[[str, Mapping[str, Any] | None, str | None], None]
"""Told of each posting: its id, its record, or what went wrong."""


def strict(schema: Any) -> Any:
    """The schema with every property required, as strict structured output has it: where fields may be left
    out, a small model leaves out all of them."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items() if key != "default"}
    if "properties" in made:
        made["required"] = list(made["properties"])
    return made


class Whole(JobPosting):
    """The contract with every field required."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The strict form of the schema."""
        made: dict[str, Any] = strict(super().model_json_schema(*args, **kwargs))
        return made


def to_record(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The contract's shape, from flat values by the names of TEXTS and LISTS; skills by `skills`."""
    record: dict[str, Any] = {}
    for path, name, _ in TEXTS:
        if flat.get(name):
            record.update({"company": {"name": flat[name]}} if "/" in path else {path: flat[name]})
    record |= {path: list(flat[name]) for path, name, _ in LISTS if flat.get(name)}
    if flat.get("skills"):
        record["skills"] = [{"name": name} for name in flat["skills"]]
    return record


def to_flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse: what a faultless model answers to those that ask for flat values."""
    employer = record.get("company") or {}
    flat: dict[str, Any] = {"title": record.get("title"), "company_name": employer.get("name")}
    flat |= {name: record.get(path) or [] for path, name, _ in LISTS}
    return flat | {"skills": [skill["name"] for skill in record.get("skills") or []]}


def to_json(record: Mapping[str, Any]) -> str:
    """As a reply holds it."""
    return json.dumps(record, ensure_ascii=False)
