"""However administrators take each other's role away, one is left."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest

from photochanger.domain.user import Role, User
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.user_repository import UserRepository, Written
from tests.admin_people import PASSWORD, ask, log_in, logged_in

USERS = "/api/v1/users"


@pytest.fixture
async def users(mongo: Mongo) -> AsyncIterator[UserRepository]:
    """Nobody yet, in a database of their own."""
    database = mongo.database.client[f"test_{uuid.uuid4().hex}"]
    yield UserRepository(database)
    await mongo.database.client.drop_database(database.name)


async def a_user(admin: aiohttp.ClientSession, role: str) -> str:
    login = f"user-{uuid.uuid4().hex[:8]}"
    assert (await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": role}))[0] == 201
    return login


async def test_two_administrators_who_demote_each_other_at_once_leave_one(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    """Nobody else is an administrator meanwhile."""
    pair = [await a_user(admin, "admin"), await a_user(admin, "admin")]
    tokens = [await log_in(stranger, login) for login in pair]
    others = {"role": "admin", "_id": {"$nin": pair}}
    away = [user["_id"] for user in await mongo.database["users"].find(others).to_list(None)]
    await mongo.database["users"].update_many({"_id": {"$in": away}}, {"$set": {"is_active": False}})

    async def demote(token: str, login: str) -> int:
        async with logged_in(api_url, token) as http:
            match = {"If-Match": '"1"'}
            return (await ask(http, "PATCH", f"{USERS}/{login}", {"role": "viewer"}, headers=match))[0]

    try:
        statuses = await asyncio.gather(demote(tokens[0], pair[1]), demote(tokens[1], pair[0]))
        left = await mongo.database["users"].count_documents({"role": "admin", "is_active": True})
    finally:
        await mongo.database["users"].update_many({"_id": {"$in": away}}, {"$set": {"is_active": True}})

    assert left == 1
    assert sorted(statuses) in ([200, 403], [200, 409])


async def test_however_many_demote_each_other_at_once_one_administrator_is_left(users: UserRepository) -> None:
    team = [User(login=f"a{number}", password_hash="-", role=Role.ADMIN) for number in range(6)]
    for _ in range(5):
        for user in team:
            await users.insert_if_missing(user)

        gone = [users.delete(user.login, expected_version=1) for user in team[:3]]
        lower = [users.replace(user.model_copy(update={"role": Role.VIEWER}), expected_version=1) for user in team[3:]]
        ends = await asyncio.gather(*gone, *lower)

        assert sorted(ends) == [Written.DONE] * 5 + [Written.LAST_ADMINISTRATOR]
        assert [user.is_administrator for user in await users.page(limit=9)].count(True) == 1
        for left in await users.page(limit=9):
            await users._users.delete_one({"_id": left.login})


async def test_the_last_administrator_is_neither_disabled_nor_deleted(users: UserRepository) -> None:
    last = User(login="last", password_hash="-", role=Role.ADMIN)
    await users.insert_if_missing(last)
    await users.insert_if_missing(User(login="idle", password_hash="-", role=Role.ADMIN, is_active=False))

    disabled = await users.replace(last.model_copy(update={"is_active": False}), expected_version=1)
    deleted = await users.delete("last", expected_version=1)
    stale = await users.delete("last", expected_version=2)
    renewed = await users.replace(last.model_copy(update={"password_hash": "+"}), expected_version=1)

    assert (disabled, deleted) == (Written.LAST_ADMINISTRATOR,) * 2
    assert (stale, renewed) == (Written.CHANGED_MEANWHILE, Written.DONE)
