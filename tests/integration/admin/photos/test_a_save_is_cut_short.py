"""The process dies after the old version was kept and before the new one is there: the history tells no lie."""

from pathlib import Path

import aiohttp
import pytest

from photochanger.infrastructure.mongo import Mongo
from tests.admin_process import admin_settings, running_admin_process
from tests.gateway_process import server_environ
from tests.integration.admin.photos.conftest import Person, a_slot, person
from tests.servers import RunningMinio, RunningServer


async def history(admin: Person, path: str) -> list[tuple[int, str]]:
    page = (await admin.ask("GET", f"{path}/revisions")).json
    numbers = [item["number"] for item in page["items"]]
    shown = [(await admin.ask("GET", f"{path}/revisions/{number}")).json["slot"]["name"] for number in numbers]
    return list(zip(numbers, shown, strict=True))


@pytest.fixture
def armed(tmp_path: Path) -> Path:
    return tmp_path / "failpoints"


@pytest.fixture
def settings(armed: Path, mongo_url: str, rabbitmq: RunningServer, minio: RunningMinio) -> dict[str, str]:
    armed.write_text("")
    fragile = {"PHOTOCHANGER_FAILPOINTS": f"@{armed}", "PHOTOCHANGER_TEST_STACK": "yes"}
    return admin_settings(mongo_url) | server_environ(rabbitmq, mongo_url, minio) | fragile


@pytest.mark.parametrize("what", ["change", "delete"])
async def test_a_change_that_died_half_way_is_no_version(
    mongo: Mongo, admin: Person, settings: dict[str, str], armed: Path, what: str
) -> None:
    path = f"/api/v1/slots/{(await admin.ask('POST', '/api/v1/slots', json=a_slot(name='One'))).json['id']}"

    with running_admin_process(settings) as (url, _):
        async with person(url) as dying:
            armed.write_text("slots.revision_kept=kill@1")
            with pytest.raises(aiohttp.ClientError):
                await _asked(dying, path, what)
    kept = await mongo.database["slot_revisions"].find({"slot_id": path.rpartition("/")[2]}).to_list(None)

    assert [document["version"] for document in kept] == [1]
    assert await history(admin, path) == [(1, "One")]
    saved = await admin.ask("PATCH", path, json={"name": "Two"}, headers={"If-Match": '"1"'})
    assert saved.status == 200
    assert await history(admin, path) == [(2, "Two"), (1, "One")]


async def _asked(dying: Person, path: str, what: str) -> None:
    headers = {"If-Match": '"1"'}
    if what == "delete":
        await dying.http.delete(path, headers=headers)
    else:
        await dying.http.patch(path, json={"name": "Lost"}, headers=headers)
