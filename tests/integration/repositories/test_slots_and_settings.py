import asyncio
import datetime as dt

import pytest

from photochanger.domain.dead_letter import DeathReason
from photochanger.domain.photo import PictureType
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest
from photochanger.domain.slot import Operation, Output, OutputFormat, Route, Slot, TemplateUse
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository

SLOT = Slot(
    id="demo",
    name="Демо $name",
    provider="gemini",
    operation=Operation.STYLE_TRANSFER,
    params={"prompt": "oil", "strength": 0.5, "nested": {"$a.b": [1, None]}},
    template_media=(TemplateUse(role="style", media_id="m1"),),
    fallbacks=(Route(provider="turbotext", operation=Operation.IMAGE_EDIT),),
    output=Output(format=OutputFormat.PNG),
    created_at=dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC),
)


async def test_a_slot_comes_back_as_it_was_saved(mongo: Mongo) -> None:
    slots = SlotRepository(mongo.database)

    assert await slots.insert_if_missing(SLOT)

    assert await slots.get("demo") == SLOT
    assert await slots.list() == [SLOT]


async def test_an_existing_slot_is_not_seeded_over(mongo: Mongo) -> None:
    slots = SlotRepository(mongo.database)
    await slots.insert_if_missing(SLOT)

    assert not await slots.insert_if_missing(SLOT.model_copy(update={"name": "other"}))

    assert await slots.get("demo") == SLOT


async def test_of_two_editors_of_one_version_one_wins(mongo: Mongo) -> None:
    slots = SlotRepository(mongo.database)
    await slots.insert_if_missing(SLOT)

    saved = await asyncio.gather(
        *(slots.replace(SLOT.model_copy(update={"name": str(n)}), expected_version=1) for n in range(8))
    )

    assert sorted(saved) == [False] * 7 + [True]
    winner = await slots.get("demo")
    assert winner is not None
    assert winner.version == 2
    assert winner.name == str(saved.index(True))


async def test_a_change_by_another_replica_is_seen_within_a_second(mongo: Mongo) -> None:
    here, elsewhere = SlotRepository(mongo.database), SlotRepository(mongo.database)
    assert await here.get("demo") is None
    await elsewhere.insert_if_missing(SLOT)
    assert await here.get("demo") is None

    await asyncio.sleep(1.05)

    assert await here.get("demo") == SLOT


async def test_settings_are_the_defaults_until_some_are_saved(mongo: Mongo) -> None:
    settings = SettingsRepository(mongo.database)

    assert await settings.get() == PlatformSettings()


async def test_saving_settings_makes_the_next_version(mongo: Mongo) -> None:
    settings = SettingsRepository(mongo.database)
    first = PlatformSettings(version=1, ingest_password_verifiers=("ab",))
    assert await settings.insert_if_missing(first)
    assert not await settings.insert_if_missing(PlatformSettings(version=9))

    changed = first.model_copy(update={"sync_response_seconds": 20.0})
    assert await settings.replace(changed, expected_version=1)

    assert await settings.get() == changed.model_copy(update={"version": 2})
    assert not await settings.replace(first, expected_version=1)


async def test_a_template_comes_back_as_it_was_inserted(mongo: Mongo) -> None:
    templates = TemplateRepository(mongo.database)
    media = TemplateMedia(
        id="m1", name="Van Gogh", key="m1", type=PictureType.PNG, width=4, height=3, size_bytes=9, sha256="ab"
    )

    assert await templates.insert_if_missing(media)
    assert not await templates.insert_if_missing(media.model_copy(update={"name": "other"}))

    assert await templates.get("m1") == media
    assert await templates.get("m2") is None
    assert await templates.list() == [media]


def manifest(version: int) -> ProviderManifest:
    return ProviderManifest(
        name="gemini",
        title=f"Gemini {version}",
        version=version,
        operations={Operation.IMAGE_EDIT: OperationManifest(params_schema={"$schema": "x", "type": "object"})},
        input_types=(PictureType.JPEG,),
    )


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 2)])
async def test_the_newest_manifest_stays_in_force(order: tuple[int, int], mongo: Mongo) -> None:
    providers = ProviderRepository(mongo.database)

    for version in order:
        await providers.upsert_manifest(manifest(version))

    assert await providers.list() == [manifest(2)]


async def test_a_dead_letter_is_kept_once_whatever_it_holds(mongo: Mongo) -> None:
    letters = DeadLetterRepository(mongo.database)
    headers = {"x-death": [{"count": 1, "time": dt.datetime(2026, 11, 24, tzinfo=dt.UTC)}], "$a.b": "c"}

    for _ in range(2):
        await letters.insert(
            "provider.gemini.v1", DeathReason.REJECTED, headers=headers, body=b"\xff{" + b"x " * 10_000_000, job_id="j1"
        )

    [kept] = await mongo.database["dead_letters"].find().to_list(None)
    assert (kept["queue"], kept["reason"], kept["job_id"]) == ("provider.gemini.v1", "rejected", "j1")
    assert kept["size_bytes"] == 20_000_002
    assert kept["body"].startswith("\\xff{x x ")
    assert len(kept["body"]) < 70_000
    assert {header["name"] for header in kept["headers"]} == {"x-death", "$a.b"}
    assert kept["received_at"].tzinfo is not None
