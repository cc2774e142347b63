"""Galleries of events as administrators open and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.field_fault import FaultCode, Wrong
from admin_api.rest.model_faults import custom_error
from admin_api.rest.moments import Moment
from admin_api.rest.pages import PageQuery
from photochanger.domain.event_gallery import DEFAULT_MINUTES, MAX_MINUTES, EventGallery, gallery_url, normal_passcode
from photochanger.domain.slot import SlotId

MAX_SLOTS = 50
#: Short enough to be shown on a card, long enough for the few tries a minute that a gallery grants.
MIN_PASSCODE, MAX_PASSCODE = 6, 64


def _long_enough(passcode: SecretStr) -> SecretStr:
    if len(normal_passcode(passcode.get_secret_value())) < MIN_PASSCODE:
        detail = f"at least {MIN_PASSCODE} characters, spaces around them not counted"
        raise custom_error(Wrong(FaultCode.TOO_SHORT, detail, limit=MIN_PASSCODE))
    return passcode


Passcode = Annotated[SecretStr, Field(min_length=MIN_PASSCODE, max_length=MAX_PASSCODE), AfterValidator(_long_enough)]


class GalleryOpening(RequestModel):
    """`passcode` is write-only; `since` is when the event began: photos from then on, else of the last 12 hours."""

    title: Annotated[str, Field(max_length=120)] = ""
    slot_ids: Annotated[tuple[SlotId, ...], Field(min_length=1, max_length=MAX_SLOTS)]
    minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = DEFAULT_MINUTES
    since: Moment | None = None
    passcode: Passcode | None = None


class GalleryShown(BaseModel):
    """`url` is the guests' page, `pictures_url` the same as JSON; both without login."""

    id: str
    title: str
    slot_ids: tuple[str, ...]
    is_open: bool
    since: datetime
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    opened_by: str
    has_passcode: bool
    url: str
    pictures_url: str
    qr_url: str


class GalleryQuery(PageQuery):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: Annotated[str, StringConstraints(pattern="^[a-z2-7]{32}$")] | None = None


class GalleryPage(BaseModel):
    items: tuple[GalleryShown, ...]
    next_cursor: str | None


def gallery_shown(gallery: EventGallery, *, public_base_url: str) -> GalleryShown:
    url = gallery_url(public_base_url, gallery.id)
    return GalleryShown(
        **gallery.model_dump(exclude={"passcode_verifier", "left_ms"}),
        has_passcode=gallery.passcode_verifier is not None,
        url=url,
        pictures_url=f"{url}/pictures",
        qr_url=f"{url}/qr.svg",
    )
