"""A guest's picture is there for its time, and then really gone; its neighbour's stays."""

import asyncio
import subprocess
import sys

from photochanger.domain.job import Job, JobStatus
from tests.e2e.product import Product
from tests.photos import camera_jpeg
from tests.service_process import ROOT, service_environment

PARTS = ("", "/page", "/preview", "/qr.svg", "/qr.png")


async def visited_job(product: Product) -> tuple[Job, str]:
    """A job whose guest has seen everything behind the link."""
    answer = await product.shoot("demo-edit", camera_jpeg(1200, 800))
    link = answer.headers["x-result-url"]
    assert await statuses(product, link) == [200] * len(PARTS)
    return await product.row(answer.headers["x-job-id"]), link


async def statuses(product: Product, link: str) -> list[int]:
    return [(await product.fetch(f"{link}{part}"))[0] for part in PARTS]


def run_janitor_once(product: Product) -> None:
    names = ("mongo_url", "s3_url", "s3_access_key", "s3_secret_key")
    settings = {name.upper(): str(product.stack.info[name]) for name in names} | {"METRICS_PORT": "0"}
    command = [sys.executable, "-m", "media_janitor", "--once"]
    subprocess.run(command, env=service_environment(settings), cwd=ROOT, timeout=60, check=True, capture_output=True)


async def test_one_janitor_run_after_its_time_a_picture_is_gone_and_its_neighbour_is_not(product: Product) -> None:
    (expired, link), (living, neighbour) = await visited_job(product), await visited_job(product)
    assert await product.sources_after(living.id, seconds=5) == []
    kept = await product.objects_of(living.id)
    picture = (await product.fetch(neighbour))[2]
    past = [{"$set": {"expires_at": {"$subtract": ["$$NOW", 1]}}}]
    await product.mongo.database["jobs"].update_one({"_id": expired.id}, past)

    at_once = await statuses(product, link)
    await asyncio.to_thread(run_janitor_once, product)

    assert at_once == await statuses(product, link) == [410] * len(PARTS)
    assert await product.objects_of(expired.id) == []
    tombstone = await product.row(expired.id)
    assert tombstone.tombstoned_at is not None
    assert (tombstone.status, tombstone.public_id) == (JobStatus.DONE, expired.public_id)
    assert (tombstone.client, tombstone.filename, tombstone.slot_snapshot.routes[0].params) == ((), "", {})
    assert len(kept) == 2, "the picture and its preview"
    assert await product.objects_of(living.id) == kept
    assert (await product.fetch(neighbour))[2] == picture
    assert (await product.row(living.id)).client == living.client
