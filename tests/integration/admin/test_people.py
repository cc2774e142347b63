"""Users, their roles and passwords."""

import uuid

import aiohttp
import pytest

from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import LOGIN, PASSWORD, ask, fields, log_in, logged_in

USERS = "/api/v1/users"
SESSION = "/api/v1/session"
NEW_PASSWORD = "a new canary password"


async def a_user(admin: aiohttp.ClientSession, role: str = "viewer") -> str:
    login = f"user-{uuid.uuid4().hex[:8]}"
    status, _ = await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": role})
    assert status == 201
    return login


async def audited(mongo: Mongo, target: str) -> list[tuple[str, str]]:
    entries = await mongo.database["audit"].find({"target": target}, sort=[("at", 1)]).to_list(None)
    return [(entry["actor"], entry["action"]) for entry in entries]


async def test_a_created_user_logs_in_with_the_role_given_and_is_listed_without_secrets(
    admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin, "operator")

    status, session = await ask(stranger, "POST", SESSION, {"login": login, "password": PASSWORD})
    _, users = await ask(admin, "GET", USERS)

    assert (status, session["role"]) == (201, "operator")
    expected = {"login": login, "role": "operator", "is_active": True, "must_change_password": False, "version": 1}
    assert next(user for user in users["items"] if user["login"] == login) == expected
    assert await audited(mongo, f"users/{login}") == [(LOGIN, "create")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"login": "a b"}, "/login"),
        ({"login": {"$ne": 1}}, "/login/$ne"),
        ({"password": "eleven char"}, "/password"),
        ({"password": "Qwertyuiop12"}, "/password"),
        ({"role": "owner"}, "/role"),
        ({"is_active": True}, "/is_active"),
    ],
)
async def test_a_wrong_new_user_names_the_field(
    admin: aiohttp.ClientSession, mongo: Mongo, change: dict[str, object], pointer: str
) -> None:
    before = await mongo.database["users"].count_documents({})

    status, problem = await ask(admin, "POST", USERS, {"login": "x", "password": PASSWORD, "role": "viewer"} | change)

    assert (status, fields(problem)) == (422, [pointer])
    assert "eleven char" not in str(problem)
    assert await mongo.database["users"].count_documents({}) == before


async def test_a_login_is_given_once(admin: aiohttp.ClientSession) -> None:
    login = await a_user(admin)

    status, problem = await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": "admin"})

    assert (status, problem["code"], problem["reason"]) == (409, "conflict", "login_taken")


