"""Settings, the booths' password and the providers' keys: changed here, in force elsewhere, never shown again."""

import asyncio
import uuid

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.domain.ingest_password import password_matches
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest
from photochanger.domain.slot import Operation
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_key_repository import ProviderKeyRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.sealing import Sealer
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.provider_worker.provider_key import ProviderKey
from tests.admin_people import LOGIN, ask, fields

SETTINGS = "/api/v1/settings"
SECRET_KEY = "k" * 40
CANARY = "canary-provider-key-7G2x"


async def etag(http: aiohttp.ClientSession) -> dict[str, str]:
    async with http.get(SETTINGS) as answer:
        return {"If-Match": answer.headers["ETag"]}


async def audited(mongo: Mongo, action: str) -> int:
    return await mongo.database["audit"].count_documents({"action": action, "actor": LOGIN})


async def test_a_changed_setting_is_in_force_for_a_reader_within_two_seconds(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    elsewhere = SettingsRepository(mongo.database)
    await elsewhere.get()
    changes = await audited(mongo, "change")

    status, shown = await ask(admin, "PATCH", SETTINGS, {"sync_response_seconds": 20}, headers=await etag(admin))
    await asyncio.sleep(1.1)

    assert (status, shown["sync_response_seconds"], shown["result_retention_hours"]) == (200, 20, 72)
    assert (await elsewhere.get()).sync_response_seconds == 20
    assert await audited(mongo, "change") == changes + 1


async def test_what_another_replica_saved_is_shown_and_can_be_changed_at_once(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    elsewhere = SettingsRepository(mongo.database)
    await etag(admin)
    before = await elsewhere.get()
    changed = before.model_copy(update={"max_waiting_requests": 777})
    assert await elsewhere.replace(changed, expected_version=before.version)

    _, shown = await ask(admin, "GET", SETTINGS)
    version = {"If-Match": f'"{before.version + 1}"'}
    status, _ = await ask(admin, "PATCH", SETTINGS, {"max_waiting_requests": 778}, headers=version)

    assert (shown["max_waiting_requests"], status) == (777, 200)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"sync_response_seconds": 9}, "/sync_response_seconds"),
        ({"sync_response_seconds": "20"}, "/sync_response_seconds"),
        ({"result_retention_hours": 169}, "/result_retention_hours"),
        ({"answer_reserve_seconds": None}, "/answer_reserve_seconds"),
        ({"version": 3}, "/version"),
        ({"ingest_password_verifiers": ["ab"]}, "/ingest_password_verifiers"),
    ],
)
async def test_a_wrong_setting_is_named_and_nothing_is_saved(
    admin: aiohttp.ClientSession, mongo: Mongo, body: dict[str, object], pointer: str
) -> None:
    before = await mongo.database["settings"].find().to_list(None)

    status, problem = await ask(admin, "PATCH", SETTINGS, body, headers=await etag(admin))

    assert (status, fields(problem)) == (422, [pointer])
    assert await mongo.database["settings"].find().to_list(None) == before


async def test_of_two_changes_on_one_version_the_second_is_refused(admin: aiohttp.ClientSession) -> None:
    read = await etag(admin)

    first, _ = await ask(admin, "PATCH", SETTINGS, {"max_waiting_requests": 900}, headers=read)
    second, problem = await ask(admin, "PATCH", SETTINGS, {"max_waiting_requests": 800}, headers=read)
    missing, _ = await ask(admin, "PATCH", SETTINGS, {"max_waiting_requests": 700})

    assert (first, second, problem["code"], missing) == (200, 412, "version_conflict", 428)
    assert (await ask(admin, "GET", SETTINGS))[1]["max_waiting_requests"] == 900


