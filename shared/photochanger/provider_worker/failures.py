"""How one call at a provider can fail, and what follows from it: decided here once for every provider."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from photochanger.domain.job import AttemptOutcome
from photochanger.domain.usage import Usage


class FailureKind(StrEnum):
    """Why a call gave no picture."""

    #: bad key, no permission, out of credit
    AUTH = "auth"
    #: the provider does not serve where we call from
    REGION = "region"
    #: the model is retired or was never there
    MODEL_GONE = "model_gone"
    #: the request, its parameters or its pictures are not what the provider takes
    BAD_REQUEST = "bad_request"
    #: over a rate limit that passes
    QUOTA = "quota"
    #: over a limit that lasts longer than any window, such as a day's
    QUOTA_GONE = "quota_gone"
    #: 5xx
    OVERLOADED = "overloaded"
    #: the provider, or a proxy before it, gave up waiting
    TIMEOUT = "timeout"
    #: connection refused, dropped, reset, no address, no TLS
    TRANSPORT = "transport"
    #: the provider will not make this picture
    REFUSED = "refused"
    #: answered well, but with no picture
    NO_IMAGE = "no_image"
    #: as `NO_IMAGE`, for a reason that hardly passes by itself
    NO_IMAGE_AGAIN = "no_image_again"
    #: answered with what is not the protocol: no JSON, cut short, far too long
    GARBAGE = "garbage"
    #: answered with a picture that failed our check
    BAD_PICTURE = "bad_picture"
    #: answered with a link that we do not follow
    UNSAFE_LINK = "unsafe_link"


class Charge(StrEnum):
    """Whether a provider takes money for a call that failed so."""

    #: it turned the call away before any work
    NONE = "none"
    #: for what it says the call used; where it says nothing, for nothing
    AS_USED = "as_used"
    #: nobody here knows: its answer was not read to the end, or was not its own
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Treatment:
    """The attempt's outcome if this failure was the last, what the call costs, and how retrying goes.

    `max_calls` counts every call of the job at this provider; the pause is drawn between 0 and a bound that doubles
    from `first_pause_seconds` to `longest_pause_seconds`.
    """

    outcome: AttemptOutcome
    charge: Charge = Charge.NONE
    max_calls: int = 1
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 3.0

    @property
    def is_retryable(self) -> bool:
        """Whether another call of the same provider may bring the picture."""
        return self.max_calls > 1

    @property
    def is_chargeable(self) -> bool:
        """Whether the call may cost something."""
        return self.charge is not Charge.NONE

    @property
    def is_refusal(self) -> bool:
        """Whether the provider will not make this picture: nobody is to blame, and nobody asks again."""
        return self.outcome is AttemptOutcome.REFUSED


_UNAVAILABLE = Treatment(AttemptOutcome.UNAVAILABLE)
_NO_IMAGE = Treatment(AttemptOutcome.BAD_OUTPUT, Charge.AS_USED, max_calls=5)
_BROKEN_OUTPUT = Treatment(AttemptOutcome.BAD_OUTPUT, Charge.UNKNOWN, max_calls=5)
_BROKEN_OFF = Treatment(AttemptOutcome.FAILED, Charge.UNKNOWN, max_calls=3)

TREATMENTS = MappingProxyType(
    {
        FailureKind.AUTH: _UNAVAILABLE,
        FailureKind.REGION: _UNAVAILABLE,
        FailureKind.MODEL_GONE: _UNAVAILABLE,
        FailureKind.BAD_REQUEST: Treatment(AttemptOutcome.FAILED),
        FailureKind.QUOTA: Treatment(AttemptOutcome.UNAVAILABLE, max_calls=3, first_pause_seconds=1.0),
        FailureKind.QUOTA_GONE: _UNAVAILABLE,
        FailureKind.OVERLOADED: Treatment(AttemptOutcome.FAILED, max_calls=3),
        FailureKind.TIMEOUT: _BROKEN_OFF,
        FailureKind.TRANSPORT: _BROKEN_OFF,
        FailureKind.REFUSED: Treatment(AttemptOutcome.REFUSED, Charge.AS_USED),
        FailureKind.NO_IMAGE: _NO_IMAGE,
        FailureKind.NO_IMAGE_AGAIN: Treatment(AttemptOutcome.BAD_OUTPUT, Charge.AS_USED, max_calls=2),
        FailureKind.GARBAGE: _BROKEN_OUTPUT,
        FailureKind.BAD_PICTURE: _BROKEN_OUTPUT,
        FailureKind.UNSAFE_LINK: Treatment(AttemptOutcome.BAD_OUTPUT, Charge.UNKNOWN),
    }
)


class ProviderFailure(Exception):
    """One call that gave no usable picture.

    `detail` is fit for the row and an administrator's eyes: no key, no prompt, no control characters, at most
    `MAX_DETAIL_CHARS`. `retry_after_seconds` is what the provider asked for, `reference` the provider's own id,
    `usage` what the call used although it gave no picture.
    """

    def __init__(
        self,
        kind: FailureKind,
        detail: str,
        *,
        retry_after_seconds: float | None = None,
        reference: str | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.reference = reference
        self.usage = usage or Usage()

    @property
    def treatment(self) -> Treatment:
        return TREATMENTS[self.kind]
