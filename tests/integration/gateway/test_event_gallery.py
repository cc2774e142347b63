"""The gallery of an event, as guests see it: open for its minutes, live, and nothing in it that may not be seen."""

import asyncio
import html
import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from photochanger.domain.event_gallery import passcode_verifier
from photochanger.domain.public_link import new_public_id
from photochanger.domain.slot import Slot
from photochanger.infrastructure.event_gallery_repository import EventGalleryRepository, NewGallery
from tests.gateway_process import SECRET_KEY
from tests.integration.gateway.conftest import World
from tests.integration.gateway.test_public_results import ask
from tests.integration.gateway.test_test_runs import OURS
from tests.integration.gateway.test_test_runs import run as trial_run

CODE = "открой сезам"


def a_gallery_id() -> str:
    return new_public_id(secrets.token_bytes)


async def opened(world: World, *slots: Slot, passcode: str | None = None, title: str = "", minutes: int = 15) -> str:
    """Open a gallery; gives its address."""
    gallery_id = a_gallery_id()
    verifier = None if passcode is None else passcode_verifier(passcode, gallery_id, secret_key=SECRET_KEY)
    new = NewGallery(gallery_id, title, tuple(slot.id for slot in slots), minutes, None, "admin", verifier)
    await EventGalleryRepository(world.mongo.database).open(new)
    return f"{world.gateway.url}/public/gallery/{gallery_id}"


async def shot(world: World, slot: Slot) -> str:
    """Shoot; gives the picture's public id."""
    answer = await world.shoot(slot)
    assert answer.status == 200
    return answer.headers["x-result-url"].rpartition("/")[2]


async def feed(gallery: str, query: str = "", **headers: str) -> tuple[int, Any, aiohttp.ClientResponse]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with http.get(f"{gallery}/pictures{query}", headers=sent) as answer:
            await answer.read()
            is_json = answer.content_type.endswith("json")
            return answer.status, await answer.json(content_type=None) if is_json else None, answer


async def shown(gallery: str) -> list[str]:
    status, content, _ = await feed(gallery)
    assert status == 200
    return [picture["id"] for picture in content["pictures"]]


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Keeps cookies, of an IP address too."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield http


async def test_new_pictures_of_the_chosen_slots_come_first_and_everything_they_lead_to_is_there(world: World) -> None:
    chosen, other, foreign = [await world.slot() for _ in range(3)]
    gallery = await opened(world, chosen, other)
    assert await shown(gallery) == []

    first = await shot(world, chosen)
    assert await shown(gallery) == [first]
    await shot(world, foreign)
    second = await shot(world, other)

    status, content, answer = await feed(gallery)
    assert (status, [picture["id"] for picture in content["pictures"]]) == (200, [second, first])
    assert answer.headers["Cache-Control"] == "private, no-cache"
    links = [url for name, url in content["pictures"][0].items() if name.endswith("_url")]
    assert len(links) == 4
    assert {(await ask(link)).status for link in links} == {200}


@pytest.mark.parametrize(("language", "word"), [("ru", "Открыто до"), ("en", "Open until")])
async def test_the_page_needs_no_script_renews_itself_and_every_address_on_it_leads_somewhere(
    world: World, language: str, word: str
) -> None:
    slot = await world.slot()
    gallery = await opened(world, slot, title="Anna & <Boris>")
    await shot(world, slot)

    page = await ask(gallery, Accept_Language=language)
    still = await ask(f"{gallery}?live=0", Accept_Language=language)

    text = page.body.decode()
    assert (page.status, page.headers["Content-Language"]) == (200, language)
    assert word in text
    assert "<h1>Anna &amp; &lt;Boris&gt;</h1>" in text
    assert "<script" not in text
    assert '<meta http-equiv="refresh" content="10">' in text
    assert "http-equiv" not in still.body.decode()
    parts = {html.unescape(part) for part in re.findall(r'(?:href|src)="([^"]+)"', text)}
    parts |= {part.split()[0] for part in re.findall(r'srcset="([^"]+)"', text)[0].split(", ")}
    assert len(parts) == 4
    base = gallery.rpartition("/")[0]
    assert {part: (await ask(f"{base}/{part}")).status for part in parts} == dict.fromkeys(parts, 200)


