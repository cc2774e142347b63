"""A picture at a provider has one uploader at a time, and a life by the database's clock."""

import asyncio

from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_file_repository import (
    RENEW_BEFORE_MS,
    ProviderFile,
    ProviderFileRepository,
)

KEY = "gemini:project:sha256"
FILE = ProviderFile("files/one", "https://gemini.example/v1beta/files/one", "image/jpeg")
OTHER = ProviderFile("files/two", "https://gemini.example/v1beta/files/two", "image/jpeg")
LIFE_MS = 48 * 3_600_000


async def let_pass(mongo: Mongo, milliseconds: int) -> None:
    names = ("lease_until", "renew_at", "ends_at")
    earlier = {name: {"$cond": [f"${name}", {"$subtract": [f"${name}", milliseconds]}, None]} for name in names}
    await mongo.database["provider_files"].update_many({}, [{"$set": earlier}])


async def test_of_many_at_once_one_uploads(mongo: Mongo) -> None:
    files = ProviderFileRepository(mongo.database)

    claims = await asyncio.gather(*(files.claim(KEY, f"owner-{n}") for n in range(20)))

    assert sum(claims) == 1
    assert await files.read(KEY) is None


async def test_a_kept_file_is_everybodys_and_nobody_uploads_it_until_an_hour_before_its_end(mongo: Mongo) -> None:
    files = ProviderFileRepository(mongo.database)
    await files.claim(KEY, "one")
    assert await files.keep(KEY, "one", FILE, life_ms=LIFE_MS)

    fresh = await files.read(KEY)
    too_early = await files.claim(KEY, "two")
    await let_pass(mongo, LIFE_MS - RENEW_BEFORE_MS + 1_000)
    stale = await files.read(KEY)
    in_time = await files.claim(KEY, "two")
    still = await files.read(KEY)
    await let_pass(mongo, RENEW_BEFORE_MS)

    assert fresh is not None
    assert fresh.file == FILE
    assert LIFE_MS - 60_000 < fresh.seconds_left * 1000 <= LIFE_MS
    assert (too_early, in_time) == (False, True)
    assert stale is not None
    assert stale.fresh_seconds < 0 < stale.seconds_left
    assert still is not None
    assert await files.read(KEY) is None


async def test_a_file_of_a_short_life_is_renewed_after_three_quarters_of_it(mongo: Mongo) -> None:
    files = ProviderFileRepository(mongo.database)
    await files.claim(KEY, "one")
    await files.keep(KEY, "one", FILE, life_ms=1_000_000)

    found = await files.read(KEY)

    assert found is not None
    assert 740 < found.fresh_seconds <= 750
    assert 990 < found.seconds_left <= 1_000


async def test_a_renewed_lease_keeps_others_out_and_a_lapsed_one_lets_them_in(mongo: Mongo) -> None:
    files = ProviderFileRepository(mongo.database)
    await files.claim(KEY, "one")
    await let_pass(mongo, 5_000)
    assert await files.renew(KEY, "one")
    await let_pass(mongo, 5_000)

    kept_out = await files.claim(KEY, "two")
    await let_pass(mongo, 2_000)
    let_in = await files.claim(KEY, "two")

    assert (kept_out, let_in) == (False, True)
    assert not await files.renew(KEY, "one")
    assert not await files.keep(KEY, "one", FILE, life_ms=LIFE_MS)
    assert await files.keep(KEY, "two", OTHER, life_ms=LIFE_MS)


async def test_who_gives_up_lets_others_try_at_once(mongo: Mongo) -> None:
    files = ProviderFileRepository(mongo.database)
    await files.claim(KEY, "one")

    await files.give_up(KEY, "two")
    not_his = await files.claim(KEY, "three")
    await files.give_up(KEY, "one")

    assert not not_his
    assert await files.claim(KEY, "three")


async def test_a_lost_file_is_forgotten_but_not_the_one_that_took_its_place(mongo: Mongo) -> None:
    files = ProviderFileRepository(mongo.database)
    await files.claim(KEY, "one")
    await files.keep(KEY, "one", FILE, life_ms=LIFE_MS)

    await files.forget(KEY, FILE.name)
    gone = await files.read(KEY)
    await files.claim(KEY, "two")
    await files.keep(KEY, "two", OTHER, life_ms=LIFE_MS)
    await files.forget(KEY, FILE.name)

    assert gone is None
    found = await files.read(KEY)
    assert found is not None
    assert found.file == OTHER
