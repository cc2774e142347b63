"""A slot with an event: photos are taken while it lasts, and refused at once before and after it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from photochanger.domain.service_token import SERVICE_TOKEN_HEADER, service_token
from tests.dslr_client import Manners
from tests.gateway_process import SECRET_KEY
from tests.integration.gateway.conftest import World

EARLY = Manners(claim_bytes=2_000_000, timeout_seconds=4)


def from_now(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("window", "retry_after"),
    [
        ({"opens_at": {"hours": 2}, "closes_at": {"hours": 5}}, (7_190, 7_201)),
        ({"opens_at": {"hours": 30}}, None),
        ({"opens_at": {"hours": -3}, "closes_at": {"seconds": -1}}, None),
        ({"closes_at": {"days": -2}}, None),
    ],
    ids=["today", "the day after tomorrow", "just over", "long over"],
)
async def test_outside_the_event_the_booth_is_told_at_once_and_when_to_come(
    world: World, window: dict[str, dict[str, float]], retry_after: tuple[int, int] | None
) -> None:
    times = {name: from_now(**delta) for name, delta in window.items()}
    slot = await world.slot(**times)

    answer = await world.shoot(slot, manners=EARLY)

    assert (answer.status, answer.code, answer.continued_after) == (403, "slot_closed", None)
    assert answer.total_seconds < 1
    told = {name: value and value[:19] for name, value in answer.problem["details"].items()}
    assert told == {name: times.get(name, "")[:19] or None for name in ("opens_at", "closes_at")}
    if retry_after is None:
        assert "retry-after" not in answer.headers
    else:
        assert retry_after[0] <= int(answer.headers["retry-after"]) <= retry_after[1]
        assert times["opens_at"][:19] in answer.problem["detail"]
    assert await world.rows(slot) == []


async def test_a_preflight_is_not_bound_to_the_event(world: World) -> None:
    slot = await world.slot(opens_at=from_now(hours=2))
    ours, guess = (Manners(headers=((SERVICE_TOKEN_HEADER, token),)) for token in (service_token(SECRET_KEY), "guess"))

    assert (await world.shoot(slot, manners=ours)).status == 200
    assert (await world.shoot(slot, manners=guess)).status == 403


async def test_while_the_event_lasts_photos_come_back(world: World) -> None:
    slot = await world.slot(opens_at=from_now(hours=-1), closes_at=from_now(hours=1))
    begun = await world.slot(opens_at=from_now(hours=-1))

    assert [(await world.shoot(one)).status for one in (slot, begun)] == [200, 200]


async def test_it_opens_and_closes_by_itself_in_the_middle_of_a_stream_of_photos(world: World) -> None:
    opens, closes = from_now(seconds=1.5), from_now(seconds=3.5)
    slot = await world.slot(opens_at=opens, closes_at=closes)

    seen = []
    for _ in range(25):
        at = datetime.now(UTC)
        seen.append((at, (await world.shoot(slot)).status))
        await asyncio.sleep(0.2)

    begin, end = (datetime.fromisoformat(moment) for moment in (opens, closes))
    slack = timedelta(seconds=0.5)
    assert {status for at, status in seen if at < begin - slack} == {403}
    assert {status for at, status in seen if begin + slack < at < end - slack} == {200}
    assert {status for at, status in seen if at > end + slack} == {403}


async def test_the_log_tells_early_from_late_and_the_metrics_count_both(world: World) -> None:
    early, late = await world.slot(opens_at=from_now(hours=1)), await world.slot(closes_at=from_now(hours=-1))
    before = len(world.gateway.log)

    for slot in (early, late):
        await world.shoot(slot)

    log = world.gateway.log[before:]
    assert '"reason":"not_yet_open"' in log
    assert '"reason":"over"' in log
    assert 'outcome="slot_closed"' in await world.gateway.metrics()
