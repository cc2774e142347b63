"""Documents of `latencies`: what every finished call adds to what is known of its provider's operation."""

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pymongo import UpdateOne

from photochanger.domain.latency import LatencyBook, LatencyKey
from photochanger.domain.latency_sketch import (
    CALLS,
    CALLS_THAT_MATTER,
    KEPT_EPOCHS,
    Measure,
    Place,
    Sketch,
    epoch_at,
    latency_of,
)
from photochanger.domain.slot import Operation
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A sample of the database's clock serves so long.
SAMPLE_LASTS_SECONDS = 10.0
#: What one process has counted since its last write: how many samples of a measure are in a log bucket.
Counts = Mapping[tuple[LatencyKey, Measure, int], int]


#: A newer version may count more; what is not known here is left out.
_KNOWN = {"operation": {"$in": [operation.value for operation in Operation]}}


class LatencyRepository:
    """One document per provider and operation: `epochs.<epoch>.<measure>.<bucket>` is a count.

    Every method may raise `DatabaseUnavailable`.
    """

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._database = database
        self._latencies: AsyncIOMotorCollection[dict[str, Any]] = database["latencies"]
        self._last_epoch = 0
        #: the database's time, and the monotonic clock's at that moment
        self._sampled: tuple[datetime, float] | None = None

    async def add(self, counts: Counts) -> None:
        """Add to the epoch that the database's clock is in, in one batched write; now and then drop what is too old."""
        with translated():
            epoch = epoch_at((await self._now()).timestamp())
            grown: dict[LatencyKey, dict[str, int]] = defaultdict(dict)
            for (key, measure, bucket), count in counts.items():
                grown[key][f"epochs.{epoch}.{measure.value}.{bucket}"] = count
            writes: list[UpdateOne] = []
            for (provider, operation), increments in grown.items():
                named = {"_id": f"{provider}/{operation.value}"}
                fields = {"provider": provider, "operation": operation.value}
                writes.append(UpdateOne(named, {"$set": fields, "$inc": increments}, upsert=True))
                if epoch != self._last_epoch:
                    writes.append(UpdateOne(named, [{"$set": {"epochs": _newer_than(epoch - KEPT_EPOCHS)}}]))
            await self._latencies.bulk_write(writes, ordered=False)
        self._last_epoch = epoch

    async def read(self) -> LatencyBook:
        """Give what is known now, by the database's clock."""
        with translated():
            documents = await self._latencies.find(
                _KNOWN, {"provider": 1, "operation": 1, "epochs": 1, "now": "$$NOW"}
            ).to_list(None)
        if documents:
            self._sampled = documents[0]["now"], time.monotonic()
        return LatencyBook(
            {
                (document["provider"], Operation(document["operation"])): latency_of(
                    _sketch(document.get("epochs", {})), now_epoch=epoch_at(document["now"].timestamp())
                )
                for document in documents
            }
        )

    async def _now(self) -> datetime:
        """The database's time; from the last reading, so that whoever reads and writes in turns need not ask for it."""
        if self._sampled is not None and time.monotonic() - self._sampled[1] < SAMPLE_LASTS_SECONDS:
            return self._sampled[0] + timedelta(seconds=time.monotonic() - self._sampled[1])
        answer = await self._database.command("hello", codec_options=self._database.codec_options)
        now: datetime = answer["localTime"]
        return now


def _newer_than(epoch: int) -> dict[str, Any]:
    """The document's `epochs` without older ones; empty when it has none yet."""
    entries = {"$objectToArray": {"$ifNull": ["$epochs", {}]}}
    newer = {"$filter": {"input": entries, "cond": {"$gt": [{"$toInt": "$$this.k"}, epoch]}}}
    return {"$arrayToObject": newer}


def _sketch(epochs: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Sketch:
    """The document's newest epochs, as far back as they matter."""
    sketch: dict[Place, int] = {}
    calls = 0
    for epoch in sorted(map(int, epochs), reverse=True):
        for measure in Measure:
            counts = epochs[str(epoch)].get(measure.value, {})
            sketch.update({Place(epoch, measure, int(bucket)): count for bucket, count in counts.items()})
            calls += sum(counts.values()) if measure in CALLS else 0
        if calls >= CALLS_THAT_MATTER:
            break
    return sketch
