"""A photo that cannot be finished in time is told so before its body comes, where the slot wants that."""

import asyncio
import uuid
from collections import Counter

from photochanger.domain.latency_sketch import Measure
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Slot
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.recent_latency import REFRESH_SECONDS
from tests.dslr_client import Manners, Shot
from tests.integration.gateway.conftest import PASSWORD, World, a_picture
from tests.integration.gateway.test_refusals import is_problem

SHOT = Shot.captured(a_picture(), PASSWORD)


async def slow_slot(world: World, *, refuses: bool, milliseconds: int = 40_000) -> Slot:
    """A slot with a window of 10 s whose provider has lately needed longer, and the gateway knows."""
    provider = f"slow-{uuid.uuid4().hex[:8]}"
    slot = await world.slot(provider=provider, sync_response_seconds=10, refuse_without_time=refuses)
    seen = Counter({((provider, slot.operation), Measure.CALL, bucket_of(milliseconds)): 20})
    await LatencyRepository(world.mongo.database).add(seen)
    await asyncio.sleep(REFRESH_SECONDS + 0.4)
    return slot


async def test_it_is_refused_before_a_byte_of_the_body(world: World) -> None:
    slot = await slow_slot(world, refuses=True)

    refused = await world.shoot(slot, SHOT, Manners(claim_bytes=2_000_000, timeout_seconds=4))

    is_problem(refused, 503, "no_time_left")
    assert refused.headers["retry-after"] == "10"
    assert await world.rows(slot) == []


async def test_off_by_default_it_is_tried(world: World) -> None:
    slot = await slow_slot(world, refuses=False)

    assert (await world.shoot(slot, SHOT)).status == 200


async def test_a_provider_that_fits_takes_photos_of_such_a_slot(world: World) -> None:
    slot = await slow_slot(world, refuses=True, milliseconds=2_000)

    assert (await world.shoot(slot, SHOT)).status == 200
