"""The ledger of provider calls against the invoice of who was called."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import aiohttp
import pytest

from photochanger.domain.job import TERMINAL
from photochanger.domain.slot import Operation, Route, Slot
from tests.admin_people import ask, log_in, logged_in
from tests.e2e.product import Product
from tests.photos import camera_jpeg

WINDOW_SECONDS = 20
OUTCOMES = ("delivered", "late", "refused", "failed", "cancelled", "unknown", "running")


@dataclass(frozen=True)
class Kind:
    """Photos of one slot: how many, and what its provider does with them."""

    count: int
    behaviour: str = "ok"
    provider: str = "gemini"
    fallback: str | None = None
    #: the first answers are without a picture, the photo's next call gives one
    empty_answers: int = 0
    window_seconds: int = WINDOW_SECONDS


KINDS = {
    "g-ok": Kind(16),
    "g-retried": Kind(6, empty_answers=4),
    "g-refused": Kind(5, "image_safety"),
    "g-empty": Kind(1, "no_image"),
    "g-broken": Kind(2, "internal"),
    "g-over": Kind(2, "rate_limited=300"),
    "g-fallback": Kind(2, "unavailable", fallback="turbotext"),
    "g-late": Kind(3, "slow=40", window_seconds=10),
    "g-cancelled": Kind(3, "slow=40"),
    "t-ok": Kind(12, provider="turbotext"),
    "t-forbidden": Kind(3, "forbidden_content", provider="turbotext"),
    "t-used-up": Kind(1, "credits_depleted", provider="turbotext"),
    "t-late": Kind(2, "never_ready", provider="turbotext", window_seconds=10),
    "t-cancelled": Kind(2, "never_ready", provider="turbotext"),
}
#: What would open a breaker for the others, by turns: after each one the failures are forgotten.
HARMFUL = (("g-late", "t-late"), ("g-over", "t-used-up"), ("g-broken",), ("g-fallback",))


class Costs:
    """The slots of one test, and what both sides say they cost."""

    def __init__(self, product: Product, admin: aiohttp.ClientSession) -> None:
        self.product = product
        self.admin = admin
        self.tag = f"cost-{uuid.uuid4().hex[:8]}"
        self.slots: dict[str, Slot] = {}

    async def add(self, name: str, kind: Kind) -> None:
        slot_id = f"{self.tag}-{name}"
        prompt = slot_id if kind.empty_answers else f"{slot_id} [sandbox:{kind.behaviour}]"
        fallbacks: tuple[Route, ...] = ()
        if kind.fallback is not None:
            fallbacks = (Route(provider=kind.fallback, operation=Operation.IMAGE_EDIT, params={"prompt": slot_id}),)
        if kind.empty_answers:
            rule = {"behaviour": "no_image", "prompt_contains": slot_id, "times": kind.empty_answers}
            await self._control("PUT", f"rules/{slot_id}", json=rule)
        self.slots[name] = await self.product.slot(
            id=slot_id,
            name=slot_id,
            provider=kind.provider,
            params={"prompt": prompt},
            fallbacks=fallbacks,
            sync_response_seconds=kind.window_seconds,
        )

    async def shoot(self, name: str, count: int, places: asyncio.Semaphore) -> list[int]:
        photo = camera_jpeg(600, 400)

        async def one() -> int:
            async with places:
                return (await self.product.shoot(self.slots[name], photo)).status

        return list(await asyncio.gather(*(one() for _ in range(count))))

    async def shoot_all(self, names: Iterable[str], places: asyncio.Semaphore) -> list[list[int]]:
        """Post every photo of these kinds at once, with no failure of others remembered."""
        await self.product.forget_failures()
        return list(await asyncio.gather(*(self.shoot(name, KINDS[name].count, places) for name in names)))

    async def wait_for_calls(self, names: Iterable[str], count: int) -> None:
        """Wait until so many calls of these slots are under way, a queued one with its reference in the row."""
        async with asyncio.timeout(15):
            while True:
                rows = [row for name in names for row in await self.product.rows_of(self.slots[name])]
                attempts = [attempt for row in rows for attempt in row.attempts]
                begun = [a for a in attempts if a.calls and (a.provider == "gemini" or a.provider_reference)]
                if len(begun) == count:
                    break
                await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)

    async def cancel(self, names: Iterable[str]) -> None:
        """Cancel every photo of these slots whose call is under way."""
        for name in names:
            for row in await self.product.rows_of(self.slots[name]):
                status, body = await ask(self.admin, "POST", f"/api/v1/jobs/{row.id}/cancel")
                assert status == 200, body

    async def ledger(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        query = {
            "from": (now - timedelta(hours=1)).isoformat(),
            "to": (now + timedelta(hours=1)).isoformat(),
        }
        async with self.admin.get("/api/v1/statistics/calls", params=query) as answer:
            assert answer.status == 200, await answer.text()
            found = await answer.json()
        mine = [row for row in found["slots"] if row["slot_id"].startswith(self.tag)]
        uncertain = [call for call in found["uncertain"] if call["slot_id"].startswith(self.tag)]
        return {"slots": mine, "uncertain": uncertain}

    async def settled(self) -> dict[str, Any]:
        """Give the ledger once nothing is under way, and nothing is unknown that is merely not written yet."""
        for slot in self.slots.values():
            for row in await self.product.rows_of(slot):
                ended = await self.product.row_when(row.id, lambda job: job.status in TERMINAL, seconds=60)
                assert ended.status in TERMINAL
        await asyncio.sleep(2)
        return await self.ledger()

    async def invoice(self) -> dict[str, tuple[str, int]]:
        """Give each provider's currency and amount for the calls of this test."""
        shown = await self._control("GET", "invoice", params={"prompt_contains": self.tag})
        return {total["provider"]: (total["currency"], total["amount_micros"]) for total in shown["totals"]}

    async def arrived(self) -> dict[str, int]:
        shown = await self._control("GET", "calls", params={"prompt_contains": self.tag})
        providers = [call["provider"] for call in shown["calls"]]
        return {name: providers.count(name) for name in set(providers)}

    async def _control(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        address = f"{self.product.stack.info['sandbox_url']}/control/{path}"
        async with self.product.http.request(method, address, **options) as answer:
            assert answer.status == 200, await answer.text()
            shown: dict[str, Any] = await answer.json()
            return shown


@asynccontextmanager
async def costs_of(product: Product) -> AsyncIterator[Costs]:
    url, login = str(product.stack.info["admin_url"]), str(product.stack.info["admin_login"])
    async with aiohttp.ClientSession(url) as stranger:
        token = await log_in(stranger, login, str(product.stack.info["admin_password"]))
    async with logged_in(url, token) as admin:
        yield Costs(product, admin)


def total(rows: list[dict[str, Any]], name: str, provider: str) -> int:
    return sum(row[name] for row in rows if row["provider"] == provider)


@pytest.mark.timeout(200)
async def test_the_ledger_is_the_invoice_to_the_cent(product: Product) -> None:
    async with costs_of(product) as costs:
        for name, kind in KINDS.items():
            await costs.add(name, kind)
        places = asyncio.Semaphore(14)
        cancelled = [name for name in KINDS if name.endswith("cancelled")]
        harmless = [name for name in KINDS if name not in {*cancelled, *chain(*HARMFUL)}]
        statuses = [
            status for names in (harmless, *HARMFUL) for each in await costs.shoot_all(names, places) for status in each
        ]
        await product.forget_failures()
        stopped = [asyncio.create_task(costs.shoot(n, KINDS[n].count, places)) for n in cancelled]
        await costs.wait_for_calls(cancelled, 5)
        await costs.cancel(cancelled)
        ended = [status for each in await asyncio.gather(*stopped) for status in each]
        found = await costs.settled()
        invoice, arrived = await costs.invoice(), await costs.arrived()

    rows = found["slots"]
    assert (len(statuses) + len(ended), set(ended)) == (60, {503})
    for provider in ("gemini", "turbotext"):
        [currency] = {row["currency"] for row in rows if row["provider"] == provider}
        assert (currency, total(rows, "cost_micros", provider)) == invoice[provider]
        assert total(rows, "calls", provider) == arrived[provider]
    counted = {name: sum(row[name] for row in rows) for name in OUTCOMES}
    assert counted["delivered"] == statuses.count(200) >= 30
    assert counted["late"] >= statuses.count(504) >= 5
    assert (counted["refused"], counted["cancelled"]) == (8, 5)
    assert counted["failed"] >= 10
    assert (counted["unknown"], counted["running"]) == (0, 0)
    uncertain = {(call["provider"], call["outcome"]) for call in found["uncertain"]}
    assert uncertain == {("gemini", "late"), ("gemini", "cancelled")}


KILLED_SERVICES = ("provider-gemini", "provider-turbotext")


@pytest.mark.timeout(200)
async def test_after_kill_9_in_calls_the_difference_is_within_the_listed_unknowns(product: Product) -> None:
    async with costs_of(product) as costs:
        await costs.add("g", Kind(14, "slow=1.5"))
        await costs.add("g-cut", Kind(2, "cut"))
        await costs.add("t", Kind(10, provider="turbotext"))
        places = asyncio.Semaphore(30)

        async def booth(name: str, number: int) -> list[int]:
            await asyncio.sleep(number * 0.25)
            return await costs.shoot(name, 1, places)

        booths = [
            asyncio.create_task(booth(name, number))
            for name, count in (("g", 14), ("g-cut", 2), ("t", 10))
            for number in range(count)
        ]
        await asyncio.sleep(2.5)
        for service in KILLED_SERVICES:
            product.stack.kill(service)
        await asyncio.gather(*booths)
        found, invoice = await costs.settled(), await costs.invoice()

    for provider in ("gemini", "turbotext"):
        known, charged = total(found["slots"], "cost_micros", provider), invoice[provider][1]
        listed = [call for call in found["uncertain"] if call["provider"] == provider]
        assert known <= charged <= known + sum(call["typical_micros"] for call in listed), (provider, found)
        assert len(listed) == total(found["slots"], "uncertain_calls", provider)
    assert total(found["slots"], "unknown", "gemini") >= 1
    assert {call["outcome"] for call in found["uncertain"]} <= {"unknown", "failed", "late", "delivered"}
