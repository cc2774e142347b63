"""Calls the provider until there is a picture that stands the check, or no use in calling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.photo import PhotoInfo
from photochanger.domain.slot import OutputFormat
from photochanger.imaging.errors import UnusableResult
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.observability import Metrics, get_logger, span
from photochanger.provider_worker.answer_places import HeldPlace
from photochanger.provider_worker.assignment import Assignment
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
from photochanger.provider_worker.retry import MIN_CALL_SECONDS, RetryBudget, pause_before_retry
from photochanger.provider_worker.running_attempts import CallsCut, JobEnded, RunningAttempt

log = get_logger(__name__)


@dataclass(frozen=True)
class MadePicture:
    """A checked picture, ready to be stored; `provider_ms` is the time of all calls of this attempt."""

    picture: FinishedPicture
    provider_reference: str | None
    provider_ms: int


@dataclass
class _Work:
    """One attempt under way."""

    assignment: Assignment
    running: RunningAttempt
    place: HeldPlace
    images: InputImage
    calls: int
    provider_seconds: float = field(default=0.0)

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
        metrics: Metrics,
        owner: str,
        uniform: Callable[[float, float], float],
    ) -> None:
        self._adapter = adapter
        self._attempts = attempts
        self._sources = sources
        self._decoder = decoder
        self._budget = budget
        self._metrics = metrics
        self._owner = owner
        self._uniform = uniform

    async def make(
        self, assignment: Assignment, running: RunningAttempt, *, place: HeldPlace
    ) -> MadePicture | AttemptEnd:
        """Give the picture, with `place` held, or how the attempt ends without one. Raises `DatabaseUnavailable`."""
        images = self._sources.of(assignment.job, assignment.route)
        work = _Work(assignment, running, place, images, calls=assignment.calls_before)
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

    async def _try_once(self, work: _Work) -> MadePicture | AttemptEnd | None:
        """Make one call; None after the pause before the next one."""
        try:
            answer = await self._call(work)
            picture = await self._check(work, answer)
        except ProviderFailure as failure:
            work.place.give_back()
            return await self._pause_or_end(work, failure)
        return MadePicture(picture, answer.reference, work.provider_ms)

    async def _call(self, work: _Work) -> ProviderAnswer:
        route, loop = work.assignment.route, asyncio.get_running_loop()
        result = "stopped"
        started = loop.time()
        async with work.running.until_cut(work.assignment.cut_at):
            if not await self._attempts.note_call(work.assignment.job.id, work.assignment.n, self._owner):
                raise JobEnded
            work.calls += 1
            self._budget.note_call()
            seconds_left = work.assignment.seconds_for_calls()
            request = ProviderRequest(route.operation, route.params, work.images, work.place, seconds_left)
            started = loop.time()
            try:
                with span("provider.call", provider=route.provider, operation=route.operation.value):
                    answer = await self._adapter.call(request)
                result = "ok"
            except ProviderFailure as failure:
                result = failure.kind.value
                raise
            finally:
                work.provider_seconds += loop.time() - started
                labels = {"provider": route.provider, "result": result}
                self._metrics.provider_calls.add(1, labels)
                self._metrics.provider_call_duration.record(loop.time() - started, labels)
        return answer

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
        pause = pause_before_retry(failure, calls_made=work.calls, seconds_left=seconds_left, uniform=self._uniform)
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
