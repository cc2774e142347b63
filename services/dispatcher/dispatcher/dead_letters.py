"""Keeps dead letters where people can look at them."""

import re

from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.observability import Metrics, get_logger

#: Its time was over: normal, only counted.
EXPIRED = "expired"
#: Grows when the letter itself is delivered again; it would make the same letter look like another one.
_DELIVERY_COUNT = "x-delivery-count"
_JOB_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

log = get_logger(__name__)


def find_job_id(correlation_id: str | None, body: bytes) -> str | None:
    """Give the job a message is about, as its sender named it or as its body does."""
    for text in ((correlation_id or "").encode(), body):
        found = _JOB_ID.search(text)
        if found is not None:
            return found.group().decode()
    return None


class DeadLetterKeeper:
    """Takes dead letters one by one; storing one again changes nothing."""

    def __init__(self, letters: DeadLetterRepository, metrics: Metrics) -> None:
        self._letters = letters
        self._metrics = metrics

    async def on_delivery(self, delivery: Delivery) -> None:
        queue, reason = delivery.death_queue or "unknown", delivery.death_reason or "unknown"
        self._metrics.dead_letters.add(1, {"queue": queue, "reason": reason})
        if reason == EXPIRED:
            return
        job_id = find_job_id(delivery.correlation_id, delivery.body)
        log.error("dead_letter_kept", queue=queue, reason=reason, job_id=job_id)
        headers = {name: value for name, value in delivery.headers.items() if name != _DELIVERY_COUNT}
        await self._letters.insert(queue, reason, headers=headers, body=delivery.body, job_id=job_id)
