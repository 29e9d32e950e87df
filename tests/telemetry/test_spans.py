"""Spans as OpenTelemetry's GenAI conventions name them, from a real local provider."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from answers import POSTING
from extractor.batch.rows import Row
from extractor.batch.workers import Workers
from extractor.pipeline import Extractor
from extractor.settings import load_settings
from extractor.telemetry.spans import provider_of
from provider import Provider, completion, failure

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Spans of this process; a process has one provider of tracers for good."""
    exporter = InMemorySpanExporter()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(tracers)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    """None of earlier tests."""
    exporter.clear()
    yield exporter
    exporter.clear()


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """Of a span."""
    return dict(span.attributes or {})


@pytest.mark.timeout(180)
def test_a_posting_read_by_a_worker_process(provider: Provider, spans: InMemorySpanExporter) -> None:
    """As one read here: the process asks through the run, and the call's span stands under its posting's."""

    async def read() -> None:
        async with (
            Extractor(load_settings(cache=False)) as extractor,
            Workers(extractor, 2, at_once=True) as workers,
        ):
            await asyncio.gather(*(workers.read(Row(name, POSTING + name)) for name in "ab"))

    asyncio.run(read())
    found = spans.get_finished_spans()
    roots = {span.context.span_id: attributes(span) for span in found if span.parent is None}
    assert sorted(told["extractor.posting.id"] for told in roots.values()) == ["a", "b"]
    calls = [span.parent.span_id for span in found if span.parent]
    assert sorted(calls) == sorted(roots)


def test_a_posting_and_its_calls(provider: Provider, spans: InMemorySpanExporter) -> None:
    """A span a posting, a child a call with its retries, another a re-ask; no content, no key."""
    provider.add(completion("{"))
    with Extractor(load_settings(cache=False)) as extractor:
        extractor.extract(POSTING, id="a")
    first, second, root = spans.get_finished_spans()
    assert (root.name, root.kind, root.parent) == ("invoke_workflow extract_posting", SpanKind.INTERNAL, None)
    assert {span.parent and span.parent.span_id for span in (first, second)} == {root.context.span_id}
    assert (first.name, first.kind) == ("chat test-model", SpanKind.CLIENT)
    call = attributes(second)
    assert call.pop("server.port") > 0
    assert call.pop("gen_ai.request.max_tokens") > 0
    assert call == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "127.0.0.1",
        "gen_ai.output.type": "json",
        "gen_ai.request.model": "test-model",
        "gen_ai.request.temperature": 0.0,
        "gen_ai.response.model": "test-model",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 0,
        "gen_ai.usage.output_tokens": 20,
        "extractor.attempts": 1,
        "server.address": "127.0.0.1",
    }
    whole = attributes(root)
    assert (whole["extractor.posting.id"], whole["extractor.calls"], whole["extractor.reasks"]) == ("a", 2, 1)
    assert whole["gen_ai.usage.input_tokens"] == 200
    assert not any("Cook" in str(span.to_json()) or "sk-test" in span.to_json() for span in (first, root))


def test_errors(provider: Provider, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retried fault is one span; what fails for good is marked, by its code."""
    monkeypatch.setenv("EXTRACTOR_MAX_ATTEMPTS", "2")
    provider.add(failure(503))
    with Extractor(load_settings(cache=False)) as extractor:
        extractor.extract(POSTING)
        provider.default = failure(401)
        extractor.extract(POSTING)
    retried, fine, refused, failed = spans.get_finished_spans()
    assert attributes(retried)["extractor.attempts"] == 2
    assert fine.status.status_code is StatusCode.UNSET
    for span in (refused, failed):
        assert attributes(span)["error.type"] == "provider_refused"
        assert span.status.status_code is StatusCode.ERROR


def test_a_cached_reply_has_no_call(provider: Provider, spans: InMemorySpanExporter) -> None:
    """The posting's span says that it is cached."""
    with Extractor(load_settings()) as extractor:
        extractor.extract(POSTING)
        spans.clear()
        extractor.extract(POSTING)
    [root] = spans.get_finished_spans()
    assert attributes(root)["extractor.cached"] is True


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://mine.openai.azure.com/openai/v1", "azure.ai.openai"),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1", "aws.bedrock"),
        ("https://models.example.org/v1", "models.example.org"),
        ("https://notapi.openai.com.example.org/v1", "notapi.openai.com.example.org"),
    ],
)
def test_providers_are_named_as_the_conventions_do(url: str, name: str) -> None:
    """By host; an unknown one by its own."""
    assert provider_of(url) == name


def test_nothing_of_opentelemetry_is_imported_unasked() -> None:
    """Not by a whole extraction."""
    code = (
        "import sys; from extractor.pipeline import Extractor; from extractor.model.scripted import Scripted\n"
        "from extractor.settings import Settings\n"
        "Extractor(Settings(cache=False), model=Scripted([])).extract('Cook wanted in Lyon, apply now')\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_command_line_sends_spans_where_the_variables_say(provider: Provider) -> None:
    """Over OTLP, to a real local collector, all of them before it ends."""
    received: list[tuple[str, int]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, len(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
            "EXTRACTOR_BASE_URL": provider.base_url,
            "EXTRACTOR_MODEL": "m",
            "EXTRACTOR_API_KEY": "k",
            "EXTRACTOR_CACHE": "false",
            "PATH": "",
        }
        command = [sys.executable, "-m", "extractor", "extract", "-q"]
        done = subprocess.run(command, input=POSTING, env=environment, capture_output=True, text=True)
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert {path for path, _ in received} == {"/v1/traces"}
