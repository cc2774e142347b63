"""Preflights: begin one, see how far it is."""

import uuid

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.preflight.preflight import RUN_SECONDS, Preflight
from admin_api.preflight.run_models import MAX_SLOTS, PreflightRequest, PreflightRun, RunState
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, body_of, json_answer
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from photochanger.background import Background
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.preflight_repository import PreflightRepository, StoredPreflight
from photochanger.infrastructure.slot_repository import SlotRepository

PATH = "/api/v1/preflight"


class PreflightRoutes:
    def __init__(
        self, preflight: Preflight, runs: PreflightRepository, slots: SlotRepository, background: Background
    ) -> None:
        self._preflight, self._runs, self._slots, self._background = preflight, runs, slots, background

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.begin,
                Role.OPERATOR,
                summary="Check everything before the doors open, within a minute; each slot and provider gets a photo",
                body=PreflightRequest,
                answer=PreflightRun,
                status=202,
                problems=(ProblemCode.CONFLICT,),
            ),
            Endpoint(
                hdrs.METH_GET,
                f"{PATH}/{{id}}",
                self.show,
                Role.OPERATOR,
                summary="How far a preflight is and what it has found; kept for a day",
                answer=PreflightRun,
            ),
        )

    async def begin(self, request: web.Request) -> web.Response:
        """The run goes on after the answer; where `Location` points shows its findings as they come."""
        asked = body_of(request, PreflightRequest)
        slot_ids = await self._chosen(asked)
        if running := await self._runs.under_way(slot_ids):
            told = f"The preflight {running} tries one of these slots now."
            raise conflict(ConflictReason.PREFLIGHT_RUNNING, told, subject=running)
        run = PreflightRun(
            id=str(uuid.uuid4()),
            state=RunState.RUNNING,
            started_by=actor_of(request).login,
            request=asked,
            slot_ids=slot_ids,
        )
        await self._runs.insert(run.id, run.model_dump(mode="json"), slot_ids=slot_ids)
        self._background.start(self._preflight.run(run), name="preflight", timeout_seconds=RUN_SECONDS)
        return json_answer(run, status=202)

    async def show(self, request: web.Request) -> web.Response:
        """`abandoned`: its process ended before it did; begin another one."""
        stored = await self._runs.get(request.match_info["id"])
        if stored is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such preflight.")
        return json_answer(_shown(stored))

    async def _chosen(self, asked: PreflightRequest) -> tuple[str, ...]:
        if asked.slot_ids is not None:
            return tuple(dict.fromkeys(asked.slot_ids))
        active = tuple(slot.id for slot in await self._slots.list() if slot.is_active)
        if len(active) > MAX_SLOTS:
            detail = f"there are {len(active)} active slots: name up to {MAX_SLOTS} of them"
            raise Refused.for_faults(
                FieldFault.at("slot_ids", wrong=Wrong(FaultCode.LIST_TOO_LONG, detail, limit=MAX_SLOTS))
            )
        return active


def _shown(stored: StoredPreflight) -> PreflightRun:
    run = PreflightRun.model_validate(stored.document)
    times = {"started_at": stored.started_at, "ended_at": stored.ended_at}
    return run.model_copy(update=times | ({"state": RunState.ABANDONED} if stored.is_abandoned else {}))
