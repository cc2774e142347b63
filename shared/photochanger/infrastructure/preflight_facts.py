"""What a preflight asks the database beside what is set up."""

from typing import TYPE_CHECKING, Any

from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

LATELY_MS = 3_600_000
#: More are as bad as so many.
MOST_COUNTED = 1_000


class PreflightFacts:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._database = database

    async def count_dead_letters_lately(self) -> int:
        """How many messages died within the last hour, by the database's clock."""
        lately = {"$expr": {"$gt": ["$received_at", {"$subtract": [NOW, LATELY_MS]}]}}
        with translated():
            return await self._database["dead_letters"].count_documents(lately, limit=MOST_COUNTED)

    async def used_share_of_disk(self) -> float | None:
        """How full the database's disk is, 0 to 1; None when the server does not tell."""
        with translated():
            told: dict[str, Any] = await self._database.command("dbStats")
        used, total = told.get("fsUsedSize"), told.get("fsTotalSize")
        return used / total if used and total else None
