"""Tokens for scripts."""

import re
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from admin_api.accounts.auth import LOGGED_IN, LoggedIn
from admin_api.accounts.token_routes import NewToken, TokenRoutes
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import BODY, CLIENT_ADDRESS
from admin_api.rest.problems import Refused
from photochanger.domain.api_token import API_TOKEN, ApiToken
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.api_token_repository import ApiTokenRepository
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.user_repository import UserRepository, Written
from tests.admin_people import LOGIN, PASSWORD, ask, fields, log_in, logged_in

SESSION, TOKENS, USERS, SLOTS = "/api/v1/session", "/api/v1/tokens", "/api/v1/users", "/api/v1/slots"
SETTINGS = "/api/v1/settings"
#: Bad in itself: whoever may do this at all is told which field is wrong.
UNHEARD = {"unheard": 1}
NOTHING: Mapping[str, object] = MappingProxyType({})


async def a_token(
    http: aiohttp.ClientSession, role: str = "viewer", given: Mapping[str, object] = NOTHING
) -> tuple[str, str]:
    """Give the token and its id."""
    status, made = await ask(http, "POST", TOKENS, {"name": "nightly", "role": role, **given})
    assert status == 201, made
    return made["token"], made["id"]


async def a_person(admin: aiohttp.ClientSession, role: str) -> str:
    login = f"user-{uuid.uuid4().hex[:8]}"
    status, _ = await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": role})
    assert status == 201
    return login


async def test_a_token_is_shown_once_recognised_by_scanners_and_kept_as_a_hash(
    api_url: str, admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    status, made = await ask(admin, "POST", TOKENS, {"name": "nightly export", "role": "operator"})
    _, page = await ask(admin, "GET", TOKENS)

    assert status == 201
    assert API_TOKEN.fullmatch(made["token"])
    listed = page["items"][0]
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert (listed["login"], listed["name"], listed["role"]) == (LOGIN, "nightly export", "operator")
    assert (listed["is_read_only"], listed["last_used_at"]) == (False, None)
    everything = [await mongo.database[name].find().to_list(None) for name in ("api_tokens", "audit", "sessions")]
    assert made["token"] not in str(everything)
    async with logged_in(api_url, made["token"]) as http:
        _, session = await ask(http, "GET", SESSION)
    assert (session["login"], session["role"], session["script"]) == (LOGIN, "operator", "nightly export")
    assert (session["id"], session["expires_at"]) == (made["id"], made["expires_at"])


async def test_use_of_a_token_is_written_down_once_a_minute(
    api_url: str, admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    token, token_id = await a_token(admin)
    tokens, name = mongo.database["api_tokens"], {"_id": re.compile(f"^{token_id}")}

    async def used_at() -> object:
        async with logged_in(api_url, token) as http:
            await ask(http, "GET", SESSION)
        row = await tokens.find_one(name)
        assert row is not None
        return row["last_used_at"]

    first, again = await used_at(), await used_at()
    await tokens.update_one(name, [{"$set": {"last_used_at": {"$subtract": ["$$NOW", 61_000]}}}])
    later = await used_at()

    assert first is not None
    assert first == again != later


@pytest.mark.parametrize(("given", "days"), [({}, 90), ({"expires_in_days": 365}, 365), ({"expires_in_days": 1}, 1)])
async def test_a_token_ends_by_the_databases_clock(
    api_url: str, admin: aiohttp.ClientSession, mongo: Mongo, given: dict[str, object], days: int
) -> None:
    token, token_id = await a_token(admin, given=given)
    name = {"_id": re.compile(f"^{token_id}")}
    row = await mongo.database["api_tokens"].find_one(name)
    assert row is not None
    assert (row["expires_at"] - row["created_at"]).days == days

    await mongo.database["api_tokens"].update_one(name, [{"$set": {"expires_at": "$$NOW"}}])

    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", SESSION))[0] == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 65}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"role": "owner"}, "/role"),
        ({"expires_in_days": 0}, "/expires_in_days"),
        ({"expires_in_days": 366}, "/expires_in_days"),
        ({"is_read_only": "yes"}, "/is_read_only"),
        ({"login": "somebody"}, "/login"),
    ],
)
async def test_a_wrong_token_request_names_the_field(
    admin: aiohttp.ClientSession, mongo: Mongo, change: dict[str, object], pointer: str
) -> None:
    before = await mongo.database["api_tokens"].count_documents({})

    status, problem = await ask(admin, "POST", TOKENS, {"name": "x", "role": "viewer"} | change)

    assert (status, fields(problem)) == (422, [pointer])
    assert await mongo.database["api_tokens"].count_documents({}) == before


