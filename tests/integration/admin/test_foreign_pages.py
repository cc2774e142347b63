"""What other pages can do with an administrator's browser: nothing, each way its own case."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
import pytest

from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import LOGIN, PASSWORD, ask, log_in
from tests.admin_process import admin_settings

USERS, SESSION = "/api/v1/users", "/api/v1/session"
COOKIE = "__Host-photochanger_session"
OURS = "https://admin.example"
#: Where a SPA of ours is not: each differs from `OURS` in one thing.
VARIANTS = {
    "null": "null",
    "anybody": "*",
    "another": "https://evil.example",
    "suffix": "https://admin.example.evil.example",
    "prefix": "https://evil-admin.example",
    "subdomain": "https://x.admin.example",
    "http": "http://admin.example",
    "port": "https://admin.example:8443",
    "default port": "https://admin.example:443",
    "case": "https://Admin.example",
    "slash": "https://admin.example/",
    "dot": "https://admin.example.",
    "two": "https://admin.example, https://evil.example",
}


@pytest.fixture(scope="module")
def api_settings(mongo_url: str) -> dict[str, str]:
    return admin_settings(mongo_url) | {"ADMIN_ALLOWED_ORIGINS": f"{OURS}, https://booth.example:8443"}


@pytest.fixture
async def cookie(stranger: aiohttp.ClientSession) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={await log_in(stranger)}"}


def with_own_host(headers: Mapping[str, str], api_url: str) -> dict[str, str]:
    return {name: value.replace("HOST", urlsplit(api_url).netloc) for name, value in headers.items()}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 422, id="fetch same-origin"),
        pytest.param({"Sec-Fetch-Site": "none"}, 422, id="fetch by the person"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="fetch same-site"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="fetch cross-site"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403, id="fetch and origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "https://HOST"}, 403, id="fetch against origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "X-PhotoChanger-Request": "1"}, 403, id="fetch and own header"),
        pytest.param({"Sec-Fetch-Site": "unheard"}, 403, id="fetch of a kind unheard of"),
        pytest.param({"Sec-Fetch-Site": ""}, 403, id="fetch empty"),
        pytest.param({"Origin": "https://HOST"}, 422, id="origin own"),
        pytest.param({"Origin": "HTTPS://HOST"}, 422, id="origin own in capitals"),
        pytest.param({"Origin": "http://HOST"}, 403, id="origin own by http"),
        pytest.param({"Origin": "https://HOST.evil.example"}, 403, id="origin suffix"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="origin foreign"),
        pytest.param({"Origin": "https://127.0.0.1"}, 403, id="origin other port"),
        pytest.param({"Origin": "https://HOST/"}, 403, id="origin with a path"),
        pytest.param({"Origin": "https://x@HOST"}, 403, id="origin with a user"),
        pytest.param({"Origin": "https://["}, 403, id="origin broken"),
        pytest.param({"Origin": "null"}, 403, id="origin null"),
        pytest.param({"Origin": ""}, 403, id="origin empty"),
        pytest.param({"Origin": "null", "X-PhotoChanger-Request": "1"}, 403, id="origin null and own header"),
        pytest.param({"Referer": "https://HOST/"}, 403, id="only a referer"),
        pytest.param({}, 403, id="nothing said"),
        pytest.param({"X-PhotoChanger-Request": "1"}, 422, id="own header"),
        pytest.param({"Origin": OURS, "Sec-Fetch-Site": "same-site"}, 422, id="our other page"),
    ],
)
async def test_only_our_own_page_changes_things_with_the_cookie(
    api_url: str, stranger: aiohttp.ClientSession, cookie: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """422: it came so far that a field is looked at."""
    sent = cookie | with_own_host(headers, api_url)

    answered, _ = await ask(stranger, "POST", USERS, {"unheard": 1}, headers=sent)
    looked, _ = await ask(stranger, "GET", SESSION, headers=sent)

    assert (answered, looked) == (status, 200)


@pytest.mark.parametrize("origin", VARIANTS.values(), ids=VARIANTS)
async def test_a_page_that_resembles_ours_changes_nothing(
    stranger: aiohttp.ClientSession, cookie: dict[str, str], origin: str
) -> None:
    for method, path in (("POST", USERS), ("DELETE", SESSION), ("PUT", f"{SESSION}/password"), ("PATCH", USERS + "/x")):
        headers = cookie | {"Origin": origin}
        assert (await ask(stranger, method, path, {"unheard": 1}, headers=headers))[0] == 403

    assert (await ask(stranger, "GET", SESSION, headers=cookie))[0] == 200


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""]
)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_form_of_another_page_changes_nothing(
    stranger: aiohttp.ClientSession, cookie: dict[str, str], mongo: Mongo, content_type: str, origin: str | None
) -> None:
    """Forms need no leave from the API before they are sent."""
    before = await mongo.database["users"].count_documents({})
    body = f'{{"login": "planted", "password": "{PASSWORD}", "role": "admin"}}'.encode()
    headers = cookie | {"Content-Type": content_type} | ({} if origin is None else {"Origin": origin})

    async with stranger.post(USERS, data=body, headers=headers) as answer:
        assert answer.status == 403

    assert await mongo.database["users"].count_documents({}) == before


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
async def test_even_our_own_page_sends_json(
    stranger: aiohttp.ClientSession, cookie: dict[str, str], content_type: str
) -> None:
    headers = cookie | {"Content-Type": content_type, "Sec-Fetch-Site": "same-origin"}

    async with stranger.post(USERS, data=b"{}", headers=headers) as answer:
        assert answer.status == 415


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_bearer_token_needs_no_page(stranger: aiohttp.ClientSession, origin: str | None) -> None:
    """No browser sends it by itself."""
    headers = {"Authorization": f"Bearer {await log_in(stranger)}"} | ({} if origin is None else {"Origin": origin})

    assert (await ask(stranger, "POST", USERS, {"unheard": 1}, headers=headers))[0] == 422


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 201, id="a program"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 201, id="our page"),
        pytest.param({"Origin": OURS, "Sec-Fetch-Site": "same-site"}, 201, id="our other page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another page"),
        pytest.param({"Origin": "null"}, 403, id="a page that hides"),
    ],
)
async def test_no_other_page_logs_somebody_in(
    stranger: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    body = {"login": LOGIN, "password": PASSWORD}

    assert (await ask(stranger, "POST", SESSION, body, headers=headers))[0] == status


async def preflight(http: aiohttp.ClientSession, origin: str, path: str = USERS) -> tuple[int, Mapping[str, str]]:
    headers = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    async with http.options(path, headers=headers) as answer:
        return answer.status, answer.headers


@pytest.mark.parametrize("origin", [OURS, "https://booth.example:8443"])
async def test_the_browser_of_our_other_page_is_told_that_it_may(
    stranger: aiohttp.ClientSession, cookie: dict[str, str], origin: str
) -> None:
    status, asked = await preflight(stranger, origin)
    async with stranger.get(SESSION, headers=cookie | {"Origin": origin}) as answer:
        got = answer.headers

    assert status == 204
    for headers in (asked, got):
        assert headers["Access-Control-Allow-Origin"] == origin
        assert headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in headers["Vary"]
    assert {"PATCH", "DELETE"} <= set(asked["Access-Control-Allow-Methods"].split(", "))
    assert {"If-Match", "Content-Type"} <= set(asked["Access-Control-Allow-Headers"].split(", "))
    assert "ETag" in got["Access-Control-Expose-Headers"]


async def test_our_other_page_reads_refusals_too(stranger: aiohttp.ClientSession) -> None:
    for path, status in ((USERS, 401), ("/api/v1/nothing", 404)):
        async with stranger.get(path, headers={"Origin": OURS}) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, OURS)


@pytest.mark.parametrize("origin", VARIANTS.values(), ids=VARIANTS)
async def test_the_browser_of_another_page_is_told_nothing(
    stranger: aiohttp.ClientSession, cookie: dict[str, str], origin: str
) -> None:
    status, asked = await preflight(stranger, origin)
    async with stranger.get(SESSION, headers=cookie | {"Origin": origin}) as answer:
        got = answer.headers

    assert status == 405
    for headers in (asked, got):
        assert not [name for name in headers if name.lower().startswith("access-control-")]
        assert "Origin" in headers["Vary"]


async def test_a_question_without_a_method_is_no_preflight(stranger: aiohttp.ClientSession) -> None:
    async with stranger.options(USERS, headers={"Origin": OURS}) as answer:
        assert answer.status == 405
