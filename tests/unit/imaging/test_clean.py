"""Metadata goes, samples and provenance stay."""

import pytest
from PIL import Image

from photochanger.domain.photo import PictureType
from photochanger.imaging import webp
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.inspect_photo import inspect_photo
from tests.unit.imaging.pictures import (
    CANARY,
    cat,
    cat_with_alpha,
    decoded,
    encoded,
    huge_profile,
    jpeg_segment,
    png_chunk,
    srgb_profile,
    with_metadata,
)

STRIPPABLE = [PictureType.JPEG, PictureType.PNG, PictureType.WEBP]


@pytest.mark.parametrize("picture_type", STRIPPABLE)
def test_no_metadata_is_left(picture_type: PictureType) -> None:
    data = with_metadata(picture_type)
    assert CANARY in data

    stripped = strip_metadata(data, picture_type)

    assert CANARY not in stripped
    assert b"xmp" not in stripped.lower()


@pytest.mark.parametrize("picture_type", STRIPPABLE)
def test_the_samples_are_not_touched(picture_type: PictureType) -> None:
    data = with_metadata(picture_type)

    stripped = strip_metadata(data, picture_type)

    inspect_photo(stripped)
    assert decoded(stripped).tobytes() == decoded(data).tobytes()


@pytest.mark.parametrize("picture_type", STRIPPABLE)
def test_a_clean_picture_stays_byte_for_byte(picture_type: PictureType) -> None:
    data = strip_metadata(with_metadata(picture_type), picture_type)

    assert strip_metadata(data, picture_type) == data


@pytest.mark.parametrize("picture_type", [PictureType.JPEG, PictureType.PNG])
def test_a_clean_picture_is_not_copied(picture_type: PictureType) -> None:
    data = encoded(cat(), picture_type)

    assert strip_metadata(data, picture_type) is data


def test_the_size_of_a_missing_thumbnail_goes_though_no_byte_is_lost() -> None:
    data = encoded(cat(), PictureType.JPEG)
    odd = data[:18] + b"\2\2" + data[20:]

    assert strip_metadata(odd, PictureType.JPEG) == data


def test_comments_between_the_scans_of_a_progressive_jpeg_go() -> None:
    data = encoded(cat(), PictureType.JPEG, progressive=True)
    data = with_comment_between_scans(data)

    stripped = strip_metadata(data, PictureType.JPEG)

    assert CANARY not in stripped
    assert decoded(stripped).tobytes() == decoded(data).tobytes()


def with_comment_between_scans(data: bytes) -> bytes:
    second_scan = data.index(b"\xff\xc4", data.index(b"\xff\xda"))
    return data[:second_scan] + jpeg_segment(0xFE, CANARY) + data[second_scan:]


def with_stray_bytes_after_a_table(data: bytes) -> bytes:
    """Between two scans stands a table of codes; what is behind it belongs to no segment."""
    table = data.index(b"\xff\xc4", data.index(b"\xff\xda"))
    end = table + 2 + int.from_bytes(data[table + 2 : table + 4], "big")
    return data[:end] + CANARY + data[end:]


WALKED = {
    "everything": with_metadata(PictureType.JPEG),
    "nothing to remove": encoded(cat(), PictureType.JPEG),
    "trailing bytes": encoded(cat(), PictureType.JPEG) + CANARY,
    "another picture behind": encoded(cat(), PictureType.JPEG) * 2,
    "progressive": encoded(cat(), PictureType.JPEG, progressive=True),
    "comment between scans": with_comment_between_scans(encoded(cat(), PictureType.JPEG, progressive=True)),
    "stray bytes between scans": with_stray_bytes_after_a_table(encoded(cat(), PictureType.JPEG, progressive=True)),
    "stray bytes before the end": encoded(cat(), PictureType.JPEG)[:-2] + b"\xff\xff\xd9",
}


@pytest.mark.parametrize("flavour", WALKED)
def test_whoever_knows_where_the_samples_end_gets_the_same(flavour: str) -> None:
    data = WALKED[flavour]

    stripped = strip_metadata(data, PictureType.JPEG, coded_end=inspect_photo(data).coded_end)

    assert stripped == strip_metadata(data, PictureType.JPEG)
    assert CANARY not in stripped


