"""uvicorn's HTTP/1.1 protocol, with limits where it has none: slow and long requests.

A request must be sent whole within a time, whether or not anybody waits for the rest of it, and its
head within a size. What is no HTTP is answered by problem details like everything else.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from extractor.serve.problems import MEDIA_TYPE

HEAD_BYTES = 65_536
# Who is refused may still be sending; a connection that is closed at once takes the answer with it.
LINGER_S = 1.0


def limited_protocol(send_s: float) -> type[LimitedProtocol]:
    """The protocol with this many seconds for a request's head, or for its rest after the answer."""
    return type("LimitedProtocol", (LimitedProtocol,), {"send_s": send_s})


class Lingering:
    """A transport that, closed while its client may still be sending, says that it has ended, and takes
    what comes for a moment longer."""

    def __init__(self, transport: asyncio.Transport, protocol: LimitedProtocol) -> None:
        self._transport = transport
        self._protocol = protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Whether nothing more is answered."""
        return self._protocol.is_lingering or self._transport.is_closing()

    def close(self) -> None:
        """Hang up."""
        if self.is_closing():
            return
        if self._protocol.is_receiving and self._transport.can_write_eof():
            self._protocol.is_lingering = True
            self._transport.write_eof()
            self._protocol.flow.resume_reading()
            self._protocol.loop.call_later(LINGER_S, self._transport.close)
        else:
            self._transport.close()


class LimitedProtocol(HttpToolsProtocol):
    """One connection."""

    send_s = 20.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._due: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = 0
        self.is_lingering = False

    @property
    def is_receiving(self) -> bool:
        """Whether the rest of a request may be on its way."""
        return self._due is not None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self.transport = cast(asyncio.Transport, Lingering(transport, self))
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the head is too long by now."""
        if self.is_lingering:
            return
        if self._due is None:
            self._arm()
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.is_lingering:
            self._refuse(431, "The request's head is too long.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is here; the body's size and time are the application's to judge."""
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It is here whole."""
        super().on_message_complete()
        self._in_head = True
        self._disarm()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400, msg)

    def _arm(self) -> None:
        self._due = self.loop.call_later(self.send_s, self._overdue)

    def _disarm(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _overdue(self) -> None:
        self._due = None
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self._arm()  # the application counts the time of a body that it reads
        else:
            self.transport.close()

    def _refuse(self, status: int, detail: str) -> None:
        """Answer by a problem and hang up."""
        title = "The request's head is too long" if status == 431 else "The request is no HTTP"
        problem = {
            "type": "urn:extractor:problem:bad_request",
            "title": title,
            "status": status,
            "detail": detail,
            "code": "bad_request",
            "retryable": False,
        }
        body = json.dumps(problem).encode()
        head = b"content-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head % (MEDIA_TYPE.encode(), len(body)) + body)
        self.transport.close()
