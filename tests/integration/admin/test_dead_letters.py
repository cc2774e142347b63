"""Dead letters: seen with their reason, replayed only where that can help and once, discarded by name or version."""

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from photochanger import topology
from photochanger.domain.dead_letter import DeathReason
from photochanger.domain.job import Job
from photochanger.domain.slot import Operation
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import ask, fields
from tests.job_rows import new_job
from tests.letters import a_letter, keep_the_sweep_away

PATH = "/api/v1/dead-letters"


async def a_job(mongo: Mongo, *, left_ms: int = 60_000) -> Job:
    job = await JobRepository(mongo.database).admit(new_job(), left_ms=left_ms)
    await keep_the_sweep_away(mongo, job.id)
    return job


async def an_ended_job(mongo: Mongo) -> Job:
    job = await a_job(mongo)
    ended = await JobRepository(mongo.database).finish_cancelled(job.id, detail="test")
    assert ended is not None
    return ended


async def a_running_job(mongo: Mongo) -> Job:
    job, jobs = await a_job(mongo), JobRepository(mongo.database)
    assert await jobs.start_attempt(
        job.id, route=0, provider="gemini", operation=Operation.STYLE_TRANSFER, cut_left_ms=500, after=0
    )
    far = datetime.now(UTC) + timedelta(minutes=5)
    taken = {"attempts.0.owner": "somebody", "attempts.0.lease_until": far}
    await mongo.database["jobs"].update_one({"_id": job.id}, {"$set": taken})
    return job


async def records(mongo: Mongo, letter_id: str) -> list[tuple[str, str]]:
    named = {
        "$or": [{"target": {"$regex": letter_id}}, {"after.replayed": letter_id}, {f"before.{letter_id}": {"$gt": {}}}]
    }
    found = await mongo.database["audit"].find(named).to_list(None)
    return [(entry["action"], entry["outcome"]) for entry in found]


async def etag(http: aiohttp.ClientSession, letter_id: str) -> dict[str, str]:
    async with http.get(f"{PATH}/{letter_id}") as answer:
        return {"If-Match": answer.headers["ETag"]}


