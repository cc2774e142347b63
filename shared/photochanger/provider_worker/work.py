"""One attempt under way, what it makes, and how it ends without it."""

from dataclasses import dataclass, field, replace

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.provider_call import CallEnd
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.provider_worker.answer_places import HeldPlace
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_limits import ProviderClosed
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputImage, InputUnavailable, InputUnusable
from photochanger.provider_worker.retry import MIN_CALL_SECONDS
from photochanger.provider_worker.running_attempts import CallsCut, JobEnded, RunningAttempt


@dataclass(frozen=True)
class MadePicture:
    """A checked picture, ready to be stored; `provider_ms` is the time of all calls of this attempt.

    `answered_at` is when the provider had given it, on the loop's clock.
    """

    picture: FinishedPicture
    provider_reference: str | None
    provider_ms: int
    answered_at: float
    #: the call that gave it, for the ledger
    call: CallEnd


@dataclass
class Work:
    """One attempt under way."""

    assignment: Assignment
    running: RunningAttempt
    place: HeldPlace
    images: InputImage
    calls: int
    #: a call begun by an earlier owner, to be resumed before any new one is made
    resumed: str | None
    #: the next call is in the row already
    is_counted: bool
    provider_seconds: float = field(default=0.0)
    #: when the call under way was begun, on the loop's clock; None between calls and for one that is resumed
    sent_at: float | None = None
    answered_at: float = 0.0

    @property
    def provider_ms(self) -> int:
        return round(self.provider_seconds * 1000)

    @property
    def was_called(self) -> bool:
        """Whether a call that the row counts was begun; a first one is counted ahead, with the claim."""
        return not self.is_counted

    def end(self, outcome: AttemptOutcome, detail: str) -> AttemptEnd:
        return AttemptEnd(outcome, detail, provider_ms=self.provider_ms, was_called=self.was_called)

    def stopped(self, error: CallsCut | JobEnded | ProviderClosed | InputUnavailable | InputUnusable) -> AttemptEnd:
        match error:
            case CallsCut() if not self.was_called:
                return self.end(AttemptOutcome.NOT_STARTED, "its turn under the limits did not come in time")
            case CallsCut():
                return self.end(AttemptOutcome.CUT, "the time for provider calls was over")
            case JobEnded():
                return self.end(AttemptOutcome.LATE, "the job ended elsewhere")
            case ProviderClosed(detail=detail, retry_after_seconds=seconds):
                return replace(self.end(AttemptOutcome.UNAVAILABLE, detail), retry_after_seconds=seconds)
            case InputUnavailable():
                return self.end(AttemptOutcome.STORAGE, str(error))
            case InputUnusable():
                return self.end(AttemptOutcome.FAILED, str(error))


def end_of(failure: ProviderFailure, *, provider_ms: int, seconds_left: float) -> AttemptEnd:
    """A provider that was merely slow is the window's end, not an error."""
    was_slow = failure.kind is FailureKind.TIMEOUT and seconds_left < MIN_CALL_SECONDS
    return AttemptEnd(
        AttemptOutcome.CUT if was_slow else failure.treatment.outcome,
        failure.detail,
        retry_after_seconds=failure.retry_after_seconds,
        provider_reference=failure.reference,
        provider_ms=provider_ms,
    )
