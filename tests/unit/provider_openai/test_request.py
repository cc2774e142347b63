"""The form that OpenAI is sent."""

import httpx

from photochanger.domain.photo import PictureType
from photochanger.provider_worker.ports import InputPicture
from provider_openai.params import OpenAIParams
from provider_openai.request import OpenAICall, build_request
from tests.provider_images import guest_photo

PHOTO = guest_photo(b"\xff\xd8the photo")
STYLE = InputPicture("style", PictureType.PNG, b"\x89PNG the style")


def build(**params: object) -> OpenAICall:
    return build_request(OpenAIParams.model_validate({"prompt": "art"} | params), PHOTO, (STYLE,))


def test_the_photo_comes_first_and_only_what_the_slot_says_is_sent() -> None:
    call = build()

    assert dict(call.fields) == {"model": "gpt-image-2", "prompt": "art", "output_format": "jpeg"}
    assert [(name, part[0], part[2]) for name, part in call.pictures] == [
        ("image[]", "0-photo.jpeg", "image/jpeg"),
        ("image[]", "1-style.png", "image/png"),
    ]


def test_what_the_slot_says_is_sent_as_it_is_called() -> None:
    fields = build(size="1536x1024", quality="high", background="opaque", model="gpt-image-2.6-flare").fields

    assert fields["size"] == "1536x1024"
    assert fields["quality"] == "high"
    assert fields["background"] == "opaque"
    assert fields["model"] == "gpt-image-2.6-flare"


def test_a_transparent_picture_comes_as_png() -> None:
    assert build(background="transparent").fields["output_format"] == "png"


async def test_a_picture_is_let_go_of_when_it_is_sent() -> None:
    call = build()
    request = httpx.Request("POST", "http://openai.example/", data=dict(call.fields), files=call.pictures)

    body = await request.aread()

    assert PHOTO.data in body
    assert STYLE.data in body
    assert int(request.headers["content-length"]) == len(body)
    assert [part[1].closed for _, part in call.pictures] == [True, True]
