"""One evening as it would go for anybody: when photos come, and what each call to a provider would do."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from photochanger.domain.slot import Operation, Route

MAIN = Route(provider="main", operation=Operation.IMAGE_EDIT)
FALLBACK = Route(provider="fallback", operation=Operation.IMAGE_EDIT)

#: What a provider in good health answers wrongly now and then.
USUAL_FAILURES = 0.01


class Trouble(StrEnum):
    #: every call takes `factor` times as long
    SLOW = "slow"
    #: no call ends
    HANG = "hang"
    #: every call fails within two seconds
    FAIL = "fail"


@dataclass(frozen=True)
class Period:
    """A provider's trouble for calls begun from `start` on and before `end`, in seconds of the evening."""

    route: Route
    trouble: Trouble
    start: float
    end: float
    factor: float = 1.0


@dataclass(frozen=True)
class CallEnd:
    """A call ends after so long (infinity: never), with a picture or a failure that passes."""

    seconds: float
    has_picture: bool


@dataclass(frozen=True)
class Health:
    """A provider's times on a good day: log-normal; `hangs` is the share of calls that never end."""

    median_seconds: float
    sigma: float
    hangs: float = 0.0


@dataclass(frozen=True)
class Trace:
    """The same for every policy: what the n-th call of a photo to a provider does follows from when it begins alone."""

    name: str
    seed: int
    routes: tuple[Route, ...]
    arrivals: Sequence[float] = field(repr=False)
    periods: Sequence[Period]
    health: Mapping[str, Health]

    def call(self, route: Route, photo: int, n: int, *, at: float) -> CallEnd:
        rng = random.Random(f"{self.seed}/{route.provider}/{photo}/{n}")
        chance, quick, health = rng.random(), rng.uniform(0.3, 2.0), self.health[route.provider]
        seconds = health.median_seconds * math.exp(health.sigma * rng.gauss(0, 1))
        for period in self.periods:
            if period.route != route or not period.start <= at < period.end:
                continue
            if period.trouble is Trouble.HANG:
                return CallEnd(math.inf, has_picture=False)
            if period.trouble is Trouble.FAIL:
                return CallEnd(quick, has_picture=False)
            seconds *= period.factor
        if chance < health.hangs:
            return CallEnd(math.inf, has_picture=False)
        if chance > 1 - USUAL_FAILURES:
            return CallEnd(quick, has_picture=False)
        return CallEnd(seconds, has_picture=True)
