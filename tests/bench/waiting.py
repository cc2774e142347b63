"""A thousand booths waiting at once for a provider that hangs: what they cost the gateway."""

import asyncio
import time
from dataclasses import dataclass

import aiohttp

from deploy.local.booth import booth_request
from tests.bench.bench_photos import photo_of
from tests.bench.usage import Meter
from tests.e2e.product import Product

BOOTHS, ARRIVING_AT_ONCE = 1_000, 24
ADMITTED_SECONDS = 50.0
_SLOT = "bench-waiting"


@dataclass(frozen=True)
class Waiting:
    """How many were waiting together, and the gateway's resident bytes before and then."""

    booths: int
    before_bytes: int
    resident_bytes: int


async def measure_waiting(product: Product, gateway: Meter) -> Waiting:
    """Let booths arrive, measure once all are waiting or the time is over, and hang up."""
    await product.slot("hang", id=_SLOT, name=_SLOT, max_in_flight=BOOTHS, sync_response_seconds=60)
    content_type, body = booth_request(photo_of(49_000, 640, 480), product.stack.ingest_password)
    before = sum(gateway.resident_bytes().values())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        rows = product.mongo.database["jobs"]
        arriving = asyncio.Semaphore(ARRIVING_AT_ONCE)

        async def booth() -> None:
            async with arriving:
                answer = asyncio.ensure_future(
                    session.post(product.ingest(_SLOT), data=body, headers={"Content-Type": content_type})
                )
                await asyncio.sleep(0.4)
            await answer

        booths = [asyncio.ensure_future(booth()) for _ in range(BOOTHS)]
        end = time.monotonic() + ADMITTED_SECONDS
        while (count := await rows.count_documents({"slot_id": _SLOT})) < BOOTHS and time.monotonic() < end:
            await asyncio.sleep(0.5)
        count -= sum(one.done() for one in booths)
        resident = sum(gateway.resident_bytes().values())
        for one in booths:
            one.cancel()
        await asyncio.gather(*booths, return_exceptions=True)
    return Waiting(count, before, resident)
