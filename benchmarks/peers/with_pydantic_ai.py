"""pydantic-ai: an agent whose output is the whole record, by native structured output."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from benchmarks.peers.job import MOST_TOKENS, SYSTEM, Given, Server, Tell
from extractor.schema import JobPosting


def extract_all(given: Sequence[Given], server: Server, tell: Tell) -> None:
    """An asyncio loop, so many runs in flight."""
    asyncio.run(_extract(given, server, tell))


async def _extract(given: Sequence[Given], server: Server, tell: Tell) -> None:
    model = OpenAIChatModel(
        server.model, provider=OpenAIProvider(base_url=server.base_url, api_key=server.key)
    )
    agent = Agent(
        model, output_type=NativeOutput(JobPosting, strict=True), instructions=SYSTEM,
        model_settings={"temperature": 0.0, "max_tokens": MOST_TOKENS},
    )  # fmt: skip
    room = asyncio.Semaphore(server.in_flight)

    async def one(posting: Given) -> None:
        async with room:
            try:
                found = await agent.run(posting.text)
            except Exception as error:  # whatever it raises is its answer
                tell(posting.id, None, f"{type(error).__name__}: {error}"[:300])
            else:
                tell(posting.id, found.output.model_dump(mode="json"), None)

    await asyncio.gather(*map(one, given))
