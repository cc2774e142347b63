"""What one request has been through so far: for its log lines and for an error in the middle of it."""

from collections.abc import Callable


class PhotoStory:
    """Filled in as the photo goes its way.

    Args:
        started: monotonic time of the request's first byte.
    """

    def __init__(self, slot_id: str, address: str, *, started: float, clock: Callable[[], float]) -> None:
        self.slot_id, self.address = slot_id, address
        self.booth = ""
        self.job_id: str | None = None
        self.started = started
        self._clock = clock
        self._last = started
        self._stages: dict[str, int] = {}

    def passed(self, stage: str) -> None:
        """The stage ends now; it began when the one before it ended."""
        now = self._clock()
        self._stages[f"ms_{stage}"] = round((now - self._last) * 1000)
        self._last = now

    @property
    def seconds(self) -> float:
        return self._clock() - self.started

    @property
    def facts(self) -> dict[str, str | int]:
        """Who and what, for a log line."""
        facts: dict[str, str | int] = {"slot_id": self.slot_id, "address": self.address}
        if self.job_id is not None:
            facts["job_id"] = self.job_id
        if self.booth:
            facts["booth"] = self.booth
        return facts

    @property
    def timing(self) -> dict[str, int]:
        """Milliseconds of every stage passed, and of all of it until now."""
        return {**self._stages, "ms_total": round(self.seconds * 1000)}
