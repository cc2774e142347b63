"""The public gallery of an event: open for some minutes, for some slots, to whoever has its link."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

DEFAULT_MINUTES = 15
#: A night; who needs longer opens another one.
MAX_MINUTES = 720
#: Older pictures of the same slots belong to somebody else's event, unless whoever opens the gallery says otherwise.
DEFAULT_HOURS_BACK = 12
#: How long a link says "closed" rather than "never was".
REMEMBERED_DAYS = 30


class EventGallery(BaseModel):
    """`id` is a public id. It shows pictures of photos taken from `since` on, while it `is_open`.

    `is_open` and `left_ms` are by the database's clock when it was read. `passcode_verifier` is an HMAC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: str
    slot_ids: tuple[str, ...]
    since: datetime
    opened_at: datetime
    closes_at: datetime
    #: when somebody closed it before its time
    closed_at: datetime | None = None
    opened_by: str
    passcode_verifier: str | None = None
    is_open: bool
    left_ms: int


def gallery_url(public_base_url: str, gallery_id: str) -> str:
    return f"{public_base_url.rstrip('/')}/public/gallery/{gallery_id}"


def normal_passcode(passcode: str) -> str:
    """Give it without spaces around it, and letters with accents as one character each."""
    return unicodedata.normalize("NFC", passcode.strip())


def passcode_verifier(passcode: str, gallery_id: str, *, secret_key: str) -> str:
    """HMAC-SHA256 of the passcode for this one gallery, as hex; what keyboards add or compose makes no difference."""
    return _hmac(secret_key, f"gallery passcode {gallery_id} {normal_passcode(passcode)}")


def passcode_matches(passcode: str, gallery: EventGallery, *, secret_keys: Sequence[str]) -> bool:
    """Whether it is the gallery's, under any of the keys; a gallery without one admits everybody."""
    verifier = gallery.passcode_verifier
    if verifier is None:
        return True
    given = [passcode_verifier(passcode, gallery.id, secret_key=secret_key) for secret_key in secret_keys]
    matches = [hmac.compare_digest(one, verifier) for one in given]
    return any(matches)


def gallery_pass(gallery: EventGallery, *, secret_key: str) -> str:
    """What a browser keeps that once gave the passcode; of no use for another gallery or after another passcode."""
    return _hmac(secret_key, f"gallery pass {gallery.id} {gallery.passcode_verifier}")


def pass_is_valid(presented: str, gallery: EventGallery, *, secret_keys: Sequence[str]) -> bool:
    valid = [gallery_pass(gallery, secret_key=secret_key) for secret_key in secret_keys]
    matches = [hmac.compare_digest(presented.encode(errors="surrogateescape"), one.encode()) for one in valid]
    return any(matches)


def _hmac(secret_key: str, text: str) -> str:
    return hmac.new(secret_key.encode(), text.encode(errors="surrogateescape"), hashlib.sha256).hexdigest()
