"""A job as one call of `generate_content`: one test a case."""

from google.genai import types

from photochanger.domain.photo import PictureType
from photochanger.infrastructure.provider_file_repository import ProviderFile
from photochanger.provider_worker.ports import InputPicture
from provider_gemini.inline_pictures import mark
from provider_gemini.params import GeminiParams, Safety
from provider_gemini.request import GeminiCall, build_request
from tests.provider_images import guest_photo


def build(**params: object) -> GeminiCall:
    given = GeminiParams.model_validate({"prompt": "Make it art"} | params)
    style = InputPicture("style", PictureType.PNG, b"style")
    return build_request(given, guest_photo(b"guest"), (style,), seconds_left=20)


def test_pictures_come_before_the_prompt_and_the_guest_first() -> None:
    call = build()

    parts = call.contents.parts or []
    assert [part.inline_data and (part.inline_data.data, part.inline_data.mime_type) for part in parts] == [
        (mark(0), "image/jpeg"),
        (mark(1), "image/png"),
        None,
    ]
    assert parts[-1].text == "Make it art"
    assert [b"".join(call.pictures.next_encoded()) for _ in range(2)] == [b"Z3Vlc3Q=", b"c3R5bGU="]


def test_a_template_that_gemini_has_is_named_in_its_place() -> None:
    params = GeminiParams.model_validate({"prompt": "Make it art"})
    kept = ProviderFile("files/x", "https://gemini.example/v1beta/files/x", "image/webp")
    background = InputPicture("background", PictureType.PNG, b"sea")

    call = build_request(params, guest_photo(b"guest"), (kept, background), seconds_left=20)

    parts = call.contents.parts or []
    assert [part.file_data and (part.file_data.file_uri, part.file_data.mime_type) for part in parts] == [
        None,
        (kept.uri, "image/webp"),
        None,
        None,
    ]
    assert [part.inline_data and part.inline_data.data for part in parts] == [mark(0), None, mark(1), None]
    assert (len(call.pictures), call.files) == (2, (kept,))


def test_the_newest_model_is_the_default() -> None:
    assert build().model == "gemini-nano-banana-2.1"


def test_only_a_picture_is_asked_for_and_what_is_not_set_is_not_sent() -> None:
    config = build().config

    assert config.response_modalities == ["IMAGE"]
    assert (config.image_config, config.seed, config.temperature, config.safety_settings) == (None, None, None, None)


def test_ratio_size_seed_and_temperature_are_sent() -> None:
    config = build(aspect_ratio="3:2", image_size="2K", seed=7, temperature=0.4).config

    assert config.image_config == types.ImageConfig(aspect_ratio="3:2", image_size="2K")
    assert (config.seed, config.temperature) == (7, 0.4)


def test_safety_is_set_for_every_category_that_can_be_set() -> None:
    settings = build(safety=Safety.BLOCK_ONLY_HIGH).config.safety_settings or []

    assert len(settings) == 4
    assert {setting.threshold for setting in settings} == {types.HarmBlockThreshold.BLOCK_ONLY_HIGH}


def test_the_sdk_makes_no_calls_of_its_own_accord() -> None:
    config = build().config

    assert config.automatic_continuation is False
    assert config.automatic_function_calling == types.AutomaticFunctionCallingConfig(disable=True)


def test_the_sdks_time_out_comes_after_our_own() -> None:
    options = build().config.http_options

    assert options is not None
    assert options.timeout == 22_000


def test_neither_prompt_nor_pictures_are_in_a_calls_text() -> None:
    text = repr(build())

    assert "Make it art" not in text
    assert "guest" not in text
