"""The janitor: what its last round did, and a round now, for real or dry."""

from datetime import datetime

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.janitor_run import JanitorState, RequestedRun, RoundReport, RunState
from photochanger.domain.user import Role
from photochanger.infrastructure.janitor_desk import JanitorDesk, run_state

PATH = "/api/v1/janitor"
RUNS = f"{PATH}/runs"


class RunRequest(RequestModel):
    """On a dry run nothing is touched, only counted."""

    dry_run: bool


class RunShown(BaseModel):
    """`report` None: it has not ended. Of the rounds that were asked for the last one is kept."""

    id: str
    state: RunState
    is_dry_run: bool
    asked_by: str
    asked_at: datetime
    taken_at: datetime | None
    report: RoundReport | None


class JanitorShown(BaseModel):
    """`last` is the last round that cleaned, whoever asked for it; None: none has ended yet.

    `run` is the last round that somebody asked for.
    """

    is_running: bool
    last: RoundReport | None
    run: RunShown | None


class JanitorRoutes:
    def __init__(self, desk: JanitorDesk, audit: Audit) -> None:
        self._desk = desk
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.show,
                Role.VIEWER,
                summary="What the janitor's last round did, and the last round that was asked for",
                answer=JanitorShown,
            ),
            Endpoint(
                hdrs.METH_POST,
                RUNS,
                self.run,
                Role.OPERATOR,
                summary="Let the janitor do a round now, or a dry run; it begins within 5 s, never two at once",
                body=RunRequest,
                answer=RunShown,
                status=202,
                problems=(ProblemCode.CONFLICT,),
            ),
            Endpoint(
                hdrs.METH_GET,
                f"{RUNS}/{{id}}",
                self.show_run,
                Role.VIEWER,
                summary="What became of the last round that was asked for",
                answer=RunShown,
            ),
        )

    async def show(self, _request: web.Request) -> web.Response:
        state = await self._desk.read()
        is_running = state.turn_until is not None and state.turn_until > state.read_at
        run = None if state.run is None else _shown(state.run, state)
        return json_answer(JanitorShown(is_running=is_running, last=state.last, run=run))

    async def show_run(self, request: web.Request) -> web.Response:
        state = await self._desk.read()
        if state.run is None or state.run.id != request.match_info["id"]:
            raise Refused(ProblemCode.NOT_FOUND, "No such round; only the last one is kept.")
        return json_answer(_shown(state.run, state))

    async def run(self, request: web.Request) -> web.Response:
        asked, by = body_of(request, RunRequest), actor_of(request)
        if asked.dry_run:
            return await self._asked(by.login, is_dry_run=True)
        async with self._audit.change(by, "run", "janitor"):
            return await self._asked(by.login, is_dry_run=False)

    async def _asked(self, by: str, *, is_dry_run: bool) -> web.Response:
        run = await self._desk.ask(is_dry_run=is_dry_run, by=by)
        if run is None:
            raise conflict(ConflictReason.ROUND_RUNNING, "A round that was asked for is under way.")
        shown = _shown(run, JanitorState(run=run, read_at=run.asked_at))
        return json_answer(shown, status=202)


def _shown(run: RequestedRun, state: JanitorState) -> RunShown:
    return RunShown(
        id=run.id,
        state=run_state(run, state),
        is_dry_run=run.is_dry_run,
        asked_by=run.asked_by,
        asked_at=run.asked_at,
        taken_at=run.taken_at,
        report=run.report,
    )
