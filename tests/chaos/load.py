"""Booths in an open loop: each posts when its time has come, whether or not the others have their answers."""

import asyncio
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from photochanger.domain.slot import Operation, Route, Slot
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.chaos.history import REQUEST_FIELD, BoothLog
from tests.dslr_client import Answer, Manners, Shot, shoot
from tests.job_rows import new_slot
from tests.photos import camera_jpeg

#: The tests' pictures: small ones, so that many jobs overlap on two cores.
SIZES = ((900, 600), (1200, 800), (600, 900))
NAMES = ("chelsea.png", "coffee.png", "astronaut.png")
#: A booth's own time-out is the window and this.
CLIENT_EXTRA_SECONDS = 12.0


@dataclass(frozen=True)
class Arrival:
    """One photo of a plan: when it is posted, its slot's window, how the provider treats it."""

    at_seconds: float
    window_seconds: float
    behaviour: str = "ok"
    provider: str = "gemini"
    size: tuple[int, int] = SIZES[0]
    picture: str = NAMES[0]
    file_first: bool = True
    has_fallback: bool = False


def poisson(dice: random.Random, *, per_second: float, seconds: float, windows: Sequence[float]) -> list[Arrival]:
    """Plan arrivals without memory, windows and photos by the dice."""
    arrivals, at = list[Arrival](), dice.expovariate(per_second)
    while at < seconds:
        arrivals.append(an_arrival(dice, at_seconds=at, window_seconds=dice.choice(windows)))
        at += dice.expovariate(per_second)
    return arrivals


def an_arrival(dice: random.Random, *, at_seconds: float, window_seconds: float, behaviour: str = "") -> Arrival:
    behaviour = behaviour or f"slow={dice.uniform(0.3, 1.2):.2f}"
    return Arrival(
        at_seconds,
        window_seconds,
        behaviour,
        size=dice.choice(SIZES),
        picture=dice.choice(NAMES),
        file_first=dice.random() < 0.8,
    )


class Booths:
    """Posts plans to one gateway; each photo has a slot of its own, whose id the provider's log shows."""

    def __init__(self, gateway_url: str, password: str, slots: SlotRepository) -> None:
        self._gateway_url, self._password, self._slots = gateway_url, password, slots

    async def prepare(self, case: str, plan: Sequence[Arrival]) -> list[Slot]:
        """Make the slots of a plan, in its order."""
        slots = [_slot(f"{case}-{number}", arrival) for number, arrival in enumerate(plan)]
        for slot in slots:
            assert await self._slots.insert_if_missing(slot), f"{slot.id} exists"
        return slots

    async def post(self, slots: Sequence[Slot], plan: Sequence[Arrival]) -> list[BoothLog]:
        """Post them all, each at its time, and give what each booth saw."""
        async with asyncio.TaskGroup() as group:
            posts = [
                group.create_task(self.post_one(slot.id, slot, arrival))
                for slot, arrival in zip(slots, plan, strict=True)
            ]
        return [post.result() for post in posts]

    async def post_one(self, request_id: str, slot: Slot, arrival: Arrival) -> BoothLog:
        """Post one photo when its time has come, under a name by which its row is found."""
        photo = camera_jpeg(*arrival.size, name=arrival.picture)
        fields = {REQUEST_FIELD: request_id}
        shot = Shot.captured(photo, self._password, fields=fields, file_first=arrival.file_first)
        manners = Manners(timeout_seconds=arrival.window_seconds + CLIENT_EXTRA_SECONDS)
        await asyncio.sleep(arrival.at_seconds)
        sent_at = datetime.now(UTC)
        answer = await shoot(f"{self._gateway_url}/ingest/{slot.id}", shot, manners)
        log = booth_log(request_id, arrival.window_seconds, sent_at, photo, answer=answer)
        return replace(log, slot_id=slot.id)


def booth_log(request_id: str, window: float, sent_at: datetime, photo: bytes, *, answer: Answer) -> BoothLog:
    announced = int(answer.headers.get("content-length", 0))
    is_cut_short = bool(answer.status) and len(answer.body) < announced
    return BoothLog(
        request_id=request_id,
        slot_id=request_id,
        window_seconds=window,
        sent_at=sent_at,
        sent_sha256=hashlib.sha256(photo).hexdigest(),
        status=answer.status,
        code="" if is_cut_short else answer.code,
        job_id=answer.headers.get("x-job-id"),
        first_byte_after=answer.first_byte_after,
        total_seconds=answer.total_seconds,
        body_sha256=hashlib.sha256(answer.body).hexdigest(),
        is_cut_short=is_cut_short,
        was_refused=answer.was_refused,
    )


def _slot(name: str, arrival: Arrival) -> Slot:
    prompt = f"{name} [sandbox:{arrival.behaviour}]"
    window = arrival.window_seconds
    other = Route(provider="turbotext", operation=Operation.IMAGE_EDIT, params={"prompt": prompt})
    return new_slot(
        id=name,
        name=name,
        provider=arrival.provider,
        operation="image_edit",
        params={"prompt": prompt},
        fallbacks=(other,) if arrival.has_fallback else (),
        sync_response_seconds=window,
    )
