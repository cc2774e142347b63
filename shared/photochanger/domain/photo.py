"""A photo as it arrived."""

from dataclasses import dataclass
from enum import StrEnum


class PictureType(StrEnum):
    """Every accepted picture type, by its MIME type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    HEIF = "image/heif"

    @property
    def extension(self) -> str:
        return "jpg" if self is PictureType.JPEG else self.value.removeprefix("image/")


@dataclass(frozen=True)
class PhotoInfo:
    """What a picture's headers say; width and height in pixels as stored, before `orientation` (EXIF 1-8)."""

    type: PictureType
    width: int
    height: int
    has_alpha: bool
    orientation: int
    size_bytes: int
