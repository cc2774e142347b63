"""The budget of one photo's window: what may be started in the time left, and when it is cut.

Every number comes in: the time left by the database's clock, and what is known of the providers. With nothing known the
plan is a constant share of the window; each thing that was measured moves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from photochanger.domain.latency import UNKNOWN, Latency

#: With less than this before the cut no call is started: it would be paid for nothing.
MIN_CALL_MS = 1_000
#: So many samples make a prediction; with fewer everything may be tried.
PREDICT_SAMPLES = 20
#: Added to the fallback's p90: dispatch, transport, check and store.
FALLBACK_MARGIN_MS = 2_000
#: Without samples the fallback is given so much of the window.
SHARE_WITHOUT_SAMPLES = 0.45
#: A slow fallback never takes more than this of what is left: the provider at work keeps the rest.
MAX_SHARE_OF_LEFT = 0.6


@dataclass(frozen=True)
class TimeLeft:
    """What is left of a window, in milliseconds, by the database's clock."""

    left_ms: int
    window_ms: int
    answer_reserve_ms: int

    @property
    def for_calls_ms(self) -> int:
        return self.left_ms - self.answer_reserve_ms


@dataclass(frozen=True)
class Plan:
    """Start the candidate number `position`, cut when `cut_left_ms` are left.

    `chance` is the predicted share of such photos that come back in the window, None where a provider is not known.
    """

    position: int
    cut_left_ms: int
    chance: float | None


def first_attempt(candidates: Sequence[Latency], time: TimeLeft, *, may_refuse: bool) -> Plan | None:
    """Plan for a photo that no provider was asked for yet; None: not now, or not any more.

    Here only recent samples speak against a provider, because first attempts are also how its recovery is noticed. When
    every provider's usual time exceeds what is left, a slot that may refuse does (None), and else the one with the best
    chance is tried: not trying would be the sure end of the window.
    """
    plan = _first_that_ends(candidates, time, is_first=True)
    if plan is not None or may_refuse or not candidates or time.for_calls_ms < MIN_CALL_MS:
        return plan
    chances = [candidate.survival.share_within(_for_call(candidate, time)) for candidate in candidates]
    best = max(range(len(candidates)), key=lambda position: chances[position])
    return Plan(best, time.answer_reserve_ms, chances[best])


def next_attempt(candidates: Sequence[Latency], time: TimeLeft) -> Plan | None:
    """Plan for a photo whose attempts so far have failed; None: nothing that could be started can end in time."""
    return _first_that_ends(candidates, time, is_first=False)


def probe_cut_left_ms(time: TimeLeft) -> int:
    """When a call is cut that tries a provider after an outage and has no fallback: as if it had an unknown one."""
    return _cut_left_ms(UNKNOWN, time)


def retry_needs_ms(latency: Latency, *, cut_left_ms: int) -> int:
    """The least time before the cut with which a call is made again at the same provider."""
    usual_ms = latency.p50_ms
    if usual_ms is None or latency.samples < PREDICT_SAMPLES:
        return MIN_CALL_MS
    return max(MIN_CALL_MS, usual_ms + max(0, latency.finish_ms - cut_left_ms))


def has_waited_too_long(latency: Latency, *, given_ms: int, left_ms: int) -> bool:
    """Whether an attempt that could have ended when it was dispatched cannot any more, now that a worker has it.

    `given_ms` was the time for its calls at the dispatch, `left_ms` is it now. One that was dispatched although it
    hardly fitted (see `first_attempt`) is not stopped here: nothing has changed for it.
    """
    if left_ms < MIN_CALL_MS:
        return True
    usual_ms = latency.p50_ms
    if usual_ms is None or latency.samples < PREDICT_SAMPLES:
        return False
    return left_ms < usual_ms <= given_ms


def _first_that_ends(candidates: Sequence[Latency], time: TimeLeft, *, is_first: bool) -> Plan | None:
    if time.for_calls_ms < MIN_CALL_MS:
        return None
    for position, candidate in enumerate(candidates):
        samples = candidate.recent if is_first else candidate.samples
        fallback = next((other for other in candidates[position + 1 :] if not _is_hopeless(other, time)), None)
        for kept_for in _worth_keeping_time_for(fallback):
            cut = _cut_left_ms(kept_for, time)
            if samples < PREDICT_SAMPLES or not _exceeds(candidate, _for_call(candidate, time, cut)):
                return Plan(position, cut, _chance(candidate, kept_for, time, cut))
    return None


def _worth_keeping_time_for(fallback: Latency | None) -> tuple[Latency | None, ...]:
    """Whose time the attempt is cut for, best first: an unknown fallback never takes a known provider's usual time."""
    is_known = fallback is not None and fallback.samples >= PREDICT_SAMPLES
    return (fallback,) if fallback is None or is_known else (fallback, None)


def _is_hopeless(fallback: Latency, time: TimeLeft) -> bool:
    """Whether nothing need be kept for this fallback: it cannot end even in the most that it would be left."""
    given_ms = _for_call(fallback, TimeLeft(_cut_left_ms(fallback, time), time.window_ms, time.answer_reserve_ms))
    return fallback.samples >= PREDICT_SAMPLES and _exceeds(fallback, given_ms)


def _cut_left_ms(fallback: Latency | None, time: TimeLeft) -> int:
    """Say how much of the window is left when the attempt starting now is cut, at least the answer reserve."""
    if fallback is None:
        return time.answer_reserve_ms
    p90 = fallback.p90_ms
    wanted = int(time.window_ms * SHARE_WITHOUT_SAMPLES) if p90 is None else p90 + FALLBACK_MARGIN_MS
    cut = min(wanted, int(time.left_ms * MAX_SHARE_OF_LEFT))
    # neither half of a rest that is too short for two would be of use
    return max(cut, time.answer_reserve_ms) if time.left_ms - cut >= MIN_CALL_MS else time.answer_reserve_ms


def _for_call(latency: Latency, time: TimeLeft, cut_left_ms: int | None = None) -> int:
    """The time that the provider itself would have: less the queue, and less what our own part needs after it."""
    cut = time.answer_reserve_ms if cut_left_ms is None else cut_left_ms
    return time.left_ms - latency.wait_ms - max(cut, latency.finish_ms)


def _exceeds(latency: Latency, milliseconds: int) -> bool:
    usual_ms = latency.p50_ms
    return usual_ms is not None and usual_ms > milliseconds


def _chance(candidate: Latency, fallback: Latency | None, time: TimeLeft, cut_left_ms: int) -> float | None:
    if candidate.p90_ms is None:
        return None
    chance = candidate.survival.share_within(_for_call(candidate, time, cut_left_ms))
    if fallback is None:
        return chance
    if fallback.p90_ms is None:
        return None
    rest = TimeLeft(cut_left_ms, time.window_ms, time.answer_reserve_ms)
    return chance + (1 - chance) * fallback.survival.share_within(_for_call(fallback, rest))
