"""The janitor as administrators see it and ask it for a round."""

import aiohttp

from photochanger.domain.janitor_run import RoundReport
from photochanger.infrastructure.janitor_desk import JanitorDesk
from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import ask

PATH = "/api/v1/janitor"


async def one_done(desk: JanitorDesk) -> None:
    """A janitor does what was asked for."""
    run = await desk.take_run()
    assert run is not None
    report = RoundReport(
        started_at=run.asked_at,
        ended_at=run.asked_at,
        is_dry_run=run.is_dry_run,
        removed={"source_of_ended_job": 2},
        missing=1,
        errors=0,
    )
    await desk.report(report, run_id=run.id)


async def test_a_round_is_asked_for_once_and_its_result_shown(
    admin: aiohttp.ClientSession, viewer: aiohttp.ClientSession, mongo: Mongo
) -> None:
    await mongo.database["janitor"].delete_many({})
    desk = JanitorDesk(mongo.database)

    status, nothing = await ask(viewer, "GET", PATH)
    assert (status, nothing) == (200, {"is_running": False, "last": None, "run": None})

    status, asked = await ask(admin, "POST", f"{PATH}/runs", {"dry_run": True})
    again, problem = await ask(admin, "POST", f"{PATH}/runs", {"dry_run": False})
    assert (status, asked["state"], asked["asked_by"], asked["is_dry_run"]) == (202, "waiting", "admin", True)
    assert (again, problem["code"], problem["reason"]) == (409, "conflict", "round_running")

    await one_done(desk)
    _, run = await ask(viewer, "GET", f"{PATH}/runs/{asked['id']}")
    assert (run["state"], run["report"]["removed"], run["report"]["missing"]) == (
        "done",
        {"source_of_ended_job": 2},
        1,
    )

    status, real = await ask(admin, "POST", f"{PATH}/runs", {"dry_run": False})
    await one_done(desk)
    assert await desk.take_turn("somebody")
    _, shown = await ask(viewer, "GET", PATH)
    assert (status, shown["is_running"], shown["run"]["id"]) == (202, True, real["id"])
    assert shown["last"] == shown["run"]["report"]
    assert (await ask(viewer, "GET", f"{PATH}/runs/{asked['id']}"))[0] == 404

    records = await mongo.database["audit"].find({"target": "janitor"}).to_list(None)
    assert [(record["action"], record["outcome"]) for record in records] == [("run", "done")]


async def test_a_viewer_asks_for_no_round(viewer: aiohttp.ClientSession, mongo: Mongo) -> None:
    assert (await ask(viewer, "POST", f"{PATH}/runs", {"dry_run": True}))[0] == 403
