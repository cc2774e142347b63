"""A running stack seen from all sides: the booth's, the rows', the objects' and the provider's."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from photochanger.domain.job import Job
from photochanger.domain.slot import Slot
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.dslr_client import Answer, Manners, Shot, shoot
from tests.job_rows import new_slot
from tests.running_stack import RunningStack

#: How the real client sends.
CAPTURED_MANNERS = Manners()
#: The state of a breaker is known to every process within this time.
KNOWN_EVERYWHERE_SECONDS = 1.2


class Product:
    """One running stack; `slot()` makes a slot of its own for a test, whose prompt scripts the sandbox."""

    def __init__(self, stack: RunningStack, mongo: Mongo, store: MediaStore, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self.mongo = mongo
        self.store = store
        self.http = http
        self.jobs = JobRepository(mongo.database)

    async def slot(self, behaviour: str = "ok", **changes: Any) -> Slot:
        """Make a slot whose provider behaves as told: `[sandbox:slow=20]`."""
        name = f"t-{uuid.uuid4().hex[:12]}"
        prompt = f"{name} [sandbox:{behaviour}]"
        fields = {"id": name, "name": name, "operation": "image_edit", "params": {"prompt": prompt}}
        slot = new_slot(**(fields | changes))
        await SlotRepository(self.mongo.database).insert_if_missing(slot)
        return slot

    async def forget_failures(self) -> None:
        """Close every breaker: what earlier tests let fail is not this one's."""
        breakers = self.mongo.database["breakers"]
        was_open = await breakers.count_documents({"breaker.state": {"$ne": "closed"}})
        await breakers.delete_many({})
        if was_open:
            await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)

    def ingest(self, slot: Slot | str) -> str:
        return f"{self.stack.gateway_url}/ingest/{slot if isinstance(slot, str) else slot.id}"

    async def shoot(self, slot: Slot | str, photo: bytes | None, manners: Manners = CAPTURED_MANNERS) -> Answer:
        """Post one photo exactly as the booth does, with the right password."""
        return await shoot(self.ingest(slot), Shot.captured(photo, self.stack.ingest_password), manners)

    async def row(self, job_id: str) -> Job:
        job = await self.jobs.get(job_id, with_inline=True)
        assert job is not None, f"no row {job_id}"
        return job

    async def rows_of(self, slot: Slot) -> list[Job]:
        found = await self.mongo.database["jobs"].find({"slot_id": slot.id}, {"_id": 1}).to_list(None)
        # a row is found here a moment before it is at majority
        rows = [await self.jobs.get(document["_id"], with_inline=True) for document in found]
        return [row for row in rows if row is not None]

    async def row_when(self, job_id: str, holds: Callable[[Job], bool], *, seconds: float) -> Job:
        """Give the row once it holds, or as it is when the time is over."""
        deadline = time.monotonic() + seconds
        while not holds(job := await self.row(job_id)) and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        return job

    async def objects_of(self, job_id: str) -> list[str]:
        """Give bucket/key of every object that belongs to the job."""
        found = []
        for bucket in Bucket:
            listed = await self.store.list(bucket, limit=10_000)
            found += [f"{bucket}/{entry.key}" for entry in listed if job_id in entry.key]
        return found

    async def sources_after(self, job_id: str, *, seconds: float) -> list[str]:
        """Give the job's objects in the sources bucket, once they are gone or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            left = [key for key in await self.objects_of(job_id) if key.startswith(Bucket.SOURCES)]
            if not left or time.monotonic() > deadline:
                return left
            await asyncio.sleep(0.2)

    async def calls(self, slot: Slot) -> list[dict[str, Any]]:
        """Give the calls that the provider got for this slot, as the sandbox logged them."""
        address = f"{self.stack.info['sandbox_url']}/control/calls"
        async with self.http.get(address, params={"prompt_contains": slot.id}) as answer:
            calls: list[dict[str, Any]] = (await answer.json())["calls"]
            return calls

    async def fetch(self, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        async with self.http.get(url, headers=headers) as answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, names, await answer.read()

    def log_lines(self, service: str) -> list[dict[str, Any]]:
        """Give what a service logged, one JSON object a line; lines that are none are left out."""
        path = Path(self.stack.home) / "logs" / f"{service}.log"
        lines = path.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@asynccontextmanager
async def product_of(stack: RunningStack) -> AsyncIterator[Product]:
    info = {name: str(value) for name, value in stack.info.items()}
    timeout = aiohttp.ClientTimeout(total=20)
    async with (
        connect(SecretStr(info["mongo_url"]), timeout_ms=5_000) as mongo,
        MediaStore(info["s3_url"], SecretStr(info["s3_access_key"]), SecretStr(info["s3_secret_key"])) as store,
        aiohttp.ClientSession(timeout=timeout) as http,
    ):
        product = Product(stack, mongo, store, http)
        await product.forget_failures()
        yield product
