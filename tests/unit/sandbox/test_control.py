"""The control endpoints, and the view of the calls."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import aiohttp
import orjson
import pytest
from PIL import ExifTags, Image

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def calls(client: Any, query: str = "") -> list[dict[str, Any]]:
    return list(orjson.loads((await client.send("GET", f"/control/calls{query}")).body)["calls"])


async def test_a_rule_serves_its_next_calls_then_the_default_is_back(client: Any) -> None:
    rule = {"behaviour": "unavailable", "times": 2, "prompt_contains": "mine"}
    await client.send("PUT", "/control/rules/r1", json=rule)

    statuses = [(await client.generate(prompt)).status for prompt in ("mine", "other", "mine", "mine")]

    assert statuses == [503, 200, 503, 200]
    assert orjson.loads((await client.send("GET", "/control/rules")).body) == {}


async def test_the_default_can_be_set_and_taken_back(client: Any) -> None:
    await client.send("PUT", "/control/default", json={"behaviour": "internal"})
    broken = await client.generate("x")
    await client.send("DELETE", "/control/default")
    whole = await client.generate("x")

    assert (broken.status, whole.status) == (500, 200)


async def test_latency_and_format_can_be_set(client: Any) -> None:
    loop = asyncio.get_running_loop()
    await client.send("PUT", "/control/latency", json={"seconds": 0.3})
    await client.send("PUT", "/control/picture-format", json={"format": "png"})

    started = loop.time()
    reply = await client.generate("x")

    assert loop.time() - started >= 0.3
    assert b'"mimeType":"image/png"' in reply.body


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/control/default", {"behaviour": "nonsense"}, "behaviour"),
        ("/control/rules/r", {"behaviour": "ok", "times": 0}, "times"),
        ("/control/rules/r", {"behaviour": "ok", "prompt": "x"}, "prompt"),
        ("/control/latency", {"seconds": -1}, "seconds"),
        ("/control/picture-format", {"format": "bmp"}, "format"),
    ],
)
async def test_a_wrong_control_body_is_refused_by_name(client: Any, path: str, body: object, named: str) -> None:
    reply = await client.send("PUT", path, json=body)

    assert reply.status == 422
    assert orjson.loads(reply.body)["error"].startswith(f"{named}:")


async def test_a_call_is_shown_with_all_that_is_known_of_it(
    client: Any, photo: bytes, make_picture: Callable[..., bytes]
) -> None:
    style = make_picture()

    reply = await client.generate("in this style", photo, style, aspectRatio="3:2")

    [call] = await calls(client)
    assert call["id"] == orjson.loads(reply.body)["responseId"]
    assert (call["model"], call["operation"], call["behaviour"]) == ("gemini-3-pro-image", "style_transfer", "ok")
    assert [picture["sha256"] for picture in call["pictures"]] == [
        sha256(photo).hexdigest(), sha256(style).hexdigest()
    ]  # fmt: skip
    assert (call["prompt_length"], call["prompt_sha256"]) == (13, sha256(b"in this style").hexdigest())
    assert (call["key_last4"], call["status"], call["client_hung_up"]) == ("ests", 200, False)
    assert 0 < call["duration_seconds"] < 5


async def test_metadata_left_in_a_posted_picture_is_told(client: Any, make_picture: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"

    await client.generate("x", make_picture(exif=exif) + b"tail")

    [picture] = (await calls(client))[0]["pictures"]
    assert (picture["exif"], picture["gps"], picture["xmp"], picture["trailing_bytes"]) == (True, True, False, 4)


async def test_a_client_that_leaves_is_noted(client: Any) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await client.generate("[sandbox:hang] leaving")

    async with asyncio.timeout(3):
        while (await calls(client))[-1]["duration_seconds"] is None:
            await asyncio.sleep(0.02)
    assert (await calls(client))[-1]["client_hung_up"] is True


async def test_refused_calls_are_counted_too(client: Any) -> None:
    await client.send("POST", "/v1/models/unknown:generateContent", json={})

    [call] = await calls(client)
    assert (call["model"], call["status"], call["behaviour"]) == ("unknown", 404, None)


async def test_calls_are_found_by_their_prompt_and_cleared(client: Any) -> None:
    for prompt in ("for booth-1", "for booth-2", "for booth-1"):
        await client.generate(f"{prompt} [sandbox:empty_object]")

    assert len(await calls(client, "?prompt_contains=booth-1")) == 2
    await client.send("DELETE", "/control/calls")
    assert await calls(client) == []


async def test_metrics_and_health_have_their_own_port(client: Any) -> None:
    await client.generate("[sandbox:unavailable]")

    async with aiohttp.ClientSession(client.sandbox.metrics_url) as session:
        texts = {}
        for path in ("/health/live", "/health/ready", "/metrics"):
            async with session.get(path) as response:
                assert response.status == 200
                texts[path] = await response.text()
    line = 'photochanger_sandbox_calls_total{behaviour="unavailable",operation="text_to_image",status="503"}'
    assert line in texts["/metrics"]
