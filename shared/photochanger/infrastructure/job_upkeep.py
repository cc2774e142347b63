"""What keeps rows moving and clean when a process died: the sweep's, the janitor's and the links' view of `jobs`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pymongo import ReturnDocument
from pymongo.read_concern import ReadConcern

from photochanger.domain.job import RUNNING, Job, JobStatus
from photochanger.domain.public_link import PublicResult
from photochanger.infrastructure import job_row as row
from photochanger.infrastructure.job_row import Document, as_job
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A job whose gateway lives is ended by it at its deadline.
OVERDUE_GRACE_MS = 1_000


class JobUpkeep:
    """Rows of `jobs`, seen from outside the way of one photo. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[Document]") -> None:
        self._jobs: AsyncIOMotorCollection[Document] = database["jobs"]
        self._majority = self._jobs.with_options(read_concern=ReadConcern("majority"))

    async def is_anything_left_behind(self) -> bool:
        """Whether `find_overdue` or `claim_undispatched` would give a row: mostly there is none."""
        waits = {"$and": [{"$eq": [{"$type": "$next_dispatch_at"}, "date"]}, row.is_undispatched(), row.HAS_TIME]}
        condition = {"is_finalized": False, "$expr": {"$or": [_overdue(OVERDUE_GRACE_MS), waits]}}
        with translated():
            found = await self._jobs.find_one(condition, {"_id": 1}, sort=[("sync_deadline", 1)])
        return found is not None

    async def claim_undispatched(self, limit: int) -> list[Job]:
        """Take rows that wait for a dispatcher; each is left alone for 2, then 4, then 8 s, whoever sweeps."""
        claimed: list[Job] = []
        pause = {"$min": [{"$multiply": ["$dispatch_pause_ms", 2]}, row.LONGEST_DISPATCH_PAUSE_MS]}
        change = {"next_dispatch_at": row.after_now("$dispatch_pause_ms"), "dispatch_pause_ms": pause}
        condition = {
            "is_finalized": False,
            "next_dispatch_at": {"$type": "date"},
            "$expr": {"$and": [row.is_undispatched(), row.HAS_TIME]},
        }
        while len(claimed) < limit:
            with translated():
                document = await self._jobs.find_one_and_update(
                    condition,
                    [{"$set": change}],
                    projection=row.ROW_FIELDS,
                    sort=[("next_dispatch_at", 1)],
                    return_document=ReturnDocument.AFTER,
                )
            job = as_job(document)
            if job is None:
                break
            claimed.append(job)
        return claimed

    async def find_overdue(self, limit: int, *, grace_ms: int = OVERDUE_GRACE_MS) -> list[str]:
        """Ids of running jobs whose deadline passed at least `grace_ms` ago: their gateway did not end them."""
        with translated():
            documents = await self._jobs.find(
                {"is_finalized": False, "$expr": _overdue(grace_ms)},
                {"_id": 1},
                limit=limit,
                sort=[("sync_deadline", 1)],
            ).to_list(None)
        return [document["_id"] for document in documents]

    async def statuses(self, job_ids: Iterable[str]) -> dict[str, JobStatus]:
        """Give the status of each row that exists."""
        with translated():
            documents = await self._majority.find({"_id": {"$in": list(job_ids)}}, {"status": 1}).to_list(None)
        return {document["_id"]: JobStatus(document["status"]) for document in documents}

    async def result_keys(self, job_ids: Iterable[str]) -> dict[str, str | None]:
        """Give the result's key of each terminal row, None for an end without a picture; running ones are missing."""
        condition = {"_id": {"$in": list(job_ids)}, "is_finalized": True}
        with translated():
            documents = await self._majority.find(condition, {"result_key": 1}).to_list(None)
        return {document["_id"]: document.get("result_key") for document in documents}

    async def clear_stale_inline(self, *, older_than_seconds: float, limit: int) -> int:
        """Drop inline copies whose gateway died before it could; returns how many."""
        age = {"$lte": ["$finalized_at", {"$subtract": [row.NOW, int(older_than_seconds * 1000)]}]}
        condition = {"is_finalized": True, "result_inline_base64": {"$type": "string"}}
        with translated():
            documents = await self._jobs.find({**condition, "$expr": age}, {"_id": 1}, limit=limit).to_list(None)
            ids = [document["_id"] for document in documents]
            done = await self._jobs.update_many(
                {"_id": {"$in": ids}, **condition}, {"$set": {"result_inline_base64": None}}
            )
        return done.modified_count

    async def count_in_flight(self, slot_id: str) -> int:
        statuses = {"$in": [status.value for status in RUNNING]}
        with translated():
            return await self._jobs.count_documents({"slot_id": slot_id, "is_finalized": False, "status": statuses})

    async def revoke(self, job_id: str) -> Job | None:
        """Take a finished picture back; gives the row as it was before, None when there is no picture to take back.

        The row forgets the picture's key, so that what cannot be removed now is an orphan to the janitor.
        """
        condition = {"_id": job_id, "status": JobStatus.DONE.value, "result_key": {"$type": "string"}}
        change = {
            "revoked_at": row.NOW,
            "result_key": None,
            "result_inline_base64": None,
            "events": row.event("revoked"),
        }
        with translated():
            document = await self._jobs.find_one_and_update(
                condition, [{"$set": change}], projection=row.ROW_FIELDS, return_document=ReturnDocument.BEFORE
            )
        return as_job(document)

    async def find_by_public_id(self, public_id: str) -> PublicResult | None:
        """Give what the link shows; None when there is no finished picture under that id."""
        fields = {
            "result_key": 1,
            "result_mime_type": 1,
            "result_size_bytes": 1,
            "result_width": 1,
            "result_height": 1,
            "result_sha256": 1,
            "expires_at": 1,
            "left_ms": {"$subtract": ["$expires_at", row.NOW]},
            "is_expired": {"$or": [{"$lte": ["$expires_at", row.NOW]}, {"$gt": ["$revoked_at", None]}]},
        }
        with translated():
            document = await self._majority.find_one({"public_id": public_id, "status": JobStatus.DONE.value}, fields)
        if document is None:
            return None
        return PublicResult(
            job_id=document["_id"],
            key=document.get("result_key"),
            mime_type=document["result_mime_type"],
            size_bytes=document["result_size_bytes"],
            width=document["result_width"],
            height=document["result_height"],
            sha256=document["result_sha256"],
            expires_at=document["expires_at"],
            is_expired=document["is_expired"],
            left_ms=document["left_ms"],
        )


def _overdue(grace_ms: int) -> Document:
    return {"$lte": ["$sync_deadline", {"$subtract": [row.NOW, grace_ms]}]}
