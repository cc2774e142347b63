"""The dispatcher plans with what all workers have counted."""

import asyncio
from collections import Counter

from photochanger.domain.latency_sketch import Measure
from photochanger.domain.log_histogram import bucket_of
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.recent_latency import REFRESH_SECONDS
from tests.integration.dispatcher.conftest import Booth, PlayedProvider


async def known(mongo: Mongo, provider: PlayedProvider, milliseconds: int) -> None:
    key = (provider.name, provider.route.operation)
    await LatencyRepository(mongo.database).add(Counter({(key, Measure.CALL, bucket_of(milliseconds)): 20}))
    await asyncio.sleep(REFRESH_SECONDS + 0.4)


async def test_a_provider_too_slow_for_the_window_makes_way_for_a_fallback_that_fits(
    booth: Booth, mongo: Mongo, gemini: PlayedProvider, turbotext: PlayedProvider
) -> None:
    await known(mongo, gemini, 30_000)
    await known(mongo, turbotext, 1_000)

    job = await booth.submit(gemini.route, turbotext.route)

    assert (await turbotext.task()).job_id == job.id
    assert await gemini.tasks_for(0.2) == 0


async def test_the_attempt_is_cut_for_the_fallbacks_usual_slowest(
    booth: Booth, mongo: Mongo, gemini: PlayedProvider, turbotext: PlayedProvider
) -> None:
    await known(mongo, turbotext, 1_000)

    job = await booth.submit(gemini.route, turbotext.route)
    await gemini.task()

    (attempt,) = (await booth.row(job)).attempts
    assert 2_950 <= attempt.cut_left_ms <= 3_050
