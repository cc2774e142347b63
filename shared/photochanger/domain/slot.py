"""A slot: the named set-up a booth posts to."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from photochanger.domain.provider_limits import NO_LIMITS, ProviderLimits

SlotId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"), Field(examples=["evening"])
]
ProviderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$"), Field(examples=["gemini"])]

DEFAULT_MAX_UPLOAD_BYTES = 15_000_000
MAX_UPLOAD_BYTES = 50_000_000
MIN_SYNC_RESPONSE_SECONDS = 10
MAX_SYNC_RESPONSE_SECONDS = 60
#: No stack can answer in less. Between this and the minimum is what only test stacks grant.
SHORTEST_TEST_WINDOW_SECONDS = 3

SyncResponseSeconds = Annotated[float, Field(ge=MIN_SYNC_RESPONSE_SECONDS, le=MAX_SYNC_RESPONSE_SECONDS)]
#: A slot's row as it may stand in the database of a test stack.
_StoredWindow = Annotated[float, Field(ge=SHORTEST_TEST_WINDOW_SECONDS, le=MAX_SYNC_RESPONSE_SECONDS)]


class Operation(StrEnum):
    """What a provider does with a photo."""

    STYLE_TRANSFER = "style_transfer"
    IMAGE_EDIT = "image_edit"
    IDENTITY_TRANSFER = "identity_transfer"


class SlotState(StrEnum):
    """Whether a booth's photo is taken, at one moment."""

    #: photos are taken
    OPEN = "open"
    #: its event has not begun
    NOT_YET_OPEN = "not_yet_open"
    #: its event is over
    OVER = "over"
    #: switched off by hand
    DISABLED = "disabled"


class OutputFormat(StrEnum):
    """What goes back to the booth."""

    #: JPEG; PNG when both the photo and the provider's picture have alpha
    AUTO = "auto"
    JPEG = "jpeg"
    PNG = "png"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Route(_Frozen):
    """One way to make the picture: a provider, an operation, its parameters."""

    provider: ProviderName
    operation: Operation
    params: dict[str, JsonValue] = Field(default_factory=dict)


class TemplateUse(_Frozen):
    """A template picture in its role, e.g. `style` or `face`."""

    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    media_id: Annotated[str, Field(min_length=1, max_length=128, examples=["5b2f6c7d-8e9f-4a1b-9c2d-0d4e6a527f3b"])]


class Output(_Frozen):
    """How the picture leaves: `quality` is JPEG's 1-95, `max_side` pixels."""

    format: OutputFormat = OutputFormat.AUTO
    quality: int = Field(default=90, ge=1, le=95)
    max_side: int | None = Field(default=None, ge=64, le=12_000)


class Slot(BaseModel):
    """Where a booth posts to. `ingest_password_verifier` is an HMAC, never the password; None means the global one.

    Photos are taken from `opens_at` on and before `closes_at`; None: without that end. `comment` is what its author
    said of this version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: SlotId
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    provider: ProviderName
    operation: Operation
    params: dict[str, JsonValue] = Field(default_factory=dict)
    template_media: tuple[TemplateUse, ...] = ()
    fallbacks: tuple[Route, ...] = ()
    sync_response_seconds: _StoredWindow | None = None
    max_upload_bytes: int = Field(default=DEFAULT_MAX_UPLOAD_BYTES, ge=1, le=MAX_UPLOAD_BYTES)
    max_in_flight: int = Field(default=32, ge=1, le=1_000)
    photos_per_minute: int | None = Field(default=None, ge=1)
    refuse_without_time: bool = False
    limits: ProviderLimits = NO_LIMITS
    output: Output = Output()
    ingest_password_verifier: str | None = None
    is_active: bool = True
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    version: int = Field(default=1, ge=1)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    author: str = ""
    comment: str = ""

    @property
    def routes(self) -> tuple[Route, ...]:
        """The slot's own route, then its fallbacks in order."""
        own = Route(provider=self.provider, operation=self.operation, params=self.params)
        return (own, *self.fallbacks)

    @property
    def has_event_window(self) -> bool:
        return self.opens_at is not None or self.closes_at is not None

    def state(self, now: datetime) -> SlotState:
        """Give the state at `now`, the database's time."""
        if not self.is_active:
            return SlotState.DISABLED
        if self.closes_at is not None and now >= self.closes_at:
            return SlotState.OVER
        is_early = self.opens_at is not None and now < self.opens_at
        return SlotState.NOT_YET_OPEN if is_early else SlotState.OPEN

    def snapshot(self) -> "SlotSnapshot":
        return SlotSnapshot(
            version=self.version,
            routes=self.routes,
            template_media=self.template_media,
            output=self.output,
            refuse_without_time=self.refuse_without_time,
            limits=self.limits,
        )


class SlotSnapshot(_Frozen):
    """What of a slot a running job needs, as it was when the job was admitted."""

    version: int
    routes: tuple[Route, ...]
    template_media: tuple[TemplateUse, ...] = ()
    output: Output = Output()
    refuse_without_time: bool = False
    limits: ProviderLimits = NO_LIMITS
