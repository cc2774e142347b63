"""One call at a provider as the ledger keeps it: how it ended and what it cost."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from photochanger.domain.usage import Usage


class CallOutcome(StrEnum):
    """How one call ended. Kept in rows: never rename one."""

    #: its picture became the job's result
    DELIVERED = "delivered"
    #: its time was over before there was a picture, or the picture came after the job's end
    LATE = "late"
    #: the provider will not make this picture
    REFUSED = "refused"
    #: no usable picture, or one that could not be kept
    FAILED = "failed"
    #: stopped, because its job was ended by somebody
    CANCELLED = "cancelled"
    #: its process died between the call and the record; never written, see `ProviderCall.outcome`
    UNKNOWN = "unknown"


class ProviderCall(BaseModel):
    """An entry of an attempt's ledger: the n-th call, begun `at`, by the database's clock.

    `outcome` None: under way, and unknown once its job has ended. `cost_micros` None: nobody knows whether it was
    charged, or its model has no price; 0: it was not charged. Tokens, images and credits are as the provider said.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    n: int
    at: datetime
    outcome: CallOutcome | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    thought_tokens: int | None = None
    images: int | None = None
    credits_left: int | None = None
    cost_micros: int | None = None
    #: of `cost_micros`, ISO 4217
    currency: str | None = None


@dataclass(frozen=True)
class CallEnd:
    """What closes the n-th entry."""

    n: int
    outcome: CallOutcome
    cost_micros: int | None = None
    currency: str | None = None
    usage: Usage = field(default_factory=Usage)

    def entry(self) -> dict[str, object]:
        """Give the fields that the entry gains; what nobody knows is left out, as rows are many."""
        known = {"outcome": self.outcome.value, "cost_micros": self.cost_micros, "currency": self.currency}
        return {name: value for name, value in (known | asdict(self.usage)).items() if value is not None}


def says_what_was_used(usage: Usage) -> bool:
    """Whether the provider said that the call used something: then it charges for it."""
    return any(
        count is not None for count in (usage.input_tokens, usage.output_tokens, usage.thought_tokens, usage.images)
    )
