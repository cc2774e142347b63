"""Puts what the services tell through the broker into the live feed."""

from uuid import uuid4

from admin_api.operations.live.live_feed import LiveFeed, LiveKind
from photochanger.domain.job import JobStatus
from photochanger.infrastructure.broker import Broker
from photochanger.messages import DeadLetterKept, JobEvent, UnreadableMessage, decode
from photochanger.observability import get_logger
from photochanger.topology import EVENTS_EXCHANGE, EVERY_EVENT, event_queue_name

log = get_logger(__name__)


class BrokerNews:
    """One exclusive queue a process, however many watch. A lost connection is a gap, and is told as one."""

    def __init__(self, feed: LiveFeed, broker: Broker) -> None:
        self._feed = feed
        self._was_open = False
        broker.listen(
            "live events",
            new_name=lambda: event_queue_name(uuid4().hex),
            opened=self._opened,
            heard=self._heard,
            binding=(EVENTS_EXCHANGE, EVERY_EVENT),
        )

    def _opened(self, _name: str) -> None:
        if self._was_open:
            self._feed.reset("the connection to the broker was lost for a while")
        self._was_open = True

    def _heard(self, body: bytes) -> None:
        try:
            self._tell_of_job(decode(JobEvent, body))
            return
        except UnreadableMessage:
            pass
        try:
            self._tell_of_letter(decode(DeadLetterKept, body))
        except UnreadableMessage as error:
            # a newer version may tell more
            log.info("event_not_understood", reason=str(error), next="left out")

    def _tell_of_job(self, event: JobEvent) -> None:
        told = event.model_dump(mode="json", exclude={"v"})
        self._feed.add(LiveKind.JOB, told, slot_id=event.slot_id)
        if event.status is JobStatus.DONE:
            result = {"job_id": event.job_id, "slot_id": event.slot_id}
            self._feed.add(LiveKind.RESULT, result, slot_id=event.slot_id)

    def _tell_of_letter(self, event: DeadLetterKept) -> None:
        told = event.model_dump(mode="json", exclude={"v", "about"})
        self._feed.add(LiveKind.DEAD_LETTER, {**told, "job_id": event.about})
