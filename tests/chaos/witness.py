"""Reads what the checker joins: rows, objects, calls, links, queues."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from pydantic import SecretStr

from photochanger.domain.slot import Slot
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.chaos.answer_checks import TERMINAL
from tests.chaos.chaos_stack import ChaosStack
from tests.chaos.history import Link, ProviderCall, Row, StoredObject, row_of_document
from tests.chaos.work_checks import TERMINAL_SECONDS, WORK_QUEUES

LOOK_SECONDS = 0.2
_BUCKETS = {Bucket.SOURCES: "sources", Bucket.RESULTS: "results"}


class Witness:
    """Looks at one stack past its proxies."""

    def __init__(self, stack: ChaosStack, mongo: Mongo, store: MediaStore, http: aiohttp.ClientSession) -> None:
        self.stack, self.mongo, self.store, self.http = stack, mongo, store, http
        self.slots = SlotRepository(mongo.database)

    async def rows(self, slots: Iterable[Slot] | None = None) -> list[Row]:
        """Give the rows of these slots, or all of them."""
        query = {} if slots is None else {"slot_id": {"$in": [slot.id for slot in slots]}}
        documents = await self.mongo.database["jobs"].find(query).to_list(None)
        return [row_of_document(document) for document in documents]

    async def rows_at_end(self, slots: Sequence[Slot]) -> list[Row]:
        """Give the rows once all are terminal, or as they are when the last may no longer be running."""
        give_up_at: float | None = None
        while True:
            rows = await self.rows(slots)
            if all(row.status in TERMINAL for row in rows):
                return rows
            left = max((row.sync_deadline - datetime.now(UTC)).total_seconds() for row in rows) + TERMINAL_SECONDS + 1
            give_up_at = give_up_at or time.monotonic() + left
            if time.monotonic() > give_up_at:
                return rows
            await asyncio.sleep(LOOK_SECONDS)

    async def objects(self) -> list[StoredObject]:
        found = list[StoredObject]()
        for bucket, name in _BUCKETS.items():
            listed = await self.store.list(bucket, limit=100_000)
            found += [StoredObject(name, each.key, each.modified_at) for each in listed]
        return found

    async def calls(self) -> list[ProviderCall]:
        """Give the calls for chaos slots: their prompts begin with the slot's id."""
        async with self.http.get(f"{self.stack.info['sandbox_url']}/control/calls") as answer:
            logged: list[dict[str, Any]] = (await answer.json())["calls"]
        return [
            ProviderCall(
                each["prompt"].split(" ")[0],
                each["provider"],
                datetime.fromisoformat(each["received_at"]),
                each["duration_seconds"],
            )
            for each in logged
            if "[sandbox:" in each["prompt"]
        ]

    async def links(self, rows: Iterable[Row]) -> list[Link]:
        """Ask for the pictures of rows that are done."""
        return [await self._link(row) for row in rows if row.status == "done"]

    async def _link(self, row: Row) -> Link:
        url = f"{self.stack.gateway_url}/public/results/{row.public_id}"
        at = datetime.now(UTC)
        async with self.http.get(url) as answer:
            body = await answer.read()
        return Link(row.job_id, at, answer.status, hashlib.sha256(body).hexdigest() if answer.status == 200 else "")

    async def queued(self) -> dict[str, int]:
        """Give the messages of each work queue, those being handled too."""
        told = await asyncio.to_thread(self.stack.ctl, "list_queues", "name", "messages")
        counts = dict(line.split("\t") for line in told.splitlines() if "\t" in line)
        return {name: int(counts.get(name, 0)) for name in WORK_QUEUES}


@asynccontextmanager
async def witness_of(stack: ChaosStack) -> AsyncIterator[Witness]:
    info = {name: str(value) for name, value in stack.info.items()}
    timeout = aiohttp.ClientTimeout(total=20)
    async with (
        connect(SecretStr(info["mongo_url"]), timeout_ms=10_000) as mongo,
        MediaStore(info["s3_url"], SecretStr(info["s3_access_key"]), SecretStr(info["s3_secret_key"])) as store,
        aiohttp.ClientSession(timeout=timeout) as http,
    ):
        yield Witness(stack, mongo, store, http)
