"""Scenarios by name: what they make of the providers, the same each time."""

from typing import Any

import orjson
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="package")

EDIT = "generate_image2image"


async def begin(client: Any, name: str) -> None:
    reply = await client.send("PUT", "/control/scenario", json={"name": name})
    assert (reply.status, orjson.loads(reply.body)["scenario"]) == (200, name)


async def statuses(client: Any, count: int) -> list[tuple[int, bool]]:
    replies = [await client.generate("x") for _ in range(count)]
    return [(reply.status, b"NO_IMAGE" in reply.body) for reply in replies]


async def test_every_scenario_has_a_sentence_and_can_be_begun_and_left(client: Any) -> None:
    known = orjson.loads((await client.send("GET", "/control/scenario")).body)["known"]

    assert {"calm", "evening-rush", "gemini-down", "gemini-no-image", "turbotext-slow"} <= set(known)
    for name, meaning in known.items():
        await begin(client, name)
        assert meaning.endswith(".")
    back = orjson.loads((await client.send("DELETE", "/control")).body)
    assert (back["scenario"], back["rules"], back["outages"], back["quotas"], back["latencies"]) == (
        "calm",
        {},
        {},
        {},
        {},
    )


async def test_a_scenario_nobody_knows_is_refused_and_changes_nothing(client: Any) -> None:
    await begin(client, "gemini-down")

    reply = await client.send("PUT", "/control/scenario", json={"name": "nonsense"})

    assert reply.status == 422
    assert orjson.loads((await client.send("GET", "/control")).body)["scenario"] == "gemini-down"


async def test_gemini_down_leaves_turbotext_alone(client: Any, linked: Any, photo: bytes) -> None:
    await begin(client, "gemini-down")

    assert (await client.generate("x")).status == 503
    done = await client.run_job(EDIT, url=linked.link("p.jpg", photo), content="x")
    assert done["success"] is True


async def test_a_share_of_the_calls_is_the_same_share_and_the_same_calls_each_time(client: Any) -> None:
    await begin(client, "gemini-no-image")
    await client.send("PUT", "/control/rules/no-image", json={"behaviour": "no_image", "share": 0.5, "seconds": 0})
    first = await statuses(client, 30)
    await begin(client, "gemini-no-image")
    await client.send("PUT", "/control/rules/no-image", json={"behaviour": "no_image", "share": 0.5, "seconds": 0})

    assert await statuses(client, 30) == first
    assert 8 <= sum(is_empty for _, is_empty in first) <= 22


async def test_a_busy_gemini_takes_ten_calls_a_minute_then_says_when(client: Any) -> None:
    await begin(client, "gemini-busy")

    replies = [await client.generate("x") for _ in range(11)]

    assert [reply.status for reply in replies] == [200] * 10 + [429]
    failure, _, retry = orjson.loads(replies[-1].body)["error"]["details"]
    [violation] = failure["violations"]
    assert violation["quotaId"] == "GenerateRequestsPerMinutePerProjectPerModel"
    assert (violation["quotaValue"], violation["quotaDimensions"]["model"]) == ("10", "gemini-3-pro-image")
    assert retry["@type"] == "type.googleapis.com/google.rpc.RetryInfo"
    assert 50 < float(retry["retryDelay"].removesuffix("s")) <= 60


async def test_a_day_that_is_over_is_a_daily_429(client: Any) -> None:
    await begin(client, "gemini-day-is-over")

    reply = await client.generate("x")

    assert reply.status == 429
    assert b"GenerateRequestsPerDayPerProjectPerModel" in reply.body


async def test_turbotexts_quotas_are_html_a_minute_and_limit_a_day(client: Any, linked: Any, photo: bytes) -> None:
    link = linked.link("p.jpg", photo)
    await begin(client, "turbotext-used-up")
    used_up = await client.turbotext(EDIT, do="create_queue", url=link, content="x")
    await client.send("PUT", "/control/quota/turbotext", json={"requests_per_minute": 0})
    too_often = await client.turbotext(EDIT, do="create_queue", url=link, content="x")

    answer = orjson.loads(used_up.body)
    assert (answer["success"], answer["error"], answer["limits"]["foto_limit"]) == (False, "LIMIT", 0)
    assert (too_often.status, too_often.content_type) == (429, "text/html")
