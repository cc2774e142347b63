"""What is remembered of one provider's operation: counts per epoch and log bucket, added up by whoever finishes a call.

Adding counts is all that a write does, so sketches of any number of processes merge in any order. Forgetting is the
reader's: an epoch counts half after every 5 minutes and after every 64 newer calls, and not at all after 20 minutes.
So a busy evening follows a provider's bad minute within a minute, and one booth's photo a minute still adds up to a
percentile.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from photochanger.domain.latency import Latency
from photochanger.domain.log_histogram import percentile_ms
from photochanger.domain.survival import Survival

EPOCH_SECONDS = 20
#: Older epochs are neither read nor kept.
KEPT_EPOCHS = 60
HALF_LIFE_EPOCHS = 15
HALF_LIFE_CALLS = 64
#: Epochs with so many newer calls weigh less than 1/256 and need not be looked at.
CALLS_THAT_MATTER = 8 * HALF_LIFE_CALLS
#: "Recent" is three minutes.
RECENT_EPOCHS = 9


class Measure(StrEnum):
    """What was timed, in milliseconds. The database's field names: never rename one."""

    #: a call that gave a usable picture
    CALL = "call"
    #: a call that was cut because its time was over, after so long
    CUT = "cut"
    #: from the dispatch of an attempt to its claim by a worker
    WAIT = "wait"
    #: from the provider's answer to the row that says done
    FINISH = "finish"


class Place(NamedTuple):
    """Where one sample is counted."""

    epoch: int
    measure: Measure
    bucket: int


Sketch = Mapping[Place, int]

#: What counts as a sample.
CALLS = frozenset({Measure.CALL, Measure.CUT})


def epoch_at(unix_seconds: float) -> int:
    """The epoch of a moment by the database's clock."""
    return int(unix_seconds // EPOCH_SECONDS)


def merged(*sketches: Sketch) -> Sketch:
    """One sketch of everything that several have counted."""
    total: Counter[Place] = Counter()
    for sketch in sketches:
        total.update(sketch)
    return total


def latency_of(sketch: Sketch, *, now_epoch: int) -> Latency:
    """What the sketch says now. Counts from the future, of a clock that was set back, are as of now."""
    calls: dict[int, int] = {}
    for (epoch, measure, _), count in sketch.items():
        if epoch > now_epoch - KEPT_EPOCHS:
            calls[epoch] = calls.get(epoch, 0) + (count if measure in CALLS else 0)
    weights = _weights(calls, now_epoch)
    weighed: dict[Measure, dict[int, float]] = {measure: defaultdict(float) for measure in Measure}
    for (epoch, measure, bucket), count in sketch.items():
        if epoch in weights:
            weighed[measure][bucket] += count * weights[epoch]
    return Latency(
        samples=sum(calls.values()),
        recent=sum(count for epoch, count in calls.items() if epoch > now_epoch - RECENT_EPOCHS),
        survival=Survival.of(weighed[Measure.CALL], weighed[Measure.CUT]),
        wait_ms=percentile_ms(weighed[Measure.WAIT], 50) or 0,
        finish_ms=percentile_ms(weighed[Measure.FINISH], 90) or 0,
    )


def _weights(calls: Mapping[int, int], now_epoch: int) -> dict[int, float]:
    """Give each epoch's weight, from the newest to the oldest."""
    weights, newer = {}, 0
    for epoch in sorted(calls, reverse=True):
        age = max(0, now_epoch - epoch)
        weights[epoch] = 0.5 ** (age / HALF_LIFE_EPOCHS + newer / HALF_LIFE_CALLS)
        newer += calls[epoch]
    return weights
