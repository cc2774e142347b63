"""Rows of `idempotency_keys`: what a request with a key of its own was, and what it was answered; kept for 24 hours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated
from photochanger.infrastructure.sealing import SealedSecret

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

KEPT_MS = 24 * 3_600_000


@dataclass(frozen=True)
class KeyedRequest:
    """`claim` names whoever is doing it, or did; `answer` is None until it is done, `age_ms` since it began."""

    claim: str
    fingerprint: str
    answer: SealedSecret | None
    age_ms: int


class IdempotencyRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._keys: AsyncIOMotorCollection[dict[str, Any]] = database["idempotency_keys"]

    async def claim(self, key: str, *, claim: str, fingerprint: str) -> KeyedRequest:
        """Give the request that has the key: this one, if its claim comes back."""
        fresh = {
            "_id": literal(key),
            "claim": claim,
            "fingerprint": fingerprint,
            "answer": None,
            "begun_at": NOW,
            "expires_at": after_now(KEPT_MS),
        }
        is_free = {"$lte": [{"$ifNull": ["$expires_at", NOW]}, NOW]}
        update = [{"$replaceWith": {"$cond": [is_free, fresh, "$$ROOT"]}}]
        try:
            return await self._claimed(key, update)
        except DuplicateKeyError:
            # two have made the row at once; for the second one it is there
            return await self._claimed(key, update)

    async def keep(self, key: str, *, claim: str, answer: SealedSecret) -> None:
        """Keep what the request was answered."""
        with translated():
            await self._keys.update_one(
                {"_id": key, "claim": claim}, [{"$set": {"answer": literal(answer.model_dump())}}]
            )

    async def release(self, key: str, *, claim: str) -> None:
        """Let the key be used again, of a request that did nothing."""
        with translated():
            await self._keys.delete_one({"_id": key, "claim": claim})

    async def _claimed(self, key: str, update: list[dict[str, Any]]) -> KeyedRequest:
        with translated():
            document = await self._keys.find_one_and_update(
                {"_id": key}, update, projection=_FIELDS, upsert=True, return_document=ReturnDocument.AFTER
            )
        return _request(document)


_FIELDS = {"claim": 1, "fingerprint": 1, "answer": 1, "age_ms": {"$subtract": [NOW, "$begun_at"]}}


def _request(document: dict[str, Any]) -> KeyedRequest:
    answer = document["answer"]
    return KeyedRequest(
        document["claim"],
        document["fingerprint"],
        None if answer is None else SealedSecret.model_validate(answer),
        document["age_ms"],
    )
