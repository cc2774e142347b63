"""What the booth gets from a provider's picture."""

import hashlib
import io

import pytest
from PIL import Image, ImageStat

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging import result_check
from photochanger.imaging.clean import strip_metadata
from photochanger.imaging.errors import ResultFlaw, UnusableResult
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.imaging.result_check import FinishedPicture
from tests.unit.imaging.pictures import (
    CANARY,
    STORED_TURNS,
    cat,
    cat_with_alpha,
    decoded,
    difference,
    encoded,
    png_bomb,
    with_broken_samples,
    with_metadata,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYPES = [PictureType.JPEG, PictureType.PNG, PictureType.WEBP, PictureType.HEIC]


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


@pytest.mark.parametrize("picture_type", TYPES)
async def test_a_result_becomes_a_bare_jpeg(decoder: GuardedDecoder, picture_type: PictureType) -> None:
    finished = await _finish(decoder, with_metadata(picture_type, orientation=1))

    assert (finished.type, finished.width, finished.height) == (PictureType.JPEG, 240, 160)
    assert finished.sha256 == hashlib.sha256(finished.data).hexdigest()
    assert CANARY not in finished.data
    assert difference(finished.data, cat()) < 6


async def test_a_jpeg_result_that_needs_no_change_is_not_encoded_again(decoder: GuardedDecoder) -> None:
    data = with_metadata(PictureType.JPEG)

    finished = await _finish(decoder, data)

    assert finished.data == strip_metadata(data, PictureType.JPEG)


async def test_a_clean_jpeg_result_does_not_come_back_from_the_decoder(decoder: GuardedDecoder) -> None:
    data = encoded(cat(), PictureType.JPEG)

    finished = await _finish(decoder, data)

    assert finished.data is data
    assert finished.sha256 == hashlib.sha256(data).hexdigest()


async def test_a_result_is_turned_upright(decoder: GuardedDecoder) -> None:
    data = with_metadata(PictureType.JPEG, cat().transpose(STORED_TURNS[6]), orientation=6)

    finished = await _finish(decoder, data)

    assert difference(finished.data, cat()) < 6


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
    ResultFlaw.UNREADABLE: with_broken_samples(PictureType.PNG),
    ResultFlaw.TOO_SMALL: encoded(cat((300, 63)), PictureType.JPEG),
    ResultFlaw.IMPLAUSIBLE_SHAPE: encoded(cat((701, 70)), PictureType.JPEG),
    ResultFlaw.BLANK: encoded(_noisy_blank(), PictureType.PNG),
}


@pytest.mark.parametrize("flaw", ResultFlaw)
async def test_an_unusable_result_is_named_by_its_flaw(decoder: GuardedDecoder, flaw: ResultFlaw) -> None:
    with pytest.raises(UnusableResult) as refusal:
        await _finish(decoder, FLAWED[flaw])

    assert refusal.value.reason is flaw


@pytest.mark.parametrize("spread", [0, 3, 4, 15, 40])
async def test_a_jpeg_is_blank_by_its_finest_pixels_not_by_its_draft(decoder: GuardedDecoder, spread: int) -> None:
    checkered = Image.new("L", (256, 256), 100)
    checkered.putdata([100 + spread * ((x + y) % 2) for y in range(256) for x in range(256)])
    data = encoded(checkered, PictureType.JPEG, quality=100)
    (lowest, highest), *_ = ImageStat.Stat(decoded(data)).extrema

    try:
        await _finish(decoder, data)
        is_blank = False
    except UnusableResult as refusal:
        is_blank = refusal.reason is ResultFlaw.BLANK

    assert is_blank is (highest - lowest <= result_check.BLANK_TOLERANCE)


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
