"""The circuit breaker of one provider for one reason: when nobody asks it any more, and how one photo tries again.

Every change is a value made from the one before; all times are the database's.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

#: Opens when so many calls of the last `WINDOW_SECONDS` were made and this share of them failed …
MIN_CALLS, FAILED_SHARE, WINDOW_SECONDS = 10, 0.5, 30
#: … or when so many photos in a row failed within `ROW_MINUTES`: one booth makes a photo a minute.
ROW_PHOTOS, ROW_MINUTES = 3, 10
#: Then one photo tries.
HALF_OPEN_AFTER_SECONDS = 15.0
#: Calls are counted in steps of so many seconds.
STEP_SECONDS = 3
MAX_DETAIL_CHARS = 200


class BreakerReason(StrEnum):
    """What speaks against asking a provider; each has a breaker of its own."""

    #: no connection, 5xx, garbage, no answer in time
    OUTAGE = "outage"
    #: bad key, no permission, out of credit, not served here
    ACCESS = "access"
    #: a quota of the provider's own is gone for longer than a window
    QUOTA = "quota"
    #: an administrator; never tried again by itself
    MANUAL = "manual"
    #: an administrator: no further photo is sent to it, those that were sent go on
    PAUSE = "pause"


class BreakerState(StrEnum):
    #: the provider is asked
    CLOSED = "closed"
    #: nobody asks it
    OPEN = "open"
    #: one photo asks it
    HALF_OPEN = "half_open"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FailedPhoto(_Stored):
    """A job that a call failed for; more calls of the same job are no more photos."""

    job_id: str
    at: datetime


class Tally(_Stored):
    """Calls that ended in step number `step` of the database's clock."""

    step: int
    answered: int = 0
    failed: int = 0


class Breaker(_Stored):
    """`since` is when it came into its state, `opened_at` when it last opened; `detail` is why, `by` who did it."""

    state: BreakerState = BreakerState.CLOSED
    since: datetime | None = None
    opened_at: datetime | None = None
    detail: str = ""
    by: str | None = None
    is_manual: bool = False
    row: tuple[FailedPhoto, ...] = ()
    tallies: tuple[Tally, ...] = ()
    probe_job: str | None = None
    probe_until: datetime | None = None

    @property
    def is_closed(self) -> bool:
        return self.state is BreakerState.CLOSED

    def is_warm(self, at: datetime) -> bool:
        """Whether an answer would change anything: it is not closed, or something failed lately."""
        return not self.is_closed or bool(self._row_at(at)) or any(tally.failed for tally in self._tallies_at(at))

    def is_due(self, at: datetime) -> bool:
        """Whether a photo may try: the pause is over, or the one that tried never came back."""
        if self.is_closed or self.is_manual:
            return False
        if self.state is BreakerState.OPEN:
            return at >= self.due_at
        return self.probe_until is not None and at >= self.probe_until

    @property
    def due_at(self) -> datetime:
        """When a photo may try at an open one."""
        if self.opened_at is None:
            raise ValueError("a breaker that never opened is not due")
        return self.opened_at + timedelta(seconds=HALF_OPEN_AFTER_SECONDS)

    def failed(self, at: datetime, job_id: str, detail: str) -> Self:
        """A call of the job failed for this breaker's reason."""
        if not self.is_closed:
            return self._opened(at, detail) if self._is_probe(job_id) else self
        row = self._row_at(at)
        if job_id not in {photo.job_id for photo in row}:
            row = (*row, FailedPhoto(job_id=job_id, at=at))
        tallies = self._counted(at, failed=1)
        if len(row) >= ROW_PHOTOS or _fail_too_often(tallies):
            return self._opened(at, detail)
        return self.model_copy(update={"row": row, "tallies": tallies})

    def answered(self, at: datetime, count: int, job_id: str | None = None) -> Self:
        """So many calls gave an answer that does not speak against the provider; one of them was for `job_id`."""
        if self.is_closed:
            return self.model_copy(update={"row": (), "tallies": self._counted(at, answered=count)})
        return self.closed(at, "a photo tried and was answered") if self._is_probe(job_id) else self

    def probed(self, at: datetime, job_id: str, *, seconds: float) -> Self | None:
        """Let this job try, at most `seconds` long; None when none may, or another one does."""
        if not self.is_due(at):
            return None
        until = at + timedelta(seconds=seconds)
        changes = {"state": BreakerState.HALF_OPEN, "since": at, "probe_job": job_id, "probe_until": until}
        return self.model_copy(update=changes)

    def given_up(self, at: datetime, job_id: str) -> Self:
        """The job that tries found out nothing: the next one may try at once."""
        if not self._is_probe(job_id):
            return self
        changes = {"state": BreakerState.OPEN, "since": at, "probe_job": None, "probe_until": None}
        return self.model_copy(update=changes)

    def opened_by_hand(self, at: datetime, detail: str) -> Self:
        return self._opened(at, detail).model_copy(update={"is_manual": True})

    def paused(self, at: datetime, *, by: str, why: str) -> Self:
        """Said again, it keeps its time: who pauses a paused one changes the reason only."""
        since = self.since if not self.is_closed else at
        changes = {"by": by, "since": since, "opened_at": since}
        return self.opened_by_hand(at, why).model_copy(update=changes)

    def closed(self, at: datetime, detail: str) -> Self:
        return type(self)(since=at, detail=detail[:MAX_DETAIL_CHARS], opened_at=self.opened_at)

    def _is_probe(self, job_id: str | None) -> bool:
        return self.state is BreakerState.HALF_OPEN and job_id is not None and self.probe_job == job_id

    def _opened(self, at: datetime, detail: str) -> Self:
        state = BreakerState.OPEN
        return type(self)(state=state, since=at, opened_at=at, detail=detail[:MAX_DETAIL_CHARS])

    def _counted(self, at: datetime, *, answered: int = 0, failed: int = 0) -> tuple[Tally, ...]:
        step, kept = _step(at), {tally.step: tally for tally in self._tallies_at(at)}
        now = kept.get(step, Tally(step=step))
        kept[step] = Tally(step=step, answered=now.answered + answered, failed=now.failed + failed)
        return tuple(kept[step] for step in sorted(kept))

    def _row_at(self, at: datetime) -> tuple[FailedPhoto, ...]:
        return tuple(photo for photo in self.row if photo.at > at - timedelta(minutes=ROW_MINUTES))

    def _tallies_at(self, at: datetime) -> tuple[Tally, ...]:
        return tuple(tally for tally in self.tallies if tally.step > _step(at) - WINDOW_SECONDS // STEP_SECONDS)


def _step(at: datetime) -> int:
    return int(at.timestamp() // STEP_SECONDS)


def _fail_too_often(tallies: tuple[Tally, ...]) -> bool:
    failed = sum(tally.failed for tally in tallies)
    calls = failed + sum(tally.answered for tally in tallies)
    return calls >= MIN_CALLS and failed >= FAILED_SHARE * calls
