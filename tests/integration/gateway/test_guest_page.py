"""What a guest sees behind the link: page, preview and QR code, under the picture's own rules."""

import asyncio
import io
import re

import pytest
from PIL import Image

from photochanger.domain.job import Job
from photochanger.infrastructure.media_store import Bucket
from tests.integration.gateway.conftest import StandIn, World, a_picture
from tests.integration.gateway.test_public_results import ask

PARTS = ("page", "preview", "qr.svg", "qr.png")


@pytest.fixture
async def link(world: World) -> str:
    answer = await world.shoot(await world.slot())
    assert answer.status == 200
    return answer.headers["x-result-url"]


async def expire(world: World, link: str) -> None:
    past = [{"$set": {"expires_at": {"$subtract": ["$$NOW", 1]}}}]
    await world.mongo.database["jobs"].update_one({"public_id": link.rpartition("/")[2]}, past)


@pytest.mark.parametrize(("language", "save"), [("ru-RU,ru;q=0.9", "Сохранить фото"), ("en", "Save the picture")])
async def test_the_page_shows_picture_time_and_ways_to_keep_it_in_the_guest_s_language(
    link: str, language: str, save: str
) -> None:
    page = await ask(f"{link}/page", Accept_Language=language)

    text = page.body.decode()
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Language"] == language[:2]
    assert page.headers["Vary"] == "Accept-Language"
    assert "script" not in text
    assert save in text
    assert f"{link}/page" in text


async def test_the_page_keeps_the_headers_that_protect_it(link: str) -> None:
    headers = (await ask(f"{link}/page")).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; img-src 'self'; style-src 'sha256-")
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cache-Control"] == "private, no-cache"


async def test_every_address_on_the_page_leads_somewhere(link: str) -> None:
    text = (await ask(f"{link}/page")).body.decode()
    own = set(re.findall(r'"\.\./([^" ]+)', text))

    statuses = {path: (await ask(f"{link.rpartition('/')[0]}/{path}")).status for path in own}

    assert set(statuses.values()) == {200}, statuses
    assert len(statuses) == 4


@pytest.mark.parametrize("part", PARTS)
async def test_a_head_tells_what_a_get_would(link: str, part: str) -> None:
    got, head = await ask(f"{link}/{part}"), await ask(f"{link}/{part}", "HEAD")

    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.body))
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


async def test_the_preview_is_small_made_once_and_kept_beside_the_result(world: World) -> None:
    async def deliver_large(stand_in: StandIn, job: Job) -> None:
        await stand_in.deliver(job, a_picture(1024, 1024))

    world.stand_in.script = deliver_large
    link = (await world.shoot(await world.slot())).headers["x-result-url"]

    pages = await asyncio.gather(*(ask(f"{link}/preview") for _ in range(5)))
    again = await ask(f"{link}/preview", If_None_Match=pages[0].headers["ETag"])

    assert {page.status for page in pages} == {200}
    assert len({page.body for page in pages}) == 1
    with Image.open(io.BytesIO(pages[0].body)) as image:
        assert (image.format, image.size) == ("JPEG", (512, 512))
    assert again.status == 304
    row = await world.mongo.database["jobs"].find_one({"public_id": link.rpartition("/")[2]})
    assert row is not None
    assert await world.store.get(Bucket.RESULTS, f"{row['result_key']}.512") == pages[0].body


async def test_the_qr_codes_are_pictures(link: str) -> None:
    svg, png = await ask(f"{link}/qr.svg"), await ask(f"{link}/qr.png")

    assert (svg.headers["Content-Type"], png.headers["Content-Type"]) == ("image/svg+xml", "image/png")
    assert svg.body.startswith(b"<svg ")
    with Image.open(io.BytesIO(png.body)) as image:
        assert image.width == image.height > 200


@pytest.mark.parametrize("part", PARTS)
async def test_past_its_time_everything_behind_the_link_is_gone(world: World, link: str, part: str) -> None:
    assert (await ask(f"{link}/{part}")).status == 200

    await expire(world, link)

    gone = await ask(f"{link}/{part}")
    assert (gone.status, gone.headers["Cache-Control"]) == (410, "no-store")


@pytest.mark.parametrize("part", PARTS)
async def test_an_unknown_link_has_nothing_behind_it(world: World, part: str) -> None:
    assert (await ask(f"{world.gateway.url}/public/results/{'a' * 32}/{part}")).status == 404


async def test_a_page_that_is_gone_says_so_in_the_guest_s_language(world: World, link: str) -> None:
    await expire(world, link)

    page = await ask(f"{link}/page", Accept_Language="ru")

    assert "Фото уже удалено" in page.body.decode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("part", ["page", "preview", ""])
async def test_a_picture_that_the_store_lost_is_trouble_not_unknown(world: World, link: str, part: str) -> None:
    row = await world.mongo.database["jobs"].find_one({"public_id": link.rpartition("/")[2]})
    assert row is not None
    await world.store.delete(Bucket.RESULTS, row["result_key"])

    page = await ask(f"{link}/{part}".rstrip("/"))

    assert (page.status, page.headers["Retry-After"]) == (503, "5")
