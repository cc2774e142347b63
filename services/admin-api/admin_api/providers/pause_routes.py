"""Taking a provider out of the way for a while: no further photo is sent to it, those that were sent go on."""

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field, StringConstraints

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.providers.known_providers import ONE, known_provider
from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.problems import Refused
from admin_api.rest.storable import LINE_PATTERN
from photochanger.domain.breaker import MAX_DETAIL_CHARS, Breaker, BreakerReason
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.work_under_way import ProviderWork, WorkReader

#: Every dispatcher has looked by then; what it sent a moment before that is seen as running.
IN_FORCE_SECONDS = 2.0
LOOK_SECONDS = 0.5

Why = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_DETAIL_CHARS, pattern=LINE_PATTERN),
    Field(examples=["a new key is on its way"]),
]


class PauseState(StrEnum):
    #: photos are sent to it
    ACTIVE = "active"
    #: paused, and photos that were sent before still run or wait at it
    DRAINING = "draining"
    #: paused, and nothing runs at it any more
    DRAINED = "drained"


class Pause(RequestModel):
    """`why` is shown to everybody who may see providers."""

    why: Why


class Drain(Pause):
    """The answer waits until nothing runs any more, but not longer than `wait_seconds`."""

    wait_seconds: Annotated[int, Field(ge=0, le=60)] = 60


class PauseShown(BaseModel):
    """`by`, `why` and `since` of the pause in force; `running` and `waiting` are photos that were sent to it."""

    provider: str
    state: PauseState
    by: str | None
    why: str | None
    since: datetime | None
    running: int
    waiting: int


class PauseRoutes:
    def __init__(self, providers: ProviderRepository, breakers: Breakers, work: WorkReader, audit: Audit) -> None:
        self._providers = providers
        self._breakers = breakers
        self._work = work
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        path, operator = f"{ONE}/pause", Role.OPERATOR
        return (
            Endpoint(
                hdrs.METH_GET,
                path,
                self.show,
                Role.VIEWER,
                summary="Whether a provider is paused, by whom and why, and what still runs at it",
                answer=PauseShown,
            ),
            Endpoint(
                hdrs.METH_PUT,
                path,
                self.pause,
                operator,
                summary="Send no further photo to a provider; in force within 2 s, what was sent goes on",
                body=Pause,
                answer=PauseShown,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                path,
                self.resume,
                operator,
                summary="Send photos to a paused provider again; in force within 2 s",
                status=204,
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{ONE}/drain",
                self.drain,
                operator,
                summary="Pause a provider and wait until nothing runs at it",
                body=Drain,
                answer=PauseShown,
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(await self._shown((await known_provider(request, self._providers)).name))

    async def pause(self, request: web.Request) -> web.Response:
        return json_answer(await self._paused(request, body_of(request, Pause).why))

    async def drain(self, request: web.Request) -> web.Response:
        asked = body_of(request, Drain)
        until = asyncio.get_running_loop().time() + asked.wait_seconds
        shown = await self._paused(request, asked.why)
        while shown.state is PauseState.DRAINING and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(LOOK_SECONDS)
            shown = await self._shown(shown.provider)
        return json_answer(shown)

    async def resume(self, request: web.Request) -> web.Response:
        name = (await known_provider(request, self._providers)).name
        before = await self._pause_of(name)
        if before is None:
            raise Refused(ProblemCode.NOT_FOUND, "This provider is not paused.")
        by = actor_of(request)
        async with self._audit.change(by, "resume", f"providers/{name}/pause", _recorded(before)):
            await self._breakers.change(
                name, BreakerReason.PAUSE, lambda breaker, at: breaker.closed(at, f"resumed by {by.login}")
            )
        return web.Response(status=204)

    async def _paused(self, request: web.Request, why: str) -> PauseShown:
        name, by = (await known_provider(request, self._providers)).name, actor_of(request)
        before = await self._pause_of(name)
        said = {"by": by.login, "why": why}
        async with self._audit.change(by, "pause", f"providers/{name}/pause", _recorded(before), said):
            await self._breakers.change(
                name, BreakerReason.PAUSE, lambda breaker, at: breaker.paused(at, by=by.login, why=why)
            )
        return await self._shown(name)

    async def _pause_of(self, name: str) -> Breaker | None:
        breaker = (await self._breakers.read(name)).breakers.get((name, BreakerReason.PAUSE))
        return None if breaker is None or breaker.is_closed else breaker

    async def _shown(self, name: str) -> PauseShown:
        # the pause first: what a dispatcher sent just before it is then among the work
        availability = await self._breakers.read(name)
        work = (await self._work.read()).of(name)
        breaker = availability.breakers.get((name, BreakerReason.PAUSE))
        if breaker is None or breaker.is_closed:
            return _told(name, PauseState.ACTIVE, None, work)
        return _told(name, pause_state(breaker, work, availability.read_at), breaker, work)


def pause_state(breaker: Breaker, work: ProviderWork, read_at: datetime | None) -> PauseState:
    """Tell whether a paused provider has come to rest; `read_at` is when the pause was looked at."""
    is_in_force = (
        read_at is not None
        and breaker.since is not None
        and read_at - breaker.since >= timedelta(seconds=IN_FORCE_SECONDS)
    )
    return PauseState.DRAINED if is_in_force and work.is_nothing else PauseState.DRAINING


def _told(name: str, state: PauseState, breaker: Breaker | None, work: ProviderWork) -> PauseShown:
    return PauseShown(
        provider=name,
        state=state,
        by=None if breaker is None else breaker.by,
        why=None if breaker is None else breaker.detail,
        since=None if breaker is None else breaker.since,
        running=work.running,
        waiting=work.waiting.photos,
    )


def _recorded(breaker: Breaker | None) -> dict[str, object] | None:
    return None if breaker is None else {"by": breaker.by, "why": breaker.detail, "since": breaker.since}
