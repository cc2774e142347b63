"""An attempt that is ours, and its time on this process's clock."""

import asyncio
from dataclasses import dataclass
from typing import Self

from photochanger.domain.job import Attempt, Job
from photochanger.domain.slot import Route
from photochanger.infrastructure.attempt_repository import counts_first_call
from photochanger.infrastructure.media_keys import result_key


@dataclass(frozen=True)
class Assignment:
    """Times are of the event loop's clock: calls end at `cut_at`, everything at `deadline_at`."""

    job: Job
    attempt: Attempt
    cut_at: float
    deadline_at: float

    @classmethod
    def of(cls, job: Job, n: int, *, asked_at: float) -> Self:
        """Take the row's time left as of the moment before it was asked: rather a little early than late.

        Raises:
            LookupError: the row has no attempt n.
        """
        attempt = job.attempt(n)
        if attempt is None:
            raise LookupError(f"no attempt {n}")
        deadline_at = asked_at + job.left_ms / 1000
        reserve = max(attempt.cut_left_ms, job.answer_reserve_ms) / 1000
        return cls(job, attempt, cut_at=deadline_at - reserve, deadline_at=deadline_at)

    @property
    def n(self) -> int:
        return self.attempt.n

    @property
    def route(self) -> Route:
        return self.job.route_of(self.attempt)

    @property
    def result_key(self) -> str:
        """The object's name in the results bucket: of this attempt alone."""
        return result_key(self.job.id, self.attempt.n, self.job.created_at)

    @property
    def calls_before(self) -> int:
        """Calls that this provider has had for this job already."""
        return sum(attempt.calls for attempt in self.job.attempts if attempt.provider == self.attempt.provider)

    @property
    def first_call_is_counted(self) -> bool:
        """Nobody had this attempt before, and the claim has counted the call that follows it."""
        return counts_first_call(self.attempt)

    def seconds_for_calls(self) -> float:
        return self.cut_at - asyncio.get_running_loop().time()
