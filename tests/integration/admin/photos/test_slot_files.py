"""Slots as a file: out of one installation, into the same or another; all or nothing."""

import base64
import hashlib
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from admin_api.slots.slot_file import MAX_FILE_BYTES
from photochanger.domain.ingest_password import password_verifier
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.slot_import import SlotImport
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_process import SECRET_KEY
from tests.integration.admin.photos.conftest import Answer, Person, a_slot, stored_keys
from tests.photos import camera_jpeg

Content = dict[str, Any]
State = Callable[[], Awaitable[Any]]


async def exported(admin: Person, *slot_ids: str, **query: str) -> Answer:
    return await admin.ask("GET", "/api/v1/slot-export", params={"slots": ",".join(slot_ids), **query})


async def imported(admin: Person, file: Content | bytes, **query: str) -> Answer:
    data = file if isinstance(file, bytes) else json.dumps(file).encode()
    headers = {"Content-Type": "application/json"}
    return await admin.ask("POST", "/api/v1/slot-import", data=io.BytesIO(data), params=query, headers=headers)


async def a_styled_slot(admin: Person, photo: bytes, **changes: Any) -> str:
    media = (await admin.upload(photo)).json["id"]
    uses = [{"role": "style", "media_id": media}]
    slot = a_slot(operation="style_transfer", template_media=uses, **changes)
    answer = await admin.ask("POST", "/api/v1/slots", json=slot)
    assert answer.status == 201, answer.json
    return str(slot["id"])


async def forgotten(admin: Person, slot_id: str) -> None:
    """Delete the slot and its pictures, as if this were another installation."""
    path = f"/api/v1/slots/{slot_id}"
    slot = await admin.ask("GET", path)
    deleted = await admin.ask("DELETE", path, headers={"If-Match": slot.headers["etag"]})
    for use in slot.json["template_media"]:
        await admin.ask("DELETE", f"/api/v1/template-media/{use['media_id']}")
    assert deleted.status == 204


@pytest.fixture
def kept(mongo: Mongo, store: MediaStore) -> State:
    """What must not change, when it is asked for."""

    async def state() -> Any:
        names = ("slots", "slot_revisions", "templates", "audit")
        rows = {name: await mongo.database[name].find().sort("_id", 1).to_list(None) for name in names}
        return rows, sorted(await stored_keys(store, Bucket.TEMPLATES))

    return state


async def test_the_same_slots_give_the_same_bytes_without_any_secret(admin: Person) -> None:
    one = await a_styled_slot(admin, camera_jpeg(600, 400), ingest_password="its own password", max_in_flight=7)
    two = (await admin.ask("POST", "/api/v1/slots", json=a_slot(name="Вечер"))).json["id"]

    first = await exported(admin, one, two)
    await admin.ask("PATCH", f"/api/v1/slots/{one}", json={"comment": "touched"}, headers={"If-Match": '"1"'})
    again = await exported(admin, two, one)

    assert (first.status, first.body == again.body) == (200, True)
    assert first.headers["content-disposition"] == 'attachment; filename="photochanger-slots.json"'
    file = json.loads(first.body)
    assert list(file) == sorted(file)
    assert [slot["id"] for slot in file["slots"]] == sorted([one, two])
    assert {slot["id"]: slot["has_own_password"] for slot in file["slots"]} == {one: True, two: False}
    [picture] = file["pictures"]
    assert hashlib.sha256(base64.b64decode(picture["data_base64"])).hexdigest() == picture["sha256"]
    assert "Вечер" in first.body.decode()
    assert password_verifier("its own password", secret_key=SECRET_KEY).encode() not in first.body


