"""Where checks report: each runs under its own deadline, and the run's row tells how far all of them are."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from admin_api.preflight.booth import GatewayUnreachable
from admin_api.preflight.findings import PLATFORM, Finding, FindingCode
from admin_api.preflight.run_models import BoothAdvice, CheckShown, CheckState, PreflightRun
from photochanger.infrastructure.broker_connection import BrokerUnavailable
from photochanger.infrastructure.media_store import ObjectMissing, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.preflight_repository import PreflightRepository
from photochanger.observability import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class Checked:
    """What a check found, and what is no fault but good to know."""

    findings: Iterable[Finding] = ()
    note: str = ""


Work = Callable[[], Awaitable[Checked]]


class Board:
    """One run's; its row is written after each check."""

    def __init__(self, run: PreflightRun, runs: PreflightRepository) -> None:
        self._run, self._runs = run, runs
        self._checks: dict[str, CheckShown] = {}
        self._findings: dict[Finding, None] = {}
        self._writing = asyncio.Lock()

    async def check(self, name: str, work: Work, *, seconds: float) -> None:
        """Run one check; whatever becomes of it is on the board afterwards."""
        self._checks[name] = CheckShown(name=name, state=CheckState.RUNNING)
        started, state = time.monotonic(), CheckState.DONE
        try:
            async with asyncio.timeout(seconds):
                checked = await work()
        except TimeoutError:
            state = CheckState.GAVE_UP
            problem = f"The check `{name}` did not end within {seconds:g} s."
            checked = Checked([PLATFORM.warning(FindingCode.CHECK_UNFINISHED, problem)])
        except (DatabaseUnavailable, StoreUnavailable, ObjectMissing, BrokerUnavailable, GatewayUnreachable) as error:
            checked = Checked([_silent(error)])
        except Exception:  # the other checks go on; the defect is in the log
            log.exception("preflight_check_crashed", check=name)
            problem = f"The check `{name}` was stopped by a defect; the log has it."
            checked = Checked([PLATFORM.warning(FindingCode.CHECK_UNFINISHED, problem)])
        ms = round((time.monotonic() - started) * 1000)
        self._checks[name] = CheckShown(name=name, state=state, ms=ms, note=checked.note)
        self._findings |= dict.fromkeys(checked.findings)
        await self._write(self._shown(), has_ended=False)

    def advise(self, advice: Iterable[BoothAdvice]) -> None:
        self._run = self._run.model_copy(update={"advice": tuple(advice)})

    async def end(self) -> PreflightRun:
        """Say that no check comes any more."""
        run = self._shown().ended()
        await self._write(run, has_ended=True)
        return run

    def _shown(self) -> PreflightRun:
        fresh = {"checks": tuple(self._checks.values()), "findings": tuple(self._findings)}
        return self._run.model_copy(update=fresh)

    async def _write(self, run: PreflightRun, *, has_ended: bool) -> None:
        try:
            async with self._writing:
                await self._runs.update(run.id, run.model_dump(mode="json"), has_ended=has_ended)
        except DatabaseUnavailable as error:
            log.warning("preflight_not_written", id=run.id, error=repr(error), next="the next check writes it too")


def _silent(error: Exception) -> Finding:
    if isinstance(error, GatewayUnreachable):
        return PLATFORM.error(FindingCode.GATEWAY_UNREACHABLE, f"The ingest gateway does not answer: {error}.")
    if isinstance(error, ObjectMissing):
        return PLATFORM.error(FindingCode.STORE_FAILED, "The store does not have what it was just given.")
    servers = {DatabaseUnavailable: "database", StoreUnavailable: "object store", BrokerUnavailable: "broker"}
    return PLATFORM.error(FindingCode.SERVER_SILENT, f"The {servers[type(error)]} does not answer: {error}.")
