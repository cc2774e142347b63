"""Keeps dead letters where people can look at them, and says why each died."""

import re

from dispatcher.death_reason import death_reason
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import Delivery, outgoing_dead_letter
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.messages import DeadLetterKept
from photochanger.observability import Metrics, get_logger

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

    def __init__(self, letters: DeadLetterRepository, broker: Broker, metrics: Metrics) -> None:
        self._letters = letters
        self._broker = broker
        self._metrics = metrics

    async def on_delivery(self, delivery: Delivery) -> None:
        queue, reason = delivery.death_queue or "unknown", death_reason(delivery)
        self._metrics.dead_letters.add(1, {"queue": queue, "reason": reason.value})
        job_id = find_job_id(delivery.correlation_id, delivery.body)
        headers = {name: value for name, value in delivery.headers.items() if name != _DELIVERY_COUNT}
        letter_id = await self._letters.insert(queue, reason, headers=headers, body=delivery.body, job_id=job_id)
        # a full or dead provider's photos expire in crowds, which is its failure and not a defect
        say = log.info if reason.is_expected else log.error
        say("dead_letter_kept", queue=queue, reason=reason, job_id=job_id, letter_id=letter_id)
        event = DeadLetterKept(letter_id=letter_id, queue=queue, reason=reason, about=job_id)
        await self._broker.publish(outgoing_dead_letter(event))
