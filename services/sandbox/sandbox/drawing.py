"""Draws on the posted pictures: cheap, recognisable, and different for each operation."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from sandbox.caption import write_caption
from sandbox.operations import Operation

#: Shade, ink and paper of a screen-print; the prompt chooses, so that another prompt shows.
_INKS = (
    ("#23103f", "#e2533a", "#ffe9b8"),
    ("#10243f", "#8a5cc7", "#f3e3ff"),
    ("#062b2b", "#1f9e8f", "#f4ffd9"),
    ("#2a1a05", "#c98a1b", "#eef6ff"),
)
_STYLE_COLOURS = 8
_DECODE_AT_LEAST = 0.8


@dataclass(frozen=True)
class DrawingOrder:
    """What to draw: the posted pictures' bytes, guest photo first, and the output's size in pixels."""

    operation: Operation
    pictures: Sequence[bytes]
    prompt: str
    width: int
    height: int
    picture_format: Literal["png", "jpeg"]


@dataclass(frozen=True)
class DrawnPicture:
    data: bytes
    mime_type: str


def draw_picture(order: DrawingOrder) -> DrawnPicture:
    """Draw and encode.

    Raises:
        ValueError: a posted picture cannot be decoded to its end.
    """
    drawn = _draw(order)
    write_caption(drawn, f"{order.operation} · {order.prompt}")
    return encode_picture(drawn, order.picture_format)


def encode_picture(picture: Image.Image, picture_format: Literal["png", "jpeg"]) -> DrawnPicture:
    """Encode as Gemini answers: quick PNG, or JPEG of quality 92."""
    buffer = BytesIO()
    if picture_format == "png":
        picture.save(buffer, "PNG", compress_level=1)
    else:
        picture.save(buffer, "JPEG", quality=92)
    return DrawnPicture(data=buffer.getvalue(), mime_type=f"image/{picture_format}")


def _draw(order: DrawingOrder) -> Image.Image:
    size = (order.width, order.height)
    if order.operation is Operation.TEXT_TO_IMAGE:
        return _poster(order.prompt, size)
    photo = _open_fitted(order.pictures[0], size)
    if order.operation is Operation.IMAGE_EDIT:
        return _duotone(photo, order.prompt)
    others = [_open_fitted(data, _inset_size(size)) for data in order.pictures[1:]]
    if order.operation is Operation.STYLE_TRANSFER:
        return _restyle(photo, others[0])
    return _blend_face(photo, _open_fitted(order.pictures[1], _face_box(size)[1]))


def _open_fitted(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Decode upright at about the wanted size, cover `size` with it, flatten what is transparent onto white."""
    try:
        with Image.open(BytesIO(data)) as picture:
            picture.draft("RGB", (int(size[0] * _DECODE_AT_LEAST), int(size[1] * _DECODE_AT_LEAST)))
            upright = ImageOps.exif_transpose(picture)
            if upright.has_transparency_data:
                rgba = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
            return ImageOps.fit(upright.convert("RGB"), size, Image.Resampling.BILINEAR)
    except (OSError, SyntaxError, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("cannot be decoded") from error


def _duotone(photo: Image.Image, prompt: str) -> Image.Image:
    """One picture: a screen-print of it, in inks that go by the prompt."""
    shade, ink, paper = _INKS[sha256(prompt.encode()).digest()[0] % len(_INKS)]
    grey = ImageOps.autocontrast(ImageOps.grayscale(photo), cutoff=1)
    print_of_it = ImageOps.colorize(grey, shade, paper, ink)
    return Image.blend(print_of_it, ImageOps.posterize(photo, 3), 0.3)


def _restyle(photo: Image.Image, style: Image.Image) -> Image.Image:
    """Map the photo's lightness onto the style's colours, dark to light; the style itself stays in a corner."""
    grey = ImageOps.autocontrast(ImageOps.grayscale(photo), cutoff=1)
    ramp = _colour_ramp(style)
    channels = [grey.point(ramp[channel::3]) for channel in range(3)]
    painted = Image.blend(Image.merge("RGB", channels), photo, 0.2)
    painted = Image.blend(painted, ImageOps.autocontrast(painted, cutoff=1, preserve_tone=True), 0.6)
    framed = ImageOps.expand(style, border=max(2, photo.width // 250), fill="white")
    margin = photo.width // 40
    painted.paste(framed, (photo.width - framed.width - margin, margin))
    return painted


def _colour_ramp(style: Image.Image) -> list[int]:
    """Give 256 RGB triples, flat, that run through the style's main colours from dark to light."""
    small = style.resize((64, 64), Image.Resampling.BOX)
    indexed = small.quantize(_STYLE_COLOURS, method=Image.Quantize.MEDIANCUT)
    palette = bytes(indexed.getpalette() or (0, 0, 0))
    colours = sorted((palette[at : at + 3] for at in range(0, len(palette), 3)), key=_lightness)
    strip = Image.frombytes("RGB", (len(colours), 1), b"".join(colours))
    return list(strip.resize((256, 1), Image.Resampling.BICUBIC).tobytes())


def _lightness(rgb: bytes) -> int:
    return 299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]


def _blend_face(photo: Image.Image, face: Image.Image) -> Image.Image:
    """Set the second picture into a soft ellipse in the middle, in the photo's light, the rest a little darker."""
    corner, box = _face_box(photo.size)
    mask = Image.new("L", (box[0] // 4, box[1] // 4))
    edge = max(2, mask.width // 7)
    ImageDraw.Draw(mask).ellipse((edge, edge, mask.width - edge, mask.height - edge), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(edge / 2.5)).resize(box, Image.Resampling.BILINEAR)
    around = ImageEnhance.Brightness(photo).enhance(0.75)
    around.paste(face, corner, mask)
    return around


def _face_box(size: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Corner and size of the place for a face."""
    height = int(min(size[1] * 0.62, size[0] * 0.8))
    box = (int(height * 0.8), height)
    return ((size[0] - box[0]) // 2, int((size[1] - box[1]) * 0.4)), box


def _inset_size(size: tuple[int, int]) -> tuple[int, int]:
    side = min(size) // 5
    return side, side


def _poster(prompt: str, size: tuple[int, int]) -> Image.Image:
    """No picture: a gradient whose colours come from the prompt."""
    digest = sha256(prompt.encode()).digest()
    grey = Image.linear_gradient("L").resize(size)
    warm, cold = tuple(digest[0:3]), tuple(digest[3:6])
    poster = ImageOps.colorize(grey, warm, cold)
    return ImageChops.screen(poster, ImageOps.colorize(Image.radial_gradient("L").resize(size), "#555533", "black"))
