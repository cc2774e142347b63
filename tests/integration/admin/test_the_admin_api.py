"""Administrators log in and look; everybody else is told why not."""

import aiohttp
import pytest

from photochanger.domain.job import Job
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_people import LOGIN, PASSWORD, fields, log_in
from tests.job_rows import new_job, new_slot
from tests.service_process import running_service

BASE_URL = "https://photos.example"


async def test_the_first_administrator_logs_in_with_what_the_settings_say(stranger: aiohttp.ClientSession) -> None:
    async with stranger.post("/api/v1/session", json={"login": LOGIN, "password": PASSWORD}) as answer:
        body = await answer.json()

        assert (answer.status, body["login"], body["role"]) == (201, LOGIN, "admin")
        assert len(body["token"]) >= 43
        cookie = answer.cookies["__Host-photochanger_session"]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", True)


async def test_neither_password_nor_token_is_kept_as_it_is(stranger: aiohttp.ClientSession, mongo: Mongo) -> None:
    token = await log_in(stranger)

    users = await mongo.database["users"].find().to_list(None)
    sessions = await mongo.database["sessions"].find().to_list(None)

    assert all(user["password_hash"].startswith("$argon2id$") for user in users)
    assert token not in str(sessions)
    assert PASSWORD not in str(users)


@pytest.mark.parametrize("login", [LOGIN, "nobody"])
async def test_a_wrong_password_and_an_unknown_login_are_told_alike(
    stranger: aiohttp.ClientSession, login: str
) -> None:
    async with stranger.post("/api/v1/session", json={"login": login, "password": "wrong"}) as answer:
        body = await answer.json()

    assert (answer.status, body["code"], body["detail"]) == (401, "invalid_password", "Login or password is wrong.")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('{"login": "admin"}', ["/password"]),
        ('{"login": 7, "password": "x"}', ["/login"]),
        ('{"login": {"$gt": ""}, "password": "x"}', ["/login/$gt"]),
        ('{"login": "admin", "password": "x", "role": "admin"}', ["/role"]),
        ('{"login": "admin", "password": "x", "a.b/c": [{"$d": 1}]}', ["/a.b~1c", "/a.b~1c/0/$d"]),
        ("[]", [""]),
    ],
)
async def test_a_wrong_login_request_names_the_field(
    stranger: aiohttp.ClientSession, body: str, wrong: list[str]
) -> None:
    headers = {"Content-Type": "application/json"}
    async with stranger.post("/api/v1/session", data=body, headers=headers) as answer:
        problem = await answer.json()

    assert (answer.status, problem["code"], fields(problem)) == (422, "invalid_fields", wrong)


async def test_a_form_is_no_login(stranger: aiohttp.ClientSession) -> None:
    async with stranger.post("/api/v1/session", data={"login": LOGIN, "password": PASSWORD}) as answer:
        assert answer.status == 415


async def test_an_oversized_body_is_refused(stranger: aiohttp.ClientSession) -> None:
    async with stranger.post("/api/v1/session", json={"login": "x", "password": "x" * 100_000}) as answer:
        assert answer.status == 413


async def test_a_logged_out_token_is_worthless(stranger: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {await log_in(stranger)}"}

    async with stranger.delete("/api/v1/session", headers=headers) as answer:
        assert answer.status == 204
    async with stranger.get("/api/v1/session", headers=headers) as answer:
        assert answer.status == 401


async def test_a_session_ends_by_the_databases_clock(stranger: aiohttp.ClientSession, mongo: Mongo) -> None:
    headers = {"Authorization": f"Bearer {await log_in(stranger)}"}

    await mongo.database["sessions"].update_many({}, [{"$set": {"expires_at": "$$NOW"}}])

    async with stranger.get("/api/v1/session", headers=headers) as answer:
        assert answer.status == 401


async def test_slots_are_listed_with_the_link_to_post_to_and_without_secrets(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    await SlotRepository(mongo.database).insert_if_missing(new_slot(id="wedding", ingest_password_verifier="ab" * 32))

    async with admin.get("/api/v1/slots") as answer:
        text = await answer.text()
        slots = {slot["id"]: slot for slot in (await answer.json())["items"]}

    assert slots["wedding"]["ingest_url"] == f"{BASE_URL}/ingest/wedding"
    assert slots["wedding"]["has_own_password"] is True
    assert "ab" * 32 not in text


async def admitted(mongo: Mongo, count: int) -> list[Job]:
    await mongo.database["jobs"].delete_many({})
    jobs = JobRepository(mongo.database)
    return [await jobs.admit(new_job(), left_ms=10_000) for _ in range(count)]


async def test_jobs_come_newest_first_page_by_page_and_each_once(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    jobs = await admitted(mongo, 7)
    one_moment = {"$set": {"created_at": jobs[0].created_at}}
    await mongo.database["jobs"].update_many({"_id": {"$in": [job.id for job in jobs[:4]]}}, one_moment)

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        async with admin.get(f"/api/v1/jobs?limit=3{cursor and f'&cursor={cursor}'}") as answer:
            page = await answer.json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [job.id for job in reversed(jobs[4:])] + sorted((job.id for job in jobs[:4]), reverse=True)


async def test_one_job_is_shown_with_its_story_and_without_secrets(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    (job,) = await admitted(mongo, 1)

    async with admin.get(f"/api/v1/jobs/{job.id}") as answer:
        shown = await answer.json()

    assert (shown["id"], shown["status"], [event["name"] for event in shown["events"]]) == (
        job.id,
        "pending",
        ["received"],
    )
    assert shown["result_url"] is None
    assert {"reply_to", "finalized_by", "result_inline_base64", "public_id"}.isdisjoint(shown)


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("cursor=$ne", "cursor"), ("sort=1", "sort")],
)
async def test_a_wrong_query_names_the_field(admin: aiohttp.ClientSession, query: str, field: str) -> None:
    async with admin.get(f"/api/v1/jobs?{query}") as answer:
        problem = await answer.json()

    assert (answer.status, fields(problem)) == (422, [f"/{field}"])


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/jobs", 405)])
async def test_what_does_not_exist_is_a_problem_too(
    admin: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with admin.request(method, path) as answer:
        assert (answer.status, answer.content_type) == (status, "application/problem+json")


async def test_the_front_page_says_where_everything_is_and_loads_nothing(stranger: aiohttp.ClientSession) -> None:
    async with stranger.get("/") as answer:
        text = await answer.text()

    assert answer.status == 200
    assert f"{BASE_URL}/ingest/" in text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_existing_administrator_is_not_made_anew(api_settings: dict[str, str], mongo: Mongo) -> None:
    before = await mongo.database["users"].find().to_list(None)

    other = {"ADMIN_PORT": "0", "ADMIN_LOGIN": "other", "ADMIN_PASSWORD": "another password"}
    with running_service("admin_api", api_settings | other) as service:
        assert service.terminate(within_seconds=5) == 0

    assert await mongo.database["users"].find().to_list(None) == before
