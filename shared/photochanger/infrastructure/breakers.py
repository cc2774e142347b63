"""Documents of `breakers`: one per provider and reason, shared by all processes; each change is told once.

A change is computed from the document as it was read and written only if nobody changed it meanwhile, else computed
anew. They are rare: nothing is written while a provider answers.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument

from photochanger.domain.availability import Availability, BreakerKey
from photochanger.domain.breaker import HALF_OPEN_AFTER_SECONDS, Breaker, BreakerReason, BreakerState
from photochanger.infrastructure.mongo import DatabaseUnavailable, translated
from photochanger.observability import Metrics, get_logger

if TYPE_CHECKING:
    from datetime import datetime

    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase

#: Each round somebody's change is written: with so many, more processes than anybody runs have had theirs.
MAX_ROUNDS = 50
_LONGEST_PAUSE_SECONDS = 0.02

#: Gives the breaker as it is to be; None or the same: as it is.
Change = Callable[[Breaker, "datetime"], Breaker | None]

log = get_logger(__name__)

_NEXT = {
    BreakerState.OPEN: f"nobody asks it; after {HALF_OPEN_AFTER_SECONDS:g} s one photo tries",
    BreakerState.HALF_OPEN: "one photo tries, the others do not wait for it",
    BreakerState.CLOSED: "it is asked again",
}
_STAYS_OPEN = "nobody asks it until an administrator closes it"


class Breakers:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]", metrics: Metrics) -> None:
        self._breakers: AsyncIOMotorCollection[dict[str, Any]] = database["breakers"]
        self._metrics = metrics

    async def read(self, provider: str | None = None) -> Availability:
        """Give every breaker, or one provider's, as they are now."""
        condition = {} if provider is None else {"provider": provider}
        with translated():
            documents = await self._breakers.find(condition, _FIELDS).to_list(None)
        breakers: dict[BreakerKey, Breaker] = {}
        for document in documents:
            if document["reason"] in _KNOWN:
                key = document["provider"], BreakerReason(document["reason"])
                breakers[key] = Breaker.model_validate(document["breaker"])
        return Availability(breakers, read_at=documents[0]["now"] if documents else None)

    async def failed(self, provider: str, reason: BreakerReason, *, job_id: str, detail: str) -> None:
        """Count a call that failed for the reason."""
        await self.change(provider, reason, lambda breaker, at: breaker.failed(at, job_id, detail))

    async def answered(
        self, provider: str, reasons: Sequence[BreakerReason], *, count: int, job_id: str | None
    ) -> None:
        """Count calls that were answered, with every breaker that is there."""
        for reason in reasons:
            await self.change(provider, reason, lambda breaker, at: breaker.answered(at, count, job_id))

    async def try_with(self, provider: str, reasons: Sequence[BreakerReason], *, job_id: str, seconds: float) -> bool:
        """Let the job be the one that tries; False when another one is."""
        for place, reason in enumerate(reasons):
            tried = await self.change(provider, reason, lambda breaker, at: breaker.probed(at, job_id, seconds=seconds))
            if not tried.is_closed and tried.probe_job != job_id:
                await self.given_up(provider, reasons[:place], job_id=job_id)
                return False
        return True

    async def given_up(self, provider: str, reasons: Sequence[BreakerReason], *, job_id: str) -> None:
        """Say that the job found out nothing about these."""
        for reason in reasons:
            await self.change(provider, reason, lambda breaker, at: breaker.given_up(at, job_id))

    async def change(self, provider: str, reason: BreakerReason, change: Change) -> Breaker:
        """Change one breaker and give it as it is then.

        Raises:
            DatabaseUnavailable: also when others changed it again and again.
        """
        for _ in range(MAX_ROUNDS):
            before, at, version = await self._as_it_is(provider, reason)
            after = change(before, at)
            if after is None or after == before:
                return before
            fields = {"breaker": after.model_dump(), "version": version + 1}
            with translated():
                done = await self._breakers.update_one(
                    {"_id": _id(provider, reason), "version": version}, {"$set": fields}
                )
            if done.matched_count == 1:
                self._tell(provider, reason, before, after)
                return after
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 - spreads, keeps no secret
        raise DatabaseUnavailable("the breaker was changed by others again and again")

    async def _as_it_is(self, provider: str, reason: BreakerReason) -> "tuple[Breaker, datetime, int]":
        condition = {"_id": _id(provider, reason)}
        with translated():
            document = await self._breakers.find_one(condition, _FIELDS)
            if document is None:
                first = {"provider": provider, "reason": reason.value, "version": 0, "breaker": Breaker().model_dump()}
                document = await self._breakers.find_one_and_update(
                    condition,
                    {"$setOnInsert": first},
                    projection=_FIELDS,
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
        return Breaker.model_validate(document["breaker"]), document["now"], document["version"]

    def _tell(self, provider: str, reason: BreakerReason, before: Breaker, after: Breaker) -> None:
        if (before.state, before.opened_at) == (after.state, after.opened_at):
            return
        self._metrics.breaker_changes.add(1, {"provider": provider, "reason": reason.value, "to": after.state.value})
        say = log.info if after.is_closed else log.warning
        say(
            f"breaker_{after.state.value}",
            provider=provider,
            reason=reason,
            detail=after.detail,
            next=_STAYS_OPEN if after.is_manual else _NEXT[after.state],
        )


_FIELDS = {"provider": 1, "reason": 1, "version": 1, "breaker": 1, "now": "$$NOW"}
#: A newer version may know more reasons.
_KNOWN = frozenset(reason.value for reason in BreakerReason)


def _id(provider: str, reason: BreakerReason) -> str:
    return f"{provider}/{reason.value}"
