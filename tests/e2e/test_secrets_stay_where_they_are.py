"""Keys, prompts, passwords and pictures are in no log, span, metric, error, message or row, whatever happens.

Where each of them may be is written in docs/keys.md.
"""

import asyncio
import base64
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from photochanger.infrastructure.media_store import Bucket
from tests.admin_people import log_in, logged_in
from tests.canaries import Canary, found, outside, places
from tests.dslr_client import Answer
from tests.e2e.guarded_evening import PROVIDERS, Evening, guarded_evening
from tests.echoing_provider import ECHO, ECHOED_REFUSAL
from tests.photos import GPS_CANARY, MAKER_CANARY, camera_jpeg
from tests.servers import RunningMinio, RunningServer

pytestmark = pytest.mark.timeout(240)

PHOTO, TEMPLATE = camera_jpeg(1200, 800), camera_jpeg(600, 400, name="coffee.png")
EXIF = (Canary.of_text("the camera's position", GPS_CANARY), Canary.of_text("the camera's maker", MAKER_CANARY))
#: Rows where prompts and links are at home.
HOMES_OF_PROMPTS = r"slots\.(fallbacks\[\]\.)?params\.\w+|jobs\.slot_snapshot\.routes\[\]\.params\.\w+"
HOME_OF_LINKS = r"public_links\._id"
#: Answers of the admin API in which an administrator sees prompts.
HOMES_IN_ANSWERS = re.compile(r"(GET|POST) /api/v1/slots(/[\w-]+)?: 20[01]|GET /api/v1/jobs/[\w-]+: 200")
#: Files made for an administrator: slots with their prompts and template pictures, results.
FILES = re.compile(r"GET /api/v1/(slot-export|results/zip): 200")

REFUSAL = {"gemini": "safety", "turbotext": "forbidden_content", "openai": "moderation_blocked"}
STORMY: dict[str, tuple[str, ...]] = {
    "gemini": ("drop", "cut", "text_only", "bad_json", "html_200", "blank_picture", "invalid_argument", "internal"),
    "turbotext": ("drop", "success_false", "result_404", "result_redirect_internal", "bad_json", "internal"),
    "openai": ("drop", "cut", "no_data", "bad_json", "bad_gateway_html", "blank_picture", "invalid_argument"),
}


@pytest.fixture
async def evening(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio, tmp_path: Path
) -> AsyncIterator[Evening]:
    at = places(PHOTO)[0]
    piece = base64.b64encode(PHOTO[at - 60 : at + 150]).decode()
    async with guarded_evening((rabbitmq, mongodb, minio), tmp_path, PHOTO, piece=piece) as evening:
        yield evening


async def test_no_secret_is_told_whatever_happens(evening: Evening) -> None:
    api = f"http://127.0.0.1:{evening.replicas.ports.admins[0]}"
    async with aiohttp.ClientSession(api) as stranger:
        wrong = {"login": "admin", "password": evening.secret("wrong admin password")}
        assert (await evening.ask(stranger, "POST", "/api/v1/session", json=wrong))[0] == 401
        token = evening.secrets["session token"] = await log_in(stranger)
    async with logged_in(api, token) as admin:
        await a_template_is_uploaded(evening, admin)
        await photos_are_taken(evening)
        await keys_and_slots_are_changed(evening, admin)
        await handlers_crash(evening, admin)
        await providers_have_a_bad_day(evening)
        await links_are_opened_afterwards(evening)
        await everything_is_looked_at(evening, admin)
    await no_result_is_left_inline(evening)
    await nothing_is_found(evening)


async def a_template_is_uploaded(evening: Evening, admin: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(TEMPLATE), filename="style.jpg", content_type="image/jpeg")
    status, body = await evening.ask(admin, "POST", "/api/v1/template-media", data=form)
    assert status == 201, body
    evening.template_id = json.loads(body)["id"]


async def photos_are_taken(evening: Evening) -> None:
    behaviours = ("ok", f"ok {ECHO}", f"ok {ECHOED_REFUSAL}")

    async def statuses(provider: str) -> list[int]:
        # the first call of a process that has just begun may take longer than a window
        await evening.photo_of(provider, "ok")
        return [(await evening.photo_of(provider, each)).status for each in (*behaviours, REFUSAL[provider])]

    for taken in await asyncio.gather(*map(statuses, PROVIDERS)):
        assert taken == [200, 502, 502, 502]
    for first, then in zip(PROVIDERS, (*PROVIDERS[1:], PROVIDERS[0]), strict=True):
        assert (await evening.photo_of(first, f"ok {ECHO}", fallback=then)).status == 200
    slot = await evening.slot("gemini", "ok")
    assert (await evening.photo_at(slot, "wrong booth password")).status == 401
    assert (await evening.photo_at("nothing")).status == 404


