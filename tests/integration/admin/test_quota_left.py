"""How much of each limit is left is told from what was really used."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import Price
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaKey, QuotaRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_people import ask
from tests.job_rows import new_slot

Row = dict[str, Any]

MANIFEST = ProviderManifest(
    name="gemini",
    title="Gemini",
    version=1,
    operations={},
    input_types=(),
    requests_per_day=100,
    requests_per_minute=10,
    money_per_day=10_000_000,
    concurrency=4,
    prices=(Price(per_call=40_000, typical_call=50_000),),
)


def a_call(minutes_ago: float, cost_micros: int | None) -> Row:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    known = {} if cost_micros is None else {"cost_micros": cost_micros, "currency": "USD"}
    call = {"n": 1, "at": at, "outcome": "delivered" if known else "late", **known}
    return {
        "_id": str(uuid.uuid4()),
        "public_id": uuid.uuid4().hex,
        "slot_id": "demo",
        "source": "ingest",
        "is_finalized": True,
        "created_at": at,
        "attempts": [{"n": 1, "provider": "gemini", "ledger": [call]}],
    }


@pytest.fixture
async def used(mongo: Mongo) -> None:
    """Ten calls within the hour, one of them just now; 30 of the day's 100, and all of the slot's 12."""
    for name in ("jobs", "quotas", "slots"):
        await mongo.database[name].delete_many({})
    await ProviderRepository(mongo.database).upsert_manifest(MANIFEST)
    await SlotRepository(mongo.database).insert_if_missing(new_slot(limits=ProviderLimits(requests_per_day=12)))
    calls = [a_call(0.1, 40_000), a_call(50, None), *(a_call(2 + n, 40_000) for n in range(8)), a_call(70, 40_000)]
    await mongo.database["jobs"].insert_many(calls)
    quotas = QuotaRepository(mongo.database)
    for slot_id, amount in ((None, 30), ("demo", 12)):
        key = QuotaKey("gemini", Limit.REQUESTS_PER_DAY, slot_id)
        await quotas.take_of_day(key, 100, amount=amount, time_zone="UTC")
    await quotas.take_place(QuotaKey("gemini", Limit.CONCURRENCY), 4, lease_ms=60_000)


async def test_each_limit_tells_what_is_used_and_left(admin: aiohttp.ClientSession, used: None) -> None:
    status, answer = await ask(admin, "GET", "/api/v1/quotas")

    told = {
        (quota["slot_id"], quota["limit"]): [quota[name] for name in ("allowed", "used", "left")]
        for quota in answer["quotas"]
    }
    assert status == 200
    assert told == {
        (None, "concurrency"): [4, 1, 3],
        (None, "requests_per_day"): [100, 30, 70],
        (None, "money_per_day"): [10_000_000, 0, 10_000_000],
        (None, "requests_per_minute"): [10, 1, 9],
        ("demo", "requests_per_day"): [12, 12, 0],
    }


async def test_until_when_it_lasts_follows_from_the_last_hour(admin: aiohttp.ClientSession, used: None) -> None:
    _, answer = await ask(admin, "GET", "/api/v1/quotas")

    now = datetime.fromisoformat(answer["at"])
    of_day, of_slot = [quota for quota in answer["quotas"] if quota["limit"] == "requests_per_day"]
    resets_at = datetime.fromisoformat(of_day["resets_at"])
    assert of_day["used_last_hour"] == 10
    assert resets_at == (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if now + timedelta(hours=7) < resets_at:
        assert datetime.fromisoformat(of_day["lasts_until"]) == now + timedelta(hours=7)
    else:
        assert of_day["lasts_until"] is None
    assert datetime.fromisoformat(of_slot["lasts_until"]) == now


async def test_the_pace_of_the_last_hour_is_told_with_and_without_limits(
    admin: aiohttp.ClientSession, used: None
) -> None:
    _, answer = await ask(admin, "GET", "/api/v1/quotas")

    paces = {(pace["provider"], pace["slot_id"]): pace for pace in answer["paces"]}
    for slot_id in (None, "demo"):
        pace = paces["gemini", slot_id]
        assert (pace["calls_last_hour"], pace["cost_micros_last_hour"]) == (10, 9 * 40_000 + 50_000)
        assert pace["currency"] == "USD"
