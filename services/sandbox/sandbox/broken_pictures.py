"""Pictures that a careful client must refuse, or must not choke on."""

import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from io import BytesIO
from struct import pack

from PIL import Image

from sandbox.behaviours import Behaviour
from sandbox.drawing import DrawnPicture

_HUGE_BYTES = 60_000_000
_BOMB_SIZE = (20_000, 10_000)
_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    b'<script>alert("sandbox")</script><rect width="64" height="64" fill="tomato"/></svg>'
)


def broken_picture(behaviour: Behaviour, *, width: int, height: int) -> DrawnPicture | None:
    """Give the picture of a behaviour that needs no drawing, `width` x `height` where it has a choice; else None."""
    if behaviour is Behaviour.BLANK_PICTURE:
        return DrawnPicture(_png(Image.new("RGB", (width, height), "white")), "image/png")
    return _MAKERS[behaviour]() if behaviour in _MAKERS else None


def huge_picture_base64(*, width: int, height: int) -> Sequence[bytes]:
    """Give the huge picture in base64, in pieces that share one buffer."""
    first, *zeros, last = huge_picture(width=width, height=height)
    block = b64encode(zeros[0])
    return [b64encode(first), *([block] * len(zeros)), b64encode(last)]


def huge_picture(*, width: int, height: int) -> Sequence[bytes]:
    """Give a decodable PNG of 60 MB, most of it one private chunk, in pieces of 3n bytes that share one buffer."""
    png = _png(Image.new("RGB", (width, height), "tomato"))
    body, end = png[:-12], png[-12:]
    head = body + pack(">I4s", _HUGE_BYTES, b"prVt")
    lead = -len(head) % 3
    megabyte, rest = divmod(_HUGE_BYTES - lead, 3 << 18)
    checksum = _zeros_crc(b"prVt", _HUGE_BYTES)
    tail = bytes(rest) + pack(">I", checksum) + end
    return [head + bytes(lead), *([bytes(3 << 18)] * megabyte), tail]


def _zeros_crc(kind: bytes, length: int) -> int:
    zeros, checksum = memoryview(bytes(1 << 20)), zlib.crc32(kind)
    while length:
        step = min(length, len(zeros))
        checksum = zlib.crc32(zeros[:step], checksum)
        length -= step
    return checksum


def _png(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _animation() -> bytes:
    buffer = BytesIO()
    frames = [Image.new("RGB", (256, 256), colour) for colour in ("tomato", "gold", "teal")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return buffer.getvalue()


_MAKERS: dict[Behaviour, Callable[[], DrawnPicture]] = {
    Behaviour.TEXT_AS_PICTURE: lambda: DrawnPicture(b"I have edited your picture as you asked.", "image/png"),
    Behaviour.EMPTY_PICTURE: lambda: DrawnPicture(b"", "image/png"),
    Behaviour.TINY_PICTURE: lambda: DrawnPicture(_png(Image.new("RGB", (1, 1), "tomato")), "image/png"),
    Behaviour.PIXEL_BOMB: lambda: DrawnPicture(_png(Image.new("1", _BOMB_SIZE)), "image/png"),
    Behaviour.SVG_PICTURE: lambda: DrawnPicture(_SVG, "image/svg+xml"),
    Behaviour.ANIMATED_PICTURE: lambda: DrawnPicture(_animation(), "image/gif"),
}
