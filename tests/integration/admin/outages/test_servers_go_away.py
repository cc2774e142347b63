"""What the administrators are told while a server is away, and that nothing is half done."""

import asyncio
import io
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import aiohttp
import pytest

from tests.admin_people import LOGIN, PASSWORD
from tests.eventually import eventually
from tests.integration.admin.outages.conftest import ANSWER_SECONDS, BACK_SECONDS, Timed, World, timed
from tests.integration.admin.photos.conftest import Person, a_slot
from tests.integration.admin.photos.test_jobs_and_results import admitted, finished
from tests.photos import camera_jpeg
from tests.servers import RunningMinio, RunningRabbitmq, RunningServer

#: A good answer of a check is believed for 5 s.
NOTICED_SECONDS = 8.0
#: The open routes that need no database.
NEED_NOTHING = {("GET", "/"), ("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/docs")}

#: As many as a few pages ask at the same time; a process has a thread for each.
ROUTES_AT_ONCE = 30


@contextmanager
def away(server: RunningServer, how: str) -> Iterator[None]:
    """The server hangs, or is dead, for the length of the block."""
    if how == "hangs":
        server.pause()
        try:
            yield
        finally:
            server.resume()
    else:
        server.kill()
        try:
            yield
        finally:
            server.start()


async def is_back(world: World, works: Callable[[], Awaitable[bool]] | None = None) -> None:
    """By itself, in time: the server is up again already."""
    started = time.monotonic()
    while works is not None and not await works():
        assert time.monotonic() - started < BACK_SECONDS
        await asyncio.sleep(0.2)
    await eventually(lambda: (world.process.readiness(), world.process.impaired()) == ({}, {}), seconds=BACK_SECONDS)


async def is_impaired(world: World, server: str) -> None:
    await eventually(lambda: set(world.process.impaired() or ()) == {server}, seconds=NOTICED_SECONDS)


def batched(routes: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    for start in range(0, len(routes), size):
        yield routes[start : start + size]


async def every_route(world: World) -> list[tuple[str, str]]:
    document = (await world.admin.ask("GET", "/api/v1/openapi.json")).json
    routes = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    return [(method, filled(path, document)) for method, path in sorted(routes - NEED_NOTHING)]


def filled(path: str, document: dict[str, Any]) -> str:
    """Put what the document gives as examples in the place of the path's parts."""
    [operation, *_] = document["paths"][path].values()
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", parameter["schema"]["examples"][0])
    return path


@pytest.mark.parametrize("how", ["hangs", "is dead"])
async def test_without_the_database_every_route_says_so_at_once_and_changes_nothing(
    world: World, mongodb: RunningServer, how: str
) -> None:
    routes, before = await every_route(world), await world.kept()
    login = {"login": LOGIN, "password": PASSWORD}

    with away(mongodb, how):
        answers = [await timed(world.admin, "POST", "/api/v1/session", json=login)]
        for some in batched(routes, ROUTES_AT_ONCE):
            answers += await asyncio.gather(*(timed(world.admin, *route, json=login) for route in some))
        await eventually(lambda: "database" in (world.process.readiness() or {}), seconds=NOTICED_SECONDS)

    assert len(answers) > 30
    assert all(answer.is_quick_503("database_unavailable") for answer in answers)

    async def works() -> bool:
        return (await world.admin.ask("GET", "/api/v1/slots")).status == 200

    await is_back(world, works)
    assert await world.kept() == before


async def asking_the_store(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """Requests that need it, each ready to be sent."""
    template = (await world.admin.upload(camera_jpeg(600, 400))).json
    job = await finished(world.mongo, world.store, "outages")
    picture, result = f"/api/v1/template-media/{template['id']}", f"/api/v1/results/{job.id}"
    return [
        ("GET", f"{picture}/picture", {}),
        ("DELETE", picture, {}),
        ("GET", f"{result}/preview", {}),
        ("GET", f"{result}/preview?size=thumbnail", {}),
        ("GET", f"{result}/download", {}),
    ]


@pytest.mark.parametrize("how", ["hangs", "is dead"])
async def test_without_the_store_pictures_are_neither_shown_nor_taken_nor_half_deleted(
    world: World, minio: RunningMinio, how: str
) -> None:
    requests = await asking_the_store(world)
    before = await world.kept()

    with away(minio, how):
        answers = await asyncio.gather(*(timed(world.admin, *head, **sent) for *head, sent in requests))
        upload = await timed_upload(world.admin)
        await is_impaired(world, "store")
        readable = await timed(world.admin, "GET", "/api/v1/template-media")

    assert all(answer.is_quick_503("storage_unavailable") for answer in (*answers, upload))
    assert (readable.answer.status, world.process.readiness()) == (200, {})
    assert await world.kept() == before

    async def works() -> bool:
        return (await world.admin.upload(camera_jpeg(600, 400))).status == 201

    await is_back(world, works)


async def timed_upload(admin: Person) -> Timed:
    started = time.monotonic()
    answer = await admin.upload(camera_jpeg(600, 400))
    return Timed(answer, time.monotonic() - started)


async def test_a_picture_is_taken_back_at_once_though_the_store_is_away(world: World, minio: RunningMinio) -> None:
    job = await finished(world.mongo, world.store, "outages")

    with away(minio, "hangs"):
        revoked = await timed(world.admin, "POST", f"/api/v1/results/{job.id}/revoke")
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{world.gateway.url}/public/results/{job.public_id}") as at,
        ):
            status = at.status

    assert (revoked.answer.status, status) == (204, 410)
    assert revoked.seconds <= ANSWER_SECONDS
    records = await world.mongo.database["audit"].find({"target": f"results/{job.id}"}).to_list(None)
    assert [(record["action"], record["outcome"]) for record in records] == [("revoke", "done")]
    row = await world.mongo.database["jobs"].find_one({"_id": job.id})
    assert row is not None
    assert (row["revoked_at"] is not None, row["result_key"]) == (True, None)


async def try_out(world: World) -> Timed:
    form = aiohttp.FormData({"slot": json.dumps(a_slot())})
    form.add_field("file", io.BytesIO(camera_jpeg(600, 400)), filename="a.jpg", content_type="image/jpeg")
    return await timed(world.admin, "POST", "/api/v1/test-runs", data=form)


@pytest.mark.parametrize("how", ["hangs", "is dead"])
async def test_without_the_gateway_a_test_run_is_refused_at_once(world: World, how: str) -> None:
    before = await world.kept()

    if how == "hangs":
        os.kill(world.gateway.pid, signal.SIGSTOP)
    else:
        world.gateway.kill()
    try:
        refused = await try_out(world)
        await is_impaired(world, "gateway")
    finally:
        if how == "hangs":
            os.kill(world.gateway.pid, signal.SIGCONT)
        else:
            world.gateway.start()

    assert refused.is_quick_503("gateway_unavailable")
    assert await world.kept() == before
    await world.gateway.wait_ready()
    await is_back(world)


async def test_without_the_queue_a_test_run_is_refused_and_a_photo_is_cancelled_all_the_same(
    world: World, rabbitmq: RunningRabbitmq
) -> None:
    job = await admitted(world.mongo, "outages")

    with away(rabbitmq, "is dead"):
        await asyncio.sleep(0.5)
        refused = await try_out(world)
        cancelled = await timed(world.admin, "POST", f"/api/v1/jobs/{job.id}/cancel")
        await is_impaired(world, "broker")

    assert refused.is_quick_503("queue_unavailable")
    assert (cancelled.answer.status, cancelled.answer.json["status"]) == (200, "cancelled")
    assert cancelled.seconds <= ANSWER_SECONDS
    await is_back(world)
