"""The way to a provider: past its breakers and limits before each call, with what came of it afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from photochanger.background import Background
from photochanger.domain.availability import patience_ms
from photochanger.domain.breaker import BreakerReason
from photochanger.domain.usage import Usage
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_breaker import ANSWERED, HANG_SECONDS, CallBreaker, reason_of
from photochanger.provider_worker.call_limits import CallLimits, CallUse, CallWish, Reservation, model_of
from photochanger.provider_worker.failures import ProviderFailure
from photochanger.provider_worker.ports import ProviderAnswer
from photochanger.provider_worker.running_attempts import CallsCut

#: What was taken heals by itself, so that nothing waits longer for giving it back.
SETTLE_SECONDS = 10.0

log = get_logger(__name__)


@dataclass
class Passage:
    """One call's way: `enter` before it is made, `sent` when it is; the block's end says what came of it."""

    gate: "CallGate"
    assignment: Assignment
    #: the least time that the call needs
    needed_seconds: float
    #: cut sooner than this, it says nothing of the provider
    hang_seconds: float
    reserved: list[Reservation] = field(default_factory=list)
    sent_at: float | None = None
    usage: Usage | None = None

    async def enter(self) -> None:
        """Wait for the call's turn.

        Raises:
            ProviderClosed: it is not to be made.
            DatabaseUnavailable: nobody knows whether.
        """
        await self.gate.let_in(self)

    def sent(self) -> None:
        self.sent_at = asyncio.get_running_loop().time()

    def answered(self, answer: ProviderAnswer) -> None:
        self.usage = answer.usage


class CallGate:
    """One process's gate to its provider. What follows a call is written behind its back: no picture waits for it."""

    def __init__(self, limits: CallLimits, breaker: CallBreaker, background: Background) -> None:
        self._limits = limits
        self._breaker = breaker
        self._background = background

    async def refresh(self) -> None:
        """Read breakers and limits anew; raises `DatabaseUnavailable`, and what was known stays."""
        await self._breaker.refresh()
        await self._limits.refresh()

    @property
    def is_closed_to_retries(self) -> bool:
        """Whether a breaker has opened: what just failed is not tried again."""
        return not self._breaker.is_closed

    @asynccontextmanager
    async def passage(
        self, assignment: Assignment, *, needed_seconds: float, usual_seconds: float | None
    ) -> AsyncIterator[Passage]:
        """Give a call its way; every end of the block is counted as what it is.

        `usual_seconds` is what half of such calls are known to take, None where that is not known.
        """
        passage = Passage(self, assignment, needed_seconds, max(HANG_SECONDS, usual_seconds or 0.0))
        try:
            yield passage
        except ProviderFailure as failure:
            use = self._limits.use_of(failure.usage, has_answer=False)
            await self._note_failure(passage, failure)
            self._settle(passage, use)
            raise
        except CallsCut:
            await self._note_cut(passage)
            self._settle(passage, CallUse())
            raise
        except BaseException:
            self._note_nothing(passage)
            self._settle(passage, CallUse())
            raise
        self._note_answer(passage)
        self._settle(passage, self._limits.use_of(passage.usage or Usage(), has_answer=True))

    async def let_in(self, passage: Passage) -> None:
        assignment = passage.assignment
        job = assignment.job
        await self._breaker.check(job.id)
        tried = {attempt.route for attempt in job.attempts}
        patience = patience_ms(
            assignment.seconds_for_calls() * 1000,
            needed_ms=passage.needed_seconds * 1000,
            has_fallback=any(index not in tried for index in range(len(job.slot_snapshot.routes))),
        )
        wish = CallWish(
            slot_id=job.slot_id,
            slot_limits=job.slot_snapshot.limits,
            model=model_of(assignment.route.params),
            patience_seconds=patience / 1000,
            longest_seconds=assignment.deadline_at - asyncio.get_running_loop().time(),
        )
        await self._limits.reserve(wish, passage.reserved)

    async def _note_failure(self, passage: Passage, failure: ProviderFailure) -> None:
        job_id, reason = passage.assignment.job.id, reason_of(failure)
        if reason is not None:
            await self._tell(self._breaker.note_failure(job_id, reason, f"{failure.kind}: {failure.detail}"))
        elif failure.kind in ANSWERED:
            self._note_answer(passage)
        else:
            self._note_nothing(passage)

    async def _note_cut(self, passage: Passage) -> None:
        job_id, now = passage.assignment.job.id, asyncio.get_running_loop().time()
        watched = 0.0 if passage.sent_at is None else now - passage.sent_at
        if watched < passage.hang_seconds:
            self._note_nothing(passage)
            return
        detail = f"no answer within {watched:.0f} s"
        await self._tell(self._breaker.note_failure(job_id, BreakerReason.OUTAGE, detail))

    def _note_answer(self, passage: Passage) -> None:
        if self._breaker.note_answer():
            self._later(self._breaker.tell_answers(passage.assignment.job.id), "provider.breaker")

    def _note_nothing(self, passage: Passage) -> None:
        if not self._breaker.is_closed:
            self._later(self._breaker.note_nothing(passage.assignment.job.id), "provider.breaker")

    async def _tell(self, note: Awaitable[None]) -> None:
        """At once: the next call, and the next photo, depend on it."""
        try:
            await note
        except DatabaseUnavailable as error:
            log.warning("breaker_not_told", error=repr(error), next="the next failure is counted")

    def _settle(self, passage: Passage, use: CallUse) -> None:
        if not passage.reserved:
            return
        if passage.sent_at is None:
            self._later(self._limits.give_back(passage.reserved), "provider.limits")
        else:
            self._later(self._limits.settle(passage.reserved, use), "provider.limits")

    def _later(self, work: Coroutine[object, object, None], name: str) -> None:
        self._background.start(work, name=name, timeout_seconds=SETTLE_SECONDS)
