"""Slots with an event, as administrators set and see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.admin.photos.conftest import Person, a_slot


def from_now(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "open"),
        ({"opens_at": from_now(hours=-1), "closes_at": from_now(hours=1)}, "open"),
        ({"opens_at": from_now(hours=1)}, "not_yet_open"),
        ({"closes_at": from_now(hours=-1)}, "over"),
        ({"closes_at": from_now(hours=1), "is_active": False}, "disabled"),
    ],
)
async def test_the_list_says_whether_each_slot_takes_photos_now(
    admin: Person, viewer: Person, changes: dict[str, Any], state: str
) -> None:
    created = await admin.ask("POST", "/api/v1/slots", json=a_slot(**changes))
    listed = await viewer.ask("GET", "/api/v1/slots")

    assert (created.status, created.json["state"]) == (201, state)
    assert [slot["state"] for slot in listed.json["items"] if slot["id"] == created.json["id"]] == [state]


async def test_an_event_is_moved_and_taken_away(admin: Person) -> None:
    path = f"/api/v1/slots/{(await admin.ask('POST', '/api/v1/slots', json=a_slot())).json['id']}"
    times = {"opens_at": "2031-05-01T12:00:00+03:00", "closes_at": "2031-05-02T02:00:00Z"}

    moved = await admin.ask("PATCH", path, json=times, headers={"If-Match": '"1"'})
    freed = await admin.ask("PATCH", path, json={"opens_at": None}, headers={"If-Match": '"2"'})

    assert (moved.json["opens_at"], moved.json["closes_at"]) == ("2031-05-01T09:00:00Z", "2031-05-02T02:00:00Z")
    assert (freed.json["opens_at"], freed.json["closes_at"], freed.json["state"]) == (
        None,
        moved.json["closes_at"],
        "open",
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"opens_at": "2031-05-02T12:00:00Z", "closes_at": "2031-05-02T12:00:00Z"}, "/closes_at"),
        ({"opens_at": "2031-05-02T12:00:00Z", "closes_at": "2031-05-01T12:00:00Z"}, "/closes_at"),
        ({"opens_at": "2031-05-02T12:00:00"}, "/opens_at"),
        ({"opens_at": "tonight"}, "/opens_at"),
        ({"closes_at": 1}, "/closes_at"),
        ({"closes_at": "9999-12-31T23:59:59-12:00"}, "/closes_at"),
    ],
)
async def test_an_event_that_cannot_be_is_refused_by_the_fields_name(
    admin: Person, changes: dict[str, Any], pointer: str
) -> None:
    created = await admin.ask("POST", "/api/v1/slots", json=a_slot())
    path = f"/api/v1/slots/{created.json['id']}"

    refused = [
        await admin.ask("POST", "/api/v1/slots", json=a_slot(**changes)),
        await admin.ask("PATCH", path, json=changes, headers={"If-Match": '"1"'}),
    ]

    assert [answer.status for answer in refused] == [422, 422]
    assert [[error["pointer"] for error in answer.json["errors"]] for answer in refused] == [[pointer], [pointer]]
    assert (await admin.ask("GET", path)).json["version"] == 1
