"""Calls the provider until there is a picture that stands the check, or no use in calling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.latency_sketch import Measure
from photochanger.domain.photo import PhotoInfo
from photochanger.domain.provider_call import CallEnd
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
from photochanger.provider_worker.call_times import CallTimes
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.input_images import ImageSources
from photochanger.provider_worker.ports import (
    InputImage,
    InputUnavailable,
    InputUnusable,
    ProviderAdapter,
    ProviderAnswer,
    ProviderRequest,
)
from photochanger.provider_worker.price_list import PriceList
from photochanger.provider_worker.retry import MIN_CALL_SECONDS, RetryBudget, pause_before_retry
from photochanger.provider_worker.running_attempts import CallsCut, JobEnded, RunningAttempt

log = get_logger(__name__)


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
class _Work:
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

    def end(self, outcome: AttemptOutcome, detail: str) -> AttemptEnd:
        return AttemptEnd(outcome, detail, provider_ms=self.provider_ms)


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
        self._metrics = metrics
        self._owner = owner
        self._uniform = uniform

    async def make(
        self, assignment: Assignment, running: RunningAttempt, *, place: HeldPlace
    ) -> MadePicture | AttemptEnd:
        """Give the picture, with `place` held, or how the attempt ends without one. Raises `DatabaseUnavailable`."""
        work = _Work(
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
        except CallsCut:
            return work.end(AttemptOutcome.CUT, "the time for provider calls was over")
        except JobEnded:
            return work.end(AttemptOutcome.LATE, "the job ended elsewhere")
        except InputUnavailable as error:
            return work.end(AttemptOutcome.STORAGE, str(error))
        except InputUnusable as error:
            return work.end(AttemptOutcome.FAILED, str(error))

    def note_delivered(self, assignment: Assignment, made: MadePicture) -> None:
        """Learn how long our own part took, from the provider's answer to the row that was just written."""
        self._times.note(assignment.route, Measure.FINISH, asyncio.get_running_loop().time() - made.answered_at)

    def _has_waited_too_long(self, assignment: Assignment) -> bool:
        left_ms = round(assignment.seconds_for_calls() * 1000)
        return has_waited_too_long(self._times.of(assignment.route), given_ms=assignment.given_ms, left_ms=left_ms)

    async def _try_once(self, work: _Work) -> MadePicture | AttemptEnd | None:
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

    async def _call(self, work: _Work) -> ProviderAnswer:
        work.sent_at = None
        try:
            async with work.running.until_cut(work.assignment.cut_at):
                resumed, work.resumed = work.resumed, None
                if resumed is None:
                    await self._count(work)
                    work.sent_at = asyncio.get_running_loop().time()
                else:
                    log.info("provider_call_resumed", job_id=work.assignment.job.id, attempt=work.assignment.n)
                failpoint("provider.before_call")
                return await self._send(work, resumed)
        except CallsCut:
            if work.sent_at is not None:
                watched = asyncio.get_running_loop().time() - work.sent_at
                self._times.note(work.assignment.route, Measure.CUT, watched)
            raise

    async def _count(self, work: _Work) -> None:
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

    async def _send(self, work: _Work, resumed: str | None) -> ProviderAnswer:
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

    async def _keep(self, work: _Work, reference: str) -> None:
        job_id, n = work.assignment.job.id, work.assignment.n
        try:
            is_ours = await self._attempts.keep_reference(job_id, n, self._owner, reference=reference)
        except DatabaseUnavailable:
            log.warning("reference_not_kept", job_id=job_id, attempt=n, next="whoever took over would pay again")
            return
        if not is_ours:
            raise JobEnded

    async def _check(self, work: _Work, answer: ProviderAnswer) -> FinishedPicture:
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

    async def _pause_or_end(self, work: _Work, failure: ProviderFailure) -> AttemptEnd | None:
        seconds_left = work.assignment.seconds_for_calls()
        needed_ms = retry_needs_ms(
            self._times.of(work.assignment.route), cut_left_ms=work.assignment.attempt.cut_left_ms
        )
        pause = pause_before_retry(
            failure,
            calls_made=work.calls,
            seconds_left=seconds_left,
            needed_seconds=needed_ms / 1000,
            uniform=self._uniform,
        )
        is_allowed = pause is not None and self._budget.take_retry()
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
            return _end_of(failure, provider_ms=work.provider_ms, seconds_left=seconds_left)
        async with work.running.until_cut(work.assignment.cut_at):
            await asyncio.sleep(pause)
        return None


def _end_of(failure: ProviderFailure, *, provider_ms: int, seconds_left: float) -> AttemptEnd:
    """A provider that was merely slow is the window's end, not an error."""
    was_slow = failure.kind is FailureKind.TIMEOUT and seconds_left < MIN_CALL_SECONDS
    return AttemptEnd(
        AttemptOutcome.CUT if was_slow else failure.treatment.outcome,
        failure.detail,
        retry_after_seconds=failure.retry_after_seconds,
        provider_reference=failure.reference,
        provider_ms=provider_ms,
    )
