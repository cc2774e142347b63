"""What a provider gets."""

import pytest
from PIL import Image

from photochanger.domain.photo import PictureType
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.errors import TooManyPixels, UnreadablePicture
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.imaging.provider_input import PreparedPicture
from tests.unit.imaging.pictures import (
    CANARY,
    STORED_TURNS,
    cat,
    cat_with_alpha,
    decoded,
    difference,
    encoded,
    red_green_swapped_profile,
    with_broken_samples,
    with_metadata,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

JPEG_AND_PNG = frozenset({PictureType.JPEG, PictureType.PNG})
TYPES = [PictureType.JPEG, PictureType.PNG, PictureType.WEBP, PictureType.HEIC]


async def _prepare(
    decoder: GuardedDecoder,
    data: bytes,
    accepted: frozenset[PictureType] = JPEG_AND_PNG,
    max_side: int | None = None,
    max_bytes: int | None = None,
) -> PreparedPicture:
    return await decoder.prepare(data, inspect_photo(data), accepted=accepted, max_side=max_side, max_bytes=max_bytes)


@pytest.mark.parametrize("picture_type", TYPES)
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_provider_gets_the_picture_upright(
    decoder: GuardedDecoder, picture_type: PictureType, orientation: int
) -> None:
    stored = cat().transpose(STORED_TURNS[orientation]) if orientation > 1 else cat()

    prepared = await _prepare(decoder, with_metadata(picture_type, stored, orientation))

    assert (prepared.width, prepared.height) == (240, 160)
    assert difference(prepared.data, cat()) < 6


@pytest.mark.parametrize("picture_type", TYPES)
@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("max_side", [None, 100])
async def test_a_provider_gets_no_metadata(
    decoder: GuardedDecoder, picture_type: PictureType, orientation: int, max_side: int | None
) -> None:
    data = with_metadata(picture_type, orientation=orientation)

    prepared = await _prepare(decoder, data, max_side=max_side)

    assert CANARY not in prepared.data
    assert not {"exif", "xmp", "comment", "icc_profile"} & decoded(prepared.data).info.keys()


async def test_an_accepted_picture_that_needs_no_change_keeps_its_samples(decoder: GuardedDecoder) -> None:
    data = with_metadata(PictureType.JPEG)

    prepared = await _prepare(decoder, data, max_side=240, max_bytes=len(data))

    assert prepared == PreparedPicture(strip_metadata(data, PictureType.JPEG), PictureType.JPEG, 240, 160)


@pytest.mark.parametrize("picture_type", [PictureType.HEIC, PictureType.WEBP])
async def test_what_the_provider_does_not_take_becomes_jpeg(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    prepared = await _prepare(decoder, encoded(cat(), picture_type))

    assert prepared.type is PictureType.JPEG
    assert decoded(prepared.data).format == "JPEG"


async def test_heic_is_converted_even_for_who_takes_it(decoder: GuardedDecoder) -> None:
    prepared = await _prepare(decoder, encoded(cat(), PictureType.HEIC), accepted=frozenset(PictureType))

    assert prepared.type is PictureType.JPEG


async def test_transparency_is_kept_as_png_where_png_is_taken(decoder: GuardedDecoder) -> None:
    prepared = await _prepare(decoder, encoded(cat_with_alpha(), PictureType.WEBP))

    assert prepared.type is PictureType.PNG
    assert decoded(prepared.data).getchannel("A").getextrema() == (0, 255)


async def test_transparency_is_laid_on_white_where_only_jpeg_is_taken(decoder: GuardedDecoder) -> None:
    data = encoded(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), PictureType.PNG)

    prepared = await _prepare(decoder, data, accepted=frozenset({PictureType.JPEG}))

    assert decoded(prepared.data).getpixel((50, 50)) == (255, 255, 255)


async def test_a_picture_shrinks_to_the_side_the_provider_takes(decoder: GuardedDecoder) -> None:
    prepared = await _prepare(decoder, encoded(cat((900, 600)), PictureType.JPEG), max_side=300)

    assert (prepared.width, prepared.height) == (300, 200)
    assert difference(prepared.data, cat((300, 200))) < 6


async def test_a_picture_shrinks_until_its_bytes_fit(decoder: GuardedDecoder) -> None:
    prepared = await _prepare(decoder, encoded(cat((900, 600)), PictureType.JPEG), max_bytes=20_000)

    assert 10_000 < len(prepared.data) <= 20_000


async def test_a_picture_that_cannot_fit_is_refused(decoder: GuardedDecoder) -> None:
    with pytest.raises(TooManyPixels):
        await _prepare(decoder, encoded(cat(), PictureType.JPEG), max_bytes=100)


@pytest.mark.parametrize("picture_type", TYPES)
async def test_wide_gamut_colours_are_converted(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    red = Image.new("RGB", (100, 100), (255, 0, 0))
    data = encoded(red, picture_type, icc_profile=red_green_swapped_profile())

    prepared = await _prepare(decoder, data)

    assert difference(prepared.data, Image.new("RGB", (100, 100), (0, 255, 0))) < 6
    assert "icc_profile" not in decoded(prepared.data).info


async def test_wide_gamut_transparency_survives_the_conversion(decoder: GuardedDecoder) -> None:
    data = encoded(cat_with_alpha(), PictureType.PNG, icc_profile=red_green_swapped_profile())

    prepared = await _prepare(decoder, data)

    image = decoded(prepared.data)
    assert "icc_profile" not in image.info
    assert image.getchannel("A").tobytes() == cat_with_alpha().getchannel("A").tobytes()


async def test_cmyk_becomes_rgb(decoder: GuardedDecoder) -> None:
    prepared = await _prepare(decoder, encoded(cat().convert("CMYK"), PictureType.JPEG))

    assert decoded(prepared.data).mode == "RGB"
    assert difference(prepared.data, cat()) < 8


async def test_sixteen_bit_grey_becomes_eight_bit(decoder: GuardedDecoder) -> None:
    data = encoded(Image.new("I;16", (80, 80), 32_768), PictureType.PNG)

    prepared = await _prepare(decoder, data)

    assert decoded(prepared.data).getpixel((40, 40)) == (128, 128, 128)


@pytest.mark.parametrize("picture_type", [PictureType.PNG, PictureType.WEBP, PictureType.HEIC])
async def test_broken_samples_inside_a_whole_file_are_found(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    data = with_broken_samples(picture_type)

    with pytest.raises(UnreadablePicture):
        await decoder.verify(data, inspect_photo(data))


@pytest.mark.parametrize("picture_type", TYPES)
async def test_a_whole_photo_is_verified(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    data = with_metadata(picture_type)

    await decoder.verify(data, inspect_photo(data))
