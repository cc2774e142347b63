"""Every behaviour, seen by a plain HTTP client over a real connection."""

import asyncio
import base64
from io import BytesIO
from typing import Any, Protocol

import aiohttp
import orjson
import pytest
from PIL import Image

from sandbox.behaviours import Behaviour

pytestmark = pytest.mark.asyncio(loop_scope="package")


class Reply(Protocol):
    status: int
    content_type: str
    body: bytes


def pictures(body: bytes) -> list[tuple[str, bytes, bool]]:
    """Type, bytes and whether it is a thought, of each picture in an answer."""
    return [
        (part["inlineData"]["mimeType"], base64.b64decode(part["inlineData"]["data"]), part.get("thought", False))
        for candidate in orjson.loads(body)["candidates"]
        for part in candidate["content"]["parts"]
        if "inlineData" in part
    ]


async def test_an_ordinary_call_gets_a_picture_of_the_asked_size(client: Any, photo: bytes) -> None:
    reply = await client.generate("make it warm", photo, aspectRatio="3:2", imageSize="1K")

    answer = orjson.loads(reply.body)
    [(mime_type, data, _)] = pictures(reply.body)
    picture = Image.open(BytesIO(data))
    picture.load()
    assert (reply.status, reply.content_type) == (200, "application/json")
    assert (mime_type, picture.format, picture.size) == ("image/jpeg", "JPEG", (1264, 848))
    assert answer["candidates"][0]["finishReason"] == "STOP"
    assert answer["usageMetadata"]["candidatesTokenCount"] == 1120


FINISH_REASONS = [
    behaviour
    for behaviour in Behaviour
    if behaviour.meaning.startswith("200, finishReason ") and behaviour is not Behaviour.TEXT_ONLY
]


@pytest.mark.parametrize("behaviour", FINISH_REASONS)
async def test_a_200_without_a_picture_names_its_finish_reason(client: Any, behaviour: Behaviour) -> None:
    reply = await client.generate(f"[sandbox:{behaviour}]")

    [candidate] = orjson.loads(reply.body)["candidates"]
    assert reply.status == 200
    assert candidate["finishReason"] == behaviour.meaning.split()[2].rstrip(",")
    assert "parts" not in candidate.get("content", {})
    assert ("finishMessage" in candidate) is behaviour.startswith("image_")


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("prompt_safety", "SAFETY"),
        ("prompt_other", "OTHER"),
        ("prompt_blocklist", "BLOCKLIST"),
        ("prompt_prohibited_content", "PROHIBITED_CONTENT"),
        ("prompt_image_safety", "IMAGE_SAFETY"),
    ],
)
async def test_a_blocked_prompt_has_no_candidates(client: Any, behaviour: str, reason: str) -> None:
    answer = orjson.loads((await client.generate(f"[sandbox:{behaviour}]")).body)

    assert answer["promptFeedback"]["blockReason"] == reason
    assert "candidates" not in answer


async def test_other_answers_without_a_picture(client: Any) -> None:
    unknown = orjson.loads((await client.generate("[sandbox:unknown_finish_reason]")).body)
    text = orjson.loads((await client.generate("[sandbox:text_only]")).body)
    empty = await client.generate("[sandbox:empty_object]")

    assert unknown["candidates"][0]["finishReason"] == "SANDBOX_INVENTED_REASON"
    assert [list(part) for part in text["candidates"][0]["content"]["parts"]] == [["text"]]
    assert empty.body == b"{}"


@pytest.mark.parametrize(
    ("behaviour", "code", "status", "words"),
    [
        ("invalid_argument", 400, "INVALID_ARGUMENT", "Unable to process input image"),
        ("api_key_invalid", 400, "INVALID_ARGUMENT", "API key not valid"),
        ("location_unsupported", 400, "FAILED_PRECONDITION", "location is not supported"),
        ("country_unsupported", 400, "FAILED_PRECONDITION", "not available in your country"),
        ("permission_denied", 403, "PERMISSION_DENIED", "does not have permission"),
        ("not_found", 404, "NOT_FOUND", "models/gemini-3-pro-image is not found for API version v1beta"),
        ("rate_limited", 429, "RESOURCE_EXHAUSTED", "Please retry in 34.074824224s."),
        ("daily_quota", 429, "RESOURCE_EXHAUSTED", "exceeded your current quota"),
        ("credits_depleted", 429, "RESOURCE_EXHAUSTED", "credits are depleted"),
        ("internal", 500, "INTERNAL", "internal error"),
        ("stream_error", 500, "INTERNAL", "internal error"),
        ("unavailable", 503, "UNAVAILABLE", "overloaded"),
        ("deadline_exceeded", 504, "DEADLINE_EXCEEDED", "Deadline expired"),
    ],
)
async def test_an_error_is_googles_error_object(
    client: Any, behaviour: str, code: int, status: str, words: str
) -> None:
    reply = await client.generate(f"[sandbox:{behaviour}]")

    error = orjson.loads(reply.body)["error"]
    assert (reply.status, error["code"], error["status"]) == (code, code, status)
    assert words in error["message"]


async def test_the_two_quotas_differ_by_quota_id_and_the_delay_is_the_given_one(client: Any) -> None:
    minute = orjson.loads((await client.generate("[sandbox:rate_limited=3]")).body)["error"]["details"]
    day = orjson.loads((await client.generate("[sandbox:daily_quota]")).body)["error"]["details"]

    assert minute[2] == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}
    assert "PerMinute" in minute[0]["violations"][0]["quotaId"]
    assert "PerDay" in day[0]["violations"][0]["quotaId"]


