"""What happens, as it happens: to whoever may see it, in order, and said clearly where something is missing."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from admin_api.operations.live.photo_news import LOOK_SECONDS
from photochanger.domain.breaker import BreakerReason
from photochanger.domain.dead_letter import DeathReason
from photochanger.domain.job import JobStatus
from photochanger.domain.slot import Operation
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import outgoing_dead_letter, outgoing_event
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.messages import DeadLetterKept, JobEvent
from photochanger.observability import Telemetry
from tests.admin_people import DOCUMENTED
from tests.event_streams import PATH, watching
from tests.integration.admin.photos.conftest import Person, person
from tests.job_rows import new_job
from tests.servers import RunningRabbitmq, RunningServer


@pytest.fixture
async def broker(rabbitmq: RunningServer) -> AsyncIterator[Broker]:
    async with Broker(SecretStr(rabbitmq.url), name="tests", telemetry=Telemetry("tests")) as broker:
        async with asyncio.timeout(10):
            while await broker.readiness() is not None:
                await asyncio.sleep(0.05)
        yield broker


async def tell(broker: Broker, status: JobStatus = JobStatus.DONE, *, slot_id: str = "demo") -> str:
    job_id = str(uuid.uuid4())
    await broker.publish(outgoing_event(JobEvent(job_id=job_id, slot_id=slot_id, status=status)))
    return job_id


async def test_a_photos_way_is_told_with_its_result(viewer: Person, broker: Broker, mongo: Mongo) -> None:
    jobs, job = JobRepository(mongo.database), new_job()

    async with watching(viewer.http) as stream:
        # nothing is told of what was there before somebody watched
        await asyncio.sleep(2 * LOOK_SECONDS)
        await jobs.admit(job, left_ms=10_000)
        told = [await stream.until("job", job_id=job.id)]
        operation = Operation.STYLE_TRANSFER
        await jobs.start_attempt(job.id, route=0, provider="gemini", operation=operation, cut_left_ms=500, after=0)
        told.append(await stream.until("job", job_id=job.id))
        event = JobEvent(job_id=job.id, slot_id=job.slot_id, status=JobStatus.DONE, provider="gemini")
        await broker.publish(outgoing_event(event))
        told.append(await stream.until("job", job_id=job.id))
        result = await stream.until("result", job_id=job.id)

    assert [(one["status"], one["provider"]) for one in told] == [
        ("pending", None),
        ("processing", "gemini"),
        ("done", "gemini"),
    ]
    assert {frozenset(one) for one in told} == {frozenset({"at", "job_id", "slot_id", "status", "reason", "provider"})}
    assert set(result) == {"at", "job_id", "slot_id"}


async def test_the_answer_is_one_that_no_proxy_holds_back(viewer: Person) -> None:
    async with viewer.http.get(PATH) as answer:
        headers = answer.headers
        document = await DOCUMENTED._document(viewer.http, answer.url.origin())

    assert headers["Content-Type"].startswith("text/event-stream")
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
    assert "Content-Length" not in headers
    described = document["paths"][PATH]["get"]["responses"]
    assert described["200"]["content"] == {"text/event-stream": {}}
    assert {"429", "503"} <= set(described)


async def test_who_comes_back_misses_nothing(viewer: Person, broker: Broker) -> None:
    async with watching(viewer.http) as stream:
        first = await tell(broker)
        await stream.until("result", job_id=first)
        seen = stream.last_id
    missed = [await tell(broker) for _ in range(3)]
    await asyncio.sleep(1)

    async with watching(viewer.http, "?kinds=job", last_event_id=seen) as again:
        assert [(await again.next())[1]["job_id"] for _ in range(3)] == missed
        assert again.events[0][0] == "ready"


@pytest.mark.parametrize("last_event_id", ["another-process-7", "nonsense", "\u0436"])
async def test_what_cannot_be_gone_on_from_is_said(viewer: Person, broker: Broker, last_event_id: str) -> None:
    async with watching(viewer.http, "?kinds=job", last_event_id=last_event_id) as stream:
        after = await tell(broker)
        assert stream.events[0][0] == "reset"
        await stream.until("job", job_id=after)


async def test_a_lost_connection_to_the_broker_is_a_gap(
    viewer: Person, broker: Broker, rabbitmq: RunningRabbitmq
) -> None:
    async with watching(viewer.http, "?kinds=result&slot_id=another") as stream:
        await asyncio.to_thread(rabbitmq.ctl, "close_all_connections", "test")
        await stream.until("reset", seconds=30)


async def test_only_what_was_asked_for_comes(viewer: Person, broker: Broker) -> None:
    slot = f"s-{uuid.uuid4().hex[:8]}"
    async with watching(viewer.http, f"?kinds=result&slot_id={slot}") as stream:
        await tell(broker)
        await tell(broker, JobStatus.FAILED, slot_id=slot)
        wanted = await tell(broker, slot_id=slot)
        kind, data = await stream.next()

    assert (kind, data["job_id"]) == ("result", wanted)


@pytest.mark.parametrize(
    ("query", "status"),
    [("?kinds=weather", 422), ("?kinds=", 422), ("?slot_id=UPPER", 422), ("?kinds=dead_letter", 403), ("?x=1", 422)],
)
async def test_a_wrong_wish_is_refused(viewer: Person, query: str, status: int) -> None:
    assert (await viewer.ask("GET", f"{PATH}{query}")).status == status


async def test_dead_letters_are_told_to_operators_and_not_to_viewers(
    viewer: Person, operator: Person, broker: Broker
) -> None:
    letter = DeadLetterKept(letter_id="a" * 64, queue="q", reason=DeathReason.UNREADABLE)
    async with watching(operator.http) as allowed, watching(viewer.http) as not_allowed:
        await broker.publish(outgoing_dead_letter(letter))
        after = await tell(broker)
        told = await allowed.until("dead_letter", letter_id="a" * 64)
        await not_allowed.until("job", job_id=after)

    assert (told["queue"], told["reason"], told["job_id"]) == ("q", "unreadable", None)
    assert "dead_letter" not in {kind for kind, _ in not_allowed.events}


async def test_a_provider_that_closes_and_a_pause_are_told(viewer: Person, operator: Person, mongo: Mongo) -> None:
    breakers = Breakers(mongo.database, Telemetry("tests").metrics)
    async with watching(viewer.http, "?kinds=provider") as stream:
        await asyncio.sleep(2)
        await breakers.change("painter", BreakerReason.OUTAGE, lambda breaker, at: breaker.opened_by_hand(at, "down"))
        opened = await stream.until("provider", reason="outage")
        await operator.ask("PUT", "/api/v1/providers/painter/pause", json={"why": "new key"})
        states = [(await stream.until("provider", reason="pause"))["state"] for _ in range(2)]
        await operator.ask("DELETE", "/api/v1/providers/painter/pause")
        resumed = await stream.until("provider", reason="pause")

    assert (opened["provider"], opened["state"], opened["detail"]) == ("painter", "open", "down")
    assert states == ["draining", "drained"]
    assert resumed["state"] == "active"


async def test_a_session_has_only_so_many_streams(api_url: str, viewer: Person) -> None:
    async with person(api_url, "viewer") as somebody:
        streams = [watching(somebody.http) for _ in range(10)]
        for stream in streams:
            await stream.__aenter__()
        one_more = await somebody.ask("GET", PATH)
        for stream in streams:
            await stream.__aexit__(None, None, None)
        async with asyncio.timeout(10):
            while (answer := await somebody.http.get(PATH)).status != 200:
                answer.close()
                await asyncio.sleep(0.2)
        answer.close()

    assert (one_more.status, one_more.json["code"]) == (429, "rate_limited")
    assert "retry-after" in one_more.headers


async def test_a_stream_ends_soon_after_its_session(api_url: str, viewer: Person) -> None:
    async with person(api_url, "viewer") as somebody, watching(somebody.http) as stream:
        assert (await somebody.ask("DELETE", "/api/v1/session")).status == 204

        assert await stream.has_ended(seconds=30)


async def test_without_a_session_there_is_no_stream(api_url: str, viewer: Person) -> None:
    async with aiohttp.ClientSession(api_url) as stranger, stranger.get(PATH) as answer:
        assert answer.status == 401