async def test_a_new_ingest_password_is_shown_once_and_the_old_one_serves_for_its_overlap(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    async def serves(password: str) -> bool:
        settings = await SettingsRepository(mongo.database).get()
        return password_matches(password, settings.accepted_verifiers, secret_keys=(SECRET_KEY,))

    path = f"{SETTINGS}/ingest-password"
    _, first = await ask(admin, "POST", path, {})
    rotations = await audited(mongo, "rotate_ingest_password")
    status, second = await ask(admin, "POST", path, {"overlap_minutes": 10})

    assert status == 200
    assert len(second["password"]) >= 22
    assert await serves(first["password"])
    assert await serves(second["password"])
    assert await audited(mongo, "rotate_ingest_password") == rotations + 1

    ended = {
        "$map": {
            "input": "$old_ingest_passwords",
            "as": "old",
            "in": {"$mergeObjects": ["$$old", {"valid_until": "$$NOW"}]},
        }
    }
    await mongo.database["settings"].update_one({}, [{"$set": {"old_ingest_passwords": ended}}])
    assert not await serves(first["password"])
    assert await serves(second["password"])
    shown = [await ask(admin, "GET", SETTINGS), await ask(admin, "GET", "/api/v1/audit")]
    rows = [await mongo.database[name].find().to_list(None) for name in ("settings", "audit")]
    assert first["password"] not in str(shown + rows)
    assert second["password"] not in str(shown + rows)


async def test_a_given_ingest_password_is_not_shown_and_the_old_one_can_end_at_once(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    path, given = f"{SETTINGS}/ingest-password", f"booth-{uuid.uuid4().hex}"
    await ask(admin, "POST", path, {"password": "the one before"})

    _, rotated = await ask(admin, "POST", path, {"password": given, "overlap_minutes": 0})

    settings = await SettingsRepository(mongo.database).get()
    assert rotated["password"] is None
    assert password_matches(given, settings.accepted_verifiers, secret_keys=(SECRET_KEY,))
    assert not password_matches("the one before", settings.accepted_verifiers, secret_keys=(SECRET_KEY,))


async def a_provider(mongo: Mongo) -> str:
    name = f"p{uuid.uuid4().hex[:8]}"
    manifest = ProviderManifest(
        name=name,
        title="A provider",
        version=1,
        operations={Operation.IMAGE_EDIT: OperationManifest(params_schema={"type": "object"})},
        input_types=(PictureType.JPEG,),
    )
    await ProviderRepository(mongo.database).upsert_manifest(manifest)
    return name


def key_of(mongo: Mongo, provider: str, secret_key: str = SECRET_KEY) -> ProviderKey:
    sealer = Sealer(SecretStr(secret_key))
    key = ProviderKey(provider, environment_key=SecretStr("environment's"), sealer=sealer)
    key.read_from(ProviderKeyRepository(mongo.database).get)
    return key


async def test_a_key_set_here_is_what_the_provider_service_calls_with_until_it_is_taken_away(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    provider = await a_provider(mongo)
    service = key_of(mongo, provider)
    assert (await service.current()).get_secret_value() == "environment's"

    status, shown = await ask(admin, "PUT", f"/api/v1/providers/{provider}/key", {"api_key": CANARY})
    await asyncio.sleep(1.1)

    assert (status, shown["last4"]) == (200, CANARY[-4:])
    assert (await service.current()).get_secret_value() == CANARY
    assert (await key_of(mongo, provider, "another" * 8).current()).get_secret_value() == "environment's"

    assert (await ask(admin, "DELETE", f"/api/v1/providers/{provider}/key"))[0] == 204
    await asyncio.sleep(1.1)
    assert (await service.current()).get_secret_value() == "environment's"
    assert (await ask(admin, "DELETE", f"/api/v1/providers/{provider}/key"))[0] == 404


async def test_a_key_is_in_no_answer_no_row_and_no_audit_record(admin: aiohttp.ClientSession, mongo: Mongo) -> None:
    provider = await a_provider(mongo)

    _, put = await ask(admin, "PUT", f"/api/v1/providers/{provider}/key", {"api_key": CANARY})
    _, listed = await ask(admin, "GET", "/api/v1/providers")

    mine = next(item for item in listed["items"] if item["manifest"]["name"] == provider)
    assert mine["key"] == put
    rows = [await mongo.database[name].find().to_list(None) for name in await mongo.database.list_collection_names()]
    assert CANARY not in str([put, listed, rows])
    entries = await mongo.database["audit"].find({"target": f"providers/{provider}"}).to_list(None)
    assert [entry["action"] for entry in entries] == ["set_key"]


@pytest.mark.parametrize("key", ["short", "with spaces in it", "ключ-не-годится", "x" * 513, 7])
async def test_a_wrong_key_is_named_and_not_kept(admin: aiohttp.ClientSession, mongo: Mongo, key: object) -> None:
    provider = await a_provider(mongo)

    status, problem = await ask(admin, "PUT", f"/api/v1/providers/{provider}/key", {"api_key": key})

    assert (status, fields(problem)) == (422, ["/api_key"])
    assert await ProviderKeyRepository(mongo.database).get(provider) is None


@pytest.mark.parametrize("name", ["unheard", "$ne", "%24where"])
async def test_a_foreign_provider_is_not_found(admin: aiohttp.ClientSession, mongo: Mongo, name: str) -> None:
    status, problem = await ask(admin, "PUT", f"/api/v1/providers/{name}/key", {"api_key": CANARY})

    assert (status, problem["code"]) == (404, "not_found")
    assert await mongo.database["provider_keys"].find_one({"_id": name}) is None
