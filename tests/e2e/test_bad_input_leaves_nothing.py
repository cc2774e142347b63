"""Whatever a booth or a stranger sends: the promised status, soon, and no row, no object."""

import asyncio
from collections.abc import Callable

import pytest
from PIL import Image

from tests.dslr_client import Answer, Manners, Phase, Shot, shoot
from tests.e2e.product import Product
from tests.photos import camera_jpeg, picture, saved

PHOTO_SIZE = (1200, 800)
Case = Callable[[str], tuple[Shot, Manners]]


def photo() -> bytes:
    return camera_jpeg(*PHOTO_SIZE)


def bomb() -> bytes:
    return saved(Image.new("1", (13_300, 13_300)), "PNG")


BAD: list[tuple[str, Case, int, str]] = [
    (
        "an empty body",
        lambda password: (Shot.captured(photo(), password), Manners(raw_body=b"")),
        400,
        "invalid_request",
    ),
    ("no file", lambda password: (Shot.captured(None, password), Manners()), 400, "invalid_request"),
    ("an empty file", lambda password: (Shot.captured(b"", password), Manners()), 400, "invalid_request"),
    ("no secret", lambda _: (Shot.captured(photo(), None), Manners()), 400, "invalid_request"),
    ("a wrong secret", lambda _: (Shot.captured(photo(), "wrong"), Manners()), 401, "invalid_password"),
    (
        "text",
        lambda password: (Shot.captured(b"hello, world" * 99, password), Manners()),
        415,
        "unsupported_media_type",
    ),
    ("a GIF", lambda password: (Shot.captured(gif(), password), Manners()), 415, "unsupported_media_type"),
    ("half a photo", lambda password: (Shot.captured(cut(0.5), password), Manners()), 422, "unreadable_image"),
    ("99 % of a photo", lambda password: (Shot.captured(cut(0.99), password), Manners()), 422, "unreadable_image"),
    ("a pixel bomb", lambda password: (Shot.captured(bomb(), password), Manners()), 413, "payload_too_large"),
    ("40 parts", lambda password: (many_parts(password), Manners()), 400, "invalid_request"),
    ("a text field of 1 MB", lambda password: (long_text(password), Manners()), 400, "invalid_request"),
    (
        "garbage",
        lambda password: (Shot.captured(photo(), password), Manners(raw_body=b"\0" * 5000)),
        400,
        "invalid_request",
    ),
    (
        "too large by its header",
        lambda password: (Shot.captured(photo(), password), Manners(claim_bytes=60_000_000)),
        413,
        "payload_too_large",
    ),
    (
        "too large by count",
        lambda password: (Shot.captured(photo() + bytes(16_000_000), password), Manners(chunked_bytes=65_536)),
        413,
        "payload_too_large",
    ),
]


def cut(share: float) -> bytes:
    return photo()[: int(len(photo()) * share)]


def gif() -> bytes:
    return saved(picture(300, 200), "GIF")


def many_parts(password: str) -> Shot:
    return Shot.captured(photo(), password, fields={f"field{n}": "x" for n in range(40)})


def long_text(password: str) -> Shot:
    return Shot.captured(photo(), password, fields={"note": "x" * 1_000_000})


@pytest.mark.parametrize(("make", "status", "code"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
async def test_bad_input_is_refused_and_leaves_nothing(product: Product, make: Case, status: int, code: str) -> None:
    slot = await product.slot()
    shot, manners = make(product.stack.ingest_password)

    answer = await shoot(product.ingest(slot), shot, manners)

    assert (answer.status, answer.code) == (status, code), answer.body
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.first_byte_after - answer.body_sent_after < 2
    await left_nothing(product, slot.id)


@pytest.mark.parametrize("phase", list(Phase))
async def test_a_booth_that_hangs_up_leaves_nothing_open(product: Product, phase: Phase) -> None:
    slot = await product.slot(sync_response_seconds=10)

    await product.shoot(slot, photo(), Manners(hang_up=phase))

    await asyncio.sleep(4)
    rows = await product.rows_of(slot)
    assert len(rows) <= (phase is Phase.WAITING)
    for row in rows:
        assert row.status == "done", "the booth hanging up does not cancel the job"
        assert row.result_inline_base64 is None
        assert await product.sources_after(row.id, seconds=5) == []


async def test_a_body_that_drips_is_ended_in_its_time(product: Product) -> None:
    slot = await product.slot(sync_response_seconds=10)

    answer = await product.shoot(slot, photo(), Manners(drip_bytes=200, drip_seconds=0.1))

    assert (answer.status, answer.code) == (408, "upload_too_slow")
    assert answer.first_byte_after < 10
    await left_nothing(product, slot.id)


@pytest.mark.parametrize("activity", ["unknown", "disabled"])
async def test_an_unknown_and_a_disabled_slot_look_the_same(product: Product, activity: str) -> None:
    slot = await product.slot(is_active=False)
    name = slot.id if activity == "disabled" else "no-such-slot"

    answer = await product.shoot(name, photo())

    assert_refusal_without_body(answer)
    assert slot.id not in answer.problem["detail"]


def assert_refusal_without_body(answer: Answer) -> None:
    assert (answer.status, answer.code) == (404, "slot_not_found")
    assert answer.continued_after is None, "the body was asked for"


async def left_nothing(product: Product, slot_id: str) -> None:
    jobs = product.mongo.database["jobs"]
    assert await jobs.count_documents({"slot_id": slot_id}) == 0
    sources = await product.store.list("photochanger-sources", limit=1_000)  # type: ignore[arg-type]  # a StrEnum's value
    known = {row["_id"] for row in await jobs.find({}, {"_id": 1}).to_list(None)}
    strangers = [entry.key for entry in sources if entry.key.split("/")[0] not in known]
    assert strangers == []
