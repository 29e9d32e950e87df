"""How a posting is read: what the model is asked, and how its answers become claims.

`assisted` (the embedded model's): code finds what code can find; the model is asked, in one short
call, for what it cannot. `numbered` (a large model's): the posting is shown as numbered pieces, and
the model answers in one call with their numbers and with short quotes. `custom`: a schema of the
user's own, filled in one call. Which was chosen why, with figures: docs/strategies.md.
"""

from __future__ import annotations

from importlib import import_module

from extractor.errors import SettingsError
from extractor.strategies.base import Ask, Reading, Strategy, Task

__all__ = ["STRATEGIES", "Ask", "Reading", "Strategy", "Task", "load_strategy"]

STRATEGIES = {"assisted": "Assisted", "numbered": "Numbered"}  # module -> its class


def load_strategy(name: str) -> Strategy:
    """The strategy of that name; SettingsError names those there are."""
    if name not in STRATEGIES:
        raise SettingsError(
            f"There is no strategy {name}: EXTRACTOR_STRATEGY is one of {', '.join(STRATEGIES)}"
        )
    strategy: Strategy = getattr(import_module(f"extractor.strategies.{name}"), STRATEGIES[name])()
    return strategy
