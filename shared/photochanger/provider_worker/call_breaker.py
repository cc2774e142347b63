"""What one provider's breakers learn of this process's calls, and whether they let a call through."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from types import MappingProxyType

from photochanger.domain.availability import EVERYBODY_OPEN, Availability
from photochanger.domain.breaker import WINDOW_SECONDS, BreakerReason
from photochanger.infrastructure.breakers import Breakers
from photochanger.provider_worker.call_limits import ProviderClosed
from photochanger.provider_worker.failures import FailureKind, ProviderFailure

#: A call cut sooner than this says nothing of its provider.
HANG_SECONDS = 4.0

#: What speaks against a provider, and for which reason.
REASONS = MappingProxyType(
    {
        FailureKind.TRANSPORT: BreakerReason.OUTAGE,
        FailureKind.OVERLOADED: BreakerReason.OUTAGE,
        FailureKind.TIMEOUT: BreakerReason.OUTAGE,
        FailureKind.GARBAGE: BreakerReason.OUTAGE,
        FailureKind.AUTH: BreakerReason.ACCESS,
        FailureKind.REGION: BreakerReason.ACCESS,
        FailureKind.QUOTA_GONE: BreakerReason.QUOTA,
    }
)
#: The provider did its part. Every other failure says nothing: it may have been found before the call.
ANSWERED = frozenset(
    {
        FailureKind.REFUSED,
        FailureKind.NO_IMAGE,
        FailureKind.NO_IMAGE_AGAIN,
        FailureKind.BAD_PICTURE,
        FailureKind.MODEL_GONE,
    }
)


def reason_of(failure: ProviderFailure) -> BreakerReason | None:
    """The breaker that a failure counts for; a limit that does not say when it passes looks like out of credit."""
    if failure.kind is FailureKind.QUOTA and failure.retry_after_seconds is None:
        return BreakerReason.QUOTA
    return REASONS.get(failure.kind)


class CallBreaker:
    """One provider's; `current` is as old as the last `refresh`. While it answers nothing is written."""

    def __init__(self, provider: str, breakers: Breakers, *, now: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._breakers = breakers
        self._now = now
        #: when calls were answered that nobody was told of
        self._answers: deque[float] = deque()
        #: answers are written before the failure that follows them, or they would end the row that it is part of
        self._telling = asyncio.Lock()
        self.current = EVERYBODY_OPEN

    async def refresh(self) -> None:
        """Read anew and write the answers that somebody waits for; raises `DatabaseUnavailable`."""
        self.current = await self._read()
        await self.tell_answers()

    @property
    def is_closed(self) -> bool:
        return all(breaker.is_closed for breaker in self.current.breakers.values())

    async def check(self, job_id: str) -> None:
        """Let the call through.

        Raises:
            ProviderClosed: a breaker is open, and this job is not the one that tries.
            DatabaseUnavailable: one was open, and nobody knows.
        """
        if self.is_closed:
            return
        self.current = await self._read()
        for (_, reason), breaker in self.current.breakers.items():
            if not breaker.is_closed and breaker.probe_job != job_id:
                closure = self.current.without(self._provider).closure(self._provider, "", patience_ms=0)
                detail = f"{self._provider} is not asked ({reason}): {breaker.detail}"
                raise ProviderClosed(detail, None if closure is None else closure.retry_after_seconds)

    def note_answer(self) -> bool:
        """Count an answer; whether somebody waits to be told of it, so that `tell_answers` is due."""
        self._forget_old()
        self._answers.append(self._now())
        return bool(self._warm())

    async def tell_answers(self, job_id: str | None = None) -> None:
        """Write what was counted where it changes something; one answer was for `job_id`, maybe the one that tries."""
        async with self._telling:
            await self._tell_answers(self._warm(), job_id)

    async def note_failure(self, job_id: str, reason: BreakerReason, detail: str) -> None:
        async with self._telling:
            await self._tell_answers([reason], None)
            await self._breakers.failed(self._provider, reason, job_id=job_id, detail=detail)
        others = [other for other in self._not_closed() if other is not reason]
        await self._breakers.given_up(self._provider, others, job_id=job_id)
        self.current = await self._read()

    async def note_nothing(self, job_id: str) -> None:
        """The job's call was not made, or its end says nothing of the provider."""
        await self._breakers.given_up(self._provider, self._not_closed(), job_id=job_id)

    async def _read(self) -> Availability:
        return (await self._breakers.read(self._provider)).for_calls()

    def _not_closed(self) -> list[BreakerReason]:
        return [reason for (_, reason), breaker in self.current.breakers.items() if not breaker.is_closed]

    def _warm(self) -> list[BreakerReason]:
        at = self.current.read_at
        if at is None:
            return []
        return [reason for (_, reason), breaker in self.current.breakers.items() if breaker.is_warm(at)]

    async def _tell_answers(self, reasons: list[BreakerReason], job_id: str | None) -> None:
        self._forget_old()
        count = len(self._answers)
        # a round of `refresh` may have told the count already, but not for whom
        if reasons and (count or job_id is not None):
            self._answers.clear()
            await self._breakers.answered(self._provider, reasons, count=count, job_id=job_id)

    def _forget_old(self) -> None:
        while self._answers and self._answers[0] <= self._now() - WINDOW_SECONDS:
            self._answers.popleft()
