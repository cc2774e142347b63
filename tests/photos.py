"""Photos as a booth's camera gives them, made from real photographs."""

import io
from functools import cache

import pillow_heif
from PIL import ExifTags, Image

from tests.photographs import photograph

GPS_CANARY = "52 deg CANARY 31"
MAKER_CANARY = "CANARYCAM"


@cache
def camera_jpeg(width: int = 2400, height: int = 1600, *, name: str = "chelsea.png", orientation: int = 1) -> bytes:
    """A JPEG with maker, position and orientation in its EXIF, as a camera writes it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = MAKER_CANARY
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = GPS_CANARY
    return saved(picture(width, height, name=name), "JPEG", quality=90, exif=exif)


@cache
def picture(width: int, height: int, *, name: str = "chelsea.png") -> Image.Image:
    with Image.open(photograph(name)) as opened:
        return opened.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)


pillow_heif.register_heif_opener()


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    """The picture, every sample of it decoded.

    Raises:
        OSError: broken or cut short.
    """
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def difference(left: bytes, right: bytes) -> float:
    """How far two pictures are apart as seen from a distance: mean per channel, 0 to 255."""
    small = [decoded(data).convert("RGB").resize((32, 32)).tobytes() for data in (left, right)]
    distances = [abs(a - b) for a, b in zip(*small, strict=True)]
    return float(sum(distances)) / len(distances)
