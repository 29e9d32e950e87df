"""A posting that tests share, and replies to any question about one."""

from __future__ import annotations

import json
from typing import Any

from provider import Answer, Received, completion

POSTING = """\
Line Cook
Acme Kitchens, Lyon, France

Responsibilities
- Prepare the dishes of the day
- Keep the station clean

Requirements
- Two years of experience in a professional kitchen
- Knife skills

Pay: 14.50 EUR per hour
"""


def smallest(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """The emptiest value that a JSON Schema allows."""
    if "$ref" in schema:
        return smallest(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    options = schema.get("anyOf", [])
    kind = schema.get("type", "null" if options else "string")
    if {"type": "null"} in options or "null" in kind:
        return None
    if options:
        return smallest(options[0], root)
    if kind == "object":
        return {name: smallest(part, root) for name, part in schema.get("properties", {}).items()}
    if "enum" in schema:
        return schema["enum"][0]
    return {"array": [], "string": "", "boolean": True}.get(kind, 0)


def answer_emptily(received: Received) -> Answer:
    """A valid reply that states nothing, whatever was asked."""
    schema = received.body["response_format"]["json_schema"]["schema"]
    return completion(json.dumps(smallest(schema, schema)))
