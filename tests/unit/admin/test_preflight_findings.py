"""What is measured becomes a finding exactly when it is bad."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from admin_api.preflight.booth import BoothAnswer, booth_body, own_photo
from admin_api.preflight.findings import PLATFORM, About, FindingCode
from admin_api.preflight.link_check import findings_of_address, findings_of_link, is_local
from admin_api.preflight.photo_checks import _of_answer
from admin_api.preflight.provider_checks import findings_of_quota
from admin_api.preflight.run_models import PreflightRequest
from admin_api.preflight.server_checks import (
    findings_of_clocks,
    findings_of_dead_letters,
    findings_of_disk,
    findings_of_queues,
    queue_names,
)
from admin_api.preflight.slot_checks import Known, findings_of_slot
from photochanger.domain.latency import LatencyBook
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.usage import Price
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.queue_depths import QueueDepth
from photochanger.infrastructure.quota_repository import QuotaUse
from provider_gemini.manifest import gemini_manifest
from tests.dslr_client import Shot
from tests.job_rows import new_slot

NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


def test_every_finding_says_what_to_do() -> None:
    for code in FindingCode:
        finding = About("evening", "gemini").error(code, "It is broken.")
        assert finding.remedy
        assert "{" not in finding.remedy
        assert PLATFORM.warning(code, "It is broken.").slot_id is None


def test_a_clock_is_wrong_from_three_seconds_on_in_either_direction() -> None:
    found = list(findings_of_clocks({"fine": 2.5, "fast": 300.0, "slow": -4.0}))

    assert [finding.problem for finding in found] == [
        "The clock of fast is 300 s ahead of the database's.",
        "The clock of slow is 4 s behind the database's.",
    ]


@pytest.mark.parametrize(("share", "severity"), [(0.5, None), (0.89, None), (0.91, "warning"), (0.98, "error")])
def test_a_disk_that_fills_is_told(share: float, severity: str | None) -> None:
    assert [finding.severity for finding in findings_of_disk(share)] == ([severity] if severity else [])


def test_each_queue_is_there_and_consumed_and_short() -> None:
    names = queue_names(["gemini", "turbotext"])
    well = dict.fromkeys(names, QueueDepth(ready=3, consumers=1))

    assert list(findings_of_queues(names, well)) == []
    broken = {
        **well,
        "provider.gemini.v1": QueueDepth(ready=0, consumers=0),
        "dispatcher.outcomes.v1": QueueDepth(ready=51, consumers=2),
    }
    del broken["provider.turbotext.v1"]
    assert [(finding.code, finding.problem.rpartition(" ")[2]) for finding in findings_of_queues(names, broken)] == [
        ("queue_backlog", "messages."),
        ("queue_without_consumer", "provider.gemini.v1."),
        ("queue_missing", "provider.turbotext.v1."),
    ]


def test_dead_letters_of_the_last_hour_are_told() -> None:
    assert list(findings_of_dead_letters(0)) == []
    assert [finding.code for finding in findings_of_dead_letters(7)] == ["dead_letters_growing"]


def answer(**changes: Any) -> BoothAnswer:
    fields: dict[str, Any] = {
        "status": 200,
        "seconds": 1.0,
        "body": b"picture",
        "content_type": "image/jpeg",
        "job_id": "j",
        "result_url": None,
        "code": "",
        "detail": "",
    }
    return BoothAnswer(**(fields | changes))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer(), None),
        (answer(seconds=7.9), None),
        (answer(seconds=8.1), "photo_slow"),
        (answer(status=504, content_type="application/problem+json", code="sync_timeout"), "photo_failed"),
        (answer(body=b""), "photo_failed"),
        (answer(content_type="text/html"), "photo_failed"),
    ],
)
def test_a_test_photo_is_late_or_failed_as_its_booth_would_see_it(given: BoothAnswer, code: str | None) -> None:
    found = list(_of_answer(new_slot(id="evening"), given, 10.0))

    assert [finding.code for finding in found] == ([code] if code else [])


def known(**request: Any) -> Known:
    prices = (Price(per_image=40_000), Price(model="dear", typical_call=100_000))
    manifest = gemini_manifest().model_copy(update={"prices": prices, "time_zone": "America/Los_Angeles"})
    slots = (new_slot(id="a"), new_slot(id="b"))
    return Known(
        PreflightRequest(**request), slots, PlatformSettings(), {"gemini": manifest}, {}, {}, LatencyBook(), NOW
    )


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        (None, None, None),
        (-1, 1, None),
        (0, None, None),
        (1, 3, "begins at 2026-11-29 00:30 UTC"),
        (-2, -1, "is over since 2026-11-28 22:30 UTC"),
        (None, 0, "is over since 2026-11-28 23:30 UTC"),
    ],
)
def test_a_slot_whose_event_is_not_now_is_told_as_a_warning(
    opens: int | None, closes: int | None, told: str | None
) -> None:
    window = {
        name: None if hours is None else NOW + timedelta(hours=hours)
        for name, hours in (("opens_at", opens), ("closes_at", closes))
    }
    slot = new_slot(id="a", **window)
    set_up = replace(known(), slots=(slot,))

    found = [finding for finding in findings_of_slot(slot, set_up) if finding.code is FindingCode.EVENT_CLOSED]

    assert [(finding.severity, told is not None and told in finding.problem) for finding in found] == (
        [("warning", True)] if told else []
    )
    is_over = told is not None and "over" in told
    assert set_up.open_slots == (() if is_over else (slot,)), "no photo is paid for an event that is over"


@pytest.mark.parametrize(
    ("limits", "used", "codes"),
    [
        ({"requests_per_day": 100}, [], []),
        ({"requests_per_day": 99}, [], ["quota_short"]),
        # it is still the 28th where the provider counts
        ({"requests_per_day": 150}, [("requests_per_day", "2026-11-28", 60)], ["quota_short"]),
        ({"requests_per_day": 150}, [("requests_per_day", "2026-11-27", 60)], []),
        ({"money_per_day": 10_000_000}, [], []),
        ({"money_per_day": 10_000_000}, [("money_per_day", "2026-11-28", 1)], ["money_short"]),
        ({"requests_per_minute": 2}, [], []),
        ({"images_per_minute": 1, "requests_per_minute": 1}, [], ["rate_short", "rate_short"]),
    ],
)
def test_what_is_left_is_held_against_the_guests(
    limits: dict[str, int], used: list[tuple[str, str, int]], codes: list[str]
) -> None:
    uses = [QuotaUse("gemini", None, Limit(limit), day, count, 0.0) for limit, day, count in used]
    everything = known(expected_guests=100, hours=2.0)
    unlimited = dict.fromkeys(everything.manifests["gemini"].limits.model_dump(exclude_none=True), 1_000_000)

    given = ProviderLimits.model_validate(unlimited | limits)
    found = list(findings_of_quota(everything, {"gemini": given}, uses, now=NOW))

    assert [finding.code for finding in found] == codes


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("http://0.0.0.0:1", True),
        ("http://192.168.1.5:8080", False),
        ("https://booth.example", False),
    ],
)
def test_an_address_that_leads_nowhere_else_is_known(url: str, local: bool) -> None:
    assert is_local(url) is local
    assert len(list(findings_of_address(url, guests_open_links=True))) == local
    assert list(findings_of_address(url, guests_open_links=False)) == []


@pytest.fixture
async def guest() -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A gateway that shows the picture `good`, another one under `other`, and nothing else."""

    async def show(request: web.Request) -> web.Response:
        pictures = {"good": b"picture", "other": b"another"}
        name = request.match_info["id"]
        return web.Response(body=pictures[name]) if name in pictures else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/public/results/{id}", show)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as http:
        yield http, f"http://{host}:{port}"
    await runner.cleanup()


