"""Users, their roles, passwords and sessions."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp
import pytest

from admin_api.accounts.auth import Auth
from admin_api.accounts.login_throttle import LoginThrottle
from admin_api.accounts.passwords import Passwords
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.user_repository import UserRepository
from tests.admin_people import LOGIN, PASSWORD, ask, fields, log_in, logged_in

USERS = "/api/v1/users"
SESSION = "/api/v1/session"
COOKIE = "__Host-photochanger_session"
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
    expected = {"login": login, "role": "operator", "is_active": True, "version": 1}
    assert next(user for user in users["items"] if user["login"] == login) == expected
    assert await audited(mongo, f"users/{login}") == [(LOGIN, "create")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"login": "a b"}, "/login"),
        ({"login": {"$ne": 1}}, "/login/$ne"),
        ({"password": "eleven char"}, "/password"),
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

    assert (status, problem["code"]) == (409, "conflict")


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


async def test_an_administrator_helps_out_who_forgot_his_password(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    token = await log_in(stranger, login)
    change = {"password": NEW_PASSWORD}

    status, changed = await ask(admin, "PATCH", f"{USERS}/{login}", change, headers={"If-Match": '"1"'})

    assert (status, changed["role"], changed["is_active"], changed["version"]) == (200, "viewer", True, 2)
    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", SESSION))[0] == 401
    assert (await ask(stranger, "POST", SESSION, {"login": login, "password": PASSWORD}))[0] == 401
    await log_in(stranger, login, NEW_PASSWORD)
    entry = await mongo.database["audit"].find_one({"target": f"users/{login}", "action": "change"})
    assert entry is not None
    assert "password" in entry["after"]
    everything = [await mongo.database[name].find().to_list(None) for name in ("users", "audit", "sessions")]
    assert NEW_PASSWORD not in str(everything)


async def test_a_forgotten_password_is_not_replaced_by_a_bad_one(admin: aiohttp.ClientSession) -> None:
    login = await a_user(admin)

    status, problem = await ask(
        admin, "PATCH", f"{USERS}/{login}", {"password": "eleven char"}, headers={"If-Match": '"1"'}
    )

    assert (status, fields(problem)) == (422, ["/password"])


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
    ],
)
async def test_a_password_is_not_changed_without_the_current_one_or_to_a_bad_one(
    admin: aiohttp.ClientSession, current: str, new: str, pointer: str
) -> None:
    body = {"current_password": current, "new_password": new}

    status, problem = await ask(admin, "PUT", f"{SESSION}/password", body)

    assert (status, fields(problem)) == (422, [pointer])


async def test_a_session_nobody_uses_ends_after_half_an_hour(
    api_url: str, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    token = await log_in(stranger)
    [session] = await mongo.database["sessions"].find(sort=[("created_at", -1)], limit=1).to_list(None)
    assert (session["idle_until"] - session["created_at"]).total_seconds() == 1_800
    assert (session["expires_at"] - session["created_at"]).total_seconds() == 12 * 3_600

    soon = [{"$set": {"idle_until": {"$add": ["$$NOW", 60_000]}}}]
    await mongo.database["sessions"].update_one({"_id": session["_id"]}, soon)
    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", SESSION))[0] == 200
        [used] = await mongo.database["sessions"].find({"_id": session["_id"]}).to_list(None)
        assert used["idle_until"] >= session["idle_until"]

        await mongo.database["sessions"].update_one({"_id": session["_id"]}, [{"$set": {"idle_until": "$$NOW"}}])
        assert (await ask(http, "GET", SESSION))[0] == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Sec-Fetch-Site": "none"}, 422),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "X-PhotoChanger-Request": "1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "OWN"}, 422),
        ({"X-PhotoChanger-Request": "1"}, 422),
        ({}, 403),
    ],
)
async def test_only_our_own_page_changes_things_with_the_cookie(
    api_url: str, stranger: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    cookie = {"Cookie": f"{COOKIE}={await log_in(stranger)}"}
    sent = {name: api_url if value == "OWN" else value for name, value in headers.items()}

    answered, _ = await ask(stranger, "POST", USERS, {"unheard": 1}, headers=cookie | sent)
    looked, _ = await ask(stranger, "GET", SESSION, headers=cookie | sent)

    assert (answered, looked) == (status, 200)


async def guess(http: aiohttp.ClientSession, login: str) -> tuple[int, str | None]:
    async with http.post(SESSION, json={"login": login, "password": "wrong"}) as answer:
        return answer.status, answer.headers.get("Retry-After")


async def test_guessing_at_one_account_becomes_slow_and_says_for_how_long(stranger: aiohttp.ClientSession) -> None:
    login = f"guessed-{uuid.uuid4().hex[:6]}"

    for _ in range(6):
        assert (await guess(stranger, login))[0] == 401

    assert await guess(stranger, login) == (429, "2")


async def test_the_wait_doubles_and_has_an_end(stranger: aiohttp.ClientSession, mongo: Mongo) -> None:
    failures = mongo.database["login_failures"]
    over = [{"$set": {"wait_until": "$$NOW"}}]
    for count, wait in ((6, 4), (7, 8), (12, 256), (5_000, 900)):
        await failures.delete_many({})
        await failures.insert_one({"_id": "account ann", "count": count})
        await failures.update_one({"_id": "account ann"}, over)

        assert (await guess(stranger, "ann"))[0] == 401
        _, seconds = await guess(stranger, "ann")
        assert seconds is not None
        assert wait - 1 <= int(seconds) <= wait


async def test_an_address_that_tries_many_logins_is_slowed_down(stranger: aiohttp.ClientSession) -> None:
    """Ten at once; on a slow machine a few more pass, one for each moment that went by."""
    statuses = [(await guess(stranger, f"login-{number}"))[0] for number in range(20)]

    assert set(statuses[:10]) == {401}
    assert 429 in statuses[10:]


async def test_strangers_guesses_do_not_lock_out_who_logged_in_from_here_before(
    stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    await log_in(stranger)
    later = [{"$set": {"count": 5_000, "wait_until": {"$add": ["$$NOW", 900_000]}}}]
    await mongo.database["login_failures"].update_one({"_id": f"account {LOGIN}"}, later, upsert=True)

    assert (await ask(stranger, "POST", SESSION, {"login": LOGIN, "password": PASSWORD}))[0] == 201


async def test_guesses_at_a_login_that_reads_like_login_and_address_slow_nobody_down(
    stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    await log_in(stranger)
    posing = f"{LOGIN} from 127.0.0.1"

    statuses = [(await guess(stranger, posing))[0] for _ in range(8)]
    await mongo.database["login_failures"].delete_many({"_id": {"$regex": "^address "}})

    assert 401 not in statuses
    assert (await ask(stranger, "POST", SESSION, {"login": LOGIN, "password": PASSWORD}))[0] == 201


@pytest.mark.parametrize("header", [b"Authorization: Bearer \xff\xfe", b"Cookie: " + COOKIE.encode() + b"=\xff"])
async def test_a_token_that_is_no_text_is_nobodys(api_url: str, mongo: Mongo, header: bytes) -> None:
    own = urlsplit(api_url)
    reader, writer = await asyncio.open_connection(own.hostname, own.port)
    async with asyncio.timeout(5):
        writer.write(b"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n\r\n")
        answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 401 ")


class CheckedMeanwhile(Passwords):
    """Something happens while a password is being checked."""

    def __init__(self, happens: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._happens = happens

    async def matches(self, password: str, password_hash: str | None) -> bool:
        is_right = await super().matches(password, password_hash)
        await self._happens()
        return is_right


async def test_a_password_changed_while_it_is_checked_opens_no_session(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    users, sessions = UserRepository(mongo.database), SessionRepository(mongo.database)

    async def change_password() -> None:
        user = await users.find(login)
        assert user is not None
        changed = user.model_copy(update={"password_hash": await Passwords().hash(NEW_PASSWORD)})
        assert await users.replace(changed, expected_version=user.version)
        await sessions.close_all(login)

    throttle = LoginThrottle(LoginFailures(mongo.database))
    auth = Auth(users, sessions, CheckedMeanwhile(change_password), throttle, is_https=True)

    with pytest.raises(Refused) as refused:
        await auth.log_in(login, PASSWORD, address="192.0.2.1")

    assert refused.value.code is ProblemCode.INVALID_PASSWORD
    assert await mongo.database["sessions"].count_documents({"login": login}) == 0


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
