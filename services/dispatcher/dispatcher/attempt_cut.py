"""When an attempt is cut off so that the next provider still has its chance."""

from dispatcher.provider_times import ProviderTimes
from photochanger.domain.slot import Route

#: Fewer samples say nothing about a provider's slowest tenth.
MIN_SAMPLES = 5
#: Added to the fallback's p90: dispatch, transport, check and store.
FALLBACK_MARGIN_MS = 2_000
#: Without samples the fallback is given so much of the window.
SHARE_WITHOUT_SAMPLES = 0.45
#: A slow fallback never takes more than this of what is left: the provider at work keeps the rest.
MAX_SHARE_OF_LEFT = 0.6


def cut_left_ms(
    fallback: Route | None, times: ProviderTimes, *, left_ms: int, window_ms: int, answer_reserve_ms: int
) -> int:
    """Say how much of the window is left, in milliseconds, when the attempt starting now is cut.

    Without a fallback that is the answer reserve; with one it is enough for the fallback, at least the reserve.
    """
    if fallback is None:
        return answer_reserve_ms
    p90 = times.p90_ms(fallback) if times.count(fallback) >= MIN_SAMPLES else None
    wanted = int(window_ms * SHARE_WITHOUT_SAMPLES) if p90 is None else p90 + FALLBACK_MARGIN_MS
    return max(answer_reserve_ms, min(wanted, int(left_ms * MAX_SHARE_OF_LEFT)))
