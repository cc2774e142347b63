"""Every metric of the platform: its name, a sentence, its unit. No job or slot ids as labels.

Counters get `_total` and seconds `_seconds` appended where they are shown.
"""

from opentelemetry.metrics import Counter, Histogram, Meter, UpDownCounter
from opentelemetry.metrics import _Gauge as Gauge

#: The sync window is 10-60 s; the SDK's own buckets end at 10 s.
DURATION_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 75.0)


class Metrics:
    """The instruments, ready to count: `metrics.ingest_requests.add(1, {"outcome": "done"})`."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._add_platform()
        self._add_broker()
        self._add_ingest()
        self._add_dispatcher()
        self._add_providers()
        self._add_media()

    def _add_platform(self) -> None:
        self.background_errors = self._counter(
            "background_errors", "Errors that were caught where nobody waits for the answer, by place."
        )
        self.inflight = self._up_down("inflight", "Requests or messages being worked on in this process.")
        self.event_loop_tasks = self._gauge("event_loop_tasks", "Tasks of this process when it was asked.")

    def _add_broker(self) -> None:
        self.amqp_publishes = self._counter("amqp_publishes", "Messages published, by exchange and outcome.")
        self.amqp_deliveries = self._counter(
            "amqp_deliveries", "Messages settled after their handler, by queue and outcome."
        )
        self.amqp_reconnects = self._counter("amqp_reconnects", "Broker connections lost or refused, by connection.")
        self.amqp_consumers_lost = self._counter(
            "amqp_consumers_lost", "Consumers that were gone while their connection lived, by queue."
        )

    def _add_ingest(self) -> None:
        self.ingest_requests = self._counter("ingest_requests", "Booth requests answered, by outcome.")
        self.ingest_duration = self._seconds(
            "ingest_duration", "From a booth request's first byte to its answer, by outcome."
        )
        self.ingest_waiting = self._gauge("ingest_waiting", "Booth requests that wait for their answer.")
        self.ingest_receiving = self._gauge(
            "ingest_receiving_bytes", "Memory in bytes promised to photos that are being received and checked."
        )
        self.job_stage = self._seconds("job_stage", "Time a job spent in one stage, by stage and provider.")
        self.jobs_oldest_pending = self._gauge(
            "jobs_oldest_pending_seconds", "Age in seconds of the oldest job that nobody works on."
        )

    def _add_dispatcher(self) -> None:
        self.jobs_timed_out = self._counter(
            "jobs_timed_out", "Photos whose window ended, by stage: `not_started`, `running` or `between_calls`."
        )
        self.dispatcher_steps = self._counter("dispatcher_steps", "Decisions about photos, by step.")
        self.dispatcher_tasks = self._counter(
            "dispatcher_tasks", "Tasks published to providers, by provider and the publish's outcome."
        )
        self.dead_letters = self._counter(
            "dead_letters", "Messages that died, by queue and reason; `expired` ones are normal."
        )

    def _add_providers(self) -> None:
        self.provider_calls = self._counter("provider_calls", "Calls to a provider, by provider and result.")
        self.provider_call_duration = self._seconds(
            "provider_call_duration", "Time of one call to a provider, by provider and result."
        )
        self.provider_attempts = self._counter("provider_attempts", "Attempts ended, by provider and outcome.")
        self.breaker_state = self._gauge(
            "breaker_state", "Whether a provider is asked, by provider and reason: 0 closed, 1 half-open, 2 open."
        )
        self.breaker_changes = self._counter(
            "breaker_changes", "Breakers that opened, half-opened or closed, by provider, reason and new state."
        )
        self.limit_refusals = self._counter(
            "limit_refusals", "Provider calls not made because a limit was used up, by provider, limit and scope."
        )
        self.limit_wait = self._seconds(
            "limit_wait", "Time a provider call waited for its turn under the limits, by provider."
        )
        self.late_results = self._counter("late_results", "Provider answers discarded because the job had ended.")

    def _add_media(self) -> None:
        self.media_objects = self._gauge("media_objects", "Objects in the store, by kind.")
        self.results_missing = self._gauge(
            "results_missing", "Finished pictures within their time that the store does not have."
        )
        self.janitor_deleted = self._counter("janitor_deleted", "Objects and rows the janitor removed, by kind.")
        self.janitor_last_run = self._gauge(
            "janitor_last_run_timestamp_seconds", "When the janitor's last round without an error ended, unix time."
        )

    def _counter(self, name: str, sentence: str) -> Counter:
        return self._meter.create_counter(name, description=sentence)

    def _up_down(self, name: str, sentence: str) -> UpDownCounter:
        return self._meter.create_up_down_counter(name, description=sentence)

    def _gauge(self, name: str, sentence: str) -> Gauge:
        return self._meter.create_gauge(name, description=sentence)

    def _seconds(self, name: str, sentence: str) -> Histogram:
        return self._meter.create_histogram(name, unit="s", description=sentence)
