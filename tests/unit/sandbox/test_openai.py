"""The OpenAI that the sandbox plays, seen by a plain HTTP client."""

import base64
from io import BytesIO
from typing import Any

import aiohttp
import orjson
import pytest
from PIL import Image

from sandbox.behaviours import Behaviour, Provider
from sandbox.openai_wire import OPENAI_MODELS

pytestmark = pytest.mark.asyncio(loop_scope="package")

KNOWN = [behaviour for behaviour in Behaviour if Provider.OPENAI in behaviour.providers]
WITHOUT_ANSWER = {Behaviour.HANG, Behaviour.DROP, Behaviour.CUT, Behaviour.DRIP, Behaviour.SLOW}
BROKEN = {Behaviour.BAD_JSON, Behaviour.TRUNCATED_JSON, Behaviour.HTML_200}


class Reply:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> dict[str, Any]:
        return dict(orjson.loads(self.body))

    @property
    def picture(self) -> bytes:
        return base64.b64decode(self.json["data"][0]["b64_json"])


async def edit(client: Any, prompt: str, *pictures: bytes, key: str | None = "key-of-tests", **fields: str) -> Reply:
    form = aiohttp.FormData({"prompt": prompt, **fields})
    for index, picture in enumerate(pictures):
        form.add_field("image[]", picture, filename=f"{index}.jpg", content_type="image/jpeg")
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    url = f"{client.sandbox.url}/v1/images/edits"
    async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as response:
        return Reply(response.status, response.headers, await response.read())


async def test_it_draws_in_the_size_and_format_that_it_is_asked_for(client: Any, photo: bytes) -> None:
    reply = await edit(client, "warm", photo, size="1536x1024", output_format="jpeg", quality="high")

    picture = Image.open(BytesIO(reply.picture))
    assert (reply.status, picture.format, picture.size) == (200, "JPEG", (1536, 1024))
    assert reply.json["usage"]["output_tokens"] == 6240
    assert reply.headers["x-request-id"].startswith("req_")


async def test_without_a_size_it_follows_the_photo_and_png_is_the_default(client: Any, make_picture: Any) -> None:
    reply = await edit(client, "warm", make_picture(size=(60, 100)))

    picture = Image.open(BytesIO(reply.picture))
    assert (picture.format, picture.size) == ("PNG", (1024, 1536))


@pytest.mark.parametrize("behaviour", [known for known in KNOWN if known not in WITHOUT_ANSWER])
async def test_every_behaviour_is_played(client: Any, photo: bytes, behaviour: Behaviour) -> None:
    reply = await edit(client, f"[sandbox:{behaviour}]", photo)

    meant = behaviour.meaning.removeprefix("200, ")
    assert str(reply.status) in behaviour.meaning or reply.status == 200
    assert reply.body
    if reply.status == 200 and behaviour not in BROKEN:
        assert reply.json.keys() >= {"data", "usage"} or meant == "{}"
    elif reply.headers["Content-Type"].startswith("application/json") and behaviour not in BROKEN:
        assert set(reply.json["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"size": "1000x1000"}, "size"),
        ({"size": "4096x4096"}, "size"),
        ({"size": "3840x640"}, "size"),
        ({"quality": "max"}, "quality"),
        ({"input_fidelity": "high"}, "input_fidelity"),
        ({"output_format": "gif"}, "output_format"),
        ({"output_format": "jpeg", "background": "transparent"}, "output_format"),
    ],
    ids=str,
)
async def test_what_the_models_do_not_take_is_refused_by_its_name(
    client: Any, photo: bytes, fields: dict[str, str], param: str
) -> None:
    rest = {name: value for name, value in fields.items() if name != "prompt"}

    reply = await edit(client, fields.get("prompt", "art"), photo, **rest)

    assert reply.status == 400
    assert reply.json["error"]["param"] == param


async def test_keys_models_and_pictures_are_looked_at(client: Any, photo: bytes) -> None:
    replies = [
        await edit(client, "art", photo, key=None),
        await edit(client, "art", photo, key="wrong-key"),
        await edit(client, "art", photo, model="gpt-image-1"),
        await edit(client, "art"),
        await edit(client, "art", b"no picture"),
        await edit(client, "art", *[photo] * 17),
    ]

    assert [reply.status for reply in replies] == [401, 401, 404, 400, 400, 400]


async def test_a_call_is_logged_with_what_its_pictures_carried(client: Any, photo: bytes) -> None:
    await edit(client, "art [sandbox:no_data]", photo, model="gpt-image-2.6-flare")

    logged = orjson.loads((await client.send("GET", "/control/calls?provider=openai")).body)["calls"]
    assert [(call["model"], call["behaviour"], call["status"], call["key_last4"]) for call in logged] == [
        ("gpt-image-2.6-flare", "no_data", 200, "ests")
    ]
    assert logged[0]["pictures"][0]["mime_type"] == "image/jpeg"


async def test_switching_openai_off_leaves_gemini_on(client: Any, photo: bytes) -> None:
    await client.send("PUT", "/control/outage/openai", json={"kind": "unavailable"})

    assert (await edit(client, "art", photo)).status == 503
    assert (await client.send("GET", "/v1/models")).status == 200


async def test_the_models_are_listed_for_a_bearers_key_and_geminis_for_any_other(client: Any) -> None:
    async def listed(**headers: str) -> tuple[int, list[str]]:
        url = f"{client.sandbox.url}/v1/models"
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            return answer.status, [model["id"] for model in (await answer.json()).get("data", [])]

    assert await listed(Authorization="Bearer key-of-tests") == (200, list(OPENAI_MODELS))
    assert await listed(Authorization="Bearer wrong-key") == (401, [])
    assert await listed(**{"x-goog-api-key": "key-of-tests"}) == (200, [])


async def test_switching_openai_off_takes_its_list_of_models_away_too(client: Any) -> None:
    await client.send("PUT", "/control/outage/openai", json={"kind": "unavailable"})

    url, key = f"{client.sandbox.url}/v1/models", {"Authorization": "Bearer key-of-tests"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=key) as answer:
        assert answer.status == 503
