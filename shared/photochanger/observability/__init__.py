"""What happened: structured logs, traces that cross services, metrics with a sentence each."""

from photochanger.observability.logs import configure_logging, get_logger
from photochanger.observability.metrics import Metrics
from photochanger.observability.telemetry import METRICS_CONTENT_TYPE, Telemetry, configure
from photochanger.observability.tracing import current_traceparent, span

__all__ = [
    "METRICS_CONTENT_TYPE",
    "Metrics",
    "Telemetry",
    "configure",
    "configure_logging",
    "current_traceparent",
    "get_logger",
    "span",
]
