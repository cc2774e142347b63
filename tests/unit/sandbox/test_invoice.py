"""The invoice charges what the originals charge."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import orjson
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="package")

EDIT = "generate_image2image"


async def invoice(client: Any, query: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = orjson.loads((await client.send("GET", f"/control/invoice{query}")).body)
    return answer


async def cleared(client: Any) -> None:
    await client.send("DELETE", "/control/invoice")
    await client.send("DELETE", "/control/calls")


async def test_a_picture_is_charged_by_its_tokens(client: Any, photo: bytes) -> None:
    await cleared(client)

    usage = orjson.loads((await client.generate("x", photo)).body)["usageMetadata"]

    [line] = (await invoice(client))["lines"]
    amount = usage["promptTokenCount"] * 2 + usage["candidatesTokenCount"] * 120
    today = datetime.now(UTC).astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat()
    assert line == {
        "provider": "gemini",
        "day": today,
        "model": "gemini-3-pro-image",
        "currency": "USD",
        "calls": 1,
        "amount_micros": amount,
    }


@pytest.mark.parametrize(
    "behaviour", ["unavailable", "rate_limited", "invalid_argument", "html_200", "empty_object", "drop"]
)
async def test_what_is_no_answer_of_the_model_is_free(client: Any, behaviour: str) -> None:
    await cleared(client)

    try:
        await client.generate(f"[sandbox:{behaviour}]")
    except aiohttp.ClientError:
        assert behaviour == "drop"

    assert (await invoice(client))["lines"] == []


@pytest.mark.parametrize("behaviour", ["no_image", "image_safety", "text_only", "prompt_safety"])
async def test_a_200_without_a_picture_costs_what_it_says_it_used(client: Any, photo: bytes, behaviour: str) -> None:
    await cleared(client)

    usage = orjson.loads((await client.generate(f"[sandbox:{behaviour}]", photo)).body)["usageMetadata"]

    [total] = (await invoice(client))["totals"]
    assert total["amount_micros"] == usage["promptTokenCount"] * 2 + usage.get("candidatesTokenCount", 0) * 120


async def test_a_client_that_left_before_the_answer_is_not_charged(client: Any) -> None:
    await cleared(client)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await client.generate("[sandbox:slow=1]")
    await asyncio.sleep(1)

    assert (await invoice(client))["lines"] == []


async def test_a_queued_job_takes_one_photo_attempt_whatever_comes_of_it(
    client: Any, linked: Any, photo: bytes
) -> None:
    await cleared(client)
    link = linked.link("p.jpg", photo)

    await client.run_job(EDIT, url=link, content="mine")
    await client.run_job(EDIT, url=link, content="mine [sandbox:forbidden_content]")
    await client.turbotext(EDIT, do="create_queue", url=link, content="mine [sandbox:internal]")
    await client.turbotext(EDIT, do="create_queue", url=link)
    await client.run_job("available_api")

    [total] = (await invoice(client))["totals"]
    assert total == {"provider": "turbotext", "currency": "XXX", "amount_micros": 2_000_000}
    assert (await invoice(client, "?prompt_contains=forbidden"))["totals"][0]["amount_micros"] == 1_000_000
