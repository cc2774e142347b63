"""One stack for many cases: plays each case, keeps what was seen, checks it at once and all of it again at the end."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Container, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from photochanger.domain.slot import Slot
from photochanger.infrastructure.settings_repository import SettingsRepository
from tests.chaos.chaos_stack import ChaosStack, Kind
from tests.chaos.checker import violations
from tests.chaos.history import BoothLog, History, ProviderCall, Row, StoredObject
from tests.chaos.load import Arrival, Booths
from tests.chaos.toxic_proxy import ToxicProxy
from tests.chaos.violation import Violation
from tests.chaos.witness import Witness, witness_of

#: What a stack without faults may be late by; under a single fault.
GRACE_SECONDS, FAULT_GRACE_SECONDS = 0.5, 2.0
#: Sources, inline pictures and messages are given this long before the last look: longer than any of them may stay.
SETTLE_SECONDS = 130.0
IN_FORCE_SECONDS = 2.5
#: Between the sizes of the results that the sandbox draws.
INLINE_MAX_BYTES = 210 * 2**10


@dataclass
class Played:
    """One case after it was played: its name, its seed, what was seen at its end and what was broken."""

    case: str
    seed: int
    history: History
    found: list[Violation] = field(default_factory=list)
    seconds: float = 0.0


class Run:
    """The stack under test, its proxies by server, its booths, and the cases played so far."""

    def __init__(self, stack: ChaosStack, witness: Witness, proxies: dict[str, ToxicProxy]) -> None:
        self.stack, self.witness, self.proxies = stack, witness, proxies
        self.booths = Booths(stack.gateway_url, stack.ingest_password, witness.slots)
        self.played = list[Played]()
        self._names = 0

    def new_name(self, case: str, seed: int) -> str:
        """Give a prefix for the case's slots, unique in this stack."""
        self._names += 1
        return f"{re.sub('[^a-z0-9]+', '-', case.lower())}-{seed}-{self._names}"

    async def prepare(self, case: str, seed: int, plan: Sequence[Arrival]) -> list[Slot]:
        await asyncio.to_thread(self.stack.wait_ready)
        return await self.booths.prepare(self.new_name(case, seed), plan)

    async def history(self, slots: Sequence[Slot], booths: Sequence[BoothLog], **more: object) -> History:
        """Wait for the end of these slots' jobs and give what is known of them."""
        rows = await self.witness.rows_at_end(slots)
        names = {slot.id for slot in slots}
        calls = [call for call in await self.witness.calls() if call.slot_id in names]
        seen = History(
            looked_at=datetime.now(UTC),
            booths=tuple(booths),
            rows=tuple(rows),
            calls=tuple(calls),
            deaths=tuple(self.stack.deaths),
            stops=tuple(self.stack.stops),
            grace_seconds=FAULT_GRACE_SECONDS,
        )
        return replace(seen, **more)  # type: ignore[arg-type]  # a case names the fields it changes

    def keep(self, case: str, seed: int, history: History, found: Sequence[Violation], *, seconds: float) -> Played:
        """Check the case's history and remember it for the last look."""
        played = Played(case, seed, history, [*violations(history), *found], seconds)
        self.played.append(played)
        return played

    async def look_at_last(self) -> None:
        """Look at everything once more when all has come to rest; what is found belongs to the case whose job it is."""
        await asyncio.to_thread(self.stack.wait_ready)
        objects, queued = await self._settled()
        rows = {row.job_id: row for row in await self.witness.rows()}
        calls = await self.witness.calls()
        strangers = [each for each in objects if not any(part in rows for part in each.key.split("/"))]
        for played in self.played:
            ours = [rows[row.job_id] for row in played.history.rows if row.job_id in rows]
            last = replace(
                played.history,
                looked_at=datetime.now(UTC),
                first_rows=played.history.rows,
                rows=tuple(ours),
                calls=_with_latest(played.history.calls, calls, {row.slot_id for row in ours}),
                objects=tuple(each for each in objects if any(each.is_of(row.job_id) for row in ours)),
                links=tuple(await self.witness.links(ours)),
                deaths=tuple(self.stack.deaths),
                stops=tuple(self.stack.stops),
                is_settled=True,
            )
            played.found += [each for each in violations(last) if each not in played.found]
        if self.played:
            rest = History(
                looked_at=datetime.now(UTC), objects=tuple(strangers), queued_messages=queued, is_settled=True
            )
            self.played[-1].found += violations(rest)

    async def _settled(self) -> tuple[list[StoredObject], dict[str, int]]:
        """Give objects and queued messages once no source and no message is left, or the time for that is over."""
        give_up_at = time.monotonic() + SETTLE_SECONDS
        while True:
            objects = await self.witness.objects()
            is_over = time.monotonic() > give_up_at
            is_clean = not any(each.bucket == "sources" for each in objects)
            if is_over or (is_clean and not any(row.has_inline for row in await self.witness.rows())):
                queued = await self.witness.queued()
                if is_over or not any(queued.values()):
                    return objects, queued
            await asyncio.sleep(1)


def _with_latest(
    calls: Iterable[ProviderCall], latest: Iterable[ProviderCall], slots: Container[str]
) -> tuple[ProviderCall, ...]:
    """Give the calls as they are by now, later ones for the same slots too; the provider's log forgets the oldest."""
    by_moment = {(call.slot_id, call.received_at): call for call in calls}
    by_moment |= {(call.slot_id, call.received_at): call for call in latest if call.slot_id in slots}
    return tuple(by_moment.values())


def dice_of(case: str, seed: int) -> random.Random:
    """Give the same dice for the same case and seed on every machine."""
    return random.Random(f"{case}:{seed}")


@asynccontextmanager
async def running(folder: Path, kind: Kind = Kind.USUAL) -> AsyncIterator[Run]:
    """Start a stack behind toxic proxies; end it after the block."""
    stack = ChaosStack(folder / "home", kind)
    async with AsyncExitStack() as exits:
        proxies = {name: ToxicProxy(port, stack.server_ports[name]) for name, port in stack.proxy_ports.items()}
        for proxy in proxies.values():
            await exits.enter_async_context(proxy.serving())
        try:
            await asyncio.to_thread(stack.start)
            witness = await exits.enter_async_context(witness_of(stack))
            await _open_wide(witness)
            yield Run(stack, witness, proxies)
        finally:
            await asyncio.to_thread(stack.stop)


async def _open_wide(witness: Witness) -> None:
    """Let one address send as many photos as it can, and the smaller of their results travel in the row."""
    repository = SettingsRepository(witness.mongo.database)
    settings = await repository.get()
    changes = {"photos_per_minute_per_address": 1_000_000, "inline_result_max_bytes": INLINE_MAX_BYTES}
    wide = settings.model_copy(update=changes)
    assert await repository.replace(wide, expected_version=settings.version)
    await asyncio.sleep(IN_FORCE_SECONDS)


def rows_by_status(rows: Sequence[Row]) -> dict[str, int]:
    statuses = [row.status for row in rows]
    return {status: statuses.count(status) for status in sorted(set(statuses))}
