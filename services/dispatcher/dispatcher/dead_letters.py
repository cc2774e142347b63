"""Keeps dead letters where people can look at them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.observability import Metrics, get_logger

#: Its time was over: normal, only counted.
EXPIRED = "expired"
_JOB_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

log = get_logger(__name__)


class _DeathEntry(BaseModel):
    """One entry of RabbitMQ's `x-death` header: https://www.rabbitmq.com/docs/dlx#effects."""

    model_config = ConfigDict(extra="ignore")

    queue: str
    reason: str


_DEATHS = TypeAdapter(list[_DeathEntry])


@dataclass(frozen=True)
class Death:
    """The queue a message died in, and why: `rejected`, `expired`, `delivery_limit`, `maxlen`."""

    queue: str
    reason: str


def read_death(headers: Mapping[str, object]) -> Death:
    """Give the latest death; `unknown` where the broker's header is missing or strange."""
    try:
        deaths = _DEATHS.validate_python(headers.get("x-death", []))
    except ValidationError:
        deaths = []
    return Death(deaths[0].queue, deaths[0].reason) if deaths else Death("unknown", "unknown")


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
        death = read_death(delivery.headers)
        self._metrics.dead_letters.add(1, {"queue": death.queue, "reason": death.reason})
        if death.reason == EXPIRED:
            return
        job_id = find_job_id(delivery.correlation_id, delivery.body)
        log.error("dead_letter_kept", queue=death.queue, reason=death.reason, job_id=job_id)
        await self._letters.insert(death.queue, death.reason, delivery.headers, delivery.body, job_id)
