"""Sessions: how they begin, where they are seen, and how they end."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp
import pytest

from admin_api.accounts.log_in import Client, LogIn
from admin_api.accounts.login_throttle import LoginThrottle
from admin_api.accounts.passwords import Passwords
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.user_repository import UserRepository, Written
from tests.admin_people import LOGIN, PASSWORD, ask, fields, log_in, logged_in

SESSION, SESSIONS, USERS = "/api/v1/session", "/api/v1/sessions", "/api/v1/users"
NEW_PASSWORD = "a new canary password"
COOKIE = "__Host-photochanger_session"
OWN = {"X-PhotoChanger-Request": "1"}


async def a_user(admin: aiohttp.ClientSession, role: str = "viewer") -> str:
    login = f"user-{uuid.uuid4().hex[:8]}"
    await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": role})
    return login


async def is_open(api_url: str, token: str) -> bool:
    async with logged_in(api_url, token) as http:
        return (await ask(http, "GET", SESSION))[0] == 200


async def test_the_own_sessions_are_listed_with_where_they_came_from(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    login = await a_user(admin)
    agent = {"User-Agent": "Booth admin\u202e 1.0 " + "x" * 400}
    await ask(stranger, "POST", SESSION, {"login": login, "password": PASSWORD}, headers=agent)
    here = await log_in(stranger, login)

    async with logged_in(api_url, here) as http:
        _, page = await ask(http, "GET", SESSIONS)

    this, other = page["items"]
    assert [this["is_this_one"], other["is_this_one"], page["next_cursor"]] == [True, False, None]
    assert {session["login"] for session in page["items"]} == {login}
    assert (other["address"], len(other["user_agent"])) == ("127.0.0.1", 200)
    assert other["user_agent"].startswith("Booth admin  1.0 x")
    assert other["created_at"] <= other["last_used_at"] < other["expires_at"]
    assert here not in str(page)


async def test_only_an_administrator_sees_everybodys_sessions_page_by_page(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    login = await a_user(admin, "operator")
    tokens = [await log_in(stranger, login) for _ in range(3)]

    seen: list[tuple[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        _, page = await ask(admin, "GET", f"{SESSIONS}?everybody=true&limit=2{cursor and f'&cursor={cursor}'}")
        seen += [(session["created_at"], session["login"]) for session in page["items"]]
        cursor = page["next_cursor"]

    assert [name for _, name in seen].count(login) == 3
    assert LOGIN in {name for _, name in seen}
    assert [at for at, _ in seen] == sorted((at for at, _ in seen), reverse=True)
    async with logged_in(api_url, tokens[0]) as http:
        assert (await ask(http, "GET", f"{SESSIONS}?everybody=true"))[0] == 403
    for wrong in ("x", "x-y", "9" * 60 + "-ab", "1" * 17 + "-ab"):
        status, problem = await ask(admin, "GET", f"{SESSIONS}?cursor={wrong}")
        assert (status, fields(problem)) == (422, ["/cursor"])


async def test_one_session_is_ended_by_whoever_it_belongs_to_or_an_administrator(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    ann, bob = await a_user(admin), await a_user(admin)
    tokens = [await log_in(stranger, ann) for _ in range(3)]
    async with logged_in(api_url, tokens[0]) as http:
        _, page = await ask(http, "GET", SESSIONS)
        ids = [session["id"] for session in page["items"]]
        async with logged_in(api_url, await log_in(stranger, bob)) as foreign:
            assert (await ask(foreign, "DELETE", f"{SESSIONS}/{ids[0]}"))[0] == 404
        assert (await ask(http, "DELETE", f"{SESSIONS}/{ids[0]}"))[0] == 204
        assert (await ask(http, "DELETE", f"{SESSIONS}/{ids[0]}"))[0] == 404
    assert (await ask(admin, "DELETE", f"{SESSIONS}/{ids[1]}"))[0] == 204

    assert [await is_open(api_url, token) for token in tokens] == [True, False, False]
    entries = await mongo.database["audit"].find({"action": "end_session", "after.login": ann}).to_list(None)
    assert [entry["actor"] for entry in entries] == [ann, LOGIN]


@pytest.mark.parametrize("session_id", ["x", "0" * 32, "f" * 64, "%24ne", "g" * 32, "%C3%BC" * 32])
async def test_a_session_that_is_not_there_cannot_be_ended(admin: aiohttp.ClientSession, session_id: str) -> None:
    assert (await ask(admin, "DELETE", f"{SESSIONS}/{session_id}"))[0] == 404


async def test_all_other_sessions_are_ended_at_once(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    tokens = [await log_in(stranger, login) for _ in range(3)]

    async with logged_in(api_url, tokens[1]) as http:
        first, second = (await ask(http, "DELETE", SESSIONS))[0], (await ask(http, "DELETE", SESSIONS))[0]

    assert (first, second) == (204, 204)
    assert [await is_open(api_url, token) for token in tokens] == [False, True, False]
    ended = {"action": "end_other_sessions", "actor": login}
    assert await mongo.database["audit"].count_documents(ended) == 1


async def test_a_session_that_many_end_at_once_is_ended_once(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_user(admin)
    token = await log_in(stranger, login)
    _, page = await ask(admin, "GET", f"{SESSIONS}?everybody=true&limit=1")
    session_id = page["items"][0]["id"]
    # its next use would be written down
    old = [{"$set": {"idle_until": {"$add": ["$$NOW", 60_000]}}}]
    await mongo.database["sessions"].update_one({"login": login}, old)

    async def use() -> int:
        async with logged_in(api_url, token) as http:
            return (await ask(http, "GET", SESSION))[0]

    ends = [ask(admin, "DELETE", f"{SESSIONS}/{session_id}") for _ in range(4)]
    results = await asyncio.gather(*(use() for _ in range(8)), *ends, *(use() for _ in range(8)))

    statuses = sorted(result[0] for result in results if isinstance(result, tuple))
    assert statuses == [204, 404, 404, 404]
    assert {result for result in results if isinstance(result, int)} <= {200, 401}
    assert not await is_open(api_url, token)
    assert await mongo.database["sessions"].count_documents({"login": login}) == 0


async def test_a_cookie_that_somebody_planted_is_never_logged_in(stranger: aiohttp.ClientSession, mongo: Mongo) -> None:
    planted = "A" * 43
    cookie = {"Cookie": f"{COOKIE}={planted}"}

    async with stranger.post(SESSION, json={"login": LOGIN, "password": PASSWORD}, headers=cookie | OWN) as answer:
        given = answer.cookies[COOKIE].value

    assert answer.status == 201
    assert given != planted
    assert (await ask(stranger, "GET", SESSION, headers=cookie))[0] == 401
    assert (await ask(stranger, "GET", SESSION, headers={"Cookie": f"{COOKIE}={given}"}))[0] == 200


async def test_logging_in_again_ends_the_session_of_before(api_url: str, stranger: aiohttp.ClientSession) -> None:
    before, elsewhere = await log_in(stranger), await log_in(stranger)
    headers = {"Cookie": f"{COOKIE}={before}"} | OWN

    status, again = await ask(stranger, "POST", SESSION, {"login": LOGIN, "password": PASSWORD}, headers=headers)
    wrong, _ = await ask(
        stranger, "POST", SESSION, {"login": LOGIN, "password": "no"}, headers={"Cookie": f"{COOKIE}={elsewhere}"}
    )

    assert (status, wrong) == (201, 401)
    assert not await is_open(api_url, before)
    assert await is_open(api_url, again["token"])
    assert await is_open(api_url, elsewhere)


async def test_neither_cookie_nor_token_serves_after_logging_out(stranger: aiohttp.ClientSession) -> None:
    token = await log_in(stranger)
    cookie, bearer = {"Cookie": f"{COOKIE}={token}"}, {"Authorization": f"Bearer {token}"}

    async with stranger.delete(SESSION, headers=cookie | OWN) as answer:
        emptied = answer.cookies[COOKIE]

    assert (answer.status, emptied.value, emptied["max-age"]) == (204, "", "0")
    for credential in (cookie, bearer, cookie | OWN):
        assert (await ask(stranger, "GET", SESSION, headers=credential))[0] == 401
        assert (await ask(stranger, "DELETE", SESSION, headers=credential | OWN))[0] == 401


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


async def test_use_is_written_down_once_a_minute(api_url: str, stranger: aiohttp.ClientSession, mongo: Mongo) -> None:
    token = await log_in(stranger)
    sessions = mongo.database["sessions"]
    [session] = await sessions.find(sort=[("created_at", -1)], limit=1).to_list(None)

    async def idle_until_after(seconds: int) -> bool:
        """Use the session when so many seconds have gone by; say whether that was written down."""
        left = [{"$set": {"idle_until": {"$add": ["$$NOW", 1_800_000 - seconds * 1_000]}}}]
        await sessions.update_one({"_id": session["_id"]}, left)
        before = await sessions.find_one({"_id": session["_id"]})
        assert await is_open(api_url, token)
        return bool(await sessions.find_one({"_id": session["_id"]}) != before)

    assert [await idle_until_after(seconds) for seconds in (0, 40, 75, 1_700)] == [False, False, True, True]


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
        assert await users.replace(changed, expected_version=user.version) is Written.DONE
        await sessions.close_all(login)

    throttle = LoginThrottle(LoginFailures(mongo.database))
    log_in_slowly = LogIn(users, sessions, CheckedMeanwhile(change_password), throttle)

    with pytest.raises(Refused) as refused:
        await log_in_slowly.open_session(login, PASSWORD, client=Client("192.0.2.1", "a browser"))

    assert refused.value.code is ProblemCode.INVALID_PASSWORD
    assert await mongo.database["sessions"].count_documents({"login": login}) == 0
