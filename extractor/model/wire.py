"""What goes over the wire for a response model, worked out once a class.

instructor builds a new class, walks every field for validators and generates the JSON Schema anew
at each call: some 12 ms for a large schema. It does none of that for a class that has no fields and
brings its schema ready made, so `wire_class` gives it one, which validates against the real class.
"""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError

from extractor.records import schema_of

# Keywords that the published rules for strict schemas name as supported.
_KEPT = {
    *("description", "enum", "pattern", "format", "minItems", "maxItems"),
    *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
_REF = "#/$defs/"
_LOOKAROUND = "(?"  # in a regular expression; neither providers nor llama.cpp's grammars take it


class NotStrict(ValueError):
    """A schema that strict mode cannot express, for example an object with free keys."""


def to_strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema under the rules of OpenAI's strict mode.

    Every property is required, optional ones may be null, no object takes other keys, and keywords
    outside the rules are dropped (pydantic still checks them in the reply). Raises NotStrict.
    """
    defs = schema.get("$defs", {})
    root = _follow(schema, defs)
    if root.get("type") != "object":
        raise NotStrict("the root of a strict schema must be an object")
    strict = _to_strict(root, defs, "")
    if defs:
        strict["$defs"] = {name: _to_strict(part, defs, f"{_REF}{name}") for name, part in defs.items()}
    return strict


def _to_strict(schema: Mapping[str, Any], defs: Mapping[str, Any], path: str) -> dict[str, Any]:
    if "$ref" in schema and len(schema) == 1:
        return dict(schema)
    schema = _follow(schema, defs)
    kept = {key: value for key, value in schema.items() if key in _KEPT}
    if "const" in schema:
        kept["enum"] = [schema["const"]]
    if _LOOKAROUND in str(kept.get("pattern")):
        del kept["pattern"]
    if kept.get("format") not in _FORMATS:
        kept.pop("format", None)
    return kept | _structure(schema, defs, path)


def _structure(schema: Mapping[str, Any], defs: Mapping[str, Any], path: str) -> dict[str, Any]:
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return {"anyOf": [_to_strict(choice, defs, f"{path}/anyOf/{i}") for i, choice in enumerate(choices)]}
    match schema.get("type"):
        case "object" if "properties" in schema:
            return _object(schema, defs, path)
        case "array" if "items" in schema:
            return {"type": "array", "items": _to_strict(schema["items"], defs, f"{path}/items")}
        case "string" | "number" | "integer" | "boolean" | "null" as kind:
            return {"type": kind}
        case None if "enum" in schema or "const" in schema:
            return {}
        case kind:
            raise NotStrict(f"{path or '/'}: strict mode takes no {kind or 'value'} without fixed parts")


def _object(schema: Mapping[str, Any], defs: Mapping[str, Any], path: str) -> dict[str, Any]:
    required = schema.get("required", [])
    properties = {
        name: _to_strict(part, defs, f"{path}/properties/{name}")
        for name, part in schema["properties"].items()
    }
    return {
        "type": "object",
        "properties": {
            name: part if name in required else _to_nullable(part) for name, part in properties.items()
        },
        "required": list(properties),
        "additionalProperties": False,
    }


def _to_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    if null in schema.get("anyOf", []) or schema.get("type") == "null":
        return schema
    described = {"description": schema.pop("description")} if "description" in schema else {}
    return described | {"anyOf": [*schema.pop("anyOf", [schema]), null]}


def _follow(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema with a reference beside other keywords, or a lone allOf, taken in."""
    while True:
        if "$ref" in schema:
            target = defs[schema["$ref"].removeprefix(_REF)]
        elif len(schema.get("allOf", ())) == 1:
            target = schema["allOf"][0]
        else:
            return schema
        rest = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
        schema = {**target, **rest}


# Response models may be made for one posting, so the number kept is bounded.
@functools.lru_cache(maxsize=512)
def wire_class(response_model: type[Any], strict: bool) -> type[Any]:
    """The class, a ResponseSchema, to hand to instructor in place of `response_model`.

    It carries the schema (strict where that is asked for and can be expressed), checks replies
    against `response_model`, and keeps the text that passed as `.text`; `.is_strict` says which
    schema it has.
    """
    from instructor.function_calls import ResponseSchema

    schema, is_strict = _schema_for(response_model, strict)

    class Wire(ResponseSchema):
        is_strict: ClassVar[bool] = False
        text: str = ""

        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return schema

        @classmethod
        def model_validate_json(cls, json_data: Any, **_: Any) -> Wire:
            return cls.model_construct(text=accept(_json_of(json_data), response_model))

    Wire.is_strict = is_strict
    # Providers take letters, digits, _ and - for a schema's name.
    Wire.__name__ = re.sub(r"[^A-Za-z0-9_-]", "_", response_model.__name__)[:64]
    Wire.__doc__ = response_model.__doc__
    return Wire


def _json_of(said: str) -> str:
    """The JSON of a reply, which may stand in a fence or after some words.

    Of a reply that begins as an object and ends in the middle of it nothing is taken: an object inside
    it would pass for the whole where the schema requires little.
    """
    from instructor.utils import extract_json_from_codeblock

    if said.lstrip().startswith("{"):
        try:
            json.JSONDecoder().raw_decode(said.lstrip())
        except (ValueError, RecursionError):
            return said
    try:
        return extract_json_from_codeblock(said)
    except ValueError:  # nested too deep, or too broken to look through
        return said


def _schema_for(response_model: type[BaseModel], strict: bool) -> tuple[dict[str, Any], bool]:
    # A copy: instructor writes descriptions that it finds in docstrings into what it is given.
    schema = {"title": response_model.__name__, **copy.deepcopy(schema_of(response_model))}
    if strict:
        try:
            return {"title": schema["title"], **to_strict(schema)}, True
        except NotStrict:
            pass
    _drop_lookarounds(schema)
    return schema, False


def _drop_lookarounds(schema: Any) -> None:
    if isinstance(schema, list):
        for part in schema:
            _drop_lookarounds(part)
    elif isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str) and _LOOKAROUND in schema["pattern"]:
            del schema["pattern"]
        for part in schema.values():
            _drop_lookarounds(part)


def accept(text: str, response_model: type[BaseModel]) -> str:
    """The reply's JSON as `response_model` takes it; raises pydantic's ValidationError.

    A null for a field that has a default but is not nullable stands for absent: strict mode makes a
    model say it, and small models say it unasked. Such nulls are left out.
    """
    try:
        response_model.model_validate_json(text)
    except ValidationError as error:
        nulls = [problem["loc"] for problem in error.errors() if problem["input"] is None]
        if not nulls:
            raise
        reply = json.loads(text)
        for place in nulls:
            _drop_null(reply, place)
        mended = json.dumps(reply, ensure_ascii=False)
        response_model.model_validate_json(mended)
        return mended
    return text


def _drop_null(reply: Any, place: Sequence[int | str]) -> None:
    """Take the null at `place` out; pydantic's places also name the member of a union, which is no step."""
    holder: Any = None
    key: int | str = ""
    part = reply
    for step in place:
        if (isinstance(part, dict) and step in part) or (isinstance(part, list) and isinstance(step, int)):
            holder, key, part = part, step, part[step]  # type: ignore[index]
    if isinstance(holder, dict) and part is None:
        del holder[key]
