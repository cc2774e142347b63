"""How fast a body must arrive."""

from collections import deque

MIN_BYTES_PER_SECOND = 16 * 1024
#: The rate is judged over this sliding interval, so a pause shorter than it is forgiven.
INTERVAL_SECONDS = 5.0
_STEP_SECONDS = 0.5


class UploadPace:
    """Counts a body's bytes against its end and against the least rate; all times monotonic, in seconds."""

    def __init__(self, started: float, deadline: float) -> None:
        self._deadline = deadline
        self._total_bytes = 0
        self._marks: deque[tuple[float, int]] = deque([(started, 0)])
        self._next_mark = started + _STEP_SECONDS

    def received(self, size_bytes: int) -> None:
        self._total_bytes += size_bytes

    def seconds_to_next_look(self, now: float) -> float:
        return max(0.0, min(self._next_mark, self._deadline) - now)

    def is_too_slow(self, now: float) -> bool:
        """Whether the deadline has passed, or the last interval brought too little."""
        if now >= self._deadline:
            return True
        if now < self._next_mark:
            return False
        self._marks.append((now, self._total_bytes))
        self._next_mark = now + _STEP_SECONDS
        while len(self._marks) > 1 and self._marks[1][0] <= now - INTERVAL_SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        if now - since < INTERVAL_SECONDS:
            return False
        return self._total_bytes - before < MIN_BYTES_PER_SECOND * (now - since)
