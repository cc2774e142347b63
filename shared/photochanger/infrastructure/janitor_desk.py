"""The one document of `janitor`: whose turn it is, what the last round did, and a round that was asked for.

The turn is a lease: of all janitors one cleans at a time, and one that died leaves it within `TURN_MS`.
"""

import uuid
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument

from photochanger.domain.janitor_run import JanitorState, RequestedRun, RoundReport, RunState
from photochanger.infrastructure.job_row import NOW, after_now
from photochanger.infrastructure.mongo import literal, translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

TURN_MS = 15_000
#: A request that no janitor took, or one that was taken and never reported, for so long is given up.
UNTAKEN_MS, UNREPORTED_MS = 30_000, 15 * 60_000

_ID = "janitor"


class JanitorDesk:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._desk: AsyncIOMotorCollection[dict[str, Any]] = database["janitor"]

    async def read(self) -> JanitorState:
        """Give everything by one moment; the document is made when it is missing."""
        fields = {"last": 1, "run": 1, "turn_until": "$turn.until", "read_at": NOW}
        with translated():
            document = await self._desk.find_one({"_id": _ID}, fields)
            if document is None:
                await self._make()
                document = await self._desk.find_one({"_id": _ID}, fields)
        return JanitorState.model_validate(document)

    # -- a janitor's side

    async def take_turn(self, owner: str) -> bool:
        """Begin a round, or say that the owner's goes on; False while another one's does."""
        is_free = {
            "$or": [{"$lte": [{"$ifNull": ["$turn.until", NOW]}, NOW]}, {"$eq": ["$turn.owner", literal(owner)]}]
        }
        change = {"turn": {"owner": literal(owner), "until": after_now(TURN_MS)}}
        while True:
            with translated():
                done = await self._desk.update_one({"_id": _ID, "$expr": is_free}, [{"$set": change}])
            if done.matched_count == 1:
                return True
            if not await self._make():
                return False

    async def end_turn(self, owner: str) -> None:
        with translated():
            await self._desk.update_one({"_id": _ID, "turn.owner": owner}, {"$unset": {"turn": ""}})

    async def is_asked(self) -> bool:
        """Whether somebody waits for a round."""
        with translated():
            return await self._desk.find_one(_WAITING_RUN, {"_id": 1}) is not None

    async def take_run(self) -> RequestedRun | None:
        """Take the round that was asked for; of several janitors one gets it."""
        with translated():
            document: dict[str, Any] | None = await self._desk.find_one_and_update(
                _WAITING_RUN, [{"$set": {"run.taken_at": NOW}}], return_document=ReturnDocument.AFTER
            )
        return None if document is None else RequestedRun.model_validate(document["run"])

    async def report(self, report: RoundReport, *, run_id: str | None) -> None:
        """Keep what a round did; a dry run is nobody's last round."""
        told = literal(report.model_dump())
        change: dict[str, Any] = {} if report.is_dry_run else {"last": told}
        if run_id is not None:
            is_it = {"$eq": ["$run.id", literal(run_id)]}
            change["run"] = {"$cond": [is_it, {"$mergeObjects": ["$run", {"report": told}]}, "$run"]}
        if change:
            with translated():
                await self._desk.update_one({"_id": _ID}, [{"$set": change}], upsert=True)

    # -- an administrator's side

    async def ask(self, *, is_dry_run: bool, by: str) -> RequestedRun | None:
        """Ask for a round; None while another one that was asked for is waiting or running."""
        run = {
            "id": literal(uuid.uuid4().hex),
            "is_dry_run": is_dry_run,
            "asked_by": literal(by),
            "asked_at": NOW,
            "taken_at": None,
            "report": None,
        }
        before = await self.read()
        if before.run is not None and run_state(before.run, before) in {RunState.WAITING, RunState.RUNNING}:
            return None
        is_unchanged = {"run.id": None if before.run is None else before.run.id}
        with translated():
            document: dict[str, Any] | None = await self._desk.find_one_and_update(
                {"_id": _ID, **is_unchanged}, [{"$set": {"run": run}}], return_document=ReturnDocument.AFTER
            )
        return None if document is None else RequestedRun.model_validate(document["run"])

    async def _make(self) -> bool:
        """Say whether the document was missing."""
        with translated():
            done = await self._desk.update_one({"_id": _ID}, {"$setOnInsert": {"last": None}}, upsert=True)
        return done.upserted_id is not None


_WAITING_RUN = {
    "_id": _ID,
    "run.id": {"$type": "string"},
    "run.taken_at": None,
    "$expr": {"$gt": ["$run.asked_at", {"$subtract": [NOW, UNTAKEN_MS]}]},
}


def run_state(run: RequestedRun, state: JanitorState) -> RunState:
    """Tell how far a round that was asked for has come, at the time that `state` was read."""
    if run.report is not None:
        return RunState.DONE
    since, limit_ms = (run.asked_at, UNTAKEN_MS) if run.taken_at is None else (run.taken_at, UNREPORTED_MS)
    if (state.read_at - since).total_seconds() * 1000 >= limit_ms:
        return RunState.LOST
    return RunState.WAITING if run.taken_at is None else RunState.RUNNING
