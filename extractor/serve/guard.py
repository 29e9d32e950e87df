"""Around every request: its id, whether it may come from there, security headers, log and metrics.

What is logged of a request is its id, method, route, status, milliseconds and the caller's name;
nothing of its body, its query or its key.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extractor.serve.logs import describe, log
from extractor.serve.problems import Problem
from extractor.serve.service import Service
from extractor.serve.settings import LOOPBACK_NAMES

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OTHER_ROUTES = frozenset({"/openapi.json"})  # the router does not name them
CLIENT_GONE = 499  # for log and metrics only: nobody receives it
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware; `hosts` are the names that clients may use, empty for any."""

    def __init__(self, app: ASGIApp, service: Service, hosts: frozenset[str]) -> None:
        self.service = service
        self._app = app
        self._metrics = service.metrics
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = Visit(scope, send, is_last=self.service.is_draining)
        try:
            self._check(visit.headers)
            await self._app(scope, receive, visit.send)
        except Problem as problem:
            await visit.turn_away(problem, receive)
        except Exception as error:
            log.error("%s", json.dumps({"request_id": visit.id, "error": describe(error)}))
            if not visit.is_complete:  # too late for another answer: the connection breaks off
                raise Broken from None
        finally:
            self._note(visit)

    def _check(self, headers: Headers) -> None:
        """Refuse names that are not ours (DNS rebinding), and other sites' pages."""
        host = headers.get("host", "")
        if self._hosts and host_name(host) not in self._hosts:
            raise Problem("wrong_host", "Address the service by a name of EXTRACTOR_SERVE_HOSTS.")
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin, host):
            raise Problem("foreign_origin", "The page that sent this is not the service's own.")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            raise Problem("foreign_origin", "The page that sent this is not the service's own.")

    def _is_own(self, origin: str, host: str) -> bool:
        """Whether a page of this origin is ours; behind a proxy Host may be another of our names."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.netloc.lower() == host.lower() or parts.hostname in self._hosts - LOOPBACK_NAMES

    def _note(self, visit: Visit) -> None:
        seconds = time.perf_counter() - visit.started
        status = visit.status or CLIENT_GONE
        self._metrics.requests.labels(visit.method, visit.route, status).inc()
        self._metrics.seconds.labels(visit.route).observe(seconds)
        if status == CLIENT_GONE:
            self._metrics.gone.inc()
        code = visit.scope["state"].get("problem")
        if code is not None:
            self._metrics.errors.labels(code).inc()
        log.info("%s", json.dumps(visit.line(status, seconds, code)))


class Broken(Exception):
    """An answer broke off; says nothing, as what it says is logged."""


class Visit:
    """One request on its way through."""

    def __init__(self, scope: Scope, send: Send, *, is_last: bool) -> None:
        self.scope = scope
        self._is_last = is_last
        self.headers = Headers(scope=scope)
        given = self.headers.get("x-request-id", "")
        self.id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self.started = time.perf_counter()
        self.status = 0
        self.is_complete = False
        self._send = send
        scope.setdefault("state", {})["request_id"] = self.id

    @property
    def method(self) -> str:
        """The method, where it is a usual one."""
        method = self.scope["method"]
        return method if method in ("GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS") else "OTHER"

    @property
    def route(self) -> str:
        """The route's pattern, never the path as given."""
        path = getattr(self.scope.get("route"), "path", "") or self.scope["path"]
        if path in OTHER_ROUTES:
            return str(path)
        return path if "route" in self.scope else "/static" if path.startswith("/static/") else "none"

    async def send(self, message: Message) -> None:
        """Send on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            if self._is_last:
                headers["Connection"] = "close"
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body":
            self.is_complete = not message.get("more_body", False)
        await self._send(message)

    async def turn_away(self, problem: Problem, receive: Receive) -> None:
        """Answer by a problem."""
        self.scope["state"]["problem"] = problem.code
        await problem.to_response(self.id)(self.scope, receive, self.send)

    def line(self, status: int, seconds: float, code: str | None) -> dict[str, object]:
        """What the log says of it."""
        said = {
            "request_id": self.id,
            "method": self.method,
            "route": self.route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "caller": self.scope["state"].get("caller"),
            "code": code,
        }
        return {name: value for name, value in said.items() if value is not None}


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name
