import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from photochanger.infrastructure.http_server import operations_server
from photochanger.observability import Telemetry


class Parts:
    """What the service under test depends on."""

    def __init__(self) -> None:
        self.broker_reason: str | None = None
        self.store_hangs = False

    async def broker(self) -> str | None:
        return self.broker_reason

    async def store(self) -> str | None:
        await asyncio.sleep(30 if self.store_hangs else 0)
        return None

    async def crashing(self) -> str | None:
        raise ValueError("boom")


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
async def site(parts: Parts) -> AsyncIterator[ClientSession]:
    checks = {"broker": parts.broker, "store": parts.store}
    telemetry = Telemetry("tests")
    telemetry.metrics.late_results.add(1)
    async with (
        operations_server(telemetry, "127.0.0.1", 0, checks) as port,
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_a_service_with_all_its_parts_is_ready(site: ClientSession) -> None:
    async with site.get("/health/ready") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok", "missing": {}, "impaired": {}}


async def test_a_service_without_a_part_says_which_and_why_and_lives_on(site: ClientSession, parts: Parts) -> None:
    parts.broker_reason = "connection refused"

    async with site.get("/health/ready") as answer:
        assert answer.status == 503
        missing = {"broker": "connection refused"}
        assert await answer.json() == {"status": "missing", "missing": missing, "impaired": {}}
    async with site.get("/health/live") as answer:
        assert answer.status == 200


async def test_a_check_that_hangs_is_missing_after_a_second(site: ClientSession, parts: Parts) -> None:
    parts.store_hangs = True

    async with asyncio.timeout(1.5), site.get("/health/ready") as answer:
        assert answer.status == 503
        assert (await answer.json())["missing"] == {"store": "no answer in 1 s"}


async def test_a_check_that_crashes_is_missing(parts: Parts) -> None:
    async with (
        operations_server(Telemetry("tests"), "127.0.0.1", 0, {"broker": parts.crashing}) as port,
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/health/ready") as answer,
    ):
        assert answer.status == 503
        assert (await answer.json())["missing"] == {"broker": "the check crashed"}


async def test_what_only_a_part_of_the_service_needs_is_named_and_the_service_is_ready(parts: Parts) -> None:
    parts.broker_reason = "connection refused"
    partial = {"broker": parts.broker}
    async with (
        operations_server(Telemetry("tests"), "127.0.0.1", 0, {"store": parts.store}, partial_checks=partial) as port,
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/health/ready") as answer,
    ):
        assert answer.status == 200
        impaired = {"broker": "connection refused"}
        assert await answer.json() == {"status": "impaired", "missing": {}, "impaired": impaired}


async def test_the_metrics_are_served_as_prometheus_text(site: ClientSession) -> None:
    async with site.get("/metrics") as answer:
        text = await answer.text()

    names = {family.name for family in text_string_to_metric_families(text)}
    assert "photochanger_late_results" in names
    assert "process_resident_memory_bytes" in names
