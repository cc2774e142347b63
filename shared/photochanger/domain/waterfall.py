"""Where a photo's time went, step by step, as its row tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from photochanger.domain.job import Attempt, AttemptOutcome, Job

_MILLISECOND = timedelta(milliseconds=1)


class StepKind(StrEnum):
    #: from the request's first byte to the job's row: the upload, its checks, and storing the photo
    UPLOAD = "upload"
    #: until a provider is chosen: of the first attempt after the row, of a later one after the end of the one before
    DISPATCH = "dispatch"
    #: an attempt waits for a worker
    QUEUE = "queue"
    #: the provider is asked; with several calls also the pauses between them
    PROVIDER = "provider"
    #: the picture is checked and stored, and the row written; after several calls it is within `provider`
    STORE = "store"
    #: nobody works on it: its end is waited for, or was decided otherwise
    WAIT = "wait"
    #: the answer to the booth; when it has left is in the gateway's log, not in the row
    ANSWER = "answer"


@dataclass(frozen=True)
class Step:
    """Milliseconds since the request's first byte; `ends_ms` None: it goes on, or nobody noted its end."""

    kind: StepKind
    starts_ms: int
    ends_ms: int | None
    attempt: int | None = None
    provider: str | None = None


def waterfall_of(job: Job) -> tuple[Step, ...]:
    """The steps in their order; an attempt that the job's end overtook may reach beyond it."""
    first_byte = job.sync_deadline - timedelta(milliseconds=job.window_ms)
    ended = _ms(first_byte, job.finalized_at)
    reached = _ms(first_byte, job.created_at)
    steps = [Step(StepKind.UPLOAD, 0, reached)]
    for attempt in job.attempts:
        dispatched = max(0, (attempt.dispatched_at - first_byte) // _MILLISECOND)
        steps.append(Step(StepKind.DISPATCH, dispatched if reached is None else reached, dispatched))
        steps.extend(_attempt_steps(attempt, first_byte, dispatched=dispatched, job_ended=ended))
        reached = steps[-1].ends_ms
    if reached is not None and (ended is None or ended > reached):
        steps.append(Step(StepKind.WAIT, reached, ended))
    if ended is not None:
        steps.append(Step(StepKind.ANSWER, ended, None))
    return tuple(steps)


def _attempt_steps(attempt: Attempt, first_byte: datetime, *, dispatched: int, job_ended: int | None) -> Iterator[Step]:
    """Queue, provider, and for the delivered picture the storing; a worker that died left no end but the job's."""
    over = _ms(first_byte, attempt.ended)
    over = job_ended if over is None else over
    asked = _ms(first_byte, attempt.ledger[0].at if attempt.ledger else attempt.started)
    yield Step(StepKind.QUEUE, dispatched, over if asked is None else asked, attempt.n, attempt.provider)
    if asked is None:
        return
    answered = over
    is_one_call = attempt.calls == 1 and attempt.provider_ms is not None
    if attempt.outcome is AttemptOutcome.DELIVERED and is_one_call and over is not None:
        answered = min(asked + (attempt.provider_ms or 0), over)
    yield Step(StepKind.PROVIDER, asked, answered, attempt.n, attempt.provider)
    if answered is not None and over is not None and answered < over:
        yield Step(StepKind.STORE, answered, over, attempt.n, attempt.provider)


def _ms(first_byte: datetime, at: datetime | None) -> int | None:
    return None if at is None else max(0, (at - first_byte) // _MILLISECOND)
