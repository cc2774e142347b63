"""Turbotext's methods as they are documented, seen by a plain HTTP client."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import orjson
import pytest
from PIL import Image

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.fixture
def photo_link(linked: Any, photo: bytes) -> str:
    return str(linked.link("photo.jpg", photo))


@pytest.fixture
def other_link(linked: Any, make_picture: Callable[..., bytes]) -> str:
    return str(linked.link("other.png", make_picture("gold", kind="PNG"), "image/png"))


async def test_image2image_names_its_picture_relative_to_the_site_and_nowhere_else(
    client: Any, photo_link: str, photo: bytes
) -> None:
    answer = await client.run_job("generate_image2image", url=photo_link, content="make it warm", seed="7000000000")

    [name] = answer["data"]["image"]
    picture = Image.open(BytesIO((await client.send("GET", f"/{name}", key=None)).body))
    assert name.startswith("image/generate_image2image_id")
    assert "uploaded_image" not in answer
    assert answer["data"] == {
        "user_id": 1, "image": [name], "prompt": "make it warm", "width": picture.width, "height": picture.height,
        "scale": 7.5, "seed": 7_000_000_000, "strength": 40, "original_language": "ru",
    }  # fmt: skip
    original = Image.open(BytesIO(photo))
    assert max(picture.size) == 1024
    assert picture.width / picture.height == pytest.approx(original.width / original.height, rel=0.02)


async def test_mix_images_names_its_picture_at_the_top_by_a_link_without_a_key(
    client: Any, photo_link: str, other_link: str
) -> None:
    answer = await client.run_job("mix_images", url_image_target=photo_link, url=other_link)

    assert answer["uploaded_image"].startswith(f"{client.sandbox.url}/download.php?f=")
    assert set(answer["data"]) == {"prompt", "width", "height", "seed", "strength", "pattern_prompt"}
    path = answer["uploaded_image"].removeprefix(client.sandbox.url)
    reply = await client.send("GET", path, key=None)
    assert (reply.status, reply.content_type) == (200, "image/png")


async def test_deepfake_names_its_picture_twice_and_says_that_nothing_was_forbidden(
    client: Any, photo_link: str, other_link: str
) -> None:
    answer = await client.run_job("deepfake_photo", url=photo_link, url_image_target=other_link, face_restore="True")

    assert answer["data"]["image"] == [answer["uploaded_image"]]
    assert (answer["data"]["forbidden_content"], answer["data"]["face_restore"]) == (False, "True")


async def test_available_api_lists_the_methods(client: Any) -> None:
    answer = await client.run_job("available_api")

    assert answer["data"]["methods"] == ["generate_image2image", "mix_images", "deepfake_photo"]


async def test_the_photo_that_is_worked_on_is_each_methods_own(
    client: Any, linked: Any, make_picture: Callable[..., bytes]
) -> None:
    wide = linked.link("wide.jpg", make_picture("teal", (400, 96)))
    tall = linked.link("tall.jpg", make_picture("gold", (96, 400)))

    mixed = await client.run_job("mix_images", url_image_target=wide, url=tall)
    faked = await client.run_job("deepfake_photo", url=wide, url_image_target=tall)

    assert (mixed["data"]["width"], mixed["data"]["height"]) == (400, 96)
    assert (faked["data"]["width"], faked["data"]["height"]) == (400, 96)


async def test_links_are_built_from_the_address_that_was_asked(client: Any, photo_link: str, other_link: str) -> None:
    client_of_name = client.sandbox.url.replace("127.0.0.1", "localhost")
    queueid = await client.queueid("mix_images", url_image_target=photo_link, url=other_link)
    await client.result("mix_images", queueid)

    body = f"do=get_result&queueid={queueid}"
    headers = {"Authorization": "Bearer k", "Content-Type": "application/x-www-form-urlencoded"}
    async with client._session.post(f"{client_of_name}/api_ai/mix_images", data=body, headers=headers) as response:
        answer = await response.json()

    assert answer["uploaded_image"].startswith(client_of_name)


async def test_an_unfinished_job_says_reconnect_in_two_shapes(client: Any, photo_link: str) -> None:
    queueid = await client.queueid("generate_image2image", url=photo_link, content="[sandbox:never_ready]")

    answers = [
        (await client.turbotext("generate_image2image", do="get_result", queueid=queueid)).body for _ in range(4)
    ]

    assert set(answers) == {b'{"action":"reconnect"}', b'{"success":false,"action":"reconnect"}'}
    assert answers[0] == answers[2] != answers[1]


GOOD = {"url": "http://127.0.0.1:9/a.jpg", "content": "warm"}


@pytest.mark.parametrize(
    ("method", "fields", "named"),
    [
        ("generate_image2image", {"url": GOOD["url"]}, "content"),
        ("generate_image2image", {"content": "warm"}, "url"),
        ("generate_image2image", {**GOOD, "url": "file:///etc/passwd"}, "url"),
        ("generate_image2image", {**GOOD, "strength": "81"}, "strength"),
        ("generate_image2image", {**GOOD, "strength": "half"}, "strength"),
        ("generate_image2image", {**GOOD, "seed": "0"}, "seed"),
        ("generate_image2image", {**GOOD, "seed": "10000000001"}, "seed"),
        ("generate_image2image", {**GOOD, "scale": "20.1"}, "scale"),
        ("generate_image2image", {**GOOD, "negative_prompt": "no " * 81}, "negative_prompt"),
        ("generate_image2image", {**GOOD, "webhook": "https://x.test/"}, "webhook"),
        ("mix_images", {"url": GOOD["url"]}, "url_image_target"),
        ("mix_images", {"url_image_target": GOOD["url"]}, "url"),
        ("deepfake_photo", {"url": GOOD["url"]}, "url_image_target"),
        ("deepfake_photo", {"url": GOOD["url"], "url_image_target": GOOD["url"], "face_restore": "1"}, "face_restore"),
    ],
)
async def test_a_missing_field_or_one_out_of_range_is_refused_by_name(
    client: Any, method: str, fields: dict[str, str], named: str
) -> None:
    reply = await client.turbotext(method, do="create_queue", **fields)

    answer = orjson.loads(reply.body)
    assert (reply.status, answer["success"]) == (200, False)
    assert answer["error"].startswith(f"params_error: {named}: ")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "delete"},
        {"do": "get_result"},
        {"do": "get_result", "queueid": "x"},
        {"do": "get_result", "queueid": "1"},
    ],
)
async def test_an_unknown_step_or_job_is_refused(client: Any, fields: dict[str, str]) -> None:
    answer = orjson.loads((await client.turbotext("mix_images", **fields)).body)

    assert answer["success"] is False
    assert answer["error"].startswith("params_error: ")


async def test_a_job_is_known_to_its_own_method_only(client: Any, photo_link: str) -> None:
    queueid = await client.queueid("generate_image2image", url=photo_link, content="warm")

    answer = orjson.loads((await client.turbotext("mix_images", do="get_result", queueid=queueid)).body)

    assert answer["error"].startswith("params_error: queueid")


@pytest.mark.parametrize("key", [None, "wrong-key"])
async def test_a_missing_or_wrong_key_is_a_401(client: Any, key: str | None) -> None:
    reply = await client.turbotext("available_api", do="create_queue", key=key)

    assert (reply.status, orjson.loads(reply.body)["success"]) == (401, False)


async def test_a_body_that_is_no_form_is_refused(client: Any) -> None:
    reply = await client.turbotext("available_api", do="create_queue", type_="application/json")

    assert orjson.loads(reply.body)["error"].startswith("params_error: send application/x-www-form")


async def test_the_links_are_really_fetched_and_told_with_what_the_pictures_carry(
    client: Any, photo_link: str, other_link: str, photo: bytes
) -> None:
    queueid = await client.queueid("mix_images", url_image_target=photo_link, url=other_link, content="as a poster")
    answer = orjson.loads((await client.result("mix_images", queueid)).body)
    await client.send("GET", answer["uploaded_image"].removeprefix(client.sandbox.url))

    [call] = orjson.loads((await client.send("GET", "/control/calls?provider=turbotext")).body)["calls"]
    assert (call["provider"], call["method"], call["operation"]) == ("turbotext", "mix_images", "style_transfer")
    assert (call["queueid"], call["creates"], call["downloads"]) == (int(queueid), 1, 1)
    assert call["polls"] >= 1
    assert call["prompt"] == "as a poster"
    assert [(link["path"], link["status"], link["content_type"]) for link in call["inputs"]] == [
        ("/photo.jpg", 200, "image/jpeg"), ("/other.png", 200, "image/png"),
    ]  # fmt: skip
    assert call["pictures"][0]["sha256"] == sha256(photo).hexdigest()
    assert (call["status"], call["key_last4"]) == (200, "ests")
    assert call["duration_seconds"] > 0


@pytest.fixture
def bad_link(request: pytest.FixtureRequest, linked: Any, make_picture: Callable[..., bytes]) -> str:
    if request.param == "gone":
        return str(linked.link("a.jpg", b"")).replace("a.jpg", "gone.jpg")
    content_type, data = {
        "page": ("text/html", make_picture()),
        "text": ("image/jpeg", b"no picture at all"),
        "webp": ("image/png", make_picture(kind="WEBP")),
        "empty": ("image/jpeg", b""),
    }[request.param]
    return str(linked.link(f"{request.param}.jpg", data, content_type))


@pytest.mark.parametrize(
    ("bad_link", "words", "status"),
    [
        ("gone", "HTTP 410", 410),
        ("page", "text/html", 200),
        ("text", "not a picture", 200),
        ("webp", "image/webp", 200),
        ("empty", "empty", 200),
    ],
    indirect=["bad_link"],
)
async def test_a_link_that_gives_no_jpeg_or_png_fails_the_job(
    client: Any, bad_link: str, words: str, status: int
) -> None:
    answer = await client.run_job("generate_image2image", url=bad_link, content="warm")

    assert answer["success"] is False
    assert answer["error"].startswith("url_error: ")
    assert words in answer["error"]
    [call] = orjson.loads((await client.send("GET", "/control/calls")).body)["calls"]
    assert call["inputs"][0]["status"] == status


async def test_a_link_that_nobody_serves_fails_the_job(client: Any) -> None:
    answer = await client.run_job("generate_image2image", **GOOD)

    assert answer == {"success": False, "error": "url_error: the link does not answer"}