async def test_a_file_makes_the_same_slots_elsewhere_and_they_export_to_the_same_file(
    admin: Person, mongo: Mongo
) -> None:
    changes = {
        "opens_at": "2027-01-01T10:00:00Z",
        "closes_at": "2027-01-02T02:00:00+03:00",
        "limits": {"concurrency": 2},
    }
    slot_id = await a_styled_slot(admin, camera_jpeg(640, 400), ingest_password="its own password", **changes)
    before = (await admin.ask("GET", f"/api/v1/slots/{slot_id}")).json
    file = (await exported(admin, slot_id)).body
    await forgotten(admin, slot_id)

    report = await imported(admin, file)
    after = (await admin.ask("GET", f"/api/v1/slots/{slot_id}")).json
    again = (await exported(admin, slot_id)).body

    assert (report.status, report.json["is_done"]) == (200, True)
    [told] = report.json["slots"]
    assert (told["action"], told["needs_password"]) == ("create", True)
    assert [picture["action"] for picture in report.json["pictures"]] == ["upload"]
    same = {"name", "params", "limits", "opens_at", "closes_at", "max_in_flight"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["template_media"] != before["template_media"]
    assert json.loads(again) == json.loads(file) | {
        "slots": [json.loads(file)["slots"][0] | {"has_own_password": False}]
    }
    records = await mongo.database["audit"].find({"target": f"slots/{slot_id}", "action": "create"}).to_list(None)
    assert [record["outcome"] for record in records] == ["done", "done"]


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(admin: Person, kept: State) -> None:
    there = (await admin.ask("POST", "/api/v1/slots", json=a_slot())).json["id"]
    new, wrong = await a_styled_slot(admin, camera_jpeg(660, 400)), a_slot()["id"]
    file = json.loads((await exported(admin, there, new)).body)
    await forgotten(admin, new)
    by_id = {slot["id"]: slot for slot in file["slots"]}
    by_id[there]["name"] = "Renamed"
    file["slots"].append(by_id[there] | {"id": wrong, "params": {}})
    before = await kept()

    report = await imported(admin, file, dry_run="true", on_conflict="overwrite")

    assert (report.status, report.json["is_done"]) == (200, False)
    told = {slot["id"]: slot for slot in report.json["slots"]}
    assert {slot_id: slot["action"] for slot_id, slot in told.items()} == {
        there: "change",
        new: "create",
        wrong: "invalid",
    }
    assert [change["pointer"] for change in told[there]["changes"]] == ["/name"]
    assert [error["pointer"] for error in told[wrong]["errors"]] == ["/slots/2/params/prompt"]
    assert [picture["action"] for picture in report.json["pictures"]] == ["upload"]
    assert await kept() == before


async def test_one_faulty_slot_refuses_the_whole_file(admin: Person, kept: State) -> None:
    good = await a_styled_slot(admin, camera_jpeg(680, 400))
    file = json.loads((await exported(admin, good)).body)
    await forgotten(admin, good)
    file["slots"].append(file["slots"][0] | {"id": a_slot()["id"], "provider": "nobody"})
    before = await kept()

    answer = await imported(admin, file)

    assert (answer.status, answer.json["code"]) == (422, "invalid_fields")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/slots/1/provider"]
    assert await kept() == before


async def test_an_id_that_is_taken_is_met_as_asked(admin: Person, kept: State) -> None:
    slot = (await admin.ask("POST", "/api/v1/slots", json=a_slot(ingest_password="its own password"))).json
    slot_id, path = slot["id"], f"/api/v1/slots/{slot['id']}"
    file = json.loads((await exported(admin, slot_id)).body)
    same = await imported(admin, file, on_conflict="overwrite")
    file["slots"][0]["name"] = "From the file"
    before = await kept()

    refused = await imported(admin, file)
    skipped = await imported(admin, file, on_conflict="skip")
    assert await kept() == before
    renamed = await imported(admin, file, on_conflict="new_id")
    twice = await imported(admin, file, on_conflict="new_id")
    overwritten = await imported(admin, file, on_conflict="overwrite")

    assert (refused.status, refused.json["reason"], refused.json["errors"][0]["pointer"]) == (
        409,
        "slots_exist",
        "/slots/0/id",
    )
    answers = (same, skipped, renamed, twice, overwritten)
    assert [(answer.status, answer.json["slots"][0]["action"]) for answer in answers] == [
        (200, "unchanged"),
        (200, "skip"),
        (200, "create"),
        (200, "create"),
        (200, "change"),
    ]
    assert [answer.json["slots"][0]["id"] for answer in (renamed, twice)] == [f"{slot_id}-2", f"{slot_id}-3"]
    now = (await admin.ask("GET", path)).json
    assert (now["name"], now["version"], now["has_own_password"], now["comment"]) == (
        "From the file",
        2,
        True,
        "imported",
    )
    assert (await admin.ask("GET", f"{path}/revisions/1")).json["slot"]["name"] == "Evening"


async def test_a_file_without_pictures_needs_them_here(admin: Person) -> None:
    slot_id = await a_styled_slot(admin, camera_jpeg(700, 400))
    answer = await exported(admin, slot_id, pictures="false")
    file = json.loads(answer.body)

    here = await imported(admin, file, on_conflict="new_id")
    await forgotten(admin, here.json["slots"][0]["id"])
    await forgotten(admin, slot_id)
    elsewhere = await imported(admin, file)

    assert "data_base64" not in file["pictures"][0]
    assert (here.status, here.json["pictures"][0]["action"]) == (200, "present")
    assert (elsewhere.status, elsewhere.json["errors"][0]["pointer"]) == (422, "/slots/0/template_media/0/sha256")


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"format": "other"}, 422, "/format"),
        ({"version": 2}, 422, "/version"),
        ({"unheard": 1}, 422, "/unheard"),
        ({"slots": [{"id": "x"}]}, 422, "/slots/0/name"),
        ({"slots": [{"id": "../x"}]}, 422, "/slots/0/id"),
        ({"slots": [{"id": "x", "ingest_password": "a password"}]}, 422, "/slots/0/ingest_password"),
        ({"pictures": [{"sha256": "short"}]}, 422, "/pictures/0/sha256"),
    ],
)
async def test_what_is_no_such_file_is_refused_by_the_fields_name(
    admin: Person, kept: State, change: Content, status: int, pointer: str
) -> None:
    before = await kept()

    answer = await imported(admin, {"format": "photochanger-slots", "version": 1, "slots": [], **change})

    assert answer.status == status
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert await kept() == before


