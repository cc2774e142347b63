"""Test runs that never reach the gateway, and a gateway that is away."""

import io
import json
from typing import Any

import aiohttp
import pytest

from tests.integration.admin.photos.conftest import Answer, Person, a_slot
from tests.photos import camera_jpeg

PHOTO = camera_jpeg(600, 400)


async def tried(person: Person, slot: str | None, photo: bytes = PHOTO) -> Answer:
    form = aiohttp.FormData({} if slot is None else {"slot": slot})
    form.add_field("file", io.BytesIO(photo), filename="photo.jpg")
    return await person.ask("POST", "/api/v1/test-runs", data=form)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"provider": "nobody"}, "/provider"),
        ({"params": {}}, "/params/prompt"),
        ({"params": {"prompt": "x", "$where": 1}}, "/params/$where"),
        ({"params": {"prompt": "x", "strength": -(2**70)}}, "/params/strength"),
        ({"operation": "style_transfer"}, "/template_media"),
        ({"ingest_password": "a password"}, "/ingest_password"),
        ({"max_in_flight": "7"}, "/max_in_flight"),
    ],
)
async def test_a_trial_of_what_cannot_work_is_refused_by_the_fields_name(
    admin: Person, changes: dict[str, Any], pointer: str
) -> None:
    answer = await tried(admin, json.dumps(a_slot(**changes)))

    assert answer.status == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


@pytest.mark.parametrize(("slot", "status", "code"), [(None, 422, "invalid_fields"), ("{", 400, "invalid_request")])
async def test_a_trial_without_readable_settings_is_refused(
    admin: Person, slot: str | None, status: int, code: str
) -> None:
    answer = await tried(admin, slot)

    assert (answer.status, answer.json["code"]) == (status, code)


async def test_without_a_gateway_a_trial_says_so(admin: Person) -> None:
    answer = await tried(admin, json.dumps(a_slot()))

    assert (answer.status, answer.json["code"]) == (503, "gateway_unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_only_administrators_try_slots(operator: Person) -> None:
    assert (await tried(operator, json.dumps(a_slot()))).status == 403
