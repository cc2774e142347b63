"""What is known about a photo from its bytes alone."""

from dataclasses import dataclass
from enum import StrEnum


class PictureType(StrEnum):
    """Types that a booth may post; the value is the MIME type."""

    #: Baseline or progressive, 8 bit a sample.
    JPEG = "image/jpeg"
    #: Still PNG, never APNG.
    PNG = "image/png"
    #: Still WEBP, lossy or lossless.
    WEBP = "image/webp"
    #: HEIF container whose brand promises HEVC.
    HEIC = "image/heic"
    #: HEIF container of a general brand.
    HEIF = "image/heif"

    @property
    def extension(self) -> str:
        """Usual file name ending, without the dot."""
        return "jpg" if self is PictureType.JPEG else self.value.removeprefix("image/")


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    """A checked single-frame picture.

    `width` and `height` are pixels as stored, before `orientation` is applied. `orientation` is the EXIF value (1 to 8)
    that a decoder leaves to us: always 1 for HEIC and HEIF, whose own rotation is part of decoding.

    `coded_end` is where a JPEG's end marker ends, if nothing between its first scan and there has to go before it
    leaves us; None: whoever strips it has to look. The offset is into these very bytes.
    """

    type: PictureType
    width: int
    height: int
    has_alpha: bool
    orientation: int
    size_bytes: int
    coded_end: int | None = None
