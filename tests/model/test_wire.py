"""Rules of what goes over the wire: strict schemas by the published rules, replies taken leniently."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, RootModel, ValidationError

from extractor.model.wire import NotStrict, accept, to_strict, wire_class
from extractor.records import schema_of
from extractor.schema import JobPosting

# The rules as OpenAI publishes them for structured outputs ("Supported schemas").
SUPPORTED = {
    *("type", "properties", "required", "additionalProperties", "items", "anyOf", "enum"),
    *("$ref", "$defs", "description", "pattern", "format", "minItems", "maxItems"),
    *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
MAX_PROPERTIES, MAX_DEPTH = 5000, 10


Part = dict[str, Any]


def parts_of(part: Part, path: str = "", depth: int = 0) -> Iterator[tuple[str, int, Part]]:
    """Every schema within a schema, with its path and how deeply it is nested."""
    yield path, depth, part
    for name, inner in {**part.get("$defs", {}), **part.get("properties", {})}.items():
        yield from parts_of(inner, f"{path}/{name}", depth + 1)
    for number, inner in enumerate(part.get("anyOf", [])):
        yield from parts_of(inner, f"{path}/{number}", depth)
    if "items" in part:
        yield from parts_of(part["items"], f"{path}/items", depth + 1)


def faults_of(part: Part) -> Iterator[str]:
    """Which rules one schema breaks by itself."""
    yield from (f"{keyword} is not supported" for keyword in set(part) - SUPPORTED)
    if not {"$ref", "type", "anyOf", "enum"} & set(part):
        yield "untyped"
    if "$ref" in part and len(part) > 1:
        yield "a reference must stand alone"
    if part.get("format", "date") not in FORMATS:
        yield f"format {part['format']}"
    if part.get("type") == "object" and part.get("additionalProperties") is not False:
        yield "additionalProperties must be false"
    if set(part.get("required", [])) != set(part.get("properties", {})):
        yield "every property must be required"


def broken_rules(schema: Part) -> list[str]:
    """Which published rules a schema breaks, and where."""
    parts = list(parts_of(schema))
    broken = [f"{path}: {fault}" for path, _, part in parts for fault in faults_of(part)]
    if schema.get("type") != "object":
        broken.append("the root is no object")
    if max(depth for _, depth, _ in parts) > MAX_DEPTH:
        broken.append("nested too deeply")
    if sum(len(part.get("properties", {})) for _, _, part in parts) > MAX_PROPERTIES:
        broken.append("too many properties")
    return broken


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(9, ge=1, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = Field(min_length=1, max_length=20, pattern=r"^D\w+$")


class Tree(BaseModel):
    children: list[Tree] = []


class Awkward(BaseModel):
    """Everything that breaks naive schemas."""

    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    best: Cat = Field(description="the best of them")
    level: Level | None = Field(None, description="how high")
    mixed: Literal[1, "one"] = 1
    on: date | None = None
    amount: Decimal = Decimal(0)
    tags: set[str] = Field(default_factory=set, max_length=3)
    tree: Tree | None = None
    address: str = Field(json_schema_extra={"format": "uri", "pattern": "^(?!x)", "examples": ["https://x"]})


@pytest.mark.parametrize("model", [JobPosting, Awkward, Tree, Cat])
def test_a_strict_schema_keeps_the_published_rules(model: type[BaseModel]) -> None:
    """Required, closed, nullable where optional, and nothing but supported keywords."""
    assert broken_rules(to_strict(schema_of(model))) == []


def test_the_rules_are_not_kept_by_chance() -> None:
    """Pydantic's own schema breaks them, so the check above can fail."""
    assert len(broken_rules(schema_of(Awkward))) > 10


def test_optional_means_nullable_and_required_does_not() -> None:
    """What has a default may be null; what has none may not."""
    properties = to_strict(schema_of(Awkward))["properties"]
    assert {"type": "null"} in properties["level"]["anyOf"]
    assert {"type": "null"} in properties["tags"]["anyOf"]
    assert properties["level"]["description"] == "how high"
    assert properties["best"]["type"] == "object"
    assert properties["best"]["description"] == "the best of them"


