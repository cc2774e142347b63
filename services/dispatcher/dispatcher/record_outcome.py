"""An attempt ended without a picture: the next provider, or the job's end."""

from dispatcher.route_photo import PhotoRouter
from photochanger.infrastructure.broker_messages import Delivery
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.messages import PhotoOutcome
from photochanger.observability import get_logger

log = get_logger(__name__)


class OutcomeHandler:
    """The message is a hint: what is done follows from the row, whose latest attempt may be a later one already."""

    def __init__(self, jobs: JobRepository, router: PhotoRouter) -> None:
        self._jobs = jobs
        self._router = router

    async def on_outcome(self, message: PhotoOutcome, _delivery: Delivery) -> None:
        job = await self._jobs.get(message.job_id)
        if job is None:
            log.warning("outcome_without_row_dropped", job_id=message.job_id)
            return
        await self._router.advance(job, may_publish_again=False)
