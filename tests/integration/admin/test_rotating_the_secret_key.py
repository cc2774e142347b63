"""The providers' keys sealed anew under another secret key, by a command that may be stopped and run again."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from admin_api.rotate_secret_key import Fate, rotate
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.provider_key_repository import (
    ProviderKeyRepository,
    StoredProviderKey,
    sealing_place,
)
from photochanger.infrastructure.sealing import SealedSecret, Sealer
from tests.servers import RunningServer
from tests.service_process import service_environment

OLD, NEW, FOREIGN = (SecretStr(letter * 40) for letter in "onf")
KEYS = {
    "gemini": "canary-gemini-0123456789",
    "openai": "canary-openai-0123456789",
    "turbotext": "canary-turbotext-0123",
}


@pytest.fixture
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?")


@pytest.fixture
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(mongo_url), timeout_ms=3_000) as mongo:
        yield mongo
        await mongo.database.client.drop_database(mongo.database.name)


@pytest.fixture
async def keys(mongo: Mongo) -> ProviderKeyRepository:
    keys = ProviderKeyRepository(mongo.database)
    for provider, key in KEYS.items():
        await keys.put(provider, Sealer(OLD).seal(SecretStr(key), place=sealing_place(provider)), last4=key[-4:])
    return keys


async def opened(keys: ProviderKeyRepository, secret_key: SecretStr) -> dict[str, str]:
    sealer = Sealer(secret_key)
    return {
        stored.provider: sealer.unseal(stored.sealed, place=sealing_place(stored.provider)).get_secret_value()
        for stored in await keys.list()
        if stored.sealed.key_id == sealer.key_id
    }


async def fates(keys: ProviderKeyRepository, *, is_dry: bool = False) -> set[Fate]:
    return {turned.fate for turned in await rotate(keys, Sealer(NEW, OLD), is_dry=is_dry)}


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(keys: ProviderKeyRepository) -> None:
    before = await keys.list()

    assert await fates(keys, is_dry=True) == {Fate.WOULD_BE}
    assert await keys.list() == before


async def test_every_key_opens_under_the_new_secret_key_and_nothing_else_of_it_has_changed(
    keys: ProviderKeyRepository,
) -> None:
    def beside_the_seal(stored: list[StoredProviderKey]) -> list[dict[str, object]]:
        return [key.model_dump(exclude={"sealed"}) for key in stored]

    before = await keys.list()

    assert await fates(keys) == {Fate.SEALED_ANEW}
    assert await opened(keys, NEW) == KEYS
    assert await opened(keys, OLD) == {}
    assert beside_the_seal(await keys.list()) == beside_the_seal(before)


async def test_what_was_stopped_half_way_is_finished_by_the_next_run(keys: ProviderKeyRepository) -> None:
    class Stopping(ProviderKeyRepository):
        async def seal_anew(self, provider: str, before: SealedSecret, after: SealedSecret) -> bool:
            if provider == "openai":
                raise KeyboardInterrupt
            return await keys.seal_anew(provider, before, after)

    stopping = Stopping.__new__(Stopping)
    stopping.__dict__.update(keys.__dict__)
    with pytest.raises(KeyboardInterrupt):
        await rotate(stopping, Sealer(NEW, OLD), is_dry=False)
    assert set(await opened(keys, NEW)) == {"gemini"}

    turned = await rotate(keys, Sealer(NEW, OLD), is_dry=False)

    assert [one.fate for one in turned] == [Fate.ALREADY, Fate.SEALED_ANEW, Fate.SEALED_ANEW]
    assert await opened(keys, NEW) == KEYS


async def test_a_key_that_an_administrator_sets_meanwhile_is_not_overwritten(keys: ProviderKeyRepository) -> None:
    (before, *_) = await keys.list()
    fresh = Sealer(OLD).seal(SecretStr("set meanwhile"), place=sealing_place("gemini"))
    await keys.put("gemini", fresh, last4="ile")

    assert not await keys.seal_anew("gemini", before.sealed, Sealer(NEW).seal(SecretStr("x"), place="p"))
    assert (await opened(keys, OLD))["gemini"] == "set meanwhile"


async def test_a_key_that_neither_secret_key_opens_is_named_and_left_alone(keys: ProviderKeyRepository) -> None:
    foreign = Sealer(FOREIGN).seal(SecretStr("foreign"), place=sealing_place("gemini"))
    await keys.put("gemini", foreign, last4="")

    turned = await rotate(keys, Sealer(NEW, OLD), is_dry=False)

    assert {one.provider: one.fate for one in turned} == {
        "gemini": Fate.NEITHER_OPENS,
        "openai": Fate.SEALED_ANEW,
        "turbotext": Fate.SEALED_ANEW,
    }
    assert [one.provider for one in turned if one.is_left] == ["gemini"]
    assert set(await opened(keys, FOREIGN)) == {"gemini"}


async def command(mongo_url: str, *arguments: str, old: str = OLD.get_secret_value()) -> tuple[int, str]:
    environment = service_environment(
        {
            "MONGO_URL": mongo_url,
            "PHOTOCHANGER_SECRET_KEY": NEW.get_secret_value(),
            "PHOTOCHANGER_OLD_SECRET_KEY": old,
        }
    )
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "admin_api.rotate_secret_key", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


async def test_the_command_tells_what_it_did_and_no_secret(keys: ProviderKeyRepository, mongo_url: str) -> None:
    dry = await command(mongo_url, "--dry-run")
    done = await command(mongo_url)
    again = await command(mongo_url)

    assert dry == (0, "".join(f"{name}: would be sealed anew\n" for name in KEYS) + "3 keys of providers\n")
    assert done == (0, "".join(f"{name}: sealed anew\n" for name in KEYS) + "3 keys of providers\n")
    assert again == (0, "".join(f"{name}: under the new key already\n" for name in KEYS) + "3 keys of providers\n")
    assert await opened(keys, NEW) == KEYS


@pytest.mark.usefixtures("keys")
async def test_the_command_fails_when_a_key_is_left(mongo_url: str) -> None:
    code, output = await command(mongo_url, old=FOREIGN.get_secret_value())

    assert (code, output.count("opens with neither key")) == (1, 3)


@pytest.mark.parametrize("old", ["", "short"])
async def test_without_the_old_key_the_command_is_one_line_that_names_it(mongo_url: str, old: str) -> None:
    code, output = await command(mongo_url, old=old)

    assert (code, len(output.splitlines())) == (78, 1)
    assert "PHOTOCHANGER_OLD_SECRET_KEY" in output
