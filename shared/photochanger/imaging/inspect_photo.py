"""The check that every picture passes before anything decodes it."""

from collections.abc import Callable

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging import heif, jpeg, png, webp
from photochanger.imaging.errors import UnsupportedPicture
from photochanger.imaging.header import PictureHeader
from photochanger.imaging.sniff import sniff

_READERS: dict[PictureType, Callable[[bytes], PictureHeader]] = {
    PictureType.JPEG: jpeg.read_whole,
    PictureType.PNG: png.read_whole,
    PictureType.WEBP: webp.read_whole,
    PictureType.HEIC: heif.read_whole,
    PictureType.HEIF: heif.read_whole,
}


def inspect_photo(data: bytes) -> PhotoInfo:
    """Check a whole file by its structure alone, without decoding: a few milliseconds for any size we accept.

    Raises:
        UnsupportedPicture: by content not an accepted type, or more than one frame.
        TooManyPixels: over 40 Mpx or 12,000 a side.
        UnreadablePicture: broken or cut short.
    """
    picture_type = sniff(data[:64])
    if picture_type is None:
        raise UnsupportedPicture("not a JPEG, PNG, WEBP, HEIC or HEIF picture")
    header = _READERS[picture_type](data)
    return PhotoInfo(
        picture_type,
        header.width,
        header.height,
        header.has_alpha,
        header.orientation,
        size_bytes=len(data),
        coded_end=header.coded_end,
    )


def read_header(data: bytes, picture_type: PictureType) -> PictureHeader:
    """Read the facts of a picture that `inspect_photo` has let through, without walking a JPEG's samples again."""
    return jpeg.read_header(data) if picture_type is PictureType.JPEG else _READERS[picture_type](data)
