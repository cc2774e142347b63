"""How a job ends when no provider is left to ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import REASON_OF_OUTCOME, Attempt, AttemptOutcome

_NOT_ASKED = frozenset({AttemptOutcome.UNAVAILABLE, AttemptOutcome.NOT_STARTED})


@dataclass(frozen=True)
class Ending:
    """A failure's reason, its text for administrators, and when the provider said that trying again makes sense."""

    reason: FailureReason
    detail: str
    retry_after_seconds: float | None = None


def decisive_attempt(attempts: Sequence[Attempt]) -> Attempt:
    """Pick the attempt that says why: the last whose provider could be asked, else the last of all.

    `attempts` is not empty and each has its outcome.
    """
    answered = [attempt for attempt in attempts if attempt.outcome not in _NOT_ASKED]
    return (answered or attempts)[-1]


def ending_of(attempts: Sequence[Attempt]) -> Ending | None:
    """Say how a job with these ended attempts fails; None: its provider was merely slow, so the window decides."""
    decisive = decisive_attempt(attempts)
    reason = REASON_OF_OUTCOME.get(decisive.outcome) if decisive.outcome else None
    if reason is None:
        return None
    if reason is not FailureReason.PROVIDER_UNAVAILABLE:
        return Ending(reason, decisive.detail)
    waits = [attempt.retry_after_seconds for attempt in attempts if attempt.retry_after_seconds is not None]
    return Ending(reason, decisive.detail, min(waits, default=None))
