"""The janitor dies between object and row (J1, J2), the admin API in the middle of a change (A1)."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import aiohttp

from photochanger.domain.slot import Slot
from tests.admin_people import log_in, logged_in
from tests.chaos.history import BoothLog, History, Row
from tests.chaos.kill_cases import was_reached
from tests.chaos.kill_matrix import LONG_WINDOW
from tests.chaos.load import an_arrival
from tests.chaos.run import Played, Run, dice_of
from tests.chaos.violation import Violation

JANITOR, ADMIN = "media-janitor", "admin-api"
PHOTOS = 4
CONVERGED_SECONDS = 30.0


@dataclass(frozen=True)
class JanitorPoint:
    """`at_pass` of the failpoint: 2 is in the middle of a batch of two."""

    name: str
    failpoint: str
    at_pass: int


JANITOR_POINTS = (
    JanitorPoint("J1", "janitor.after_objects", 1),
    JanitorPoint("J2", "janitor.mid_batch", 2),
)


async def play_janitor_point(point: JanitorPoint, run: Run, seed: int) -> Played:
    """Let two of four finished jobs expire, kill the janitor in its work on them, see the next round finish it."""
    started, dice = time.monotonic(), dice_of(point.name, seed)
    plan = [an_arrival(dice, at_seconds=0.2 * number, window_seconds=LONG_WINDOW) for number in range(PHOTOS)]
    slots = await run.prepare(point.name, seed, plan)
    history = await run.history(slots, await run.booths.post(slots, plan))
    done = [row for row in history.rows if row.status == "done"]
    expired, living = done[:2], [row for row in history.rows if row not in done[:2]]
    armed = run.stack.failpoints(JANITOR)
    armed.write_text(f"{point.failpoint}=kill@{point.at_pass}")
    await _expire(run, expired)
    found = list[Violation]()
    if not await was_reached(armed):
        found.append(Violation(point.name, point.failpoint, "was not reached"))
    found += await _links_that_live(run, point, expired, when="before the next round")
    found += [Violation(point.name, job, what) for job, what in await _left_of(run, expired)]
    found += await _links_that_live(run, point, expired, when="in the end")
    seen = replace(history, rows=tuple(living), booths=_booths_of(history, living), looked_at=datetime.now(UTC))
    seen = replace(seen, links=tuple(await run.witness.links(living)))
    return run.keep(point.name, seed, _without_calls_of(seen, expired), found, seconds=time.monotonic() - started)


async def _links_that_live(run: Run, point: JanitorPoint, rows: Sequence[Row], *, when: str) -> list[Violation]:
    links = await run.witness.links(rows)
    told = [(link.job_id, f"its link gave {link.status} {when}") for link in links if link.status != 410]
    return [Violation(point.name, job, what) for job, what in told]


async def play_admin_point(run: Run, seed: int) -> Played:
    """A1: a change that is there has its one audit record, and none that is not is called done."""
    started = time.monotonic()
    arrival = an_arrival(dice_of("A1", seed), at_seconds=0.0, window_seconds=LONG_WINDOW)
    [slot] = await run.prepare("A1", seed, [replace(arrival, window_seconds=LONG_WINDOW)])
    armed, info = run.stack.failpoints(ADMIN), run.stack.info
    async with aiohttp.ClientSession(str(info["admin_url"])) as http:
        token = await log_in(http, str(info["admin_login"]), str(info["admin_password"]))
    armed.write_text("admin.mid_change=kill@1")
    async with logged_in(str(info["admin_url"]), token) as http:
        try:
            async with http.patch(
                f"/api/v1/slots/{slot.id}", json={"name": "another name"}, headers={"If-Match": f'"{slot.version}"'}
            ) as answer:
                told = f"{answer.status} {await answer.text()}"
        except aiohttp.ClientError:
            told = ""
    found = list[Violation]()
    if not await was_reached(armed):
        found.append(Violation("A1", slot.id, f"admin.mid_change was not reached: {told}"))
    await asyncio.to_thread(run.stack.wait_ready)
    found += await _half_change(run, slot)
    return run.keep("A1", seed, await _empty(run), found, seconds=time.monotonic() - started)


async def _half_change(run: Run, slot: Slot) -> list[Violation]:
    is_changed = (await run.witness.slots.read(slot.id)) != slot
    records = await run.witness.mongo.database["audit"].find({"target": f"slots/{slot.id}"}).to_list(None)
    outcomes = [record["outcome"] for record in records]
    is_told = len(outcomes) == 1 if is_changed else "done" not in outcomes
    return [] if is_told else [Violation("A1", slot.id, f"changed: {is_changed}, audit records: {outcomes}")]


async def _empty(run: Run) -> History:
    return await run.history([], [])


async def _expire(run: Run, rows: Sequence[Row]) -> None:
    past = [{"$set": {"expires_at": {"$subtract": ["$$NOW", 1]}}}]
    await run.witness.mongo.database["jobs"].update_many({"_id": {"$in": [row.job_id for row in rows]}}, past)


async def _left_of(run: Run, rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Wait until the jobs are tombstones without objects; what is not, when the time is over."""
    give_up_at = time.monotonic() + CONVERGED_SECONDS
    while True:
        objects = await run.witness.objects()
        ids = [row.job_id for row in rows]
        query = {"_id": {"$in": ids}, "tombstoned_at": None}
        unburied = [
            each["_id"] for each in await run.witness.mongo.database["jobs"].find(query, {"_id": 1}).to_list(None)
        ]
        left = [(job, "its row is no tombstone") for job in unburied]
        left += [(job, "its picture is still there") for job in ids if any(each.is_of(job) for each in objects)]
        if not left or time.monotonic() > give_up_at:
            return left
        await asyncio.sleep(0.5)


def _booths_of(history: History, rows: Sequence[Row]) -> tuple[BoothLog, ...]:
    names = {row.request_id for row in rows}
    return tuple(booth for booth in history.booths if booth.request_id in names)


def _without_calls_of(history: History, rows: Sequence[Row]) -> History:
    slots = {row.slot_id for row in rows}
    return replace(history, calls=tuple(call for call in history.calls if call.slot_id not in slots))
