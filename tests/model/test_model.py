"""Rules of the model room's door: what stacks on what, what is imported when, the scripted model."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from extractor.errors import InvalidReply, RateLimited
from extractor.model import build_model, identify_model
from extractor.model.embedded import Embedded
from extractor.model.scripted import Scripted
from extractor.records import Message, Reply, Request, Usage
from extractor.settings import Settings
from provider import Provider, completion

GOOD = '{"title": "Cook"}'


class Job(BaseModel):
    title: str


def request_of(settings: Settings) -> Request:
    return Request((Message("user", "posting"),), Job, *identify_model(settings), {"temperature": 0})


def test_importing_the_room_imports_no_client() -> None:
    """openai, instructor and xllamacpp take seconds: they wait for the first question."""
    source = (
        "import sys, extractor.model, extractor.model.scripted\n"
        "print({'openai', 'instructor', 'xllamacpp', 'httpx2', 'genai_prices'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_hit_needs_no_server(tmp_path: Path) -> None:
    """The cache is outermost: with the provider gone, a known request is still answered, for nothing."""

    async def ask(settings: Settings) -> Reply:
        model = build_model(settings)
        try:
            return await model.ask(request_of(settings))
        finally:
            await model.aclose()

    with Provider(completion(GOOD)) as provider:
        settings = Settings(
            base_url=provider.base_url, model="m", api_key="sk-secret-key", cache_dir=tmp_path
        )
        first = asyncio.run(ask(settings))
    second = asyncio.run(ask(settings))
    assert (first.text, first.usage.calls) == (GOOD, 1)
    assert (second.text, second.usage, second.cached) == (GOOD, Usage(), True)
    assert not any(b"sk-secret-key" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_the_cache_can_be_switched_off(tmp_path: Path) -> None:
    """`cache=False` leaves the bare model, and nothing on disk."""
    assert isinstance(build_model(Settings(cache=False, cache_dir=tmp_path)), Embedded)
    assert list(tmp_path.iterdir()) == []


def test_the_key_does_not_decide_the_digest() -> None:
    """Two users of one provider ask the same question."""
    one, other = (Settings(base_url="http://h/v1", model="m", api_key=key) for key in ("a", "b"))
    assert request_of(one).digest == request_of(other).digest


def test_another_model_file_is_another_model(tmp_path: Path) -> None:
    """The name of a file of one's own holds a hash of it, so its replies are not another's."""
    path = tmp_path / "own.gguf"
    settings = Settings(model_path=path, cache_dir=tmp_path)
    path.write_bytes(b"GGUF one")
    first = identify_model(settings)
    path.write_bytes(b"GGUF two")
    second = identify_model(settings)
    assert first != second
    assert first[0].startswith("own@")
    assert first[1] == "embedded"


def test_the_shipped_model_is_known_by_its_name_alone(tmp_path: Path) -> None:
    """Its digest is fixed, so that nothing need be read, or be there at all."""
    assert identify_model(Settings(cache_dir=tmp_path)) == ("qwen2.5-coder-1.5b-instruct-q4_k_m", "embedded")


def test_a_script_is_followed_in_order() -> None:
    """Texts, instances, mappings, whole replies and errors; the end of the script is an error too."""
    whole = Reply(text=GOOD, model="other", usage=Usage(calls=2))
    model = Scripted([GOOD, Job(title="Nurse"), {"title": "Clerk"}, whole, RateLimited("slow down")])
    request = request_of(Settings())

    async def run() -> None:
        texts = [(await model.ask(request)).text for _ in range(3)]
        assert texts == [GOOD, '{"title":"Nurse"}', '{"title": "Clerk"}']
        assert await model.ask(request) is whole
        with pytest.raises(RateLimited):
            await model.ask(request)
        with pytest.raises(InvalidReply, match="no more replies"):
            await model.ask(request)
        await model.aclose()

    asyncio.run(run())
    assert model.requests == [request] * 6
    assert model.is_closed


def test_a_script_may_be_a_function_of_the_request() -> None:
    """Then it never ends."""
    model = Scripted(lambda request: {"title": request.messages[-1].content})
    assert asyncio.run(model.ask(request_of(Settings()))).text == '{"title": "posting"}'
