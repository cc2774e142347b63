"""One stream on a real connection: heartbeats, filters, and the ends that it may come to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from admin_api.operations.live.event_stream import EventStream, Pace, Wanted
from admin_api.operations.live.live_feed import LiveFeed, LiveKind
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.http_server import http_server
from photochanger.infrastructure.mongo import DatabaseUnavailable
from tests.event_streams import Stream, watching
from tests.eventually import eventually

ALL = frozenset(LiveKind)


@dataclass
class Desk:
    """Serves streams of one feed to whoever comes; `allowed` is what the person may see, or why nothing any more."""

    pace: Pace
    feed: LiveFeed = field(default_factory=lambda: LiveFeed("abc", lambda: datetime(2026, 11, 28, tzinfo=UTC)))
    wanted: Wanted = field(default_factory=lambda: Wanted(ALL, None))
    allowed: frozenset[LiveKind] | Exception = ALL
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    open: int = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.open += 1
        try:
            stream = EventStream(self.feed, self.wanted, self._ask, self.stop, self.pace)
            return await stream.serve(request, last_event_id=request.headers.get("Last-Event-ID"))
        finally:
            self.open -= 1

    async def _ask(self) -> frozenset[LiveKind]:
        if isinstance(self.allowed, Exception):
            raise self.allowed
        return self.allowed

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[aiohttp.ClientSession]:
        app = web.Application()
        app.router.add_get("/api/v1/events", self.serve)
        async with (
            http_server(app, "127.0.0.1", 0, drain_seconds=5) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
        ):
            yield http

    def happened(self, number: int, *, kind: LiveKind = LiveKind.JOB, slot_id: str | None = "demo") -> None:
        self.feed.add(kind, {"number": number}, slot_id=slot_id)


NEVER = 3_600.0
QUIET = Pace(heartbeat=NEVER, check=NEVER, slow=NEVER, gather=0.0, look=NEVER)


def at_pace(**changes: float) -> Desk:
    return Desk(Pace(**{**vars(QUIET), **changes}))


async def number(stream: Stream) -> int:
    _, data = await stream.next()
    return int(data["number"])


async def test_events_come_in_order_and_only_what_is_wanted() -> None:
    desk = at_pace()
    desk.wanted = Wanted(frozenset({LiveKind.JOB, LiveKind.PROVIDER}), "demo")

    async with desk.opened() as http, watching(http) as stream:
        desk.happened(1)
        desk.happened(2, slot_id="another")
        desk.happened(3, kind=LiveKind.RESULT)
        desk.happened(4, kind=LiveKind.PROVIDER, slot_id=None)
        desk.happened(5)
        assert [await number(stream) for _ in range(3)] == [1, 4, 5]
        desk.stop.set()
        desk.happened(6)


async def test_a_gap_is_told_whatever_is_wanted() -> None:
    desk = at_pace()
    desk.wanted = Wanted(frozenset({LiveKind.JOB, LiveKind.RESET}), "demo")

    async with desk.opened() as http, watching(http) as stream:
        desk.feed.reset("the broker was gone")
        assert await stream.next() == ("reset", {"at": "2026-11-28T00:00:00+00:00", "reason": "the broker was gone"})
        desk.stop.set()
        desk.happened(1)


async def test_a_heartbeat_moves_the_last_id_past_what_is_not_shown() -> None:
    desk = at_pace(heartbeat=0.0, look=0.01)
    desk.wanted = Wanted(frozenset({LiveKind.RESULT}), None)

    async with desk.opened() as http, watching(http) as stream:
        desk.happened(1)
        desk.happened(2)
        while stream.last_id != "abc-2":
            with pytest.raises(TimeoutError):
                await stream.next(seconds=0.2)
        assert stream.comments >= 1
        desk.stop.set()


async def test_a_stream_ends_when_its_person_has_to_go() -> None:
    for reason in (Refused(ProblemCode.UNAUTHENTICATED, "Log in first."), DatabaseUnavailable("gone")):
        desk = at_pace(check=0.0, look=0.01)
        async with desk.opened() as http, watching(http) as stream:
            desk.allowed = reason
            assert await stream.has_ended(seconds=10)


async def test_who_may_see_less_from_now_on_is_shown_less() -> None:
    desk = at_pace(check=0.0, look=0.01)

    async with desk.opened() as http, watching(http) as stream:
        desk.happened(1, kind=LiveKind.DEAD_LETTER)
        assert await number(stream) == 1
        desk.allowed = ALL - {LiveKind.DEAD_LETTER}
        await asyncio.sleep(0.1)
        desk.happened(2, kind=LiveKind.DEAD_LETTER)
        desk.happened(3)
        assert await number(stream) == 3
        desk.stop.set()


async def test_who_reads_nothing_is_cut_off_and_nothing_is_kept_for_him() -> None:
    desk = at_pace(slow=0.2, look=0.01)

    async with desk.opened() as http, watching(http) as stream:
        stream.answer.connection.transport.pause_reading()  # type: ignore[union-attr] # an open answer has one
        for burst in range(2_000):
            desk.feed.add(LiveKind.JOB, {"number": burst, "much": "x" * 10_000})
            if not desk.open:
                break
            await asyncio.sleep(0.002)
        await eventually(lambda: desk.open == 0)


async def test_who_falls_behind_what_is_kept_is_cut_off() -> None:
    desk = at_pace()

    async with desk.opened() as http, watching(http) as stream:
        for burst in range(10_000):
            desk.happened(burst)
        assert await stream.has_ended(seconds=10)


async def test_a_client_that_leaves_is_forgotten() -> None:
    desk = at_pace(look=0.01)

    async with desk.opened() as http:
        async with watching(http):
            assert desk.open == 1
        await eventually(lambda: desk.open == 0)


async def test_a_process_that_stops_does_not_wait_for_those_who_watch() -> None:
    desk = at_pace(look=0.01)

    async with desk.opened() as http, watching(http) as stream:
        desk.stop.set()
        assert await stream.has_ended(seconds=10)
