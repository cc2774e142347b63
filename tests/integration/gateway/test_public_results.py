"""The link of a finished picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import pytest

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Job
from tests.integration.gateway.conftest import RESULT, StandIn, World


@dataclass
class Page:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(url: str, method: str = "GET", **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.request(method, url, headers=named) as answer:
        return Page(answer.status, answer.headers, await answer.read())


@pytest.fixture
async def link(world: World) -> str:
    answer = await world.shoot(await world.slot())
    assert answer.status == 200
    return answer.headers["x-result-url"]


async def test_the_link_shows_the_picture_with_every_promised_header(link: str) -> None:
    page = await ask(link)

    assert (page.status, page.body) == (200, RESULT)
    headers = {name.lower(): value for name, value in page.headers.items()}
    public_id = link.rpartition("/")[2]
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["content-disposition"] == f'inline; filename="result-{public_id}.jpg"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["accept-ranges"] == "bytes"
    assert headers["expires"].endswith("GMT")
    assert headers["photochanger-result-expires-at"].endswith("Z")
    assert "server" not in headers


async def test_a_head_tells_what_a_get_would_without_the_picture(link: str) -> None:
    page = await ask(link, "HEAD")

    assert (page.status, page.body, page.headers["Content-Length"]) == (200, b"", str(len(RESULT)))


async def test_a_browser_that_has_the_picture_is_told_so(link: str) -> None:
    etag = (await ask(link)).headers["ETag"]

    page = await ask(link, If_None_Match=f'"other", W/{etag}')

    assert (page.status, page.body, page.headers["ETag"]) == (304, b"", etag)


async def test_a_part_of_the_picture_may_be_asked_for(link: str) -> None:
    page = await ask(link, Range="bytes=100-199")

    assert (page.status, page.body) == (206, RESULT[100:200])
    assert page.headers["Content-Range"] == f"bytes 100-199/{len(RESULT)}"


async def test_a_part_of_another_picture_is_the_whole_of_this_one(link: str) -> None:
    page = await ask(link, Range="bytes=100-199", If_Range='"other"')

    assert (page.status, page.body) == (200, RESULT)


async def test_a_part_behind_the_end_is_not_to_be_had(link: str) -> None:
    page = await ask(link, Range=f"bytes={len(RESULT)}-")

    assert page.status == 416
    assert page.headers["Content-Range"] == f"bytes */{len(RESULT)}"


async def test_a_download_is_an_attachment(link: str) -> None:
    page = await ask(f"{link}?download=1")

    assert page.headers["Content-Disposition"].startswith("attachment; ")


async def test_an_expired_picture_is_gone_to_the_second(world: World, link: str) -> None:
    public_id = link.rpartition("/")[2]
    jobs = world.mongo.database["jobs"]
    for milliseconds, status in ((1500, 200), (-100, 410)):
        expires_at = {"$add": ["$$NOW", milliseconds]}
        await jobs.update_one({"public_id": public_id}, [{"$set": {"expires_at": expires_at}}])

        page = await ask(link)

        assert page.status == status
    assert b"result_expired" in page.body
    assert page.headers["Cache-Control"] == "no-store"


async def test_a_revoked_picture_is_gone(world: World, link: str) -> None:
    await world.mongo.database["jobs"].update_one(
        {"public_id": link.rpartition("/")[2]}, {"$set": {"result_key": None}}
    )

    assert (await ask(link)).status == 410


@pytest.mark.parametrize(
    "public_id", ["a" * 32, "b" * 31, "A" * 32, "$where", "..%2f..", "%00", "a" * 5000], ids=lambda value: value[:8]
)
async def test_unknown_links_all_look_alike(world: World, public_id: str) -> None:
    page = await ask(f"{world.gateway.url}/public/results/{public_id}")

    assert page.status == 404
    assert b"result_not_found" in page.body


async def test_a_job_that_is_not_done_has_no_link_yet(world: World) -> None:
    links: list[str] = []

    async def look_before_and_after(stand_in: StandIn, job: Job) -> None:
        links.append(f"{world.gateway.url}/public/results/{job.public_id}")
        running = await ask(links[0])
        await stand_in.finalizer.fail(job.id, FailureReason.PROVIDER_ERROR, detail="")
        assert running.status == 404

    world.stand_in.script = look_before_and_after
    answer = await world.shoot(await world.slot())

    assert answer.status == 502
    assert (await ask(links[0])).status == 404
