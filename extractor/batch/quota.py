"""What a provider allows a minute, in requests and in tokens: told by the user, and by its headers.

Each of the two is a bucket that fills steadily. Tokens are taken before a call by a forecast, and
put right by what the call did take, so that many calls in flight do not overrun what one would not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from extractor.model.waits import to_seconds
from extractor.records import Request, Usage

# Of a minute's allowance what may be sent at once after a pause.
BURST_S = 2.0
_SHORTEST_S = 0.001  # rounding may leave less to wait for than a clock can show
# Before the first answer: tokens a byte sent, and tokens written.
FIRST_RATE, FIRST_WRITTEN = 0.3, 500.0
_FRESH = 0.1  # weight of the newest answer in a forecast
# A limit from headers counts from where so much of it is used up; until then it says little.
_TELLING = 0.5


class Bucket:
    """An allowance of `per_minute` (None: no limit known); takes what is asked, into debt if need be."""

    def __init__(self, clock: Callable[[], float], per_minute: float | None = None) -> None:
        self._clock = clock
        self._told = per_minute
        self._per_s = None if per_minute is None else per_minute / 60
        self._level = self._most()
        self._at = clock()

    @property
    def per_minute(self) -> float | None:
        """What is let through a minute; None: as much as comes."""
        return None if self._per_s is None else self._per_s * 60

    def wait_s(self) -> float:
        """Seconds until something may be taken."""
        if self._per_s is None:
            return 0.0
        self._fill()
        wait_s = -self._level / self._per_s
        return wait_s if wait_s > _SHORTEST_S else 0.0

    def take(self, count: float) -> None:
        """Take so much, or give it back where negative."""
        if self._per_s is not None:
            self._fill()
            self._level = min(self._most(), self._level - count)

    def note(self, limit: float, remaining: float, reset_s: float) -> None:
        """What the provider's headers say: so much of `limit` is left, all of it again in `reset_s`.

        They hold where they are stricter than what is known.
        """
        used = limit - remaining
        if limit <= 0 or used <= 0 or reset_s <= 0 or remaining > _TELLING * limit:
            return
        per_s = used / reset_s  # a bucket's filling; a window's share may let a 429 come, which pauses all
        self._fill()
        if self._told is not None:
            per_s = min(per_s, self._told / 60)
        if self._per_s is None:
            self._level = remaining
        self._per_s = per_s
        self._level = min(self._level, remaining)

    def _fill(self) -> None:
        now = self._clock()
        if self._per_s is not None:
            self._level = min(self._most(), self._level + (now - self._at) * self._per_s)
        self._at = now

    def _most(self) -> float:
        return max(1.0, BURST_S * (self._per_s or 0.0))


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests and tokens a minute that a run may take; None: no limit."""

    rpm: float | None = None
    tpm: float | None = None


class Quota:
    """Both buckets, and the forecast of a call's tokens."""

    def __init__(self, clock: Callable[[], float], limits: Limits) -> None:
        self.requests = Bucket(clock, limits.rpm)
        self.tokens = Bucket(clock, limits.tpm)
        self._rate, self._written = FIRST_RATE, FIRST_WRITTEN

    def forecast(self, request: Request) -> int:
        """Tokens that a call will take, read and written, as answers so far were."""
        most = float(request.params.get("max_tokens", self._written))
        return round(size_of(request) * self._rate + min(most, self._written))

    def wait_s(self) -> float:
        """Seconds until a call may be sent."""
        return max(self.requests.wait_s(), self.tokens.wait_s())

    def take(self, tokens: int) -> None:
        """A call of so many tokens is being sent."""
        self.requests.take(1)
        self.tokens.take(tokens)

    def settle(self, request: Request, taken: int, usage: Usage) -> None:
        """What the call did take; it teaches the forecast."""
        used = usage.input_tokens + usage.output_tokens
        if not used:
            return
        self.tokens.take(used - taken)
        self.requests.take(max(0, usage.calls - 1))  # re-asks within the question
        calls = max(1, usage.calls)
        self._rate += _FRESH * (usage.input_tokens / calls / max(1, size_of(request)) - self._rate)
        self._written += _FRESH * (usage.output_tokens / calls - self._written)

    def note_headers(self, headers: Mapping[str, str], now: float) -> None:
        """Learn from an answer's x-ratelimit headers; `now` in seconds since 1970."""
        for kind, bucket in (("requests", self.requests), ("tokens", self.tokens)):
            said = [headers.get(f"x-ratelimit-{word}-{kind}", "") for word in ("limit", "remaining")]
            reset_s = to_seconds(headers.get(f"x-ratelimit-reset-{kind}", ""), now)
            try:
                limit, remaining = map(float, said)
            except ValueError:
                continue
            if reset_s is not None:
                bucket.note(limit, remaining, reset_s)


def size_of(request: Request) -> int:
    """Bytes of a request: messages and schema."""
    return sum(len(message.content.encode()) for message in request.messages) + len(str(request.schema))
