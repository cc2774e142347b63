"""When a failed call is made again at the same provider: only what is worth it, and only in time.

Own lines rather than a library's: the pause depends on the failure, on the row's time left and on a budget shared by
all attempts of the process, and nothing but the arithmetic below would remain of it.
"""

from collections import deque
from collections.abc import Callable

from photochanger.domain.window_planner import MIN_CALL_MS
from photochanger.provider_worker.failures import ProviderFailure

#: A call with less time than this cannot succeed.
MIN_CALL_SECONDS = MIN_CALL_MS / 1000
_JITTER_OF_A_GIVEN_DELAY = 0.1


def pause_before_retry(
    failure: ProviderFailure,
    *,
    calls_made: int,
    seconds_left: float,
    uniform: Callable[[float, float], float],
    needed_seconds: float = MIN_CALL_SECONDS,
) -> float | None:
    """Seconds to wait before the next call; None when there is none: not worth it, too many, or too late.

    A delay that the provider asked for is kept to, others have full jitter. The call must have `needed_seconds` left.
    """
    treatment = failure.treatment
    if calls_made >= treatment.max_calls:
        return None
    if failure.retry_after_seconds is not None:
        pause = failure.retry_after_seconds * uniform(1.0, 1.0 + _JITTER_OF_A_GIVEN_DELAY)
    else:
        bound = treatment.first_pause_seconds * 2 ** max(calls_made - 1, 0)
        pause = uniform(0.0, min(bound, treatment.longest_pause_seconds))
    return pause if seconds_left - pause >= needed_seconds else None


class RetryBudget:
    """Retries of one process: a share of the last minute's calls, but never less than a floor."""

    def __init__(self, now: Callable[[], float], *, share: float = 0.1, floor: int = 20) -> None:
        self._now = now
        self._share = share
        self._floor = floor
        self._calls: deque[float] = deque()
        self._retries: deque[float] = deque()

    def note_call(self) -> None:
        self._calls.append(self._now())

    def take_retry(self) -> bool:
        """Spend one retry, if there is one."""
        minute_ago = self._now() - 60
        for times in (self._calls, self._retries):
            while times and times[0] <= minute_ago:
                times.popleft()
        if len(self._retries) >= max(self._floor, int(self._share * len(self._calls))):
            return False
        self._retries.append(self._now())
        return True
