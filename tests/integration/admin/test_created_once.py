"""A creation that is sent again with its `Idempotency-Key`: done once, answered as often as it is asked."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from photochanger.infrastructure.idempotency_repository import IdempotencyRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from tests.admin_people import PASSWORD, ask
from tests.integration.admin.photos.conftest import MANIFEST

USERS = "/api/v1/users"


def a_user(**changes: str) -> dict[str, str]:
    return {"login": f"u-{uuid.uuid4().hex[:8]}", "password": PASSWORD, "role": "viewer"} | changes


def keyed(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or uuid.uuid4().hex}


async def create(http: aiohttp.ClientSession, body: object, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
    async with http.post(USERS, json=body, headers=headers) as answer:
        told = {name: answer.headers[name] for name in ("ETag", "Location", "Content-Type") if name in answer.headers}
        return answer.status, await answer.json(content_type=None), told


async def records_of(mongo: Mongo, login: str) -> int:
    return await mongo.database["audit"].count_documents({"target": f"users/{login}"})


async def test_sent_again_it_is_answered_the_same_and_not_done_again(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    body, headers = a_user(), keyed()

    first, second = await create(admin, body, headers), await create(admin, body, headers)

    assert first == second
    assert first[0] == 201
    assert first[2]["Location"] == f"{USERS}/{body['login']}"
    assert await records_of(mongo, body["login"]) == 1
    assert (await create(admin, body, keyed()))[0] == 409


async def test_of_ten_at_once_one_is_done_and_all_hear_of_it(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    body, headers = a_user(), keyed()

    answers = await asyncio.gather(*(create(admin, body, headers) for _ in range(10)))

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 201
    assert await records_of(mongo, body["login"]) == 1


@pytest.mark.parametrize("other", [{"role": "operator"}, {"login": "someone-else"}])
async def test_the_key_of_another_request_is_refused(
    admin: aiohttp.ClientSession, mongo: Mongo, other: dict[str, str]
) -> None:
    body, headers = a_user(), keyed()
    await create(admin, body, headers)

    status, problem, _ = await create(admin, body | other, headers)

    assert (status, problem["code"]) == (409, "idempotency_key_reused")
    assert (await create(admin, body, headers))[0] == 201
    assert await records_of(mongo, "someone-else") == 0


async def test_a_refused_request_leaves_its_key_free(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    taken, headers = a_user(), keyed()
    await create(admin, taken, {})

    assert (await create(admin, taken, headers))[0] == 409
    assert (await create(admin, a_user(), headers))[0] == 201


async def test_a_request_that_is_not_answered_yet_is_not_done_a_second_time(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    body, headers = a_user(), keyed()
    await create(admin, body, headers)
    await mongo.database["idempotency_keys"].update_many({}, {"$set": {"answer": None}})

    status, problem, _ = await create(admin, body, headers)
    await mongo.database["idempotency_keys"].update_many(
        {}, [{"$set": {"begun_at": {"$subtract": ["$$NOW", 151_000]}}}]
    )
    later, told, _ = await create(admin, body, headers)

    assert (status, problem["code"], problem["retry_after"]) == (409, "request_running", 1)
    assert (later, told["code"], told["reason"]) == (409, "conflict", "request_cut_short")
    assert "cut short" in told["detail"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é"])
async def test_a_key_that_is_none_is_named(admin: aiohttp.ClientSession, key: str) -> None:
    status, problem, _ = await create(admin, a_user(), {"Idempotency-Key": key})

    assert (status, problem["errors"][0]["pointer"]) == (422, "/Idempotency-Key")


async def test_what_is_kept_ends_after_a_day_and_tells_nobody_anything(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    body, headers = a_user(), keyed("a-key-to-look-for")
    await create(admin, body, headers)
    rows = mongo.database["idempotency_keys"]

    [row] = [row for row in await rows.find().to_list(None) if row["_id"].startswith("admin ")][-1:]
    indexes = await rows.index_information()

    assert row["expires_at"] - row["begun_at"] == timedelta(days=1)
    assert any(index.get("expireAfterSeconds") == 0 for index in indexes.values())
    assert not any(text in str(row) for text in (body["login"], PASSWORD, "a-key-to-look-for"))
    await rows.update_one({"_id": row["_id"]}, [{"$set": {"expires_at": "$$NOW"}}])
    free = await IdempotencyRepository(mongo.database).claim(row["_id"], claim="mine", fingerprint="other")
    assert free.claim == "mine"


async def test_who_changes_an_older_version_is_told_the_newest(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    body = a_user()
    _, _, told = await create(admin, body, {})
    path, mine = f"{USERS}/{body['login']}", {"If-Match": told["ETag"]}
    await ask(admin, "PATCH", path, {"role": "operator"}, headers=mine)

    status, problem = await ask(admin, "PATCH", path, {"role": "admin"}, headers=mine)

    assert (status, problem["code"]) == (412, "version_conflict")
    assert (problem["current"]["role"], problem["current"]["version"], problem["etag"]) == ("operator", 2, '"2"')
    again = {"If-Match": problem["etag"]}
    assert (await ask(admin, "PATCH", path, {"role": "admin"}, headers=again))[0] == 200


async def test_the_settings_and_a_providers_limits_tell_their_newest_version_too(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    await ProviderRepository(mongo.database).upsert_manifest(MANIFEST)

    for path, change in (
        ("/api/v1/settings", {"sync_response_seconds": 30}),
        ("/api/v1/providers/painter/limits", {"concurrency": 3}),
    ):
        status, problem = await ask(admin, "PATCH", path, change, headers={"If-Match": '"999"'})
        assert status == 412
        assert problem["current"]
        assert problem["etag"] != '"999"'
        assert (await ask(admin, "PATCH", path, change, headers={"If-Match": problem["etag"]}))[0] == 200
