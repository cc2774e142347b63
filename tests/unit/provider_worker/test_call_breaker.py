"""What counts against a provider, and what this process writes of it."""

import asyncio
from collections.abc import Sequence

import pytest

from photochanger.domain.availability import Availability
from photochanger.domain.breaker import BreakerReason
from photochanger.infrastructure.breakers import Breakers
from photochanger.provider_worker.call_breaker import CallBreaker, reason_of
from photochanger.provider_worker.call_limits import ProviderClosed
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from tests.availabilities import opened
from tests.read_rows import GEMINI


class Written(Breakers):
    """Remembers what was written; `known` is what is read."""

    def __init__(self, known: Availability) -> None:
        self.known = known
        self.reads = 0
        self.writes: list[tuple[str, int]] = []
        self.answers_for: list[str | None] = []

    async def read(self, provider: str | None = None) -> Availability:
        self.reads += 1
        return self.known

    async def answered(
        self, provider: str, reasons: Sequence[BreakerReason], *, count: int, job_id: str | None
    ) -> None:
        self.writes.append(("answered", count))
        self.answers_for.append(job_id)

    async def failed(self, provider: str, reason: BreakerReason, *, job_id: str, detail: str) -> None:
        self.writes.append((reason.value, 1))

    async def given_up(self, provider: str, reasons: Sequence[BreakerReason], *, job_id: str) -> None:
        self.writes += [("given_up", 1)] * len(reasons)


class Slow(Written):
    """Its first write takes longer than the others."""

    async def answered(
        self, provider: str, reasons: Sequence[BreakerReason], *, count: int, job_id: str | None
    ) -> None:
        await asyncio.sleep(0.01)
        await super().answered(provider, reasons, count=count, job_id=job_id)


COUNTED = {
    FailureKind.TRANSPORT: BreakerReason.OUTAGE,
    FailureKind.OVERLOADED: BreakerReason.OUTAGE,
    FailureKind.TIMEOUT: BreakerReason.OUTAGE,
    FailureKind.GARBAGE: BreakerReason.OUTAGE,
    FailureKind.AUTH: BreakerReason.ACCESS,
    FailureKind.REGION: BreakerReason.ACCESS,
    FailureKind.QUOTA_GONE: BreakerReason.QUOTA,
}


@pytest.mark.parametrize("kind", FailureKind)
def test_outages_bad_keys_and_spent_quotas_count_and_refusals_and_bad_requests_do_not(kind: FailureKind) -> None:
    assert reason_of(ProviderFailure(kind, "x", retry_after_seconds=5)) == COUNTED.get(kind)


def test_a_rate_limit_that_does_not_say_when_it_passes_counts_as_out_of_credit() -> None:
    assert reason_of(ProviderFailure(FailureKind.QUOTA, "x")) is BreakerReason.QUOTA


async def test_while_a_provider_answers_nothing_is_read_or_written() -> None:
    breakers = Written(Availability())
    breaker = CallBreaker("gemini", breakers)

    for _ in range(100):
        await breaker.check("job")
        assert not breaker.note_answer()

    assert (breakers.reads, breakers.writes) == (0, [])


async def test_a_failure_tells_how_many_were_answered_in_the_half_minute_before() -> None:
    breakers, clock = Written(Availability()), [0.0]
    breaker = CallBreaker("gemini", breakers, now=lambda: clock[0])
    for second in range(60):
        clock[0] = second
        breaker.note_answer()

    await breaker.note_failure("job", BreakerReason.OUTAGE, "x")
    await breaker.note_failure("job", BreakerReason.OUTAGE, "x")

    assert breakers.writes == [("answered", 30), ("outage", 1), ("outage", 1)]


async def test_once_something_failed_answers_are_told() -> None:
    breakers = Written(opened(GEMINI))
    breaker = CallBreaker("gemini", breakers)
    await breaker.refresh()

    assert breaker.note_answer()
    await breaker.tell_answers("job")

    assert breakers.writes == [("answered", 1)]


async def test_the_trying_photos_answer_is_told_although_a_refresh_has_told_the_count() -> None:
    breakers = Written(opened(GEMINI))
    breaker = CallBreaker("gemini", breakers)
    await breaker.refresh()
    breaker.note_answer()
    await breaker.refresh()

    await breaker.tell_answers("the one that tries")

    assert breakers.answers_for == [None, "the one that tries"]


async def test_an_open_breaker_stops_a_call_and_says_when_to_come_back() -> None:
    breaker = CallBreaker("gemini", Written(opened(GEMINI, seconds_ago=5)))
    await breaker.refresh()

    with pytest.raises(ProviderClosed) as refused:
        await breaker.check("job")

    assert refused.value.retry_after_seconds == pytest.approx(10)
    assert "connection refused" in refused.value.detail


async def test_the_photo_that_tries_is_let_through_although_the_copy_here_is_old() -> None:
    known = opened(GEMINI, seconds_ago=15)
    breakers = Written(known)
    breaker = CallBreaker("gemini", breakers)
    await breaker.refresh()
    assert known.read_at is not None
    tried = {key: one.probed(known.read_at, "job", seconds=20) for key, one in known.breakers.items()}
    breakers.known = Availability({key: one for key, one in tried.items() if one}, read_at=known.read_at)

    await breaker.check("job")
    with pytest.raises(ProviderClosed):
        await breaker.check("another job")


async def test_failures_at_once_are_all_written_after_the_answers_before_them() -> None:
    breakers = Slow(Availability())
    breaker = CallBreaker("gemini", breakers)
    breaker.note_answer()

    await asyncio.gather(*(breaker.note_failure(f"job-{n}", BreakerReason.OUTAGE, "no answer") for n in range(3)))

    assert breakers.writes == [("answered", 1), *[("outage", 1)] * 3]
