"""A thousand booths waiting at once for a provider that hangs: what they cost the gateway."""

import asyncio
import time
from dataclasses import dataclass

import aiohttp

from deploy.local.booth import booth_request
from tests.bench.bench_photos import photo_of
from tests.bench.usage import Meter
from tests.e2e.product import Product

BOOTHS, ARRIVING_A_SECOND = 1_000, 40
ADMITTED_SECONDS, _RESTART_SECONDS = 50.0, 30.0
_SLOT = "bench-waiting"


@dataclass(frozen=True)
class Waiting:
    """How many were waiting together, and the gateway's resident bytes before and then."""

    booths: int
    before_bytes: int
    resident_bytes: int


async def measure_waiting(product: Product) -> Waiting:
    """Let booths come to a fresh gateway, measure once all are waiting or the time is over, and hang up."""
    gateway = Meter({"ingest-gateway": await _fresh_gateway(product)})
    await product.slot("hang", id=_SLOT, name=_SLOT, max_in_flight=BOOTHS, sync_response_seconds=60)
    content_type, body = booth_request(photo_of(49_000, 640, 480), product.stack.ingest_password)
    before = sum(gateway.resident_bytes().values())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        rows = product.mongo.database["jobs"]

        async def booth(number: int) -> None:
            await asyncio.sleep(number / ARRIVING_A_SECOND)
            async with session.post(product.ingest(_SLOT), data=body, headers={"Content-Type": content_type}):
                pass

        booths = [asyncio.ensure_future(booth(number)) for number in range(BOOTHS)]
        end = time.monotonic() + ADMITTED_SECONDS
        while (count := await rows.count_documents({"slot_id": _SLOT})) < BOOTHS and time.monotonic() < end:
            await asyncio.sleep(0.5)
        count -= sum(one.done() for one in booths)
        resident = sum(gateway.resident_bytes().values())
        for one in booths:
            one.cancel()
        await asyncio.gather(*booths, return_exceptions=True)
    return Waiting(count, before, resident)


async def _fresh_gateway(product: Product) -> int:
    """Let the supervisor start the gateway anew, so that what it held before does not count; give its pid."""
    stack = product.stack
    old = stack.pid("ingest-gateway")
    stack.kill("ingest-gateway")
    urls = stack.info["metrics_urls"]
    assert isinstance(urls, dict)
    ready = str(urls["ingest-gateway"]).replace("/metrics", "/health/ready")
    async with asyncio.timeout(_RESTART_SECONDS):
        while stack.pid("ingest-gateway") == old or not await _answers(product.http, ready):
            await asyncio.sleep(0.2)
    return stack.pid("ingest-gateway")


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        return (await http.get(url)).status == 200
    except aiohttp.ClientError:
        return False
