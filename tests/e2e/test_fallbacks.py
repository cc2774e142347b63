"""A photo whose first provider fails is made by the other one, from inputs made anew for it."""

import io
import uuid
from dataclasses import dataclass

import aiohttp
import pytest

from photochanger.domain.job import AttemptOutcome, Job
from photochanger.domain.slot import Operation, Route, TemplateUse
from tests.admin_people import ask, log_in, logged_in
from tests.e2e.product import Product
from tests.photos import camera_jpeg, picture, saved

WINDOW_SECONDS = 30


@dataclass(frozen=True)
class Way:
    """From a first provider that fails to one that does not; `role` is the template's at both."""

    first: str
    failing: str
    then: str
    operation: Operation
    role: str


WAYS = (
    Way("gemini", "safety", "turbotext", Operation.STYLE_TRANSFER, "style"),
    Way("gemini", "internal", "turbotext", Operation.IDENTITY_TRANSFER, "face"),
    Way("turbotext", "success_false", "gemini", Operation.STYLE_TRANSFER, "style"),
    Way("turbotext", "result_404", "gemini", Operation.STYLE_TRANSFER, "style"),
)


async def template(product: Product, role: str) -> str:
    """A WEBP picture, which Turbotext does not take as it is."""
    info = product.stack.info
    url = str(info["admin_url"])
    async with aiohttp.ClientSession(url) as stranger:
        token = await log_in(stranger, str(info["admin_login"]), str(info["admin_password"]))
    form = aiohttp.FormData({"name": role})
    form.add_field("file", io.BytesIO(saved(picture(400, 300), "WEBP")), filename="t.webp", content_type="image/webp")
    async with (
        logged_in(url, token) as admin,
        admin.post("/api/v1/template-media", data=form) as answer,
    ):
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["id"])


def params(provider: str, way: Way, marker: str) -> dict[str, str | bool]:
    takes_no_prompt = provider == "turbotext" and way.operation is Operation.IDENTITY_TRANSFER
    return {"face_restore": True} if takes_no_prompt else {"prompt": marker}


async def made(product: Product, way: Way, photo: bytes) -> tuple[str, Job]:
    """The name in the second route's prompt, and the photo's row."""
    name = f"second-{uuid.uuid4().hex[:12]}"
    slot = await product.slot(
        way.failing,
        provider=way.first,
        operation=way.operation,
        template_media=(TemplateUse(role=way.role, media_id=await template(product, way.role)),),
        sync_response_seconds=WINDOW_SECONDS,
        fallbacks=(Route(provider=way.then, operation=way.operation, params=params(way.then, way, name)),),
    )

    answer = await product.shoot(slot, photo)

    assert answer.status == 200, answer.body
    assert answer.first_byte_after < WINDOW_SECONDS
    return name, await product.row(answer.headers["x-job-id"])


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.first} {way.failing}, {way.operation}")
async def test_the_other_provider_gets_inputs_of_its_own_and_the_row_tells_both_attempts(
    product: Product, way: Way
) -> None:
    name, row = await made(product, way, saved(picture(900, 600), "HEIF"))

    first, second = row.attempts
    assert (first.provider, second.provider) == (way.first, way.then)
    assert {first.operation, second.operation} == {way.operation}
    assert first.outcome is not AttemptOutcome.DELIVERED
    assert first.detail
    assert second.outcome is AttemptOutcome.DELIVERED
    assert min(first.calls, second.calls) >= 1
    assert None not in {first.started, first.ended, second.started, second.ended}
    assert second.provider_reference
    if way.operation is Operation.STYLE_TRANSFER:
        (call,) = await calls(product, name)
        assert len(call["pictures"]) == 2
        types = {sent["mime_type"] for sent in call["pictures"]}
        # Gemini takes the WEBP template as it is, Turbotext does not
        assert (
            types <= {"image/jpeg", "image/png"} if way.then == "turbotext" else types == {"image/jpeg", "image/webp"}
        )
        assert len(call["inputs"]) == (2 if way.then == "turbotext" else 0)
        assert {link["status"] for link in call["inputs"]} <= {200}


async def calls(product: Product, name: str) -> list[dict[str, list[dict[str, object]]]]:
    address = f"{product.stack.info['sandbox_url']}/control/calls"
    async with product.http.get(address, params={"prompt_contains": name}) as answer:
        found: list[dict[str, list[dict[str, object]]]] = (await answer.json())["calls"]
        return found


async def test_a_fallback_that_makes_no_such_picture_is_refused_when_the_slot_is_saved(product: Product) -> None:
    info = product.stack.info
    url, name = str(info["admin_url"]), f"t-{uuid.uuid4().hex[:12]}"
    async with aiohttp.ClientSession(url) as stranger:
        token = await log_in(stranger, str(info["admin_login"]), str(info["admin_password"]))
    route = {"provider": "turbotext", "operation": "image_edit", "params": {"prompt": "x", "strength": 81}}
    slot = {"id": name, "name": name, "provider": "gemini", "operation": "image_edit", "params": {"prompt": "x"}}
    async with logged_in(url, token) as admin:
        status, problem = await ask(admin, "POST", "/api/v1/slots", {**slot, "fallbacks": [route]})

    assert status == 422
    assert [error["pointer"] for error in problem["errors"]] == ["/fallbacks/0/params/strength"]


async def test_the_story_of_both_attempts_is_shown_to_administrators(product: Product) -> None:
    _, row = await made(product, WAYS[2], camera_jpeg(900, 600))
    info = product.stack.info
    url = str(info["admin_url"])
    async with aiohttp.ClientSession(url) as stranger:
        token = await log_in(stranger, str(info["admin_login"]), str(info["admin_password"]))

    async with logged_in(url, token) as admin:
        status, shown = await ask(admin, "GET", f"/api/v1/jobs/{row.id}")

    assert status == 200
    told = [(one["provider"], one["outcome"], one["calls"]) for one in shown["attempts"]]
    assert told == [("turbotext", "failed", 1), ("gemini", "delivered", 1)]
    assert "could not be processed" in shown["attempts"][0]["detail"]
