"""Rows of `login_failures`: how long the next guess has to wait, shared by all replicas, by the database's clock."""

from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument

from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

FREE_FAILURES = 5
FIRST_WAIT_MS = 2_000
LONGEST_WAIT_MS = 900_000
#: An address's guesses: so many at once, then one each pause (10 a minute).
ADDRESS_BURST = 10
ADDRESS_PAUSE_MS = 6_000
#: Nothing is remembered longer after the last failure.
FORGOTTEN_MS = 24 * 3_600_000
KNOWN_MS = 30 * FORGOTTEN_MS

_MAX_DOUBLINGS = 16


class LoginFailures:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._failures: AsyncIOMotorCollection[dict[str, Any]] = database["login_failures"]

    async def begin_for_account(self, key: str) -> float:
        """Count a guess before it is checked; or give the seconds to wait, and nothing is counted.

        After five failures each further one doubles the wait, up to 15 minutes.
        """
        count = {"$add": [{"$ifNull": ["$count", 0]}, 1]}
        doublings = {"$min": [{"$subtract": ["$$count", FREE_FAILURES + 1]}, _MAX_DOUBLINGS]}
        growing = {"$min": [{"$multiply": [FIRST_WAIT_MS, {"$pow": [2, doublings]}]}, LONGEST_WAIT_MS]}
        wait = {"$cond": [{"$gt": ["$$count", FREE_FAILURES]}, {"$toInt": growing}, 0]}
        until = {"$let": {"vars": {"count": count}, "in": {"$add": [NOW, wait]}}}
        return await self._begin(f"account {key}", {"count": count, "wait_until": until})

    async def begin_for_address(self, address: str) -> float:
        """Count a guess from an address, as `begin_for_account`: ten at once, then ten a minute."""
        earliest = {"$subtract": [NOW, ADDRESS_PAUSE_MS * ADDRESS_BURST]}
        last = {"$max": [{"$ifNull": ["$wait_until", earliest]}, earliest]}
        return await self._begin(f"address {address}", {"wait_until": {"$add": [last, ADDRESS_PAUSE_MS]}})

    async def succeeded(self, account_key: str, address: str, *, known: str) -> None:
        """Forget the account's failures, take the guess off the address's, remember that `known` belongs here."""
        back = [{"$set": {"wait_until": {"$subtract": ["$wait_until", ADDRESS_PAUSE_MS]}}}]
        with translated():
            await self._failures.delete_one({"_id": f"account {account_key}"})
            await self._failures.update_one({"_id": f"address {address}"}, back)
            await self._failures.update_one(
                {"_id": f"known {known}"}, [{"$set": {"expires_at": after_now(KNOWN_MS)}}], upsert=True
            )

    async def is_known(self, known: str) -> bool:
        with translated():
            return await self._failures.find_one({"_id": f"known {known}"}, {"_id": 1}) is not None

    async def forget_account(self, login: str) -> None:
        """Let this account try again at once, from everywhere."""
        from_somewhere = {"$gte": f"account {login} from ", "$lt": f"account {login} from!"}
        with translated():
            await self._failures.delete_many({"$or": [{"_id": f"account {login}"}, {"_id": from_somewhere}]})

    async def _begin(self, key: str, counted: dict[str, Any]) -> float:
        """Write `counted` unless the key has to wait still; in one step, so that guesses at once count each."""
        may_begin = {"$lte": [{"$ifNull": ["$wait_until", NOW]}, NOW]}
        changes = {"expires_at": after_now(FORGOTTEN_MS), **counted}
        kept = {name: {"$cond": ["$may_begin", value, f"${name}"]} for name, value in changes.items()}
        with translated():
            document = await self._failures.find_one_and_update(
                {"_id": key},
                [{"$set": {"may_begin": may_begin}}, {"$set": kept}],
                projection={"may_begin": 1, "left_ms": {"$subtract": ["$wait_until", NOW]}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return 0.0 if document["may_begin"] else max(1.0, document["left_ms"] / 1000)
