"""Galleries of events, as operators open and close them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from photochanger.domain.public_link import is_public_id
from photochanger.infrastructure.mongo import Mongo
from tests.admin_process import BASE_URL
from tests.integration.admin.photos.conftest import Person, a_slot

PATH = "/api/v1/event-galleries"


async def slot_id(admin: Person) -> str:
    return str((await admin.ask("POST", "/api/v1/slots", json=a_slot())).json["id"])


async def test_an_operator_opens_a_gallery_for_15_minutes_and_closes_it_early(
    admin: Person, operator: Person, viewer: Person, mongo: Mongo
) -> None:
    slots = [await slot_id(admin) for _ in range(2)]

    opened = await operator.ask("POST", PATH, json={"slot_ids": slots, "title": "Anna & Boris"})
    path = f"{PATH}/{opened.json['id']}"
    seen = await viewer.ask("GET", path)
    closed = await operator.ask("POST", f"{path}/close")
    again = await operator.ask("POST", f"{path}/close")

    assert (opened.status, opened.json["is_open"], opened.json["has_passcode"]) == (201, True, False)
    assert is_public_id(opened.json["id"])
    url = f"{BASE_URL}/public/gallery/{opened.json['id']}"
    assert (opened.json["url"], opened.json["pictures_url"], opened.json["qr_url"]) == (
        url,
        f"{url}/pictures",
        f"{url}/qr.svg",
    )
    at, until, since = (datetime.fromisoformat(opened.json[name]) for name in ("opened_at", "closes_at", "since"))
    assert (until - at, at - since) == (timedelta(minutes=15), timedelta(hours=12))
    assert seen.json == opened.json
    assert (closed.status, closed.json["is_open"], again.status) == (200, False, 409)
    assert closed.json["closed_at"] is not None
    records = await mongo.database["audit"].find({"target": path.removeprefix("/api/v1/")}).to_list(None)
    assert [(record["action"], record["outcome"]) for record in records] == [("open", "done"), ("close", "done")]


async def test_a_passcode_is_kept_as_nothing_that_opens_the_gallery(admin: Person, mongo: Mongo) -> None:
    asked = {"slot_ids": [await slot_id(admin)], "passcode": "sesame open", "minutes": 720}

    opened = await admin.ask("POST", PATH, json=asked)

    assert (opened.status, opened.json["has_passcode"]) == (201, True)
    assert b"sesame" not in opened.body
    row = await mongo.database["event_galleries"].find_one({"_id": opened.json["id"]})
    records = await mongo.database["audit"].find({"target": f"event-galleries/{opened.json['id']}"}).to_list(None)
    assert "sesame" not in str(row)
    assert "sesame" not in str(records)
    assert len(records) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"minutes": 0}, "/minutes"),
        ({"minutes": 721}, "/minutes"),
        ({"minutes": 1.5}, "/minutes"),
        ({"slot_ids": []}, "/slot_ids"),
        ({"slot_ids": ["no-such-slot"]}, "/slot_ids/0"),
        ({"slot_ids": ["$ne"]}, "/slot_ids/0"),
        ({"slot_ids": ["a"] * 51}, "/slot_ids"),
        ({"passcode": "short"}, "/passcode"),
        ({"passcode": " short "}, "/passcode"),
        ({"title": "x" * 121}, "/title"),
        ({"since": "yesterday"}, "/since"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_what_cannot_be_opened_is_refused_by_the_fields_name(
    admin: Person, mongo: Mongo, changes: dict[str, Any], pointer: str
) -> None:
    before = await mongo.database["event_galleries"].count_documents({})

    answer = await admin.ask("POST", PATH, json={"slot_ids": [await slot_id(admin)], **changes})

    assert answer.status == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert await mongo.database["event_galleries"].count_documents({}) == before


async def test_galleries_are_listed_newest_first_page_by_page(admin: Person) -> None:
    slots = [await slot_id(admin)]
    ids = [(await admin.ask("POST", PATH, json={"slot_ids": slots})).json["id"] for _ in range(3)]

    first = await admin.ask("GET", f"{PATH}?limit=2")
    rest = await admin.ask("GET", f"{PATH}?limit=2&cursor={first.json['next_cursor']}")

    assert [item["id"] for item in first.json["items"]] == [ids[2], ids[1]]
    assert rest.json["items"][0]["id"] == ids[0]


async def test_viewers_open_and_close_nothing(admin: Person, viewer: Person) -> None:
    opened = await admin.ask("POST", PATH, json={"slot_ids": [await slot_id(admin)]})

    refused = [
        await viewer.ask("POST", PATH, json={"slot_ids": ["x"]}),
        await viewer.ask("POST", f"{PATH}/{opened.json['id']}/close"),
    ]

    assert [answer.status for answer in refused] == [403, 403]
