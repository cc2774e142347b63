"""A provider's worker between real servers; the test plays gateway and dispatcher around it."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from photochanger import topology
from photochanger.domain.job import Attempt, Job, PhotoRecord
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.slot import Operation
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.broker_messages import Delivery, outgoing
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_keys import source_key
from photochanger.infrastructure.media_store import Bucket
from photochanger.messages import PhotoOutcome, PhotoTask
from photochanger.provider_worker.ports import ProviderAdapter, ProviderAnswer, ProviderRequest
from photochanger.provider_worker.service import Servers, serving
from photochanger.provider_worker.settings import ProviderSettings
from tests.booth_pictures import jpeg_photograph
from tests.job_rows import new_job, new_slot


class HookedAdapter:
    """A provider's adapter under a queue of the test's own; `after_answer` comes before the loop gets the answer."""

    def __init__(self, inner: ProviderAdapter) -> None:
        self._inner = inner
        name = f"{inner.manifest.name}-{uuid.uuid4().hex[:8]}"
        self.manifest: ProviderManifest = inner.manifest.model_copy(update={"name": name})
        self.after_answer: Callable[[], Awaitable[object]] | None = None

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        answer = await self._inner.call(request)
        if self.after_answer is not None:
            await self.after_answer()
        return answer


@dataclass
class WorkerStudio:
    """One worker process, and the rows and messages around it."""

    servers: Servers
    settings: ProviderSettings
    adapter: HookedAdapter
    operation: Operation
    outcomes: list[PhotoOutcome] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        database = self.servers.mongo.database
        self.jobs, self.attempts = JobRepository(database), AttemptRepository(database)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Ready for tasks inside the block."""
        self.servers.broker.consume(topology.OUTCOMES, PhotoOutcome, self._hear, concurrency=8)
        async with serving(self.settings, self.servers, self.adapter):
            async with asyncio.timeout(20):
                while await self.servers.broker.readiness() is not None:
                    await asyncio.sleep(0.05)
            yield
            await self.servers.broker.drain(5)

    async def admit(self, marker: str = "", *, left_ms: int = 20_000, cut_left_ms: int = 500) -> Job:
        """A stored photo and its row with attempt 1, which no message tells of; the prompt is the job's id and this."""
        data = jpeg_photograph(side=400)
        job_id = str(uuid.uuid4())
        info = inspect_photo(data)
        photo = PhotoRecord(
            key=source_key(job_id),
            type=info.type,
            size_bytes=len(data),
            width=info.width,
            height=info.height,
            orientation=info.orientation,
            has_alpha=info.has_alpha,
            sha256=hashlib.sha256(data).hexdigest(),
        )
        await self.servers.store.put(Bucket.SOURCES, photo.key, data, content_type=PictureType.JPEG.value)
        params = {"prompt": f"{job_id} {marker}"}
        slot = new_slot(provider=self.adapter.manifest.name, operation=self.operation, params=params)
        new = replace(new_job(slot), id=job_id, photo=photo)
        await self.jobs.admit(new, left_ms=left_ms)
        started = await self.jobs.start_attempt(
            job_id, route=0, provider=slot.provider, operation=slot.operation, cut_left_ms=cut_left_ms, after=0
        )
        job = await self.jobs.get(job_id)
        assert started is not None
        assert job is not None
        return job

    async def dispatch(self, job: Job, n: int = 1) -> None:
        task = PhotoTask(job_id=job.id, attempt=n, provider=self.adapter.manifest.name)
        queue = topology.provider_queue(self.adapter.manifest.name)
        assert await self.servers.broker.publish(outgoing(queue, task, job_id=job.id)) == "confirmed"

    async def row(self, job: Job) -> Job:
        row = await self.jobs.get(job.id, with_inline=True)
        assert row is not None
        return row

    async def ended(self, job: Job, *, within_seconds: float = 15) -> Job:
        return await self.until(job, lambda row: row.is_finalized, within_seconds=within_seconds)

    async def attempt_ended(self, job: Job, n: int = 1, *, within_seconds: float = 15) -> Attempt:
        row = await self.until(job, lambda row: _outcome(row, n) is not None, within_seconds=within_seconds)
        return row.attempts[n - 1]

    async def until(self, job: Job, holds: Callable[[Job], bool], *, within_seconds: float = 15) -> Job:
        async with asyncio.timeout(within_seconds):
            while not holds(row := await self.row(job)):
                await asyncio.sleep(0.05)
        return row

    async def until_told(self, job: Job) -> PhotoOutcome:
        async with asyncio.timeout(5):
            while not (told := [outcome for outcome in self.outcomes if outcome.job_id == job.id]):
                await asyncio.sleep(0.05)
        return told[0]

    async def queue_is_empty(self, *, within_seconds: float = 10) -> bool:
        """Whether no handler runs any more: every message was acknowledged."""
        return await self.servers.broker.drain(within_seconds) == 0

    async def results(self, job: Job) -> list[str]:
        day = f"{job.created_at:%Y/%m/%d}/{job.id}/"
        return [found.key for found in await self.servers.store.list(Bucket.RESULTS, day, limit=10)]

    async def left_by_a_dead_process(self, job: Job, *, reference: str | None = None) -> None:
        """Attempt 1 was claimed and called, then its process died and its lease has lapsed."""
        assert await self.attempts.claim(job.id, 1, "dead") is not None
        assert await self.attempts.note_call(job.id, 1, "dead")
        if reference is not None:
            assert await self.attempts.keep_reference(job.id, 1, "dead", reference=reference)
        await self.servers.mongo.database["jobs"].update_one(
            {"_id": job.id}, {"$set": {"attempts.0.lease_until": datetime(2020, 1, 1, tzinfo=UTC)}}
        )

    async def _hear(self, outcome: PhotoOutcome, _: Delivery) -> None:
        self.outcomes.append(outcome)


def _outcome(row: Job, n: int) -> object:
    attempt = row.attempt(n)
    return None if attempt is None else attempt.outcome
