"""Hears how jobs end, whoever ended them: a hint, at most once; the row is the truth."""

from collections.abc import Callable
from uuid import uuid4

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.broker import Broker
from photochanger.messages import JobEvent, UnreadableMessage, decode
from photochanger.observability import get_logger
from photochanger.topology import EVENTS_EXCHANGE, event_key, event_queue_name

log = get_logger(__name__)


def listen_to_job_events(broker: Broker, status: JobStatus, callback: Callable[[JobEvent], None]) -> None:
    """Call back for each job that ends as `status`, in every process that listens; must not block."""

    def opened(name: str) -> None:
        log.info("job_events_heard", queue=name, status=status)

    def heard(body: bytes) -> None:
        try:
            event = decode(JobEvent, body)
        except UnreadableMessage as error:
            log.warning("job_event_unreadable", reason=str(error), next="the row is looked at anyway")
            return
        callback(event)

    broker.listen(
        f"{event_key(status)} events",
        new_name=lambda: event_queue_name(uuid4().hex),
        opened=opened,
        heard=heard,
        binding=(EVENTS_EXCHANGE, event_key(status)),
    )
