"""Before the doors open: a healthy stack gives no finding; things broken one at a time are each named."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from minio import Minio

from photochanger.domain.breaker import Breaker, BreakerState
from photochanger.domain.latency_sketch import Measure
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Operation, Route, Slot
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.media_store import Bucket
from tests.admin_people import ask, log_in, logged_in
from tests.command_line import photochanger
from tests.e2e.product import KNOWN_EVERYWHERE_SECONDS, Product
from tests.photos import camera_jpeg

pytestmark = pytest.mark.timeout(240)

#: A preflight is over within this time, whatever it finds.
RUN_SECONDS = 60.0
#: A changed slot, setting, key or limit is in force: 2 s are promised, one is for a busy machine.
IN_FORCE_SECONDS = 3.0
TURBOTEXT = Route(provider="turbotext", operation=Operation.IMAGE_EDIT, params={"prompt": "fallback"})
Run = dict[str, Any]


@dataclass
class Doors:
    """The product and somebody who is about to open."""

    product: Product
    admin: aiohttp.ClientSession

    async def preflight(self, *slots: Slot | str, **request: Any) -> Run:
        """Run one to its end; on one machine links lead nowhere else, so guests open none unless told."""
        ids = [slot if isinstance(slot, str) else slot.id for slot in slots]
        body = {"slot_ids": ids, "guests_open_links": False} | request
        status, run = await ask(self.admin, "POST", "/api/v1/preflight", body)
        assert status == 202, run
        started = time.monotonic()
        shown: Run = run
        while shown["state"] == "running":
            assert time.monotonic() - started < RUN_SECONDS + 5, shown
            await asyncio.sleep(0.2)
            status, shown = await ask(self.admin, "GET", f"/api/v1/preflight/{run['id']}")
            assert status == 200, shown
        return shown


@pytest.fixture
async def doors(product: Product) -> AsyncIterator[Doors]:
    info, database = product.stack.info, product.mongo.database
    # what the tests before have measured and let die is not this evening's
    await database["latencies"].delete_many({})
    await database["dead_letters"].delete_many({})
    async with aiohttp.ClientSession(str(info["admin_url"])) as stranger:
        token = await log_in(stranger, str(info["admin_login"]), str(info["admin_password"]))
    async with logged_in(str(info["admin_url"]), token) as admin:
        yield Doors(product, admin)


def codes(run: Run) -> set[str]:
    return {finding["code"] for finding in run["findings"]}


async def test_a_healthy_stack_gives_no_finding_and_pays_each_provider_once(doors: Doors) -> None:
    slot = await doors.product.slot(fallbacks=(TURBOTEXT,), sync_response_seconds=25)

    run = await doors.preflight(slot)

    assert (run["findings"], run["is_ready"], run["state"]) == ([], True, "finished")
    names = {check["name"]: check for check in run["checks"]}
    assert {f"photo {slot.id}", "fallback turbotext", "key gemini", "key turbotext", "public link", "store"} <= set(
        names
    )
    assert all(check["state"] == "done" for check in run["checks"])
    [advice] = run["advice"]
    assert (advice["client_timeout_seconds"], advice["ingest_url"]) == (30.0, doors.product.ingest(slot))
    jobs = await doors.product.rows_of(slot)
    assert sorted(job.attempts[0].provider for job in jobs) == ["gemini", "turbotext"]
    assert {job.source for job in jobs} == {"test_run"}
    assert any(field.value == "PREFLIGHT" for job in jobs for field in job.client), "one came the booth's way"
    assert len(await doors.product.calls(slot)) == 1
    since, until = (f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}" for minutes in (-10, 1))
    status, statistics = await ask(doors.admin, "GET", f"/api/v1/statistics?from={since}&to={until}")
    assert status == 200, statistics
    assert slot.id not in str(statistics), "test photos stay out of the statistics"


@dataclass(frozen=True)
class Broken:
    """One thing that is wrong: how the slot is, what is done to the stack meanwhile, and what is to be found."""

    found: set[str]
    slot: dict[str, Any] = field(default_factory=dict)
    behaviour: str = "ok"
    request: dict[str, Any] = field(default_factory=dict)
    harm: Callable[[Doors], AbstractAsyncContextManager[None]] | None = None


@asynccontextmanager
async def ghost(doors: Doors) -> AsyncIterator[None]:
    """A provider that is set up, but whose service was never started."""
    providers = doors.product.mongo.database["providers"]
    gemini = await providers.find_one({"_id": "gemini"})
    assert gemini is not None
    await providers.insert_one({"_id": "ghost", "manifest": {**gemini["manifest"], "name": "ghost", "prices": []}})
    try:
        yield
    finally:
        await providers.delete_one({"_id": "ghost"})


GONE = "00000000-0000-0000-0000-000000000000"
#: Each is one slot's own fault, so they are looked at side by side.
OF_SLOTS = {
    "disabled": Broken({"slot_inactive"}, {"is_active": False}),
    "its event begins later": Broken({"event_closed"}, {"opens_at": datetime(2199, 1, 1, tzinfo=UTC)}),
    "its event is over": Broken({"event_closed"}, {"closes_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    "asks for what the provider cannot do": Broken(
        {"slot_invalid", "photo_failed", "provider_failed"}, {"params": {"prompt": "x [sandbox:ok]", "unheard_of": 1}}
    ),
    "its template was deleted": Broken(
        {"template_missing", "photo_failed", "provider_failed"},
        {"operation": "style_transfer", "template_media": ({"role": "style", "media_id": GONE},)},
    ),
    "takes too few photos a minute": Broken(
        {"slot_limit_short"}, {"photos_per_minute": 1}, request={"expected_guests": 1000}
    ),
    "takes too few photos a day": Broken({"slot_limit_short"}, {"limits": {"requests_per_day": 50}}),
    "its photo is refused": Broken({"photo_failed", "provider_failed"}, behaviour="safety"),
    "its fallback does not work": Broken(
        {"provider_failed"},
        {
            "fallbacks": (
                Route(provider="openai", operation=Operation.IMAGE_EDIT, params={"prompt": "[sandbox:bad_json]"}),
            )
        },
    ),
    "a fallback's service does not run": Broken(
        {"queue_missing", "provider_silent", "provider_failed"},
        {"fallbacks": (Route(provider="ghost", operation=Operation.IMAGE_EDIT, params={"prompt": "boo"}),)},
    ),
    "its links lead to this machine": Broken({"public_address_local"}, request={"guests_open_links": True}),
}


async def test_what_is_wrong_with_a_slot_is_named_as_that_slots(doors: Doors) -> None:
    slots = {name: await doors.product.slot(case.behaviour, **case.slot) for name, case in OF_SLOTS.items()}

    async with ghost(doors):
        runs = await asyncio.gather(*(doors.preflight(slots[name], **case.request) for name, case in OF_SLOTS.items()))

    for (name, case), run in zip(OF_SLOTS.items(), runs, strict=True):
        assert codes(run) == case.found, (name, run["findings"])
        assert {finding["slot_id"] for finding in run["findings"]} <= {slots[name].id, None}, name
        assert all(finding["problem"] and finding["remedy"] for finding in run["findings"])
        has_errors = any(finding["severity"] == "error" for finding in run["findings"])
        assert run["is_ready"] is not has_errors
    missing = await doors.preflight("no-such-slot")
    assert codes(missing) == {"slot_missing"}


@asynccontextmanager
async def changed_row(
    doors: Doors, collection: str, row_id: str, fields: dict[str, Any], *, known_after_seconds: float = 0.0
) -> AsyncIterator[None]:
    """The row with other fields, and afterwards as it was; what photos pass needs its time to be known."""
    rows = doors.product.mongo.database[collection]
    before = await rows.find_one({"_id": row_id})
    await rows.update_one({"_id": row_id}, {"$set": fields}, upsert=True)
    try:
        await asyncio.sleep(known_after_seconds)
        yield
    finally:
        await rows.delete_one({"_id": row_id})
        if before is not None:
            await rows.insert_one(before)
        await asyncio.sleep(known_after_seconds)


def no_password(doors: Doors) -> AbstractAsyncContextManager[None]:
    none: dict[str, Any] = {"ingest_password_verifiers": [], "old_ingest_passwords": []}
    return changed_row(doors, "settings", "platform", none)


def few_left(**limits: int) -> Callable[[Doors], AbstractAsyncContextManager[None]]:
    def harm(doors: Doors) -> AbstractAsyncContextManager[None]:
        row = {"limits": limits, "version": 7}
        return changed_row(doors, "provider_limits", "gemini", row, known_after_seconds=IN_FORCE_SECONDS)

    return harm


def outage(doors: Doors) -> AbstractAsyncContextManager[None]:
    opened = datetime.now(UTC)
    breaker = Breaker(state=BreakerState.OPEN, since=opened, opened_at=opened, detail="three photos failed")
    fields = {"provider": "gemini", "reason": "outage", "version": 1, "breaker": breaker.model_dump()}
    return changed_row(doors, "breakers", "gemini/outage", fields, known_after_seconds=KNOWN_EVERYWHERE_SECONDS)


def a_letter(doors: Doors) -> AbstractAsyncContextManager[None]:
    fields = {"queue": "provider.gemini.v1", "reason": "rejected", "received_at": datetime.now(UTC)}
    return changed_row(doors, "dead_letters", "preflight-letter", fields)


def other_models(doors: Doors) -> AbstractAsyncContextManager[None]:
    fields = {"listed": ["gemini-of-next-year"], "retired": [], "checked_at": datetime.now(UTC)}
    return changed_row(doors, "provider_models", "gemini", fields)


@asynccontextmanager
async def slow_lately(doors: Doors) -> AsyncIterator[None]:
    key = "gemini", Operation.IMAGE_EDIT
    repository = LatencyRepository(doors.product.mongo.database)
    await repository.add({(key, Measure.CALL, bucket_of(40_000)): 50})
    try:
        yield
    finally:
        await doors.product.mongo.database["latencies"].delete_many({})


@asynccontextmanager
async def paused(doors: Doors) -> AsyncIterator[None]:
    path = "/api/v1/providers/gemini/breaker"
    assert (await ask(doors.admin, "PUT", path, {"state": "open"}))[0] == 204
    await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)
    try:
        yield
    finally:
        await ask(doors.admin, "PUT", path, {"state": "closed"})
        await asyncio.sleep(KNOWN_EVERYWHERE_SECONDS)


@asynccontextmanager
async def wrong_key(doors: Doors) -> AsyncIterator[None]:
    path = "/api/v1/providers/gemini/key"
    assert (await ask(doors.admin, "PUT", path, {"api_key": "wrong-key-for-the-evening"}))[0] == 200
    await asyncio.sleep(IN_FORCE_SECONDS)
    try:
        yield
    finally:
        await ask(doors.admin, "DELETE", path)
        await asyncio.sleep(IN_FORCE_SECONDS)
        await doors.product.forget_failures()


@asynccontextmanager
async def no_lifetime(doors: Doors) -> AsyncIterator[None]:
    info = doors.product.stack.info
    address = str(info["s3_url"]).removeprefix("http://")
    client = Minio(
        endpoint=address, access_key=str(info["s3_access_key"]), secret_key=str(info["s3_secret_key"]), secure=False
    )
    await asyncio.to_thread(lambda: client.delete_bucket_lifecycle(bucket_name=Bucket.SOURCES))
    try:
        yield
    finally:
        await doors.product.store.ensure_buckets()


#: These are everybody's, so one is broken after the other.
OF_THE_STACK = {
    "no password is set": Broken({"password_missing"}, harm=no_password),
    "the provider is paused": Broken({"provider_paused", "photo_failed"}, harm=paused),
    "the provider failed too often": Broken({"breaker_open", "photo_failed"}, harm=outage),
    "the key is wrong": Broken({"key_refused", "photo_failed", "provider_failed"}, harm=wrong_key),
    "the day's requests do not suffice": Broken({"quota_short"}, harm=few_left(requests_per_day=60)),
    "the provider takes few a minute": Broken(
        {"rate_short"}, harm=few_left(requests_per_minute=5), request={"expected_guests": 1000}
    ),
    "the model is retired": Broken({"model_retired"}, harm=other_models),
    "the provider is slower than the window": Broken({"window_short"}, {"sync_response_seconds": 20}, harm=slow_lately),
    "the store would keep photos for ever": Broken({"lifetime_missing"}, harm=no_lifetime),
    "messages die": Broken({"dead_letters_growing"}, harm=a_letter),
}


async def test_what_is_wrong_with_the_stack_is_named_one_thing_at_a_time(doors: Doors) -> None:
    for name, case in OF_THE_STACK.items():
        slot = await doors.product.slot(case.behaviour, **({"sync_response_seconds": 12} | case.slot))
        assert case.harm is not None
        async with case.harm(doors):
            run = await doors.preflight(slot, **case.request)
        assert codes(run) == case.found, (name, run["findings"])


async def test_a_second_preflight_of_a_slot_waits_for_the_first(doors: Doors) -> None:
    slot = await doors.product.slot("slow=2")
    first = asyncio.create_task(doors.preflight(slot))
    await asyncio.sleep(0.5)

    status, problem = await ask(doors.admin, "POST", "/api/v1/preflight", {"slot_ids": [slot.id]})

    assert (status, problem["code"]) == (409, "conflict")
    assert codes(await first) == set()


async def test_a_template_whose_picture_the_store_lost_is_named(doors: Doors) -> None:
    headers = {"Content-Type": "image/jpeg"}
    async with doors.admin.post("/api/v1/template-media", data=camera_jpeg(300, 200), headers=headers) as answer:
        style = (await answer.json())["id"]
    row = await doors.product.mongo.database["templates"].find_one({"_id": style})
    assert row is not None
    await doors.product.store.delete(Bucket.TEMPLATES, row["key"])
    slot = await doors.product.slot(
        operation="style_transfer", template_media=({"role": "style", "media_id": style},), sync_response_seconds=10
    )

    run = await doors.preflight(slot)

    await doors.product.mongo.database["templates"].delete_one({"_id": style})
    assert "template_missing" in codes(run)
    [finding] = [finding for finding in run["findings"] if finding["code"] == "template_missing"]
    assert finding["slot_id"] == slot.id


async def test_the_command_says_what_is_found_and_ends_with_its_verdict(doors: Doors, tmp_path: Path) -> None:
    url, token = str(doors.product.stack.info["admin_url"]), doors.admin.headers["Authorization"].split()[1]
    run = partial(photochanger, url=url, token=token, cwd=tmp_path)
    good, bad = await doors.product.slot(), await doors.product.slot(is_active=False)

    ready = await asyncio.to_thread(run, "preflight", good.id, "--no-links")
    not_ready = await asyncio.to_thread(run, "preflight", bad.id, "--no-links", "--json")

    assert (ready.code, not_ready.code) == (0, 3), (ready, not_ready)
    assert ready.out.splitlines()[-1].endswith("0 findings: ready")
    assert f"booth of {good.id}: {doors.product.ingest(good)}, time-out 53 s" in ready.out
    assert [finding["code"] for finding in not_ready.json["findings"]] == ["slot_inactive"]
