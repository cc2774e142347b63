"""What becomes of a photo when its provider's queue does not take it."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from dispatcher.route_photo import PhotoRouter
from photochanger.domain.availability import EVERYBODY_OPEN, Availability
from photochanger.domain.failure import FailureReason
from photochanger.domain.job import Attempt, AttemptOutcome, Job
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage, PublishOutcome
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.recent_availability import RecentAvailability
from photochanger.infrastructure.recent_latency import RecentLatency
from photochanger.observability import Telemetry
from tests.availabilities import opened
from tests.latencies import NOTHING_KNOWN
from tests.read_rows import GEMINI, a_job, an_attempt


class Rows:
    """One row in memory, as the repositories and the finalizer change it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.ended: list[FailureReason | str] = []
        self.loses_races = False

    async def start_attempt(self, _job_id: str, *, route: int, after: int, **_: object) -> int | None:
        if self.loses_races:
            return None
        assert after == len(self.job.attempts)
        started = an_attempt(self.job.slot_snapshot.routes[route], n=after + 1, owner=None)
        return self._with((*self.job.attempts, started)).left_ms

    async def record_outcome(self, _job_id: str, n: int, *, owner: str | None, end: AttemptEnd) -> Job | None:
        latest = self.job.attempts[-1]
        assert (latest.n, latest.owner) == (n, owner)
        return self._with((*self.job.attempts[:-1], latest.model_copy(update={"outcome": end.outcome})))

    async def fail(self, _job_id: str, reason: FailureReason, **_: object) -> None:
        self.ended.append(reason)

    async def time_out(self, _job_id: str) -> None:
        self.ended.append("timeout")

    def _with(self, attempts: Sequence[Attempt]) -> Job:
        self.job = self.job.model_copy(update={"attempts": tuple(attempts)})
        return self.job


class Queues:
    """Publishes as told, per provider."""

    def __init__(self, outcomes: Mapping[str, PublishOutcome]) -> None:
        self._outcomes = outcomes
        self.published: list[OutgoingMessage] = []

    async def publish(self, message: OutgoingMessage) -> PublishOutcome:
        if message.is_hint:
            return PublishOutcome.SENT
        self.published.append(message)
        return self._outcomes[message.routing_key.split(".")[1]]


class NoTimes:
    current = NOTHING_KNOWN


class Known:
    def __init__(self, availability: Availability) -> None:
        self.current = availability


class Tries:
    """Lets the photo be the one that tries, or not."""

    def __init__(self, *, are_won: bool = True) -> None:
        self._are_won = are_won
        self.asked: list[tuple[str, float]] = []

    async def try_with(self, provider: str, _reasons: object, *, job_id: str, seconds: float) -> bool:
        self.asked.append((provider, seconds))
        return self._are_won


def a_router(
    rows: Rows, queues: Queues, availability: Availability = EVERYBODY_OPEN, tries: Tries | None = None
) -> PhotoRouter:
    return PhotoRouter(
        jobs=cast("JobRepository", rows),
        attempts=cast("AttemptRepository", rows),
        finalizer=cast("JobFinalizer", rows),
        broker=cast("Broker", queues),
        times=cast("RecentLatency", NoTimes()),
        availability=cast("RecentAvailability", Known(availability)),
        breakers=cast("Breakers", tries or Tries()),
        metrics=Telemetry("tests").metrics,
    )


def attempts_of(rows: Rows) -> list[tuple[str, AttemptOutcome | None]]:
    return [(attempt.provider, attempt.outcome) for attempt in rows.job.attempts]


async def test_a_task_is_published_with_what_is_left_of_the_window() -> None:
    rows, queues = Rows(a_job(left_ms=40_000)), Queues({"gemini": PublishOutcome.CONFIRMED})

    await a_router(rows, queues).advance(rows.job, may_publish_again=False)

    assert attempts_of(rows) == [("gemini", None)]
    assert [message.expiration_seconds for message in queues.published] == [40]


@pytest.mark.parametrize("outcome", [PublishOutcome.UNKNOWN, PublishOutcome.REJECTED])
async def test_a_publish_that_is_not_confirmed_is_left_to_the_sweep(outcome: PublishOutcome) -> None:
    rows, queues = Rows(a_job()), Queues({"gemini": outcome})
    router = a_router(rows, queues)

    await router.advance(rows.job, may_publish_again=False)
    await router.advance(rows.job, may_publish_again=True)

    assert attempts_of(rows) == [("gemini", None)]
    assert len(queues.published) == 2


async def test_a_missing_queue_sends_the_photo_to_the_fallback() -> None:
    outcomes = {"gemini": PublishOutcome.UNROUTABLE, "turbotext": PublishOutcome.CONFIRMED}
    rows, queues = Rows(a_job()), Queues(outcomes)

    await a_router(rows, queues).advance(rows.job, may_publish_again=False)

    assert attempts_of(rows) == [("gemini", AttemptOutcome.UNAVAILABLE), ("turbotext", None)]


async def test_with_no_queue_at_all_the_job_ends_as_unavailable() -> None:
    rows, queues = Rows(a_job(routes=[GEMINI])), Queues({"gemini": PublishOutcome.UNROUTABLE})

    await a_router(rows, queues).advance(rows.job, may_publish_again=False)

    assert rows.ended == [FailureReason.PROVIDER_UNAVAILABLE]


async def test_whoever_loses_the_race_for_the_attempt_publishes_nothing() -> None:
    rows, queues = Rows(a_job()), Queues({})
    rows.loses_races = True

    await a_router(rows, queues).advance(rows.job, may_publish_again=False)

    assert queues.published == []


async def test_a_repeated_message_does_not_publish_what_may_be_under_way() -> None:
    rows, queues = Rows(a_job(attempts=[an_attempt(owner=None)])), Queues({})

    await a_router(rows, queues).advance(rows.job, may_publish_again=False)

    assert queues.published == []


async def test_an_overdue_photo_is_timed_out() -> None:
    rows, queues = Rows(a_job(left_ms=0)), Queues({})

    await a_router(rows, queues).advance(rows.job, may_publish_again=False)

    assert rows.ended == ["timeout"]


async def test_the_photo_that_tries_a_provider_is_known_before_its_attempt_is() -> None:
    rows, queues, tries = Rows(a_job()), Queues({"gemini": PublishOutcome.CONFIRMED}), Tries()

    await a_router(rows, queues, opened(GEMINI, seconds_ago=16), tries).advance(rows.job, may_publish_again=False)

    # 40 s are left, the fallback's share is 21.6 s, and 2 s are for the attempt's end to be heard of
    [(provider, seconds)] = tries.asked
    assert (provider, round(seconds, 3)) == ("gemini", 20.4)
    assert attempts_of(rows) == [("gemini", None)]


async def test_while_another_photo_tries_a_provider_this_one_goes_to_the_fallback() -> None:
    rows, queues = Rows(a_job()), Queues({"turbotext": PublishOutcome.CONFIRMED})
    router = a_router(rows, queues, opened(GEMINI, seconds_ago=16), Tries(are_won=False))

    await router.advance(rows.job, may_publish_again=False)

    assert attempts_of(rows) == [("turbotext", None)]


async def test_while_another_photo_tries_the_only_provider_this_one_is_told_at_once() -> None:
    rows, queues = Rows(a_job(routes=[GEMINI])), Queues({})
    router = a_router(rows, queues, opened(GEMINI, seconds_ago=16), Tries(are_won=False))

    await router.advance(rows.job, may_publish_again=False)

    assert rows.ended == [FailureReason.PROVIDER_UNAVAILABLE]
