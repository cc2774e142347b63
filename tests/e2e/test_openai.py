"""OpenAI end to end: a photo through it, a refusal, and Gemini in its place."""

from photochanger.domain.slot import Operation, Route, Slot
from tests.e2e.product import Product
from tests.photos import camera_jpeg


async def openai_slot(product: Product, behaviour: str = "ok", *, has_fallback: bool = False) -> Slot:
    gemini = Route(provider="gemini", operation=Operation.IMAGE_EDIT, params={"prompt": "Paint it"})
    return await product.slot(behaviour, provider="openai", fallbacks=(gemini,) if has_fallback else ())


async def test_openai_gives_the_picture_and_sees_no_metadata(product: Product) -> None:
    slot = await openai_slot(product)

    answer = await product.shoot(slot, camera_jpeg(1200, 800))

    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    row = await product.row(answer.headers["x-job-id"])
    [call] = await product.calls(slot)
    assert call["provider"] == row.attempts[0].provider == "openai"
    assert row.attempts[0].provider_reference == call["id"]
    [sent] = call["pictures"]
    assert not any(sent[found] for found in ("exif", "gps", "xmp", "iptc", "comment", "trailing_bytes"))


async def test_what_openai_refuses_is_a_502_after_one_call(product: Product) -> None:
    slot = await openai_slot(product, "moderation_blocked")

    answer = await product.shoot(slot, camera_jpeg(1200, 800))

    assert (answer.status, answer.code) == (502, "provider_refused")
    assert len(await product.calls(slot)) == 1


async def test_with_openai_out_of_credit_gemini_delivers(product: Product) -> None:
    slot = await openai_slot(product, "credits_depleted", has_fallback=True)

    answer = await product.shoot(slot, camera_jpeg(1200, 800))

    assert answer.status == 200
    row = await product.row(answer.headers["x-job-id"])
    assert [attempt.provider for attempt in row.attempts] == ["openai", "gemini"]
