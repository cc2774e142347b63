"""What the booth gets when the provider is slow, refuses, or answers rubbish."""

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import JobStatus
from photochanger.domain.slot import Operation, Route, Slot
from tests.dslr_client import Answer
from tests.e2e.product import Product, product_of
from tests.photos import camera_jpeg
from tests.running_stack import RunningStack

WINDOW_SECONDS = 10


async def test_a_provider_slower_than_the_window_is_a_504_on_time_and_its_late_picture_changes_nothing(
    product: Product,
) -> None:
    slot = await product.slot("slow=11", sync_response_seconds=WINDOW_SECONDS)

    answer = await product.shoot(slot, camera_jpeg(1200, 800))

    assert (answer.status, answer.code) == (504, "sync_timeout")
    assert answer.problem["failure_reason"] == "timeout"
    assert abs(answer.first_byte_after - WINDOW_SECONDS) <= 0.5
    row = await product.row(answer.headers["x-job-id"])
    assert (row.status, row.failure_reason) == (JobStatus.TIMEOUT, FailureReason.TIMEOUT)
    await asyncio.sleep(3)
    later = await product.row(row.id)
    assert later.model_dump(include=ENDS) == row.model_dump(include=ENDS)
    assert await product.objects_of(row.id) == []


ENDS = {"status", "failure_reason", "finalized_at", "finalized_by", "expires_at", "result_key", "result_sha256"}


@dataclass(frozen=True)
class Failure:
    """What the booth gets and the row says, and how many calls the provider got."""

    status: int
    code: str
    reason: FailureReason
    calls: int


FAILURES = {
    "safety": Failure(502, "provider_refused", FailureReason.PROVIDER_REFUSED, 1),
    "prompt_safety": Failure(502, "provider_refused", FailureReason.PROVIDER_REFUSED, 1),
    "invalid_argument": Failure(502, "provider_error", FailureReason.PROVIDER_ERROR, 1),
    "internal": Failure(502, "provider_error", FailureReason.PROVIDER_ERROR, 3),
    "no_image": Failure(502, "provider_error", FailureReason.BAD_OUTPUT, 5),
    "blank_picture": Failure(502, "provider_error", FailureReason.BAD_OUTPUT, 5),
    "rate_limited=300": Failure(503, "provider_unavailable", FailureReason.PROVIDER_UNAVAILABLE, 1),
    "not_found": Failure(503, "provider_unavailable", FailureReason.PROVIDER_UNAVAILABLE, 1),
    "api_key_invalid": Failure(503, "provider_unavailable", FailureReason.PROVIDER_UNAVAILABLE, 1),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def failed(stack: RunningStack) -> dict[str, tuple[Slot, Answer]]:
    """All failures at once, each in a slot of its own: most of their time is the pause before another call."""
    async with product_of(stack) as product:
        slots = {behaviour: await product.slot(behaviour, sync_response_seconds=30) for behaviour in FAILURES}
        answers = await asyncio.gather(*(product.shoot(slot, camera_jpeg(900, 600)) for slot in slots.values()))
    return {behaviour: (slots[behaviour], answer) for behaviour, answer in zip(slots, answers, strict=True)}


@pytest.mark.parametrize("behaviour", FAILURES)
async def test_a_failure_of_the_provider_is_answered_as_what_it_is(
    product: Product, failed: dict[str, tuple[Slot, Answer]], behaviour: str
) -> None:
    wanted, (slot, answer) = FAILURES[behaviour], failed[behaviour]

    assert (answer.status, answer.code) == (wanted.status, wanted.code), answer.body
    row = await product.row(answer.headers["x-job-id"])
    assert (row.status, row.failure_reason) == (JobStatus.FAILED, wanted.reason)
    assert len(await product.calls(slot)) == wanted.calls
    assert await product.sources_after(row.id, seconds=5) == []
    assert answer.total_seconds < 30
    if wanted.status == 503:
        assert int(answer.headers["retry-after"]) > 0


async def test_the_fallback_delivers_when_the_first_route_fails(product: Product) -> None:
    marker = "fallback"
    slot = await product.slot(
        "internal",
        sync_response_seconds=30,
        fallbacks=(Route(provider="gemini", operation=Operation.IMAGE_EDIT, params={"prompt": marker}),),
    )

    answer = await product.shoot(slot, camera_jpeg(900, 600))

    assert answer.status == 200, answer.body
    row = await product.row(answer.headers["x-job-id"])
    assert [attempt.outcome for attempt in row.attempts] == ["failed", "delivered"]


async def test_a_provider_nobody_serves_is_skipped_for_the_fallback(product: Product) -> None:
    slot = await product.slot(
        provider="nobody",
        fallbacks=(Route(provider="gemini", operation=Operation.IMAGE_EDIT, params={"prompt": "fallback"}),),
    )

    answer = await product.shoot(slot, camera_jpeg(900, 600))

    assert answer.status == 200, answer.body


async def test_a_hanging_first_route_leaves_the_fallback_its_share_of_the_window(product: Product) -> None:
    slot = await product.slot(
        "hang",
        sync_response_seconds=WINDOW_SECONDS,
        fallbacks=(Route(provider="gemini", operation=Operation.IMAGE_EDIT, params={"prompt": "fallback"}),),
    )

    answer = await product.shoot(slot, camera_jpeg(900, 600))

    assert answer.status == 200, answer.body
    assert answer.first_byte_after < WINDOW_SECONDS


async def test_a_hanging_slot_does_not_slow_another(product: Product) -> None:
    hanging = await product.slot("hang", sync_response_seconds=WINDOW_SECONDS)
    healthy = await product.slot()
    stuck = [asyncio.create_task(product.shoot(hanging, camera_jpeg(900, 600))) for _ in range(8)]
    await asyncio.sleep(0.5)

    answer = await product.shoot(healthy, camera_jpeg(900, 600))

    assert answer.status == 200
    assert answer.total_seconds < 5
    assert {ended.status for ended in await asyncio.gather(*stuck)} == {504}
