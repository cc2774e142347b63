"""What runs in the web UI's image, nginx with our configuration, in front of a real admin API."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from deploy.local.fetch_browser import find_nginx
from deploy.local.ports import free_port_block
from tests.admin_people import ask, log_in, logged_in
from tests.admin_process import BASE_URL, admin_settings
from tests.built_ui import INDEX, small_ui
from tests.service_process import ROOT

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
READY_SECONDS = 30.0
COMPARED = (
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Cache-Control",
    "Content-Security-Policy",
    "Referrer-Policy",
    "Permissions-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Opener-Policy",
)


@contextmanager
def running_web(api_url: str, **settings: str) -> Iterator[tuple[str, str]]:
    """Give the addresses of pages and health; the image's files stand where its Dockerfile copies them."""
    nginx = find_nginx()
    assert nginx is not None, "no nginx here: `python -m deploy.local setup --only browser` fetches one"
    ports = free_port_block(2)
    with tempfile.TemporaryDirectory(prefix="photochanger-web-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file in (ROOT / "web" / "image").iterdir():
            shutil.copy(file, folder)
        small_ui(folder / "pages")
        run = folder / "run"
        run.mkdir()
        as_root = os.geteuid() == 0
        if as_root:
            os.chown(run, 10001, 10001)
        nobody = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"] if as_root else []
        environ = {
            "PATH": f"{nginx.parent}:{os.environ['PATH']}",
            "RUN_FOLDER": str(run),
            "LISTEN_HOST": "127.0.0.1",
            "WEB_PORT": str(ports),
            "METRICS_PORT": str(ports + 1),
            "ADMIN_API_URL": api_url,
            "PHOTOCHANGER_PUBLIC_BASE_URL": BASE_URL,
        }
        with subprocess.Popen([*nobody, folder / "start.sh"], env=environ | settings) as process:
            try:
                yield f"http://127.0.0.1:{ports}", f"http://127.0.0.1:{ports + 1}"
            finally:
                process.terminate()


async def wait_ready(health_url: str) -> None:
    end = time.monotonic() + READY_SECONDS
    async with aiohttp.ClientSession(health_url) as http:
        while True:
            try:
                async with http.get("/health/ready") as answer:
                    assert answer.status == 200
                    return
            except aiohttp.ClientConnectionError:
                assert time.monotonic() < end, "nginx did not come up"
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def api_settings(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    ui = {"WEB_FOLDER": str(small_ui(tmp_path_factory.mktemp("ui"))), "TRUSTED_PROXIES": "127.0.0.0/8"}
    return admin_settings(mongo_url) | ui


@pytest.fixture(scope="module")
def web_urls(api_url: str) -> Iterator[tuple[str, str]]:
    with running_web(api_url, TRUSTED_PROXIES="127.0.0.0/8, 10.1.0.0/16") as urls:
        yield urls


@pytest.fixture
async def web(web_urls: tuple[str, str]) -> str:
    await wait_ready(web_urls[1])
    return web_urls[0]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", ["/", "/slots/evening-2?tab=history", "/assets/main-a1b2.js", "/favicon.svg"])
async def test_the_pages_are_served_as_the_admin_api_serves_them(
    api_url: str, web: str, path: str, encoding: str
) -> None:
    answers = []
    for url in (api_url, web):
        async with (
            aiohttp.ClientSession(url, auto_decompress=False) as http,
            http.get(path, headers=BROWSER | {"Accept-Encoding": encoding}) as answer,
        ):
            told = {name: answer.headers.get(name) for name in COMPARED}
            # older lists of types name scripts in their own way
            told["Content-Type"] = (told["Content-Type"] or "").replace("application/java", "text/java")
            answers.append((answer.status, told, await answer.read()))

    assert answers[1] == answers[0]


async def test_what_is_no_page_is_not_found(web: str) -> None:
    async with aiohttp.ClientSession(web) as http:
        for path in ("/assets/gone-c3d4.js", "/health/live", "/metrics"):
            async with http.get(path, headers=BROWSER) as answer:
                assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store"), path
                assert "Content-Security-Policy" in answer.headers
        async with http.get("/slots", headers={"Accept": "*/*"}) as answer:
            assert answer.status == 404
        async with http.post("/slots", headers=BROWSER, json={}) as answer:
            assert answer.status == 405


async def test_a_page_that_is_known_is_not_sent_again(web: str) -> None:
    async with aiohttp.ClientSession(web, headers=BROWSER) as http:
        async with http.get("/slots") as first:
            assert await first.read() == INDEX
        async with http.get("/jobs", headers={"If-None-Match": first.headers["ETag"]}) as again:
            assert (again.status, again.headers["Cache-Control"]) == (304, "no-cache")


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [({}, "127.0.0.1"), ({"X-Forwarded-For": "9.9.9.9, 203.0.113.7, 10.1.0.3"}, "203.0.113.7")],
)
async def test_the_api_answers_behind_it_and_knows_who_asks(web: str, forwarded: dict[str, str], address: str) -> None:
    async with aiohttp.ClientSession(web, headers=forwarded) as stranger:
        token = await log_in(stranger)
    async with logged_in(web, token) as http:
        status, page = await ask(http, "GET", "/api/v1/sessions")
        async with http.get("/api/v1/session") as session:
            policy = session.headers.getall("Content-Security-Policy")

    assert status == 200
    assert next(one for one in page["items"] if one["is_this_one"])["address"] == address
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'")


async def test_live_events_are_passed_on_as_they_come(web: str) -> None:
    async with aiohttp.ClientSession(web) as stranger:
        token = await log_in(stranger)
    async with logged_in(web, token) as http, http.get("/api/v1/events") as answer:
        first = await asyncio.wait_for(answer.content.readany(), 5)

    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert b"event: " in first


async def test_it_is_asked_how_it_is_on_a_port_of_its_own(web_urls: tuple[str, str]) -> None:
    await wait_ready(web_urls[1])
    async with aiohttp.ClientSession(web_urls[1]) as http:
        async with http.get("/metrics") as answer:
            assert "photochanger_web_connections " in await answer.text()
        async with http.get("/", headers=BROWSER) as answer:
            assert answer.status == 404


def test_without_the_api_s_address_it_says_so() -> None:
    ended = subprocess.run(
        ["sh", ROOT / "web" / "image" / "start.sh"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode != 0
    assert "ADMIN_API_URL is not set" in ended.stderr
