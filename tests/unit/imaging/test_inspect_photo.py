"""What the structural check takes and refuses."""

import io
import struct
import time
from dataclasses import replace

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pillow_heif import from_pillow

from photochanger.domain.photo import PictureType
from photochanger.imaging import jpeg, pixels
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.errors import PictureError, TooManyPixels, UnreadablePicture, UnsupportedPicture
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.imaging.sniff import sniff
from tests.unit.imaging.pictures import (
    CANARY,
    cat,
    cat_with_alpha,
    encoded,
    exif,
    jpeg_segment,
    png_bomb,
    with_metadata,
)

TYPES = [PictureType.JPEG, PictureType.PNG, PictureType.WEBP, PictureType.HEIC]
WHOLE = {picture_type: with_metadata(picture_type).removesuffix(CANARY) for picture_type in TYPES} | {
    "progressive": encoded(cat(), PictureType.JPEG, progressive=True),
    "restarts": encoded(cat(), PictureType.JPEG, restart_marker_blocks=4),
    "lossless": encoded(cat_with_alpha(), PictureType.WEBP, lossless=True),
}


@pytest.mark.parametrize("picture_type", TYPES)
def test_a_photo_is_known_by_its_bytes(picture_type: PictureType) -> None:
    data = with_metadata(picture_type)

    info = inspect_photo(data)

    assert (info.type, info.width, info.height, info.has_alpha) == (picture_type, 240, 160, False)
    assert info.size_bytes == len(data)


@pytest.mark.parametrize("picture_type", [PictureType.PNG, PictureType.WEBP, PictureType.HEIC])
def test_transparency_is_seen_in_the_header(picture_type: PictureType) -> None:
    data = encoded(cat_with_alpha(), picture_type)

    assert inspect_photo(data).has_alpha


@pytest.mark.parametrize("picture_type", [PictureType.JPEG, PictureType.PNG, PictureType.WEBP])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_exif_orientation_is_found(picture_type: PictureType, orientation: int) -> None:
    assert inspect_photo(with_metadata(picture_type, orientation=orientation)).orientation == orientation


def test_the_rotation_of_a_heic_is_left_to_its_decoder() -> None:
    assert inspect_photo(with_metadata(PictureType.HEIC, orientation=6)).orientation == 1


@pytest.mark.parametrize("flavour", WHOLE)
def test_every_usual_flavour_passes(flavour: str) -> None:
    assert inspect_photo(WHOLE[flavour]).width == 240


def test_the_end_marker_of_an_embedded_thumbnail_does_not_count() -> None:
    thumbnail = encoded(cat((32, 32)), PictureType.JPEG)
    data = encoded(cat(), PictureType.JPEG, exif=exif().tobytes() + thumbnail)

    with pytest.raises(UnreadablePicture):
        inspect_photo(data[:-2])


def test_a_jpegs_header_is_read_without_its_samples() -> None:
    data = encoded(cat(), PictureType.JPEG)
    header_only = data[: data.index(b"\xff\xda") + 14]

    assert jpeg.read_header(header_only) == replace(jpeg.read_whole(data), coded_end=None)


def test_a_second_picture_after_the_end_marker_is_tolerated() -> None:
    data = encoded(cat(), PictureType.JPEG)

    assert inspect_photo(data + data).width == 240


def test_stray_and_fill_bytes_between_segments_are_tolerated() -> None:
    data = encoded(cat(), PictureType.JPEG)

    assert inspect_photo(data[:20] + b"\0\0\xff\xff\xff" + data[20:]).width == 240


@given(flavour=st.sampled_from(list(WHOLE)), share=st.floats(0.01, 0.99))
@settings(max_examples=150)
def test_a_photo_cut_anywhere_never_passes(flavour: str, share: float) -> None:
    data = WHOLE[flavour]

    with pytest.raises(UnreadablePicture):
        inspect_photo(data[: int(len(data) * share)])


def test_a_heic_without_the_box_of_its_samples_is_noticed() -> None:
    data = WHOLE[PictureType.HEIC]

    with pytest.raises(UnreadablePicture):
        inspect_photo(data[: data.index(b"mdat") - 4])


@pytest.mark.parametrize("flavour", WHOLE)
def test_one_missing_byte_is_noticed(flavour: str) -> None:
    with pytest.raises(UnreadablePicture):
        inspect_photo(WHOLE[flavour][:-1])


@given(magic=st.sampled_from([data[:16] for data in WHOLE.values()] + [b""]), rest=st.binary(max_size=400))
@settings(max_examples=150)
def test_random_bytes_are_refused_not_crashed_on(magic: bytes, rest: bytes) -> None:
    with pytest.raises(PictureError):
        inspect_photo(magic + rest)


