"""What a provider can do: the way it takes a schema, and the parameters it knows.

OpenAI-compatible servers differ in both, and no list of them stays right. So the best form is
tried first, and what a provider rejects is remembered and not sent to it again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
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


class Capability:
    """What one provider is known to take; learns from rejections."""

    def __init__(self, modes: tuple[Mode, ...] = MODES) -> None:
        self._modes = list(modes)
        self._names: dict[str, str | None] = {}

    @property
    def mode(self) -> Mode:
        """The best way, as far as is known, to ask for structured output."""
        return self._modes[0]

    def adapt(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as this provider takes them: some renamed, some left out."""
        adapted = {self._names.get(name, name): value for name, value in params.items()}
        return {name: value for name, value in adapted.items() if name is not None}

    def learn(self, rejected: Unable, params: Mapping[str, Any]) -> bool:
        """Whether the rejection teaches a form of the request that is worth sending."""
        text = rejected.text.lower()
        if _TOKEN_LIMIT in params and _TOKEN_LIMIT not in self._names and _NEW_TOKEN_LIMIT in text:
            return self._note(_TOKEN_LIMIT, _NEW_TOKEN_LIMIT)
        for name in params:
            quoted = any(f"{mark}{name}{mark}" in text for mark in "'\"`")
            if (rejected.param == name or quoted) and name != _TOKEN_LIMIT and name not in self._names:
                return self._note(name, None)
        about = f"{rejected.param} {text}"
        if len(self._modes) > 1 and any(word in about for word in _MODE_WORDS[self.mode]):
            _log.info("the provider does not take %s; trying %s", self._modes.pop(0), self.mode)
            return True
        return False

    def _note(self, name: str, instead: str | None) -> bool:
        _log.info("the provider does not take the parameter %s; sending %s", name, instead or "none")
        self._names[name] = instead
        return True
