"""What one provider call used, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: Money is counted in millionths of the manifest's currency: whole numbers, so that sums are exact.
MICROS = 1_000_000
#: Far above every price, so that sums of them can be stored.
_Micros = Annotated[int, Field(ge=0, le=10**12)]


@dataclass(frozen=True)
class Usage:
    """What a call used as the provider said it; None where it said nothing. `model` is the one that was asked."""

    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    thought_tokens: int | None = None
    images: int | None = None
    credits_left: int | None = None


class Price(BaseModel):
    """What a provider takes for a call of `model` (None: of any model), in millionths of its currency.

    Tokens are priced per million; thought tokens cost as output tokens. `typical_call` is what is reserved before a
    call of which nobody knows what it will use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(min_length=1, max_length=128, examples=["gemini-2.5-flash-image"])] | None = None
    per_call: _Micros = 0
    per_image: _Micros = 0
    per_million_input_tokens: _Micros = 0
    per_million_output_tokens: _Micros = 0
    typical_call: _Micros = 0


class PriceTable(BaseModel):
    """A provider's prices as an administrator gave them: they win over its manifest's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: ISO 4217
    currency: str = Field(pattern="^[A-Z]{3}$")
    prices: tuple[Price, ...] = Field(max_length=100)


def price_of(prices: Sequence[Price], model: str | None) -> Price | None:
    """The price of `model`, or the one for any model, or None."""
    exact = (price for price in prices if price.model == model)
    general = (price for price in prices if price.model is None)
    return next(exact, None) or next(general, None)


def cost_micros(prices: Sequence[Price], usage: Usage) -> int | None:
    """What a charged call costs in millionths, rounded half up; None when the model has no price."""
    price = price_of(prices, usage.model)
    if price is None:
        return None
    output = (usage.output_tokens or 0) + (usage.thought_tokens or 0)
    tokens = (usage.input_tokens or 0) * price.per_million_input_tokens + output * price.per_million_output_tokens
    return price.per_call + (usage.images or 0) * price.per_image + (tokens + MICROS // 2) // MICROS
