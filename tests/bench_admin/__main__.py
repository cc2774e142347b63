"""The admin API over a month of a million photos: `make bench-admin`, some minutes; `ROWS=50000` for a first look."""

import argparse
import asyncio
import itertools
import random
import sys
import time
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import psutil
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.collection import Collection

from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import connect, ensure_indexes
from photochanger.infrastructure.statistics_rollup import StatisticsRollup
from tests.admin_people import log_in, logged_in
from tests.admin_process import admin_settings, running_admin_process
from tests.bench_admin.measuring import HEAD, Timing, timed, watched_memory
from tests.bench_admin.rows import BOOTHS, BROKEN_SLOT, RARE_BOOTH, SLOTS, Row, copies, month_of_rows
from tests.servers import RunningMinio, running_minio, running_mongodb

BATCH = 2_000
MADE_HERE = 50_000
PICTURE = bytes(range(256)) * 4_700
PICTURES = 500


def fill(url: str, count: int, until: datetime) -> int:
    """Insert rows, and have the server make the others of them: it is several times as fast."""
    client: MongoClient[Row] = MongoClient(url)
    with client:
        jobs: Collection[Row] = client.get_default_database()["jobs"]
        rows = month_of_rows(min(count, MADE_HERE), until, random.Random(7))
        while batch := list(itertools.islice(rows, BATCH)):
            jobs.insert_many(batch, ordered=False)
        for n in range(1, count // MADE_HERE):
            jobs.aggregate(copies(n))
        return jobs.estimated_document_count()


async def prepare(url: str) -> tuple[float, float, int]:
    """Give the seconds for the indexes and for the sums, and the hours."""
    async with connect(SecretStr(url), timeout_ms=600_000) as mongo:
        started = time.perf_counter()
        await ensure_indexes(mongo.database)
        indexed = time.perf_counter()
        hours = 0
        while count := await StatisticsRollup(mongo.database).roll_up(at_most=100):
            hours += count
        return indexed - started, time.perf_counter() - indexed, hours


def filters(now: datetime) -> dict[str, list[dict[str, Any]]]:
    """What people ask for, by a name for the table."""
    slots = [{"slot_id": slot} for slot in SLOTS]
    week = {"since": (now - timedelta(days=20)).isoformat(), "until": (now - timedelta(days=13)).isoformat()}
    statuses = ("pending", "processing", "done", "failed", "timeout", "cancelled")
    reasons = ("timeout", "provider_error", "provider_refused", "bad_output", "internal", "storage_unavailable")
    return {
        "no filter": [{}],
        "slot": slots,
        "booth": [{"booth": booth} for booth in (*BOOTHS, RARE_BOOTH, "nobody")],
        "status": [{"status": status} for status in statuses],
        "reason": [{"reason": reason} for reason in reasons],
        "source": [{"source": "test_run"}, {"source": "ingest"}],
        "time": [week],
        "id": [{"id": str(uuid.uuid4())}],
        "slot and booth": [slot | {"booth": booth} for slot in slots[:4] for booth in (*BOOTHS[:4], RARE_BOOTH)],
        "slot and status": [
            slot | {"status": status}
            for slot in (*slots[:4], {"slot_id": BROKEN_SLOT})
            for status in ("failed", "timeout", "cancelled", "pending", "done")
        ],
        "slot and reason": [slot | {"reason": reason} for slot in slots[:4] for reason in reasons],
        "booth and reason": [
            {"booth": booth, "reason": reason} for booth in (BOOTHS[3], RARE_BOOTH) for reason in reasons
        ],
        "slot, booth and time": [slot | week | {"booth": booth} for slot in slots[:4] for booth in BOOTHS[:3]],
        "slot and test runs": [slot | {"source": "test_run"} for slot in (*slots[:4], {"slot_id": BROKEN_SLOT})],
        "all of it": [
            slot | week | {"booth": BOOTHS[3], "status": "failed", "reason": "bad_output", "source": "ingest"}
            for slot in slots[:4]
        ],
    }


async def list_timings(http: aiohttp.ClientSession, now: datetime, rounds: int) -> list[Timing]:
    timings = []
    for name, given in filters(now).items():
        paths = [f"/api/v1/jobs?{urlencode(one)}" for one in given]
        timings.append(await timed(http, f"jobs: {name}", paths * max(1, rounds // len(paths))))
    everything: list[dict[str, Any]] = [{}]
    of_slots: list[dict[str, Any]] = [{"slot_id": slot} for slot in (*SLOTS, BROKEN_SLOT)]
    for name, given in (("no filter", everything), ("slot", of_slots)):
        paths = [f"/api/v1/results?{urlencode(one)}" for one in given]
        timings.append(await timed(http, f"pictures: {name}", paths * max(1, rounds // len(paths))))
    timings.append(await timed(http, "jobs: 20 pages deep", await _pages(http, 20) * 3))
    return timings


async def _pages(http: aiohttp.ClientSession, count: int) -> list[str]:
    paths, cursor = [], None
    for _ in range(count):
        path = "/api/v1/jobs?limit=200" + (f"&cursor={cursor}" if cursor else "")
        async with http.get(path) as answer:
            cursor = (await answer.json())["next_cursor"]
        paths.append(path)
    return paths


async def statistics_timings(http: aiohttp.ClientSession, now: datetime, rounds: int) -> list[Timing]:
    def paths(length: timedelta, rest: str = "") -> list[str]:
        # ends within an hour, as people ask for
        ends = [now - timedelta(minutes=7 * n % 50) for n in range(rounds // 4)]
        asked = [{"from": (end - length).isoformat(), "to": end.isoformat()} for end in ends]
        return [f"/api/v1/statistics{rest}?{urlencode(one)}" for one in asked]

    lengths = {"5 minutes": timedelta(minutes=5), "24 hours": timedelta(days=1), "31 days": timedelta(days=31)}
    timings = [await timed(http, f"statistics of {name}", paths(length)) for name, length in lengths.items()]
    timings.append(await timed(http, "series of 3 hours", paths(timedelta(hours=3), "/series")))
    timings.append(await timed(http, "series of 7 days", paths(timedelta(days=7), "/series")))
    timings.append(await timed(http, "series of 31 days", paths(timedelta(days=31), "/series")))
    return timings


async def archive(http: aiohttp.ClientSession, process: psutil.Process, url: str, minio: RunningMinio) -> str:
    """Have the newest pictures streamed; all rows get one and the same."""
    secrets = SecretStr(minio.access_key), SecretStr(minio.secret_key)
    async with MediaStore(minio.url, *secrets) as store:
        await store.ensure_buckets()
        await store.put(Bucket.RESULTS, "2026/01/01/bench/1", PICTURE, content_type="image/jpeg")
    async with http.get("/api/v1/results?limit=200") as answer:
        assert answer.status == 200
    async with connect(SecretStr(url), timeout_ms=60_000) as mongo:
        condition = {"status": "done", "created_at": {"$gt": datetime.now(UTC) - timedelta(hours=70)}}
        change = {"$set": {"result_key": "2026/01/01/bench/1", "result_size_bytes": len(PICTURE)}}
        newest = mongo.database["jobs"].find(condition, {"_id": 1}, sort=[("created_at", -1)], limit=2 * PICTURES)
        ids = [row["_id"] async for row in newest]
        await mongo.database["jobs"].update_many({"_id": {"$in": ids}}, change)
    started, received = time.perf_counter(), 0
    async with watched_memory(process) as memory, http.get("/api/v1/results/zip") as answer:
        assert answer.status == 200
        async for piece in answer.content.iter_any():
            received += len(piece)
    seconds = time.perf_counter() - started
    return (
        f"ZIP of {PICTURES} pictures, {received / 2**20:.0f} MiB: {seconds:.1f} s, the process grew by"
        f" {memory.growth_mib:.1f} MiB"
    )


async def measure(url: str, minio: RunningMinio, rounds: int) -> str:
    """Give the report, to be shown below what the service logs."""
    now = datetime.now(UTC)
    store = {"S3_URL": minio.url, "S3_ACCESS_KEY": minio.access_key, "S3_SECRET_KEY": minio.secret_key}
    with running_admin_process(admin_settings(url) | store) as (api_url, service):
        async with aiohttp.ClientSession(api_url) as stranger:
            token = await log_in(stranger)
        async with logged_in(api_url, token) as http:
            timings = [*await list_timings(http, now, rounds), *await statistics_timings(http, now, rounds)]
            archived = await archive(http, psutil.Process(service.pid), url, minio)
    return "\n".join(("", HEAD, *(timing.line() for timing in timings), "", archived))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_admin", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40, help="how often each kind of question is asked")
    given = parser.parse_args()
    with ExitStack() as stack:
        mongodb, minio = stack.enter_context(running_mongodb()), stack.enter_context(running_minio())
        started = time.perf_counter()
        count = fill(mongodb.url, given.rows, datetime.now(UTC))
        filled = time.perf_counter() - started
        print(f"{count} rows in {filled:.0f} s", flush=True)
        index_seconds, sum_seconds, hours = asyncio.run(prepare(mongodb.url))
        print(f"indexes in {index_seconds:.0f} s, sums of {hours} hours in {sum_seconds:.0f} s\n", flush=True)
        print(asyncio.run(measure(mongodb.url, minio, given.rounds)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
