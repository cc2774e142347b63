"""A row that timed out says whether a call was under way, had failed before, or was never begun."""

import pytest

from photochanger.domain.job import AttemptOutcome, Job
from photochanger.domain.slot import Operation
from photochanger.domain.timeout_stage import TimeoutStage
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.job_repository import JobRepository
from tests.job_rows import new_job

RESERVE_MS = 500
#: The whole story of a test happens within the answer reserve.
ALL_RESERVE_MS = 20_000


class Story:
    """What happens to one photo before its window ends."""

    def __init__(self, jobs: JobRepository, attempts: AttemptRepository) -> None:
        self._jobs, self._attempts = jobs, attempts
        self._new = new_job(answer_reserve_ms=ALL_RESERVE_MS)
        self._count = 0

    async def begin(self) -> None:
        await self._jobs.admit(self._new, left_ms=10_000)

    async def dispatch(self, *, cut_left_ms: int = RESERVE_MS) -> None:
        started = await self._jobs.start_attempt(
            self._new.id,
            route=0,
            provider="gemini",
            operation=Operation.STYLE_TRANSFER,
            cut_left_ms=cut_left_ms,
            after=self._count,
        )
        assert started is not None
        self._count += 1

    async def call(self) -> None:
        assert await self._attempts.claim(self._new.id, self._count, "worker") is not None
        assert await self._attempts.note_call(self._new.id, self._count, "worker")

    async def end_attempt(self, outcome: AttemptOutcome) -> None:
        end = AttemptEnd(outcome)
        assert await self._attempts.record_outcome(self._new.id, self._count, owner="worker", end=end) is not None

    async def stage(self) -> TimeoutStage:
        job: Job | None = await self._jobs.finish_timeout(self._new.id)
        assert job is not None
        return TimeoutStage(job.failure_detail)


@pytest.fixture
async def story(jobs: JobRepository, attempts: AttemptRepository) -> Story:
    story = Story(jobs, attempts)
    await story.begin()
    return story


async def test_a_photo_that_no_dispatcher_took_was_not_started(story: Story) -> None:
    assert await story.stage() is TimeoutStage.NOT_STARTED


async def test_a_photo_in_the_providers_queue_was_not_started(story: Story) -> None:
    await story.dispatch()

    assert await story.stage() is TimeoutStage.NOT_STARTED


async def test_a_photo_that_a_worker_found_too_late_was_not_started_although_its_call_was_counted(story: Story) -> None:
    await story.dispatch()
    await story.call()
    await story.end_attempt(AttemptOutcome.NOT_STARTED)

    assert await story.stage() is TimeoutStage.NOT_STARTED


async def test_a_call_under_way_was_running(story: Story) -> None:
    await story.dispatch()
    await story.call()

    assert await story.stage() is TimeoutStage.RUNNING


async def test_a_call_that_its_worker_has_just_cut_was_running(story: Story) -> None:
    await story.dispatch()
    await story.call()
    await story.end_attempt(AttemptOutcome.CUT)

    assert await story.stage() is TimeoutStage.RUNNING


async def test_a_call_that_was_cut_for_a_fallback_that_never_began_was_not_running_any_more(story: Story) -> None:
    await story.dispatch(cut_left_ms=ALL_RESERVE_MS + 1)
    await story.call()
    await story.end_attempt(AttemptOutcome.CUT)
    await story.dispatch()

    assert await story.stage() is TimeoutStage.BETWEEN_CALLS


async def test_a_fallback_under_way_after_a_failure_was_running(story: Story) -> None:
    await story.dispatch()
    await story.call()
    await story.end_attempt(AttemptOutcome.FAILED)
    await story.dispatch()
    await story.call()

    assert await story.stage() is TimeoutStage.RUNNING
