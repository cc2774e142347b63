"""The strip at the foot of a drawn picture that says what the sandbox was asked for."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

_STRIP = (18, 14, 28)
_INK = (255, 244, 214)


def write_caption(picture: Image.Image, text: str) -> None:
    """Write `text` on one line in a dark strip over the foot of `picture`, with an ellipsis where it is too long."""
    width, height = picture.size
    strip = max(12, min(height // 14, width // 12))
    draw = ImageDraw.Draw(picture)
    font = _font(int(strip * 0.5))
    draw.rectangle((0, height - strip, width, height), fill=_STRIP)
    margin = strip // 2
    line = _fitting(" ".join(text.split()), font, room=width - 2 * margin)
    draw.text((margin, height - strip // 2), line, font=font, fill=_INK, anchor="lm")


def _fitting(text: str, font: ImageFont.FreeTypeFont, *, room: int) -> str:
    """Give `text`, or as many of its first characters as fit into `room` pixels, with an ellipsis."""
    line = text[:400]
    if line == text and font.getlength(line) <= room:
        return line
    while line and font.getlength(line + "...") > room:
        line = line[: int(len(line) * 0.95)]
    return line + "..."


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu where the machine has it (Cyrillic), else the Latin one inside Pillow."""
    try:
        return ImageFont.truetype("DejaVuSans-Bold.ttf", size)
    except OSError:
        fallback = ImageFont.load_default(size)
        if not isinstance(fallback, ImageFont.FreeTypeFont):
            raise
        return fallback