@pytest.mark.parametrize("kind", [dict[str, int], tuple[int, str], Any, dict[str, Any]])
def test_what_strict_mode_cannot_express_is_named(kind: Any) -> None:
    """Free keys, tuples and untyped values have no strict form."""

    class Free(BaseModel):
        value: kind

    with pytest.raises(NotStrict, match="/properties/value"):
        to_strict(Free.model_json_schema())


def test_a_list_at_the_root_has_no_strict_form() -> None:
    """The root must be an object."""

    class Names(RootModel[list[str]]):
        """A list of names."""

    with pytest.raises(NotStrict, match="root"):
        to_strict(Names.model_json_schema())


def test_a_class_that_cannot_be_strict_is_sent_as_it_is() -> None:
    """The provider then gets the plain schema, without the promise."""

    class Free(BaseModel):
        value: dict[str, int]

    wire = wire_class(Free, True)
    assert not wire.is_strict
    assert wire.model_json_schema()["properties"] == schema_of(Free)["properties"]


def test_the_wire_class_is_made_once_a_class() -> None:
    """The same class and schema serve every call."""
    assert wire_class(JobPosting, True) is wire_class(JobPosting, True)
    assert (
        wire_class(JobPosting, True).model_json_schema() is wire_class(JobPosting, True).model_json_schema()
    )


def test_the_wire_schema_is_a_copy() -> None:
    """What instructor does to it does not change the schema that digests are made of."""
    wire = wire_class(JobPosting, False).model_json_schema()
    assert list(wire["properties"]) == list(schema_of(JobPosting)["properties"])
    assert wire["properties"] is not schema_of(JobPosting)["properties"]


def test_no_form_has_lookarounds() -> None:
    """Grammars and providers reject them; pydantic still holds the reply to them."""
    assert "(?" in json.dumps(schema_of(Awkward))
    for strict in (True, False):
        assert "(?" not in json.dumps(wire_class(Awkward, strict).model_json_schema())


def test_names_are_ones_that_providers_take() -> None:
    """Letters, digits, _ and - only, at most 64."""

    class Box(BaseModel):
        """Renamed below, as generic classes are."""

    Box.__name__ = "Box[list[int]]" + "x" * 100
    assert wire_class(Box, True).__name__ == "Box_list_int__" + "x" * 50


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "cat", "lives": 3}',
        'Sure:\n```json\n{"kind": "cat", "lives": 3}\n```\nDone.',
        '<think>{"kind"?}</think> {"kind": "cat", "lives": 3}',
    ],
)
def test_json_in_other_text_is_found(text: str) -> None:
    """Fences and thoughts around the JSON do not cost a re-ask."""
    assert json.loads(wire_class(Cat, True).model_validate_json(text).text) == {"kind": "cat", "lives": 3}


def test_a_good_reply_is_kept_to_the_letter() -> None:
    """Text that validates is not rewritten."""
    text = '{ "kind" : "cat",\n"lives":3}'
    assert accept(text, Cat) == text


def test_nulls_that_stand_for_absent_are_left_out() -> None:
    """At any depth, and only those that the class does not accept."""
    text = '{"pet": {"kind": "cat", "lives": null}, "best": {"kind": "cat", "lives": null}, "level": null, '
    text += '"tags": null, "address": "x", "mixed": null, "tree": {"children": [{"children": null}]}}'
    kept = json.loads(accept(text, Awkward))
    assert kept["pet"] == kept["best"] == {"kind": "cat"}
    assert kept["tree"] == {"children": [{}]}
    assert kept["level"] is None
    assert not {"tags", "mixed"} & set(kept)


def test_a_null_for_what_is_required_is_still_wrong() -> None:
    """Leaving it out does not help, and the fault is the model's to mend."""
    with pytest.raises(ValidationError):
        accept('{"kind": null, "lives": 3}', Cat)
