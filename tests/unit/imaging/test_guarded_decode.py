"""What a provider gets, and what the booth gets from a provider's picture."""

import hashlib
import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image, ImageChops, ImageStat

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging import result_check
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.errors import ResultFlaw, TooManyPixels, UnreadablePicture, UnusableResult
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.imaging.provider_input import PreparedPicture
from photochanger.imaging.result_check import FinishedPicture
from tests.unit.imaging.pictures import (
    CANARY,
    STORED_TURNS,
    cat,
    cat_with_alpha,
    decoded,
    encoded,
    png_bomb,
    png_chunk,
    red_green_swapped_profile,
    with_metadata,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

JPEG_AND_PNG = frozenset({PictureType.JPEG, PictureType.PNG})
TYPES = [PictureType.JPEG, PictureType.PNG, PictureType.WEBP, PictureType.HEIC]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def decoder() -> AsyncIterator[GuardedDecoder]:
    async with GuardedDecoder() as guarded:
        yield guarded


async def _prepare(
    decoder: GuardedDecoder,
    data: bytes,
    accepted: frozenset[PictureType] = JPEG_AND_PNG,
    max_side: int | None = None,
    max_bytes: int | None = None,
) -> PreparedPicture:
    return await decoder.prepare(data, inspect_photo(data), accepted=accepted, max_side=max_side, max_bytes=max_bytes)


async def _finish(
    decoder: GuardedDecoder,
    data: bytes,
    *,
    png_wanted: bool = False,
    max_side: int | None = None,
    photo: PhotoInfo | None = None,
) -> FinishedPicture:
    return await decoder.finish_result(
        data, png_wanted=png_wanted, keep_alpha=photo is not None, quality=90, max_side=max_side, photo=photo
    )


def _difference(data: bytes, expected: Image.Image) -> float:
    """Mean difference of a channel, of 255 steps."""
    image = decoded(data).convert("RGB")
    assert image.size == expected.size
    return max(ImageStat.Stat(ImageChops.difference(image, expected.convert("RGB"))).mean)


@pytest.mark.parametrize("picture_type", TYPES)
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_provider_gets_the_picture_upright(
    decoder: GuardedDecoder, picture_type: PictureType, orientation: int
) -> None:
    stored = cat().transpose(STORED_TURNS[orientation]) if orientation > 1 else cat()

    prepared = await _prepare(decoder, with_metadata(picture_type, stored, orientation))

    assert (prepared.width, prepared.height) == (240, 160)
    assert _difference(prepared.data, cat()) < 6


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
    assert _difference(prepared.data, cat((300, 200))) < 6


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

    assert _difference(prepared.data, Image.new("RGB", (100, 100), (0, 255, 0))) < 6
    assert "icc_profile" not in decoded(prepared.data).info


async def test_wide_gamut_transparency_survives_the_conversion(decoder: GuardedDecoder) -> None:
    data = encoded(cat_with_alpha(), PictureType.PNG, icc_profile=red_green_swapped_profile())

    prepared = await _prepare(decoder, data)

    assert decoded(prepared.data).getchannel("A").tobytes() == cat_with_alpha().getchannel("A").tobytes()


async def test_cmyk_becomes_rgb(decoder: GuardedDecoder) -> None:
    prepared = await _prepare(decoder, encoded(cat().convert("CMYK"), PictureType.JPEG))

    assert decoded(prepared.data).mode == "RGB"
    assert _difference(prepared.data, cat()) < 8


async def test_sixteen_bit_grey_becomes_eight_bit(decoder: GuardedDecoder) -> None:
    data = encoded(Image.new("I;16", (80, 80), 32_768), PictureType.PNG)

    prepared = await _prepare(decoder, data)

    assert decoded(prepared.data).getpixel((40, 40)) == (128, 128, 128)


@pytest.mark.parametrize("picture_type", [PictureType.PNG, PictureType.WEBP, PictureType.HEIC])
async def test_broken_samples_inside_a_whole_file_are_found(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    data = _with_broken_samples(picture_type)

    with pytest.raises(UnreadablePicture):
        await decoder.verify(data, inspect_photo(data))


def _with_broken_samples(picture_type: PictureType) -> bytes:
    data = encoded(cat(), picture_type)
    if picture_type is PictureType.PNG:
        at = data.index(b"IDAT") - 4
        length = int.from_bytes(data[at : at + 4], "big")
        half = data[at + 8 : at + 8 + length // 2]
        return data[:at] + png_chunk(b"IDAT", half) + png_chunk(b"IEND", b"")
    samples = data.index(b"mdat") + 4 if picture_type is PictureType.HEIC else 40
    return data[:samples] + b"\xff" * (len(data) - samples)


@pytest.mark.parametrize("picture_type", TYPES)
async def test_a_whole_photo_is_verified(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    data = with_metadata(picture_type)

    await decoder.verify(data, inspect_photo(data))


@pytest.mark.parametrize("picture_type", TYPES)
async def test_a_result_becomes_a_bare_jpeg(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    finished = await _finish(decoder, with_metadata(picture_type, orientation=1))

    assert (finished.type, finished.width, finished.height) == (PictureType.JPEG, 240, 160)
    assert finished.sha256 == hashlib.sha256(finished.data).hexdigest()
    assert CANARY not in finished.data
    assert _difference(finished.data, cat()) < 6


async def test_a_jpeg_result_that_needs_no_change_is_not_encoded_again(decoder: GuardedDecoder) -> None:
    data = with_metadata(PictureType.JPEG)

    finished = await _finish(decoder, data)

    assert finished.data == strip_metadata(data, PictureType.JPEG)


async def test_a_result_is_turned_upright(decoder: GuardedDecoder) -> None:
    data = with_metadata(PictureType.JPEG, cat().transpose(STORED_TURNS[6]), orientation=6)

    finished = await _finish(decoder, data)

    assert _difference(finished.data, cat()) < 6


async def test_a_result_is_png_when_the_slot_says_so(decoder: GuardedDecoder) -> None:
    finished = await _finish(decoder, encoded(cat(), PictureType.JPEG), png_wanted=True)

    assert finished.type is PictureType.PNG
    assert decoded(finished.data).format == "PNG"


@pytest.mark.parametrize(
    ("result", "photo", "expected"),
    [
        (cat_with_alpha(), cat_with_alpha(), PictureType.PNG),
        (cat_with_alpha(), cat(), PictureType.JPEG),
        (cat(), cat_with_alpha(), PictureType.JPEG),
        (cat().convert("RGBA"), cat_with_alpha(), PictureType.JPEG),
    ],
    ids=["both transparent", "only the result", "only the photo", "an idle alpha channel"],
)
async def test_png_goes_out_when_photo_and_result_are_transparent(
    decoder: GuardedDecoder, result: Image.Image, photo: Image.Image, expected: PictureType
) -> None:
    info = inspect_photo(encoded(photo, PictureType.PNG))

    finished = await _finish(decoder, encoded(result, PictureType.PNG), photo=info)

    assert finished.type is expected


async def test_a_result_is_never_larger_than_the_slot_says_nor_enlarged(decoder: GuardedDecoder) -> None:
    data = encoded(cat((900, 600)), PictureType.JPEG)

    smaller = await _finish(decoder, data, max_side=300)
    same = await _finish(decoder, data, max_side=2_000)

    assert ((smaller.width, smaller.height), (same.width, same.height)) == ((300, 200), (900, 600))


def _gif() -> bytes:
    target = io.BytesIO()
    cat().save(target, "GIF")
    return target.getvalue()


def _noisy_blank() -> Image.Image:
    image = Image.new("RGB", (200, 200), (120, 121, 119))
    image.putpixel((3, 3), (122, 121, 120))
    return image


FLAWED = {
    ResultFlaw.TOO_LARGE: b"\xff\xd8\xff" + b"\0" * result_check.MAX_RESULT_BYTES,
    ResultFlaw.UNSUPPORTED: _gif(),
    ResultFlaw.TOO_MANY_PIXELS: png_bomb(13_300),
    ResultFlaw.UNREADABLE: _with_broken_samples(PictureType.PNG),
    ResultFlaw.TOO_SMALL: encoded(cat((300, 63)), PictureType.JPEG),
    ResultFlaw.IMPLAUSIBLE_SHAPE: encoded(cat((701, 70)), PictureType.JPEG),
    ResultFlaw.BLANK: encoded(_noisy_blank(), PictureType.PNG),
}


@pytest.mark.parametrize("flaw", ResultFlaw)
async def test_an_unusable_result_is_named_by_its_flaw(decoder: GuardedDecoder, flaw: ResultFlaw) -> None:
    with pytest.raises(UnusableResult) as refusal:
        await _finish(decoder, FLAWED[flaw])

    assert refusal.value.reason is flaw


async def test_a_wholly_transparent_result_is_blank(decoder: GuardedDecoder) -> None:
    image = cat().convert("RGBA")
    image.putalpha(0)

    with pytest.raises(UnusableResult) as refusal:
        await _finish(decoder, encoded(image, PictureType.PNG))

    assert refusal.value.reason is ResultFlaw.BLANK


async def test_a_result_cut_short_is_unusable(decoder: GuardedDecoder) -> None:
    with pytest.raises(UnusableResult) as refusal:
        await _finish(decoder, encoded(cat(), PictureType.JPEG)[:-200])

    assert refusal.value.reason is ResultFlaw.UNREADABLE
