"""Keys, models and what the original refuses before it thinks."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import pytest
from PIL import Image

pytestmark = pytest.mark.asyncio(loop_scope="package")

PATH = "/v1beta/models/gemini-3-pro-image:generateContent"


def error(body: bytes) -> dict[str, Any]:
    return dict(orjson.loads(body)["error"])


async def test_no_key_is_a_403_and_a_wrong_one_a_400(client: Any) -> None:
    missing = await client.send("POST", PATH, json={}, key=None)
    wrong = await client.send("POST", PATH, json={}, key="wrong-key")

    assert (missing.status, error(missing.body)["status"]) == (403, "PERMISSION_DENIED")
    assert (wrong.status, error(wrong.body)["details"][0]["reason"]) == (400, "API_KEY_INVALID")


@pytest.mark.parametrize("version", ["v1", "v1beta"])
async def test_a_retired_model_is_a_404_that_says_so(client: Any, version: str) -> None:
    reply = await client.send("POST", f"/{version}/models/gemini-3-pro-image-preview:generateContent", json={})

    assert reply.status == 404
    assert error(reply.body)["message"].startswith(
        f"models/gemini-3-pro-image-preview is not found for API version {version}, or is not supported"
    )


async def test_models_are_listed_and_shown_one_by_one(client: Any) -> None:
    listed = orjson.loads((await client.send("GET", "/v1beta/models")).body)["models"]
    shown = await client.send("GET", "/v1/models/gemini-3-pro-image")
    gone = await client.send("GET", "/v1/models/gemini-3-pro-image-preview")

    assert "models/gemini-nano-banana-2.1" in {model["name"] for model in listed}
    assert orjson.loads(shown.body) in listed
    assert gone.status == 404


async def test_broken_json_and_undecodable_pictures_are_invalid_arguments(client: Any, photo: bytes) -> None:
    broken = await client.send("POST", PATH, data=b'{"contents": [')
    nothing = await client.generate("art", b"this is no picture")
    half = await client.generate("art", photo[: len(photo) // 2])

    for reply in (broken, nothing, half):
        assert (reply.status, error(reply.body)["status"]) == (400, "INVALID_ARGUMENT")


async def test_an_image_size_is_refused_by_the_model_that_has_only_one(client: Any) -> None:
    reply = await client.generate("art", model="gemini-2.5-flash-image", imageSize="1K")

    assert (reply.status, error(reply.body)["status"]) == (400, "INVALID_ARGUMENT")


async def test_without_a_ratio_the_output_follows_the_last_picture(
    client: Any, photo: bytes, make_picture: Callable[..., bytes]
) -> None:
    reply = await client.generate("[sandbox:blank_picture] style", photo, make_picture(size=(90, 160)))

    part = orjson.loads(reply.body)["candidates"][0]["content"]["parts"][0]
    picture = Image.open(BytesIO(base64.b64decode(part["inlineData"]["data"])))
    assert picture.size == (768, 1376)


async def test_the_guide_names_every_control_path(client: Any) -> None:
    reply = await client.send("GET", "/", key=None)

    text = reply.body.decode()
    assert all(path in text for path in ("/control/default", "/control/rules/{name}", "/control/calls", "image_safety"))
