"""The admin API with something in it, on real servers, for whoever asks it anything."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from photochanger.background import running
from photochanger.domain.job import Job, JobSource
from photochanger.domain.photo import PictureType
from photochanger.domain.result import ResultInfo
from photochanger.domain.slot import Operation
from photochanger.domain.template import TemplateMedia
from photochanger.domain.usage import Price
from photochanger.domain.user import Role, User
from photochanger.infrastructure.attempt_repository import AttemptRepository
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.media_keys import result_key
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically
from photochanger.provider_worker.key_tests import LOOK_SECONDS, KeyTests
from tests.admin_process import admin_settings, running_admin_api
from tests.gateway_process import SECRET_KEY, running_gateway, server_environ
from tests.integration.admin.photos.conftest import MANIFEST
from tests.integration.admin.photos.test_jobs_and_results import admitted
from tests.integration.admin.test_settings_and_keys import key_of
from tests.job_rows import new_slot
from tests.photos import camera_jpeg
from tests.servers import RunningMinio, RunningServer

FOLDER = Path(__file__).parent
#: The names that the document gives as examples.
PROVIDER, SLOT, LOGIN, TEMPLATE = "gemini", "evening", "studio", "evening-2"
SESSIONS = 30_000
#: The version that the document gives as an example.
VERSION = 7


@dataclass(frozen=True)
class FuzzedWorld:
    url: str
    mongo_url: str
    names: dict[str, list[str]]


@contextmanager
def fuzzed_api(rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio) -> Iterator[tuple[str, str]]:
    """Give the address of an admin API of its own, with a gateway, and its database's."""
    mongo_url = mongodb.url.replace("/photochanger?", f"/fuzz_{uuid.uuid4().hex}?")
    servers = server_environ(rabbitmq, mongo_url, minio)
    with running_gateway(servers) as gateway:
        own = {"PHOTOCHANGER_SECRET_KEY": SECRET_KEY, "GATEWAY_URL": gateway.url, "LOG_LEVEL": "WARNING"}
        with running_admin_api({**admin_settings(mongo_url), **servers, **own}) as url:
            yield url, mongo_url


@asynccontextmanager
async def filled(url: str, mongo_url: str, minio: RunningMinio) -> AsyncIterator[tuple[Mongo, FuzzedWorld]]:
    """Put one of everything there; a provider's service answers as far as its keys go."""
    store_keys = SecretStr(minio.access_key), SecretStr(minio.secret_key)
    async with (
        connect(SecretStr(mongo_url), timeout_ms=5_000) as mongo,
        MediaStore(minio.url, *store_keys) as store,
    ):
        await store.ensure_buckets()
        prices = (Price(typical_call=40_000),)
        manifest = MANIFEST.model_copy(update={"name": PROVIDER, "currency": "USD", "prices": prices})
        await ProviderRepository(mongo.database).upsert_manifest(manifest)
        slot = new_slot(id=SLOT, provider=PROVIDER, operation="image_edit", version=VERSION)
        await SlotRepository(mongo.database).insert_if_missing(slot)
        nobody = User(login=LOGIN, password_hash="no password opens it", role=Role.VIEWER, version=VERSION)
        await UserRepository(mongo.database).insert_if_missing(nobody)
        await _a_template(mongo, store)
        jobs = [await admitted(mongo, SLOT) for _ in range(5)]
        jobs += [await _a_result(mongo, store, source) for source in (*JobSource, JobSource.INGEST)]
        ids = [job.id for job in jobs]
        names = {
            "/api/v1/providers/{name}": [PROVIDER],
            "/api/v1/slots/{id}": [SLOT],
            "/api/v1/template-media/{id}": [TEMPLATE],
            "/api/v1/users/{login}": [LOGIN],
            "/api/v1/jobs/{id}": ids,
            "/api/v1/results/{id}": ids[5:],
        }
        async with _answered_key_tests(mongo):
            yield mongo, FuzzedWorld(url, mongo_url, names)


async def sessions_of(mongo: Mongo, role: Role, *, count: int = SESSIONS) -> list[str]:
    """Give the tokens of so many sessions of somebody with this role."""
    login = f"fuzz-{role.value}"
    user = User(login=login, password_hash="no password opens it", role=role)
    await UserRepository(mongo.database).insert_if_missing(user)
    now = datetime.now(UTC)
    until = now + timedelta(hours=12)
    tokens = [uuid.uuid4().hex for _ in range(count)]
    rows = [
        {
            "_id": hashlib.sha256(token.encode()).hexdigest(),
            "login": login,
            "created_at": now,
            "expires_at": until,
            "idle_until": until,
        }
        for token in tokens
    ]
    await mongo.database["sessions"].insert_many(rows)
    return tokens


def run_schemathesis(world: FuzzedWorld, tokens: Iterable[str], *arguments: str) -> tuple[int, str]:
    """Give the exit code, 0 when nothing was found, and the report."""
    with tempfile.TemporaryDirectory(prefix="photochanger-fuzz-") as folder:
        pool = Path(folder) / "tokens"
        pool.write_text("\n".join(tokens))
        environment = os.environ | {
            "FUZZ_TOKENS": str(pool),
            "FUZZ_NAMES": json.dumps(world.names),
            "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks",
        }
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(FOLDER / "schemathesis.toml")),
            *("run", f"{world.url}/api/v1/openapi.json", "--checks", "all", "--continue-on-failure"),
            *("--no-color", *arguments),
        ]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, cwd=FOLDER.parent.parent
        )
        return done.returncode, done.stdout + done.stderr


async def _a_result(mongo: Mongo, store: MediaStore, source: JobSource) -> Job:
    job = await admitted(mongo, SLOT, source=source)
    jobs, picture = JobRepository(mongo.database), camera_jpeg(80, 60)
    edit = Operation.IMAGE_EDIT
    await jobs.start_attempt(job.id, route=0, provider=PROVIDER, operation=edit, cut_left_ms=500, after=0)
    await AttemptRepository(mongo.database).claim(job.id, 1, "worker")
    key = result_key(job.id, 1, job.created_at)
    await store.put(Bucket.RESULTS, key, picture, content_type="image/jpeg")
    result = ResultInfo(key, PictureType.JPEG, len(picture), 80, 60, hashlib.sha256(picture).hexdigest())
    done = await jobs.finish_done(job.id, Delivery(1, "worker", result))
    assert done is not None
    return job


async def _a_template(mongo: Mongo, store: MediaStore) -> None:
    data = camera_jpeg(80, 60)
    await store.put(Bucket.TEMPLATES, TEMPLATE, data, content_type="image/jpeg")
    template = TemplateMedia(
        id=TEMPLATE,
        name="style",
        key=TEMPLATE,
        type=PictureType.JPEG,
        width=80,
        height=60,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    await TemplateRepository(mongo.database).insert_if_missing(template)


@asynccontextmanager
async def _answered_key_tests(mongo: Mongo) -> AsyncIterator[None]:
    async def accepted(_key: SecretStr) -> None:
        return

    key = key_of(mongo, PROVIDER, SECRET_KEY)
    tests = KeyTests(PROVIDER, key, accepted, KeyTestRepository(mongo.database))
    looking = run_periodically(tests.look, Telemetry("test"), name="look", seconds=LOOK_SECONDS, stop=asyncio.Event())
    async with running(looking, name="look"):
        yield
