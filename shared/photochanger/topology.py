"""Exchanges, queues and their limits: the only place a queue is spelled.

A queue's arguments cannot change once it exists: a new shape is a new version in its name. Valid on RabbitMQ 3.10 and
4.x: quorum queues, explicit delivery limit, no transient non-exclusive queue, no global prefetch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

#: Direct. No alternate exchange: it would make `mandatory` count a lost message as routed.
JOBS_EXCHANGE = "jobs"
#: Topic, `job.<status>` and `dead_letter`.
EVENTS_EXCHANGE = "events"
#: The routing key of a letter that was kept.
DEAD_LETTER_KEY = "dead_letter"
#: Binds a queue to everything that is told.
EVERY_EVENT = "#"
#: Direct, the dead-letter exchange of every work queue.
DEAD_EXCHANGE = "dead"

EXCHANGE_TYPES = MappingProxyType({JOBS_EXCHANGE: "direct", EVENTS_EXCHANGE: "topic", DEAD_EXCHANGE: "direct"})

#: Reconnects must not dead-letter a live job; the attempt counter in the row is the real bound.
DELIVERY_LIMIT = 20
#: Far above what admission lets in.
MAX_QUEUE_LENGTH = 100_000

_DEAD_NAME = "jobs.dead.v1"


@dataclass(frozen=True)
class Queue:
    """A durable quorum queue, bound to `exchange` under its own name."""

    name: str
    exchange: str
    arguments: Mapping[str, str | int] = field(hash=False)


def _work_queue(name: str) -> Queue:
    arguments: dict[str, str | int] = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": _DEAD_NAME,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length": MAX_QUEUE_LENGTH,
    }
    return Queue(name, JOBS_EXCHANGE, MappingProxyType(arguments))


SUBMISSIONS = _work_queue("dispatcher.submissions.v1")
OUTCOMES = _work_queue("dispatcher.outcomes.v1")
DEAD_LETTERS = Queue(
    _DEAD_NAME, DEAD_EXCHANGE, MappingProxyType({"x-queue-type": "quorum", "x-max-length": MAX_QUEUE_LENGTH})
)


def provider_queue(provider: str) -> Queue:
    """The work queue of one provider service."""
    return _work_queue(f"provider.{provider}.v1")


def reply_queue_name(instance: str) -> str:
    """A gateway process's exclusive reply queue; `instance` is fresh at every connect."""
    return f"reply.{instance}"


def event_queue_name(instance: str) -> str:
    """An exclusive queue that hears events; `instance` is fresh at every connect."""
    return f"events.{instance}"


def event_key(status: str) -> str:
    return f"job.{status}"
