"""A photo through each slot, and one at each provider that no slot asks first: nobody is paid twice."""

from collections.abc import Iterator

from pydantic import ValidationError

from admin_api.preflight.booth import FILENAME, BoothAnswer, GatewayUnreachable, OwnBooth
from admin_api.preflight.findings import PLATFORM, About, Finding, FindingCode, Severity
from admin_api.preflight.slot_checks import Known
from admin_api.rest.problems import Refused
from admin_api.slots.gateway_client import GatewayClient, TrialPhoto
from admin_api.slots.test_run_routes import TrialReport
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import AttemptOutcome, Job, JobStatus
from photochanger.domain.slot import Route, Slot
from photochanger.infrastructure.job_repository import JobRepository

#: The longest that a preflight waits for a photo: its own minute holds the rest too.
PHOTO_SECONDS = 50.0
#: A booth waits so much longer than the window.
EXTRA_SECONDS = 5.0
#: An answer later than this share of the window is one bad moment away from a time-out.
LATE_SHARE = 0.8

_FINE = frozenset({AttemptOutcome.DELIVERED, None})


class PhotoChecks:
    def __init__(self, booth: OwnBooth, gateway: GatewayClient, jobs: JobRepository, *, photo: bytes) -> None:
        self._booth, self._gateway, self._jobs, self._photo = booth, gateway, jobs, photo

    async def of_slot(self, slot: Slot, known: Known) -> tuple[list[Finding], BoothAnswer | None]:
        """Shoot through the slot as its booth would; give what the booth would have got too."""
        window = known.window_seconds(slot)
        try:
            answer = await self._booth.shoot(slot.id, self._photo, seconds=min(window + EXTRA_SECONDS, PHOTO_SECONDS))
        except GatewayUnreachable as error:
            problem = f"The ingest gateway did not answer the test photo of {slot.id}: {error}."
            return [PLATFORM.error(FindingCode.GATEWAY_UNREACHABLE, problem)], None
        job = None if answer.job_id is None else await self._jobs.get(answer.job_id)
        found = list(_of_answer(slot, answer, window))
        if job is not None:
            found += _of_attempts(slot, job, is_finished=answer.is_picture)
        return found, answer

    async def of_fallback(self, slot: Slot, route: Route) -> list[Finding]:
        """Send the photo to a provider that is asked only when another one has failed."""
        about = About(slot.id, route.provider)
        alone = slot.model_copy(
            update={
                "provider": route.provider,
                "operation": route.operation,
                "params": route.params,
                "fallbacks": (),
            }
        )
        try:
            report = TrialReport.model_validate_json(
                await self._gateway.test_run(alone, TrialPhoto(FILENAME, self._photo))
            )
        except Refused as refused:
            if refused.code is ProblemCode.GATEWAY_UNAVAILABLE:
                return [PLATFORM.error(FindingCode.GATEWAY_UNREACHABLE, refused.detail)]
            return [about.warning(FindingCode.PROVIDER_FAILED, f"The fallback {route.provider}: {refused.detail}")]
        except ValidationError:
            return [about.warning(FindingCode.PROVIDER_FAILED, f"The fallback {route.provider}: no readable report.")]
        if report.status is JobStatus.DONE:
            return []
        why = report.provider_error or report.failure_detail or str(report.failure_reason)
        problem = f"The fallback {route.provider} of the slot {slot.id} made no picture: {why}."
        return [about.warning(FindingCode.PROVIDER_FAILED, problem)]


def fallbacks_to_try(known: Known) -> list[tuple[Slot, Route]]:
    """One slot's route for each provider that is only ever a fallback."""
    tried = {slot.provider for slot in known.open_slots}
    found: list[tuple[Slot, Route]] = []
    for slot in known.open_slots:
        for route in slot.fallbacks:
            if route.provider not in tried:
                tried.add(route.provider)
                found.append((slot, route))
    return found


def _of_answer(slot: Slot, answer: BoothAnswer, window: float) -> Iterator[Finding]:
    about = About(slot_id=slot.id)
    if not answer.is_picture:
        told = f"{answer.status} {answer.code}".strip()
        problem = f"The test photo of the slot {slot.id} did not come back: {told}, {answer.detail or 'no reason'}."
        yield about.error(FindingCode.PHOTO_FAILED, problem)
    elif answer.seconds > LATE_SHARE * window:
        problem = f"The test photo of the slot {slot.id} took {answer.seconds:.0f} s of a window of {window:g} s."
        yield about.warning(FindingCode.PHOTO_SLOW, problem)


def _of_attempts(slot: Slot, job: Job, *, is_finished: bool) -> Iterator[Finding]:
    """Name each provider that was asked and made no picture; with a fallback that did, it is a warning."""
    severity = Severity.WARNING if is_finished else Severity.ERROR
    for attempt in job.attempts:
        if attempt.outcome in _FINE:
            continue
        about = About(slot.id, attempt.provider)
        said = f": {attempt.detail}" if attempt.detail else ""
        problem = f"{attempt.provider} made no picture of the test photo of {slot.id} ({attempt.outcome}){said}."
        say = about.warning if severity is Severity.WARNING else about.error
        yield say(FindingCode.PROVIDER_FAILED, problem)
