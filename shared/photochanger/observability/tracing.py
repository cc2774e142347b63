"""Traces: real ids that travel as `traceparent` through HTTP, broker and row; no exporter unless one is added."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

_PROPAGATOR = TraceContextTextMapPropagator()
_HEADER = "traceparent"


def configure_tracing(service: str) -> None:
    """Spans get ids from here on; a process keeps the first provider it was given."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider(resource=Resource.create({SERVICE_NAME: service})))


@contextmanager
def span(name: str, traceparent: str | None = None, **attributes: AttributeValue) -> Iterator[trace.Span]:
    """Runs the block inside a span, which continues the trace that `traceparent` names, else the current one."""
    parent = _PROPAGATOR.extract({_HEADER: traceparent}) if traceparent else None
    tracer = trace.get_tracer("photochanger")
    with tracer.start_as_current_span(name, context=parent, attributes=attributes) as current:
        yield current


def current_traceparent() -> str | None:
    """The current span as a W3C `traceparent`; None outside of any."""
    headers: dict[str, str] = {}
    _PROPAGATOR.inject(headers)
    return headers.get(_HEADER)
