"""Bad evenings of the kinds that providers have, each drawn anew from its seed."""

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests.planner_replay.trace import FALLBACK, MAIN, Health, Period, Trace, Trouble

PHOTOS_PER_MINUTE = 12.0
BOTH = (MAIN, FALLBACK)
#: The fallback is the second choice: a little slower.
HEALTH = {MAIN.provider: Health(9.0, 0.35), FALLBACK.provider: Health(10.0, 0.4)}

Family = Callable[[int, float], Trace]


def latency_spikes(seed: int, minutes: float) -> Trace:
    """Every few minutes the main provider takes three to four times as long for one to three minutes."""
    return _trace("latency spikes", seed, minutes, _spikes(random.Random(seed), minutes))


def spikes_without_a_fallback(seed: int, minutes: float) -> Trace:
    return _trace(
        "latency spikes, no fallback", seed, minutes, _spikes(random.Random(seed), minutes), has_fallback=False
    )


def slow_hours(seed: int, minutes: float) -> Trace:
    """The main provider gets slower and slower and recovers, in steps."""
    steps = (1.5, 2.5, 4.0, 2.5, 1.5)
    length = minutes * 60 / (len(steps) + 2)
    periods = [
        Period(MAIN, Trouble.SLOW, length * n, length * (n + 1), factor) for n, factor in enumerate(steps, start=1)
    ]
    return _trace("slow hours", seed, minutes, periods)


def hanging_outages(seed: int, minutes: float) -> Trace:
    """The main provider takes calls and answers none, twice, while the fallback is slower than usual."""
    return _trace("outages that hang", seed, minutes, _outages(Trouble.HANG, random.Random(seed), minutes))


def failing_outages(seed: int, minutes: float) -> Trace:
    """The main provider fails every call at once, twice, while the fallback is slower than usual."""
    return _trace("outages that fail", seed, minutes, _outages(Trouble.FAIL, random.Random(seed), minutes))


def outages_and_spikes(seed: int, minutes: float) -> Trace:
    rng = random.Random(seed)
    periods = [*_outages(Trouble.HANG, rng, minutes), *_spikes(rng, minutes)]
    return _trace("outages and spikes", seed, minutes, periods)


def single_calls_that_hang(seed: int, minutes: float) -> Trace:
    """A healthy provider loses one call in twenty, and there is no fallback."""
    health = {MAIN.provider: Health(9.0, 0.35, hangs=0.05)}
    return _trace("single calls that hang, no fallback", seed, minutes, [], has_fallback=False, health=health)


def spikes_beside_a_quick_fallback(seed: int, minutes: float) -> Trace:
    """As `latency_spikes`, but the fallback is so quick that a third of the window is all that it ever needs."""
    health = {**HEALTH, FALLBACK.provider: Health(7.0, 0.4)}
    periods = _spikes(random.Random(seed), minutes)
    return _trace("latency spikes, quick fallback", seed, minutes, periods, health=health)


#: Where the planner must win.
FAMILIES: tuple[Family, ...] = (
    latency_spikes,
    spikes_without_a_fallback,
    slow_hours,
    hanging_outages,
    failing_outages,
    outages_and_spikes,
)
#: Where it hardly can, and where it does not: a call that was paid for is not cut to pay again at the same provider.
COUNTER_EXAMPLES: tuple[Family, ...] = (spikes_beside_a_quick_fallback, single_calls_that_hang)


def _trace(
    name: str,
    seed: int,
    minutes: float,
    periods: list[Period],
    *,
    has_fallback: bool = True,
    health: Mapping[str, Health] = MappingProxyType(HEALTH),
) -> Trace:
    rng, at, arrivals = random.Random(f"{seed}/arrivals"), 0.0, []
    while (at := at + rng.expovariate(PHOTOS_PER_MINUTE / 60)) < minutes * 60:
        arrivals.append(at)
    return Trace(name, seed, BOTH if has_fallback else (MAIN,), arrivals, periods, health)


def _spikes(rng: random.Random, minutes: float) -> list[Period]:
    periods, at = [], rng.uniform(60, 240)
    while at < minutes * 60:
        end = at + rng.uniform(60, 180)
        periods.append(Period(MAIN, Trouble.SLOW, at, end, rng.uniform(3, 4)))
        at = end + rng.uniform(120, 360)
    return periods


def _outages(trouble: Trouble, rng: random.Random, minutes: float) -> list[Period]:
    periods = []
    for share in (0.2, 0.6):
        start = (share + rng.uniform(-0.05, 0.05)) * minutes * 60
        end = start + rng.uniform(0.1, 0.2) * minutes * 60
        periods += [
            Period(MAIN, trouble, start, end),
            Period(FALLBACK, Trouble.SLOW, start, end, rng.uniform(1.5, 2.0)),
        ]
    return periods