@pytest.mark.parametrize("what", ["no base64", "other bytes", "no picture", "twice"])
async def test_pictures_that_are_not_what_they_say_are_refused(admin: Person, kept: State, what: str) -> None:
    slot_id = await a_styled_slot(admin, camera_jpeg(720, 400 + len(what)))
    file = json.loads((await exported(admin, slot_id)).body)
    await forgotten(admin, slot_id)
    [picture], [slot] = file["pictures"], file["slots"]
    if what == "no base64":
        picture["data_base64"] = "*"
    elif what == "other bytes":
        picture["data_base64"] = base64.b64encode(camera_jpeg(10, 10)).decode()
    elif what == "no picture":
        text = b"<svg/>"
        picture["sha256"] = slot["template_media"][0]["sha256"] = hashlib.sha256(text).hexdigest()
        picture["data_base64"] = base64.b64encode(text).decode()
    else:
        file["slots"].append(slot)
    before = await kept()

    answer = await imported(admin, file)

    statuses = {"no base64": 422, "other bytes": 422, "no picture": 415, "twice": 422}
    assert answer.status == statuses[what], answer.json
    assert await kept() == before


async def test_a_slot_changed_in_the_middle_of_an_import_ends_it_whole(admin: Person, mongo: Mongo) -> None:
    slots = SlotRepository(mongo.database)
    first, second = [(await admin.ask("POST", "/api/v1/slots", json=a_slot())).json["id"] for _ in range(2)]
    one, two = await slots.read(first), await slots.read(second)
    assert one is not None
    assert two is not None
    new = one.model_copy(update={"id": a_slot()["id"]})
    renamed = [slot.model_copy(update={"name": "Imported"}) for slot in (one, two)]
    await admin.ask("PATCH", f"/api/v1/slots/{second}", json={"name": "By hand"}, headers={"If-Match": '"1"'})

    is_done = await SlotImport(mongo.database).apply([], created=[new], changed=renamed)

    assert is_done is False
    assert await slots.read(new.id) is None
    assert await slots.read(first) == one
    assert await mongo.database["slot_revisions"].count_documents({"slot_id": first}) == 0
    assert await SlotImport(mongo.database).apply([], created=[new], changed=renamed[:1]) is True
    saved = await slots.read(first)
    assert saved is not None
    assert (saved.name, saved.version) == ("Imported", 2)


async def test_a_file_over_its_limit_is_refused_unread(admin: Person) -> None:
    answer = await imported(admin, b" " * (MAX_FILE_BYTES + 1))

    assert (answer.status, answer.json["code"]) == (413, "payload_too_large")


async def test_an_unknown_slot_is_not_exported_and_nothing_of_it_is_for_operators(
    admin: Person, operator: Person
) -> None:
    unknown = await exported(admin, "no-such-slot")
    too_low = [await operator.ask("GET", "/api/v1/slot-export"), await imported(operator, {})]

    assert (unknown.status, unknown.json["errors"][0]["pointer"]) == (422, "/slots")
    assert [answer.status for answer in too_low] == [403, 403]
