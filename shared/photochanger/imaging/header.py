"""What a picture's header says, and the pixel limit, before anything is decoded."""

from dataclasses import dataclass

from photochanger.imaging.errors import TooManyPixels, UnreadablePicture

MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """Facts read without decoding; `is_everyday` is false for samples that not every reader takes (CMYK, 16 bit)."""

    width: int
    height: int
    has_alpha: bool = False
    orientation: int = 1
    icc_profile: bytes | None = None
    is_everyday: bool = True
    #: see `PhotoInfo`; known only where the whole file was walked
    coded_end: int | None = None


def check_pixels(width: int, height: int) -> None:
    """Refuse what would cost too much to decode.

    Raises:
        TooManyPixels: over 40 Mpx, or a side over 12,000.
        UnreadablePicture: a side of 0.
    """
    if min(width, height) < 1:
        raise UnreadablePicture("a side has no pixels")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise TooManyPixels(f"{width} x {height} is over {MAX_PIXELS} pixels or {MAX_SIDE} a side")
