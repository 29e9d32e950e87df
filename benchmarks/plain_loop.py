"""What one would write by hand: an asyncio loop that asks about each posting and keeps the answers.

    --how instructor   instructor, the whole record as its response model
    --how question     instructor, with the question that the pipeline asks
    --how openai       the OpenAI client alone, replies validated by pydantic
    --how langextract  langextract's own loop and its HTTP client

It asks the provider in the environment, as `extractor batch` does. Prints CPU milliseconds a posting,
start not counted, as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.rows import Posting, postings
from extractor.schema import JobPosting
from extractor.strategies.numbered import Pieces

SYSTEM = "Extract the job posting that the user gives. Copy lists word for word."
WARM_UP = 20
Ask = Callable[[Posting], Awaitable[Any]]


def open_ask(how: str) -> Ask:
    """The function that asks about one posting."""
    import instructor
    import openai

    client = openai.AsyncOpenAI(base_url=os.environ["EXTRACTOR_BASE_URL"], api_key="none", max_retries=0)
    response_model: Any = Pieces if how == "question" else JobPosting
    patched = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)

    def messages(posting: Posting) -> Any:
        return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": posting.text}]

    async def ask_openai(posting: Posting) -> Any:
        reply = await client.chat.completions.create(model="benchmark", messages=messages(posting))
        return response_model.model_validate_json(reply.choices[0].message.content or "")

    async def ask_instructor(posting: Posting) -> Any:
        return await patched.chat.completions.create(
            model="benchmark", response_model=response_model, messages=messages(posting), max_retries=0
        )

    return ask_openai if how == "openai" else ask_instructor


async def loop(ask: Ask, given: list[Posting], in_flight: int) -> None:
    """Ask about all of them, so many at a time."""
    room = asyncio.Semaphore(in_flight)

    async def one(posting: Posting) -> None:
        async with room:
            answer = await ask(posting)
            answer.model_dump_json()

    async with asyncio.TaskGroup() as group:
        for posting in given:
            group.create_task(one(posting))


def extract_with_langextract(given: list[Posting]) -> None:
    """langextract over all of them; one request a posting, replies of its own form."""
    import langextract as lx

    example = lx.data.ExampleData(
        text="Baker at Mill Lane, Leeds",
        extractions=[lx.data.Extraction(extraction_class="title", extraction_text="Baker")],
    )
    config = lx.factory.ModelConfig(
        model_id="gpt-benchmark",
        provider="OpenAILanguageModel",
        provider_kwargs={"base_url": os.environ["EXTRACTOR_BASE_URL"], "api_key": "none"},
    )
    for posting in given:
        lx.extract(
            text_or_documents=posting.text,
            prompt_description=SYSTEM,
            examples=[example],
            config=config,
            fence_output=False,
            use_schema_constraints=False,
            max_char_buffer=100_000,
            show_progress=False,
        )


async def run_loop(how: str, count: int, in_flight: int) -> float:
    """Seconds of processor for `count` postings."""
    ask = open_ask(how)
    await loop(ask, list(postings(WARM_UP, 10_000_000)), in_flight)
    started = time.process_time()
    await loop(ask, list(postings(count)), in_flight)
    return time.process_time() - started


def main() -> None:
    """Ask, and print what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--how", choices=("instructor", "question", "openai", "langextract"), default="instructor"
    )
    parser.add_argument("--postings", type=int, default=200)
    parser.add_argument("--in-flight", type=int, default=64)
    given = parser.parse_args()
    if given.how == "langextract":
        extract_with_langextract(list(postings(WARM_UP, 10_000_000)))
        started = time.process_time()
        extract_with_langextract(list(postings(given.postings)))
        cpu_s = time.process_time() - started
    else:
        cpu_s = asyncio.run(run_loop(given.how, given.postings, given.in_flight))
    print(json.dumps({"how": given.how, "cpu_ms": 1000 * cpu_s / given.postings}))


if __name__ == "__main__":
    main()