@pytest.mark.parametrize(
    ("behaviour", "status", "content_type"),
    [
        ("bad_gateway_html", 502, "text/html"),
        ("unavailable_text", 503, "text/plain"),
        ("html_200", 200, "text/html"),
        ("bad_json", 200, "application/json"),
        ("truncated_json", 200, "application/json"),
    ],
)
async def test_garbage_is_not_json(client: Any, photo: bytes, behaviour: str, status: int, content_type: str) -> None:
    reply = await client.generate(f"[sandbox:{behaviour}]", photo)

    assert (reply.status, reply.content_type) == (status, content_type)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(reply.body)


@pytest.mark.parametrize(
    ("behaviour", "declared", "start"),
    [
        ("wrong_mime", "image/png", b"\xff\xd8\xff"),
        ("text_as_picture", "image/png", b"I have edited"),
        ("tiny_picture", "image/png", b"\x89PNG"),
        ("svg_picture", "image/svg+xml", b"<svg"),
        ("animated_picture", "image/gif", b"GIF89a"),
        ("empty_picture", "image/png", b""),
        ("blank_picture", "image/png", b"\x89PNG"),
        ("pixel_bomb", "image/png", b"\x89PNG"),
    ],
)
async def test_a_broken_picture_is_declared_and_made_as_documented(
    client: Any, photo: bytes, behaviour: str, declared: str, start: bytes
) -> None:
    reply = await client.generate(f"[sandbox:{behaviour}]", photo)

    [(mime_type, data, _)] = pictures(reply.body)
    assert mime_type == declared
    assert data.startswith(start)


async def test_broken_pictures_are_broken_in_their_own_way(client: Any, photo: bytes) -> None:
    async def picture(behaviour: str) -> bytes:
        data = pictures((await client.generate(f"[sandbox:{behaviour}]", photo)).body)[0][1]
        return bytes(data)

    blank, animated = Image.open(BytesIO(await picture("blank_picture"))), await picture("animated_picture")

    assert blank.getcolors() == [(blank.width * blank.height, (255, 255, 255))]
    assert Image.open(BytesIO(animated)).n_frames == 3  # type: ignore[attr-defined]  # the GIF plugin's own
    assert int.from_bytes((await picture("pixel_bomb"))[16:20]) * 10_000 == 200_000_000
    with pytest.raises(OSError, match="truncated"):
        Image.open(BytesIO(await picture("truncated_picture"))).load()


async def test_the_huge_picture_has_60_mb_and_can_be_decoded(client: Any, photo: bytes) -> None:
    reply = await client.generate("[sandbox:huge_picture]", photo)

    [(_, data, _)] = pictures(reply.body)
    assert 60_000_000 < len(data) < 60_100_000
    Image.open(BytesIO(data)).verify()


async def test_bad_base64_cannot_be_decoded(client: Any) -> None:
    reply = await client.generate("[sandbox:bad_base64]")

    part = orjson.loads(reply.body)["candidates"][0]["content"]["parts"][0]
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(part["inlineData"]["data"], validate=True)


async def test_thoughts_text_and_candidates_come_with_the_real_picture(client: Any, photo: bytes) -> None:
    thoughts = pictures((await client.generate("[sandbox:thoughts_first]", photo)).body)
    several = orjson.loads((await client.generate("[sandbox:several_candidates]", photo)).body)
    text = orjson.loads((await client.generate("[sandbox:text_then_picture]", photo)).body)

    assert [thought for _, _, thought in thoughts] == [True, True, False]
    assert [candidate["index"] for candidate in several["candidates"]] == [0, 1, 2]
    assert [next(iter(part)) for part in text["candidates"][0]["content"]["parts"]] == ["text", "inlineData"]


async def test_canned_answers_are_the_same_bytes_and_about_a_megabyte(client: Any, photo: bytes) -> None:
    first = await client.generate("[sandbox:canned] one", photo)
    second = await client.generate("[sandbox:canned] two")

    assert first.body == second.body
    assert 700_000 < len(pictures(first.body)[0][1]) < 1_500_000


async def test_slow_answers_after_its_seconds(client: Any) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()

    reply = await client.generate("[sandbox:slow=0.4]")

    assert reply.status == 200
    assert 0.4 <= loop.time() - started < 2


async def test_drop_closes_without_a_status_line(client: Any) -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.generate("[sandbox:drop]")


async def test_cut_breaks_off_in_the_body(client: Any, photo: bytes) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.generate("[sandbox:cut]", photo)


async def test_drip_sends_byte_by_byte(client: Any) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.4):
            await client.generate("[sandbox:drip=0.1]")


async def test_a_stream_is_one_event_with_the_same_answer(client: Any, photo: bytes) -> None:
    reply = await client.generate("warm", photo, method="streamGenerateContent?alt=sse")

    assert reply.content_type == "text/event-stream"
    assert reply.body.startswith(b"data: {")
    assert reply.body.endswith(b"}\r\n\r\n")
    assert len(pictures(reply.body[6:])) == 1


async def test_a_stream_can_carry_an_error_inside_its_200(client: Any) -> None:
    reply = await client.generate("[sandbox:stream_error]", method="streamGenerateContent?alt=sse")

    assert (reply.status, reply.content_type) == (200, "text/event-stream")
    assert orjson.loads(reply.body[6:])["error"]["code"] == 500
