"""Photographs as booths and providers send them."""

from functools import cache
from io import BytesIO

from PIL import Image

from tests.photographs import photograph


@cache
def jpeg_photograph(name: str = "astronaut.png", *, side: int = 512) -> bytes:
    """One of the photographs as a JPEG whose longer side has `side` pixels."""
    with Image.open(photograph(name)) as picture:
        return _encoded(picture.convert("RGB"), "JPEG", side)


@cache
def png_photograph_with_alpha(*, side: int = 512) -> bytes:
    """A cut-out as a booth sends it when background removal is on."""
    with Image.open(photograph("astronaut.png")) as picture:
        cut_out = picture.convert("RGBA")
    cut_out.paste((0, 0, 0, 0), (0, 0, cut_out.width, cut_out.height // 4))
    return _encoded(cut_out, "PNG", side)


def _encoded(picture: Image.Image, kind: str, side: int) -> bytes:
    scale = side / max(picture.size)
    resized = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    out = BytesIO()
    resized.save(out, kind, quality=90)
    return out.getvalue()
