"""OpenTelemetry: spans of what is timed, sent by OTLP over HTTP or printed. Needs the extra ``otel``."""

from urllib.parse import urlsplit

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SimpleSpanProcessor,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cartwheel import __version__
from cartwheel.kernel.telemetry import ERROR, Sink, timed

_KINDS = {
    "http": trace.SpanKind.SERVER,
    "event": trace.SpanKind.CONSUMER,
    "storage": trace.SpanKind.CLIENT,
    "payment": trace.SpanKind.CLIENT,
    "mail": trace.SpanKind.CLIENT,
}
_NAMED_AFTER = {
    "http": ("method", "route"),
    "storage": ("operation",),
    "event": ("queue", "type"),
    "step": ("step",),
    "payment": ("operation",),
    "mail": ("template",),
    "job": ("job",),
}
_PART_OF_OTHERS = frozenset({"storage"})
"""Told only within a trace: workers look into their queues many times a second."""


class Traces(Sink):
    """A sink: one span for each piece of work, below the one that it is done within."""

    def __init__(self, address: str) -> None:
        """``address``: ``otlp://host:4318`` (``otlps`` with TLS) or ``console``."""
        about = Resource.create({"service.name": "cartwheel", "service.version": __version__})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(_processor(address))
        self._tracer = self._provider.get_tracer("cartwheel", __version__)
        self._w3c = TraceContextTextMapPropagator()

    def begin(self, work: timed) -> object:
        """Opens the span, which is from now on the one that work is done within."""
        around = self._w3c.extract({"traceparent": work.parent}, context.Context()) if work.parent else None
        if work.kind in _PART_OF_OTHERS and not trace.get_current_span(around).get_span_context().is_valid:
            return None
        span = self._tracer.start_span(work.kind, around, _KINDS.get(work.kind, trace.SpanKind.INTERNAL))
        return span, context.attach(trace.set_span_in_context(span))

    def end(self, work: timed, begun: object) -> None:
        """Names the span, whose labels may have been found out meanwhile, and closes it."""
        if not isinstance(begun, tuple):
            return
        span, token = begun
        context.detach(token)
        names = (work.labels[label] for label in _NAMED_AFTER[work.kind])
        span.update_name(" ".join((*names,)) if work.kind == "http" else " ".join((work.kind, *names)))
        told = {**work.labels, **(work.attributes or {}), "outcome": work.outcome}
        span.set_attributes({f"cartwheel.{name}": value for name, value in told.items()})
        if work.outcome == ERROR:
            span.set_status(trace.StatusCode.ERROR)
        span.end()

    def traceparent(self) -> str:
        """The current span, as W3C Trace Context writes it."""
        carrier: dict[str, str] = {}
        self._w3c.inject(carrier)
        return carrier.get("traceparent", "")

    def close(self) -> None:
        """Sends what was not sent yet."""
        self._provider.shutdown()


def _processor(address: str) -> SpanProcessor:
    if address == "console":
        return SimpleSpanProcessor(ConsoleSpanExporter())
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    parts = urlsplit(address)
    scheme = "https" if parts.scheme == "otlps" else "http"
    exporter = OTLPSpanExporter(endpoint=f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/v1/traces")
    return BatchSpanProcessor(exporter)
