"""Template pictures: as hostile as booth photos, kept without metadata, deleted only when nobody needs them."""

import hashlib
import io

import pytest

from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo
from tests.integration.admin.photos.conftest import Person, a_slot, stored_keys
from tests.photos import GPS_CANARY, MAKER_CANARY, camera_jpeg, decoded, picture, saved


async def test_a_picture_is_kept_upright_and_without_metadata(admin: Person) -> None:
    answer = await admin.upload(camera_jpeg(600, 400, orientation=6), name="Night")

    assert answer.status == 201, answer.json
    assert (answer.json["name"], answer.json["type"]) == ("Night", "image/jpeg")
    assert (answer.json["width"], answer.json["height"]) == (400, 600)
    shown = await admin.ask("GET", answer.json["picture_url"])
    assert (shown.status, shown.headers["content-type"]) == (200, "image/jpeg")
    assert decoded(shown.body).size == (400, 600)
    assert hashlib.sha256(shown.body).hexdigest() == answer.json["sha256"]
    assert GPS_CANARY.encode() not in shown.body
    assert MAKER_CANARY.encode() not in shown.body
    assert shown.headers["x-content-type-options"] == "nosniff"


async def test_heic_is_kept_as_what_browsers_show(admin: Person) -> None:
    answer = await admin.upload(saved(picture(300, 200), "HEIF"))

    assert (answer.status, answer.json["type"], answer.json["name"]) == (201, "image/jpeg", "style.jpg")


def with_senseless_tables(jpeg: bytes) -> bytes:
    """A JPEG whole from end to end, whose samples cannot be decoded."""
    tables = jpeg.index(b"\xff\xdb")
    return jpeg[:tables] + b"\xff\xdb\x00\x43" + b"\xff" * 60 + jpeg[tables + 64 :]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "invalid_request"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_media_type"),
        (b"GIF89a" + bytes(200), 415, "unsupported_media_type"),
        (camera_jpeg(600, 400)[:-2000], 422, "unreadable_image"),
        (saved(picture(300, 200), "PNG")[:-30], 422, "unreadable_image"),
        (with_senseless_tables(camera_jpeg(600, 400)), 422, "unreadable_image"),
        (saved(picture(12_100, 10), "PNG"), 413, "payload_too_large"),
        (camera_jpeg(600, 400) + bytes(50_100_000), 413, "payload_too_large"),
        (camera_jpeg(600, 400) + bytes(51_000_000), 413, "payload_too_large"),
    ],
    ids=["empty", "svg", "gif", "cut jpeg", "cut png", "broken jpeg", "too wide", "too large", "form too large"],
)
async def test_a_hostile_file_is_refused_and_nothing_kept(
    admin: Person, store: MediaStore, data: bytes, status: int, code: str
) -> None:
    before = await stored_keys(store, Bucket.TEMPLATES)

    answer = await admin.upload(data)

    assert (answer.status, answer.json["code"]) == (status, code)
    assert await stored_keys(store, Bucket.TEMPLATES) == before


