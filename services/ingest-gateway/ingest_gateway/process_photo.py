"""From a photo that was let in to the end of its job: what a booth's photo and a test run have in common."""

from collections.abc import Callable

from ingest_gateway.await_answer import WaitingRoom
from ingest_gateway.photo_story import PhotoStory
from ingest_gateway.submit_photo import Submission, SubmitPhoto
from ingest_gateway.terms import Terms
from photochanger.background import Background
from photochanger.domain.job import Job
from photochanger.failpoints import failpoint
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.observability import get_logger

CLEAR_INLINE_SECONDS = 5.0

log = get_logger(__name__)


class ProcessPhoto:
    """Admits a photo, announces it and waits for its end."""

    def __init__(self, submit: SubmitPhoto, room: WaitingRoom, jobs: JobRepository, background: Background) -> None:
        self._submit, self._room, self._jobs, self._background = submit, room, jobs, background

    async def run(
        self, submission: Submission, terms: Terms, story: PhotoStory, *, on_admitted: Callable[[], None]
    ) -> Job:
        """The job's terminal row, its inline picture included; `on_admitted` is called once the row is there.

        Raises:
            Refusal: no job came of it, or its end is not known.
        """
        job = await self._submit.admit(submission, terms, story)
        failpoint("gateway.after_row")
        on_admitted()
        with self._room.seat(job.id) as woken:
            await self._submit.announce(job, terms)
            failpoint("gateway.after_publish")
            story.passed("announce")
            log.info("photo_received", **story.facts, **_photo_facts(job), **story.timing)
            job = await self._room.end_of(job.id, woken, deadline=terms.deadline)
        failpoint("gateway.before_answer")
        story.passed("wait")
        return job

    def answered(self, job: Job) -> None:
        """Forget the picture's inline copy, if the row has one, once the answer has been sent."""
        if job.result_inline_base64 is not None:
            clearing = self._jobs.clear_inline(job.id)
            self._background.start(clearing, name="clear_inline", timeout_seconds=CLEAR_INLINE_SECONDS)


def _photo_facts(job: Job) -> dict[str, str | int]:
    photo = job.photo
    return {"type": photo.type, "size_bytes": photo.size_bytes, "width": photo.width, "height": photo.height}