async def keys_and_slots_are_changed(evening: Evening, admin: aiohttp.ClientSession) -> None:
    async with asyncio.TaskGroup() as group:
        for provider in PROVIDERS:
            group.create_task(a_key_is_changed(evening, admin, provider))
    for provider in PROVIDERS:
        assert (await evening.photo_of(provider, "ok")).status == 200
    person = {"login": "second", "password": evening.secret("user's password"), "role": "viewer"}
    assert (await evening.ask(admin, "POST", "/api/v1/users", json=person))[0] == 201
    slot = {"id": "of-an-admin", "name": "x", "provider": "gemini", "operation": "image_edit"}
    misplaced = {"prompt": evening.secret("prompt mistyped"), "image_size": evening.secret("prompt misplaced")}
    assert (await evening.ask(admin, "POST", "/api/v1/slots", json={**slot, "params": misplaced}))[0] == 422
    own = {"params": {"prompt": evening.secret("prompt saved")}, "ingest_password": evening.secret("slot's password")}
    assert (await evening.ask(admin, "POST", "/api/v1/slots", json=slot | own))[0] == 201
    assert (await evening.photo_at("of-an-admin", "slot's password")).status == 200
    form = aiohttp.FormData()
    form.add_field("slot", json.dumps({**slot, "params": {"prompt": evening.secret("prompt test run") + ECHO}}))
    form.add_field("file", io.BytesIO(PHOTO), filename="photo.jpg", content_type="image/jpeg")
    assert (await evening.ask(admin, "POST", "/api/v1/test-runs", data=form))[0] == 200


async def a_key_is_changed(evening: Evening, admin: aiohttp.ClientSession, provider: str) -> None:
    path = f"/api/v1/providers/{provider}/key"
    spaced = {"api_key": evening.secret(f"{provider} key with a space") + " "}
    assert (await evening.ask(admin, "PUT", path, json=spaced))[0] == 422
    wrong = {"api_key": "wrong-" + evening.secret(f"{provider} wrong key")}
    right = {"api_key": evening.secret(f"{provider} key of an administrator")}
    for key, verdict in ((wrong, "refused"), (right, "accepted")):
        assert (await evening.ask(admin, "PUT", path, json=key))[0] == 200
        status, body = await evening.ask(admin, "POST", f"{path}/test")
        assert (status, json.loads(body)["verdict"]) == (200, verdict), provider


async def handlers_crash(evening: Evening, admin: aiohttp.ClientSession) -> None:
    """A defect at every step, and rows that cannot be read."""
    for place in ("gateway.before_body", "provider.before_call", "provider.after_call"):
        evening.fail_at(f"{place}=raise")
        assert (await evening.photo_of("gemini", "ok")).status == 500, place
    evening.fail_at("dispatcher.consumed=raise")
    assert (await evening.photo_of("openai", "ok")).status == 200
    slots, jobs = evening.mongo.database["slots"], evening.mongo.database["jobs"]
    slot = await evening.slot("gemini", "ok")
    await slots.update_one({"_id": slot.id}, {"$set": {"params": slot.params["prompt"]}})
    assert (await evening.photo_at(slot)).status == 500
    assert (await evening.ask(admin, "GET", f"/api/v1/slots/{slot.id}"))[0] == 500
    await slots.delete_one({"_id": slot.id})
    row = await jobs.find_one({"status": "done"})
    assert row is not None
    await jobs.update_one({"_id": row["_id"]}, {"$set": {"slot_snapshot.routes": slot.params["prompt"]}})
    assert (await evening.ask(admin, "GET", f"/api/v1/jobs/{row['_id']}"))[0] == 500
    await jobs.update_one({"_id": row["_id"]}, {"$set": {"slot_snapshot": row["slot_snapshot"]}})


async def providers_have_a_bad_day(evening: Evening) -> None:
    """All that may happen at once; breakers open meanwhile, so that who comes late may get a 503."""
    async with asyncio.TaskGroup() as group:
        hanging = [group.create_task(evening.photo_of(provider, "hang")) for provider in PROVIDERS]
        async with asyncio.timeout(8):
            while sum("[sandbox:hang]" in prompt for prompt in evening.provider.prompts) < len(PROVIDERS):
                await asyncio.sleep(0.1)
        failing = [
            group.create_task(evening.photo_of(provider, behaviour))
            for provider, behaviours in STORMY.items()
            for behaviour in behaviours
        ]
    assert {photo.result().status for photo in hanging} == {504}
    assert {502} <= {photo.result().status for photo in failing} <= {502, 503, 504}


async def links_are_opened_afterwards(evening: Evening) -> None:
    async with aiohttp.ClientSession() as guest:
        for link in (evening.provider.links[0], f"{evening.replicas.base_url}/public/results/unknown"):
            assert (await evening.ask(guest, "GET", link))[0] in {404, 410}


