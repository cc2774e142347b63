"""What is drawn has the size that was asked for, and is visibly made of what was posted."""

import time
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from sandbox.drawing import DrawingOrder, draw_picture
from sandbox.gemini_models import IMAGE_MODELS
from sandbox.operations import Operation, guess_operation

SIZE = (600, 400)


def draw(operation: Operation, *pictures: bytes, size: tuple[int, int] = SIZE) -> Image.Image:
    drawn = draw_picture(DrawingOrder(operation, pictures, "a prompt", size[0], size[1], "png"))
    return Image.open(BytesIO(drawn.data))


def difference(left: Image.Image, right: Image.Image) -> float:
    """Mean difference of the channels, 0 to 255."""
    means = ImageStat.Stat(ImageChops.difference(left, right)).mean
    return sum(means) / len(means)


def edges(picture: Image.Image) -> Image.Image:
    """What stays when colours change: a small grey copy with stretched contrast, caption cut off."""
    grey = ImageOps.grayscale(picture).crop((0, 0, picture.width, int(picture.height * 0.9)))
    return ImageOps.equalize(grey.resize((48, 32)))


@pytest.mark.parametrize("operation", [Operation.IMAGE_EDIT, Operation.STYLE_TRANSFER, Operation.IDENTITY_TRANSFER])
def test_a_drawing_has_the_asked_size_and_differs_from_the_photo(
    operation: Operation, photo: bytes, make_picture: Callable[..., bytes]
) -> None:
    original = Image.open(BytesIO(photo)).resize(SIZE)

    drawn = draw(operation, photo, make_picture("navy"))

    assert drawn.size == SIZE
    assert difference(drawn, original) > 20


def test_the_photo_is_still_recognisable_after_an_edit(photo: bytes) -> None:
    original = Image.open(BytesIO(photo)).resize(SIZE)

    drawn = draw(Operation.IMAGE_EDIT, photo)

    assert difference(edges(drawn), edges(original)) < 25


def test_a_blue_style_makes_a_blue_picture_and_a_red_one_a_red(
    photo: bytes, make_picture: Callable[..., bytes]
) -> None:
    blue = ImageStat.Stat(draw(Operation.STYLE_TRANSFER, photo, make_picture("#1030c0"))).mean
    red = ImageStat.Stat(draw(Operation.STYLE_TRANSFER, photo, make_picture("#c03010"))).mean

    assert blue[2] > blue[0] + 40
    assert red[0] > red[2] + 40


def test_a_face_shows_in_the_middle_and_the_photo_around_it(photo: bytes, make_picture: Callable[..., bytes]) -> None:
    drawn = draw(Operation.IDENTITY_TRANSFER, photo, make_picture("#00ff00"))

    red, green, blue = ImageStat.Stat(drawn.crop((290, 150, 310, 170))).mean
    assert green > 200
    assert max(red, blue) < 60
    assert difference(drawn.crop((0, 0, 80, 300)), Image.open(BytesIO(photo)).resize(SIZE).crop((0, 0, 80, 300))) < 60


def test_a_photo_on_its_side_is_drawn_upright(make_picture: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = BytesIO()
    sideways = Image.new("RGB", (400, 300), "black")
    sideways.paste("white", (0, 0, 200, 300))
    sideways.save(buffer, "JPEG", exif=exif)

    drawn = draw(Operation.IMAGE_EDIT, buffer.getvalue(), size=(300, 400))

    top, bottom = drawn.crop((0, 0, 300, 100)), drawn.crop((0, 250, 300, 350))
    assert ImageStat.Stat(ImageOps.grayscale(top)).mean[0] > ImageStat.Stat(ImageOps.grayscale(bottom)).mean[0] + 100


def test_a_cut_photo_cannot_be_decoded(photo: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be decoded"):
        draw(Operation.IMAGE_EDIT, photo[: len(photo) // 2])


def test_a_12_megapixel_photo_costs_little(photo: bytes) -> None:
    large = BytesIO()
    Image.open(BytesIO(photo)).resize((4000, 3000)).save(large, "JPEG", quality=90)
    order = DrawingOrder(Operation.IMAGE_EDIT, [large.getvalue()], "x", 1200, 896, "png")

    costs = []
    for _ in range(3):
        started = time.thread_time()
        draw_picture(order)
        costs.append(time.thread_time() - started)

    assert min(costs) < 0.3  # 0.12 s measured; doubled, then some, for a slower machine


@pytest.mark.parametrize(
    ("count", "prompt", "operation"),
    [
        (0, "a cat", Operation.TEXT_TO_IMAGE),
        (1, "swap the face", Operation.IMAGE_EDIT),
        (2, "anything", Operation.STYLE_TRANSFER),
        (2, "in the style of picture 2, keep the faces", Operation.STYLE_TRANSFER),
        (2, "give the guest the face of picture 2, keep the style", Operation.IDENTITY_TRANSFER),
        (3, "Замени лицо, стиль оставь", Operation.IDENTITY_TRANSFER),
    ],
)
def test_the_operation_is_guessed_from_pictures_and_prompt(count: int, prompt: str, operation: Operation) -> None:
    assert guess_operation(count, prompt) is operation


@pytest.mark.parametrize(
    ("model", "ratio", "size", "follow", "pixels"),
    [
        ("gemini-3-pro-image", "3:2", "1K", None, (1264, 848)),
        ("gemini-3-pro-image", "3:2", "2K", None, (2528, 1696)),
        ("gemini-3-pro-image", "3:2", "4K", None, (5056, 3392)),
        ("gemini-3-pro-image", None, None, None, (1024, 1024)),
        ("gemini-3-pro-image", None, None, (4000, 3000), (1200, 896)),
        ("gemini-2.5-flash-image", None, None, (3000, 4000), (864, 1184)),
        ("gemini-3.1-flash-image", "1:1", "512", None, (512, 512)),
    ],
)
def test_the_output_size_is_that_of_the_model(
    model: str, ratio: str | None, size: str | None, follow: tuple[int, int] | None, pixels: tuple[int, int]
) -> None:
    assert IMAGE_MODELS[model].pixels(ratio, size, follow=follow) == pixels