async def test_a_form_without_a_file_is_refused(admin: Person) -> None:
    answer = await admin.ask(
        "POST",
        "/api/v1/template-media",
        data=b"--x\r\nnonsense",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert (answer.status, answer.json["code"]) == (400, "invalid_request")


async def test_a_picture_in_use_goes_only_by_force(admin: Person, store: MediaStore) -> None:
    media = (await admin.upload(camera_jpeg(600, 400))).json
    path = f"/api/v1/template-media/{media['id']}"
    uses = [{"role": "style", "media_id": media["id"]}]
    slot = await admin.ask("POST", "/api/v1/slots", json=a_slot(operation="style_transfer", template_media=uses))
    assert slot.status == 201, slot.json

    shown = await admin.ask("GET", path)
    refused = await admin.ask("DELETE", path)
    untouched = await admin.ask("GET", f"/api/v1/slots/{slot.json['id']}")
    forced = await admin.ask("DELETE", f"{path}?force=true")

    assert shown.json["used_by"] == [slot.json["id"]]
    assert (refused.status, refused.json["reason"], refused.json["subject"]) == (409, "used_by_slots", slot.json["id"])
    assert slot.json["id"] in refused.json["detail"]
    assert (untouched.json["version"], untouched.json["template_media"]) == (1, uses)
    assert forced.status == 204
    assert media["id"] not in await stored_keys(store, Bucket.TEMPLATES)
    assert (await admin.ask("GET", f"{path}/picture")).status == 404


async def test_a_picture_deleted_by_force_is_taken_out_of_its_slots(admin: Person, mongo: Mongo) -> None:
    kept, gone = [(await admin.upload(camera_jpeg(600, 400))).json["id"] for _ in range(2)]
    media = [{"role": "style", "media_id": media_id} for media_id in (gone, kept)]
    given = {"operation": "style_transfer", "template_media": media[:1]}
    slots = [(await admin.ask("POST", "/api/v1/slots", json=a_slot(**given))).json["id"] for _ in range(2)]
    other = (await admin.ask("POST", "/api/v1/slots", json=a_slot(**given | {"template_media": media[1:]}))).json["id"]

    forced = await admin.ask("DELETE", f"/api/v1/template-media/{gone}?force=true")

    assert forced.status == 204
    for slot_id, version, left in [(slots[0], 2, []), (slots[1], 2, []), (other, 1, media[1:])]:
        slot = (await admin.ask("GET", f"/api/v1/slots/{slot_id}")).json
        assert (slot["version"], slot["template_media"]) == (version, left)
        records = await mongo.database["audit"].find({"target": f"slots/{slot_id}", "action": "change"}).to_list(None)
        assert len(records) == version - 1
        assert all(record["before"] == {"template_media": media[:1]} for record in records)
        assert all((record["after"], record["outcome"]) == ({"template_media": []}, "done") for record in records)


RAW = "/api/v1/template-media?name=Night"


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/x-anything"])
async def test_a_picture_may_be_the_whole_body(admin: Person, content_type: str) -> None:
    photo = camera_jpeg(600, 400, orientation=6)

    answer = await admin.ask("POST", RAW, data=photo, headers={"Content-Type": content_type})

    assert (answer.status, answer.json["name"], answer.json["type"]) == (201, "Night", "image/jpeg")
    assert (answer.json["width"], answer.json["height"]) == (400, 600)
    shown = await admin.ask("GET", answer.json["picture_url"])
    assert GPS_CANARY.encode() not in shown.body


@pytest.mark.parametrize(
    ("data", "content_type", "refused_as"),
    [
        (b"", "image/jpeg", (400, "invalid_request")),
        (b"GIF89a" + bytes(200), "image/jpeg", (415, "unsupported_media_type")),
        (camera_jpeg(600, 400)[:-2000], "image/jpeg", (422, "unreadable_image")),
        (camera_jpeg(600, 400) + bytes(50_100_000), "image/jpeg", (413, "payload_too_large")),
        (camera_jpeg(600, 400) + bytes(51_000_000), "image/jpeg", (413, "payload_too_large")),
        (camera_jpeg(600, 400), "application/octet-stream", (415, "unsupported_media_type")),
        (camera_jpeg(600, 400), "text/plain", (415, "unsupported_media_type")),
    ],
    ids=["empty", "gif", "cut", "too large", "far too large", "any bytes", "text"],
)
async def test_a_hostile_body_is_refused_and_nothing_kept(
    admin: Person, store: MediaStore, data: bytes, content_type: str, refused_as: tuple[int, str]
) -> None:
    before = await stored_keys(store, Bucket.TEMPLATES)

    answer = await admin.ask("POST", RAW, data=io.BytesIO(data), headers={"Content-Type": content_type})

    assert (answer.status, answer.json["code"]) == refused_as
    assert await stored_keys(store, Bucket.TEMPLATES) == before


async def test_only_administrators_upload_and_delete(admin: Person, operator: Person) -> None:
    media = (await admin.upload(camera_jpeg(600, 400))).json

    uploaded = await operator.upload(camera_jpeg(600, 400))
    deleted = await operator.ask("DELETE", f"/api/v1/template-media/{media['id']}")
    listed = await operator.ask("GET", "/api/v1/template-media")

    assert (uploaded.status, deleted.status) == (403, 403)
    assert media["id"] in [item["id"] for item in listed.json["items"]]
