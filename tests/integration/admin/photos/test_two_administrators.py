"""Two administrators on one slot: one wins, the other is shown both versions; photos in work notice nothing."""

import asyncio

import pytest

from photochanger.domain.slot import Slot
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.integration.admin.photos.conftest import Answer, Person, a_slot
from tests.job_rows import new_job

SECRET = "a new password"


async def created(admin: Person) -> str:
    answer = await admin.ask("POST", "/api/v1/slots", json=a_slot())
    assert answer.status == 201
    return f"/api/v1/slots/{answer.json['id']}"


async def test_the_second_is_told_what_the_first_has_made_of_the_slot_and_nothing_of_hers_is_saved(
    admin: Person, mongo: Mongo
) -> None:
    path = await created(admin)
    headers = {"If-Match": '"1"'}
    first = {"name": "First", "params": {"prompt": "ink"}, "ingest_password": SECRET}

    won = await admin.ask("PATCH", path, json=first, headers=headers)
    lost = await admin.ask("PATCH", path, json={"name": "Second", "max_in_flight": 3}, headers=headers)

    assert (won.status, lost.status, lost.json["code"]) == (200, 412, "version_conflict")
    assert lost.json["current"] == won.json == (await admin.ask("GET", path)).json
    assert (lost.json["etag"], lost.json["current"]["author"]) == (won.headers["etag"], "admin")
    changed = {change["pointer"]: (change["before"], change["after"]) for change in lost.json["changes"]}
    assert changed == {
        "/name": ("Evening", "First"),
        "/params/prompt": ("oil painting", "ink"),
        "/ingest_password": (None, None),
    }
    assert "password_verifier" not in lost.body.decode()
    again = await admin.ask("PATCH", path, json={"max_in_flight": 3}, headers={"If-Match": lost.json["etag"]})
    assert (again.status, again.json["name"], again.json["max_in_flight"]) == (200, "First", 3)


@pytest.mark.parametrize("tag", ['"77"', '"nonsense"', '"-1"', '"99999999999999999999999"', 'W/"1"'])
async def test_an_etag_that_was_never_one_of_the_slot_gets_the_current_slot_without_a_difference(
    admin: Person, tag: str
) -> None:
    path = await created(admin)
    await admin.ask("PATCH", path, json={"name": "Two"}, headers={"If-Match": '"1"'})

    for method, place, body in [
        ("PATCH", path, {"name": "x"}),
        ("DELETE", path, None),
        ("POST", f"{path}/revisions/1/rollback", {}),
    ]:
        answer = await admin.ask(method, place, json=body, headers={"If-Match": tag})
        assert (answer.status, answer.json["current"]["version"]) == (412, 2), method
        assert answer.json.get("changes") is None or tag == 'W/"1"'


async def test_of_many_changes_at_once_exactly_one_wins_and_each_other_sees_a_later_slot(
    admin: Person, mongo: Mongo
) -> None:
    path = await created(admin)

    async def change(number: int) -> Answer:
        return await admin.ask("PATCH", path, json={"name": f"By {number}"}, headers={"If-Match": '"1"'})

    answers = await asyncio.gather(*(change(number) for number in range(10)))

    assert sorted(answer.status for answer in answers) == [200] + [412] * 9
    [won] = [answer.json for answer in answers if answer.status == 200]
    assert all(answer.json["current"]["name"] == won["name"] for answer in answers if answer.status == 412)
    numbers = [item["number"] for item in (await admin.ask("GET", f"{path}/revisions")).json["items"]]
    assert numbers == [2, 1]
    target = path.removeprefix("/api/v1/")
    assert await mongo.database["audit"].count_documents({"target": target, "action": "change"}) == 1


async def test_a_photo_in_work_keeps_the_settings_that_it_was_admitted_with(admin: Person, mongo: Mongo) -> None:
    path, jobs = await created(admin), JobRepository(mongo.database)
    slot = await SlotRepository(mongo.database).read(path.rpartition("/")[2])
    assert isinstance(slot, Slot)
    job = await jobs.admit(new_job(slot), left_ms=30_000)

    changed = await admin.ask("PATCH", path, json={"params": {"prompt": "ink"}}, headers={"If-Match": '"1"'})
    running = (await admin.ask("GET", f"/api/v1/jobs/{job.id}")).json
    await jobs.finish_cancelled(job.id, detail="test")

    assert changed.status == 200
    assert (running["status"], running["slot"]["version"]) == ("pending", 1)
    assert running["slot"]["routes"][0]["params"] == {"prompt": "oil painting"}
    kept = await jobs.get(job.id)
    assert kept is not None
    assert kept.slot_snapshot == slot.snapshot()
