"""Small copies of results."""

import pytest

from photochanger.domain.photo import PictureType
from photochanger.imaging.errors import PictureError
from photochanger.imaging.guarded_decode import GuardedDecoder
from tests.unit.imaging.pictures import CANARY, cat, cat_with_alpha, decoded, difference, encoded, with_metadata

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("picture_type", [PictureType.JPEG, PictureType.PNG])
@pytest.mark.parametrize("side", [512, 160])
async def test_a_small_copy_is_a_jpeg_of_that_side(
    decoder: GuardedDecoder, picture_type: PictureType, side: int
) -> None:
    copy = await decoder.preview(encoded(cat((1200, 900)), picture_type), side)

    image = decoded(copy)
    assert (image.format, image.size) == ("JPEG", (side, side * 3 // 4))
    assert difference(copy, cat((side, side * 3 // 4))) < 8


async def test_a_small_picture_is_not_enlarged(decoder: GuardedDecoder) -> None:
    assert decoded(await decoder.preview(encoded(cat((240, 160)), PictureType.JPEG), 512)).size == (240, 160)


async def test_a_small_copy_has_no_metadata(decoder: GuardedDecoder) -> None:
    assert CANARY not in await decoder.preview(with_metadata(PictureType.JPEG, orientation=1), 160)


async def test_transparency_lies_on_white(decoder: GuardedDecoder) -> None:
    copy = decoded(await decoder.preview(encoded(cat_with_alpha((400, 400)), PictureType.PNG), 160))

    pixel = copy.getpixel((80, 0))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 240


async def test_what_is_no_picture_gives_none(decoder: GuardedDecoder) -> None:
    with pytest.raises(PictureError):
        await decoder.preview(b"\xff\xd8 no picture", 160)
