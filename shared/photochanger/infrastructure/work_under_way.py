"""Rows of `jobs` that have not ended, summed up: what waits for whom, for how long, and what runs where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from photochanger.domain.job import JobStatus
from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


@dataclass(frozen=True)
class Waiting:
    """Photos that nobody has taken yet, and for how long the first of them waits."""

    photos: int = 0
    oldest_seconds: float | None = None


@dataclass(frozen=True)
class ProviderWork:
    """Photos sent to one provider: those that its service has not taken, and those that it works on."""

    waiting: Waiting = Waiting()
    running: int = 0

    @property
    def is_nothing(self) -> bool:
        return not self.running and not self.waiting.photos


@dataclass(frozen=True)
class WorkUnderWay:
    """`pending` waits for a dispatcher; a provider without work is missing. `read_at` by the database's clock."""

    pending: Waiting = Waiting()
    providers: Mapping[str, ProviderWork] = field(default_factory=lambda: MappingProxyType({}))
    read_at: datetime | None = None

    def of(self, provider: str) -> ProviderWork:
        return self.providers.get(provider, ProviderWork())


@dataclass(frozen=True)
class RunningPhoto:
    """A photo under way; `provider` is the one it was sent to last, None before the first."""

    job_id: str
    slot_id: str
    status: JobStatus
    provider: str | None


class WorkReader:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._jobs: AsyncIOMotorCollection[dict[str, Any]] = database["jobs"]

    async def photos(self) -> list[RunningPhoto]:
        """Give every running photo; bounded by admission."""
        fields = {"slot_id": 1, "status": 1, "provider": {"$last": "$attempts.provider"}}
        with translated():
            found = await self._jobs.find(_RUNNING, fields).to_list(None)
        return [
            RunningPhoto(each["_id"], each["slot_id"], JobStatus(each["status"]), each.get("provider"))
            for each in found
        ]

    async def read(self) -> WorkUnderWay:
        """Look at every running job by one moment; bounded by admission, and ended ones are not touched."""
        with translated():
            groups = await self._jobs.aggregate(_PIPELINE).to_list(None)
        pending, waiting, running = Waiting(), dict[str, Waiting](), dict[str, int]()
        for group in groups:
            provider, is_taken = group["_id"]["provider"], group["_id"]["is_taken"]
            found = Waiting(group["photos"], max(0.0, group["oldest_ms"] / 1000))
            if provider is None:
                pending = found
            elif is_taken:
                running[provider] = found.photos
            else:
                waiting[provider] = found
        providers = {
            name: ProviderWork(waiting.get(name, Waiting()), running.get(name, 0)) for name in {*waiting, *running}
        }
        return WorkUnderWay(pending, providers, groups[0]["read_at"] if groups else None)


#: The time is named so that the partial index of running jobs serves.
_RUNNING = {"is_finalized": False, "sync_deadline": {"$type": "date"}}
#: An attempt with an outcome is nobody's: its job waits for the dispatcher again, or for its window's end.
_LATEST = {"$last": "$attempts"}
_IS_OPEN = {"$and": [{"$gt": [{"$size": "$attempts"}, 0]}, {"$eq": ["$latest.outcome", None]}]}
_PIPELINE: list[dict[str, Any]] = [
    {"$match": _RUNNING},
    {"$project": {"created_at": 1, "attempts": 1, "latest": _LATEST}},
    {
        "$project": {
            "provider": {"$cond": [_IS_OPEN, "$latest.provider", None]},
            "is_taken": {"$cond": [_IS_OPEN, {"$ne": ["$latest.owner", None]}, False]},
            "since": {"$cond": [_IS_OPEN, "$latest.dispatched_at", "$created_at"]},
        }
    },
    {
        "$group": {
            "_id": {"provider": "$provider", "is_taken": "$is_taken"},
            "photos": {"$sum": 1},
            "oldest_ms": {"$max": {"$subtract": [NOW, "$since"]}},
        }
    },
    {"$addFields": {"read_at": NOW}},
]