def test_samples_whose_end_is_known_are_not_searched() -> None:
    data = bytearray(encoded(cat(), PictureType.JPEG))
    coded_end = inspect_photo(bytes(data)).coded_end
    data[-20:-16] = b"\xff\xfe\0\2"  # looks like a comment, if anybody looks

    assert strip_metadata(bytes(data), PictureType.JPEG, coded_end=coded_end) == bytes(data)
    assert strip_metadata(bytes(data), PictureType.JPEG) != bytes(data)


@pytest.mark.parametrize("wrong_by", [-1, 1])
def test_an_end_that_is_none_is_not_believed(wrong_by: int) -> None:
    data = encoded(cat(), PictureType.JPEG) + b"trailing"
    coded_end = inspect_photo(data).coded_end
    assert coded_end is not None

    stripped = strip_metadata(data, PictureType.JPEG, coded_end=coded_end + wrong_by)

    assert stripped == strip_metadata(data, PictureType.JPEG)


def test_a_thumbnail_inside_jfif_goes() -> None:
    data = encoded(cat(), PictureType.JPEG)
    jfif = data[2:20]
    fat = jpeg_segment(0xE0, jfif[4:16] + b"\2\2" + CANARY[:12])

    assert strip_metadata(data[:2] + fat + data[20:], PictureType.JPEG) == data


@pytest.mark.parametrize("picture_type", STRIPPABLE)
def test_a_small_colour_profile_stays(picture_type: PictureType) -> None:
    data = encoded(cat(), picture_type, icc_profile=srgb_profile())

    assert decoded(strip_metadata(data, picture_type)).info["icc_profile"] == srgb_profile()


@pytest.mark.parametrize("picture_type", STRIPPABLE)
@pytest.mark.parametrize("profile", [CANARY * 20, huge_profile()], ids=["not a profile", "huge"])
def test_a_broken_or_huge_colour_profile_goes(picture_type: PictureType, profile: bytes) -> None:
    data = encoded(cat(), picture_type, icc_profile=profile)

    assert "icc_profile" not in decoded(strip_metadata(data, picture_type)).info


def test_a_profile_that_inflates_without_end_goes() -> None:
    data = encoded(cat(), PictureType.PNG, icc_profile=b"\0" * 10_000_000)

    assert b"iCCP" not in strip_metadata(data, PictureType.PNG)


def test_the_transparency_of_an_extended_webp_stays() -> None:
    data = encoded(cat_with_alpha(), PictureType.WEBP, exif=b"Exif\0\0" + CANARY)

    image = decoded(strip_metadata(data, PictureType.WEBP))

    assert image.mode == "RGBA"
    assert image.tobytes() == decoded(data).tobytes()


def test_a_webp_no_longer_announces_what_went() -> None:
    stripped = strip_metadata(with_metadata(PictureType.WEBP), PictureType.WEBP)

    assert stripped[20] & (webp.FLAG_EXIF | webp.FLAG_XMP) == 0


def test_palette_transparency_stays() -> None:
    image = cat().quantize(16)
    data = encoded(image, PictureType.PNG, transparency=3)

    assert decoded(strip_metadata(data, PictureType.PNG)).info["transparency"] == 3


def test_cmyk_keeps_its_adobe_mark() -> None:
    data = encoded(cat().convert("CMYK"), PictureType.JPEG)

    assert decoded(strip_metadata(data, PictureType.JPEG)).tobytes() == decoded(data).tobytes()


def _with_provenance(picture_type: PictureType) -> bytes:
    mark = b"\0\1\0\0\0\1\0\0\0\x10jumbc2pa-mark"
    data = encoded(cat(), picture_type)
    if picture_type is PictureType.JPEG:
        return data[:2] + jpeg_segment(0xEB, b"JP" + mark) + data[2:]
    if picture_type is PictureType.PNG:
        return data[:33] + png_chunk(b"caBX", mark) + data[33:]
    body = data[8:] + b"C2PA" + len(mark).to_bytes(4, "little") + mark + b"\0" * (len(mark) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


@pytest.mark.parametrize("picture_type", STRIPPABLE)
def test_provenance_stays(picture_type: PictureType) -> None:
    data = _with_provenance(picture_type)

    assert b"c2pa-mark" in strip_metadata(data, picture_type)


def test_heic_is_never_stripped_but_converted() -> None:
    with pytest.raises(ValueError, match="converted"):
        strip_metadata(encoded(Image.new("RGB", (64, 64)), PictureType.HEIC), PictureType.HEIC)
