"""An HTTP answer before it is sent, and how it is to be delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from sandbox.prices import Billed

JSON_TYPE = "application/json; charset=UTF-8"


class Delivery(Enum):
    """How the body reaches the client."""

    #: All of it, as fast as the client reads.
    WHOLE = auto()
    #: One byte after another, with a pause before each.
    DRIP = auto()
    #: The announced length is not reached: half, then the connection closes.
    CUT = auto()
    #: The connection closes before a status line.
    DROP = auto()
    #: Nothing, until the client leaves.
    HANG = auto()


@dataclass(frozen=True)
class WireAnswer:
    """Status, type and body of an answer; the pieces of `body` may be one object many times over."""

    status: int
    content_type: str
    body: Sequence[bytes]
    delivery: Delivery = Delivery.WHOLE
    #: Pause before each byte of a drip.
    pause_seconds: float = 1.0
    headers: Mapping[str, str] = field(default_factory=dict)
    #: What the original charges for it; None: nothing.
    billed: Billed | None = None

    @property
    def length_bytes(self) -> int:
        return sum(map(len, self.body))
