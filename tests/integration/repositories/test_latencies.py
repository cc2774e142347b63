"""What every process counts is one knowledge, by the database's clock."""

import asyncio
from collections import Counter

import pytest

from photochanger.domain.latency import LatencyKey
from photochanger.domain.latency_sketch import CALLS_THAT_MATTER, EPOCH_SECONDS, KEPT_EPOCHS, Measure
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Operation, Route
from photochanger.infrastructure.latency_repository import Counts, LatencyRepository
from photochanger.infrastructure.mongo import Mongo

GEMINI: LatencyKey = ("gemini", Operation.STYLE_TRANSFER)
EDIT: LatencyKey = ("gemini", Operation.IMAGE_EDIT)


def counts(key: LatencyKey, *milliseconds: int, measure: Measure = Measure.CALL) -> Counts:
    return Counter((key, measure, bucket_of(value)) for value in milliseconds)


async def stored(mongo: Mongo, key: LatencyKey) -> dict[str, dict[str, dict[str, int]]]:
    document = await mongo.database["latencies"].find_one({"_id": "/".join(key)})
    assert document is not None
    epochs: dict[str, dict[str, dict[str, int]]] = document["epochs"]
    return epochs


async def test_many_replicas_add_to_one_document_and_read_the_same(mongo: Mongo) -> None:
    replicas = [LatencyRepository(mongo.database) for _ in range(8)]

    await asyncio.gather(*(replica.add(counts(GEMINI, 4_000, 9_000)) for replica in replicas for _ in range(5)))

    books = [await replica.read() for replica in replicas]
    known = [book.of(Route(provider="gemini", operation=Operation.STYLE_TRANSFER)) for book in books]
    assert {(each.samples, each.recent) for each in known} == {(80, 80)}
    assert known[0].p50_ms == pytest.approx(4_000, rel=0.02)
    assert known[0].p90_ms == pytest.approx(9_000, rel=0.02)
    assert await mongo.database["latencies"].count_documents({}) == 1


async def test_operations_are_kept_apart_and_an_unknown_one_is_unknown(mongo: Mongo) -> None:
    repository = LatencyRepository(mongo.database)
    await repository.add(Counter({**counts(GEMINI, 4_000), **counts(EDIT, 20_000), **counts(EDIT, 1_000)}))

    book = await repository.read()

    assert {key: known.samples for key, known in book.entries.items()} == {GEMINI: 1, EDIT: 2}
    assert book.of(Route(provider="turbotext", operation=Operation.IMAGE_EDIT)).samples == 0


async def test_every_measure_comes_back_as_it_was_counted(mongo: Mongo) -> None:
    repository = LatencyRepository(mongo.database)
    await repository.add(
        Counter(
            {
                **counts(GEMINI, 4_000),
                **counts(GEMINI, 30_000, measure=Measure.CUT),
                **counts(GEMINI, 700, measure=Measure.WAIT),
                **counts(GEMINI, 90, measure=Measure.FINISH),
            }
        )
    )

    known = (await repository.read()).entries[GEMINI]

    assert known.samples == 2
    assert known.wait_ms == pytest.approx(700, rel=0.02)
    assert known.finish_ms == pytest.approx(90, rel=0.03)
    assert known.survival.share_within(30_000) == pytest.approx(0.5)


async def test_what_is_too_old_is_neither_read_nor_kept(mongo: Mongo) -> None:
    repository = LatencyRepository(mongo.database)
    await repository.add(counts(GEMINI, 4_000))
    (epoch,) = await stored(mongo, GEMINI)
    old = {f"epochs.{int(epoch) - KEPT_EPOCHS * ago}.call.200": 7 for ago in (1, 2, 300)}
    await mongo.database["latencies"].update_one({"_id": "gemini/style_transfer"}, {"$set": old})

    assert (await repository.read()).entries[GEMINI].samples == 1
    await LatencyRepository(mongo.database).add(counts(GEMINI, 4_000))

    assert all(int(each) > int(epoch) - KEPT_EPOCHS for each in await stored(mongo, GEMINI))


async def test_on_a_busy_evening_only_the_newest_epochs_are_looked_at(mongo: Mongo) -> None:
    repository = LatencyRepository(mongo.database)
    await repository.add(counts(GEMINI, 4_000))
    (epoch,) = await stored(mongo, GEMINI)
    busy = {f"epochs.{int(epoch) - ago}.call.200": CALLS_THAT_MATTER for ago in (1, 2, 3)}
    await mongo.database["latencies"].update_one({"_id": "gemini/style_transfer"}, {"$set": busy})

    assert (await repository.read()).entries[GEMINI].samples == 1 + CALLS_THAT_MATTER


async def test_the_epoch_is_the_databases(mongo: Mongo) -> None:
    before = (await mongo.database.command("hello"))["localTime"]
    await LatencyRepository(mongo.database).add(counts(GEMINI, 4_000))

    (epoch,) = await stored(mongo, GEMINI)

    assert 0 <= int(epoch) - int(before.timestamp() // EPOCH_SECONDS) <= 1


async def test_what_a_newer_version_counts_does_not_disturb(mongo: Mongo) -> None:
    repository = LatencyRepository(mongo.database)
    await repository.add(counts(GEMINI, 4_000))
    (epoch,) = await stored(mongo, GEMINI)
    newer = {"$set": {f"epochs.{epoch}.flight": {"12": 1}}}
    await mongo.database["latencies"].update_one({"_id": "gemini/style_transfer"}, newer)
    await mongo.database["latencies"].insert_one({"_id": "gemini/dance", "provider": "gemini", "operation": "dance"})

    assert {key: known.samples for key, known in (await repository.read()).entries.items()} == {GEMINI: 1}
