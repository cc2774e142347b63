"""How long an ordinary answer takes."""

import math
from random import Random
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: The standard normal distribution's 95th percentile.
_Z95 = 1.6448536269514722
#: No answer takes longer than so many times the 95th percentile.
_TAIL = 2.0


class Latency(BaseModel):
    """`seconds` plus or minus up to `jitter_seconds`; with `p95_seconds` log-normal, `seconds` being the median."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(ge=0, le=600)
    jitter_seconds: float = Field(default=0, ge=0, le=600)
    p95_seconds: float | None = Field(default=None, gt=0, le=600)

    @model_validator(mode="after")
    def _is_a_distribution(self) -> Self:
        if self.p95_seconds is not None and not 0 < self.seconds <= self.p95_seconds:
            raise ValueError("p95_seconds must not be less than seconds, and seconds not 0")
        return self

    def draw(self, random: Random) -> float:
        """Give one call's latency in seconds."""
        if self.p95_seconds is None:
            return max(0.0, self.seconds + random.uniform(-self.jitter_seconds, self.jitter_seconds))
        sigma = math.log(self.p95_seconds / self.seconds) / _Z95
        return min(random.lognormvariate(math.log(self.seconds), sigma), _TAIL * self.p95_seconds)
