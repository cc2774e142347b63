"""The sandbox's metrics, a sentence each."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 75)


class SandboxMetrics:
    """Counters of one running sandbox, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.calls = Counter(
            "photochanger_sandbox_calls_total", "Calls ended, by what they got.",
            ["operation", "behaviour", "status"], registry=self._registry,
        )  # fmt: skip
        self.hang_ups = Counter(
            "photochanger_sandbox_hang_ups_total", "Calls whose client left before the answer.", registry=self._registry
        )
        self.turbotext_requests = Counter(
            "photochanger_sandbox_turbotext_requests_total", "Requests to Turbotext's methods, by their answer.",
            ["method", "status"], registry=self._registry,
        )  # fmt: skip
        self.input_links = Counter(
            "photochanger_sandbox_input_links_total", "Links fetched for Turbotext, by what they answered.",
            ["status"], registry=self._registry,
        )  # fmt: skip
        self.downloads = Counter(
            "photochanger_sandbox_downloads_total", "Results of Turbotext asked for, by the answer.",
            ["status"], registry=self._registry,
        )  # fmt: skip
        self.trap_visits = Counter(
            "photochanger_sandbox_trap_visits_total", "Clients that followed a redirect to an internal address.",
            registry=self._registry,
        )  # fmt: skip
        self.running = Gauge("photochanger_sandbox_running_calls", "Calls now running.", registry=self._registry)
        self.duration = Histogram(
            "photochanger_sandbox_call_seconds", "From the arrival of a call to its end.",
            buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip
        self.drawing = Histogram(
            "photochanger_sandbox_drawing_seconds", "Time spent on drawing one picture.",
            buckets=_BUCKETS[:8], registry=self._registry,
        )  # fmt: skip

    def text(self) -> bytes:
        """Give all of them in Prometheus' text format."""
        return generate_latest(self._registry)
