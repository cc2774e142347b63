"""The drill: everything set up as a file, an empty stack, the same again; and files that are not taken."""

import asyncio
import hashlib
import io
import json
import tarfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from admin_api.backup.manifest import seal_of
from admin_api.backup.tar_stream import END, tar_header, tar_padding
from photochanger.domain.job import JobStatus
from photochanger.infrastructure.configuration_rows import (
    ACCESS,
    CONFIGURATION,
    ConfigurationNotEmpty,
    ConfigurationRows,
)
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.mongo.indexes import INDEXES
from photochanger.infrastructure.provider_key_repository import ProviderKeyRepository, sealing_place
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.sealing import Sealer
from tests.admin_people import DOCUMENTED, LOGIN, PASSWORD, ask, log_in, logged_in
from tests.admin_process import SECRET_KEY, admin_settings, running_admin_api
from tests.integration.admin.photos.conftest import MANIFEST, a_slot
from tests.photos import camera_jpeg
from tests.servers import RunningMinio, RunningServer

TAR, JPEG = {"Content-Type": "application/x-tar"}, {"Content-Type": "image/jpeg"}
KEY = "sk-backup-drill-1234567890"
REVISION = {"_id": "evening/1", "slot_id": "evening", "at": datetime(2026, 1, 2, tzinfo=UTC), "seal": b"\0\1", "n": 7.5}


@dataclass
class House:
    """One admin API with a database of its own."""

    url: str
    mongo: Mongo
    store: MediaStore

    async def backup(self, http: aiohttp.ClientSession) -> bytes:
        async with http.post("/api/v1/backup") as answer:
            assert (answer.status, answer.content_type) == (200, "application/x-tar"), await answer.text()
            return await answer.read()

    async def restore(self, http: aiohttp.ClientSession, data: bytes, query: str = "") -> tuple[int, Any]:
        async with http.post(f"/api/v1/restore{query}", data=data, headers=TAR) as answer:
            await DOCUMENTED.check(http, answer)
            return answer.status, await answer.json(content_type=None)

    async def kept(self) -> dict[str, object]:
        """Everything that a restore could change."""
        database = self.mongo.database
        names = [name for name in CONFIGURATION if name != "providers"] + ["audit", *ACCESS]
        rows = {name: await database[name].find({}, {"seen_at": 0}).sort("_id", 1).to_list(None) for name in names}
        return rows | {"pictures": await self.pictures()}

    async def pictures(self) -> list[str]:
        return [entry.key for entry in await self.store.list(Bucket.TEMPLATES, limit=1_000)]

    async def let_go(self, key: str) -> None:
        """Wait until the store has no such template picture any more."""
        for _ in range(100):
            if key not in await self.pictures():
                return
            await asyncio.sleep(0.1)
        pytest.fail(f"{key} is still in the store")


@pytest.fixture(scope="module")
def house_urls(mongodb: RunningServer, minio: RunningMinio) -> Iterator[tuple[tuple[str, str], ...]]:
    """Give two admin APIs, each with its database's address; they share a store, whose keys never meet."""
    store = {"S3_URL": minio.url, "S3_ACCESS_KEY": minio.access_key, "S3_SECRET_KEY": minio.secret_key}
    mongo_urls = [mongodb.url.replace("/photochanger?", f"/house_{uuid.uuid4().hex}?") for _ in range(2)]
    with (
        running_admin_api(admin_settings(mongo_urls[0]) | store) as first,
        running_admin_api(admin_settings(mongo_urls[1]) | store) as second,
    ):
        yield (first, mongo_urls[0]), (second, mongo_urls[1])


@asynccontextmanager
async def house(minio: RunningMinio, url: str, mongo_url: str) -> AsyncIterator[House]:
    async with (
        connect(SecretStr(mongo_url), timeout_ms=3_000) as mongo,
        MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store,
    ):
        await store.ensure_buckets()
        for name in CONFIGURATION:
            condition = {"_id": {"$ne": LOGIN}} if name == "users" else {}
            await mongo.database[name].delete_many(condition)
        await ProviderRepository(mongo.database).upsert_manifest(MANIFEST)
        yield House(url, mongo, store)


@pytest.fixture
async def source(minio: RunningMinio, house_urls: tuple[tuple[str, str], ...]) -> AsyncIterator[House]:
    async with house(minio, *house_urls[0]) as here:
        yield here


