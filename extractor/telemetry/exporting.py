"""OpenTelemetry set up for the command line, where its own variables ask for it; imports nothing before."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


@contextmanager
def exporting_spans() -> Iterator[None]:
    """Set OpenTelemetry up where its variables ask for it, and send what is left at the end.

    OTEL_EXPORTER_OTLP_ENDPOINT (or its TRACES form) sends spans there; OTEL_TRACES_EXPORTER=console
    prints them on standard error; OTEL_SERVICE_NAME and the other variables hold as ever.
    """
    if not _is_wanted():
        yield
        return
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = _open_exporter()
    except ImportError:
        sys.stderr.write("No spans are sent: they need the extra, pip install 'extractor[otel]'\n")
        yield
        return
    resource = Resource.create()
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": "extractor"}))
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()


def _is_wanted() -> bool:
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    exporter = os.environ.get("OTEL_TRACES_EXPORTER", "")
    is_set_up = "opentelemetry.sdk.trace" in sys.modules  # by opentelemetry-instrument, or the application
    wished = exporter in ("otlp", "console") or any(os.environ.get(name) for name in _ENDPOINTS)
    return wished and exporter != "none" and not is_off and not is_set_up


def _open_exporter() -> SpanExporter:
    if os.environ.get("OTEL_TRACES_EXPORTER") == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
