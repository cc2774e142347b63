"""kill -9 of each service in the middle of ten photos: nothing stays open, nothing stays behind."""

import asyncio

import pytest

from photochanger.domain.job import TERMINAL, JobStatus
from tests.e2e.product import Product
from tests.photos import camera_jpeg

SERVICES = ("ingest-gateway", "dispatcher", "provider-gemini", "media-janitor", "admin-api")
WINDOW_SECONDS, LATEST_END_SECONDS, CLEAN_SECONDS = 12, 30, 90


@pytest.mark.timeout(240)
@pytest.mark.parametrize("service", SERVICES)
async def test_every_row_ends_and_no_source_is_left(product: Product, service: str) -> None:
    slot = await product.slot(sync_response_seconds=WINDOW_SECONDS)
    photo = camera_jpeg(1200, 800)

    async def booth(number: int) -> int:
        await asyncio.sleep(number * 0.25)
        return (await product.shoot(slot, photo)).status

    booths = [asyncio.create_task(booth(number)) for number in range(10)]
    await asyncio.sleep(1.5)
    product.stack.kill(service)
    statuses = await asyncio.gather(*booths)

    rows = await product.rows_of(slot)
    for row in rows:
        ended = await product.row_when(row.id, lambda job: job.status in TERMINAL, seconds=LATEST_END_SECONDS)
        assert ended.status in TERMINAL, f"{row.id} is still {ended.status}"
        assert await product.sources_after(row.id, seconds=CLEAN_SECONDS) == []
    if service != "ingest-gateway":
        assert set(statuses) <= {200, 504}, statuses
    assert statuses.count(200) <= sum(row.status is JobStatus.DONE for row in await product.rows_of(slot))
    assert len(await product.calls(slot)) <= len(rows) + 10, "every photo in the killed process may cost one more call"
    await asyncio.sleep(3)
    assert (await product.shoot(slot, photo)).status == 200
