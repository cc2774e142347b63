"""An admin API on real servers and a real gateway, each of which may go away."""

import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.provider_repository import ProviderRepository
from tests.admin_process import admin_settings, running_admin_process
from tests.gateway_process import SECRET_KEY, GatewayProcess, running_gateway, server_environ
from tests.integration.admin.photos.conftest import MANIFEST, Answer, Person, person
from tests.servers import RunningMinio, RunningServer
from tests.service_process import ServiceProcess

ANSWER_SECONDS, BACK_SECONDS = 3.0, 10.0


@dataclass
class World:
    url: str
    process: ServiceProcess
    gateway: GatewayProcess
    mongo: Mongo
    store: MediaStore
    admin: Person

    async def kept(self) -> dict[str, Any]:
        """Everything that a refused request must leave as it is."""
        names = ("slots", "templates", "settings", "providers", "provider_keys", "users", "jobs", "audit")
        return {name: await self.mongo.database[name].find().sort("_id", 1).to_list(None) for name in names}


@dataclass(frozen=True)
class Timed:
    answer: Answer
    seconds: float

    def is_quick_503(self, code: str) -> bool:
        retry_after = int(self.answer.headers.get("retry-after", 0))
        kind = self.answer.headers["content-type"]
        told = (self.answer.status, self.answer.json and self.answer.json["code"], kind)
        assert told == (503, code, "application/problem+json"), self
        assert retry_after >= 1, self
        assert self.seconds <= ANSWER_SECONDS, self
        return True


async def timed(who: Person, method: str, path: str, **sent: Any) -> Timed:
    started = time.monotonic()
    answer = await who.ask(method, path, **sent)
    return Timed(answer, time.monotonic() - started)


def settings_of(mongo_url: str, servers: dict[str, str], gateway: GatewayProcess) -> dict[str, str]:
    own = {"PHOTOCHANGER_SECRET_KEY": SECRET_KEY, "GATEWAY_URL": gateway.url}
    return {**admin_settings(mongo_url), **servers, **own}


@pytest.fixture(scope="session")
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/outages_{uuid.uuid4().hex}?")


@pytest.fixture(scope="session")
def servers(rabbitmq: RunningServer, mongo_url: str, minio: RunningMinio) -> dict[str, str]:
    return server_environ(rabbitmq, mongo_url, minio)


@pytest.fixture(scope="session")
def gateway(servers: dict[str, str]) -> Iterator[GatewayProcess]:
    with running_gateway(servers) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def api(mongo_url: str, servers: dict[str, str], gateway: GatewayProcess) -> Iterator[tuple[str, ServiceProcess]]:
    with running_admin_process(settings_of(mongo_url, servers, gateway)) as (url, process):
        yield url, process


@pytest.fixture
async def world(
    api: tuple[str, ServiceProcess], gateway: GatewayProcess, mongo_url: str, minio: RunningMinio
) -> AsyncIterator[World]:
    await gateway.wait_ready()
    url, process = api
    async with (
        connect(SecretStr(mongo_url), timeout_ms=3_000) as mongo,
        MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store,
    ):
        await ProviderRepository(mongo.database).upsert_manifest(MANIFEST)
        await store.ensure_buckets()
        async with person(url) as admin:
            yield World(url, process, gateway, mongo, store, admin)