@pytest.fixture
async def target(minio: RunningMinio, house_urls: tuple[tuple[str, str], ...]) -> AsyncIterator[House]:
    async with house(minio, *house_urls[1]) as here:
        yield here


@asynccontextmanager
async def administrator(
    at: House, login: str = LOGIN, password: str = PASSWORD
) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(at.url) as stranger:
        token = await log_in(stranger, login, password)
    async with logged_in(at.url, token) as http:
        yield http


async def set_up(at: House, http: aiohttp.ClientSession) -> str:
    """Set up something of everything; give the template's id."""

    async def changed(method: str, path: str, body: object, version: str = '"0"') -> Any:
        status, answer = await ask(http, method, path, body, headers={"If-Match": version})
        assert status in {200, 201}, answer
        return answer

    async with http.post("/api/v1/template-media?name=Style", data=camera_jpeg(600, 400), headers=JPEG) as answer:
        style = (await answer.json())["id"]
    uses = {"operation": "style_transfer", "template_media": [{"role": "style", "media_id": style}]}
    warned = "/api/v1/slots?ignore_warnings=true"
    await changed("POST", warned, a_slot(id="evening", ingest_password="booth password", **uses))
    await changed("POST", warned, a_slot(id="plain", limits={"requests_per_day": 50}))
    await changed("POST", "/api/v1/users", {"login": "helper", "password": "quite another phrase", "role": "admin"})
    await changed("PUT", "/api/v1/providers/painter/key", {"api_key": KEY})
    await changed("PATCH", "/api/v1/providers/painter/limits", {"requests_per_day": 900})
    price = {"currency": "EUR", "prices": [{"per_image": 40_000}]}
    await changed("PUT", "/api/v1/providers/painter/prices", price)
    await changed("PATCH", "/api/v1/settings", {"sync_response_seconds": 33.0})
    await changed("POST", "/api/v1/settings/ingest-password", {"password": "everybody's booth"})
    await at.mongo.database["slot_revisions"].insert_one(dict(REVISION))
    return str(style)


def unpacked(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr] # plain files


def packed(files: dict[str, bytes]) -> bytes:
    whole = b"".join(tar_header(name, len(data)) + data + tar_padding(len(data)) for name, data in files.items())
    return whole + END


