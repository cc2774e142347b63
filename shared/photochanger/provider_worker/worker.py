"""One message from a provider's queue: claim the attempt, run it, say how it ended. Idempotent; acknowledged last."""

from dataclasses import replace

from photochanger.domain.job import AttemptOutcome
from photochanger.failpoints import failpoint
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.infrastructure.broker_messages import Delivery as BrokerDelivery
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.messages import PhotoTask
from photochanger.observability import Telemetry
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.attempt_ends import AttemptEnds
from photochanger.provider_worker.claims import Claims
from photochanger.provider_worker.picture_maker import PictureMaker
from photochanger.provider_worker.result_delivery import ResultDelivery
from photochanger.provider_worker.running_attempts import RunningAttempt, RunningAttempts

#: The gateway ends a job at the moment at which its call is cut: who sees the other's end first is chance.
_CUT_TOGETHER_SECONDS = 0.25


class ProviderWorker:
    """The handler of a provider's queue."""

    def __init__(
        self,
        running: RunningAttempts,
        claims: Claims,
        *,
        maker: PictureMaker,
        delivery: ResultDelivery,
        ends: AttemptEnds,
        places: AnswerPlaces,
        telemetry: Telemetry,
    ) -> None:
        self._running = running
        self._claims = claims
        self._maker = maker
        self._delivery = delivery
        self._ends = ends
        self._places = places
        self._telemetry = telemetry

    async def on_task(self, task: PhotoTask, _delivery: BrokerDelivery) -> None:
        """Return when nothing is left to do for this message.

        A message delivered again while its job runs in this process waits for that run instead of starting another.

        Raises:
            DatabaseUnavailable, StoreUnavailable: nothing is known; the message must come again.
        """
        failpoint("provider.before_claim")
        while (running := self._running.find(task.job_id)) is not None:
            await running.finished.wait()
        with self._running.entered(task.job_id) as running:
            assignment = await self._claims.claim(task.job_id, task.attempt)
            if assignment is not None:
                running.claimed()
                await self._work_on(assignment, running)
        failpoint("provider.before_ack")

    async def _work_on(self, assignment: Assignment, running: RunningAttempt) -> None:
        if assignment.attempt.calls > 0 and not assignment.first_call_is_counted:
            if await self._delivery.adopt(assignment):
                return
            if assignment.attempt.takeovers > 0 and assignment.attempt.provider_reference is None:
                replaced = await self._claims.replace_lost(assignment)
                if replaced is None:
                    return
                assignment = replaced
        end = await self._run(assignment, running)
        if end is not None:
            was_cut = assignment.seconds_for_calls() < _CUT_TOGETHER_SECONDS
            call = running.ledger.ended(end.outcome, was_cut=was_cut)
            await self._ends.end(assignment, replace(end, call=call))

    async def _run(self, assignment: Assignment, running: RunningAttempt) -> AttemptEnd | None:
        try:
            async with self._places.one() as place:
                made = await self._maker.make(assignment, running, place=place)
                if isinstance(made, AttemptEnd):
                    return made
                end = await self._delivery.deliver(assignment, made)
                if end is None:
                    self._maker.note_delivered(assignment, made)
                return end
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a defect ends its attempt, not the worker
            self._telemetry.swallow("provider_attempt", error, job_id=assignment.job.id, next="the attempt ends")
            return AttemptEnd(AttemptOutcome.INTERNAL, type(error).__name__)
