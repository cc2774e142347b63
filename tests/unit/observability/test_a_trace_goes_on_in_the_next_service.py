from opentelemetry import trace

from photochanger.observability import current_traceparent, span
from photochanger.observability.tracing import configure_tracing


def test_the_next_service_continues_the_trace() -> None:
    configure_tracing("tests")

    with span("send provider.gemini.v1", job="j1"):
        sent = current_traceparent()
    with span("process provider.gemini.v1", traceparent=sent) as received:
        context = received.get_span_context()

    assert sent is not None
    assert sent.split("-")[1] == trace.format_trace_id(context.trace_id)
    assert sent.split("-")[2] != trace.format_span_id(context.span_id)


def test_a_garbled_traceparent_starts_a_new_trace() -> None:
    configure_tracing("tests")

    with span("process", traceparent="00-nonsense") as current:
        assert current.get_span_context().is_valid


def test_there_is_no_traceparent_outside_of_a_span() -> None:
    assert current_traceparent() is None
