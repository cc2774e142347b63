"""What happened lately, in order, for everybody who watches: a bounded ring that each reads at its own pace."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: A busy evening's last minute; with what one event takes, 2 MiB.
KEPT_EVENTS = 4_000


class LiveKind(StrEnum):
    """The kinds of events; each is also the `event` field of its message."""

    #: a photo came into another state
    JOB = "job"
    #: a new picture is in the gallery
    RESULT = "result"
    #: a message died; from the role `operator` on
    DEAD_LETTER = "dead_letter"
    #: a provider is asked again or not any more, was paused, came to rest
    PROVIDER = "provider"
    #: events may be missing before this one: read anew what you show
    RESET = "reset"


@dataclass(frozen=True)
class LiveEvent:
    """`n` counts up by one; `message` is how it is sent."""

    n: int
    kind: LiveKind
    slot_id: str | None
    message: bytes


class TooFarBehind(Exception):
    """The event that comes next is not kept any more."""


class LiveFeed:
    """Events of one process. Ids are `<instance>-<n>`: another process's say nothing here, and that is told."""

    def __init__(self, instance: str, now: Callable[[], datetime], *, kept: int = KEPT_EVENTS) -> None:
        self._instance = instance
        self._now = now
        self._events: deque[LiveEvent] = deque(maxlen=kept)
        self._last = 0
        self._news = asyncio.Event()
        self.watchers = 0

    @property
    def last(self) -> int:
        """The number of the newest event; 0 before the first one."""
        return self._last

    def add(self, kind: LiveKind, data: Mapping[str, object], *, slot_id: str | None = None) -> None:
        """Tell everybody. `data` holds nothing of a client's."""
        self._last += 1
        told = json.dumps({"at": self._now().isoformat(), **data}, separators=(",", ":"))
        message = f"id: {self.id_of(self._last)}\nevent: {kind.value}\ndata: {told}\n\n".encode()
        self._events.append(LiveEvent(self._last, kind, slot_id, message))
        self._news.set()
        self._news = asyncio.Event()

    def reset(self, reason: str) -> None:
        """Say that events may have been missed."""
        self.add(LiveKind.RESET, {"reason": reason})

    def after(self, n: int) -> list[LiveEvent]:
        """Give the events that follow number `n`.

        Raises:
            TooFarBehind: some of them are gone.
        """
        missing = self._last - n
        if missing > len(self._events):
            raise TooFarBehind
        # counted from the end, where a deque is quick
        return [self._events[-place] for place in range(missing, 0, -1)]

    def id_of(self, n: int) -> str:
        return f"{self._instance}-{n}"

    def place_of(self, event_id: str) -> int | None:
        """Give the number to go on after; None when it is not one of ours, or what followed it is gone."""
        instance, _, number = event_id.rpartition("-")
        if instance != self._instance or not number.isascii() or not number.isdigit() or len(number) > 18:
            return None
        n = int(number)
        return n if self._last - len(self._events) <= n <= self._last else None

    async def wait(self, n: int, *, seconds: float) -> None:
        """Return when there is an event after number `n`, or when the time is over."""
        if self._last > n:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    @contextmanager
    def one_more_watcher(self) -> Iterator[None]:
        self.watchers += 1
        try:
            yield
        finally:
            self.watchers -= 1
