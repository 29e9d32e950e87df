"""What Prometheus is told. With several workers the counts lie in files that all of them share."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from extractor.schema import Meta

SHARED_DIR = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own variable
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


class Metrics:
    """The service's counters, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self.requests = Counter(
            "extractor_requests", "Requests answered", ["method", "route", "status"], registry=own
        )
        self.seconds = Histogram(
            "extractor_request_seconds", "Seconds a request took", ["route"], buckets=_SECONDS, registry=own
        )
        self.errors = Counter("extractor_errors", "Requests answered by a problem", ["code"], registry=own)
        self.gone = Counter("extractor_clients_gone", "Clients that left before their answer", registry=own)
        self.answers = Counter(
            "extractor_answers",
            "Extractions given: read, from the reply cache, from memory, shared with another request",
            ["source"],
            registry=own,
        )
        self.calls = Counter("extractor_model_calls", "Calls to the model", registry=own)
        self.tokens = Counter("extractor_tokens", "Tokens of all calls", ["kind"], registry=own)
        self.dollars = Counter("extractor_dollars", "USD spent, as far as prices are known", registry=own)
        self.unpriced = Counter("extractor_unpriced_answers", "Answers of unknown cost", registry=own)
        self.in_flight = Gauge(
            "extractor_in_flight", "Extractions under way", registry=own, multiprocess_mode="livesum"
        )
        self.waiting = Gauge(
            "extractor_waiting", "Requests that wait for one", registry=own, multiprocess_mode="livesum"
        )

    def note_answer(self, source: str, meta: Meta) -> None:
        """Count an extraction and what it cost."""
        self.answers.labels("cache" if source == "read" and meta.cached else source).inc()
        self.calls.inc(meta.calls)
        self.tokens.labels("input").inc(meta.input_tokens)
        self.tokens.labels("cached_input").inc(meta.cached_input_tokens)
        self.tokens.labels("output").inc(meta.output_tokens)
        self.dollars.inc(meta.cost_usd or 0.0)
        self.unpriced.inc(meta.cost_usd is None)

    def render(self) -> bytes:
        """All counts, as Prometheus reads them; of all workers where there are several."""
        if SHARED_DIR not in os.environ:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        return generate_latest(everyone)