def resealed(files: dict[str, bytes], **changes: Any) -> bytes:
    """A file as somebody with the secret key might make it, true to its contents but for what is changed."""
    manifest = json.loads(files["manifest.json"])
    for member in manifest["members"]:
        data = files.get(member["name"], b"")
        member |= {"size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    told = json.dumps(manifest | changes).encode()
    return packed({**files, "manifest.json": told, "manifest.hmac": seal_of(told, SecretStr(SECRET_KEY)).encode()})


def exports(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A backup without what tells when it was made."""
    files = unpacked(data)
    manifest = json.loads(files.pop("manifest.json"))
    del manifest["made_at"], files["manifest.hmac"]
    return manifest, files


async def test_a_backup_restored_into_an_empty_stack_gives_the_same_backup(source: House, target: House) -> None:
    async with administrator(source) as http:
        style = await set_up(source, http)
        first = await source.backup(http)
        async with http.get(f"/api/v1/template-media/{style}/picture") as answer:
            picture = await answer.read()
        _, audit = await ask(http, "GET", "/api/v1/audit?limit=1")
    assert (audit["items"][0]["action"], audit["items"][0]["outcome"]) == ("backup", "done")
    assert KEY.encode() not in first

    async with administrator(target) as http:
        await target.mongo.database["api_tokens"].insert_one({"_id": "a script's", "login": LOGIN})
        status, restored = await target.restore(http, first)
        assert status == 200, restored
        assert await target.mongo.database["api_tokens"].find_one() is None
        assert (await ask(http, "GET", "/api/v1/session"))[0] == 401, "the sessions of before have ended"
    async with administrator(target, "helper", "quite another phrase") as http:
        second = await target.backup(http)
        async with http.get(f"/api/v1/template-media/{style}/picture") as answer:
            assert await answer.read() == picture
        _, audit = await ask(http, "GET", "/api/v1/audit")

    assert exports(second) == exports(first)
    assert len(second) == len(first)
    assert restored["rows"] == json.loads(unpacked(first)["manifest.json"])["rows"]
    assert (restored["rows"]["slot_revisions"], restored["pictures"], restored["is_own_key"]) == (1, 1, True)
    assert [entry["action"] for entry in audit["items"]].count("restore") == 1
    key = await ProviderKeyRepository(target.mongo.database).get("painter")
    assert key is not None
    opened = Sealer(SecretStr(SECRET_KEY)).unseal(key.sealed, place=sealing_place("painter"))
    assert opened.get_secret_value() == KEY
    assert await target.mongo.database["slot_revisions"].find_one() == REVISION
    for name, indexes in INDEXES.items():
        there = await target.mongo.database[name].index_information()
        assert {index.document["name"] for index in indexes} <= set(there)


async def test_a_stack_that_is_set_up_is_replaced_only_when_told(source: House, target: House) -> None:
    async with administrator(source) as http:
        await set_up(source, http)
        backup = await source.backup(http)
    async with administrator(target) as http:
        async with http.post("/api/v1/template-media?name=Other", data=camera_jpeg(300, 200), headers=JPEG) as answer:
            other = (await answer.json())["id"]
        assert (await ask(http, "POST", "/api/v1/slots?ignore_warnings=true", a_slot(id="other")))[0] == 201
        before = await target.kept()

        status, problem = await target.restore(http, backup)

        assert (status, problem["code"], problem["reason"]) == (409, "conflict", "not_empty")
        assert "slots 1" in problem["detail"]
        assert await target.kept() == before
        status, checked = await target.restore(http, backup, "?replace=true&dry_run=true")
        assert (status, checked["is_dry_run"]) == (200, True)
        assert await target.kept() == before

        status, problem = await target.restore(http, backup, "?replace=true")
        assert status == 200, problem
    rows = await target.mongo.database["slots"].find({}, {"_id": 1}).sort("_id", 1).to_list(None)
    assert [row["_id"] for row in rows] == ["evening", "plain"]
    await target.let_go(other)


Broken = Callable[[bytes], bytes]


def flipped(at: Callable[[bytes], int]) -> Broken:
    """One bit of the file is another one."""

    def broken(data: bytes) -> bytes:
        place = at(data)
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    return broken


def with_rows(collection: str, change: Callable[[bytes], bytes]) -> Broken:
    def broken(data: bytes) -> bytes:
        files = unpacked(data)
        name = f"rows/{collection}.jsonl"
        files[name] = change(files[name])
        return resealed(files)

    return broken


WRONG_FILES: dict[str, tuple[Broken, str]] = {
    "nothing": (lambda _: b"", "no PhotoChanger backup"),
    "a photo": (lambda _: camera_jpeg(300, 200), "no PhotoChanger backup"),
    "another tar file": (lambda _: packed({"readme.txt": b"hello"}), "no PhotoChanger backup"),
    "cut in its rows": (lambda data: data[: data.index(b"rows/slots.jsonl") + 600], "cut short"),
    "cut in a picture": (lambda data: data[:-20_000], "cut short"),
    "without its end": (lambda data: data[:-1024], "cut short"),
    "another manifest": (flipped(lambda data: data.index(b'"made_at"') + 20), "manifest was changed"),
    "another row": (flipped(lambda data: data.index(b"Evening")), "rows/slots.jsonl in the backup was changed"),
    "another picture": (flipped(lambda data: len(data) - 30_000), "in the backup was changed"),
    "a newer format": (lambda data: resealed(unpacked(data), format=2), "newer PhotoChanger: format 2"),
    "one file more": (lambda data: packed({**unpacked(data), "more.txt": b"x"}), "more files than"),
    "one file less": (
        lambda data: packed({name: part for name, part in unpacked(data).items() if name != "rows/slots.jsonl"}),
        "should have rows/slots.jsonl next",
    ),
    "an unknown role": (
        with_rows("users", lambda rows: rows.replace(b'"role":"admin"', b'"role":"king"')),
        "row 1 of users",
    ),
    "nobody to log in": (
        with_rows("users", lambda rows: rows.replace(b'"role":"admin"', b'"role":"viewer"')),
        "no administrator",
    ),
    "a slot twice": (with_rows("slots", lambda rows: rows + rows), "row 3 of slots"),
    "a row that is none": (with_rows("settings", lambda _: b"[]\n"), "row 1 of settings"),
}


@pytest.fixture
async def a_backup(source: House) -> bytes:
    async with administrator(source) as http:
        await set_up(source, http)
        return await source.backup(http)


async def test_a_file_that_cannot_be_used_is_refused_with_the_reason_and_changes_nothing(
    a_backup: bytes, target: House
) -> None:
    for name, (broken, reason) in WRONG_FILES.items():
        async with administrator(target) as http:
            before = await target.kept()

            status, problem = await target.restore(http, broken(a_backup))

            assert (status, problem.get("code")) == (400, "invalid_request"), (name, problem)
            assert reason in problem["detail"], (name, problem)
            for key in set(await target.pictures()) - set(map(str, before["pictures"])):  # type: ignore[call-overload] # a list of keys
                await target.let_go(key)
            assert await target.kept() == before, name


async def test_a_backup_of_another_secret_key_is_taken_only_when_told(a_backup: bytes, target: House) -> None:
    foreign = resealed(unpacked(a_backup), secret_key_id="0123456789abcdef")
    async with administrator(target) as http:
        status, problem = await target.restore(http, foreign)
        assert (status, problem["code"], problem["reason"]) == (409, "conflict", "other_secret_key")
        assert "another PHOTOCHANGER_SECRET_KEY (id 0123456789abcdef)" in problem["detail"]

        status, restored = await target.restore(http, foreign, "?other_secret_key=true")

    assert (status, restored["is_own_key"]) == (200, False)


async def test_a_template_whose_picture_is_gone_is_named_and_does_not_stop_the_others(
    source: House, target: House
) -> None:
    async with administrator(source) as http:
        style = await set_up(source, http)
        [row] = await source.mongo.database["templates"].find().to_list(None)
        await source.store.delete(Bucket.TEMPLATES, row["key"])
        backup = await source.backup(http)
    async with administrator(target) as http:
        status, restored = await target.restore(http, backup)

    assert (status, restored["missing_pictures"], restored["pictures"]) == (200, [style], 0)


async def test_nothing_is_replaced_while_photos_are_in_work(a_backup: bytes, target: House) -> None:
    jobs = target.mongo.database["jobs"]
    job = {"_id": "running", "public_id": "p", "is_finalized": False, "status": JobStatus.PENDING.value}
    await jobs.insert_one(job)
    try:
        async with administrator(target) as http:
            status, problem = await target.restore(http, a_backup)
    finally:
        await jobs.delete_many({})

    assert (status, problem["code"], problem["reason"], problem["count"]) == (409, "conflict", "photos_in_work", 1)
    assert "1 photos are in work" in problem["detail"]


async def test_without_a_store_there_is_no_half_backup_and_no_half_restore(
    a_backup: bytes, mongodb: RunningServer
) -> None:
    mongo_url = mongodb.url.replace("/photochanger?", f"/house_{uuid.uuid4().hex}?")
    with running_admin_api(admin_settings(mongo_url)) as url:
        async with aiohttp.ClientSession(url) as stranger:
            token = await log_in(stranger)
        async with connect(SecretStr(mongo_url), timeout_ms=3_000) as mongo, logged_in(url, token) as http:
            async with http.post("/api/v1/restore", data=a_backup, headers=TAR) as answer:
                assert (answer.status, (await answer.json())["code"]) == (503, "storage_unavailable")
            assert await mongo.database["slots"].count_documents({}) == 0
            template = {"_id": "t", "name": "t", "key": "t", "type": "image/jpeg", "width": 1, "height": 1}
            await mongo.database["templates"].insert_one({**template, "size_bytes": 1, "sha256": "0" * 64})
            async with http.post("/api/v1/backup") as answer:
                assert (answer.status, (await answer.json())["code"]) == (503, "storage_unavailable")


async def test_what_was_set_up_while_the_file_came_is_not_replaced(target: House) -> None:
    slots = target.mongo.database["slots"]
    await slots.insert_one({"_id": "meanwhile"})

    with pytest.raises(ConfigurationNotEmpty, match="slots: 1"):
        await ConfigurationRows(target.mongo.database).replace({}, only_if_empty=True)

    assert await slots.find_one() == {"_id": "meanwhile"}