async def test_a_token_is_not_above_its_owner(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    login = await a_person(admin, "operator")

    async with logged_in(api_url, await log_in(stranger, login)) as http:
        status, problem = await ask(http, "POST", TOKENS, {"name": "x", "role": "admin"})
        token, _ = await a_token(http, "operator")

    assert (status, fields(problem)) == (422, ["/role"])
    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", USERS))[0] == 403


async def test_a_token_may_do_what_its_role_may(api_url: str, admin: aiohttp.ClientSession) -> None:
    (viewer, _), (full, _) = await a_token(admin), await a_token(admin, "admin")

    async with logged_in(api_url, viewer) as http:
        assert (await ask(http, "GET", SLOTS))[0] == 200
        assert (await ask(http, "POST", SLOTS, UNHEARD))[0] == 403
    async with logged_in(api_url, full) as http:
        assert (await ask(http, "POST", SLOTS, UNHEARD))[0] == 422
        assert (await ask(http, "GET", USERS))[0] == 200


async def test_a_read_only_token_changes_nothing(api_url: str, admin: aiohttp.ClientSession) -> None:
    token, _ = await a_token(admin, "admin", {"is_read_only": True})

    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", USERS))[0] == 200
        for method, path in (("POST", SLOTS), ("PATCH", SETTINGS), ("DELETE", f"{SLOTS}/none")):
            status, problem = await ask(http, method, path, UNHEARD)
            assert (status, problem["detail"]) == (403, "This token may only read.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", TOKENS),
        ("DELETE", f"{TOKENS}/x"),
        ("PUT", f"{SESSION}/password"),
        ("DELETE", SESSION),
        ("DELETE", "/api/v1/sessions"),
        ("DELETE", "/api/v1/sessions/x"),
        ("POST", USERS),
        ("PATCH", f"{USERS}/{LOGIN}"),
        ("DELETE", f"{USERS}/{LOGIN}"),
        ("POST", f"{USERS}/{LOGIN}/one-time-password"),
    ],
)
async def test_no_token_gives_or_takes_access(
    api_url: str, admin: aiohttp.ClientSession, method: str, path: str
) -> None:
    token, _ = await a_token(admin, "admin")

    async with logged_in(api_url, token) as http:
        status, problem = await ask(http, method, path, UNHEARD)

    assert (status, problem["code"]) == (403, "forbidden")