async def test_each_letter_tells_why_it_died_and_what_a_replay_would_do(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    waiting, ended, running = await a_job(mongo), await an_ended_job(mongo), await a_running_job(mongo)
    over = await a_job(mongo, left_ms=400)  # less than the answer reserve: nothing can succeed any more
    cases = {
        await a_letter(mongo, job_id=waiting.id, reason=DeathReason.UNREADABLE): ("unreadable", "can_be_replayed"),
        await a_letter(mongo, job_id=ended.id, reason=DeathReason.EXPIRED): ("expired", "too_late"),
        await a_letter(mongo, job_id=over.id, reason=DeathReason.MAXLEN): ("maxlen", "too_late"),
        await a_letter(mongo, job_id=running.id): ("delivery_limit", "under_way"),
        await a_letter(mongo, job_id=str(uuid.uuid4())): ("delivery_limit", "no_job"),
        await a_letter(mongo, reason=DeathReason.REJECTED): ("rejected", "no_job"),
    }

    status, page = await ask(admin, "GET", f"{PATH}?limit=200")

    assert status == 200
    shown = {item["id"]: (item["reason"], item["outlook"]) for item in page["items"]}
    assert {letter_id: shown[letter_id] for letter_id in cases} == cases
    told = {item["outlook"]: item["outlook_detail"] for item in page["items"]}
    assert told["too_late"] == "too late, photo deleted"


async def test_a_letter_kept_before_reasons_were_told_apart_is_shown_too(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    old = {"_id": uuid.uuid4().hex * 2, "queue": "q", "reason": "rejected", "headers": [], "body": "{", "size_bytes": 1}
    await mongo.database["dead_letters"].insert_one({**old, "job_id": None, "received_at": datetime.now(UTC)})

    status, shown = await ask(admin, "GET", f"{PATH}/{old['_id']}")
    gone, _ = await ask(admin, "DELETE", f"{PATH}/{old['_id']}", headers={"If-Match": '"0"'})

    assert (status, shown["reason"], shown["outlook"]) == (200, "rejected", "no_job")
    assert gone == 204


async def test_pages_follow_each_other_also_when_letters_go_meanwhile(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    queue = f"provider.{uuid.uuid4().hex[:8]}.v1"
    made = [await a_letter(mongo, queue=queue) for _ in range(5)]

    _, first = await ask(admin, "GET", f"{PATH}?queue={queue}&limit=2")
    last_seen = first["items"][-1]["id"]
    await ask(admin, "DELETE", f"{PATH}/{last_seen}", headers=await etag(admin, last_seen))
    _, second = await ask(admin, "GET", f"{PATH}?queue={queue}&limit=2&cursor={first['next_cursor']}")
    _, third = await ask(admin, "GET", f"{PATH}?queue={queue}&limit=2&cursor={second['next_cursor']}")

    seen = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert seen == list(reversed(made))
    assert third["next_cursor"] is None


async def test_a_list_is_cut_down_by_reason_queue_job_and_time(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    queue, job = f"provider.{uuid.uuid4().hex[:8]}.v1", await an_ended_job(mongo)
    early = await a_letter(mongo, queue=queue, reason=DeathReason.EXPIRED)
    await asyncio.sleep(0.01)
    late = await a_letter(mongo, queue=queue, job_id=job.id)
    _, shown = await ask(admin, "GET", f"{PATH}/{late}")
    at = shown["received_at"].replace("+", "%2B")

    for query, expected in (
        ("", [late, early]),
        ("&reason=expired", [early]),
        (f"&job_id={job.id}", [late]),
        (f"&since={at}", [late]),
        (f"&until={at}", [early]),
        ("&is_replayed=true", []),
    ):
        status, page = await ask(admin, "GET", f"{PATH}?queue={queue}{query}")
        assert (status, [item["id"] for item in page["items"]]) == (200, expected), query


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("reason=tired", "/reason"),
        ("queue=%24where", "/queue"),
        ("job_id=7", "/job_id"),
        ("cursor=yesterday", "/cursor"),
        ("since=2026-01-01T00:00:00", "/since"),
        ("limit=201", "/limit"),
    ],
)
async def test_a_wrong_filter_is_named(admin: aiohttp.ClientSession, query: str, pointer: str) -> None:
    status, problem = await ask(admin, "GET", f"{PATH}?{query}")

    assert (status, fields(problem)) == (422, [pointer])


async def test_headers_and_a_bounded_body_are_shown(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    letter = await a_letter(mongo, body=b"\xff" + b"ab " * 5_000)

    status, shown = await ask(admin, "GET", f"{PATH}/{letter}")

    assert (status, shown["size_bytes"], len(shown["body"]), shown["is_body_cut"]) == (200, 15_001, 4_000, True)
    assert {"name": "x-first-death-queue", "value": topology.SUBMISSIONS.name} in shown["headers"]


async def test_a_viewer_sees_no_letters(viewer: aiohttp.ClientSession, mongo: Mongo) -> None:
    letter = await a_letter(mongo)

    for method, path, body in (
        ("GET", PATH, None),
        ("GET", f"{PATH}/{letter}", None),
        ("POST", f"{PATH}/replay", {"dry_run": True, "ids": [letter]}),
        ("POST", f"{PATH}/discard", {"ids": [letter]}),
        ("DELETE", f"{PATH}/{letter}", None),
    ):
        assert (await ask(viewer, method, path, body))[0] == 403


async def test_a_dry_run_tells_and_does_nothing(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    job = await a_job(mongo)
    letter = await a_letter(mongo, job_id=job.id)
    row = await mongo.database["jobs"].find_one({"_id": job.id})

    status, report = await ask(admin, "POST", f"{PATH}/replay", {"dry_run": True, "ids": [letter]})

    assert (status, report["counts"]) == (200, {"can_be_replayed": 1})
    assert await mongo.database["jobs"].find_one({"_id": job.id}) == row
    assert (await ask(admin, "GET", f"{PATH}/{letter}"))[1]["replayed_at"] is None
    assert await records(mongo, letter) == []


async def test_a_replayed_job_is_due_for_the_dispatchers_sweep_at_once(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    await mongo.database["jobs"].delete_many({})
    job, ended = await a_job(mongo), await an_ended_job(mongo)
    letter, late = await a_letter(mongo, job_id=job.id), await a_letter(mongo, job_id=ended.id)
    before = [row.id for row in await JobUpkeep(mongo.database).claim_undispatched(10)]

    status, report = await ask(admin, "POST", f"{PATH}/replay", {"dry_run": False, "ids": [letter, late, letter]})
    claimed = [row.id for row in await JobUpkeep(mongo.database).claim_undispatched(10)]
    _, shown = await ask(admin, "GET", f"{PATH}/{letter}")

    assert status == 200
    assert [(item["id"], item["result"]) for item in report["items"]] == [(letter, "replayed"), (late, "too_late")]
    assert report["items"][1]["detail"] == "too late, photo deleted"
    assert (before, claimed) == ([], [job.id])
    assert (shown["replayed_by"], shown["outlook"]) == ("admin", "already_replayed")
    assert await records(mongo, letter) == [("replay", "done")]
    assert await records(mongo, late) == []


async def test_a_job_is_replayed_once_whoever_asks_and_whatever_letters_it_has(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    queue = f"provider.{uuid.uuid4().hex[:8]}.v1"
    jobs = [await a_job(mongo) for _ in range(10)]
    letters = [await a_letter(mongo, queue=queue, job_id=job.id) for job in jobs for _ in range(2)]
    asked = {"dry_run": False, "filter": {"queue": queue}}

    answers = await asyncio.gather(*(ask(admin, "POST", f"{PATH}/replay", asked) for _ in range(6)))

    replayed = Counter(
        item["job_id"] for _, report in answers for item in report["items"] if item["result"] == "replayed"
    )
    assert {status for status, _ in answers} == {200}
    assert replayed == {job.id: 1 for job in jobs}
    assert len(letters) == 20
    # the other letter of each job was given back, and may help it later
    left = await mongo.database["dead_letters"].count_documents({"queue": queue, "replayed_at": None})
    assert left == 10


async def test_a_filter_takes_what_was_not_replayed_and_says_when_there_is_more(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    queue = f"provider.{uuid.uuid4().hex[:8]}.v1"
    job = await a_job(mongo)
    first = await a_letter(mongo, queue=queue, job_id=job.id)
    asked = {"dry_run": False, "filter": {"queue": queue}}
    _, once = await ask(admin, "POST", f"{PATH}/replay", asked)
    _, again = await ask(admin, "POST", f"{PATH}/replay", asked)
    for _ in range(201):
        await a_letter(mongo, queue=queue)

    _, report = await ask(admin, "POST", f"{PATH}/replay", asked)

    assert [(item["id"], item["result"]) for item in once["items"]] == [(first, "replayed")]
    assert (again["items"], again["has_more"]) == ([], False)
    assert (report["has_more"], report["counts"]) == (True, {"no_job": 200})


@pytest.mark.parametrize(
    "body",
    [
        {"dry_run": True},
        {"ids": ["0" * 64]},
        {"dry_run": True, "ids": []},
        {"dry_run": True, "ids": ["7"]},
        {"dry_run": True, "ids": ["0" * 64], "filter": {}},
        {"dry_run": True, "filter": {"limit": 1}},
        {"dry_run": "yes", "filter": {}},
    ],
)
async def test_a_replay_names_what_it_is_about(admin: aiohttp.ClientSession, body: dict[str, object]) -> None:
    assert (await ask(admin, "POST", f"{PATH}/replay", body))[0] == 422


async def test_a_letter_is_discarded_on_the_version_that_was_read(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    job = await a_job(mongo)
    letter = await a_letter(mongo, job_id=job.id)
    read = await etag(admin, letter)
    await ask(admin, "POST", f"{PATH}/replay", {"dry_run": False, "ids": [letter]})

    missing, _ = await ask(admin, "DELETE", f"{PATH}/{letter}")
    stale, _ = await ask(admin, "DELETE", f"{PATH}/{letter}", headers=read)
    done, _ = await ask(admin, "DELETE", f"{PATH}/{letter}", headers=await etag(admin, letter))
    gone, _ = await ask(admin, "GET", f"{PATH}/{letter}")

    assert (missing, stale, done, gone) == (428, 412, 204, 404)
    assert sorted(await records(mongo, letter)) == [("discard", "done"), ("replay", "done")]


async def test_named_letters_are_discarded_together_with_one_record(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    one, other, kept = [await a_letter(mongo) for _ in range(3)]

    status, answer = await ask(admin, "POST", f"{PATH}/discard", {"ids": [one, other, "0" * 64]})
    _, again = await ask(admin, "POST", f"{PATH}/discard", {"ids": [one, other]})

    assert (status, answer, again) == (200, {"discarded": 2}, {"discarded": 0})
    assert (await ask(admin, "GET", f"{PATH}/{kept}"))[0] == 200
    assert (await records(mongo, one), await records(mongo, kept)) == ([("discard", "done")], [])
