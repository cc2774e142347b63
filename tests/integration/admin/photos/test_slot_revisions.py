"""Every version of a slot is kept: shown, compared, gone back to."""

from typing import Any

import pytest

from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from tests.integration.admin.photos.conftest import MANIFEST, Answer, Person, a_slot
from tests.photos import camera_jpeg


async def a_slot_with_history(admin: Person, *changes: dict[str, Any], **first: Any) -> str:
    created = await admin.ask("POST", "/api/v1/slots", json=a_slot(**first))
    assert created.status == 201, created.json
    path = f"/api/v1/slots/{created.json['id']}"
    for version, change in enumerate(changes, start=1):
        answer = await admin.ask("PATCH", path, json=change, headers={"If-Match": f'"{version}"'})
        assert answer.status == 200, answer.json
    return path


async def rolled_back(admin: Person, path: str, number: int, *, version: int, **body: str) -> Answer:
    headers = {"If-Match": f'"{version}"'}
    return await admin.ask("POST", f"{path}/revisions/{number}/rollback", json=body, headers=headers)


async def test_each_saved_change_keeps_what_was_there_with_its_author_and_comment(
    admin: Person, viewer: Person
) -> None:
    path = await a_slot_with_history(
        admin, {"name": "Two", "comment": "for the wedding"}, {"params": {"prompt": "ink"}}, comment="first"
    )

    page = await viewer.ask("GET", f"{path}/revisions")
    old = [(await admin.ask("GET", f"{path}/revisions/{number}")).json for number in (1, 2, 3)]

    assert [(item["number"], item["author"], item["comment"]) for item in page.json["items"]] == [
        (3, "admin", ""),
        (2, "admin", "for the wedding"),
        (1, "admin", "first"),
    ]
    assert [item["at"] for item in page.json["items"]] == [revision["at"] for revision in reversed(old)]
    assert [(revision["slot"]["name"], revision["slot"]["params"]["prompt"]) for revision in old] == [
        ("Evening", "oil painting"),
        ("Two", "oil painting"),
        ("Two", "ink"),
    ]


async def test_revisions_come_page_by_page(viewer: Person, admin: Person) -> None:
    path = await a_slot_with_history(admin, *({"name": f"Name {number}"} for number in range(4)))

    numbers, query = [], "?limit=2"
    while query:
        page = await viewer.ask("GET", f"{path}/revisions{query}")
        numbers.append([item["number"] for item in page.json["items"]])
        query = f"?limit=2&cursor={page.json['next_cursor']}" if page.json["next_cursor"] else ""

    assert numbers == [[5, 4], [3, 2], [1]]


async def test_the_difference_of_two_versions_is_told_field_by_field_and_of_a_secret_only_that_there_is_one(
    admin: Person,
) -> None:
    route = {"provider": "painter", "operation": "image_edit", "params": {"prompt": "fall/back"}}
    path = await a_slot_with_history(
        admin,
        {"ingest_password": "one password", "max_in_flight": 7},
        {"params": {"prompt": "ink", "strength": 0.5}, "fallbacks": [route], "ingest_password": "another password"},
    )

    whole = await admin.ask("GET", f"{path}/revisions/1/diff")
    last = await admin.ask("GET", f"{path}/revisions/2/diff?to=3")
    back = await admin.ask("GET", f"{path}/revisions/3/diff?to=2")
    same = await admin.ask("GET", f"{path}/revisions/3/diff?to=3")

    secret = {"before": None, "after": None, "is_secret": True, "pointer": "/ingest_password"}
    in_flight = {"pointer": "/max_in_flight", "kind": "changed", "before": 32, "after": 7, "is_secret": False}
    assert (whole.json["number"], whole.json["to"]) == (1, 3)
    assert in_flight in whole.json["changes"]
    assert secret | {"kind": "added"} in whole.json["changes"]
    assert last.json["changes"] == [
        {
            "pointer": "/params/prompt",
            "kind": "changed",
            "before": "oil painting",
            "after": "ink",
            "is_secret": False,
        },
        {"pointer": "/params/strength", "kind": "added", "before": None, "after": 0.5, "is_secret": False},
        {"pointer": "/fallbacks/0", "kind": "added", "before": None, "after": route, "is_secret": False},
        secret | {"kind": "changed"},
    ]
    assert [change["kind"] for change in back.json["changes"]] == ["changed", "removed", "removed", "changed"]
    assert same.json["changes"] == []
    assert b"password_verifier" not in whole.body + last.body


