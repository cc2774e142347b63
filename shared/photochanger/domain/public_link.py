"""Unguessable names of public links."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

PUBLIC_ID_BITS = 160
#: How long a link to a picture on its way to a provider says "gone" rather than "never was".
MEDIA_LINK_REMEMBERED = timedelta(days=1)


def new_public_id(random_bytes: Callable[[int], bytes]) -> str:
    """160 random bits as 32 lower-case base32 characters: safe to read aloud and in any URL."""
    return base64.b32encode(random_bytes(PUBLIC_ID_BITS // 8)).decode().lower()


def is_public_id(text: str) -> bool:
    return len(text) == PUBLIC_ID_BITS // 5 and all(c in "abcdefghijklmnopqrstuvwxyz234567" for c in text)


def result_url(public_base_url: str, public_id: str) -> str:
    return f"{public_base_url.rstrip('/')}/public/results/{public_id}"


def media_url(public_base_url: str, token: str) -> str:
    """The address where a provider fetches one picture; the token is a `new_public_id`."""
    return f"{public_base_url.rstrip('/')}/public/media/{token}"


def result_page_url(public_base_url: str, public_id: str) -> str:
    """The page for phones around the picture."""
    return f"{result_url(public_base_url, public_id)}/page"


class PublicResult(BaseModel):
    """What a public link needs of a job that is done; `left_ms` until `expires_at`, by the database's clock."""

    model_config = ConfigDict(frozen=True)

    job_id: str
    key: str | None
    mime_type: str
    size_bytes: int
    width: int
    height: int
    sha256: str
    expires_at: datetime
    is_expired: bool
    left_ms: int