@given(flavour=st.sampled_from(list(WHOLE)), edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4))))
@settings(max_examples=100)
def test_a_damaged_photo_is_read_or_refused_not_crashed_on(flavour: str, edits: list[tuple[float, bytes]]) -> None:
    data = bytearray(WHOLE[flavour])
    for place, replacement in edits:
        at = int(place**4 * len(data))
        data[at : at + len(replacement)] = replacement

    try:
        info = inspect_photo(bytes(data))
        pixels.decode(bytes(data), info)
        if info.type not in {PictureType.HEIC, PictureType.HEIF}:
            strip_metadata(bytes(data), info.type)
    except PictureError as error:
        refusal: PictureError | None = error
    else:
        refusal = None

    assert refusal is None or str(refusal)


def _animated(picture_type: PictureType) -> bytes:
    frames = [cat().rotate(angle) for angle in (10, 20)]
    return encoded(cat(), picture_type, save_all=True, append_images=frames, duration=100)


def _gif() -> bytes:
    target = io.BytesIO()
    cat().save(target, "GIF")
    return target.getvalue()


def _two_pictures_in_heif() -> bytes:
    heif, target = from_pillow(cat()), io.BytesIO()
    heif.add_from_pillow(cat().rotate(180))
    heif.save(target)
    return target.getvalue()


def _with_brand(brand: bytes, *compatible: bytes) -> bytes:
    brands = brand + b"\0\0\0\0" + b"".join(compatible)
    return (len(brands) + 8).to_bytes(4, "big") + b"ftyp" + brands + WHOLE[PictureType.HEIC][40:]


UNSUPPORTED = {
    "nothing": b"",
    "one byte": b"\xff",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "tiff": b"II*\0\x08\0\0\0",
    "gif": _gif(),
    "animated png": _animated(PictureType.PNG),
    "animated webp": _animated(PictureType.WEBP),
    "two pictures in a heif": _two_pictures_in_heif(),
    "heif sequence": _with_brand(b"hevc", b"heic"),
    "avif": _with_brand(b"avif", b"mif1"),
    "avif under a general brand": _with_brand(b"mif1", b"avif"),
    "lossless jpeg": encoded(cat(), PictureType.JPEG).replace(b"\xff\xc0", b"\xff\xc3", 1),
}


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_other_types_and_several_frames_are_not_accepted(case: str) -> None:
    with pytest.raises(UnsupportedPicture):
        inspect_photo(UNSUPPORTED[case])


def test_a_general_heif_brand_is_heif() -> None:
    assert sniff(_with_brand(b"mif1", b"heic")) is PictureType.HEIF


def test_a_wrong_png_checksum_is_noticed() -> None:
    data = bytearray(encoded(cat(), PictureType.PNG))
    data[len(data) // 2] ^= 1

    with pytest.raises(UnreadablePicture):
        inspect_photo(bytes(data))


def test_a_webp_canvas_larger_than_its_picture_is_refused() -> None:
    data = bytearray(with_metadata(PictureType.WEBP))
    data[24:27] = (11_000).to_bytes(3, "little")

    with pytest.raises(UnreadablePicture):
        inspect_photo(bytes(data))


def test_a_pixel_bomb_is_refused_at_once_and_costs_no_memory() -> None:
    bomb = png_bomb(13_300)
    before = psutil.Process().memory_info().rss
    start = time.perf_counter()

    with pytest.raises(TooManyPixels):
        inspect_photo(bomb)

    assert time.perf_counter() - start < 0.05
    assert psutil.Process().memory_info().rss - before < 20 * 1024 * 1024


@pytest.mark.parametrize(("width", "height"), [(12_001, 10), (10, 12_001), (8_000, 5_001)])
def test_the_pixel_limit_holds_for_a_jpeg(width: int, height: int) -> None:
    data = encoded(cat(), PictureType.JPEG)
    frame = data.index(b"\xff\xc0") + 5
    data = data[:frame] + struct.pack(">HH", height, width) + data[frame + 4 :]

    with pytest.raises(TooManyPixels):
        inspect_photo(data)


def test_an_exact_forty_megapixels_pass() -> None:
    data = encoded(Image.new("1", (8_000, 5_000)), PictureType.PNG)

    assert inspect_photo(data).width == 8_000


@pytest.mark.parametrize("junk", [b"\xff" * 5_000_000, b"\xff\xe1\0\2" * 1_000_000], ids=["fill", "segments"])
def test_megabytes_of_empty_segments_do_not_hold_the_process_up(junk: bytes) -> None:
    start = time.perf_counter()

    with pytest.raises(UnreadablePicture):
        inspect_photo(b"\xff\xd8\xff" + junk)

    assert time.perf_counter() - start < 0.5


def test_colour_profiles_in_pieces_are_limited_by_the_segment() -> None:
    broken = jpeg_segment(0xE2, b"ICC_PROFILE\0")
    data = encoded(cat(), PictureType.JPEG)

    assert inspect_photo(data[:2] + broken + data[2:]).width == 240
