"""The ledger through the API, and the prices that administrators give."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import Price
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.provider_worker.price_list import PriceList
from tests.admin_people import ask, fields

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
#: Still the evening before in California.
NIGHT = datetime(2026, 5, 1, 5, tzinfo=UTC)
PRICES = "/api/v1/providers/painter/prices"
TABLE = {"currency": "RUB", "prices": [{"per_call": 4_500_000, "typical_call": 4_500_000}]}


def manifest() -> ProviderManifest:
    prices = (Price(model="small", typical_call=40), Price(model="large", typical_call=90))
    return ProviderManifest(
        name="painter", title="Painter", version=1, operations={}, input_types=(), prices=prices,
        time_zone="America/Los_Angeles",
    )  # fmt: skip


def entry(n: int, at: datetime = NOON, **closed: Any) -> dict[str, Any]:
    return {"n": n, "at": at, **closed}


def job(*ledger: dict[str, Any], is_finalized: bool = True, **changes: object) -> dict[str, Any]:
    row = {
        "_id": str(uuid.uuid4()),
        "public_id": uuid.uuid4().hex,
        "slot_id": "wedding",
        "source": "ingest",
        "is_finalized": is_finalized,
        "created_at": ledger[0]["at"] - timedelta(seconds=1),
        "attempts": [{"n": 1, "provider": "painter", "ledger": list(ledger)}],
    }
    return row | changes


@pytest.fixture
async def rows(mongo: Mongo) -> AsyncIterator[list[dict[str, Any]]]:
    paid: dict[str, Any] = {"currency": "USD", "model": "small"}
    rows = [
        job(entry(1, outcome="failed", cost_micros=0, **paid), entry(2, outcome="delivered", cost_micros=35, **paid)),
        job(entry(1, outcome="late", **paid)),
        job(entry(1)),
        job(entry(1), is_finalized=False),
        job(entry(1, outcome="delivered", cost_micros=7, **paid), source="test_run", slot_id="party"),
        job(entry(1, NIGHT, outcome="refused", cost_micros=2, **paid)),
        job(entry(1, NOON - timedelta(days=3), outcome="delivered", cost_micros=500, **paid)),
    ]
    await mongo.database["jobs"].delete_many({})
    await mongo.database["jobs"].insert_many(rows)
    await ProviderRepository(mongo.database).upsert_manifest(manifest())
    yield rows
    await mongo.database["jobs"].delete_many({})
    await mongo.database["providers"].delete_one({"_id": "painter"})


async def calls(admin: aiohttp.ClientSession, **more: str) -> dict[str, Any]:
    span = {"from": (NOON - timedelta(hours=12)).isoformat(), "to": (NOON + timedelta(hours=1)).isoformat()}
    status, found = await ask(admin, "GET", f"/api/v1/statistics/calls?{urlencode(span | more)}")
    assert status == 200, found
    return dict(found)


async def test_calls_are_summed_by_slot_provider_and_the_providers_day(
    admin: aiohttp.ClientSession, rows: list[dict[str, Any]]
) -> None:
    found = await calls(admin)

    assert [(row["slot_id"], row["day"], row["calls"], row["cost_micros"]) for row in found["slots"]] == [
        ("party", "2026-05-01", 1, 7),
        ("wedding", "2026-04-30", 1, 2),
        ("wedding", "2026-05-01", 5, 35),
    ]
    wedding = found["slots"][2]
    counted = ("delivered", "failed", "late", "unknown", "running", "refused", "cancelled")
    assert [wedding[name] for name in counted] == [1, 1, 1, 1, 1, 0, 0]
    [painter] = found["providers"]
    assert (painter["provider"], painter["currency"], painter["calls"], painter["cost_micros"]) == (
        "painter",
        "USD",
        7,
        44,
    )


async def test_what_nobody_knows_is_listed_at_its_typical_price(
    admin: aiohttp.ClientSession, rows: list[dict[str, Any]]
) -> None:
    found = await calls(admin, slot_id="wedding")

    listed = {(call["job_id"], call["outcome"], call["typical_micros"]) for call in found["uncertain"]}
    assert listed == {(rows[1]["_id"], "late", 40), (rows[2]["_id"], "unknown", 90)}
    assert {call["at"] for call in found["uncertain"]} == {"2026-05-01T12:00:00Z"}
    [painter] = found["providers"]
    assert (painter["uncertain_calls"], painter["uncertain_micros"]) == (2, 130)


async def test_a_time_too_long_is_named(admin: aiohttp.ClientSession) -> None:
    span = {"from": NOON.isoformat(), "to": (NOON + timedelta(days=40)).isoformat()}

    status, problem = await ask(admin, "GET", f"/api/v1/statistics/calls?{urlencode(span)}")

    assert (status, fields(problem)) == (422, ["/to"])


async def test_given_prices_win_until_they_are_taken_away(
    admin: aiohttp.ClientSession, mongo: Mongo, rows: list[dict[str, Any]]
) -> None:
    providers, prices = ProviderRepository(mongo.database), PriceList(manifest())

    status, given = await ask(admin, "PUT", PRICES, TABLE)
    await prices.refresh(providers)
    in_force = (prices.currency, prices.prices[0].per_call)
    _, shown = await ask(admin, "GET", PRICES)
    # the service starts anew and says its manifest again
    await providers.upsert_manifest(manifest())
    await prices.refresh(providers)
    still = prices.currency
    deleted, _ = await ask(admin, "DELETE", PRICES)
    await prices.refresh(providers)

    assert (status, given["is_given"], shown) == (200, True, given)
    assert in_force == ("RUB", 4_500_000)
    assert (still, deleted, prices.currency, len(prices.prices)) == ("RUB", 204, "USD", 2)
    assert (await ask(admin, "DELETE", PRICES))[0] == 404
    assert (await ask(admin, "PUT", "/api/v1/providers/nobody/prices", TABLE))[0] == 404


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"currency": "roubles"}, "/currency"),
        ({"prices": []}, "/prices"),
        ({"prices": [{"per_call": -1}]}, "/prices/0/per_call"),
        ({"prices": [{"per_call": 1, "per_photo": 2}]}, "/prices/0/per_photo"),
    ],
)
async def test_wrong_prices_are_named_and_change_nothing(
    admin: aiohttp.ClientSession, mongo: Mongo, rows: list[dict[str, Any]], change: dict[str, object], wrong: str
) -> None:
    status, problem = await ask(admin, "PUT", PRICES, TABLE | change)

    assert status == 422
    assert wrong in fields(problem)
    assert await ProviderRepository(mongo.database).given_prices("painter") is None