async def test_a_disabled_user_is_out_at_once(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    token = await log_in(stranger, login)

    status, changed = await ask(admin, "PATCH", f"{USERS}/{login}", {"is_active": False}, headers={"If-Match": '"1"'})

    assert (status, changed["is_active"], changed["role"], changed["version"]) == (200, False, "viewer", 2)
    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", SESSION))[0] == 401
    assert (await ask(stranger, "POST", SESSION, {"login": login, "password": PASSWORD}))[0] == 401
    assert await audited(mongo, f"users/{login}") == [(LOGIN, "create"), (LOGIN, "change")]


async def test_a_user_without_a_password_gets_one_that_must_be_changed_before_anything_else(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = f"user-{uuid.uuid4().hex[:8]}"

    status, made = await ask(admin, "POST", USERS, {"login": login, "role": "admin"})
    password = made["one_time_password"]

    assert (status, made["must_change_password"], len(password)) == (201, True, 24)
    assert await must_be_changed(api_url, stranger, login, password)
    everything = [await mongo.database[name].find().to_list(None) for name in ("users", "audit", "sessions")]
    assert password not in str(everything)


async def must_be_changed(api_url: str, stranger: aiohttp.ClientSession, login: str, password: str) -> bool:
    """Log in with a one-time password; say whether it opens nothing until it is changed, and then everything."""
    async with logged_in(api_url, await log_in(stranger, login, password)) as http:
        before = [await ask(http, "GET", path) for path in ("/api/v1/slots", USERS, "/api/v1/sessions")]
        made, _ = await ask(http, "POST", "/api/v1/tokens", {"name": "early", "role": "viewer"})
        _, session = await ask(http, "GET", SESSION)
        change = {"current_password": password, "new_password": NEW_PASSWORD}
        changed, _ = await ask(http, "PUT", f"{SESSION}/password", change)
        _, changed_session = await ask(http, "GET", SESSION)
        after, _ = await ask(http, "GET", "/api/v1/slots")
    is_closed = [(status, problem["code"]) for status, problem in before] == [(403, "password_change_required")] * 3
    was, has = session["must_change_password"], changed_session["must_change_password"]
    return is_closed and (made, was, changed, has, after) == (403, True, 204, False, 200)


async def test_a_password_given_to_a_new_user_may_be_a_one_time_one_too(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    login = f"user-{uuid.uuid4().hex[:8]}"
    body = {"login": login, "role": "admin", "password": PASSWORD, "must_change_password": True}

    _, made = await ask(admin, "POST", USERS, body)

    assert (made["one_time_password"], made["must_change_password"]) == (None, True)
    assert await must_be_changed(api_url, stranger, login, PASSWORD)


async def test_an_administrator_helps_out_who_forgot_his_password(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin, "admin")
    session = await log_in(stranger, login)
    async with logged_in(api_url, session) as http:
        _, made = await ask(http, "POST", "/api/v1/tokens", {"name": "script", "role": "viewer"})
    path, version = f"{USERS}/{login}/one-time-password", {"If-Match": '"1"'}

    status, changed = await ask(admin, "POST", path, headers=version)
    again, _ = await ask(admin, "POST", path, headers=version)

    assert (status, changed["version"], again) == (200, 2, 412)
    for credential in (session, made["token"]):
        async with logged_in(api_url, credential) as http:
            assert (await ask(http, "GET", SESSION))[0] == 401
    assert (await ask(stranger, "POST", SESSION, {"login": login, "password": PASSWORD}))[0] == 401
    assert await must_be_changed(api_url, stranger, login, changed["one_time_password"])
    assert (LOGIN, "give_one_time_password") in await audited(mongo, f"users/{login}")
    everything = [await mongo.database[name].find().to_list(None) for name in ("users", "audit", "sessions")]
    assert changed["one_time_password"] not in str(everything)


async def test_a_deleted_user_leaves_nothing_that_opens(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    session = await log_in(stranger, login)
    async with logged_in(api_url, session) as http:
        _, made = await ask(http, "POST", "/api/v1/tokens", {"name": "script", "role": "viewer"})

    unnamed, _ = await ask(admin, "DELETE", f"{USERS}/{login}")
    status, _ = await ask(admin, "DELETE", f"{USERS}/{login}", headers={"If-Match": '"1"'})
    await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": "admin"})

    assert (unnamed, status) == (428, 204)
    for credential in (session, made["token"]):
        async with logged_in(api_url, credential) as http:
            assert (await ask(http, "GET", SESSION))[0] == 401
    assert [action for _, action in await audited(mongo, f"users/{login}")] == ["create", "delete", "create"]


async def test_users_come_by_login_page_by_page(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    for _ in range(3):
        await a_user(admin)

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        _, page = await ask(admin, "GET", f"{USERS}?limit=2{cursor and f'&cursor={cursor}'}")
        seen += [user["login"] for user in page["items"]]
        cursor = page["next_cursor"]

    assert len(seen) >= 4
    assert seen == sorted(await mongo.database["users"].distinct("_id"))


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 428, "precondition_required"), ({"If-Match": '"7"'}, 412, "version_conflict")],
)
async def test_a_change_on_another_version_is_refused(
    admin: aiohttp.ClientSession, mongo: Mongo, headers: dict[str, str], status: int, code: str
) -> None:
    login = await a_user(admin)

    answered, problem = await ask(admin, "PATCH", f"{USERS}/{login}", {"role": "admin"}, headers=headers)

    assert (answered, problem["code"]) == (status, code)
    assert (await ask(admin, "GET", f"{USERS}/{login}"))[1]["role"] == "viewer"
    assert await audited(mongo, f"users/{login}") == [(LOGIN, "create")]


async def test_nobody_disables_himself(admin: aiohttp.ClientSession) -> None:
    async with admin.get(f"{USERS}/{LOGIN}") as answer:
        etag = answer.headers["ETag"]

    status, _ = await ask(admin, "PATCH", f"{USERS}/{LOGIN}", {"is_active": False}, headers={"If-Match": etag})

    assert status == 409
    assert (await ask(admin, "GET", SESSION))[0] == 200


async def test_a_new_password_serves_and_ends_the_other_sessions(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    here, elsewhere = await log_in(stranger, login), await log_in(stranger, login)
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}

    async with logged_in(api_url, here) as http:
        assert (await ask(http, "PUT", f"{SESSION}/password", body))[0] == 204
        assert (await ask(http, "GET", SESSION))[0] == 200

    async with logged_in(api_url, elsewhere) as http:
        assert (await ask(http, "GET", SESSION))[0] == 401
    assert (await ask(stranger, "POST", SESSION, {"login": login, "password": PASSWORD}))[0] == 401
    await log_in(stranger, login, NEW_PASSWORD)
    assert await audited(mongo, f"users/{login}") == [(LOGIN, "create"), (login, "change_password")]
    everything = [await mongo.database[name].find().to_list(None) for name in ("users", "audit", "sessions")]
    assert NEW_PASSWORD not in str(everything)


@pytest.mark.parametrize(
    ("current", "new", "pointer"),
    [
        ("wrong", NEW_PASSWORD, "/current_password"),
        (PASSWORD, "short", "/new_password"),
        (PASSWORD,) * 2 + ("/new_password",),
        (PASSWORD, "Administrator123", "/new_password"),
        (PASSWORD, f"my {LOGIN} is mine", "/new_password"),
        (PASSWORD, "ababababababab", "/new_password"),
    ],
)
async def test_a_password_is_not_changed_without_the_current_one_or_to_a_bad_one(
    admin: aiohttp.ClientSession, current: str, new: str, pointer: str
) -> None:
    body = {"current_password": current, "new_password": new}

    status, problem = await ask(admin, "PUT", f"{SESSION}/password", body)

    assert (status, fields(problem)) == (422, [pointer])


async def test_the_audit_is_paged_newest_first(admin: aiohttp.ClientSession, viewer: aiohttp.ClientSession) -> None:
    made = [await a_user(admin) for _ in range(5)]

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None and len(seen) < 5:
        _, page = await ask(admin, "GET", f"/api/v1/audit?limit=2{cursor and f'&cursor={cursor}'}")
        seen += [entry["target"] for entry in page["items"]]
        cursor = page["next_cursor"]

    assert seen[:5] == [f"users/{login}" for login in reversed(made)]
    assert (await ask(viewer, "GET", "/api/v1/audit"))[0] == 403