async def test_the_page_and_the_feed_carry_the_headers_that_protect_them(world: World) -> None:
    gallery = await opened(world, await world.slot())

    page, pictures = await ask(gallery), await ask(f"{gallery}/pictures")

    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src 'self'; style-src 'sha256-")
    assert policy.endswith("base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
    assert pictures.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for answer in (page, pictures):
        assert (answer.headers["X-Content-Type-Options"], answer.headers["Referrer-Policy"]) == (
            "nosniff",
            "no-referrer",
        )
        assert "Cookie" in answer.headers["Vary"]


async def test_what_may_not_be_seen_is_not_there_at_once(world: World) -> None:
    slot = await world.slot()
    gallery, jobs = await opened(world, slot), world.mongo.database["jobs"]
    revoked, expired, old, left = [await shot(world, slot) for _ in range(4)]
    status, report = await trial_run(world, headers=OURS, slot=slot.model_dump_json())
    assert (status, report["status"]) == (200, "done")
    assert await shown(gallery) == [left, old, expired, revoked]

    await jobs.update_one({"public_id": revoked}, [{"$set": {"revoked_at": "$$NOW", "result_key": None}}])
    await jobs.update_one({"public_id": expired}, [{"$set": {"expires_at": {"$subtract": ["$$NOW", 1]}}}])
    thirteen_hours = 13 * 3_600_000
    await jobs.update_one({"public_id": old}, [{"$set": {"created_at": {"$subtract": ["$$NOW", thirteen_hours]}}}])

    assert await shown(gallery) == [left]
    page = (await ask(gallery)).body.decode()
    assert left in page
    assert not any(gone in page for gone in (revoked, expired, old, report["job_id"]))


async def test_a_gallery_closes_to_the_moment_and_says_so_in_the_guests_language(world: World) -> None:
    galleries = EventGalleryRepository(world.mongo.database)
    closed, over = [await opened(world, await world.slot()) for _ in range(2)]
    assert (await feed(closed))[0] == (await feed(over))[0] == 200

    assert await galleries.close(closed.rpartition("/")[2])
    past = [{"$set": {"closes_at": {"$subtract": ["$$NOW", 1]}}}]
    await world.mongo.database["event_galleries"].update_one({"_id": over.rpartition("/")[2]}, past)

    for gallery in (closed, over):
        status, problem, answer = await feed(gallery)
        assert (status, problem["code"], answer.headers["Cache-Control"]) == (403, "gallery_closed", "no-store")
        page = await ask(gallery, Accept_Language="ru")
        assert (page.status, "Галерея закрыта" in page.body.decode()) == (403, True)
        assert (await ask(f"{gallery}/qr.svg")).status == 403
        assert not await galleries.close(gallery.rpartition("/")[2])


@pytest.mark.parametrize("gallery_id", ["a" * 32, "short", "%24where", "A" * 32, ""])
async def test_an_unknown_gallery_is_404(world: World, gallery_id: str) -> None:
    link = f"{world.gateway.url}/public/gallery/{gallery_id}"
    headers = {"X_Forwarded_For": f"198.51.100.{50 + len(gallery_id)}"}

    page, pictures = await ask(link, Accept_Language="en", **headers), await ask(f"{link}/pictures", **headers)

    assert (page.status, pictures.status) == (404, 404)
    assert "No gallery here" in page.body.decode()


async def test_older_pictures_come_page_by_page(world: World) -> None:
    slot = await world.slot()
    gallery = await opened(world, slot)
    ids = [await shot(world, slot) for _ in range(5)]

    found, query = [], "?limit=2"
    while query:
        _, content, _ = await feed(gallery, query)
        found.append([picture["id"] for picture in content["pictures"]])
        query = f"?limit=2&cursor={content['next_cursor']}" if content["next_cursor"] else ""

    assert found == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?limit=-1", "?cursor=x", "?cursor=$ne"])
async def test_a_wrong_query_is_refused(world: World, query: str) -> None:
    status, problem, _ = await feed(await opened(world, await world.slot()), query)

    assert (status, problem["code"]) == (400, "invalid_request")


async def test_asking_again_is_cheap_until_something_is_new(world: World) -> None:
    slot = await world.slot()
    gallery = await opened(world, slot)
    _, _, first = await feed(gallery)
    etag = first.headers["ETag"]

    same = (await feed(gallery, If_None_Match=etag))[0]
    await shot(world, slot)
    new = (await feed(gallery, If_None_Match=etag))[0]

    assert (same, new) == (304, 200)


async def test_a_passcode_is_asked_for_once_and_opens_this_gallery_only(
    world: World, browser: aiohttp.ClientSession
) -> None:
    slot = await world.slot()
    gallery, other = [await opened(world, slot, passcode=CODE) for _ in range(2)]
    public_id = await shot(world, slot)

    async with browser.get(gallery, headers={"Accept-Language": "en"}) as asked:
        form = await asked.text()
    async with browser.post(gallery, data={"passcode": "wrong one"}) as wrong:
        assert (wrong.status, "Set-Cookie" in wrong.headers) == (401, False)
    async with browser.post(gallery, data={"passcode": CODE}, allow_redirects=False) as entered:
        cookie = entered.headers["Set-Cookie"]
    async with browser.get(gallery) as page:
        assert (page.status, public_id in await page.text()) == (200, True)
    async with browser.get(f"{gallery}/pictures") as pictures:
        assert pictures.status == 200
    value = cookie.partition("=")[2].partition(";")[0]

    assert (asked.status, public_id in form) == (401, False)
    assert '<form method="post">' in form
    assert (entered.status, entered.headers["Location"]) == (303, gallery.rpartition("/")[2])
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", f"Path=/public/gallery/{gallery[-32:]}"))
    assert CODE not in cookie
    assert (await feed(other, Cookie=f"photochanger_gallery={value}"))[0] == 401
    assert (await feed(gallery, Cookie=f"photochanger_gallery={value}"))[0] == 200


async def test_a_program_sends_the_passcode_as_a_header(world: World) -> None:
    gallery = await opened(world, await world.slot(), passcode="sesame open")

    none, problem, _ = await feed(gallery)
    right = (await feed(gallery, X_Gallery_Passcode="sesame open"))[0]
    wrong = (await feed(gallery, X_Gallery_Passcode="sesame"))[0]

    assert (none, problem["code"], right, wrong) == (401, "passcode_required", 200, 401)


async def test_guessing_is_throttled_by_address_and_by_gallery_and_shuts_nobody_out_who_is_in(
    world: World, browser: aiohttp.ClientSession
) -> None:
    gallery = await opened(world, await world.slot(), passcode="sesame open")
    async with browser.post(gallery, data={"passcode": "sesame open"}, headers={"X-Forwarded-For": "198.51.100.90"}):
        pass

    async def guess(number: int, address: int) -> int:
        headers = {"X_Gallery_Passcode": f"guess {number}", "X_Forwarded_For": f"198.51.100.{address}"}
        return (await feed(gallery, **headers))[0]

    one = await asyncio.gather(*(guess(number, 90) for number in range(20)))
    right = await feed(gallery, X_Gallery_Passcode="sesame open", X_Forwarded_For="198.51.100.90")
    async with browser.get(gallery, headers={"X-Forwarded-For": "198.51.100.90"}) as inside:
        assert inside.status == 200
    elsewhere = await feed(gallery, X_Gallery_Passcode="sesame open", X_Forwarded_For="198.51.100.91")
    many = await asyncio.gather(*(guess(number, 100 + number) for number in range(60)))

    assert (one.count(401), one.count(429)) == (5, 15)
    assert (right[0], elsewhere[0]) == (429, 200)
    assert 1 <= int(right[2].headers["Retry-After"]) <= 60
    assert (many.count(401), many.count(429)) == (25, 35)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 400),
        ("application/x-www-form-urlencoded", b"passcode=" + b"x" * 2_000, 400),
        ("application/x-www-form-urlencoded", b"\xff\xfe", 400),
        ("application/x-www-form-urlencoded", b"", 401),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 100), 400),
    ],
)
async def test_a_form_that_is_none_is_refused(world: World, content_type: str, body: bytes, status: int) -> None:
    gallery = await opened(world, await world.slot(), passcode="sesame open")

    async with (
        aiohttp.ClientSession() as http,
        http.post(gallery, data=body, headers={"Content-Type": content_type}) as answer,
    ):
        assert answer.status == status


async def test_a_gallery_is_asked_for_only_so_often_from_one_address(world: World) -> None:
    gallery = await opened(world, await world.slot())
    address = {"X-Forwarded-For": "198.51.100.230"}

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32)) as http:

        async def asked() -> int:
            async with http.get(f"{gallery}/qr.svg", headers=address) as answer:
                return answer.status

        statuses = [await asyncio.gather(*(asked() for _ in range(310))) for _ in range(4)]
    page = await ask(gallery, X_Forwarded_For="198.51.100.230", Accept_Language="en")
    other = await ask(gallery, X_Forwarded_For="198.51.100.231")

    counts = [status for batch in statuses for status in batch]
    assert (counts.count(200), counts.count(429)) == (1_200, 40)
    assert (page.status, "too many requests" in page.body.decode(), other.status) == (429, True, 200)
    assert 1 <= int(page.headers["Retry-After"]) <= 60
