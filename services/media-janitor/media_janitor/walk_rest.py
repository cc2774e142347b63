"""When a walk through everything begins again."""

from collections.abc import Callable
from datetime import datetime, timedelta

#: What the walks look for is rare and at least minutes old: a small studio's whole store is walked in one round.
WALK_REST = timedelta(minutes=5)


class WalkRest:
    """A walk that came to its end rests, so that a store that holds little costs next to nothing.

    `now` is the database's time. One that is under way goes on every round.
    """

    def __init__(self, now: Callable[[], datetime], rest: timedelta = WALK_REST) -> None:
        self._now = now
        self._rest = rest
        self._ended_at: dict[str, datetime] = {}

    def is_resting(self, walk: str) -> bool:
        ended_at = self._ended_at.get(walk)
        return ended_at is not None and ended_at <= self._now() < ended_at + self._rest

    def begin(self, walk: str) -> None:
        """Let `walk` rest from now on."""
        now = self._now()
        resting = {other: ended_at for other, ended_at in self._ended_at.items() if ended_at + self._rest > now}
        self._ended_at = {**resting, walk: now}