async def everything_is_looked_at(evening: Evening, admin: aiohttp.ClientSession) -> None:
    async with admin.get("/api/v1/openapi.json") as answer:
        routes = (await answer.json())["paths"]
    plain = [path for path, methods in routes.items() if "{" not in path and not is_stream(methods.get("get"))]
    job = await evening.mongo.database["jobs"].find_one({"status": "failed"})
    assert job is not None
    for path in (*plain, f"/api/v1/jobs/{job['_id']}", f"/api/v1/slots/{job['slot_id']}"):
        await evening.ask(admin, "GET", path)


def is_stream(operation: dict[str, Any] | None) -> bool:
    return operation is None or "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


async def no_result_is_left_inline(evening: Evening) -> None:
    jobs = evening.mongo.database["jobs"]
    async with asyncio.timeout(10):
        while await jobs.count_documents({"result_inline_base64": {"$ne": None}}):
            await asyncio.sleep(0.1)


async def nothing_is_found(evening: Evening) -> None:
    texts, links, pictures = canaries(evening)
    prompts = [canary for canary in texts if "prompt" in canary.name]
    secrets = [canary for canary in texts if canary not in prompts]
    strict = [*secrets, *pictures, *EXIF]
    everything = [*strict, *prompts, *links]
    objects, rows = await evening.objects(), await evening.rows()
    piles = {
        **evening.logs(),
        "the spans": evening.spans(),
        "the messages": evening.broker.everything,
        **{f"metrics of {name}": text.encode() for name, text in evening.replicas.metrics().items()},
        **{f"the booth's {answer.status}": told_to_booth(answer) for answer in evening.answers if answer.status != 200},
        **{f"what is said of {name}": metadata for name, (metadata, _) in objects.items()},
        **{where: told for where, told in evening.told.items() if not is_home(where)},
        **outside(rows, f"{HOMES_OF_PROMPTS}|{HOME_OF_LINKS}"),
    }
    homes = {
        "the homes of prompts": b"\n".join(value for path, value in rows if re.fullmatch(HOMES_OF_PROMPTS, path)),
        "the home of links": b"\n".join(value for path, value in rows if re.fullmatch(HOME_OF_LINKS, path)),
        **{where: told for where, told in evening.told.items() if HOMES_IN_ANSWERS.search(where)},
    }
    files = {where: told for where, told in evening.told.items() if FILES.search(where)}
    given = {name: data for name, (_, data) in objects.items() if not name.startswith(Bucket.SOURCES)}
    given |= {f"a result {n}": told_to_booth(answer) for n, answer in enumerate(evening.answers)}

    the_watch_is_awake(evening, piles, rows, everything)
    told = [
        *found(everything, piles),
        *found(strict, homes),
        # a picture is at home in the store and in the booth's answer, but nothing else comes with it
        *found([*texts, *links, *EXIF], given),
        *found([*secrets, *links, *EXIF], files),
        *found(EXIF, {"what providers got": b"\n".join(evening.provider.received)}),
    ]
    assert not told, "\n".join(told)


def is_home(where: str) -> bool:
    return any(homes.search(where) for homes in (HOMES_IN_ANSWERS, FILES))


def canaries(evening: Evening) -> tuple[list[Canary], list[Canary], list[Canary]]:
    """Give texts, links and pictures."""
    texts = [Canary.of_text(name, text) for name, text in evening.secrets.items()]
    links = [Canary.of_text("a link", link.rpartition("/public/media/")[2]) for link in set(evening.provider.links)]
    results = [answer.body for answer in evening.answers if answer.status == 200]
    pictures = [Canary.of_picture("the photo", PHOTO), Canary.of_picture("the template", TEMPLATE)]
    return texts, links, [*pictures, *(Canary.of_picture("a result", result) for result in results)]


def told_to_booth(answer: Answer) -> bytes:
    return repr(answer.headers).encode() + answer.body


def the_watch_is_awake(
    evening: Evening, piles: dict[str, bytes], rows: list[tuple[str, bytes]], everything: list[Canary]
) -> None:
    """Everything was looked at, and what is looked for is found where it may be."""
    statuses = {answer.status for answer in evening.answers}
    assert {200, 401, 404, 500, 502, 504} <= statuses <= {200, 401, 404, 500, 502, 503, 504}
    assert all(b'"service"' in log for log in evening.logs().values())
    assert b"attempt_ended" in piles["provider_turbotext.log"]
    assert b"FailpointReached" in piles["dispatcher.log"]
    assert b"ValidationError" in piles["ingest_gateway.log"]
    assert b'"name": "provider.' in piles["the spans"]
    assert b"provider.gemini.v1" in piles["the messages"]
    assert any(name.startswith("what is said of") for name in piles)
    assert {path.partition(".")[0] for path, _ in rows} >= {"jobs", "slots", "providers", "provider_keys", "audit"}
    came = b"\n".join(evening.provider.received)
    used = {canary.name for canary in everything if canary.is_in(came)}
    keys = {f"{name} key of {whose}" for name in PROVIDERS for whose in ("the environment", "an administrator")}
    assert keys | {f"prompt {name}" for name in PROVIDERS} <= used
    assert {"negative prompt", "a link", "the photo", "the template"} <= used
