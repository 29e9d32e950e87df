"""OpenTelemetry spans by its GenAI conventions (semantic-conventions-genai, in development in 2026).

    invoke_workflow extract_posting      one posting, INTERNAL
    └── chat <model>                     one model call with its retries, CLIENT; a re-ask is another

No prompt and no reply is in them, only sizes, settings and outcomes. Spans are made where the
process has loaded OpenTelemetry's API, whoever set it up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

    from extractor.records import Usage
    from extractor.telemetry.logs import Outcome

# Where a provider is asked tells which one it is; the names are the conventions'.
_PROVIDERS = {
    "api.openai.com": "openai",
    "openai.azure.com": "azure.ai.openai",
    "services.ai.azure.com": "azure.ai.inference",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "aiplatform.googleapis.com": "gcp.vertex_ai",
    "amazonaws.com": "aws.bedrock",
    "api.mistral.ai": "mistral_ai",
    "api.groq.com": "groq",
    "api.deepseek.com": "deepseek",
    "api.cohere.ai": "cohere",
    "api.cohere.com": "cohere",
    "api.perplexity.ai": "perplexity",
    "api.x.ai": "x_ai",
}
_PORTS = {"https": 443, "http": 80}
# An exception's message may quote a posting: of one that passes, only its class is noted.
_SILENT: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}


def find_tracer() -> Tracer | None:
    """A tracer, where this process has loaded OpenTelemetry."""
    trace = sys.modules.get("opentelemetry.trace")
    return None if trace is None else trace.get_tracer("extractor")


@contextmanager
def posting_span(digest: str) -> Iterator[Callable[[Outcome], None]]:
    """A span of one posting; what is given is to be called with its answer."""
    tracer = find_tracer()
    if tracer is None:
        yield lambda _: None
        return
    attributes = {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": "extract_posting",
        "extractor.posting.digest": digest,
    }
    with (
        tracer.start_as_current_span(
            "invoke_workflow extract_posting", attributes=attributes, **_SILENT
        ) as span,
        _named(span),
    ):
        yield lambda extraction: _note_posting(span, extraction)


def _note_posting(span: Span, extraction: Outcome) -> None:
    meta = extraction.meta
    _set(
        span,
        {
            "extractor.posting.id": extraction.id,
            "extractor.strategy": meta.strategy,
            "gen_ai.prompt.name": f"{meta.prompt}@{meta.prompt_version}" if meta.prompt else None,
            "gen_ai.usage.input_tokens": meta.input_tokens,
            "gen_ai.usage.cache_read.input_tokens": meta.cached_input_tokens,
            "gen_ai.usage.output_tokens": meta.output_tokens,
            "extractor.calls": meta.calls,
            "extractor.reasks": meta.reasks,
            "extractor.cached": meta.cached,
            "extractor.cost_usd": meta.cost_usd,
            "extractor.warnings": len(extraction.warnings),
        },
    )
    if extraction.error:
        _fail(span, extraction.error.code)


class CallNote(Protocol):
    """Takes what came of a call; `spent`: what was paid before it, and after it."""

    def __call__(
        self, *, model: str, finish_reason: str, spent: tuple[Usage, Usage], code: str | None
    ) -> None:
        """Note it; `code` is that of the error, None for a reply."""
        ...


@contextmanager
def call_span(base_url: str, asked: Mapping[str, Any]) -> Iterator[CallNote]:
    """A span of one model call, however often it is tried; `asked` are its parameters."""
    tracer = find_tracer()
    if tracer is None:
        yield _note_nothing
        return
    from opentelemetry.trace import SpanKind

    address = urlsplit(base_url)
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider_of(base_url),
        "gen_ai.output.type": "json",
        "gen_ai.request.model": asked.get("model"),
        "gen_ai.request.max_tokens": asked.get("max_tokens"),
        "gen_ai.request.temperature": asked.get("temperature"),
        "gen_ai.request.seed": asked.get("seed"),
        "server.address": address.hostname,
        "server.port": address.port or _PORTS.get(address.scheme),
    }
    known = {name: value for name, value in attributes.items() if value is not None}
    name = f"chat {asked.get('model', '')}".strip()
    with (
        tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=known, **_SILENT) as span,
        _named(span),
    ):

        def note(*, model: str, finish_reason: str, spent: tuple[Usage, Usage], code: str | None) -> None:
            _note_call(span, model, finish_reason, spent)
            if code:
                _fail(span, code)

        yield note


def _note_call(span: Span, model: str, finish_reason: str, spent: tuple[Usage, Usage]) -> None:
    before, after = spent
    is_priced = before.cost_usd is not None and after.cost_usd is not None
    _set(
        span,
        {
            "gen_ai.response.model": model or None,
            "gen_ai.response.finish_reasons": [finish_reason] if finish_reason else None,
            "gen_ai.usage.input_tokens": after.input_tokens - before.input_tokens,
            "gen_ai.usage.cache_read.input_tokens": after.cached_input_tokens - before.cached_input_tokens,
            "gen_ai.usage.output_tokens": after.output_tokens - before.output_tokens,
            "extractor.attempts": after.calls - before.calls,
            "extractor.cost_usd": (after.cost_usd or 0) - (before.cost_usd or 0) if is_priced else None,
        },
    )


def provider_of(base_url: str) -> str:
    """The provider's name by the conventions; of one that they do not know, its host."""
    host = urlsplit(base_url).hostname or base_url
    for suffix, name in _PROVIDERS.items():
        if host == suffix or host.endswith("." + suffix):
            return name
    return host


@contextmanager
def _named(span: Span) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        _fail(span, type(error).__name__)
        raise


def _note_nothing(*, model: str, finish_reason: str, spent: tuple[Usage, Usage], code: str | None) -> None:
    """Nobody listens."""


def _set(span: Span, attributes: Mapping[str, Any]) -> None:
    span.set_attributes({name: value for name, value in attributes.items() if value is not None})


def _fail(span: Span, code: str) -> None:
    from opentelemetry.trace import StatusCode

    span.set_attribute("error.type", code)
    span.set_status(StatusCode.ERROR, code)
