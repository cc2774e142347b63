"""An admin API with a provider's manifest, and people of every role."""

import io
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from photochanger.domain.user import Role, User
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.user_repository import UserRepository
from tests.admin_people import DOCUMENTED, LOGIN, log_in, logged_in
from tests.admin_process import admin_settings, running_admin_api
from tests.gateway_process import server_environ
from tests.servers import RunningMinio, RunningServer

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string", "minLength": 1},
        "strength": {"anyOf": [{"type": "number", "maximum": 1}, {"type": "null"}]},
    },
    "required": ["prompt"],
    "additionalProperties": False,
}
MANIFEST = ProviderManifest(
    name="painter",
    title="Painter",
    version=1,
    operations={
        Operation.IMAGE_EDIT: OperationManifest(params_schema=SCHEMA),
        Operation.STYLE_TRANSFER: OperationManifest(
            params_schema=SCHEMA, template_roles=(TemplateRole(role="style", is_required=True),)
        ),
    },
    input_types=(PictureType.JPEG,),
)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    json: Any


@dataclass
class Person:
    """Somebody logged in."""

    http: aiohttp.ClientSession

    async def ask(self, method: str, path: str, **sent: Any) -> Answer:
        async with self.http.request(method, path, **sent) as answer:
            body = await answer.read()
            await DOCUMENTED.check(self.http, answer)
            is_json = answer.content_type.endswith("json")
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers, body, await answer.json(content_type=None) if is_json else None)

    async def upload(self, data: bytes, **fields: str) -> Answer:
        form = aiohttp.FormData(fields)
        form.add_field("file", io.BytesIO(data), filename="style.jpg", content_type="image/jpeg")
        return await self.ask("POST", "/api/v1/template-media", data=form)


@asynccontextmanager
async def person(api_url: str, login: str = LOGIN) -> AsyncIterator[Person]:
    async with aiohttp.ClientSession(api_url) as stranger:
        token = await log_in(stranger, login)
    async with logged_in(api_url, token) as http:
        yield Person(http)


def a_slot(**changes: Any) -> dict[str, Any]:
    fields = {
        "id": f"s-{uuid.uuid4().hex[:12]}",
        "name": "Evening",
        "provider": "painter",
        "operation": "image_edit",
        "params": {"prompt": "oil painting"},
    }
    return fields | changes


@pytest.fixture(scope="session")
def mongo_url(mongodb: RunningServer) -> str:
    return mongodb.url.replace("/photochanger?", f"/admin_{uuid.uuid4().hex}?")


@pytest.fixture(scope="session")
def api_url(mongo_url: str, rabbitmq: RunningServer, minio: RunningMinio) -> Iterator[str]:
    with running_admin_api(admin_settings(mongo_url) | server_environ(rabbitmq, mongo_url, minio)) as url:
        yield url


@pytest.fixture
async def mongo(mongo_url: str, api_url: str) -> AsyncIterator[Mongo]:
    async with connect(SecretStr(mongo_url), timeout_ms=3_000) as mongo:
        await ProviderRepository(mongo.database).upsert_manifest(MANIFEST)
        first = await UserRepository(mongo.database).find(LOGIN)
        assert first is not None
        for role in (Role.VIEWER, Role.OPERATOR):
            await UserRepository(mongo.database).insert_if_missing(
                User(login=role.value, password_hash=first.password_hash, role=role)
            )
        yield mongo


@pytest.fixture
async def store(minio: RunningMinio) -> AsyncIterator[MediaStore]:
    async with MediaStore(minio.url, SecretStr(minio.access_key), SecretStr(minio.secret_key)) as store:
        await store.ensure_buckets()
        yield store


@pytest.fixture
async def admin(api_url: str, mongo: Mongo, store: MediaStore) -> AsyncIterator[Person]:
    async with person(api_url) as admin:
        yield admin


@pytest.fixture
async def operator(api_url: str, mongo: Mongo, store: MediaStore) -> AsyncIterator[Person]:
    async with person(api_url, Role.OPERATOR.value) as operator:
        yield operator


@pytest.fixture
async def viewer(api_url: str, mongo: Mongo, store: MediaStore) -> AsyncIterator[Person]:
    async with person(api_url, Role.VIEWER.value) as viewer:
        yield viewer


async def stored_keys(store: MediaStore, bucket: Bucket) -> list[str]:
    return [entry.key for entry in await store.list(bucket, limit=10_000)]
