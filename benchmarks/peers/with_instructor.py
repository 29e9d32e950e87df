"""Plain instructor: the whole record as response model, the client as its documentation makes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import instructor
import openai

from benchmarks.peers.job import MOST_TOKENS, SYSTEM, Given, Server, Tell, Whole


def extract_all(given: Sequence[Given], server: Server, tell: Tell) -> None:
    """An asyncio loop, so many calls in flight."""
    asyncio.run(_extract(given, server, tell))


async def _extract(given: Sequence[Given], server: Server, tell: Tell) -> None:
    client = openai.AsyncOpenAI(base_url=server.base_url, api_key=server.key)
    ask: Any = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA).chat.completions.create
    room = asyncio.Semaphore(server.in_flight)

    async def one(posting: Given) -> None:
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": posting.text}]
        async with room:
            try:
                found = await ask(
                    model=server.model,
                    response_model=Whole,
                    messages=messages,
                    temperature=0,
                    max_tokens=MOST_TOKENS,
                )
            except Exception as error:  # whatever it raises is its answer
                tell(posting.id, None, f"{type(error).__name__}: {error}"[:300])
            else:
                tell(posting.id, found.model_dump(mode="json"), None)

    await asyncio.gather(*map(one, given))
