"""The `photochanger` command against the API: what it does, and what its exit code says."""

import asyncio
import socket
import stat
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_people import log_in
from tests.command_line import Said, photochanger
from tests.integration.admin.photos.conftest import MANIFEST
from tests.job_rows import new_slot

Run = Callable[..., "asyncio.Future[Said]"]


@pytest.fixture
async def run(api_url: str, mongo: Mongo, stranger: aiohttp.ClientSession, tmp_path: Path) -> Run:
    token = await log_in(stranger)

    def run(*words: str, **changes: str | None) -> "asyncio.Future[Said]":
        given: dict[str, str | None] = {"url": api_url, "token": token, **changes}
        call = partial(photochanger, *words, cwd=tmp_path, **given)  # type: ignore[arg-type] # url is always a text
        return asyncio.get_running_loop().run_in_executor(None, call)

    return run


async def test_a_slot_is_listed_shown_and_switched(run: Run, mongo: Mongo) -> None:
    await ProviderRepository(mongo.database).upsert_manifest(MANIFEST)
    slot = new_slot(id=f"s-{uuid.uuid4().hex[:8]}", provider="painter", operation="image_edit")
    await SlotRepository(mongo.database).insert_if_missing(slot)

    listed, shown = await run("slots", "list"), await run("slots", "show", slot.id, "--json")
    off = await run("slots", "disable", slot.id, "--json")
    on = await run("slots", "enable", slot.id, "--json")
    missing = await run("slots", "show", "no/such slot")

    assert (listed.code, shown.code, off.code, on.code) == (0, 0, 0, 0), (listed, shown, off, on)
    assert slot.id in listed.out
    assert listed.out.startswith("ID ")
    assert shown.json["params"] == {"prompt": "oil painting"}
    assert [off.json[0]["is_active"], on.json[0]["is_active"]] == [False, True]
    assert (missing.code, missing.out) == (1, "")
    assert "404 not_found" in missing.err


async def test_people_and_photos(run: Run) -> None:
    people, photos = await run("users", "list", "--json"), await run("jobs", "list", "--status", "done", "--json")
    nobody, no_job = await run("users", "disable", "nobody"), await run("jobs", "cancel", str(uuid.uuid4()))
    unanswered = await run("users", "create", "helper", "--role", "viewer")

    assert "admin" in {person["login"] for person in people.json}
    assert photos.json == []
    assert (nobody.code, no_job.code) == (1, 1)
    assert unanswered.code == 1
    assert "nothing was changed" in unanswered.err


async def test_a_backup_is_for_its_owner_only_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    made, again = await run("backup", "evening.tar"), await run("backup", "evening.tar")

    assert made.code == 0, made
    assert stat.S_IMODE((tmp_path / "evening.tar").stat().st_mode) == 0o600
    assert again.code == 1
    assert "is there already" in again.err
    assert [path.name for path in tmp_path.iterdir()] == ["evening.tar"]

    checked = await run("restore", "evening.tar", "--dry-run", "--replace", "--json")
    assert (checked.code, checked.json["is_dry_run"]) == (0, True), checked
    unconfirmed = await run("restore", "evening.tar", "--replace")
    assert unconfirmed.code == 1
    assert "nothing was changed" in unconfirmed.err
    (tmp_path / "evening.tar").write_bytes((tmp_path / "evening.tar").read_bytes()[:3000])
    damaged = await run("restore", "evening.tar", "--dry-run", "--replace")
    assert damaged.code == 1
    assert "cut short" in damaged.err
    assert (await run("restore", "nowhere.tar")).code == 1


async def test_who_is_not_let_in_and_a_server_that_is_away_are_told_apart(run: Run, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{silent.getsockname()[1]}"
        away = await run("slots", "list", url=nobody)
    wrong, none = await run("slots", "list", token="guessed"), await run("slots", "list", token=None)
    bad = await run("slots", "list", url="here")

    assert (away.code, wrong.code, none.code, bad.code) == (5, 4, 4, 78)
    assert nobody in away.err
    assert "cannot be reached" in away.err
    assert "PHOTOCHANGER_API_TOKEN" in wrong.err
    assert "guessed" not in wrong.err + wrong.out
    for said in (away, wrong, none, bad):
        assert said.out == ""
        assert said.err.startswith("photochanger: ")
        assert len(said.err.splitlines()) == 1
