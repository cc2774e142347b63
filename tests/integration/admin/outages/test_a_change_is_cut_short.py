"""The database falls silent in the middle of a change: what the row says and what the audit says agree."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_process import running_admin_process
from tests.gateway_process import GatewayProcess
from tests.integration.admin.outages.conftest import ANSWER_SECONDS, World, settings_of, timed
from tests.integration.admin.photos.conftest import Person, a_slot, person
from tests.servers import RunningServer
from tests.silent_proxy import SilentProxy, Trigger, silent_proxy


def an_update_of(collection: str) -> bytes:
    """The beginning of that command as BSON, behind its length."""
    return b"\x02update\x00" + (len(collection) + 1).to_bytes(4, "little") + collection.encode() + b"\0"


@dataclass(frozen=True)
class Cut:
    """An administrator whose API reaches the database through the proxy."""

    proxy: SilentProxy
    admin: Person


@pytest.fixture(scope="session")
def proxied(
    mongodb: RunningServer, mongo_url: str, servers: dict[str, str], gateway: GatewayProcess
) -> Iterator[tuple[SilentProxy, str]]:
    port = int(mongodb.url.split("@127.0.0.1:", 1)[1].split("/", 1)[0])
    with silent_proxy("127.0.0.1", port) as proxy:
        through = mongo_url.replace(f":{port}/", f":{proxy.port}/")
        with running_admin_process(settings_of(through, servers | {"MONGO_URL": through}, gateway)) as (url, _):
            yield proxy, url


@pytest.fixture
async def cut(world: World, proxied: tuple[SilentProxy, str]) -> AsyncIterator[Cut]:
    proxy, url = proxied
    async with person(url) as admin:
        yield Cut(proxy, admin)
    proxy.speak()


@pytest.mark.parametrize(
    ("trigger", "ends_as"),
    [
        (Trigger(an_update_of("audit")), (503, "Evening", [])),
        (Trigger(an_update_of("audit"), is_delivered=True), (503, "Evening", ["unknown"])),
        (Trigger(an_update_of("slots")), (503, "Evening", ["unknown"])),
        (Trigger(an_update_of("slots"), is_delivered=True), (503, "Morning", ["unknown"])),
        (Trigger(an_update_of("audit"), nth=2), (200, "Morning", ["unknown"])),
        (Trigger(an_update_of("audit"), nth=2, is_delivered=True), (200, "Morning", ["done"])),
    ],
    ids=["record lost", "record unheard", "change lost", "change unheard", "end lost", "end unheard"],
)
async def test_no_change_is_without_its_record(
    world: World, cut: Cut, trigger: Trigger, ends_as: tuple[int, str, list[str]]
) -> None:
    status, name, records = ends_as
    slot = (await cut.admin.ask("POST", "/api/v1/slots", json=a_slot())).json
    path, version = f"/api/v1/slots/{slot['id']}", {"If-Match": '"1"'}

    cut.proxy.fall_silent_at(trigger)
    answered = await timed(cut.admin, "PATCH", path, json={"name": "Morning"}, headers=version)
    cut.proxy.speak()

    assert answered.answer.status == status
    assert answered.is_quick_503("database_unavailable") if status == 503 else answered.seconds <= ANSWER_SECONDS
    row = await SlotRepository(world.mongo.database).read(slot["id"])
    assert row is not None
    assert row.name == name
    changes = {"target": f"slots/{slot['id']}", "action": "change"}
    found = await world.mongo.database["audit"].find(changes).to_list(None)
    assert [record["outcome"] for record in found] == records
    assert (await cut.admin.ask("GET", path)).json["name"] == name
