"""Everything a gateway says no to: status, code, at once, and without a trace left behind."""

import asyncio
import io
import zlib

import aiohttp
import pytest
from PIL import Image

from tests.dslr_client import Answer, Manners, Phase, Shot, shoot
from tests.integration.gateway.conftest import PASSWORD, World, a_picture

PHOTO = a_picture()
PNG = a_picture(200, 150, kind="PNG")


def captured(photo: bytes | None, password: str | None = PASSWORD, **changes: object) -> Shot:
    return Shot.captured(photo, password, **changes)


def a_pixel_bomb() -> bytes:
    """A 503 kB PNG of 13300 x 13300."""
    image = Image.new("1", (13_300, 13_300))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def frames() -> bytes:
    out = io.BytesIO()
    first = Image.new("RGB", (64, 64), "red")
    first.save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 64), "blue")])
    return out.getvalue()


def spoiled_png() -> bytes:
    """Whole by its chunks, broken in its samples."""
    at = PNG.index(b"IDAT")
    length = int.from_bytes(PNG[at - 4 : at], "big")
    data = b"\x00" * length
    crc = zlib.crc32(b"IDAT" + data).to_bytes(4, "big")
    return PNG[: at + 4] + data + crc + PNG[at + 8 + length :]


def is_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.body[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert {"type", "title", "status", "detail", "code"} <= answer.problem.keys()
    assert answer.problem["status"] == status


@pytest.mark.parametrize(
    ("shot", "status", "code"),
    [
        (captured(None), 400, "invalid_request"),
        (captured(b""), 400, "invalid_request"),
        (captured(PHOTO, None), 400, "invalid_request"),
        (captured(PHOTO, "wrong"), 401, "invalid_password"),
        (captured(PHOTO, ""), 401, "invalid_password"),
        (captured(b"GIF89a" + b"\0" * 100), 415, "unsupported_media_type"),
        (captured(b"%PDF-1.7 " + b"\0" * 100), 415, "unsupported_media_type"),
        (captured(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), 415, "unsupported_media_type"),
        (captured(frames()), 415, "unsupported_media_type"),
        (captured(PHOTO[: len(PHOTO) // 2]), 422, "unreadable_image"),
        (captured(PHOTO[: len(PHOTO) * 99 // 100]), 422, "unreadable_image"),
        (captured(PNG[: len(PNG) // 2]), 422, "unreadable_image"),
        (captured(PNG[: len(PNG) * 99 // 100]), 422, "unreadable_image"),
        (captured(spoiled_png()), 422, "unreadable_image"),
        (captured(a_pixel_bomb()), 413, "payload_too_large"),
        (captured(b"\xff\xd8\xff" + b"x" * 300_000), 413, "payload_too_large"),
        (captured(PHOTO, fields={f"f{n}": "" for n in range(40)}), 400, "invalid_request"),
        (captured(PHOTO, fields={"note": "y" * 1_000_000}), 413, "payload_too_large"),
        (captured(PHOTO, fields={"note": "y" * 20_000}), 400, "invalid_request"),
    ],
    ids=[
        "no file", "empty file", "no secret", "wrong secret", "empty secret", "gif", "pdf", "svg", "two frames",
        "jpeg half", "jpeg 99 %", "png half", "png 99 %", "png samples", "pixel bomb", "too large by count",
        "40 parts", "1 MB of text over the slot's limit", "20 kB of text",
    ],
)  # fmt: skip
async def test_a_bad_form_is_refused_within_two_seconds_and_leaves_nothing(
    world: World, shot: Shot, status: int, code: str
) -> None:
    slot = await world.slot(max_upload_bytes=300_000)
    before = await world.sources()

    answer = await world.shoot(slot, shot)

    is_problem(answer, status, code)
    assert answer.total_seconds - answer.body_sent_after < 2
    assert await world.rows(slot) == []
    assert set(await world.sources()) <= set(before)


@pytest.mark.parametrize(
    ("manners", "status", "code"),
    [
        (Manners(content_type="multipart/form-data"), 400, "invalid_request"),
        (Manners(content_type="image/jpeg"), 400, "invalid_request"),
        (Manners(headers=[("Content-Encoding", "gzip")]), 400, "invalid_request"),
        (Manners(claim_bytes=60_000_000), 413, "payload_too_large"),
        (Manners(raw_body=b""), 400, "invalid_request"),
        (Manners(raw_body=b"nonsense" * 1000), 400, "invalid_request"),
        (Manners(method="PUT"), 405, "method_not_allowed"),
        (Manners(method="GET", raw_body=b"", expect=False), 405, "method_not_allowed"),
    ],
    ids=["no boundary", "no form", "gzip", "too large by header", "empty body", "nonsense", "put", "get"],
)
async def test_a_bad_request_is_refused(world: World, manners: Manners, status: int, code: str) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot, captured(PHOTO), manners)

    is_problem(answer, status, code)


async def test_an_unknown_and_a_disabled_slot_look_alike_but_the_log_tells_them_apart(world: World) -> None:
    disabled = await world.slot(is_active=False)

    unknown = await shoot(f"{world.gateway.url}/ingest/no-such-slot", captured(PHOTO))
    off = await world.shoot(disabled)

    is_problem(unknown, 404, "slot_not_found")
    assert unknown.body == off.body
    assert '"reason":"unknown"' in world.gateway.log
    assert '"reason":"disabled"' in world.gateway.log


@pytest.mark.parametrize("slot_id", ["..%2f..%2fetc", "UPPER", "a b", "%24where", "x" * 300, "", "%00"])
async def test_what_is_no_slot_id_is_an_unknown_slot(world: World, slot_id: str) -> None:
    answer = await shoot(f"{world.gateway.url}/ingest/{slot_id.replace(' ', '%20')}", captured(PHOTO))

    is_problem(answer, 404, "slot_not_found")


async def test_cheap_refusals_come_before_the_body_is_asked_for(world: World) -> None:
    slot = await world.slot()
    never = Manners(claim_bytes=2_000_000, timeout_seconds=4)

    answers = [
        await shoot(f"{world.gateway.url}/ingest/no-such-slot", captured(PHOTO), never),
        await world.shoot(slot, captured(PHOTO), Manners(claim_bytes=60_000_000, timeout_seconds=4)),
    ]

    assert [answer.status for answer in answers] == [404, 413]
    assert [answer.continued_after for answer in answers] == [None, None]
    assert all(answer.total_seconds < 1 for answer in answers)
    assert all(answer.headers["connection"] == "close" for answer in answers)


async def test_too_large_by_count_names_the_limit(world: World) -> None:
    slot = await world.slot(max_upload_bytes=1000)

    answer = await world.shoot(slot, captured(b"\xff\xd8\xff" + b"x" * 2000))

    assert answer.problem["details"] == {"max_bytes": 1000}


async def test_a_body_that_drips_is_too_slow(world: World) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot, manners=Manners(drip_bytes=100, drip_seconds=0.1, timeout_seconds=15))

    is_problem(answer, 408, "upload_too_slow")
    assert answer.total_seconds < 8


async def test_a_body_that_stops_is_too_slow_when_its_share_of_the_window_is_over(world: World) -> None:
    slot = await world.slot(sync_response_seconds=10)

    answer = await world.shoot(slot, manners=Manners(cut_after=3000, timeout_seconds=15))

    is_problem(answer, 408, "upload_too_slow")
    assert answer.total_seconds < 9


@pytest.mark.parametrize("phase", [Phase.CONNECTED, Phase.HEAD, Phase.BEFORE_BODY, Phase.BODY])
async def test_a_booth_that_hangs_up_before_its_photo_is_there_leaves_nothing(world: World, phase: Phase) -> None:
    slot = await world.slot()
    before, said_before = await world.sources(), len(world.gateway.log)

    await world.shoot(slot, manners=Manners(hang_up=phase))

    await asyncio.sleep(0.3)
    assert await world.rows(slot) == []
    assert set(await world.sources()) <= set(before)
    assert "Traceback" not in world.gateway.log[said_before:]
    assert (await world.shoot(slot)).status == 200


async def test_an_address_that_is_none_gets_a_problem(world: World) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{world.gateway.url}/admin") as answer:
        body = await answer.json(content_type="application/problem+json")

    assert (answer.status, body["code"]) == (404, "not_found")


async def test_no_refusal_is_written_with_a_password_or_a_stack_trace(world: World) -> None:
    slot = await world.slot()

    answer = await world.shoot(slot, captured(PHOTO, "canary-7d1f"))

    assert b"canary" not in answer.body
    assert "canary-7d1f" not in world.gateway.log