async def test_a_rollback_is_a_new_version_with_the_old_settings_and_todays_password(
    admin: Person, mongo: Mongo
) -> None:
    path = await a_slot_with_history(admin, {"name": "Two", "max_in_flight": 7}, {"ingest_password": "todays password"})

    stale = await rolled_back(admin, path, 1, version=2)
    answer = await rolled_back(admin, path, 1, version=3)

    assert (stale.status, answer.status) == (412, 200)
    assert (answer.json["version"], answer.headers["etag"]) == (4, '"4"')
    assert (answer.json["name"], answer.json["max_in_flight"]) == ("Evening", 32)
    assert (answer.json["has_own_password"], answer.json["comment"]) == (True, "back to version 1")
    kept = await admin.ask("GET", f"{path}/revisions/3")
    assert kept.json["slot"]["name"] == "Two"
    target = path.removeprefix("/api/v1/")
    actions = [entry["action"] for entry in await mongo.database["audit"].find({"target": target}).to_list(None)]
    assert sorted(actions) == ["change", "change", "create", "roll_back"]


async def test_a_rollback_to_what_no_longer_exists_names_it_and_changes_nothing(admin: Person, mongo: Mongo) -> None:
    path = await a_slot_with_history(admin, {"operation": "image_edit", "params": {"prompt": "ink"}})
    old = f"{path.rpartition('/')[2]}/1"
    await mongo.database["slot_revisions"].update_one({"_id": old}, {"$set": {"params": {"gone": 1}}})

    answer = await rolled_back(admin, path, 1, version=2)

    assert (answer.status, answer.json["code"]) == (422, "invalid_fields")
    assert {error["pointer"] for error in answer.json["errors"]} == {"/params/gone", "/params/prompt"}
    assert (await admin.ask("GET", path)).json["version"] == 2


async def test_a_warning_of_a_rollback_can_be_overridden(admin: Person, mongo: Mongo) -> None:
    path, providers = await a_slot_with_history(admin, {"name": "Two"}), ProviderRepository(mongo.database)
    headers = {"If-Match": '"2"'}

    await providers.note_key(MANIFEST.name, has_key=False)
    try:
        warned = await rolled_back(admin, path, 1, version=2)
        saved = await admin.ask(
            "POST", f"{path}/revisions/1/rollback?ignore_warnings=true", json={"comment": "now"}, headers=headers
        )
    finally:
        await providers.note_key(MANIFEST.name, has_key=True)

    assert (warned.status, warned.json["errors"][0]["is_warning"]) == (422, True)
    assert (saved.status, saved.json["comment"]) == (200, "now")


async def test_a_deleted_slots_revisions_stay_and_a_new_one_of_its_id_counts_on(admin: Person) -> None:
    path = await a_slot_with_history(admin, {"name": "Two"})
    slot_id = path.rpartition("/")[2]

    deleted = await admin.ask("DELETE", path, headers={"If-Match": '"2"'})
    left = await admin.ask("GET", f"{path}/revisions")
    gone = await rolled_back(admin, path, 1, version=2)
    again = await admin.ask("POST", "/api/v1/slots", json=a_slot(id=slot_id, name="Anew"))
    numbers = [item["number"] for item in (await admin.ask("GET", f"{path}/revisions")).json["items"]]

    assert (deleted.status, gone.status) == (204, 404)
    assert [item["number"] for item in left.json["items"]] == [2, 1]
    assert (again.status, again.json["version"]) == (201, 3)
    assert numbers == [3, 2, 1]


@pytest.mark.parametrize("number", ["0", "3", "x", "-1", "1.0", "99999999999", "%C2%B2"])
async def test_a_version_that_never_was_is_404(admin: Person, number: str) -> None:
    path = await a_slot_with_history(admin, {"name": "Two"})

    asked = [await admin.ask("GET", f"{path}/revisions/{number}{part}") for part in ("", "/diff")]
    asked.append(await admin.ask("POST", f"{path}/revisions/{number}/rollback", json={}, headers={"If-Match": '"2"'}))

    assert [answer.status for answer in asked] == [404, 404, 404]


async def test_only_administrators_compare_and_go_back_and_see_prompts(admin: Person, operator: Person) -> None:
    path = await a_slot_with_history(admin, {"name": "Two"})

    shown = await operator.ask("GET", f"{path}/revisions/1")
    diff = await operator.ask("GET", f"{path}/revisions/1/diff")
    back = await rolled_back(operator, path, 1, version=2)

    assert (shown.status, shown.json["slot"]["params"]) == (200, None)
    assert (diff.status, back.status) == (403, 403)


async def test_a_picture_deleted_by_force_is_a_version_of_its_own(admin: Person) -> None:
    media = (await admin.upload(camera_jpeg(600, 400))).json["id"]
    path = await a_slot_with_history(
        admin, {"comment": "mine"}, operation="style_transfer", template_media=[{"role": "style", "media_id": media}]
    )

    await admin.ask("DELETE", f"/api/v1/template-media/{media}?force=true")
    page = await admin.ask("GET", f"{path}/revisions?limit=2")
    back = await rolled_back(admin, path, 1, version=3)

    assert [item["comment"] for item in page.json["items"]] == [f"picture {media} deleted", "mine"]
    assert (back.status, back.json["errors"][0]["pointer"]) == (422, "/template_media/0/media_id")
