"""What a provider can do: the way it takes a schema, and the parameters it knows.

OpenAI-compatible servers differ in both, and no list of them stays right. So the best form is
tried first, and what a provider rejects is remembered and not sent to it again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from extractor.model.faults import Unable

Mode = Literal["json_schema", "tools", "json_object"]
MODES: tuple[Mode, ...] = ("json_schema", "tools", "json_object")

_log = logging.getLogger(__name__)
_MODE_WORDS: dict[Mode, tuple[str, ...]] = {
    "json_schema": ("response_format", "json_schema", "structured output", "schema"),
    "tools": ("tool", "function"),
    "json_object": (),
}
_TOKEN_LIMIT, _NEW_TOKEN_LIMIT = "max_tokens", "max_completion_tokens"


@dataclass(frozen=True)
class Shape:
    """One form of a request: how the schema goes, and which parameters."""

    mode: Mode
    params: Mapping[str, Any]


class Capability:
    """What one provider is known to take; learns from rejections."""

    def __init__(self, modes: tuple[Mode, ...] = MODES) -> None:
        self._modes = list(modes)
        self._names: dict[str, str | None] = {}

    def shape(self, params: Mapping[str, Any]) -> Shape:
        """The best form, as far as is known: a mode, and the parameters, some renamed or left out."""
        adapted = {self._names.get(name, name): value for name, value in params.items()}
        return Shape(self._modes[0], {name: value for name, value in adapted.items() if name is not None})

    def learn(self, rejected: Unable, sent: Shape, params: Mapping[str, Any]) -> bool:
        """Whether there is another form of the request worth sending than the one rejected."""
        if self.shape(params) != sent:
            return True  # another request has learnt meanwhile
        text = rejected.text.lower()
        if _TOKEN_LIMIT in sent.params and _NEW_TOKEN_LIMIT in text:
            return self._note(_TOKEN_LIMIT, _NEW_TOKEN_LIMIT)
        for name in sent.params:
            quoted = any(f"{mark}{name}{mark}" in text for mark in "'\"`")
            if (rejected.param == name or quoted) and name in params and name != _TOKEN_LIMIT:
                return self._note(name, None)
        about = f"{rejected.param} {text}"
        if len(self._modes) > 1 and any(word in about for word in _MODE_WORDS[sent.mode]):
            _log.info("the provider does not take %s; trying %s", *self._modes[:2])
            self._modes.pop(0)
            return True
        return False

    def _note(self, name: str, instead: str | None) -> bool:
        _log.info("the provider does not take the parameter %s; sending %s", name, instead or "none")
        self._names[name] = instead
        return True
