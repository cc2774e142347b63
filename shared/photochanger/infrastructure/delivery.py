"""What ends a job well: one attempt's stored picture."""

from dataclasses import dataclass

from photochanger.domain.provider_call import CallEnd
from photochanger.domain.result import ResultInfo


@dataclass(frozen=True)
class Delivery:
    """The stored picture of one attempt; `inline_base64` is a small picture's copy for the synchronous answer.

    `call` closes the call that made it in the attempt's ledger.
    """

    n: int
    owner: str
    result: ResultInfo
    inline_base64: str | None = None
    provider_reference: str | None = None
    provider_ms: int | None = None
    call: CallEnd | None = None
