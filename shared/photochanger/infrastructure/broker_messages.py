"""What goes to the broker, what comes from it, and how a publish can end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from photochanger.messages import MAX_MESSAGE_BYTES, DeadLetterKept, JobEvent, Message
from photochanger.topology import DEAD_LETTER_KEY, EVENTS_EXCHANGE, Queue, event_key

#: An event that nobody took in this time is no news any more.
_EVENT_SECONDS = 60.0


class PublishOutcome(StrEnum):
    """How a publish ended."""

    #: The broker has it on disk.
    CONFIRMED = "confirmed"
    #: No queue takes this routing key; nothing is stored.
    UNROUTABLE = "unroutable"
    #: The queue is full; nothing is stored.
    REJECTED = "rejected"
    #: No answer in time, or nobody to ask: *maybe* sent.
    UNKNOWN = "unknown"
    #: A hint on its way: nobody says what becomes of it.
    SENT = "sent"


class RejectMessage(Exception):
    """Raised by a handler: this message can never be handled, keep it with the dead letters."""


@dataclass(frozen=True)
class OutgoingMessage:
    """One message: persistent and confirmed, or a hint, which may be lost because a row says the same.

    Raises:
        ValueError: the body is larger than `MAX_MESSAGE_BYTES`; pictures do not travel through the broker.
    """

    exchange: str
    routing_key: str
    body: bytes
    correlation_id: str | None = None
    reply_to: str | None = None
    #: The broker dead-letters it after this time.
    expiration_seconds: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_hint: bool = False

    def __post_init__(self) -> None:
        if len(self.body) > MAX_MESSAGE_BYTES:
            raise ValueError(f"a message of {len(self.body)} bytes for {self.routing_key}")


def outgoing(
    queue: Queue, message: Message, *, job_id: str, left_ms: int | None = None, reply_to: str | None = None
) -> OutgoingMessage:
    """The message for a work queue: correlated by job, expiring with the job's time left."""
    return OutgoingMessage(
        exchange=queue.exchange,
        routing_key=queue.name,
        body=message.encode(),
        correlation_id=job_id,
        reply_to=reply_to,
        expiration_seconds=None if left_ms is None else left_ms / 1000,
    )


def outgoing_event(event: JobEvent) -> OutgoingMessage:
    """The event for whoever listens: a hint."""
    return _event(event_key(event.status), event, about=event.job_id)


def outgoing_dead_letter(event: DeadLetterKept) -> OutgoingMessage:
    """The event for whoever listens: a hint."""
    return _event(DEAD_LETTER_KEY, event, about=event.about)


def _event(key: str, event: Message, *, about: str | None) -> OutgoingMessage:
    return OutgoingMessage(
        EVENTS_EXCHANGE,
        key,
        event.encode(),
        correlation_id=about,
        expiration_seconds=_EVENT_SECONDS,
        is_hint=True,
    )


@dataclass(frozen=True)
class Delivery:
    """One message as it was delivered."""

    body: bytes
    headers: Mapping[str, object]
    correlation_id: str | None
    reply_to: str | None
    redelivered: bool
    #: Deliveries that failed before this one.
    delivery_count: int
    queue: str

    @property
    def death_reason(self) -> str | None:
        """Why it was dead-lettered first: `rejected`, `expired`, `delivery_limit`, `maxlen`."""
        return _text(self.headers.get("x-first-death-reason"))

    @property
    def death_queue(self) -> str | None:
        """The queue that dead-lettered it first."""
        return _text(self.headers.get("x-first-death-queue"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@dataclass(frozen=True)
class BrokerState:
    """What the façade knows now, without asking the broker."""

    #: Publishes have a connection and a channel.
    is_connected: bool
    #: The broker is out of memory or disk and takes no messages.
    is_blocked: bool
    #: Consumers and connections that should be there and are not.
    missing: tuple[str, ...]
