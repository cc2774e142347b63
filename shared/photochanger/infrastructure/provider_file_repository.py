"""Rows of `provider_files`: pictures that a provider keeps for us, uploaded once for all replicas.

A file's life is counted by the database's clock from the moment its row is written; nobody else's clock matters.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: An uploader that does not renew its lease for so long has died.
UPLOAD_LEASE_MS = 6_000
#: A file is uploaded anew so long before its end; one that lives shortly, after three quarters of its life.
RENEW_BEFORE_MS = 3_600_000
#: Rows are forgotten so long after their file's end.
_FORGOTTEN_MS = 24 * 3_600_000


@dataclass(frozen=True)
class ProviderFile:
    """A file at the provider: `name` is what it is asked for by, `uri` what requests name, `type` its media type."""

    name: str
    uri: str
    type: str


@dataclass(frozen=True)
class KeptFile:
    """A file, the seconds that it still lives, and those until it is to be uploaded anew, which may be over."""

    file: ProviderFile
    seconds_left: float
    fresh_seconds: float


class ProviderFileRepository:
    """`key` names a picture at a provider. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._files: AsyncIOMotorCollection[dict[str, Any]] = database["provider_files"]

    async def read(self, key: str) -> KeptFile | None:
        """Give the file that lives; None: there is none."""
        times = {"left_ms": {"$subtract": ["$ends_at", NOW]}, "fresh_ms": {"$subtract": ["$renew_at", NOW]}}
        fields = {"name": 1, "uri": 1, "type": 1, **times}
        with translated():
            row = await self._files.find_one({"_id": key, "name": {"$type": "string"}}, fields)
        if row is None or row["left_ms"] <= 0:
            return None
        file = ProviderFile(row["name"], row["uri"], row["type"])
        return KeptFile(file, row["left_ms"] / 1000, row["fresh_ms"] / 1000)

    async def claim(self, key: str, owner: str) -> bool:
        """Take the upload on oneself; False: somebody else has it, or there is a fresh file."""
        is_free = {"$lte": [{"$ifNull": ["$lease_until", NOW]}, NOW]}
        is_stale = {"$lte": [{"$ifNull": ["$renew_at", NOW]}, NOW]}
        lease = {"owner": literal(owner), **_LEASE}
        taken = {name: {"$cond": ["$may_upload", value, f"${name}"]} for name, value in lease.items()}
        try:
            with translated():
                # an upsert takes no $expr in its filter, so the condition is a field
                row = await self._files.find_one_and_update(
                    {"_id": key},
                    [{"$set": {"may_upload": {"$and": [is_free, is_stale]}}}, {"$set": taken}],
                    projection={"may_upload": 1},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
        except DuplicateKeyError:
            # two at once have found no row
            return False
        return bool(row["may_upload"])

    async def renew(self, key: str, owner: str) -> bool:
        """Keep the upload one's own; False: somebody else has it."""
        with translated():
            done = await self._files.update_one({"_id": key, "owner": owner}, [{"$set": _LEASE}])
        return done.matched_count == 1

    async def keep(self, key: str, owner: str, file: ProviderFile, *, life_ms: int) -> bool:
        """Write the uploaded file down in place of the one before; False: somebody else has uploaded meanwhile."""
        fields = {name: literal(value) for name, value in vars(file).items()}
        fresh_ms = life_ms - min(RENEW_BEFORE_MS, life_ms // 4)
        ends = {
            "renew_at": after_now(fresh_ms),
            "ends_at": after_now(life_ms),
            "forget_at": after_now(life_ms + _FORGOTTEN_MS),
        }
        with translated():
            done = await self._files.update_one(
                {"_id": key, "owner": owner}, [{"$set": {**fields, **ends}}, {"$unset": ["owner", "lease_until"]}]
            )
        return done.matched_count == 1

    async def give_up(self, key: str, owner: str) -> None:
        """Leave the upload to others."""
        with translated():
            await self._files.update_one({"_id": key, "owner": owner}, {"$unset": {"owner": 1, "lease_until": 1}})

    async def forget(self, key: str, name: str) -> None:
        """Take out a file that the provider no longer has; a newer one stays."""
        gone = {"name": 1, "uri": 1, "type": 1, "renew_at": 1, "ends_at": 1}
        with translated():
            await self._files.update_one({"_id": key, "name": name}, {"$unset": gone})


_LEASE = {"lease_until": after_now(UPLOAD_LEASE_MS), "forget_at": {"$max": ["$forget_at", after_now(_FORGOTTEN_MS)]}}
