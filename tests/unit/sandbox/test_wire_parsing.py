"""The request parser takes both spellings and both alphabets, and refuses as the original does."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gemini_errors import GeminiError
from sandbox.gemini_models import IMAGE_MODELS
from sandbox.gemini_wire import decode_base64, parse_request

MODEL = IMAGE_MODELS["gemini-3-pro-image"]


@given(data=st.binary(), url_alphabet=st.booleans(), padded=st.booleans())
def test_base64_of_either_alphabet_with_or_without_padding_gives_the_bytes(
    *, data: bytes, url_alphabet: bool, padded: bool
) -> None:
    text = (base64.urlsafe_b64encode if url_alphabet else base64.b64encode)(data).decode()

    decoded = decode_base64(text if padded else text.rstrip("="))

    assert decoded == data


@given(
    data=st.binary(min_size=1),
    camel=st.booleans(),
    prompt=st.text(),
    ratio=st.sampled_from(sorted(MODEL.ratios)),
    size=st.sampled_from(MODEL.sizes),
)
def test_camel_and_snake_case_mean_the_same(*, data: bytes, camel: bool, prompt: str, ratio: str, size: str) -> None:
    encoded = base64.b64encode(data).decode()
    blob, config, image, ratio_key, size_key, mime = (
        ("inlineData", "generationConfig", "imageConfig", "aspectRatio", "imageSize", "mimeType")
        if camel
        else ("inline_data", "generation_config", "image_config", "aspect_ratio", "image_size", "mime_type")
    )
    parts = [{blob: {"data": encoded, mime: "image/png"}}, {"text": prompt}]
    body = {"contents": [{"parts": parts}], config: {image: {ratio_key: ratio, size_key: size}}}

    asked = parse_request(orjson.dumps(body), MODEL)

    assert [picture.decode() for picture in asked.pictures] == [data]
    assert (asked.prompt, asked.aspect_ratio, asked.image_size) == (prompt, ratio, size)


def test_the_mixed_casing_of_the_sdk_is_understood() -> None:
    parts = [{"inlineData": {"data": "_9j_4A==", "mime_type": "image/jpeg"}}, {"text": "art"}]
    config = {"thinkingConfig": {"include_thoughts": False}, "imageConfig": {"aspectRatio": "3:2"}}
    body = {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}

    asked = parse_request(orjson.dumps(body), MODEL)

    assert asked.pictures[0].decode() == b"\xff\xd8\xff\xe0"


@given(body=st.binary(max_size=60))
def test_no_bytes_make_the_parser_raise_anything_but_a_gemini_error(body: bytes) -> None:
    with pytest.raises(GeminiError) as refusal:
        parse_request(body, MODEL)

    assert refusal.value.answer.status == 400


def read_all(body: object) -> list[bytes]:
    return [picture.decode() for picture in parse_request(orjson.dumps(body), MODEL).pictures]


def picture_part(data: str = "AAAA", mime_type: str = "image/png") -> dict[str, object]:
    return {"inlineData": {"data": data, "mimeType": mime_type}}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "contents is not specified"),
        ({"contents": [{"parts": []}]}, 400, "contents is not specified"),
        ({"contents": "text"}, 400, "Invalid value at 'contents'"),
        ({"contents": [{"parts": [picture_part("%%%")]}]}, 400, "Base64 decoding failed"),
        ({"contents": [{"parts": [picture_part("")]}]}, 400, "Unable to process input image"),
        ({"contents": [{"parts": [picture_part(mime_type="image/gif")]}]}, 400, "Unsupported MIME type: image/gif"),
        ({"contents": [{"parts": [{"fileData": {"fileUri": "https://x/files/abc"}}]}]}, 403, "File abc"),
        (
            {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"imageConfig": {"aspectRatio": "9:21"}}},
            400,
            "aspect_ratio must be one of",
        ),
        (
            {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"imageConfig": {"imageSize": "2k"}}},
            400,
            "'2k' is not supported",
        ),
        (
            {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"imageConfig": {"ratio": "1:1"}}},
            400,
            'Unknown name "ratio"',
        ),
    ],
)
def test_a_request_the_original_refuses_is_refused(body: object, status: int, words: str) -> None:
    with pytest.raises(GeminiError) as refusal:
        read_all(body)

    assert refusal.value.answer.status == status
    assert words in orjson.loads(refusal.value.answer.body[0])["error"]["message"]
