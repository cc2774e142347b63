"""The admin API with something in it, on real servers, for whoever asks it anything."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from admin_api.accounts.passwords import Passwords
from photochanger.domain.job import Job, JobSource
from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest
from photochanger.domain.slot import Operation
from photochanger.domain.template import TemplateMedia
from photochanger.domain.usage import Price
from photochanger.domain.user import Role, User
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.infrastructure.user_repository import UserRepository
from tests.admin_process import admin_settings, running_admin_api
from tests.fuzzing.known import Known
from tests.fuzzing.stand_ins import answered_key_tests, made_pictures
from tests.gateway_process import SECRET_KEY, running_gateway, server_environ
from tests.integration.admin.photos.conftest import MANIFEST
from tests.integration.admin.photos.test_jobs_and_results import admitted
from tests.integration.gateway.conftest import StandIn
from tests.job_rows import new_slot
from tests.letters import a_letter
from tests.photos import camera_jpeg
from tests.servers import RunningMinio, RunningServer

#: The names that the document gives as examples.
PROVIDER, SLOT, LOGIN, TEMPLATE, PASSWORD = "gemini", "evening", "studio", "evening-2", "the words of before"
SPARES = 30
SPARE = [f"spare-{number}" for number in range(SPARES)]
#: The version that the document gives as an example.
VERSION = 7


@dataclass(frozen=True)
class FuzzedWorld:
    url: str
    mongo_url: str
    password_hash: str
    known: Known


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
async def filled(
    url: str, mongo_url: str, rabbitmq: RunningServer, minio: RunningMinio
) -> AsyncIterator[tuple[Mongo, FuzzedWorld]]:
    """Put some of everything there; a provider's service answers as far as its keys go."""
    store_keys = SecretStr(minio.access_key), SecretStr(minio.secret_key)
    async with (
        connect(SecretStr(mongo_url), timeout_ms=5_000) as mongo,
        MediaStore(minio.url, *store_keys) as store,
        made_pictures(mongo, store, rabbitmq) as stand_in,
        answered_key_tests(mongo, PROVIDER),
    ):
        await store.ensure_buckets()
        await ProviderRepository(mongo.database).upsert_manifest(_manifest())
        password_hash = await Passwords().hash(PASSWORD)
        for slot_id, login, media_id in zip((SLOT, *SPARE), (LOGIN, *SPARE), (TEMPLATE, *SPARE), strict=True):
            is_first = slot_id == SLOT
            slot = new_slot(id=slot_id, provider=PROVIDER, operation="image_edit", version=VERSION, is_active=is_first)
            await SlotRepository(mongo.database).insert_if_missing(slot)
            user = User(login=login, password_hash=password_hash, role=Role.VIEWER, version=VERSION)
            await UserRepository(mongo.database).insert_if_missing(user)
            await _a_template(mongo, store, media_id)
        jobs = [await admitted(mongo, SLOT) for _ in range(5)]
        jobs += [await _a_result(mongo, stand_in, source) for source in (*JobSource, JobSource.INGEST)]
        letters = [await a_letter(mongo) for _ in range(SPARES)]
        yield mongo, FuzzedWorld(url, mongo_url, password_hash, _known([job.id for job in jobs], letters))


def _manifest() -> ProviderManifest:
    anything = OperationManifest(params_schema={"type": "object"})
    changes = {"name": PROVIDER, "currency": "USD", "prices": (Price(typical_call=40_000),)}
    return MANIFEST.model_copy(
        update={**changes, "operations": {Operation.IMAGE_EDIT: anything, Operation.STYLE_TRANSFER: anything}}
    )


def _known(jobs: list[str], letters: list[str]) -> Known:
    statistics = {"from": "2026-05-09T17:30:00Z", "to": "2026-05-09T18:30:00Z"}
    return Known(
        names={
            "/api/v1/providers/{name}": [PROVIDER],
            "/api/v1/slots/{id}": [SLOT],
            "/api/v1/template-media/{id}": [TEMPLATE],
            "/api/v1/users/{login}": [LOGIN],
            "/api/v1/jobs/{id}": jobs,
            "/api/v1/results/{id}": jobs[5:],
            "/api/v1/test-runs/{id}": jobs[6:7],
            "/api/v1/dead-letters/{id}": letters[:1],
        },
        spare={
            "/api/v1/slots/{id}": SPARE,
            "/api/v1/template-media/{id}": SPARE,
            "/api/v1/users/{login}": SPARE,
            "/api/v1/dead-letters/{id}": letters[1:],
        },
        fields={"provider": PROVIDER, "operation": Operation.IMAGE_EDIT.value, "slot_ids": [SLOT]},
        bodies={
            # there are photos that nobody makes
            "POST /api/v1/providers/{name}/drain": {"wait_seconds": 0},
            "POST /api/v1/results/zip": {"ids": jobs[5:]},
            "POST /api/v1/dead-letters/discard": {"ids": letters[-2:]},
            "PUT /api/v1/session/password": {"current_password": PASSWORD},
        },
        queries={f"GET /api/v1/statistics{what}": statistics for what in ("", "/calls", "/series", "/csv")},
    )


async def _a_result(mongo: Mongo, stand_in: StandIn, source: JobSource) -> Job:
    job = await admitted(mongo, SLOT, source=source)
    assert await stand_in.deliver(job)
    return job


async def _a_template(mongo: Mongo, store: MediaStore, name: str) -> None:
    data = camera_jpeg(80, 60)
    await store.put(Bucket.TEMPLATES, name, data, content_type="image/jpeg")
    template = TemplateMedia(
        id=name,
        name="style",
        key=name,
        type=PictureType.JPEG,
        width=80,
        height=60,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    await TemplateRepository(mongo.database).insert_if_missing(template)
