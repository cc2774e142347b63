"""RabbitMQ, MongoDB or MinIO go away in the middle: refused fast, nothing accepted is lost, back by itself."""

import asyncio
import os
import signal
import time

import pytest

from photochanger.domain.job import TERMINAL
from tests.dslr_client import Answer
from tests.e2e.product import Product, product_of
from tests.photos import camera_jpeg

pytestmark = pytest.mark.timeout(240)

SERVERS = ("rabbitmq", "mongodb", "minio")
#: MongoDB is asked first: a photo whose slot cannot be looked up is refused for the store.
CODES = {
    "rabbitmq": {"queue_unavailable"},
    "mongodb": {"storage_unavailable", "outcome_unknown"},
    "minio": {"storage_unavailable"},
}
REFUSED_SECONDS, BACK_SECONDS = 3.0, 10.0


@pytest.mark.parametrize("server", SERVERS)
async def test_a_hanging_server_is_a_quick_503_and_work_goes_on_by_itself_afterwards(
    product: Product, server: str
) -> None:
    slot = await product.slot(sync_response_seconds=20)
    photo = camera_jpeg(1200, 800)
    accepted = [asyncio.create_task(product.shoot(slot, photo)) for _ in range(4)]
    await asyncio.sleep(0.8)
    pid = product.stack.pid(server)

    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(6)
        refused = await asyncio.gather(*(product.shoot(slot, photo) for _ in range(5)))
    finally:
        os.kill(pid, signal.SIGCONT)

    for answer in refused:
        assert answer.status == 503, answer.body
        assert answer.code in CODES[server]
        assert int(answer.headers["retry-after"]) > 0
        assert answer.total_seconds < REFUSED_SECONDS
    await works_again(product, slot.id, photo)
    await all_ended(await asyncio.gather(*accepted), product)


@pytest.mark.parametrize("server", SERVERS)
async def test_a_killed_server_comes_back_and_nothing_accepted_is_lost(product: Product, server: str) -> None:
    slot = await product.slot(sync_response_seconds=20)
    photo = camera_jpeg(1200, 800)
    accepted = [asyncio.create_task(product.shoot(slot, photo)) for _ in range(6)]
    await asyncio.sleep(1)

    product.stack.kill(server)

    await is_back(product, server)
    async with product_of(product.stack) as fresh:
        await works_again(fresh, slot.id, photo)
        await all_ended(await asyncio.gather(*accepted), fresh)


async def is_back(product: Product, server: str) -> None:
    """Wait until the supervisor has the server ready again."""
    address = f"{product.stack.info['metrics_urls']['dispatcher']}".replace("/metrics", "/health/ready")  # type: ignore[index]  # stack.json holds a table there
    deadline = time.monotonic() + 60
    await asyncio.sleep(1)
    while time.monotonic() < deadline:
        status, _, body = await product.fetch(address)
        if status == 200:
            return
        await asyncio.sleep(0.2)
    pytest.fail(f"{server} did not come back: {body!r}")


async def works_again(product: Product, slot: str, photo: bytes) -> None:
    started = time.monotonic()
    while (answer := await product.shoot(slot, photo)).status != 200:
        assert time.monotonic() - started < BACK_SECONDS, f"still {answer.status}: {answer.body!r}"
        await asyncio.sleep(0.3)


async def all_ended(answers: list[Answer], product: Product) -> None:
    for answer in answers:
        assert answer.status in {200, 502, 503, 504}, answer
        job_id = answer.headers.get("x-job-id")
        if job_id is None:
            continue
        row = await product.row_when(job_id, lambda job: job.status in TERMINAL, seconds=30)
        assert row.status in TERMINAL
        if answer.status == 504:
            assert row.status == "timeout"
        if answer.status == 200:
            assert row.status == "done"
