"""How many calls a second a provider takes, learnt from its 429s.

The rule is CUBIC, TCP's, on a rate, as cloud clients throttle themselves: a 429 takes the rate down to
a part of what was sent; answers bring it back quickly at first, slowly around the level at which
trouble last began, then quickly again to find out whether more is allowed by now.
"""

from __future__ import annotations

from collections.abc import Callable

BETA, SCALE = 0.7, 0.4  # CUBIC's own constants
LEAST_PER_S = 0.2
CREDIT_S = 0.1  # what a busy event loop was late with may be sent at once
_SPAN_S, _FRESH = 0.5, 0.8  # of measuring: how long one measurement takes, and its weight


class Pace:
    """Calls a second; without a limit until the first 429."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rate: float | None = None
        self._last_most = 0.0
        self._slowed_at = 0.0
        self._next_at = 0.0
        self._span_began = clock()
        self._sent = 0
        self._measured = 0.0

    @property
    def rate(self) -> float | None:
        """Calls a second that are let through; None: as many as come."""
        return self._rate

    def wait_s(self) -> float:
        """Seconds until a call may be sent."""
        return 0.0 if self._rate is None else max(0.0, self._next_at - self._clock())

    def note_sent(self) -> None:
        """A call is being sent."""
        now = self._clock()
        if now - self._span_began >= _SPAN_S:
            measured = self._sent / (now - self._span_began)
            self._measured = _FRESH * measured + (1 - _FRESH) * self._measured
            self._span_began, self._sent = now, 0
        self._sent += 1
        if self._rate is not None:
            self._next_at = max(self._next_at, now - CREDIT_S) + 1 / self._rate

    def slow_down(self) -> None:
        """The provider said 429."""
        now = self._clock()
        going = self._sent / max(now - self._span_began, 0.1)
        sent = max(self._measured, going)
        self._last_most = sent if self._rate is None else min(self._rate, max(sent, LEAST_PER_S))
        self._rate = max(LEAST_PER_S, BETA * self._last_most)
        self._slowed_at = now
        self._next_at = now + 1 / self._rate

    def note_answer(self) -> None:
        """A call was answered: more may be sent."""
        if self._rate is None:
            return
        flat_after_s = (self._last_most * (1 - BETA) / SCALE) ** (1 / 3)
        since_s = self._clock() - self._slowed_at
        cubic = SCALE * (since_s - flat_after_s) ** 3 + self._last_most
        # No more than double of what is really sent: an unused allowance says nothing about more.
        most = max(self._rate, 2 * self._measured, LEAST_PER_S)
        self._rate = max(LEAST_PER_S, min(cubic, most))
