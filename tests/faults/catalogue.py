"""Every way in which a provider fails, and what must come of it.

A fault is given for as long as it lasts. `code` is what the extraction's error says; None: it does no harm.
`calls` is how many calls are made where two attempts and one re-ask are allowed.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from provider import Answer, completion, failure

# Recognisable, and in no fixture: whatever text it is found in has leaked it.
KEY = "sk-leak-canary-7f3a9c51d2e8"
GOOD = json.dumps(
    {
        "is_job_posting": True, "title": "Line Cook", "company": "Acme Kitchens", "locations": ["Lyon, France"],
        "duties": "1-2", "required": "3-4", "preferred": "", "benefits": "", "other_jobs": "",
        "hard_skills": ["Knife skills"], "soft_skills": [],
    }
)  # fmt: skip
ECHO = f"Incorrect API key provided: {KEY}. Bearer {KEY} is not known."
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
PAGE = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Fault:
    """One way to fail."""

    answer: Answer
    code: str | None
    calls: int
    tokens: bool = False  # whether the provider said what the calls took
    timeout_s: float = (
        20.0  # for one call; short only where it is waited out, so that a busy machine is no fault
    )


def busy(**headers: str) -> Fault:
    """429 with these headers."""
    return Fault(
        failure(429, "slow down", headers={name.replace("_", "-"): value for name, value in headers.items()}),
        "rate_limited",
        2,
    )


def down(answer: Answer) -> Fault:
    """What is tried again."""
    return Fault(answer, "provider_unavailable", 2)


def refused(answer: Answer, calls: int = 1) -> Fault:
    """What fails for every request."""
    return Fault(answer, "provider_refused", calls)


def invalid(content: Any) -> Fault:
    """A reply that is not in the asked-for shape, the first time and when asked again."""
    return Fault(completion(content), "invalid_reply", 2, tokens=True)


def changed(**fields: Any) -> str:
    """The good reply with other values."""
    return json.dumps({**json.loads(GOOD), **fields})


def without(*names: str) -> str:
    """The good reply without these keys."""
    return json.dumps({name: value for name, value in json.loads(GOOD).items() if name not in names})


def body_of(content: str = GOOD) -> dict[str, Any]:
    """The body of a completion."""
    return dict(completion(content).body)


def with_choice(choice: Any, **fields: Any) -> Answer:
    """A completion whose only choice is this."""
    return Answer({**body_of(), "choices": [choice], **fields})


def with_usage(usage: Any) -> Fault:
    """A good reply whose usage is nonsense."""
    return Fault(Answer({**body_of(), "usage": usage}), None, 1)


def bomb(packed: bytes, encoding: str) -> Answer:
    """A small body that unfolds into a large one."""
    return Answer(packed, headers={"Content-Encoding": encoding})


NOT_YET = formatdate(2_000_000_000, usegmt=True)
LONG_AGO = formatdate(1_000_000_000, usegmt=True)
ZEROS = b" " * 20_000_000

BUSY = {
    "429": busy(),
    "429, now": busy(Retry_After="0"),
    "429, a fraction of a second": busy(Retry_After="0.01"),
    "429, milliseconds": busy(retry_after_ms="5"),
    "429, a date gone by": busy(Retry_After=LONG_AGO),
    "429, a reset": busy(x_ratelimit_reset_requests="5ms", x_ratelimit_remaining_requests="0"),
    "429, an hour": Fault(busy(Retry_After="3600").answer, "rate_limited", 1),
    "429, a far date": Fault(busy(Retry_After=NOT_YET).answer, "rate_limited", 1),
    "429, for ever": Fault(busy(Retry_After="1e300").answer, "rate_limited", 1),
    "429, nonsense": busy(Retry_After="soon", retry_after_ms="-5", x_ratelimit_reset_tokens="NaN"),
    "429 as a page": Fault(Answer(HTML, 429, PAGE), "rate_limited", 2),
    "429 empty": Fault(Answer(b"", 429), "rate_limited", 2),
    "429 as a list": Fault(Answer([{"error": "slow down"}], 429), "rate_limited", 2),
    "429 with the key": Fault(failure(429, ECHO), "rate_limited", 2),
    "429 inside 200": Fault(Answer({"error": {"message": "slow down", "code": 429}}), "rate_limited", 2),
    "a rate limit inside 200": Fault(
        Answer({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}), "rate_limited", 2
    ),
    "no credit": refused(failure(429, "You exceeded your current quota", code="insufficient_quota")),
    "no credit, in words": refused(failure(429, "Insufficient balance")),
    "hard limit": refused(failure(429, "stop", code="billing_hard_limit_reached")),
}
DOWN = {
    **{str(status): down(failure(status)) for status in (408, 409, 425, 500, 501, 502, 503, 504, 520, 529)},
    "503 as a page": down(Answer(HTML, 503, PAGE)),
    "500 empty": down(Answer(b"", 500)),
    "500 in bytes": down(Answer(b"\xff\xfe\x00", 500)),
    "503 with the key": down(failure(503, ECHO)),
    "503, in a moment": down(failure(503, headers={"Retry-After": "0"})),
    "502 inside 200": down(Answer({"error": {"message": "overloaded", "code": 502}})),
    "words inside 200": down(Answer({"error": "overloaded"})),
}
REFUSED = {
    **{str(status): refused(failure(status)) for status in (400, 401, 402, 403, 404, 405, 422, 451)},
    "401 with the key": refused(failure(401, ECHO)),
    "403 as a page": refused(Answer(HTML, 403, PAGE)),
    "413": Fault(failure(413, "too big"), "too_large", 1),
    "too long": Fault(failure(400, "maximum context length is 8192 tokens"), "too_large", 1),
    "filtered": Fault(failure(400, "no", code="content_filter"), "refused", 1),
    **{
        f"{status} elsewhere": refused(Answer(b"", status, {"Location": "https://elsewhere.example/v1"}))
        for status in (301, 302, 303, 307, 308)
    },
    "304": refused(Answer(b"", 304)),
    "a page": refused(Answer(HTML, headers=PAGE)),
    "a good reply called a page": Fault(Answer(body_of(), headers=PAGE), None, 1),
    "a stream": refused(Answer(b'data: {"choices": []}\n\n', headers={"Content-Type": "text/event-stream"})),
    "bytes": refused(Answer(b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"})),
}
CONNECTION = {
    "dropped": down(Answer(fault="drop")),
    "reset": down(Answer(fault="reset")),
    "half a body": down(completion(GOOD, fault="half")),
    "a body longer than said": down(completion(GOOD, fault="short")),
    "a body longer than sent": down(
        Answer(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{}", fault="raw"
        )
    ),
    "two lengths": down(
        Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", fault="raw")
    ),
    "no HTTP": down(Answer(b"220 mail.example ESMTP ready\r\n", fault="raw")),
    "a status of letters": down(Answer(b"HTTP/1.1 abc OK\r\n\r\n", fault="raw")),
    "a broken header": down(Answer(b"HTTP/1.1 200 OK\r\n\x00\x01: \xff\r\n\r\n{}", fault="raw")),
    "a header without end": down(Answer(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, fault="raw")),
    "broken chunks": down(
        Answer(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
            fault="raw",
        )
    ),
    "silence": Fault(Answer(fault="hang"), "timeout", 2, timeout_s=0.3),
    "silence inside the body": Fault(completion(GOOD, fault="stall"), "timeout", 2, timeout_s=0.3),
    "a byte at a time": Fault(completion(GOOD, fault="trickle"), "timeout", 2, timeout_s=0.3),
}
BODY = {
    "no body": down(Answer(b"")),
    "204": down(Answer(b"", 204)),
    **{
        f"the value {value}": down(Answer(value))
        for value in ("null", "[]", "42", "true", "{}", '[{"a": 1}]')
    },
    "a text": refused(Answer('"hello"')),
    "cut JSON": down(Answer('{"choices": [{"message": {"content": "')),
    "two values": down(Answer(json.dumps(body_of()) + "{}")),
    "not UTF-8": down(Answer(b'{"choices": "\xff\xfe"}')),
    "UTF-16 without a mark": Fault(Answer(json.dumps(body_of()).encode("utf-16-le")), None, 1),
    "nested without end": down(Answer(b"[" * 200_000)),
    "an endless body": down(Answer(b" " * 65_536, fault="endless")),
    "a bomb of gzip": down(bomb(gzip.compress(ZEROS), "gzip")),
    "a bomb of deflate": down(bomb(zlib.compress(ZEROS), "deflate")),
    "no gzip though it says so": down(Answer(body_of(), headers={"Content-Encoding": "gzip"})),
    "half a gzip": down(bomb(gzip.compress(json.dumps(body_of()).encode())[:-40], "gzip")),
    "gzip": Fault(bomb(gzip.compress(json.dumps(body_of()).encode()), "gzip"), None, 1),
    "an unknown character set": Fault(
        Answer(body_of(), headers={"Content-Type": "application/json; charset=klingon"}), None, 1
    ),
    "no choices": down(Answer({"choices": []})),
    "null choices": down(Answer({"choices": None})),
    "choices as text": down(Answer({**body_of(), "choices": "none"})),
    **{
        f"the choice {choice!r}": down(with_choice(choice))
        for choice in (None, "x", 7, {}, {"message": None}, {"message": "x"}, {"message": []})
    },
    "content as a list": down(with_choice({"message": {"content": [{"type": "text", "text": GOOD}]}})),
    "content as a number": down(with_choice({"message": {"content": 7}})),
    "no finish reason": Fault(with_choice({"message": {"role": "assistant", "content": GOOD}}), None, 1),
    "a finish reason as a number": Fault(
        with_choice({"finish_reason": 7, "message": {"content": GOOD}}), None, 1
    ),
    "a model as a number": Fault(Answer({**body_of(), "model": 7}), None, 1),
    "a model of another name": Fault(completion(GOOD, model="x" * 5000), None, 1),
    "no usage": with_usage(None),
    "usage as a list": with_usage([1, 2]),
    "usage in words": with_usage({"prompt_tokens": "many", "completion_tokens": None}),
    "negative usage": with_usage({"prompt_tokens": -5, "completion_tokens": -5, "prompt_tokens_details": 3}),
    "usage beyond measure": with_usage({"prompt_tokens": 10**400, "completion_tokens": 10**30}),
}
REPLY = {
    "no content": invalid(None),
    "empty content": invalid(""),
    "words": invalid("I could not find a job posting in this text."),
    "null": invalid("null"),
    "a list": invalid("[]"),
    "an empty object": invalid("{}"),
    "a key too few": invalid(without("title")),
    "a key too many": invalid(changed(salary=1)),
    "a wrong type": invalid(changed(locations="Lyon")),
    "a wrong value": invalid(changed(is_job_posting="perhaps")),
    "a missing end": invalid(GOOD[:-1]),
    "a missing start": invalid(GOOD[1:]),
    "JSON of another kind": invalid(GOOD.replace('"', "'")),
    "half a character": invalid(changed().replace("Line", "\\ud800")),
    "nested too deep": invalid("[" * 5000),
    "braces without end": invalid("{" * 5000),
    "a key twice": Fault(completion(GOOD[:-1] + ', "title": "Line Cook"}'), None, 1, tokens=True),
    "in a fence": Fault(
        completion(f"Here you are:\n```json\n{GOOD}\n```\nAnything else?"), None, 1, tokens=True
    ),
    "words that stand nowhere": Fault(
        completion(changed(title="Chief Pwned Officer", company="\u0000\u202e")), None, 3, tokens=True
    ),
    "the key as a value": Fault(completion(changed(title=KEY, company=KEY)), None, 3, tokens=True),
    "the key as a key": invalid(changed(**{KEY: KEY})),
    "cut off": Fault(completion(GOOD[:60], finish_reason="length"), "cut_off", 1, tokens=True),
    "cut off at nothing": Fault(completion(None, finish_reason="length"), "cut_off", 1, tokens=True),
    "in circles, cut off": Fault(
        completion('{"title": "' + "Cook and " * 500, finish_reason="length"), "cut_off", 1, tokens=True
    ),
    "in circles, by itself": Fault(
        completion(changed(locations=["Lyon, France"] * 20_000)), "cut_off", 1, tokens=True
    ),
    "in circles, valid": Fault(completion(changed(duties="1, " * 2_000)), None, 1, tokens=True),
    "refused": Fault(completion(None, refusal="I cannot help with that."), "refused", 1, tokens=True),
    "refused with the key": Fault(completion(None, refusal=ECHO), "refused", 1, tokens=True),
    "filtered reply": Fault(completion(None, finish_reason="content_filter"), "refused", 1, tokens=True),
    "half a reply filtered": Fault(
        completion(GOOD[:40], finish_reason="content_filter"), "refused", 1, tokens=True
    ),
    "a tool call instead": Fault(completion(None, tool=GOOD), "invalid_reply", 2, tokens=True),
}
FAULTS: dict[str, Fault] = {**BUSY, **DOWN, **REFUSED, **CONNECTION, **BODY, **REPLY}
FAMILIES: dict[str, dict[str, Fault]] = {
    "busy": BUSY, "down": DOWN, "refused": REFUSED, "connection": CONNECTION, "body": BODY, "reply": REPLY
}  # fmt: skip
