"""Slots as an administrator makes and keeps them."""

import asyncio
from typing import Any

import pytest

from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.job import JobStatus
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository, RetiredModel
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from provider_gemini.manifest import gemini_manifest
from tests.admin_process import BASE_URL, SECRET_KEY
from tests.integration.admin.photos.conftest import Person, a_slot
from tests.job_rows import new_job


async def created(admin: Person, **changes: Any) -> dict[str, Any]:
    answer = await admin.ask("POST", "/api/v1/slots", json=a_slot(**changes))
    assert answer.status == 201, answer.json
    slot: dict[str, Any] = answer.json
    return slot


async def test_a_new_slot_says_what_to_type_into_the_booth(admin: Person) -> None:
    slot = await created(admin, sync_response_seconds=30)

    assert slot["version"] == 1
    assert slot["author"] == "admin"
    assert slot["client_settings"] == {
        "url": f"{BASE_URL}/ingest/{slot['id']}",
        "file_field": "fileToUpload",
        "password_field": "password",
        "timeout_seconds": 35.0,
        "max_image_bytes": 15_000_000,
        "max_image_side_pixels": 6_324,
    }


async def test_the_same_id_again_is_a_conflict(admin: Person) -> None:
    slot = await created(admin)

    answer = await admin.ask("POST", "/api/v1/slots", json=a_slot(id=slot["id"], name="Other"))

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (409, "/id")


async def test_a_change_needs_the_version_it_was_made_on(admin: Person) -> None:
    slot = await created(admin)
    path = f"/api/v1/slots/{slot['id']}"

    without = await admin.ask("PATCH", path, json={"name": "New"})
    first = await admin.ask("PATCH", path, json={"name": "New"}, headers={"If-Match": '"1"'})
    second = await admin.ask("PATCH", path, json={"name": "Newer"}, headers={"If-Match": '"1"'})

    assert (without.status, first.status, second.status) == (428, 200, 412)
    assert (first.json["name"], first.headers["etag"]) == ("New", '"2"')
    read = await admin.ask("GET", path)
    assert (read.json["name"], read.json["version"], read.json["params"]) == ("New", 2, slot["params"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"provider": "nobody"}, "/provider"),
        ({"operation": "identity_transfer"}, "/operation"),
        ({"params": {}}, "/params/prompt"),
        ({"params": {"prompt": ""}}, "/params/prompt"),
        ({"params": {"prompt": "x", "strength": 2}}, "/params/strength"),
        ({"params": {"prompt": "x", "colour": "red"}}, "/params/colour"),
        ({"operation": "style_transfer"}, "/template_media"),
        ({"template_media": [{"role": "style", "media_id": "none"}]}, "/template_media/0/media_id"),
        ({"fallbacks": [{"provider": "nobody", "operation": "image_edit"}]}, "/fallbacks/0/provider"),
        ({"fallbacks": [{"provider": "painter", "operation": "image_edit"}]}, "/fallbacks/0/params/prompt"),
        ({"sync_response_seconds": 61}, "/sync_response_seconds"),
        ({"max_upload_bytes": "many"}, "/max_upload_bytes"),
        ({"id": "../x"}, "/id"),
        ({"colour": "red"}, "/colour"),
        ({"params": {"$where": "1"}}, "/params/$where"),
        ({"ingest_password": "short"}, "/ingest_password"),
        ({"version": 7}, "/version"),
        ({"photos_per_minute": 2**63}, "/photos_per_minute"),
        ({"params": {"prompt": "x", "strength": -(2**70)}}, "/params/strength"),
    ],
)
async def test_what_cannot_work_is_refused_by_the_fields_name(
    admin: Person, mongo: Mongo, changes: dict[str, Any], pointer: str
) -> None:
    asked = a_slot(**changes)

    answer = await admin.ask("POST", "/api/v1/slots", json=asked)

    assert answer.status == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert await SlotRepository(mongo.database).read(asked["id"]) is None


async def test_null_is_refused_where_a_field_has_none(admin: Person) -> None:
    slot = await created(admin)

    answer = await admin.ask("PATCH", f"/api/v1/slots/{slot['id']}", json={"name": None}, headers={"If-Match": '"1"'})

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/name")