async def test_a_demoted_owners_token_loses_at_once_and_a_disabled_ones_everything(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    login = await a_person(admin, "admin")
    async with logged_in(api_url, await log_in(stranger, login)) as http:
        token, _ = await a_token(http, "admin")

    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", USERS))[0] == 200
        await ask(admin, "PATCH", f"{USERS}/{login}", {"role": "viewer"}, headers={"If-Match": '"1"'})
        assert (await ask(http, "GET", USERS))[0] == 403
        assert (await ask(http, "GET", SESSION))[1]["role"] == "viewer"
        await ask(admin, "PATCH", f"{USERS}/{login}", {"is_active": False}, headers={"If-Match": '"2"'})
        assert (await ask(http, "GET", SESSION))[0] == 401


async def test_a_token_that_was_meant_for_less_is_not_raised_with_its_owner(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    login = await a_person(admin, "viewer")
    async with logged_in(api_url, await log_in(stranger, login)) as http:
        token, _ = await a_token(http)

    await ask(admin, "PATCH", f"{USERS}/{login}", {"role": "admin"}, headers={"If-Match": '"1"'})

    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", USERS))[0] == 403


async def test_a_revoked_token_is_worthless(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = await a_person(admin, "operator")
    async with logged_in(api_url, await log_in(stranger, login)) as owner:
        tokens = [await a_token(owner) for _ in range(3)]
        (_, own_id), (_, foreign_id), _ = tokens
        async with logged_in(api_url, await log_in(stranger, await a_person(admin, "operator"))) as other:
            assert (await ask(other, "DELETE", f"{TOKENS}/{own_id}"))[0] == 404
            assert (await ask(other, "GET", f"{TOKENS}?everybody=true"))[0] == 403
            assert (await ask(other, "GET", TOKENS))[1]["items"] == []
        revoked = [(await ask(owner, "DELETE", f"{TOKENS}/{own_id}"))[0] for _ in range(2)]
        revoked.append((await ask(admin, "DELETE", f"{TOKENS}/{foreign_id}"))[0])

    assert revoked == [204, 404, 204]
    opened = []
    for token, _ in tokens:
        async with logged_in(api_url, token) as http:
            opened.append((await ask(http, "GET", SESSION))[0])
    assert opened == [401, 401, 200]
    _, page = await ask(admin, "GET", f"{TOKENS}?everybody=true&limit=1")
    assert [shown["login"] for shown in page["items"]] == [login]
    entries = await mongo.database["audit"].find({"action": "revoke", "after.login": login}).to_list(None)
    assert [entry["actor"] for entry in entries] == [login, LOGIN]


class TakenMeanwhile(ApiTokenRepository):
    """All access of the owner is taken away just before his token is written."""

    def __init__(self, mongo: Mongo) -> None:
        super().__init__(mongo.database)
        self._users = UserRepository(mongo.database)

    async def create(self, token_hash: str, *, login: str, **given: Any) -> ApiToken:
        user = await self._users.find(login)
        assert user is not None
        changed = user.model_copy(update={"password_hash": "another"})
        assert await self._users.replace(changed, expected_version=user.version) is Written.DONE
        await self.revoke_all(login)
        return await super().create(token_hash, login=login, **given)


async def test_no_token_is_made_past_the_end_of_all_tokens(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    login = await a_person(admin, "operator")
    user = await UserRepository(mongo.database).find(login)
    assert user is not None
    session = await SessionRepository(mongo.database).open("ab" * 32, login=login, lifetime_seconds=60)
    request = make_mocked_request("POST", TOKENS)
    request[LOGGED_IN], request[CLIENT_ADDRESS] = LoggedIn(user, session), "192.0.2.1"
    request[BODY] = NewToken(name="late", role=Role.VIEWER)
    audit = Audit(AuditRepository(mongo.database))

    with pytest.raises(Refused) as refused:
        await TokenRoutes(TakenMeanwhile(mongo), UserRepository(mongo.database), audit).create(request)

    assert refused.value.code is ProblemCode.CONFLICT
    assert await mongo.database["api_tokens"].count_documents({"login": login}) == 0


@pytest.mark.parametrize("ends", [False, True])
async def test_a_new_password_ends_tokens_only_if_asked_to(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, ends: bool
) -> None:
    login = await a_person(admin, "viewer")
    async with logged_in(api_url, await log_in(stranger, login)) as owner:
        token, _ = await a_token(owner)
        change = {"current_password": PASSWORD, "new_password": "a new canary password", "end_tokens": ends}
        assert (await ask(owner, "PUT", f"{SESSION}/password", change))[0] == 204

    async with logged_in(api_url, token) as http:
        assert (await ask(http, "GET", SESSION))[0] == (401 if ends else 200)


async def test_a_change_by_a_script_names_its_token_in_the_audit(
    api_url: str, admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    token, _ = await a_token(admin, "admin", {"name": "rotates passwords"})

    async with logged_in(api_url, token) as http:
        status, _ = await ask(http, "POST", f"{SETTINGS}/ingest-password", {})
    _, audit = await ask(admin, "GET", "/api/v1/audit?limit=1")

    assert status == 200
    assert (audit["items"][0]["actor"], audit["items"][0]["script"]) == (LOGIN, "rotates passwords")


async def test_a_token_is_no_cookie(
    api_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession
) -> None:
    token, _ = await a_token(admin, "admin")

    cookie = {"Cookie": f"__Host-photochanger_session={token}"}

    assert (await ask(stranger, "GET", SESSION, headers=cookie))[0] == 401
