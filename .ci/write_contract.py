"""Write docs/contract.md, the record as its pydantic classes tell it; --check: say whether it is current.

.venv/bin/python .ci/write_contract.py [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from extractor.schema import SCHEMA_VERSION, Extraction

PAGE = Path(__file__).resolve().parent.parent / "docs" / "contract.md"
HEAD = f"""# The contract

What one extraction returns, for every door: library, command line, batch, HTTP. Written from the pydantic
classes in `extractor/schema.py` by `.ci/write_contract.py`; a test says when it differs. Version
{SCHEMA_VERSION} of the schema: fields are added, never renamed. `extractor schema` prints the JSON Schema.

A key is always present. Absent is `null` or `[]`; a value is never invented to fill it. Lists of text are
the posting's own words, in its order. Where values stand in the text: [how evidence works](evidence.md).
"""


def render() -> str:
    """The page."""
    schema = Extraction.model_json_schema(mode="serialization")
    parts: dict[str, Any] = schema["$defs"]
    order = ["JobPosting", *(name for name in parts if name != "JobPosting")]
    titles = {"Extraction": schema, **{name: parts[name] for name in order}}
    sections = [_section(name, part) for name, part in titles.items() if part.get("properties")]
    return "\n".join([HEAD, *sections])


def _section(name: str, part: Mapping[str, Any]) -> str:
    about = part.get("description", "").replace("\n", " ").strip()
    rows = [_row(key, value) for key, value in part["properties"].items()]
    return "\n".join([f"## {name}", "", about, "", "| key | type | meaning |", "|---|---|---|", *rows, ""])


def _row(key: str, value: Mapping[str, Any]) -> str:
    told = value.get("description", "")
    return f"| `{key}` | {_type(value)} | {told} |"


def _type(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value or "oneOf" in value:
        kinds = dict.fromkeys(_type(option) for option in value.get("anyOf") or value["oneOf"])
        return " or ".join(kinds)
    if "enum" in value or "const" in value:
        return " ".join(f"`{word}`" for word in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    if value.get("type") == "object":
        held = value.get("additionalProperties")
        return f"pointer → {_type(held)}" if isinstance(held, Mapping) else "object"
    return " ".join(_scalar(value))


def _scalar(value: Mapping[str, Any]) -> Iterator[str]:
    """The type, its format, and what it must look like."""
    yield {"string": "text", "null": "`null`"}.get(value.get("type", "any"), value.get("type", "any"))
    if "format" in value:
        yield f"({value['format']})"
    if "pattern" in value:
        yield f"`{json.dumps(value['pattern'])[1:-1]}`"


def main(arguments: list[str]) -> int:
    """Write, or compare."""
    page = render()
    if "--check" in arguments:
        return int(page != PAGE.read_text("utf-8"))
    PAGE.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
