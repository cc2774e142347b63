"""What is sent to `create_queue`."""

import pytest
from pydantic import JsonValue

from photochanger.domain.slot import Operation
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputLink
from provider_turbotext.request import TurbotextCall, build_request, checked

PHOTO = InputLink("photo", "https://booth.example/public/media/photo")
STYLE = InputLink("style", "https://booth.example/public/media/style")
FACE = InputLink("face", "https://booth.example/public/media/face")


def call(operation: Operation, *templates: InputLink, **params: JsonValue) -> TurbotextCall:
    return build_request(operation, checked(operation, params), PHOTO, templates)


def test_an_edit_names_the_photo_and_only_what_the_slot_says() -> None:
    plain = call(Operation.IMAGE_EDIT, prompt="a party")

    assert (plain.method, plain.fields) == ("generate_image2image", {"url": PHOTO.url, "content": "a party"})


def test_an_edit_sends_every_parameter_as_text() -> None:
    full = call(
        Operation.IMAGE_EDIT,
        prompt="a party",
        negative_prompt="rain",
        strength=80,
        seed=10**10,
        scale=0.5,
        original_language="en",
        user_id=7,
    )

    assert full.fields == {
        "url": PHOTO.url,
        "content": "a party",
        "negative_prompt": "rain",
        "strength": "80",
        "seed": "10000000000",
        "scale": "0.5",
        "original_language": "en",
        "user_id": "7",
    }


def test_a_mix_works_on_the_target_and_takes_the_style_from_the_url() -> None:
    mix = call(Operation.STYLE_TRANSFER, STYLE)

    assert (mix.method, mix.fields) == ("mix_images", {"url_image_target": PHOTO.url, "url": STYLE.url})


@pytest.mark.parametrize(("given", "sent"), [(True, "True"), (False, "False"), ("true", "True")])
def test_a_new_face_is_the_target_and_booleans_are_words(given: JsonValue, sent: str) -> None:
    face = call(Operation.IDENTITY_TRANSFER, FACE, face_restore=given)

    assert face.method == "deepfake_photo"
    assert face.fields == {"url": PHOTO.url, "url_image_target": FACE.url, "face_restore": sent}


@pytest.mark.parametrize("operation", [Operation.STYLE_TRANSFER, Operation.IDENTITY_TRANSFER])
def test_a_slot_without_the_needed_picture_is_a_bad_request(operation: Operation) -> None:
    with pytest.raises(ProviderFailure, match="the slot has no") as caught:
        call(operation)

    assert caught.value.kind is FailureKind.BAD_REQUEST


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({}, "prompt"),
        ({"prompt": " "}, "prompt"),
        ({"prompt": "x", "strength": 81}, "strength"),
        ({"prompt": "x", "seed": 0}, "seed"),
        ({"prompt": "x", "seed": 10**10 + 1}, "seed"),
        ({"prompt": "x", "scale": 0.05}, "scale"),
        ({"prompt": "x", "negative_prompt": "no " * 81}, "negative_prompt"),
        ({"prompt": "x", "model": "y"}, "model"),
    ],
)
def test_what_the_operation_does_not_take_is_named(params: dict[str, JsonValue], named: str) -> None:
    with pytest.raises(ProviderFailure, match=named) as caught:
        checked(Operation.IMAGE_EDIT, params)

    assert caught.value.kind is FailureKind.BAD_REQUEST
