"""The frozen values that steps hand to each other."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points."""

    start: int
    end: int

    def overlaps(self, *others: Span) -> bool:
        """Whether it shares a code point with any of the others."""
        return any(self.start < other.end and other.start < self.end for other in others)


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """A value and the words it was read from; offsets are into the text that was searched."""

    value: T_co
    span: Span

    def moved(self, by: int) -> Found[T_co]:
        """The same, seen from a text in which what was searched begins so much later."""
        return Found(self.value, Span(self.span.start + by, self.span.end + by))


@dataclass(frozen=True)
class Document:
    """A posting made readable, with the way back to what was given.

    `source` is the text as given (for HTML the markup, for a PDF its text layer); evidence offsets
    refer to it. `text` is what prompts and fields read: markup rendered to lines, Unicode
    normalised. Character i of `text` came from `source[starts[i]:ends[i]]`.
    """

    id: str
    source: str
    text: str
    starts: array[int]
    ends: array[int]
    kind: Literal["text", "html", "pdf"]
    jsonld: tuple[Mapping[str, Any], ...] = ()

    def to_source(self, span: Span) -> Span:
        """The range of `source` that a non-empty range of `text` was read from."""
        return Span(self.starts[span.start], self.ends[span.end - 1])


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Request:
    """One question to a model, complete: equal requests deserve equal replies.

    `response_model` is the pydantic class that the reply must satisfy; its JSON Schema and
    `validators_version` are in the digest, the class itself is not.
    """

    messages: tuple[Message, ...]
    response_model: type[Any]
    model: str
    base_url: str
    params: Mapping[str, Any] = field(default_factory=dict)  # temperature, max_tokens, seed, ...
    prompt: str = ""  # name@version
    validators_version: str = "1"

    @cached_property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the reply."""
        schema: dict[str, Any] = schema_of(self.response_model)
        return schema

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all that decides the reply; never over the key."""
        content = {
            "messages": [[m.role, m.content] for m in self.messages],
            "schema": self.schema,
            "model": self.model,
            "base_url": self.base_url,
            "params": dict(self.params),
            "prompt": self.prompt,
            "validators": self.validators_version,
        }
        return hashlib.sha256(
            json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()
        ).hexdigest()


_SCHEMAS: dict[type[Any], dict[str, Any]] = {}


def schema_of(response_model: type[Any]) -> dict[str, Any]:
    """JSON Schema of a pydantic class, worked out once a class (it costs milliseconds)."""
    if response_model not in _SCHEMAS:
        _SCHEMAS[response_model] = response_model.model_json_schema()
    return _SCHEMAS[response_model]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money of the calls behind one reply, failed and re-asked ones included."""

    calls: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.cached_input_tokens + other.cached_input_tokens,
            self.output_tokens + other.output_tokens,
            None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0),
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `text` is JSON that satisfies the request's response model."""

    text: str
    model: str
    usage: Usage = Usage()
    finish_reason: str = "stop"
    seconds: float = 0.0
    cached: bool = False
    reasks: int = 0
