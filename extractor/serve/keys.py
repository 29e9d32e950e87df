"""API keys: named, revocable, each with a limit and a budget; only their digests are kept.

A key is `exk_ID_SECRET`; the secret has 256 random bits, so a plain SHA-256 cannot be reversed, and
needs no slow hash. Limits and budgets hold over all workers.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import secrets
import sqlite3
import time
from dataclasses import dataclass

from extractor.errors import SettingsError
from extractor.serve.database import Database
from extractor.serve.problems import Problem

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FORM = re.compile(r"exk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_MINUTE_S = 60.0
_NOBODY = bytes(32)


@dataclass(frozen=True)
class Caller:
    """Who asks: a key, or, where none is needed, whoever is on this machine."""

    id: str = ""
    name: str = "local"
    has_budget: bool = False


@dataclass(frozen=True)
class Key:
    """A key as the list shows it; amounts in USD, moments in seconds since 1970."""

    id: str
    name: str
    created: float
    revoked: float | None
    requests_a_minute: float | None
    budget_usd: float | None
    spent_usd: float
    unpriced: int


LOCAL = Caller()


class Keys:
    """The keys of one service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, requests_a_minute: float | None = None, budget_usd: float | None = None) -> str:
        """Make a key, and give it out for the only time; raises SettingsError for a name that is taken."""
        if not NAME.fullmatch(name):
            raise SettingsError(
                f"{name!r} is no name for a key: letters, digits, dots and dashes, at most 64"
            )
        id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        key = f"exk_{id}_{secret}"
        with self._database.changing() as db:
            if db.execute("SELECT 1 FROM keys WHERE name = ? AND revoked IS NULL", (name,)).fetchone():
                raise SettingsError(f"there is a key named {name} already: revoke it, or take another name")
            db.execute(
                "INSERT INTO keys (id, name, digest, created, requests_a_minute, budget_usd)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (id, name, _digest(key), time.time(), requests_a_minute, budget_usd),
            )
        return key

    def list(self) -> list[Key]:
        """All keys, oldest first."""
        rows = self._database.rows(
            "SELECT id, name, created, revoked, requests_a_minute, budget_usd, spent_usd, unpriced"
            " FROM keys ORDER BY created"
        )
        return [Key(*row) for row in rows]

    def revoke(self, name: str) -> None:
        """End a key at once; raises SettingsError where there is none of this name."""
        with self._database.changing() as db:
            ended = db.execute(
                "UPDATE keys SET revoked = ? WHERE name = ? AND revoked IS NULL", (time.time(), name)
            )
            if not ended.rowcount:
                raise SettingsError(f"there is no key named {name}")

    def has_any(self) -> bool:
        """Whether a key is in force."""
        return bool(self._database.rows("SELECT 1 FROM keys WHERE revoked IS NULL LIMIT 1"))

    def admit(self, authorization: str | None, *, is_open: bool) -> Caller:
        """Who asks, one of their requests a minute taken; raises Problem.

        `is_open`: without any key in force, everybody may.
        """
        if is_open and authorization is None and not self.has_any():
            return LOCAL
        row = self._identify(authorization)
        if row is None:
            if is_open and not self.has_any():
                return LOCAL
            raise Problem("unauthorized", "Send a key in force as `Authorization: Bearer KEY`.")
        if row["requests_a_minute"] is not None:
            self._take_request(row["id"], row["requests_a_minute"])
        return Caller(row["id"], row["name"], row["budget_usd"] is not None)

    def reserve(self, caller: Caller, most_usd: float | None, lifetime_s: float) -> int:
        """Set aside what a request may cost at most; the reserve's number. Raises Problem.

        `lifetime_s`: the longest that any request of this service may take.
        """
        if most_usd is None:
            raise Problem("budget_spent", "The model's price is not known, and the key has a budget.")
        now = time.monotonic()
        with self._database.changing() as db:
            db.execute("DELETE FROM reserves WHERE expires NOT BETWEEN ? AND ?", (now, now + lifetime_s))
            budget, spent = db.execute(
                "SELECT budget_usd, spent_usd FROM keys WHERE id = ?", (caller.id,)
            ).fetchone()
            if spent + most_usd > budget:
                raise Problem("budget_spent", f"What is left of {budget:g} USD may not cover this request.")
            held = db.execute("SELECT sum(usd) FROM reserves WHERE key = ?", (caller.id,)).fetchone()[0]
            if spent + (held or 0.0) + most_usd > budget:
                raise Problem("too_many_requests", "Requests under way may use up the budget: wait for them.")
            made = db.execute(
                "INSERT INTO reserves (key, usd, expires) VALUES (?, ?, ?)",
                (caller.id, most_usd, now + lifetime_s),
            )
            return made.lastrowid or 0

    def settle(self, caller: Caller, reserve: int | None, cost_usd: float | None, *, is_known: bool) -> None:
        """Charge what a request did cost; the whole reserve where that is not known."""
        with self._database.changing() as db:
            held = 0.0
            if reserve is not None:
                found = db.execute("SELECT usd FROM reserves WHERE number = ?", (reserve,)).fetchone()
                held = found[0] if found else 0.0
                db.execute("DELETE FROM reserves WHERE number = ?", (reserve,))
            usd = cost_usd if is_known and cost_usd is not None else held
            db.execute(
                "UPDATE keys SET spent_usd = spent_usd + ?, unpriced = unpriced + ? WHERE id = ?",
                (usd, is_known and cost_usd is None, caller.id),
            )

    def left_usd(self, caller_id: str) -> float | None:
        """What is left of a budget, reserves not counted; None where there is none."""
        rows = self._database.rows("SELECT budget_usd, spent_usd FROM keys WHERE id = ?", caller_id)
        if not rows or rows[0]["budget_usd"] is None:
            return None
        return max(0.0, float(rows[0]["budget_usd"] - rows[0]["spent_usd"]))

    def may_spend(self, caller_id: str) -> bool:
        """Whether a key is in force and has something left; without keys everybody may."""
        if not caller_id:
            return True
        rows = self._database.rows(
            "SELECT 1 FROM keys WHERE id = ? AND revoked IS NULL"
            " AND (budget_usd IS NULL OR spent_usd < budget_usd)",
            caller_id,
        )
        return bool(rows)

    def _identify(self, authorization: str | None) -> sqlite3.Row | None:
        scheme, _, key = (authorization or "").partition(" ")
        match = _FORM.fullmatch(key.strip())
        if scheme.lower() != "bearer" or match is None:
            return None
        rows = self._database.rows(
            "SELECT id, name, digest, requests_a_minute, budget_usd FROM keys"
            " WHERE id = ? AND revoked IS NULL",
            match[1],
        )
        digest = rows[0]["digest"] if rows else _NOBODY
        return rows[0] if hmac.compare_digest(_digest(key.strip()), digest) and rows else None

    def _take_request(self, id: str, a_minute: float) -> None:
        """One request, of at most a minute's at once; each comes back after a share of the minute."""
        pace_s, now = _MINUTE_S / a_minute, time.monotonic()
        most_s = max(_MINUTE_S, pace_s)
        with self._database.changing() as db:
            (free_at,) = db.execute("SELECT free_at FROM keys WHERE id = ?", (id,)).fetchone()
            free_at = min(max(free_at, now), now + most_s)
            used_up_s = free_at + pace_s - now - most_s
            if used_up_s > 1e-6:
                raise Problem(
                    "too_many_requests",
                    f"The key may send {a_minute:g} requests a minute.",
                    headers={"Retry-After": str(math.ceil(used_up_s))},
                )
            db.execute("UPDATE keys SET free_at = ? WHERE id = ?", (free_at + pace_s, id))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
