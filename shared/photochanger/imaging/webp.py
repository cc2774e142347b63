"""WEBP by its RIFF chunks (RFC 9649), without decoding."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from photochanger.imaging.errors import UnreadablePicture, UnsupportedPicture
from photochanger.imaging.exif_orientation import exif_orientation
from photochanger.imaging.header import PictureHeader, check_pixels

RIFF_HEADER_BYTES = 12
EXTENDED_BYTES = 10
FLAG_ICC, FLAG_ALPHA, FLAG_EXIF, FLAG_XMP, FLAG_ANIMATION = 0x20, 0x10, 0x08, 0x04, 0x02
_MAX_CHUNKS = 1_000


class Chunk(NamedTuple):
    """One chunk; `start` is at its name, `end` after its payload, a padding byte not counted."""

    name: bytes
    start: int
    end: int

    def payload(self, data: bytes) -> bytes:
        return data[self.start + 8 : self.end]


def walk(data: bytes) -> Iterator[Chunk]:
    """Yield every chunk of the RIFF body, lazily; what follows the body is not looked at.

    Raises:
        UnreadablePicture: the body or a chunk ends past the data.
    """
    if len(data) < RIFF_HEADER_BYTES:
        raise UnreadablePicture("the WEBP header is cut short")
    body_end = 8 + int.from_bytes(data[4:8], "little")
    if body_end > len(data):
        raise UnreadablePicture("the WEBP is shorter than it says")
    position = RIFF_HEADER_BYTES
    for _ in range(_MAX_CHUNKS):
        if position >= body_end:
            return
        if position + 8 > body_end:
            raise UnreadablePicture("a WEBP chunk is cut short")
        name, length = struct.unpack_from("<4sI", data, position)
        end = position + 8 + length
        if end > body_end:
            raise UnreadablePicture("a WEBP chunk ends past the data")
        yield Chunk(name, position, end)
        position = end + length % 2
    raise UnreadablePicture("the WEBP has too many chunks")


def read_whole(data: bytes) -> PictureHeader:
    """Read what the chunks say.

    Raises:
        UnsupportedPicture: an animation.
        TooManyPixels: over the pixel limit.
        UnreadablePicture: broken or cut short.
    """
    seen: dict[bytes, bytes] = {}
    for chunk in walk(data):
        seen.setdefault(chunk.name, chunk.payload(data))
    if b"ANIM" in seen or b"ANMF" in seen:
        raise UnsupportedPicture("the WEBP is an animation")
    width, height, has_alpha = _image(seen)
    check_pixels(width, height)
    if b"VP8X" in seen:
        _check_canvas(seen[b"VP8X"], (width, height))
    exif = seen.get(b"EXIF", b"").removeprefix(b"Exif\0\0")
    return PictureHeader(
        width, height, has_alpha=has_alpha, orientation=exif_orientation(exif), icc_profile=seen.get(b"ICCP")
    )


def _check_canvas(extended: bytes, size: tuple[int, int]) -> None:
    if len(extended) != EXTENDED_BYTES:
        raise UnreadablePicture("the WEBP header is broken")
    if extended[0] & FLAG_ANIMATION:
        raise UnsupportedPicture("the WEBP is an animation")
    canvas = (1 + int.from_bytes(extended[4:7], "little"), 1 + int.from_bytes(extended[7:10], "little"))
    if canvas != size:
        raise UnreadablePicture("the WEBP canvas is not as large as its picture")


def _image(seen: dict[bytes, bytes]) -> tuple[int, int, bool]:
    try:
        width, height, has_alpha = _lossless(seen[b"VP8L"]) if b"VP8L" in seen else _lossy(seen[b"VP8 "])
    except (KeyError, struct.error) as error:
        raise UnreadablePicture("the WEBP has no readable image chunk") from error
    return width, height, has_alpha or b"ALPH" in seen


def _lossy(payload: bytes) -> tuple[int, int, bool]:
    tag, width, height = struct.unpack_from("<3x3sHH", payload)
    if tag != b"\x9d\x01\x2a":
        raise UnreadablePicture("the WEBP image chunk is broken")
    return width & 0x3FFF, height & 0x3FFF, False


def _lossless(payload: bytes) -> tuple[int, int, bool]:
    signature, bits = struct.unpack_from("<BI", payload)
    if signature != 0x2F:
        raise UnreadablePicture("the WEBP image chunk is broken")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
