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
from provider_gemini.manifest import gemini_manifest
from provider_gemini.params import GeminiParams
from provider_turbotext.manifest import turbotext_manifest
from provider_turbotext.request import checked
from tests.servers import RunningMinio, RunningServer

SECRET_KEY = "k" * 32
MANIFESTS = {"gemini": gemini_manifest(), "turbotext": turbotext_manifest()}


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
    assert password_matches("booth", platform.ingest_password_verifiers, secret_keys=(SECRET_KEY,))


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
    assert not password_matches("another", platform.ingest_password_verifiers, secret_keys=(SECRET_KEY,))


async def test_a_stack_of_an_earlier_version_gets_the_slots_it_never_had(
    mongo: Mongo, settings_with: SettingsWith
) -> None:
    await seed(settings_with("booth"))
    slots = SlotRepository(mongo.database)
    changed = await slots.get(DEMO_SLOTS[0])
    assert changed is not None
    await slots.replace(changed.model_copy(update={"name": "Wedding"}), expected_version=changed.version)
    await mongo.database["slots"].delete_one({"_id": "demo-face"})

    await seed(settings_with("booth"))

    found = {slot.id: slot.name for slot in await SlotRepository(mongo.database).list()}
    assert set(found) == set(DEMO_SLOTS)
    assert found[DEMO_SLOTS[0]] == "Wedding"


@pytest.mark.parametrize("slot", demo_slots(datetime.now(UTC)), ids=lambda slot: slot.id)
def test_the_demo_slots_ask_for_what_the_providers_take(slot: Slot) -> None:
    roles = {use.role for use in slot.template_media}
    for route in slot.routes:
        manifest = MANIFESTS[route.provider]
        needed = {role.role for role in manifest.operations[route.operation].template_roles if role.is_required}
        assert needed <= roles
        if route.provider == "turbotext":
            checked(route.operation, route.params)
        else:
            assert GeminiParams.model_validate(route.params).prompt
