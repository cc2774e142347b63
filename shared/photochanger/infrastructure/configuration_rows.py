"""What administrators have set up, as rows: read at one moment, replaced in one transaction.

Not here: jobs and results, sessions, audit, statistics, what of limits is used, breakers. They belong to one stack's
days, not to how it is set up.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pymongo
from bson import json_util
from pymongo.errors import OperationFailure

from photochanger.infrastructure.mongo import DatabaseUnavailable, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]

#: Their services write them at start; only what administrators gave is replaced.
PROVIDERS = "providers"
USERS = "users"
#: The collections of a backup. One that does not exist is an empty one.
CONFIGURATION = (
    "settings",
    USERS,
    PROVIDERS,
    "provider_keys",
    "provider_limits",
    "templates",
    "slots",
    "slot_revisions",
)
#: What lets people and scripts in.
ACCESS = ("sessions", "api_tokens")
READ_SECONDS = 20.0
REPLACE_SECONDS = 60.0

_JSON = json_util.CANONICAL_JSON_OPTIONS.with_options(tz_aware=True)
_ADMINISTRATORS_OWN = {"prices": {"$type": "object"}}


class ConfigurationNotEmpty(Exception):
    """Something is set up already; `present` says how many rows of what."""

    def __init__(self, present: Mapping[str, int]) -> None:
        super().__init__(", ".join(f"{name}: {count}" for name, count in present.items()))
        self.present = present


def row_to_json(row: Row) -> bytes:
    """One line of extended JSON: every type of the database survives."""
    return json_util.dumps(row, json_options=_JSON, ensure_ascii=False, separators=(",", ":")).encode()


def row_from_json(line: bytes) -> Row:
    """Read what `row_to_json` wrote.

    Raises:
        ValueError: it is no such row.
    """
    try:
        row = json_util.loads(line, json_options=_JSON)
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError("no extended JSON") from error
    if not isinstance(row, dict) or not isinstance(row.get("_id"), str):
        raise ValueError("no row named by a text")  # noqa: TRY004 - what the file holds is wrong, not a call
    return row


class ConfigurationRows:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[Row]") -> None:
        self._database = database

    async def read(self) -> dict[str, list[Row]]:
        """Give the rows of every collection by id, all as they were at one moment."""
        with translated(), pymongo.timeout(READ_SECONDS):
            async with await self._database.client.start_session(snapshot=True) as session:
                return {
                    name: [_kept(name, row) async for row in self._database[name].find(session=session).sort("_id", 1)]
                    for name in CONFIGURATION
                }

    async def present(self) -> dict[str, int]:
        """Count what is set up, as far as there is any; one user alone is the first administrator."""
        with translated():
            return await self._present(None)

    async def replace(self, rows: Rows, *, only_if_empty: bool) -> list[Row]:
        """Put `rows` in the place of everything set up, all or nothing; give the template rows that were there.

        All sessions and tokens end: they were given to people who may not be there any more.

        Raises:
            ConfigurationNotEmpty: `only_if_empty`, and something is set up.
            DatabaseUnavailable: nothing or everything was written.
        """
        former: list[Row] = []

        async def swap(session: "AsyncIOMotorClientSession") -> None:
            if only_if_empty and (present := await self._present(session)):
                raise ConfigurationNotEmpty(present)
            former[:] = await self._database["templates"].find(session=session).to_list(None)
            for name in CONFIGURATION:
                if name != PROVIDERS:
                    await self._swap_collection(name, rows.get(name, ()), session)
            await self._swap_prices(rows.get(PROVIDERS, ()), session)
            for name in ACCESS:
                await self._database[name].delete_many({}, session=session)

        try:
            with translated(), pymongo.timeout(REPLACE_SECONDS):
                async with await self._database.client.start_session() as session:
                    await session.with_transaction(swap)
        except OperationFailure as error:
            if not error.has_error_label("TransientTransactionError"):
                raise
            raise DatabaseUnavailable("others kept changing what is to be replaced") from error
        return former

    async def count_running_jobs(self) -> int:
        with translated():
            return await self._database["jobs"].count_documents({"is_finalized": False})

    async def _present(self, session: "AsyncIOMotorClientSession | None") -> dict[str, int]:
        counts = {
            name: await self._database[name].count_documents(
                _ADMINISTRATORS_OWN if name == PROVIDERS else {}, session=session
            )
            for name in CONFIGURATION
        }
        counts[USERS] = 0 if counts[USERS] == 1 else counts[USERS]
        return {name: count for name, count in counts.items() if count}

    async def _swap_collection(self, name: str, rows: Sequence[Row], session: "AsyncIOMotorClientSession") -> None:
        await self._database[name].delete_many({}, session=session)
        if rows:
            await self._database[name].insert_many(rows, session=session)

    async def _swap_prices(self, rows: Sequence[Row], session: "AsyncIOMotorClientSession") -> None:
        """A service that runs keeps the manifest that it wrote itself; one that does not is known by the backup's."""
        providers = self._database[PROVIDERS]
        await providers.update_many(_ADMINISTRATORS_OWN, {"$set": {"prices": None}}, session=session)
        for row in rows:
            change = {"$set": {"prices": row["prices"]}, "$setOnInsert": {"manifest": row["manifest"]}}
            await providers.update_one({"_id": row["_id"]}, change, upsert=True, session=session)


def _kept(name: str, row: Row) -> Row:
    if name != PROVIDERS:
        return row
    return {"_id": row["_id"], "manifest": row.get("manifest"), "prices": row.get("prices")}
