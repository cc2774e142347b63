"""How many photos of a slot are in work, here and in the other replicas."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode

#: How long a count of the other replicas' rows serves; the limit can be overshot by what they admit meanwhile.
SAMPLE_SECONDS = 0.5


@dataclass
class _Load:
    here: int = 0
    #: of those, how many have their row already
    admitted: int = 0
    elsewhere: int = 0
    sampled_at: float = float("-inf")


class SlotPlace:
    """One photo's place in its slot."""

    def __init__(self, load: _Load) -> None:
        self._load, self._has_row = load, False

    def row_admitted(self) -> None:
        """Say that the photo is now among the slot's rows."""
        if not self._has_row:
            self._load.admitted += 1
        self._has_row = True

    def leave(self) -> None:
        self._load.here -= 1
        self._load.admitted -= self._has_row


class SlotLoads:
    """Own requests are counted exactly, everybody else's by their rows: a killed replica's places heal by themselves.

    Args:
        count_rows: running rows of a slot; may raise `DatabaseUnavailable`.
        clock: monotonic seconds.
    """

    def __init__(self, count_rows: Callable[[str], Awaitable[int]], *, clock: Callable[[], float]) -> None:
        self._count_rows, self._clock = count_rows, clock
        self._loads: dict[str, _Load] = {}

    async def look(self, slot_id: str) -> None:
        """Count the slot's rows again if the last count is too old."""
        load = self._loads.setdefault(slot_id, _Load())
        now = self._clock()
        if now - load.sampled_at < SAMPLE_SECONDS:
            return
        before, load.sampled_at = load.sampled_at, now
        try:
            rows = await self._count_rows(slot_id)
        except BaseException:
            load.sampled_at = before
            raise
        load.elsewhere = max(0, rows - load.admitted)

    @contextmanager
    def place(self, slot_id: str, limit: int) -> Iterator[SlotPlace]:
        """A place in the slot, as far as the last look tells.

        Raises:
            Refusal: all `limit` places are taken.
        """
        load = self._loads.setdefault(slot_id, _Load())
        if load.here + load.elsewhere >= limit:
            raise Refusal(ProblemCode.SLOT_BUSY, "this slot has as many photos in work as it may")
        load.here += 1
        place = SlotPlace(load)
        try:
            yield place
        finally:
            place.leave()
