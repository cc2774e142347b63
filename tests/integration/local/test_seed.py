"""The first start's slots, on the real servers."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from deploy.local.booth import DEMO_SLOTS
from deploy.local.seed import SeedSettings, demo_slots, seed
from photochanger.domain.ingest_password import password_matches
from photochanger.domain.slot import Slot
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from provider_gemini.params import GeminiParams
from tests.servers import RunningMinio, RunningServer

SECRET_KEY = "k" * 32


@pytest.fixture
async def mongo(mongodb: RunningServer) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(mongodb.url), timeout_ms=5_000) as connection:
        yield connection
        for collection in ("slots", "settings", "templates"):
            await connection.database[collection].delete_many({})


SettingsWith = Callable[[str], SeedSettings]


@pytest.fixture
def settings_with(mongodb: RunningServer, minio: RunningMinio) -> SettingsWith:
    def build(password: str) -> SeedSettings:
        return SeedSettings(
            mongo_url=SecretStr(mongodb.url),
            s3_url=minio.url,
            s3_access_key=SecretStr(minio.access_key),
            s3_secret_key=SecretStr(minio.secret_key),
            photochanger_secret_key=SecretStr(SECRET_KEY),
            ingest_password=SecretStr(password),
        )

    return build


async def test_a_new_stack_gets_the_demo_slots_and_the_password(mongo: Mongo, settings_with: SettingsWith) -> None:
    await seed(settings_with("booth"))

    assert {slot.id for slot in await SlotRepository(mongo.database).list()} == set(DEMO_SLOTS)
    platform = await SettingsRepository(mongo.database).get()
    assert password_matches("booth", platform.ingest_password_verifiers, secret_key=SECRET_KEY)


async def test_what_an_administrator_changed_stays(mongo: Mongo, settings_with: SettingsWith) -> None:
    await seed(settings_with("booth"))
    slots = SlotRepository(mongo.database)
    slot = await slots.get(DEMO_SLOTS[0])
    assert slot is not None
    await slots.replace(slot.model_copy(update={"name": "Wedding"}), expected_version=slot.version)

    await seed(settings_with("another"))

    kept = await SlotRepository(mongo.database).get(DEMO_SLOTS[0])
    assert kept is not None
    assert kept.name == "Wedding"
    platform = await SettingsRepository(mongo.database).get()
    assert not password_matches("another", platform.ingest_password_verifiers, secret_key=SECRET_KEY)


@pytest.mark.parametrize("slot", demo_slots(datetime.now(UTC)), ids=lambda slot: slot.id)
def test_the_demo_slots_ask_for_what_the_provider_takes(slot: Slot) -> None:
    assert GeminiParams.model_validate(slot.params).prompt
