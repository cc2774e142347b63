"""Template media: the permanent reference pictures of slots."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from photochanger.domain.photo import PictureType


class TemplateMedia(BaseModel):
    """A stored reference picture; `key` is its name in the templates bucket."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str
    key: str
    type: PictureType
    width: int
    height: int
    size_bytes: int
    sha256: str
    created_at: datetime | None = None
    author: str = ""
