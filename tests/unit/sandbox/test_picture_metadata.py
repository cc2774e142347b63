"""The sandbox sees what a posted picture carries besides its pixels."""

from collections.abc import Callable
from io import BytesIO

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from sandbox.drawing import DrawingOrder, draw_picture
from sandbox.operations import Operation
from sandbox.picture_metadata import PictureReport, inspect_picture

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'


def exif_with_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return exif


def kinds(report: PictureReport) -> set[str]:
    return {name for name in ("exif", "gps", "xmp", "iptc", "comment", "trailing_bytes") if getattr(report, name)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_exif_place_and_xmp_are_seen(kind: str, make_picture: Callable[..., bytes]) -> None:
    pillow_heif.register_heif_opener()
    if kind == "PNG":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        data = make_picture(kind=kind, exif=exif_with_gps(), pnginfo=text)
    else:
        data = make_picture(kind=kind, exif=exif_with_gps(), xmp=XMP)

    report = inspect_picture("image/jpeg", data)

    assert kinds(report) == {"exif", "gps", "xmp"}
    assert (report.width, report.height, report.size_bytes) == (60, 40, len(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_clean_picture_carries_nothing(kind: str, make_picture: Callable[..., bytes]) -> None:
    pillow_heif.register_heif_opener()

    report = inspect_picture("image/jpeg", make_picture(kind=kind))

    assert kinds(report) == set()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_bytes_after_the_end_are_counted(kind: str, make_picture: Callable[..., bytes]) -> None:
    pillow_heif.register_heif_opener()

    report = inspect_picture("image/jpeg", make_picture(kind=kind) + b"#secret#")

    assert report.trailing_bytes == 8


def test_a_progressive_photo_ends_at_its_end_marker(photo: bytes) -> None:
    assert inspect_picture("image/jpeg", photo + b"tail").trailing_bytes == 4


def test_comments_of_jpeg_and_png_are_seen(make_picture: Callable[..., bytes]) -> None:
    text = PngInfo()
    text.add_text("Author", "somebody")

    assert inspect_picture("image/jpeg", make_picture(comment="made by somebody")).comment
    assert inspect_picture("image/png", make_picture(kind="PNG", pnginfo=text)).comment


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of what it skips in a damaged Exif block
@given(at=st.integers(0, 400), value=st.integers(0, 255))
def test_a_damaged_picture_is_taken_or_refused_but_breaks_nothing(at: int, value: int) -> None:
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(buffer, "JPEG", exif=exif_with_gps())
    data = bytearray(buffer.getvalue())
    data[at % len(data)] = value

    try:
        report = inspect_picture("image/jpeg", bytes(data))
        draw_picture(DrawingOrder(Operation.IMAGE_EDIT, [bytes(data)], "x", 60, 40, "jpeg"))
    except ValueError:
        return

    assert report.size_bytes == len(data)
