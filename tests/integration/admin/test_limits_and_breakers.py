"""A provider's limits and breakers: seen by everybody, changed by administrators, each change on record."""

import uuid

import aiohttp
import pytest

from photochanger.domain.breaker import BreakerReason
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest
from photochanger.domain.slot import Operation
from photochanger.domain.usage import Price
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaKey, QuotaRepository
from photochanger.observability import Telemetry
from tests.admin_people import ask, fields


async def a_provider(mongo: Mongo, **changes: object) -> str:
    name = f"p{uuid.uuid4().hex[:8]}"
    manifest = ProviderManifest(
        name=name,
        title="A provider",
        version=1,
        operations={Operation.IMAGE_EDIT: OperationManifest(params_schema={"type": "object"})},
        input_types=(PictureType.JPEG,),
        requests_per_minute=10,
        concurrency=4,
    )
    await ProviderRepository(mongo.database).upsert_manifest(manifest.model_copy(update=changes))
    return name


def path(provider: str, what: str = "") -> str:
    return f"/api/v1/providers/{provider}{what}"


async def etag(http: aiohttp.ClientSession, provider: str) -> dict[str, str]:
    async with http.get(path(provider)) as answer:
        return {"If-Match": answer.headers["ETag"]}


async def records(mongo: Mongo, provider: str) -> list[tuple[str, str, object]]:
    found = await mongo.database["audit"].find({"target": {"$regex": provider}}).sort("at", 1).to_list(None)
    return [(entry["action"], entry["outcome"], entry["after"]) for entry in found]


async def test_a_limit_set_here_wins_over_the_manifests_until_it_is_taken_back(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    provider = await a_provider(mongo)

    status, set_to = await ask(
        admin,
        "PATCH",
        path(provider, "/limits"),
        {"requests_per_minute": 99, "images_per_minute": 7},
        headers=await etag(admin, provider),
    )
    read_by_the_worker = (await ProviderLimitsRepository(mongo.database).get(provider)).limits
    _, shown = await ask(admin, "GET", path(provider))
    _, back = await ask(
        admin, "PATCH", path(provider, "/limits"), {"requests_per_minute": None}, headers=await etag(admin, provider)
    )

    assert status == 200
    assert (set_to["requests_per_minute"], set_to["images_per_minute"], set_to["concurrency"]) == (99, 7, 4)
    assert read_by_the_worker == ProviderLimits(requests_per_minute=99, images_per_minute=7)
    assert (shown["limits"], shown["set_limits"]["concurrency"]) == (set_to, None)
    assert (back["requests_per_minute"], back["images_per_minute"]) == (10, 7)
    assert await records(mongo, provider) == [
        ("change", "done", {"requests_per_minute": 99, "images_per_minute": 7}),
        ("change", "done", {"requests_per_minute": None}),
    ]


async def test_of_two_changes_on_one_version_the_second_is_refused(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    provider = await a_provider(mongo)
    read = await etag(admin, provider)

    first, _ = await ask(admin, "PATCH", path(provider, "/limits"), {"concurrency": 2}, headers=read)
    second, _ = await ask(admin, "PATCH", path(provider, "/limits"), {"concurrency": 3}, headers=read)
    missing, _ = await ask(admin, "PATCH", path(provider, "/limits"), {"concurrency": 3})

    assert (first, second, missing) == (200, 412, 428)
    assert (await ask(admin, "GET", path(provider)))[1]["limits"]["concurrency"] == 2
    assert len(await records(mongo, provider)) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"concurrency": 0}, "/concurrency"),
        ({"requests_per_day": "7"}, "/requests_per_day"),
        ({"requests_per_minute": 1.5}, "/requests_per_minute"),
        ({"money_per_day": 10**16}, "/money_per_day"),
        ({"money_per_day": 5}, "/money_per_day"),  # without prices nobody knows what a call costs
        ({"burst": 5}, "/burst"),
    ],
)
async def test_a_wrong_limit_is_named_and_nothing_is_saved(
    admin: aiohttp.ClientSession, mongo: Mongo, body: dict[str, object], pointer: str
) -> None:
    provider = await a_provider(mongo)

    status, problem = await ask(admin, "PATCH", path(provider, "/limits"), body, headers=await etag(admin, provider))

    assert (status, fields(problem)) == (422, [pointer])
    assert (await ProviderLimitsRepository(mongo.database).get(provider)).version == 0
    assert await records(mongo, provider) == []


async def test_a_money_limit_is_taken_where_there_are_prices_and_its_use_is_shown(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    provider = await a_provider(mongo, prices=(Price(typical_call=40_000),))
    status, _ = await ask(
        admin, "PATCH", path(provider, "/limits"), {"money_per_day": 9**9}, headers=await etag(admin, provider)
    )
    quotas = QuotaRepository(mongo.database)
    key = QuotaKey(provider, Limit.MONEY_PER_DAY)
    taken = await quotas.take_of_day(key, 9**9, amount=40_000, time_zone="UTC")

    _, shown = await ask(admin, "GET", path(provider))

    assert status == 200
    use = {"limit": "money_per_day", "day": taken.mark, "used": 40_000, "taken_ahead_seconds": 0.0}
    assert shown["uses"] == [use]


async def test_an_opened_breaker_is_shown_with_why_and_when_somebody_tries(
    admin: aiohttp.ClientSession, viewer: aiohttp.ClientSession, mongo: Mongo
) -> None:
    provider = await a_provider(mongo)
    breakers = Breakers(mongo.database, Telemetry("tests").metrics)
    for photo in "abc":
        await breakers.failed(provider, BreakerReason.OUTAGE, job_id=photo, detail="transport: refused")

    _, listed = await ask(viewer, "GET", "/api/v1/providers")

    (mine,) = (item for item in listed["items"] if item["manifest"]["name"] == provider)
    (shown,) = mine["breakers"]
    assert (shown["reason"], shown["state"], shown["detail"]) == ("outage", "open", "transport: refused")
    assert shown["since"] < shown["tries_at"]


async def test_an_administrator_opens_and_closes_a_provider_and_both_are_on_record(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    provider = await a_provider(mongo)
    breakers = Breakers(mongo.database, Telemetry("tests").metrics)
    for photo in "abc":
        await breakers.failed(provider, BreakerReason.OUTAGE, job_id=photo, detail="transport: refused")

    opened, _ = await ask(admin, "PUT", path(provider, "/breaker"), {"state": "open"})
    while_open = (await breakers.read(provider)).breakers
    closed, _ = await ask(admin, "PUT", path(provider, "/breaker"), {"state": "closed"})

    assert (opened, closed) == (204, 204)
    assert {reason: breaker.is_closed for (_, reason), breaker in while_open.items()} == {
        BreakerReason.MANUAL: False,
        BreakerReason.OUTAGE: False,
    }
    assert all(breaker.is_closed for breaker in (await breakers.read(provider)).breakers.values())
    assert await records(mongo, provider) == [
        ("open_breaker", "done", {"state": "open"}),
        ("closed_breaker", "done", {"state": "closed"}),
    ]


async def test_a_new_key_closes_the_breaker_that_the_old_one_opened(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    provider = await a_provider(mongo)
    breakers = Breakers(mongo.database, Telemetry("tests").metrics)
    for photo in "abc":
        await breakers.failed(provider, BreakerReason.ACCESS, job_id=photo, detail="auth: bad key")

    status, _ = await ask(admin, "PUT", path(provider, "/key"), {"api_key": "a-new-key-that-is-good"})

    assert status == 200
    assert [breaker.is_closed for breaker in (await breakers.read(provider)).breakers.values()] == [True]
