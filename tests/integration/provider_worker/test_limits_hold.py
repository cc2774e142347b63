"""A worker keeps its provider's limits and tells the breakers how its calls went, on real servers."""

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from photochanger.domain.breaker import Breaker, BreakerReason, BreakerState
from photochanger.domain.job import AttemptOutcome
from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.rate import Rate
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.quota_repository import QuotaKey, QuotaRepository
from tests.integration.provider_worker.conftest import Studio


async def limited(studio: Studio, **limits: int) -> QuotaRepository:
    """Set limits and wait until they are in force."""
    database = studio.servers.mongo.database
    name = studio.adapter.manifest.name
    repository = ProviderLimitsRepository(database)
    version = (await repository.get(name)).version
    assert await repository.replace(name, ProviderLimits(**limits), expected_version=version)
    await asyncio.sleep(1.2)
    return QuotaRepository(database)


async def breaker_of(studio: Studio, reason: BreakerReason) -> Breaker:
    breakers = Breakers(studio.servers.mongo.database, studio.servers.telemetry.metrics)
    key = studio.adapter.manifest.name, reason
    return (await breakers.read()).breakers.get(key, Breaker())


def span_of(call: dict[str, Any]) -> tuple[datetime, datetime]:
    """From the call's arrival at the provider to its answer."""
    begin = datetime.fromisoformat(call["received_at"])
    return begin, begin + timedelta(seconds=call["duration_seconds"])


async def eventually_free(quotas: QuotaRepository) -> None:
    """Places are given back behind the picture's back."""
    async with asyncio.timeout(3):
        while [use.used for use in await quotas.uses()] != [0]:
            await asyncio.sleep(0.05)


async def test_over_a_days_limit_no_call_is_made_and_the_booth_hears_when_to_come_back(studio: Studio) -> None:
    quotas = await limited(studio, requests_per_day=1)
    delivered = await studio.ended(await studio.submit())

    refused = await studio.submit()
    attempt = await studio.attempt_ended(refused)

    assert delivered.attempts[0].outcome is AttemptOutcome.DELIVERED
    assert (attempt.outcome, attempt.calls) == (AttemptOutcome.UNAVAILABLE, 0)
    assert attempt.retry_after_seconds is not None
    assert 0 < attempt.retry_after_seconds <= 25 * 3_600
    assert await studio.calls(refused) == []
    assert [(use.limit, use.used) for use in await quotas.uses()] == [(Limit.REQUESTS_PER_DAY, 1)]


async def test_a_turn_within_the_window_is_waited_for(studio: Studio) -> None:
    # a turn every 2.04 s
    await limited(studio, requests_per_minute=30)
    loop = asyncio.get_running_loop()
    began = loop.time()

    rows = await asyncio.gather(*[studio.ended(await studio.submit()) for _ in range(3)])

    assert {row.attempts[0].outcome for row in rows} == {AttemptOutcome.DELIVERED}
    assert 4 <= loop.time() - began < 8


async def test_a_turn_beyond_the_window_ends_the_attempt_at_once(studio: Studio) -> None:
    await limited(studio, requests_per_minute=1)
    await studio.ended(await studio.submit())

    attempt = await studio.attempt_ended(await studio.submit(), within_seconds=3)

    assert attempt.outcome is AttemptOutcome.UNAVAILABLE
    assert attempt.retry_after_seconds == pytest.approx(Rate(1).interval_ms / 1000, abs=3)


async def test_never_more_calls_at_once_than_the_limit_and_every_place_is_given_back(studio: Studio) -> None:
    quotas = await limited(studio, concurrency=1)

    jobs = [await studio.submit("slow=0.7") for _ in range(3)]
    rows = await asyncio.gather(*(studio.ended(job) for job in jobs))

    assert {row.attempts[0].outcome for row in rows} == {AttemptOutcome.DELIVERED}
    calls = sorted([span_of((await studio.calls(job))[0]) for job in jobs])
    assert all(later[0] >= earlier[1] for earlier, later in itertools.pairwise(calls))
    await eventually_free(quotas)


async def test_a_call_that_was_cut_gives_its_place_back(studio: Studio) -> None:
    quotas = await limited(studio, concurrency=1)

    cut = await studio.attempt_ended(await studio.submit("hang", left_ms=2_500))
    delivered = await studio.ended(await studio.submit())

    assert cut.outcome is AttemptOutcome.CUT
    assert delivered.attempts[0].outcome is AttemptOutcome.DELIVERED
    await eventually_free(quotas)


async def test_a_slots_own_limit_holds_for_the_slot_only(studio: Studio) -> None:
    name = studio.adapter.manifest.name
    quotas = QuotaRepository(studio.servers.mongo.database)
    mine = QuotaKey(name, Limit.REQUESTS_PER_DAY, "demo")
    job = await studio.admit(limits=ProviderLimits(requests_per_day=1))
    await quotas.take_of_day(mine, 1, amount=1, time_zone=studio.adapter.manifest.time_zone)
    await studio.dispatch(job)

    refused = await studio.attempt_ended(job)
    free = await studio.ended(await studio.submit())

    assert (refused.outcome, refused.calls) == (AttemptOutcome.UNAVAILABLE, 0)
    assert free.attempts[0].outcome is AttemptOutcome.DELIVERED


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("internal", BreakerReason.OUTAGE),
        ("drop", BreakerReason.OUTAGE),
        ("api_key_invalid", BreakerReason.ACCESS),
        ("credits_depleted", BreakerReason.QUOTA),
        ("daily_quota", BreakerReason.QUOTA),
    ],
)
async def test_three_photos_in_a_row_open_the_breaker_and_the_fourth_is_not_called(
    studio: Studio, behaviour: str, reason: BreakerReason
) -> None:
    states = []
    for _ in range(3):
        await studio.attempt_ended(await studio.submit(behaviour, left_ms=8_000))
        states.append((await breaker_of(studio, reason)).state)

    fourth = await studio.submit()
    attempt = await studio.attempt_ended(fourth)

    assert states == [BreakerState.CLOSED, BreakerState.CLOSED, BreakerState.OPEN]
    assert (attempt.outcome, attempt.calls) == (AttemptOutcome.UNAVAILABLE, 0)
    assert await studio.calls(fourth) == []


@pytest.mark.parametrize("behaviour", ["safety", "invalid_argument", "no_image", "not_found"])
async def test_refusals_and_bad_requests_open_no_breaker(studio: Studio, behaviour: str) -> None:
    for _ in range(3):
        await studio.attempt_ended(await studio.submit(behaviour, left_ms=8_000))

    delivered = await studio.ended(await studio.submit())

    assert delivered.attempts[0].outcome is AttemptOutcome.DELIVERED


async def test_calls_that_hang_open_the_breaker(studio: Studio) -> None:
    await asyncio.gather(*[studio.attempt_ended(await studio.submit("hang", left_ms=7_000)) for _ in range(3)])

    known = await breaker_of(studio, BreakerReason.OUTAGE)

    assert known.state is BreakerState.OPEN
    assert known.detail.startswith("no answer within")
