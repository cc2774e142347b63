"""One process's telemetry: its metrics, their Prometheus text, and the one way to swallow an error."""

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest

from photochanger.observability.logs import configure_logging, get_logger
from photochanger.observability.metrics import DURATION_BUCKETS, Metrics
from photochanger.observability.tracing import configure_tracing

METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Telemetry:
    """Independent of every other one in the process: a registry and a meter provider of its own."""

    def __init__(self, service: str) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._provider = MeterProvider(
            metric_readers=[
                PrometheusMetricReader(prefix="photochanger", scope_info_enabled=False, registry=self._registry)
            ],
            resource=Resource.create({SERVICE_NAME: service}),
            views=[
                View(
                    instrument_type=Histogram,
                    aggregation=ExplicitBucketHistogramAggregation(boundaries=DURATION_BUCKETS),
                )
            ],
            shutdown_on_exit=False,
        )
        self.metrics = Metrics(self._provider.get_meter("photochanger"))

    def render(self) -> bytes:
        """The metrics as Prometheus text."""
        return generate_latest(self._registry)

    def swallow(self, where: str, error: BaseException, **facts: object) -> None:
        """Logs and counts an error that ends here; `where` is a constant, `facts` tell what becomes of the work."""
        get_logger(__name__).error("background_error", where=where, exc_info=error, **facts)
        self.metrics.background_errors.add(1, {"where": where})


def configure(service: str, log_level: str) -> Telemetry:
    """Sets up logs and traces of this process and gives its telemetry. Once, at start."""
    configure_logging(service, log_level)
    configure_tracing(service)
    return Telemetry(service)
