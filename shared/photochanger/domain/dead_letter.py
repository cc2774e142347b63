"""Messages that died: why, and whether the photo they are about can still be helped."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from photochanger.domain.job import JobStatus


class DeathReason(StrEnum):
    """Why a message ended among the dead letters."""

    #: its body is no message: broken, or of another version
    UNREADABLE = "unreadable"
    #: its handler said that it can never be handled
    REJECTED = "rejected"
    #: each time its handler failed, or the handler's process died
    DELIVERY_LIMIT = "delivery_limit"
    #: nobody took it in its job's time
    EXPIRED = "expired"
    #: its queue was full
    MAXLEN = "maxlen"
    #: the broker did not say
    UNKNOWN = "unknown"

    @classmethod
    def named(cls, text: str | None) -> "DeathReason":
        """Give the reason for the broker's own word of it."""
        return cls(text) if text in {reason.value for reason in cls} else cls.UNKNOWN

    @property
    def is_expected(self) -> bool:
        """Whether it happens without anybody's defect."""
        return self is DeathReason.EXPIRED


class Header(BaseModel):
    """One header of a message. The name is data, never a key of ours."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    value: str


class DeadLetter(BaseModel):
    """A kept message; secrets in it were hidden before it was kept. `version` grows with each change."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(alias="_id")
    queue: str
    reason: str
    headers: tuple[Header, ...] = ()
    body: str = ""
    size_bytes: int
    job_id: str | None = None
    received_at: datetime
    #: when and by whom its job was handed out again; never twice for one letter
    replayed_at: datetime | None = None
    replayed_by: str | None = None
    version: int = 0


class Replay(StrEnum):
    """What becomes, or would become, of a letter that is replayed."""

    #: its job was handed out again
    REPLAYED = "replayed"
    #: its job waits, and has time left
    CAN_BE_REPLAYED = "can_be_replayed"
    #: somebody works on its job, or is about to: nothing is to be done
    UNDER_WAY = "under_way"
    #: its job has ended, or nothing can succeed in the rest of its window
    TOO_LATE = "too_late"
    #: it is about no job that is known
    NO_JOB = "no_job"
    #: it was replayed before
    ALREADY_REPLAYED = "already_replayed"
    #: there is no such letter
    NOT_FOUND = "not_found"


class JobOutlook(BaseModel):
    """What a job still hopes for; by the database's clock, when it was asked.

    `left_ms` is for calls, so without the answer reserve; `is_waiting`: nobody works on it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(alias="_id")
    status: JobStatus
    is_finalized: bool
    left_ms: int
    is_waiting: bool
    is_due: bool


def replay_outlook(letter: DeadLetter, job: JobOutlook | None) -> Replay:
    """Say what a replay of the letter would do, given its job's outlook, None when there is no such job."""
    if letter.replayed_at is not None:
        return Replay.ALREADY_REPLAYED
    if job is None:
        return Replay.NO_JOB
    if job.is_finalized or job.left_ms <= 0:
        return Replay.TOO_LATE
    return Replay.CAN_BE_REPLAYED if job.is_waiting and not job.is_due else Replay.UNDER_WAY