async def test_an_own_password_is_set_rotated_and_removed_but_never_shown(admin: Person, mongo: Mongo) -> None:
    slot = await created(admin, ingest_password="first password")
    path = f"/api/v1/slots/{slot['id']}"

    async def verifier() -> str | None:
        stored = await SlotRepository(mongo.database).read(slot["id"])
        assert stored is not None
        return stored.ingest_password_verifier

    assert await verifier() == password_verifier("first password", secret_key=SECRET_KEY)
    rotated = await admin.ask("PATCH", path, json={"ingest_password": "second password"}, headers={"If-Match": '"1"'})
    assert (rotated.status, rotated.json["has_own_password"]) == (200, True)
    assert await verifier() == password_verifier("second password", secret_key=SECRET_KEY)
    assert b"password_verifier" not in rotated.body
    removed = await admin.ask("PATCH", path, json={"ingest_password": None}, headers={"If-Match": '"2"'})
    assert (removed.status, removed.json["has_own_password"], await verifier()) == (200, False, None)
    audit = await mongo.database["audit"].find({"target": f"slots/{slot['id']}"}).to_list(None)
    assert [entry["action"] for entry in audit] == ["create", "change", "change"]
    assert "second password" not in str(audit)


async def test_a_slot_whose_provider_has_gone_can_still_be_disabled(admin: Person, mongo: Mongo) -> None:
    slot = await created(admin)
    await mongo.database["slots"].update_one({"_id": slot["id"]}, {"$set": {"provider": "gone"}})
    path = f"/api/v1/slots/{slot['id']}"

    disabled = await admin.ask("PATCH", path, json={"is_active": False}, headers={"If-Match": '"1"'})
    enabled = await admin.ask("PATCH", path, json={"is_active": True}, headers={"If-Match": '"2"'})

    assert (disabled.status, disabled.json["is_active"]) == (200, False)
    assert (enabled.status, enabled.json["errors"][0]["pointer"]) == (422, "/provider")


async def test_a_clone_has_the_settings_but_not_the_password(admin: Person) -> None:
    slot = await created(admin, ingest_password="its own password", max_in_flight=7)

    answer = await admin.ask("POST", f"/api/v1/slots/{slot['id']}/clone", json={"id": f"{slot['id']}-b", "name": "B"})

    assert (answer.status, answer.json["name"], answer.json["max_in_flight"]) == (201, "B", 7)
    assert answer.json["has_own_password"] is False


async def test_a_slot_is_not_deleted_under_a_photo_in_work(admin: Person, mongo: Mongo) -> None:
    slot = await created(admin)
    path, version = f"/api/v1/slots/{slot['id']}", {"If-Match": '"1"'}
    jobs = JobRepository(mongo.database)
    job = await jobs.admit(new_job(slot_id=slot["id"]), left_ms=10_000)

    refused = await admin.ask("DELETE", path, headers=version)
    await jobs.finish_cancelled(job.id, detail="test")
    deleted = await admin.ask("DELETE", path, headers=version)

    assert (refused.status, refused.json["reason"], refused.json["count"]) == (409, "slot_busy", 1)
    assert deleted.status == 204
    assert (await admin.ask("GET", path)).status == 404


async def test_only_administrators_see_prompts_and_change_slots(admin: Person, operator: Person) -> None:
    slot = await created(
        admin, fallbacks=[{"provider": "painter", "operation": "image_edit", "params": {"prompt": "y"}}]
    )
    path = f"/api/v1/slots/{slot['id']}"

    seen = await operator.ask("GET", path)
    refused = [
        await operator.ask("POST", "/api/v1/slots", json=a_slot()),
        await operator.ask("PATCH", path, json={"name": "x"}, headers={"If-Match": '"1"'}),
        await operator.ask("DELETE", path, headers={"If-Match": '"1"'}),
        await operator.ask("POST", f"{path}/clone", json={"id": "x", "name": "x"}),
    ]

    assert (seen.json["params"], seen.json["fallbacks"][0]["params"]) == (None, None)
    assert seen.json["ingest_url"].endswith(slot["id"])
    assert [answer.status for answer in refused] == [403] * 4


