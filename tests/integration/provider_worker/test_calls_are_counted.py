"""A worker's calls are known to everybody soon after they ended."""

import asyncio

import pytest

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.latency import Latency
from photochanger.infrastructure.latency_repository import LatencyRepository
from tests.integration.provider_worker.conftest import Studio


async def known(studio: Studio, samples: int) -> Latency:
    repository = LatencyRepository(studio.servers.mongo.database)
    async with asyncio.timeout(5):
        while True:
            for latency in (await repository.read()).entries.values():
                if latency.samples >= samples:
                    return latency
            await asyncio.sleep(0.1)


async def test_a_picture_and_a_cut_call_are_two_samples(studio: Studio) -> None:
    await studio.ended(await studio.submit())
    cut = await studio.attempt_ended(await studio.submit("hang", left_ms=2_000))

    learned = await known(studio, samples=2)

    assert cut.outcome is AttemptOutcome.CUT
    # an epoch may have ended between the two, and the older one weighs a little less
    assert learned.survival.share_within(30_000) == pytest.approx(0.5, abs=0.05)
    assert learned.wait_ms > 0
    assert learned.finish_ms > 0
