"""What happens, as it happens: server-sent events that a page or a script reads for as long as it likes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import Field

from admin_api.accounts.auth import LOGGED_IN
from admin_api.operations.live.event_stream import EventStream, Wanted
from admin_api.operations.live.live_feed import LiveFeed, LiveKind
from admin_api.rest.endpoint import EVENT_STREAM, Endpoint, Handler, RequestModel, query_of
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.slot import SlotId
from photochanger.domain.user import Role

PATH = "/api/v1/events"
#: One person's pages and scripts on one session; everybody's in one process.
STREAMS_PER_SESSION, STREAMS_PER_PROCESS = 10, 500

#: Wraps a handler so that it sees only who is logged in and has the role.
NeedsRole = Callable[[Role, Handler], Handler]

_FOR_OPERATORS = frozenset({LiveKind.DEAD_LETTER})


class EventQuery(RequestModel):
    """`kinds` are names with commas between them; left out: all that the role may see. `reset` always comes."""

    kinds: Annotated[str, Field(max_length=200, pattern="^[a-z_]+(,[a-z_]+){0,9}$")] | None = None
    slot_id: SlotId | None = None


class EventRoutes:
    """`needs` is how every route finds out who asks; open streams are asked about again and again."""

    def __init__(self, feed: LiveFeed, needs: NeedsRole, stop: asyncio.Event) -> None:
        self._feed = feed
        self._check = needs(Role.VIEWER, _nothing)
        self._stop = stop
        self._streams: Counter[str] = Counter()

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.watch,
                Role.VIEWER,
                summary="Photos, results, dead letters and providers as they change; goes on after Last-Event-ID",
                query=EventQuery,
                answer_type=EVENT_STREAM,
                problems=(ProblemCode.RATE_LIMITED, ProblemCode.CAPACITY_EXCEEDED),
            ),
        )

    async def watch(self, request: web.Request) -> web.StreamResponse:
        query = query_of(request, EventQuery)
        kinds = _kinds(query.kinds, request[LOGGED_IN].user.role)
        with self._place(request[LOGGED_IN].token_hash), self._feed.one_more_watcher():
            stream = EventStream(self._feed, Wanted(kinds, query.slot_id), self._still_allowed(request), self._stop)
            return await stream.serve(request, last_event_id=request.headers.get(hdrs.LAST_EVENT_ID))

    def _still_allowed(self, request: web.Request) -> Callable[[], Awaitable[frozenset[LiveKind]]]:
        """Give what says, at any time, which kinds this person may see then; it raises `Refused` for none."""

        async def allowed() -> frozenset[LiveKind]:
            await self._check(request)
            return _allowed(request[LOGGED_IN].user.role)

        return allowed

    @contextmanager
    def _place(self, session: str) -> Iterator[None]:
        if self._streams[session] >= STREAMS_PER_SESSION:
            raise Refused(ProblemCode.RATE_LIMITED, f"At most {STREAMS_PER_SESSION} streams a session.")
        if self._streams.total() >= STREAMS_PER_PROCESS:
            raise Refused(ProblemCode.CAPACITY_EXCEEDED, "Too many people watch.")
        self._streams[session] += 1
        try:
            yield
        finally:
            self._streams[session] -= 1
            if not self._streams[session]:
                del self._streams[session]


async def _nothing(_request: web.Request) -> web.StreamResponse:
    return web.Response()


def _allowed(role: Role) -> frozenset[LiveKind]:
    return frozenset(LiveKind) - (frozenset() if role.includes(Role.OPERATOR) else _FOR_OPERATORS)


def _kinds(names: str | None, role: Role) -> frozenset[LiveKind]:
    allowed = _allowed(role)
    if names is None:
        return allowed
    known = {kind.value: kind for kind in LiveKind}
    asked = names.split(",")
    if unknown := [name for name in asked if name not in known]:
        wrong = Wrong(FaultCode.NOT_ALLOWED, f"there is no kind {', '.join(unknown)}", allowed=tuple(sorted(known)))
        raise Refused.for_faults(FieldFault.at("kinds", wrong=wrong))
    kinds = frozenset(known[name] for name in asked)
    if not kinds <= allowed:
        raise Refused(ProblemCode.FORBIDDEN, f"Some of these kinds need the role {Role.OPERATOR}.")
    return kinds | {LiveKind.RESET}
