"""What Turbotext can do instead of answering, and whom each scripted fault is for."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

import aiohttp
import orjson
import pytest
from PIL import Image

from sandbox.behaviours import Behaviour, Provider

pytestmark = pytest.mark.asyncio(loop_scope="package")

METHOD = "generate_image2image"


@pytest.fixture
def link(linked: Any, make_picture: Callable[..., bytes]) -> str:
    return str(linked.link("small.jpg", make_picture(size=(240, 160))))


async def picture_of(client: Any, answer: dict[str, Any]) -> Any:
    return await client.send("GET", f"/{answer['data']['image'][0]}", key=None)


@pytest.mark.parametrize(
    ("behaviour", "status", "start"),
    [
        ("internal", 500, b""),
        ("bad_gateway_html", 502, b"<html>"),
        ("unavailable", 503, b"<html>"),
        ("unavailable_text", 503, b"no healthy"),
        ("rate_limited", 429, b"<html>"),
        ("api_key_invalid", 401, b'{"success":false'),
        ("credits_depleted", 200, b'{"success":false,"error":"LIMIT","limits":{"foto_limit":0'),
        ("bad_json", 200, b"<br />"),
        ("html_200", 200, b"<!doctype html>"),
        ("empty_object", 200, b"{}"),
        ("truncated_json", 200, b'{"success":true,'),
    ],
)
async def test_a_broken_answer_comes_to_the_step_it_is_scripted_for(
    client: Any, link: str, behaviour: str, status: int, start: bytes
) -> None:
    at_create = await client.turbotext(METHOD, do="create_queue", url=link, content=f"[sandbox:{behaviour}]")
    queueid = await client.queueid(METHOD, url=link, content=f"[sandbox:{behaviour}@first_poll]")
    first = await client.turbotext(METHOD, do="get_result", queueid=queueid)
    second = await client.result(METHOD, queueid)

    assert (at_create.status, at_create.body[: len(start)]) == (status, start)
    assert (first.status, orjson.loads(second.body)["success"]) == (status, True)


async def test_a_broken_poll_stays_broken(client: Any, link: str) -> None:
    queueid = await client.queueid(METHOD, url=link, content="[sandbox:internal@poll]")

    statuses = [(await client.turbotext(METHOD, do="get_result", queueid=queueid)).status for _ in range(3)]

    assert statuses == [500, 500, 500]


async def test_a_rate_limit_says_when_to_come_again(client: Any, link: str) -> None:
    form = f"do=create_queue&url={link}&content=[sandbox:rate_limited=2.2]"
    headers = {"Authorization": "Bearer k", "Content-Type": "application/x-www-form-urlencoded"}

    async with client._session.post(f"{client.sandbox.url}/api_ai/{METHOD}", data=form, headers=headers) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "3")


async def test_drop_cut_and_drip_break_the_connection(client: Any, link: str) -> None:
    for behaviour, error in (("drop", aiohttp.ServerDisconnectedError), ("cut", aiohttp.ClientPayloadError)):
        with pytest.raises(error):
            await client.turbotext(METHOD, do="create_queue", url=link, content=f"[sandbox:{behaviour}]")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await client.turbotext(METHOD, do="create_queue", url=link, content="[sandbox:drip=0.1]")


async def test_a_client_that_leaves_a_hanging_create_is_noted(client: Any, link: str) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await client.turbotext(METHOD, do="create_queue", url=link, content="[sandbox:hang]")

    async with asyncio.timeout(3):
        while not (call := orjson.loads((await client.send("GET", "/control/calls")).body)["calls"][0])[
            "client_hung_up"
        ]:
            await asyncio.sleep(0.02)
    assert (call["status"], call["queueid"]) == (None, None)


async def test_slow_takes_its_seconds_and_polls_do_not_wait(client: Any, link: str) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    queueid = await client.queueid(METHOD, url=link, content="[sandbox:slow=0.4]")

    first = await client.turbotext(METHOD, do="get_result", queueid=queueid)
    first_after = loop.time() - started
    await client.result(METHOD, queueid)

    assert b"reconnect" in first.body
    assert first_after < 0.4 <= loop.time() - started < 2


async def test_forbidden_content_has_no_picture(client: Any, link: str) -> None:
    answer = await client.run_job(
        "deepfake_photo", url=link, url_image_target=link, content="[sandbox:forbidden_content]"
    )

    assert (answer["success"], answer["data"]["forbidden_content"]) == (True, True)
    assert "uploaded_image" not in answer
    assert "image" not in answer["data"]


async def test_success_false_says_why(client: Any, link: str) -> None:
    answer = await client.run_job(METHOD, url=link, content="[sandbox:success_false]")

    assert answer == {"success": False, "error": "The photo could not be processed. Try another one."}


async def test_a_result_may_name_its_picture_elsewhere_or_not_at_all(client: Any, link: str) -> None:
    missing = await client.run_job(
        "mix_images", url=link, url_image_target=link, content="[sandbox:missing_result_url]"
    )
    nested = await client.run_job("mix_images", url=link, url_image_target=link, content="[sandbox:nested_result]")

    assert b"download.php" not in orjson.dumps(missing)
    assert "uploaded_image" not in nested
    assert nested["data"]["uploaded_image"].startswith(f"{client.sandbox.url}/download.php?f=")


async def test_limits_and_values_as_strings(client: Any, link: str) -> None:
    limited = await client.run_job(METHOD, url=link, content="[sandbox:with_limits]")
    strings = await client.run_job(
        "deepfake_photo", url=link, url_image_target=link, content="[sandbox:values_as_strings]"
    )

    assert limited["limits"] == {"foto_limit": 123, "text_limit": 123}
    assert strings["success"] == "True"
    assert strings["data"]["forbidden_content"] == "False"
    assert strings["data"]["width"] == "240"
    assert isinstance(strings["data"]["image"], list)


@pytest.mark.parametrize(
    ("behaviour", "expected", "start"),
    [
        ("result_404", (404, "text/html"), b"<html>"),
        ("result_html", (200, "text/html"), b"<!doctype html>"),
        ("internal@download", (500, "text/html"), b""),
        ("blank_picture", (200, "image/png"), b"\x89PNG"),
        ("wrong_mime", (200, "image/png"), b"\xff\xd8\xff"),
        ("text_as_picture", (200, "image/png"), b"I have edited"),
        ("animated_picture", (200, "image/gif"), b"GIF89a"),
        ("empty_picture", (200, "image/png"), b""),
        ("canned", (200, "image/jpeg"), b"\xff\xd8\xff"),
    ],
)
async def test_the_pictures_link_gives_what_is_scripted(
    client: Any, link: str, behaviour: str, expected: tuple[int, str], start: bytes
) -> None:
    reply = await picture_of(client, await client.run_job(METHOD, url=link, content=f"[sandbox:{behaviour}]"))

    assert (reply.status, reply.content_type) == expected
    assert reply.body.startswith(start)


async def test_a_truncated_picture_cannot_be_decoded_and_a_huge_one_can(client: Any, link: str) -> None:
    cut = await picture_of(client, await client.run_job(METHOD, url=link, content="[sandbox:truncated_picture]"))
    huge = await picture_of(client, await client.run_job(METHOD, url=link, content="[sandbox:result_huge]"))

    with pytest.raises(OSError, match="truncated"):
        Image.open(BytesIO(cut.body)).load()
    assert 60_000_000 < len(huge.body) < 60_100_000
    Image.open(BytesIO(huge.body)).verify()


async def test_a_client_that_follows_the_redirect_to_an_internal_address_is_counted(client: Any, link: str) -> None:
    answer = await client.run_job(METHOD, url=link, content="[sandbox:result_redirect_internal]")
    trapped = await picture_of(client, answer)

    async with aiohttp.ClientSession() as session, session.get(f"{client.sandbox.metrics_url}/metrics") as response:
        metrics = await response.text()
    assert (trapped.status, trapped.content_type) == (200, "image/jpeg")
    assert "photochanger_sandbox_trap_visits_total 1.0" in metrics


async def test_a_marker_the_provider_does_not_know_is_an_error_not_a_picture(client: Any, link: str) -> None:
    turbotext = await client.turbotext(METHOD, do="create_queue", url=link, content="[sandbox:no_image]")
    step = await client.turbotext(METHOD, do="create_queue", url=link, content="[sandbox:drop@lunch]")
    gemini = await client.generate("[sandbox:never_ready]")

    assert b"no_image is not a behaviour of turbotext" in turbotext.body
    assert b"lunch" in step.body
    assert gemini.status == 400


async def test_a_rule_can_be_for_one_provider(client: Any, link: str) -> None:
    rule = {"behaviour": "unavailable", "provider": "turbotext"}
    await client.send("PUT", "/control/rules/r", json=rule)

    turbotext = await client.turbotext(METHOD, do="create_queue", url=link, content="x")
    gemini = await client.generate("x")

    assert (turbotext.status, gemini.status) == (503, 200)


async def test_a_rule_or_default_of_the_other_providers_own_is_passed_over(client: Any, link: str) -> None:
    await client.send("PUT", "/control/rules/r", json={"behaviour": "no_image", "times": 1})
    await client.send("PUT", "/control/default", json={"behaviour": "safety"})

    answer = await client.run_job(METHOD, url=link, content="x")

    assert answer["success"] is True
    assert "r" in orjson.loads((await client.send("GET", "/control/rules")).body)


@pytest.mark.parametrize(("kind", "status"), [("unavailable", 503), ("drop", None)])
async def test_one_provider_can_be_off_wholly_while_the_other_works(
    client: Any, link: str, kind: str, status: int | None
) -> None:
    name = (await client.run_job(METHOD, url=link, content="x"))["data"]["image"][0]
    await client.send("PUT", "/control/outage/turbotext", json={"kind": kind})

    async def asked(path: str) -> int | None:
        try:
            return int((await client.send("GET", path)).status)
        except aiohttp.ServerDisconnectedError:
            return None

    statuses = [await asked("/api_ai/available_api"), await asked("/download.php?f=x"), await asked(f"/{name}")]
    working = await client.generate("x")
    shown = orjson.loads((await client.send("GET", "/control")).body)["outages"]
    await client.send("DELETE", "/control/outage/turbotext")

    assert statuses == [status] * 3
    assert working.status == 200
    assert shown["turbotext"]["refused"] >= 3
    assert await asked(f"/{name}") == 200


async def test_an_outage_beats_a_marker_and_ends_with_a_reset(client: Any) -> None:
    await client.send("PUT", "/control/outage/gemini", json={"kind": "unavailable"})
    off = await client.generate("[sandbox:ok]")
    await client.send("DELETE", "/control")
    on = await client.generate("[sandbox:ok]")

    assert (off.status, on.status) == (503, 200)


async def test_an_outage_of_nobody_is_refused_by_name(client: Any) -> None:
    reply = await client.send("PUT", "/control/outage/nobody", json={"kind": "drop"})

    assert (reply.status, orjson.loads(reply.body)["error"].startswith("provider:")) == (422, True)


async def test_every_behaviour_of_turbotext_ends_in_an_answer_or_a_broken_connection(client: Any, link: str) -> None:
    endless = {Behaviour.HANG, Behaviour.DRIP, Behaviour.NEVER_READY, Behaviour.SLOW}
    known = {behaviour for behaviour in Behaviour if Provider.TURBOTEXT in behaviour.providers}

    for behaviour in known - endless:
        try:
            reply = await client.turbotext(METHOD, do="create_queue", url=link, content=f"[sandbox:{behaviour}]")
        except aiohttp.ClientError:
            continue
        if reply.status != 200 or not reply.body.endswith(b"}") or b"queueid" not in reply.body:
            continue
        done = await client.result(METHOD, str(orjson.loads(reply.body)["queueid"]))
        assert b"internal_error" not in done.body, behaviour
