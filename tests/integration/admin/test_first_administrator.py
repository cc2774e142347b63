"""How somebody gets in on the first day, and after the last password is lost."""

import asyncio
import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from admin_api.accounts.first_administrator import FirstAdministrator
from admin_api.accounts.passwords import Passwords
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import configure_logging
from tests.admin_people import LOGIN, PASSWORD, ask, log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api
from tests.servers import RunningServer
from tests.service_process import ROOT, service_environment

SESSION, USERS = "/api/v1/session", "/api/v1/users"
NEW_PASSWORD = "a new canary password"


@pytest.fixture
async def fresh(mongodb: RunningServer) -> AsyncIterator[tuple[Mongo, str]]:
    """An empty database and its address."""
    url = mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")
    async with connect(SecretStr(url), timeout_ms=3_000) as mongo:
        yield mongo, url
        await mongo.database.client.drop_database(mongo.database.name)


def printed(log: str) -> list[str]:
    """Give every one-time password in the log."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [line["one_time_password"] for line in lines if line.get("one_time_password")]


async def test_without_a_configured_password_one_is_printed_once_and_must_be_changed(
    fresh: tuple[Mongo, str], capfd: pytest.CaptureFixture[str]
) -> None:
    settings = admin_settings(fresh[1])
    del settings["ADMIN_LOGIN"], settings["ADMIN_PASSWORD"]

    with running_admin_api(settings) as url, running_admin_api(settings):
        log = capfd.readouterr().out
        [password] = printed(log)
        assert log.count(password) == 1
        async with aiohttp.ClientSession(url) as http:
            token = await log_in(http, "admin", password)
        async with logged_in(url, token) as http:
            assert (await ask(http, "GET", USERS))[1]["code"] == "password_change_required"
            change = {"current_password": password, "new_password": NEW_PASSWORD}
            assert (await ask(http, "PUT", f"{SESSION}/password", change))[0] == 204
            assert (await ask(http, "GET", USERS))[0] == 200
    with running_admin_api(settings):
        pass

    after = capfd.readouterr().out
    assert printed(after) == []
    assert password not in after
    everything = [await fresh[0].database[name].find().to_list(None) for name in ("users", "audit", "sessions")]
    assert password not in str(everything)


async def test_of_two_replicas_that_start_at_once_one_prints_the_password_that_serves(
    fresh: tuple[Mongo, str], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("admin-api", "INFO")
    users, passwords = UserRepository(fresh[0].database), Passwords()

    replicas = [FirstAdministrator(users, passwords, login="admin", password=None) for _ in range(2)]
    await asyncio.gather(*(replica.ensure() for replica in replicas))

    [password] = printed(capsys.readouterr().out)
    user = await users.find("admin")
    assert user is not None
    assert await passwords.matches(password, user.password_hash)


async def test_a_configured_password_is_nowhere_in_the_log(
    fresh: tuple[Mongo, str], capfd: pytest.CaptureFixture[str]
) -> None:
    with running_admin_api(admin_settings(fresh[1])):
        pass

    log = capfd.readouterr().out
    assert "first_administrator_created" in log
    assert PASSWORD not in log
    assert printed(log) == []


def command(mongo_url: str, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    environment = service_environment({"MONGO_URL": mongo_url} if mongo_url else {})
    line = [sys.executable, "-m", "admin_api.create_administrator", *arguments]
    return subprocess.run(
        line, env=environment, cwd=ROOT, input=typed, text=True, capture_output=True, timeout=30, check=False
    )


async def test_the_command_makes_an_administrator_with_a_one_time_password(
    api_url: str, mongo_url: str, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = f"user-{uuid.uuid4().hex[:8]}"

    done = command(mongo_url, "--login", login)

    assert done.returncode == 0
    password = done.stdout.strip().removeprefix(f"administrator {login}, one-time password ")
    _, session = await ask(stranger, "POST", SESSION, {"login": login, "password": password})
    assert (session["role"], session["must_change_password"]) == ("admin", True)
    entry = await mongo.database["audit"].find_one({"target": f"users/{login}"})
    assert entry is not None
    assert (entry["actor"], entry["action"], entry["outcome"]) == (
        "create_administrator",
        "create_administrator",
        "done",
    )
    assert password not in str(entry)


async def test_the_command_lets_in_who_lost_his_password_whatever_became_of_him(
    api_url: str, mongo_url: str, admin: aiohttp.ClientSession, stranger: aiohttp.ClientSession, mongo: Mongo
) -> None:
    login = f"user-{uuid.uuid4().hex[:8]}"
    await ask(admin, "POST", USERS, {"login": login, "password": PASSWORD, "role": "admin"})
    session = await log_in(stranger, login)
    async with logged_in(api_url, session) as http:
        _, made = await ask(http, "POST", "/api/v1/tokens", {"name": "x", "role": "viewer"})
    change = {"role": "viewer", "is_active": False}
    await ask(admin, "PATCH", f"{USERS}/{login}", change, headers={"If-Match": '"1"'})
    for place in ("", " from 127.0.0.1"):
        wait = [{"$set": {"count": 5_000, "wait_until": {"$add": ["$$NOW", 900_000]}}}]
        await mongo.database["login_failures"].update_one({"_id": f"account {login}{place}"}, wait, upsert=True)

    done = command(mongo_url, "--login", login, "--ask", typed=f"{NEW_PASSWORD}\n")

    assert (done.returncode, done.stdout) == (0, f"administrator {login}\n")
    _, opened = await ask(stranger, "POST", SESSION, {"login": login, "password": NEW_PASSWORD})
    assert (opened["role"], opened["must_change_password"]) == ("admin", False)
    for credential in (session, made["token"]):
        async with logged_in(api_url, credential) as http:
            assert (await ask(http, "GET", SESSION))[0] == 401


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (("--ask",), "short\n", (1, "12 to 256 characters")),
        (("--ask",), "password1234\n", (1, "one of the most common")),
        (("--ask",), "", (1, "12 to 256 characters")),
        (("--ask", "--login", "a b"), f"{NEW_PASSWORD}\n", (2, "letters, digits")),
        (("--password", NEW_PASSWORD), "", (2, "unrecognized arguments")),
    ],
)
async def test_what_the_command_cannot_use_changes_nothing(
    mongo_url: str, mongo: Mongo, arguments: tuple[str, ...], typed: str, told: tuple[int, str]
) -> None:
    before = await mongo.database["users"].find().to_list(None)

    done = command(mongo_url, *arguments, typed=typed)

    assert (done.returncode, done.stdout) == (told[0], "")
    assert told[1] in done.stderr
    assert await mongo.database["users"].find().to_list(None) == before


async def test_the_command_names_what_it_lacks() -> None:
    unset = command("", "--login", LOGIN)
    away = command("mongodb://127.0.0.1:9/photochanger?serverSelectionTimeoutMS=500", "--login", LOGIN)

    assert (unset.returncode, unset.stderr) == (78, "create_administrator: MONGO_URL is wrong or missing\n")
    assert (away.returncode, away.stderr) == (1, "create_administrator: the database does not answer: run this again\n")
