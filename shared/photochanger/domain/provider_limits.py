"""How much a provider may be asked for: by everybody together, and on behalf of one slot."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: Far above every provider's; a limit is no place for a typing error.
_Count = Annotated[int, Field(ge=1, le=1_000_000)]
_Money = Annotated[int, Field(ge=1, le=10**15)]


class Limit(StrEnum):
    """The names of the limits, in the order in which a call reserves them."""

    #: calls under way at once
    CONCURRENCY = "concurrency"
    #: calls a day, in the provider's time zone
    REQUESTS_PER_DAY = "requests_per_day"
    #: millionths of the provider's currency a day, in its time zone
    MONEY_PER_DAY = "money_per_day"
    #: pictures in any 60 s
    IMAGES_PER_MINUTE = "images_per_minute"
    #: calls begun in any 60 s
    REQUESTS_PER_MINUTE = "requests_per_minute"


class ProviderLimits(BaseModel):
    """None: no such limit. `money_per_day` is in millionths of the provider's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_minute: _Count | None = None
    requests_per_day: _Count | None = None
    images_per_minute: _Count | None = None
    concurrency: _Count | None = None
    money_per_day: _Money | None = None

    def of(self, limit: Limit) -> int | None:
        value: int | None = getattr(self, limit.value)
        return value

    def over(self, base: "ProviderLimits") -> "ProviderLimits":
        """These limits where there is one, else those of `base`."""
        return base.model_copy(update=self.model_dump(exclude_none=True))


NO_LIMITS = ProviderLimits()
