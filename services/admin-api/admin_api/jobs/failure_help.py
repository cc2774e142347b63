"""Why a photo did not come back, in words for people who stand beside the booth, and what they can do."""

from types import MappingProxyType

from pydantic import BaseModel

from photochanger.domain.failure import FailureReason, ProblemCode, problem_for
from photochanger.domain.job import Job
from photochanger.domain.timeout_stage import TimeoutStage


class FailureShown(BaseModel):
    """`code` and `http_status` are what the booth got; `detail` is what the provider or the platform said."""

    reason: FailureReason
    code: ProblemCode
    http_status: int
    what_happened: str
    what_to_do: str
    detail: str


#: What happened, and what to do about it.
_HELP = MappingProxyType(
    {
        FailureReason.TIMEOUT: (
            "The picture was not ready when the slot's window ended.",
            "See in the waterfall where the time went. Give the slot a longer window, a faster provider or a fallback.",
        ),
        FailureReason.PROVIDER_ERROR: (
            "The provider failed, also when it was asked again.",
            "Shoot again. If it goes on, look at the provider's page and give the slot a fallback.",
        ),
        FailureReason.PROVIDER_REFUSED: (
            "The provider refuses this photo by its rules of what it shows.",
            "Shoot another photo. If many are refused, change the slot's prompt or template, or use another provider.",
        ),
        FailureReason.PROVIDER_UNAVAILABLE: (
            "The provider was not asked: its breaker is open or its quota is used up, and there was no fallback.",
            "The provider's page says why and until when. Raise its limit, top up its credit, or add a fallback.",
        ),
        FailureReason.BAD_OUTPUT: (
            "The provider answered, but never with a usable picture.",
            "Shoot again. If it goes on, make the slot's prompt ask for a picture plainly, or use another model.",
        ),
        FailureReason.STORAGE_UNAVAILABLE: (
            "The picture could not be kept: the object store did not answer.",
            "Check the store, its disk and its health; nothing has to be changed at the booth.",
        ),
        FailureReason.NO_TIME_LEFT: (
            "What was left of the window would not have been enough, so the provider was not asked.",
            "Wait until the line has moved, give the slot a longer window, or turn off its refusing without time.",
        ),
        FailureReason.CANCELLED: (
            "Somebody ended this photo, or its slot was disabled.",
            "Shoot again; the audit says who it was.",
        ),
        FailureReason.INTERNAL: (
            "A defect in PhotoChanger.",
            "Shoot again, and report it with the job's id: the log lines of that id say more.",
        ),
    }
)

#: Of a time-out, where the photo was then.
_STAGES = MappingProxyType(
    {
        TimeoutStage.NOT_STARTED: "The provider had not been asked yet.",
        TimeoutStage.RUNNING: "The provider was still at work and was cut off.",
        TimeoutStage.BETWEEN_CALLS: "The provider had failed before and was to be asked again.",
    }
)


def failure_shown(job: Job) -> FailureShown | None:
    """None: it did not fail, or not yet."""
    if job.failure_reason is None:
        return None
    problem = problem_for(job.failure_reason)
    what_happened, what_to_do = _HELP[job.failure_reason]
    if job.failure_reason is FailureReason.TIMEOUT and job.failure_detail in frozenset(TimeoutStage):
        what_happened = f"{what_happened} {_STAGES[TimeoutStage(job.failure_detail)]}"
    return FailureShown(
        reason=job.failure_reason,
        code=problem.code,
        http_status=problem.status,
        what_happened=what_happened,
        what_to_do=what_to_do,
        detail=job.failure_detail,
    )
