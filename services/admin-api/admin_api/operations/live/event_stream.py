"""One open stream: filtered events, heartbeats, an end for whoever reads too slowly or is not logged in any more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from admin_api.operations.live.live_feed import LiveEvent, LiveFeed, LiveKind, TooFarBehind
from admin_api.rest.endpoint import EVENT_STREAM
from admin_api.rest.problems import Refused
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger

RECONNECT_MS = 2_000

_HEADERS = {
    hdrs.CONTENT_TYPE: f"{EVENT_STREAM}; charset=utf-8",
    hdrs.CACHE_CONTROL: "no-store",
    # nginx, and what copies it, would hold events back until it has a buffer full
    "X-Accel-Buffering": "no",
}

log = get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How a stream spends its time, in seconds."""

    #: silence is broken after so long; proxies give up after 30 to 60
    heartbeat: float = 10.0
    #: how often it is asked whether the person is still logged in
    check: float = 15.0
    #: who takes nothing for so long is cut off; the library buffers 64 KiB, and nothing else is kept for anybody
    slow: float = 10.0
    #: events that come within this are sent together
    gather: float = 0.2
    #: how soon a stream notices that its client has left, or that the process stops
    look: float = 1.0


USUAL_PACE = Pace()


@dataclass(frozen=True)
class Wanted:
    """What a stream shows; an event that is about no slot is about every slot."""

    kinds: frozenset[LiveKind]
    slot_id: str | None

    def includes(self, event: LiveEvent) -> bool:
        is_of_slot = self.slot_id is None or event.slot_id in {None, self.slot_id}
        return event.kind in self.kinds and (is_of_slot or event.kind is LiveKind.RESET)


@dataclass
class EventStream:
    """`allowed` gives the kinds that the person may see now, and raises `Refused` for one who has to go."""

    feed: LiveFeed
    wanted: Wanted
    allowed: Callable[[], Awaitable[frozenset[LiveKind]]]
    stop: asyncio.Event
    pace: Pace = USUAL_PACE
    _place: int = field(default=0, init=False)
    _sent_at: float = field(default=0.0, init=False)
    _checked_at: float = field(default=0.0, init=False)

    async def serve(self, request: web.Request, *, last_event_id: str | None) -> web.StreamResponse:
        """Send until the client leaves, the session ends, the client is too slow, or the process stops."""
        response = web.StreamResponse(headers=_HEADERS)
        response.force_close()
        await response.prepare(request)
        try:
            await self._send(response, self._greeting(last_event_id))
            self._checked_at = _now()
            await self._follow(request, response)
        except (ConnectionError, TimeoutError, TooFarBehind) as error:
            # whoever is still there comes again and says how far it came
            log.info("live_stream_cut", reason=type(error).__name__)
            if request.transport is not None:
                request.transport.abort()
        return response

    def _greeting(self, last_event_id: str | None) -> bytes:
        """Say where the stream begins, so that a client that saw no event yet can go on from there too."""
        place = None if last_event_id is None else self.feed.place_of(last_event_id)
        self._place = self.feed.last if place is None else place
        retry = f"retry: {RECONNECT_MS}\n\n"
        if last_event_id is None or place is not None:
            return f"{retry}id: {self.feed.id_of(self._place)}\nevent: ready\ndata: {{}}\n\n".encode()
        reset = 'event: reset\ndata: {"reason":"what followed is not kept here"}\n\n'
        return f"{retry}id: {self.feed.id_of(self._place)}\n{reset}".encode()

    async def _follow(self, request: web.Request, response: web.StreamResponse) -> None:
        while not self.stop.is_set() and await self._is_allowed():
            await self.feed.wait(self._place, seconds=self.pace.look)
            if request.transport is None or request.transport.is_closing():
                return
            events = self.feed.after(self._place)
            self._place += len(events)
            await self._send(response, self._chosen(events))
            await asyncio.sleep(self.pace.gather)

    def _chosen(self, events: Iterable[LiveEvent]) -> bytes:
        chosen = b"".join(event.message for event in events if self.wanted.includes(event))
        is_silent = _now() >= self._sent_at + self.pace.heartbeat
        # the id lets a client that is shown little go on from here, not from the last event that it was shown
        return chosen or (f": still here\nid: {self.feed.id_of(self._place)}\n\n".encode() if is_silent else b"")

    async def _send(self, response: web.StreamResponse, data: bytes) -> None:
        if data:
            async with asyncio.timeout(self.pace.slow):
                await response.write(data)
            self._sent_at = _now()

    async def _is_allowed(self) -> bool:
        if _now() < self._checked_at + self.pace.check:
            return True
        try:
            allowed = await self.allowed()
        except (Refused, DatabaseUnavailable) as error:
            log.info("live_stream_ended", reason=str(error))
            return False
        self.wanted = Wanted(self.wanted.kinds & allowed, self.wanted.slot_id)
        self._checked_at = _now()
        return True


def _now() -> float:
    return asyncio.get_running_loop().time()
