"""Rows of `preflights`: how far each went, for a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A preflight ends within a minute; one that still runs after this has lost its process.
ABANDONED_AFTER_MS = 75_000
KEPT_MS = 24 * 3_600_000


@dataclass(frozen=True)
class StoredPreflight:
    """`document` as it was given; times are the database's."""

    document: dict[str, Any]
    started_at: datetime
    ended_at: datetime | None
    is_abandoned: bool


class PreflightRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._runs: AsyncIOMotorCollection[dict[str, Any]] = database["preflights"]

    async def insert(self, run_id: str, document: dict[str, Any], *, slot_ids: Sequence[str]) -> None:
        fields = {
            "document": literal(document),
            "slot_ids": literal(list(slot_ids)),
            "started_at": NOW,
            "ended_at": None,
            "forget_at": after_now(KEPT_MS),
        }
        with translated():
            await self._runs.update_one({"_id": run_id}, [{"$set": fields}], upsert=True)

    async def update(self, run_id: str, document: dict[str, Any], *, has_ended: bool) -> None:
        fields = {"document": literal(document)} | ({"ended_at": NOW} if has_ended else {})
        with translated():
            await self._runs.update_one({"_id": run_id}, [{"$set": fields}])

    async def get(self, run_id: str) -> StoredPreflight | None:
        with translated():
            row = await self._runs.find_one(
                {"_id": run_id}, {"document": 1, "started_at": 1, "ended_at": 1, "is_abandoned": _IS_ABANDONED}
            )
        if row is None:
            return None
        return StoredPreflight(row["document"], row["started_at"], row["ended_at"], row["is_abandoned"])

    async def under_way(self, slot_ids: Sequence[str]) -> str | None:
        """Give the id of a run that tries one of the slots now."""
        condition = {"ended_at": None, "slot_ids": {"$in": list(slot_ids)}, "$expr": {"$not": [_IS_ABANDONED]}}
        with translated():
            row = await self._runs.find_one(condition, {"_id": 1})
        return None if row is None else str(row["_id"])


_IS_ABANDONED = {
    "$and": [
        {"$eq": ["$ended_at", None]},
        {"$lt": ["$started_at", {"$subtract": [NOW, ABANDONED_AFTER_MS]}]},
    ]
}
