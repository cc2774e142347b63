"""PNG by its chunks (PNG third edition, section 5), without decoding."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from photochanger.imaging.errors import UnreadablePicture, UnsupportedPicture
from photochanger.imaging.exif_orientation import exif_orientation
from photochanger.imaging.header import PictureHeader, check_pixels

SIGNATURE_BYTES = 8
_MAX_CHUNKS = 100_000
_MAX_PROFILE_BYTES = 4 * 1024 * 1024
_ALPHA_COLOUR_TYPES = frozenset({4, 6})
_COLOUR_TYPES = frozenset({0, 2, 3, *_ALPHA_COLOUR_TYPES})


class Chunk(NamedTuple):
    """One chunk from its length field to its checksum; the payload lies between `start + 8` and `end - 4`."""

    name: bytes
    start: int
    end: int

    def payload(self, data: bytes) -> bytes:
        return data[self.start + 8 : self.end - 4]


def walk(data: bytes) -> Iterator[Chunk]:
    """Yield every chunk to IEND, lazily; what follows is not looked at.

    Raises:
        UnreadablePicture: a chunk ends past the data, a checksum is wrong, or IEND never comes.
    """
    view = memoryview(data)
    position = SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise UnreadablePicture("the PNG ends before its last chunk")
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise UnreadablePicture("a PNG chunk ends past the data")
        if zlib.crc32(view[position + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise UnreadablePicture("a PNG checksum is wrong")
        yield Chunk(name, position, end)
        if name == b"IEND":
            return
        position = end
    raise UnreadablePicture("the PNG has too many chunks")


def read_whole(data: bytes) -> PictureHeader:
    """Check every chunk and read what they say.

    Raises:
        UnsupportedPicture: an animation.
        TooManyPixels: over the pixel limit; nothing after the first chunk is looked at then.
        UnreadablePicture: broken or cut short.
    """
    chunks = walk(data)
    width, height, depth, colour_type = _image_header(data, next(chunks))
    seen: dict[bytes, Chunk] = {}
    for chunk in chunks:
        if chunk.name == b"acTL":
            raise UnsupportedPicture("the PNG is an animation")
        seen.setdefault(chunk.name, chunk)
    if b"IDAT" not in seen:
        raise UnreadablePicture("the PNG has no samples")
    return PictureHeader(
        width,
        height,
        has_alpha=colour_type in _ALPHA_COLOUR_TYPES or b"tRNS" in seen,
        orientation=exif_orientation(seen[b"eXIf"].payload(data)) if b"eXIf" in seen else 1,
        icc_profile=_profile(seen[b"iCCP"].payload(data)) if b"iCCP" in seen else None,
        is_everyday=depth <= 8,
    )


def _image_header(data: bytes, chunk: Chunk) -> tuple[int, int, int, int]:
    payload = chunk.payload(data)
    if chunk.name != b"IHDR" or len(payload) != 13:
        raise UnreadablePicture("the PNG does not begin with its header")
    width, height, depth, colour_type = struct.unpack_from(">IIBB", payload)
    if depth not in {1, 2, 4, 8, 16} or colour_type not in _COLOUR_TYPES:
        raise UnreadablePicture("the PNG header is broken")
    check_pixels(width, height)
    return width, height, depth, colour_type


def _profile(payload: bytes) -> bytes | None:
    try:
        _, compressed = payload.split(b"\0", 1)
        return zlib.decompressobj().decompress(compressed[1:], _MAX_PROFILE_BYTES)
    except (ValueError, zlib.error):
        return None
