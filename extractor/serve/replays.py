"""Answers to requests that carry an Idempotency-Key: the same request again gets the same answer.

The first request with a key is carried out; while it is, others are told so (409), and after it they
get its answer. The key with another request is refused. Answers worth another try are not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from extractor.serve.database import Database
from extractor.serve.keys import Caller
from extractor.serve.problems import Problem

KEY = re.compile(r"[\x21-\x7e]{1,255}")
REPLAYED = "Idempotency-Replayed"
# A claim outlives its request's deadline by this, for a worker that died.
HOLD_S = 10.0
# Headers that belong to the answer; the rest is added to every one anew.
_KEPT_HEADERS = ("Location",)


@dataclass(frozen=True)
class Claim:
    """A caller's right to answer a key first."""

    caller: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True)
class Kept:
    """An answer as it was sent."""

    status: int
    media_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def to_response(self) -> Response:
        """The answer once more, marked as such."""
        return Response(self.body, self.status, self.headers | {REPLAYED: "true"}, self.media_type)


class Replays:
    """The answers that one service keeps, `lifetime_s` each; no request takes longer than `deadline_s`."""

    def __init__(self, database: Database, lifetime_s: float, deadline_s: float) -> None:
        self._database = database
        self._lifetime_s = lifetime_s
        self._longest_hold_s = deadline_s + HOLD_S

    def begin(self, claim: Claim, deadline_s: float) -> Kept | None:
        """The answer that is kept; None: carry the request out, within `deadline_s`. Raises Problem."""
        now = time.monotonic()
        with self._database.changing() as db:
            self._sweep(db, now)
            row = db.execute(
                "SELECT * FROM replays WHERE caller = ? AND key = ?", (claim.caller, claim.key)
            ).fetchone()
            if row is None:
                db.execute(
                    "INSERT INTO replays (caller, key, fingerprint, expires) VALUES (?, ?, ?, ?)",
                    (claim.caller, claim.key, claim.fingerprint, now + deadline_s + HOLD_S),
                )
                return None
        if row["fingerprint"] != claim.fingerprint:
            raise Problem("key_reused", "Take a new Idempotency-Key for a new request.")
        if row["status"] is None:
            raise Problem("conflict", "Wait for the first request's answer.", headers={"Retry-After": "1"})
        return Kept(row["status"], row["media_type"], row["body"], json.loads(row["headers"]))

    def _sweep(self, db: sqlite3.Connection, now: float) -> None:
        """Forget claims of workers that died, and answers whose time is over; `now` is on the clock."""
        db.execute(
            "DELETE FROM replays WHERE status IS NULL AND expires NOT BETWEEN ? AND ?",
            (now, now + self._longest_hold_s),
        )
        today = time.time()
        db.execute("DELETE FROM replays WHERE status IS NOT NULL AND expires < ?", (today,))
        # Answers of a time when the date was ahead would stay until it comes again.
        db.execute(
            "UPDATE replays SET expires = ?1 WHERE status IS NOT NULL AND expires > ?1",
            (today + self._lifetime_s,),
        )

    def finish(self, claim: Claim, response: Response) -> None:
        """Keep the answer, unless it is worth another try."""
        if response.status_code in (401, 402, 408, 409, 429) or response.status_code >= 500:
            self.abandon(claim)
            return
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        media_type = response.headers.get("content-type", "")
        with self._database.changing() as db:
            db.execute(
                "UPDATE replays SET status = ?, media_type = ?, headers = ?, body = ?, expires = ?"
                " WHERE caller = ? AND key = ?",
                (
                    response.status_code,
                    media_type,
                    json.dumps(headers),
                    bytes(response.body),
                    time.time() + self._lifetime_s,
                    claim.caller,
                    claim.key,
                ),
            )

    def abandon(self, claim: Claim) -> None:
        """Let the next request with this key be the first."""
        with self._database.changing() as db:
            db.execute(
                "DELETE FROM replays WHERE caller = ? AND key = ? AND status IS NULL",
                (claim.caller, claim.key),
            )


def claim_of(request: Request, caller: Caller, body: bytes) -> Claim | None:
    """The claim that a request makes; None where it carries no key. Raises Problem for an odd one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise Problem("bad_request", "An Idempotency-Key has 1 to 255 visible ASCII characters.")
    digest = hashlib.sha256()
    for part in (
        request.method.encode(),
        request.url.path.encode(),
        request.headers.get("content-type", "").encode("latin-1"),
        request.headers.get("accept", "").encode("latin-1"),
        hashlib.sha256(body).digest(),
    ):
        digest.update(len(part).to_bytes(4, "big") + part)
    return Claim(caller.id, key, digest.digest())