async def test_the_public_link_must_show_the_booths_very_picture(guest: tuple[aiohttp.ClientSession, str]) -> None:
    http, base = guest

    async def found(link: str, at: str = base) -> list[str]:
        return [finding.code for finding in await findings_of_link(http, at, answer(result_url=link))]

    assert await found(f"{base}/public/results/good") == []
    assert await found(f"{base}/public/results/other") == ["public_link_broken"]
    assert await found(f"{base}/public/results/gone") == ["public_link_broken"]
    assert await found("http://127.0.0.1:9/public/results/good", "http://127.0.0.1:9") == ["public_link_broken"]
    assert await found(f"{base}/public/results/good", "https://booth.example") == ["public_address_differs"]


def test_our_booth_sends_what_the_real_client_sends() -> None:
    fields = [("time", "5"), ("user_id", "preflight"), ("id", "PREFLIGHT_00000001.")]
    fields += [("profile", r"C:\Users\booth\Documents\PhotoboothImages\setup.xml")]
    fields += [("status", r"C:\Users\booth\Documents\PhotoboothImages\screen\preview.jpg"), ("hash", "0" * 40)]
    fields += [("name", "PREFLIGHT"), ("model", "Windows"), ("version", "3.30.2")]

    assert booth_body(b"photo", "b" * 36, unix_seconds=5) == Shot(b"photo", fields).body("b" * 36)
    assert inspect_photo(own_photo()).width == 1200
