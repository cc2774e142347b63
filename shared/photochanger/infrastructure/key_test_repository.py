"""The request "test this key" and its answer, in the provider's row: a mailbox between two services."""

import uuid
from typing import TYPE_CHECKING, Any

from photochanger.domain.key_test import KeyTest, KeyVerdict
from photochanger.infrastructure.job_row import NOW
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: A request that nobody took for so long is nobody's any more: whoever asked has left.
FORGOTTEN_AFTER_MS = 20_000


class KeyTestRepository:
    """Every method may raise `DatabaseUnavailable`. No key is ever here."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._providers: AsyncIOMotorCollection[dict[str, Any]] = database["providers"]

    async def ask(self, provider: str) -> None:
        """Ask the provider's service for a test; whoever asks while one is under way joins it."""
        is_under_way = {"$and": [{"$eq": ["$key_test.result", None]}, {"$gt": ["$key_test.asked_at", _FORGOTTEN]}]}
        fresh = {"id": literal(uuid.uuid4().hex), "asked_at": NOW, "is_taken": False, "result": None}
        asked = {"$cond": [is_under_way, "$key_test", fresh]}
        with translated():
            await self._providers.update_one({"_id": provider}, [{"$set": {"key_test": asked}}])

    async def take(self, provider: str) -> str | None:
        """Give the id of a test that was asked for; of several replicas one gets it."""
        is_fresh = {"$gt": ["$key_test.asked_at", _FORGOTTEN]}
        with translated():
            document: dict[str, Any] | None = await self._providers.find_one_and_update(
                {"_id": provider, "key_test.is_taken": False, "$expr": is_fresh},
                {"$set": {"key_test.is_taken": True}},
            )
        return None if document is None else str(document["key_test"]["id"])

    async def answer(self, provider: str, test_id: str, verdict: KeyVerdict, *, detail: str, last4: str) -> None:
        """Say what came of it."""
        result = {
            "verdict": literal(verdict.value),
            "detail": literal(detail),
            "last4": literal(last4),
            "tested_at": NOW,
        }
        with translated():
            await self._providers.update_one(
                {"_id": provider, "key_test.id": test_id}, [{"$set": {"key_test.result": result}}]
            )

    async def result(self, provider: str) -> KeyTest | None:
        """Give what came of the test that was asked for last, None while that is not known."""
        with translated():
            document = await self._providers.find_one({"_id": provider}, {"key_test.result": 1})
        result = None if document is None else document.get("key_test", {}).get("result")
        return None if result is None else KeyTest.model_validate(result)


_FORGOTTEN = {"$subtract": [NOW, FORGOTTEN_AFTER_MS]}
