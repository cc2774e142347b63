"""What travels through the broker: small facts that name a row. No time in them decides anything."""

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from photochanger.domain.dead_letter import DeathReason
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import JobId, JobStatus
from photochanger.domain.slot import ProviderName, SlotId

#: Far below the broker's own limit; a larger message is a defect.
MAX_MESSAGE_BYTES = 64 * 1024


class Message(BaseModel):
    """Frozen, nothing unknown admitted, versioned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1

    def encode(self) -> bytes:
        return self.model_dump_json().encode()


class PhotoSubmitted(Message):
    """A job row was admitted (gateway -> dispatcher)."""

    job_id: JobId


class PhotoTask(Message):
    """Attempt `attempt` of the job is this provider's to run (dispatcher -> provider service)."""

    job_id: JobId
    attempt: int
    provider: ProviderName


class PhotoOutcome(Message):
    """The attempt ended without a picture and the row says how (provider service -> dispatcher)."""

    job_id: JobId
    attempt: int
    provider: ProviderName


class JobEnded(Message):
    """Wakes the waiting gateway: look at the row."""

    job_id: JobId
    status: JobStatus


class JobEvent(Message):
    """A job ended, for live views, breaker and statistics (topic `job.<status>`)."""

    job_id: JobId
    slot_id: SlotId
    status: JobStatus
    reason: FailureReason | None = None
    provider: ProviderName | None = None


class DeadLetterKept(Message):
    """A message died and is kept for people (topic `dead_letter`)."""

    letter_id: str
    queue: str
    reason: DeathReason
    #: the job it is about, as far as that is known
    about: JobId | None = None


class UnreadableMessage(Exception):
    """The body is no message of the expected type."""


M = TypeVar("M", bound=Message)


def decode(message_type: type[M], body: bytes) -> M:
    """The message.

    Raises:
        UnreadableMessage: over the size limit, no JSON, unknown fields, another version.
    """
    if len(body) > MAX_MESSAGE_BYTES:
        raise UnreadableMessage(f"{len(body)} bytes")
    try:
        return message_type.model_validate_json(body)
    except ValidationError as error:
        raise UnreadableMessage(f"no {message_type.__name__}: {error.error_count()} errors") from error
