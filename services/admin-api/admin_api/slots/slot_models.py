"""Slots as the API takes and shows them."""

from datetime import UTC, datetime
from math import isqrt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, SecretStr, StringConstraints

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.moments import Moment
from photochanger.domain.provider_limits import NO_LIMITS, ProviderLimits
from photochanger.domain.slot import (
    DEFAULT_MAX_UPLOAD_BYTES,
    MAX_UPLOAD_BYTES,
    Operation,
    Output,
    ProviderName,
    Route,
    SlotId,
    SlotState,
    SyncResponseSeconds,
    TemplateUse,
)
from photochanger.imaging.header import MAX_PIXELS

SlotName = Annotated[str, StringConstraints(min_length=1, max_length=120), Field(examples=["Evening in oil"])]
#: Typed into a booth by hand.
IngestPassword = Annotated[SecretStr, Field(min_length=8, max_length=128)]
_REFUSE_WITHOUT_TIME = (
    "Answer 503 `no_time_left` at once when the usual wait and time of every provider of the slot exceed what is left "
    "of the window (20 samples of the last three minutes each). Off: the photo is tried."
)
RefuseWithoutTime = Annotated[bool, Field(description=_REFUSE_WITHOUT_TIME)]

_LIMITS = "How much each of the slot's providers may be asked for on its behalf, besides the provider's own limits."
SlotLimits = Annotated[ProviderLimits, Field(description=_LIMITS)]


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


_UtcMoment = Annotated[Moment, AfterValidator(_in_utc)]
OpensAt = Annotated[_UtcMoment, Field(description="When the event begins; before it a booth gets 403 `slot_closed`.")]
ClosesAt = Annotated[_UtcMoment, Field(description="When the event is over; from then on a booth gets 403.")]
_COMMENT = "What the author says of this version; kept with it."
Comment = Annotated[str, Field(max_length=500, description=_COMMENT, examples=["Warmer, as the couple asked for"])]

MAX_FALLBACKS = 5
MAX_TEMPLATE_USES = 20


class PicturelessSettings(RequestModel):
    """What an administrator sets, all of it but the password and the template pictures."""

    name: SlotName
    provider: ProviderName
    operation: Operation
    params: dict[str, JsonValue] = Field(default_factory=dict)
    fallbacks: Annotated[tuple[Route, ...], Field(max_length=MAX_FALLBACKS)] = ()
    sync_response_seconds: SyncResponseSeconds | None = None
    max_upload_bytes: Annotated[int, Field(ge=1, le=MAX_UPLOAD_BYTES)] = DEFAULT_MAX_UPLOAD_BYTES
    max_in_flight: Annotated[int, Field(ge=1, le=1_000)] = 32
    photos_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    refuse_without_time: RefuseWithoutTime = False
    limits: SlotLimits = NO_LIMITS
    output: Output = Output()
    is_active: bool = True
    opens_at: OpensAt | None = None
    closes_at: ClosesAt | None = None


class SlotSettings(PicturelessSettings):
    """What an administrator sets, all of it but the password."""

    template_media: Annotated[tuple[TemplateUse, ...], Field(max_length=MAX_TEMPLATE_USES)] = ()


class SlotCreation(SlotSettings):
    """`ingest_password` is write-only; without one the slot takes the global password."""

    id: SlotId
    ingest_password: IngestPassword | None = None
    comment: Comment = ""


class SlotChange(RequestModel):
    """The fields to change, each whole; `ingest_password: null` removes the slot's own password."""

    name: SlotName | None = None
    provider: ProviderName | None = None
    operation: Operation | None = None
    params: dict[str, JsonValue] | None = None
    template_media: tuple[TemplateUse, ...] | None = None
    fallbacks: tuple[Route, ...] | None = None
    sync_response_seconds: SyncResponseSeconds | None = None
    max_upload_bytes: int | None = None
    max_in_flight: int | None = None
    photos_per_minute: int | None = None
    refuse_without_time: RefuseWithoutTime | None = None
    limits: SlotLimits | None = None
    output: Output | None = None
    is_active: bool | None = None
    opens_at: OpensAt | None = None
    closes_at: ClosesAt | None = None
    ingest_password: IngestPassword | None = None
    comment: Comment = ""


class SaveQuery(RequestModel):
    """`ignore_warnings` saves a slot although a provider of it has no API key yet."""

    ignore_warnings: bool = False


class SlotClone(RequestModel):
    """The copy's own id and name; a password of the original's own is not copied."""

    id: SlotId
    name: SlotName


class ClientSettings(BaseModel):
    """What to type into DSLR Remote Pro.

    `max_image_side_pixels` is its "Max image size": a picture of any shape stays within the pixels that are taken.
    """

    url: str
    file_field: str = "fileToUpload"
    password_field: str = "password"  # noqa: S105 - the field's name
    timeout_seconds: float
    max_image_bytes: int
    max_image_side_pixels: int = isqrt(MAX_PIXELS)


class RouteShown(BaseModel):
    """`params` is shown to administrators only: it holds the prompt."""

    provider: ProviderName
    operation: Operation
    params: dict[str, JsonValue] | None


class SlotContent(BaseModel):
    """What a slot is set to; `params` are shown to administrators only: they hold the prompt."""

    model_config = ConfigDict(frozen=True)

    name: str
    provider: ProviderName
    operation: Operation
    params: dict[str, JsonValue] | None
    template_media: tuple[TemplateUse, ...]
    fallbacks: tuple[RouteShown, ...]
    sync_response_seconds: float | None
    max_upload_bytes: int
    max_in_flight: int
    photos_per_minute: int | None
    refuse_without_time: RefuseWithoutTime
    limits: SlotLimits
    output: Output
    is_active: bool
    opens_at: OpensAt | None
    closes_at: ClosesAt | None
    has_own_password: bool


class SlotShown(SlotContent):
    """`state` is by the database's clock; `author`, `updated_at` and `comment` are of this version."""

    id: SlotId
    version: int
    created_at: datetime | None
    updated_at: datetime | None
    author: str
    comment: str
    state: SlotState
    ingest_url: str
    client_settings: ClientSettings


class SlotList(BaseModel):
    items: tuple[SlotShown, ...]
