"""Whether a question that fails again and again is to blame, or has had bad luck."""

from __future__ import annotations

# Of a million postings one may be blamed for what was chance.
_RARE = 1e-6
# What is believed before much is seen: as if three calls of 32 had failed.
_FAILED_BEFORE, _CALLS_BEFORE = 3.0, 32.0
_MOST_SHARE = 0.5  # where more fail it is no chance but the rule
_MEMORY = 2_000  # calls; older ones count half


class Chance:
    """How often calls fail in general, whatever they ask."""

    def __init__(self) -> None:
        self._calls = 0.0
        self._failures = 0.0

    def note(self, failures: int, calls: int = 1) -> None:
        """So many of so many more calls failed."""
        self._calls += calls
        self._failures += failures
        if self._calls > _MEMORY:
            self._calls, self._failures = self._calls / 2, self._failures / 2

    def explains(self, failures: int) -> bool:
        """Whether so many failures of one question, and nothing else, may be chance: all are noted."""
        others = max(0.0, self._calls - failures) + _CALLS_BEFORE
        share = (max(0.0, self._failures - failures) + _FAILED_BEFORE) / others
        return share <= _MOST_SHARE and share**failures > _RARE