async def test_a_provider_without_a_key_is_a_warning_that_can_be_overridden(admin: Person, mongo: Mongo) -> None:
    asked, providers = a_slot(), ProviderRepository(mongo.database)
    path = f"/api/v1/slots/{asked['id']}"
    provider, version = {"provider": "painter"}, {"If-Match": '"1"'}

    await providers.note_key("painter", has_key=False)
    try:
        warned = await admin.ask("POST", "/api/v1/slots", json=asked)
        nothing = await admin.ask("GET", path)
        saved = await admin.ask("POST", "/api/v1/slots?ignore_warnings=true", json=asked)
        renamed = await admin.ask("PATCH", path, json={"name": "x"}, headers=version)
        changed = await admin.ask("PATCH", path, json=provider, headers={"If-Match": '"2"'})
        wrong = await admin.ask(
            "PATCH", f"{path}?ignore_warnings=true", json={"params": {}}, headers={"If-Match": '"2"'}
        )
        listed = await admin.ask("GET", "/api/v1/providers")
    finally:
        await providers.note_key("painter", has_key=True)
    with_key = await admin.ask("PATCH", path, json=provider, headers={"If-Match": '"2"'})

    fault = warned.json["errors"][0]
    assert (warned.status, fault["pointer"], fault["is_warning"], nothing.status) == (422, "/provider", True, 404)
    assert (saved.status, renamed.status, changed.status, wrong.status) == (201, 200, 422, 422)
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/params/prompt"]
    assert [item["has_key"] for item in listed.json["items"] if item["manifest"]["name"] == "painter"] == [False]
    assert (with_key.status, with_key.json["version"]) == (200, 3)


async def test_a_model_that_its_provider_does_not_list_is_a_warning_and_seen_with_the_provider(
    admin: Person, mongo: Mongo
) -> None:
    asked, models = a_slot(provider="gemini", operation="image_edit"), ProviderModelRepository(mongo.database)
    await ProviderRepository(mongo.database).upsert_manifest(gemini_manifest())
    retired = RetiredModel(model="gemini-3-pro-image", slot_ids=("some-slot",))

    await models.note("gemini", listed=["gemini-nano-banana-2.1"], retired=[retired])
    try:
        usual = await admin.ask("POST", "/api/v1/slots", json=asked)
        old = a_slot(provider="gemini", operation="image_edit", params={"prompt": "art", "model": "gemini-3-pro-image"})
        warned = await admin.ask("POST", "/api/v1/slots", json=old)
        saved = await admin.ask("POST", "/api/v1/slots?ignore_warnings=true", json=old)
        listed = await admin.ask("GET", "/api/v1/providers")
    finally:
        await mongo.database["provider_models"].delete_many({})

    [fault] = warned.json["errors"]
    assert (usual.status, warned.status, saved.status) == (201, 422, 201)
    assert (fault["pointer"], fault["is_warning"]) == ("/params/model", True)
    [shown] = [item["models"] for item in listed.json["items"] if item["manifest"]["name"] == "gemini"]
    assert shown["listed"] == ["gemini-nano-banana-2.1"]
    assert shown["retired"] == [{"model": "gemini-3-pro-image", "slot_ids": ["some-slot"]}]
    assert shown["checked_at"]
    assert [item["models"] for item in listed.json["items"] if item["manifest"]["name"] == "painter"] == [None]


async def test_disabling_a_slot_cancels_its_photos_at_once_with_one_audit_record(admin: Person, mongo: Mongo) -> None:
    slot, jobs = await created(admin), JobRepository(mongo.database)
    rows = [await jobs.admit(new_job(slot_id=slot["id"]), left_ms=30_000) for _ in range(20)]
    path = f"/api/v1/slots/{slot['id']}"

    disabled = await admin.ask("PATCH", path, json={"is_active": False}, headers={"If-Match": '"1"'})

    assert disabled.status == 200
    async with asyncio.timeout(2):
        while set((await JobUpkeep(mongo.database).statuses(row.id for row in rows)).values()) != {JobStatus.CANCELLED}:
            await asyncio.sleep(0.02)
    row = await jobs.get(rows[-1].id)
    assert row is not None
    assert (row.status, row.failure_detail) == (JobStatus.CANCELLED, "the slot was disabled")
    assert await mongo.database["audit"].count_documents({"target": f"slots/{slot['id']}", "action": "change"}) == 1
