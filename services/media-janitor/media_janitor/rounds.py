"""When the janitor cleans: by itself every few seconds, and when somebody asks; one round at a time everywhere."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from media_janitor.sweep import Janitor
from photochanger.background import running
from photochanger.domain.janitor_run import RoundReport
from photochanger.infrastructure.janitor_desk import TURN_MS, JanitorDesk
from photochanger.observability import Telemetry, get_logger
from photochanger.periodic import run_periodically

#: How often it is looked whether somebody asks for a round.
LOOK_SECONDS = 2.0
#: Three chances to say in time that the round goes on.
RENEW_SECONDS = TURN_MS / 1000 / 3

log = get_logger(__name__)


class Rounds:
    """`owner` names this process, `now` is the database's time."""

    def __init__(
        self,
        janitor: Janitor,
        desk: JanitorDesk,
        *,
        owner: str,
        now: Callable[[], datetime],
        telemetry: Telemetry,
    ) -> None:
        self._janitor = janitor
        self._desk = desk
        self._owner = owner
        self._now = now
        self._telemetry = telemetry
        #: the turn is this process's, not one of its two loops'
        self._here = asyncio.Lock()

    async def clean(self) -> None:
        """Do a round, unless another janitor is at one; raises `DatabaseUnavailable`."""
        async with self._turn() as is_ours:
            if is_ours:
                await self._clean_and_report(is_dry_run=False, run_id=None)
            else:
                log.info("round_left_out", reason="another janitor is at one", next="the next round comes")

    async def look(self) -> None:
        """Do the round that somebody asked for, if there is one and nobody is at another one."""
        if not await self._desk.is_asked():
            return
        async with self._turn() as is_ours:
            run = await self._desk.take_run() if is_ours else None
            if run is not None:
                log.info("round_asked_for", run_id=run.id, dry_run=run.is_dry_run, by=run.asked_by)
                await self._clean_and_report(is_dry_run=run.is_dry_run, run_id=run.id)

    async def _clean_and_report(self, *, is_dry_run: bool, run_id: str | None) -> None:
        started_at = self._now()
        cleaning = await self._janitor.run_once(is_dry_run=is_dry_run)
        report = RoundReport(
            started_at=started_at,
            ended_at=self._now(),
            is_dry_run=is_dry_run,
            removed={kind.value: count for kind, count in cleaning.removed.items() if count},
            missing=cleaning.missing,
            errors=cleaning.errors,
        )
        await self._desk.report(report, run_id=run_id)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[bool]:
        """Whether the turn is ours for the length of the block; it is kept as long as this process lives."""
        async with self._here:
            if not await self._desk.take_turn(self._owner):
                yield False
                return
            renewing = run_periodically(
                self._renew, self._telemetry, name="janitor.turn", seconds=RENEW_SECONDS, stop=asyncio.Event()
            )
            try:
                async with running(renewing, name="janitor.turn"):
                    yield True
            finally:
                await self._desk.end_turn(self._owner)

    async def _renew(self) -> None:
        await self._desk.take_turn(self._owner)
