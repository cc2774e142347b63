"""A provider is paused while photos run: what was sent goes on, what comes now is answered at once."""

import asyncio
import time

import aiohttp

from photochanger import topology
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Job, JobStatus
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest
from photochanger.domain.slot import Operation
from photochanger.infrastructure.broker_messages import outgoing
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.messages import PhotoSubmitted
from tests.admin_people import ask
from tests.integration.operations.conftest import Platform, photographed


async def submitted(platform: Platform, *, prompt: str = "") -> str:
    job_id = await photographed(platform, left_ms=30_000, prompt=prompt)
    await platform.broker.publish(outgoing(topology.SUBMISSIONS, PhotoSubmitted(job_id=job_id), job_id=job_id))
    return job_id


async def ended(platform: Platform, job_id: str) -> Job:
    async with asyncio.timeout(30):
        while (job := await platform.studio.jobs.get(job_id)) is None or not job.is_finalized:
            await asyncio.sleep(0.05)
    return job


async def until_called(platform: Platform, job_id: str) -> None:
    async with asyncio.timeout(10):
        while not await platform.sandbox.calls(job_id):
            await asyncio.sleep(0.05)


async def test_what_runs_goes_on_and_what_comes_is_refused_until_the_provider_is_resumed(
    platform: Platform, admin: aiohttp.ClientSession
) -> None:
    name = platform.studio.adapter.manifest.name
    await ProviderRepository(platform.mongo.database).upsert_manifest(a_manifest(name))
    running = await submitted(platform, prompt="[sandbox:slow=6]")
    await until_called(platform, running)

    status, paused = await ask(admin, "PUT", f"/api/v1/providers/{name}/pause", {"why": "new key"})
    assert (status, paused["state"], paused["running"]) == (200, "draining", 1)
    await asyncio.sleep(2)
    began = time.monotonic()
    refused = await ended(platform, await submitted(platform))
    answered_after = time.monotonic() - began
    done = await ended(platform, running)
    _, drained = await ask(admin, "POST", f"/api/v1/providers/{name}/drain", {"why": "new key", "wait_seconds": 20})
    await ask(admin, "DELETE", f"/api/v1/providers/{name}/pause")
    await asyncio.sleep(2)
    after = await ended(platform, await submitted(platform))

    assert (refused.status, refused.failure_reason) == (JobStatus.FAILED, FailureReason.PROVIDER_UNAVAILABLE)
    assert "new key" in refused.failure_detail
    assert answered_after < 2
    assert (done.status, drained["state"]) == (JobStatus.DONE, "drained")
    assert after.status is JobStatus.DONE


def a_manifest(name: str) -> ProviderManifest:
    return ProviderManifest(
        name=name,
        title="Painter",
        version=1,
        operations={Operation.STYLE_TRANSFER: OperationManifest(params_schema={"type": "object"})},
        input_types=(PictureType.JPEG,),
    )
