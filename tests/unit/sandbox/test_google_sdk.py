"""Google's own SDK takes the sandbox for Gemini."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from google import genai
from google.genai import errors, types
from PIL import Image

pytestmark = [
    pytest.mark.asyncio(loop_scope="package"),
    # google-genai 3.4.0 subclasses aiohttp's session, which aiohttp discourages.
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
]

MODEL = "gemini-3-pro-image"


@pytest_asyncio.fixture(loop_scope="package")
async def gemini(client: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[genai.Client]:
    for variable in ("GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"):
        monkeypatch.delenv(variable, raising=False)
    sdk = genai.Client(
        api_key="key-of-tests",
        http_options=types.HttpOptions(
            base_url=client.sandbox.url,
            api_version="v1beta",
            timeout=5_000,
            retry_options=types.HttpRetryOptions(attempts=1),
        ),
    )
    yield sdk
    await sdk.aio.aclose()
    sdk.close()


async def ask(gemini: genai.Client, prompt: str, photo: bytes, **config: Any) -> types.GenerateContentResponse:
    contents: list[types.PartUnion] = [types.Part.from_bytes(data=photo, mime_type="image/jpeg"), prompt]
    return await gemini.aio.models.generate_content(
        model=MODEL,
        contents=contents,
        config=types.GenerateContentConfig(
            response_modalities=["IMAGE"],
            image_config=types.ImageConfig(aspect_ratio="3:2", image_size="1K"),
            automatic_continuation=False,
            **config,
        ),
    )


async def test_the_sdk_reads_the_picture(gemini: genai.Client, photo: bytes) -> None:
    answer = await ask(gemini, "make it warm", photo)

    assert answer.parts is not None
    blob = answer.parts[0].inline_data
    assert blob is not None
    assert blob.data is not None
    assert blob.mime_type == "image/jpeg"
    assert Image.open(BytesIO(blob.data)).size == (1264, 848)
    assert answer.response_id


async def test_the_sdk_sees_a_refusal_as_its_finish_reason(gemini: genai.Client, photo: bytes) -> None:
    answer = await ask(gemini, "[sandbox:image_prohibited_content]", photo)

    assert answer.candidates is not None
    assert answer.candidates[0].finish_reason is types.FinishReason.IMAGE_PROHIBITED_CONTENT


async def test_the_sdk_raises_a_quota_with_its_details(gemini: genai.Client, photo: bytes) -> None:
    with pytest.raises(errors.ClientError) as refusal:
        await ask(gemini, "[sandbox:rate_limited=2]", photo)

    assert (refusal.value.code, refusal.value.status) == (429, "RESOURCE_EXHAUSTED")
    assert refusal.value.details["error"]["details"][2]["retryDelay"] == "2s"


async def test_the_sdk_raises_for_a_retired_model(gemini: genai.Client) -> None:
    with pytest.raises(errors.ClientError) as refusal:
        await gemini.aio.models.generate_content(model="gemini-3-pro-image-preview", contents="x")

    assert refusal.value.code == 404


async def test_the_sdk_times_out_on_a_hang(gemini: genai.Client, photo: bytes) -> None:
    with pytest.raises(TimeoutError):
        await ask(gemini, "[sandbox:hang]", photo, http_options=types.HttpOptions(timeout=300))


async def test_the_sdk_lists_the_models(gemini: genai.Client) -> None:
    names = [model.name async for model in await gemini.aio.models.list()]

    assert f"models/{MODEL}" in names
