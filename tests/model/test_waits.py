"""Rules of reading how long a provider asks to wait."""

from __future__ import annotations

import pytest

from extractor.model.waits import asked_wait_s

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "20"}, 20.0),
        ({"retry-after": "0"}, 0.0),
        ({"Retry-After": "Fri, 15 Jan 2027 08:01:30 GMT"}, 90.0),
        ({"Retry-After": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": ""}, None),
        ({"retry-after-ms": "1500", "Retry-After": "2"}, 1.5),
        ({"x-ratelimit-reset-requests": "1m30s"}, 90.0),
        ({"x-ratelimit-reset-tokens": "250ms"}, 0.25),
        ({"x-ratelimit-reset-tokens": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset": "1800000060"}, 60.0),
        ({"X-RateLimit-Reset": "1800000060000"}, 60.0),
        ({"ratelimit-reset": "12"}, 12.0),
        ({"anthropic-ratelimit-requests-reset": "2027-01-15T08:00:30Z"}, 30.0),
        ({"x-ratelimit-reset-requests": "never"}, None),
        ({"Retry-After": "5", "x-ratelimit-reset-requests": "60s"}, 5.0),
    ],
)
def test_every_form_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds, spans, epochs and dates; what makes no sense is no answer."""
    assert asked_wait_s(headers, NOW) == seconds


def test_the_limit_that_is_used_up_counts() -> None:
    """Of two limits, the one with nothing left decides, though the other resets later."""
    headers = {
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "2s",
        "x-ratelimit-remaining-tokens": "9000",
        "x-ratelimit-reset-tokens": "50s",
    }
    assert asked_wait_s(headers, NOW) == 2.0


def test_without_a_word_on_what_is_left_the_later_reset_counts() -> None:
    """Waiting too long once is better than failing again."""
    headers = {"x-ratelimit-reset-requests": "2s", "x-ratelimit-reset-tokens": "50s"}
    assert asked_wait_s(headers, NOW) == 50.0
