"""The HTTP client of every provider: it goes where it was told only, and reads no more than a reply holds.

A redirect would carry the posting, and behind some gateways the key, to a host that nobody named. An
answer without end, or one that unfolds from a megabyte of zeros, would fill the memory.
"""

from __future__ import annotations

from typing import Any

import httpx2

# 100,000 tokens of reasoning and a reply are half a megabyte.
MAX_ANSWER_BYTES = 4_000_000


class AnswerTooLarge(Exception):
    """An answer of more than MAX_ANSWER_BYTES, unpacked."""

    def __init__(self) -> None:
        super().__init__(f"the answer is larger than {MAX_ANSWER_BYTES:,} bytes")


class BoundedClient(httpx2.AsyncClient):
    """An async client whose every answer is read whole, within the bound; it follows no redirect."""

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """The answer, read; raises AnswerTooLarge, or what httpx2 raises."""
        options |= {"stream": True, "follow_redirects": False}
        answer = await super().send(request, **options)
        try:
            parts, size = [], 0
            async for part in answer.aiter_bytes():
                parts.append(part)
                size += len(part)
                if size > MAX_ANSWER_BYTES:
                    raise AnswerTooLarge
        finally:
            await answer.aclose()
        headers = [(n, v) for n, v in answer.headers.multi_items() if n.lower() not in _OF_THE_TRANSFER]
        return httpx2.Response(
            answer.status_code,
            headers=headers,
            content=b"".join(parts),
            request=request,
            extensions=answer.extensions,
        )


_OF_THE_TRANSFER = {"content-encoding", "content-length", "transfer-encoding"}
