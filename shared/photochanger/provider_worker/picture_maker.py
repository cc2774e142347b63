"""Calls the provider until there is a picture that stands the check, or no use in calling."""

import asyncio
from collections.abc import Callable

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.latency_sketch import Measure
from photochanger.domain.photo import PhotoInfo
from photochanger.domain.slot import OutputFormat
from photochanger.domain.window_planner import has_waited_too_long, retry_needs_ms
from photochanger.failpoints import failpoint
from photochanger.imaging.errors import UnusableResult
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import Metrics, get_logger, span
from photochanger.provider_worker.answer_places import HeldPlace
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_gate import CallGate
from photochanger.provider_worker.call_limits import ProviderClosed
from photochanger.provider_worker.call_times import CallTimes
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.input_images import ImageSources
from photochanger.provider_worker.ports import (
    InputUnavailable,
    InputUnusable,
    ProviderAdapter,
    ProviderAnswer,
    ProviderRequest,
)
from photochanger.provider_worker.price_list import PriceList
from photochanger.provider_worker.retry import RetryBudget, pause_before_retry
from photochanger.provider_worker.running_attempts import CallsCut, JobEnded, RunningAttempt
from photochanger.provider_worker.work import MadePicture, Work, end_of

log = get_logger(__name__)


class PictureMaker:
    """Retries on the same provider while it pays; switching to another one is the dispatcher's."""

    def __init__(
        self,
        adapter: ProviderAdapter,
        attempts: AttemptRepository,
        *,
        sources: ImageSources,
        decoder: GuardedDecoder,
        budget: RetryBudget,
        times: CallTimes,
        prices: PriceList,
        gate: CallGate,
        metrics: Metrics,
        owner: str,
        uniform: Callable[[float, float], float],
    ) -> None:
        self._adapter = adapter
        self._attempts = attempts
        self._sources = sources
        self._decoder = decoder
        self._budget = budget
        self._times = times
        self._prices = prices
        self._gate = gate
        self._metrics = metrics
        self._owner = owner
        self._uniform = uniform

    async def make(
        self, assignment: Assignment, running: RunningAttempt, *, place: HeldPlace
    ) -> MadePicture | AttemptEnd:
        """Give the picture, with `place` held, or how the attempt ends without one. Raises `DatabaseUnavailable`."""
        work = Work(
            assignment,
            running,
            place,
            self._sources.of(assignment.job, assignment.attempt),
            calls=assignment.calls_before,
            resumed=assignment.attempt.provider_reference,
            is_counted=assignment.first_call_is_counted,
        )
        running.ledger.take_up(assignment.attempt, is_counted=assignment.first_call_is_counted)
        if assignment.first_call_is_counted:
            self._times.note(assignment.route, Measure.WAIT, assignment.waited_seconds)
            if self._has_waited_too_long(assignment):
                return work.end(AttemptOutcome.NOT_STARTED, "it waited too long for a call to end in time")
        try:
            while True:
                made = await self._try_once(work)
                if made is not None:
                    return made
        except (CallsCut, JobEnded, ProviderClosed, InputUnavailable, InputUnusable) as error:
            return work.stopped(error)

    def note_delivered(self, assignment: Assignment, made: MadePicture) -> None:
        """Learn how long our own part took, from the provider's answer to the row that was just written."""
        self._times.note(assignment.route, Measure.FINISH, asyncio.get_running_loop().time() - made.answered_at)

    def _has_waited_too_long(self, assignment: Assignment) -> bool:
        left_ms = round(assignment.seconds_for_calls() * 1000)
        return has_waited_too_long(self._times.of(assignment.route), given_ms=assignment.given_ms, left_ms=left_ms)

    def _needed_ms(self, work: Work) -> int:
        known = self._times.of(work.assignment.route)
        return retry_needs_ms(known, cut_left_ms=work.assignment.attempt.cut_left_ms)

    async def _try_once(self, work: Work) -> MadePicture | AttemptEnd | None:
        """Make or resume one call; None after the pause before the next one."""
        try:
            answer = await self._call(work)
            failpoint("provider.after_call")
            picture = await self._check(work, answer)
        except ProviderFailure as failure:
            work.place.give_back()
            return await self._pause_or_end(work, failure)
        if work.sent_at is not None:
            self._times.note(work.assignment.route, Measure.CALL, work.answered_at - work.sent_at)
        call = work.running.ledger.delivered()
        return MadePicture(picture, answer.reference, work.provider_ms, work.answered_at, call)

    async def _call(self, work: Work) -> ProviderAnswer:
        work.sent_at, known = None, self._times.of(work.assignment.route)
        usual_ms = known.observed_p50_ms
        try:
            async with (
                self._gate.passage(
                    work.assignment,
                    needed_seconds=self._needed_ms(work) / 1000,
                    usual_seconds=None if usual_ms is None else usual_ms / 1000,
                ) as passage,
                work.running.until_cut(work.assignment.cut_at),
            ):
                resumed, work.resumed = work.resumed, None
                if resumed is None:
                    await passage.enter()
                    await self._count(work)
                    work.sent_at = asyncio.get_running_loop().time()
                else:
                    log.info("provider_call_resumed", job_id=work.assignment.job.id, attempt=work.assignment.n)
                failpoint("provider.before_call")
                passage.sent()
                answer = await self._send(work, resumed)
                passage.answered(answer)
                return answer
        except CallsCut:
            if work.sent_at is not None:
                watched = asyncio.get_running_loop().time() - work.sent_at
                self._times.note(work.assignment.route, Measure.CUT, watched)
            raise

    async def _count(self, work: Work) -> None:
        """Write a new call into the row before it is made, if its claim did not."""
        is_counted, work.is_counted = work.is_counted, False
        if is_counted:
            self._budget.note_call()
            return
        job_id, n, ended = work.assignment.job.id, work.assignment.n, work.running.ledger.retried()
        if not await self._attempts.note_call(job_id, n, self._owner, ended=ended):
            raise JobEnded
        work.running.ledger.opened()
        work.calls += 1
        self._budget.note_call()

    async def _send(self, work: Work, resumed: str | None) -> ProviderAnswer:
        route, loop = work.assignment.route, asyncio.get_running_loop()

        async def keep(reference: str) -> None:
            await self._keep(work, reference)

        seconds_left = work.assignment.seconds_for_calls()
        request = ProviderRequest(
            route.operation, route.params, work.images, work.place, seconds_left, reference=resumed, keep_reference=keep
        )
        result, started = "stopped", loop.time()
        try:
            with span("provider.call", provider=route.provider, operation=route.operation.value):
                answer = await work.running.ledger.made(self._adapter, request, self._prices)
            result = "ok"
        except ProviderFailure as failure:
            result = failure.kind.value
            raise
        finally:
            work.answered_at = loop.time()
            work.provider_seconds += work.answered_at - started
            labels = {"provider": route.provider, "result": result}
            self._metrics.provider_calls.add(1, labels)
            self._metrics.provider_call_duration.record(work.answered_at - started, labels)
        return answer

    async def _keep(self, work: Work, reference: str) -> None:
        job_id, n = work.assignment.job.id, work.assignment.n
        try:
            is_ours = await self._attempts.keep_reference(job_id, n, self._owner, reference=reference)
        except DatabaseUnavailable:
            log.warning("reference_not_kept", job_id=job_id, attempt=n, next="whoever took over would pay again")
            return
        if not is_ours:
            raise JobEnded

    async def _check(self, work: Work, answer: ProviderAnswer) -> FinishedPicture:
        """Check and finish the picture in what is left until the deadline: it has arrived in time."""
        job = work.assignment.job
        output, photo = job.slot_snapshot.output, job.photo
        try:
            async with asyncio.timeout_at(work.assignment.deadline_at) as scope:
                await work.place.take()
                return await self._decoder.finish_result(
                    answer.data,
                    png_wanted=output.format is OutputFormat.PNG,
                    keep_alpha=output.format is OutputFormat.AUTO,
                    quality=output.quality,
                    max_side=output.max_side,
                    photo=PhotoInfo(
                        type=photo.type,
                        width=photo.width,
                        height=photo.height,
                        has_alpha=photo.has_alpha,
                        orientation=photo.orientation,
                        size_bytes=photo.size_bytes,
                    ),
                )
        except UnusableResult as error:
            detail = f"picture not usable: {error.reason}"
            raise ProviderFailure(FailureKind.BAD_PICTURE, detail, reference=answer.reference) from error
        except TimeoutError:
            if not scope.expired():
                raise
            raise CallsCut from None

    async def _pause_or_end(self, work: Work, failure: ProviderFailure) -> AttemptEnd | None:
        seconds_left = work.assignment.seconds_for_calls()
        pause = pause_before_retry(
            failure,
            calls_made=work.calls,
            seconds_left=seconds_left,
            needed_seconds=self._needed_ms(work) / 1000,
            uniform=self._uniform,
        )
        is_allowed = pause is not None and not self._gate.is_closed_to_retries and self._budget.take_retry()
        log.info(
            "provider_call_failed",
            job_id=work.assignment.job.id,
            attempt=work.assignment.n,
            call=work.calls,
            kind=failure.kind,
            detail=failure.detail,
            next="call again" if is_allowed else "end the attempt",
        )
        if pause is None or not is_allowed:
            return end_of(failure, provider_ms=work.provider_ms, seconds_left=seconds_left)
        async with work.running.until_cut(work.assignment.cut_at):
            await asyncio.sleep(pause)
        return None
