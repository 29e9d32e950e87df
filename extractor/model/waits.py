"""How long a provider asks to wait, read from its answer's headers."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_RESET = re.compile(r"^(?:x-|anthropic-)?ratelimit-(?:(?P<before>.+)-)?reset(?:-(?P<after>.+))?$")
# A bare number this large is a moment, not a span: seconds since 1970, or milliseconds.
_EPOCH_S, _EPOCH_MS = 1e9, 1e12


def asked_wait_s(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait, or None where the headers do not say; `now` is in seconds since 1970.

    Without `now`, dates count from the answer's own, so that it does not matter how clocks are set.
    `retry-after-ms` and `Retry-After` (seconds or a date) come first; without them the reset times
    of those rate limits that have nothing left, or of all limits where none says so.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    now = sent_at(lower) if now is None else now
    after_ms = _number(lower.get("retry-after-ms", ""))
    if after_ms is not None:
        return after_ms / 1000
    if "retry-after" in lower:
        span = to_seconds(lower["retry-after"], now)
        if span is not None:
            return span
    return _reset_wait_s(lower, now)


def sent_at(headers: Mapping[str, str]) -> float:
    """When an answer was sent, by its sender's clock: seconds since 1970. Without a date, now by ours."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return time.time()


def _reset_wait_s(headers: Mapping[str, str], now: float) -> float | None:
    waits: list[float] = []
    spent: list[float] = []
    for name, value in headers.items():
        match = _RESET.match(name)
        span = to_seconds(value, now) if match else None
        if match is None or span is None:
            continue
        waits.append(span)
        if _number(headers.get(name.replace("reset", "remaining"), "")) == 0:
            spent.append(span)
    return max(spent or waits, default=None)


def to_seconds(text: str, now: float) -> float | None:
    """Seconds from `now`, never negative: "20", "1m30s", "250ms", an epoch, an ISO or HTTP date."""
    number = _number(text)
    if number is not None:
        moment = number / 1000 if number >= _EPOCH_MS else number
        return max(0.0, moment - now if number >= _EPOCH_S else number)
    parts = _PART.findall(text)
    if parts and _PART.sub("", text).strip() == "":
        return sum(float(count) * _UNITS_S[unit] for count, unit in parts)
    date = _date(text)
    return None if date is None else max(0.0, date.timestamp() - now)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read(text)
        except ValueError:
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
