"""The built web UI beside the API."""

import asyncio
import gzip
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.admin_process import BASE_URL, admin_settings, running_admin_api
from tests.built_ui import INDEX, SCRIPT, small_ui
from tests.service_process import service_environment

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "identity"}
SCRIPT_PATH = "/assets/main-a1b2.js"


@pytest.fixture(scope="module")
def api_settings(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return admin_settings(mongo_url) | {"WEB_FOLDER": str(small_ui(tmp_path_factory.mktemp("ui")))}


@pytest.mark.parametrize("path", ["/", "/slots", "/slots/evening-2/edit?tab=history", "/apis", "/index.html"])
async def test_every_address_of_the_ui_is_its_one_page(stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.get(path, headers=BROWSER) as answer:
        assert (answer.status, await answer.read()) == (200, INDEX)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_a_program_gets_the_page_at_the_front_door_only(stranger: aiohttp.ClientSession) -> None:
    async with stranger.get("/", headers={"Accept": "*/*"}) as front, stranger.get("/slots") as other:
        assert (front.status, other.status) == (200, 404)
        assert other.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/nothing",
        "/assets",
        "/assets/gone-c3d4.js",
        "/health/live",
        "/metrics",
    ],
)
async def test_what_is_no_page_is_never_answered_with_the_page(stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.get(path, headers=BROWSER) as answer:
        assert (answer.status, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/.built-from", "/../.built-from", "/%2e%2e/settings.py", "/assets/..%2f.built-from", "/index.html.gz"]
)
async def test_nothing_but_the_ui_s_own_files_can_be_had(api_url: str, path: str) -> None:
    target = urlsplit(api_url)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 404")


async def test_an_asset_may_be_kept_for_a_year_and_comes_compressed_to_whoever_takes_that(api_url: str) -> None:
    async with aiohttp.ClientSession(api_url, auto_decompress=False) as raw:
        async with raw.get(SCRIPT_PATH, headers={"Accept-Encoding": "br, gzip"}) as small:
            assert gzip.decompress(await small.read()) == SCRIPT
            assert small.headers["Content-Encoding"] == "gzip"
        for unwilling in ("identity", "gzip;q=0", "br"):
            async with raw.get(SCRIPT_PATH, headers={"Accept-Encoding": unwilling}) as plain:
                assert await plain.read() == SCRIPT
                assert "Content-Encoding" not in plain.headers

    assert small.headers["Content-Type"] == "text/javascript; charset=utf-8"
    for answer in (small, plain):
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in answer.headers.getall("Vary")
    assert small.headers["ETag"] != plain.headers["ETag"]


async def test_a_page_that_is_known_is_not_sent_again(stranger: aiohttp.ClientSession) -> None:
    async with stranger.get("/slots", headers=BROWSER) as first:
        etag = first.headers["ETag"]
    async with stranger.get("/slots", headers=BROWSER | {"If-None-Match": f'"other", W/{etag}'}) as again:
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", etag)
    async with stranger.get("/slots", headers=BROWSER | {"If-None-Match": '"other"'}) as changed:
        assert changed.status == 200


async def test_head_tells_the_same_without_the_content(stranger: aiohttp.ClientSession) -> None:
    async with stranger.head("/", headers=BROWSER) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(INDEX))


@pytest.mark.parametrize("path", ["/", "/slots", SCRIPT_PATH])
async def test_nothing_is_changed_through_a_page(stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.post(path, headers=BROWSER, json={}) as answer:
        assert (answer.status, answer.content_type) == (405 if path == "/" else 404, "application/problem+json")


async def test_the_page_may_load_nothing_from_strangers_and_run_no_inline_script(
    stranger: aiohttp.ClientSession,
) -> None:
    async with stranger.get("/", headers=BROWSER) as answer:
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))

    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {BASE_URL}",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }


@pytest.mark.parametrize("path", ["/", SCRIPT_PATH, "/favicon.svg"])
async def test_every_file_carries_the_security_headers(stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.get(path, headers=BROWSER) as answer:
        headers = answer.headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Server" not in headers


async def test_over_plain_http_nobody_is_told_to_insist_on_https(api_settings: dict[str, str]) -> None:
    plain = api_settings | {"PHOTOCHANGER_PUBLIC_BASE_URL": "http://192.168.1.7:8080"}
    with running_admin_api(plain) as url:
        async with aiohttp.ClientSession(url) as http, http.get("/", headers=BROWSER) as answer:
            assert "Strict-Transport-Security" not in answer.headers
            assert "http://192.168.1.7:8080" in answer.headers["Content-Security-Policy"]


def test_a_folder_without_the_ui_is_named_at_the_start(api_settings: dict[str, str], tmp_path: Path) -> None:
    wrong = api_settings | {"METRICS_PORT": "0", "WEB_FOLDER": str(tmp_path)}
    command = [sys.executable, "-m", "admin_api"]

    ended = subprocess.run(
        command, env=service_environment(wrong), capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.returncode == 78
    assert "WEB_FOLDER: must be a folder with the built web UI" in ended.stderr
