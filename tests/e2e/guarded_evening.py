"""One replica of every service between watched servers and providers, and secrets in all that they are given."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from minio import Minio
from pydantic import SecretStr

from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.service_token import service_token
from photochanger.domain.slot import Operation, Slot, TemplateUse
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_people import PASSWORD
from tests.balancer import balancing
from tests.canaries import leaves
from tests.dslr_client import Answer, Shot, shoot
from tests.echoing_provider import EchoingProvider, echoing_provider
from tests.gateway_process import server_environ
from tests.job_rows import new_slot
from tests.recording_proxy import Recording, recording_proxy
from tests.replicas import SECRET_KEY, Replicas, replicas
from tests.servers import RunningMinio, RunningServer

PROVIDERS = ("gemini", "turbotext", "openai")
#: The shortest that there is, for photos that are to wait for its end; all others have time, also on a busy machine.
SHORT_WINDOW_SECONDS, WINDOW_SECONDS = 10, 40
_SPANS = Path(__file__).parent.parent / "spans_to_file"


@dataclass
class Evening:
    """`secrets` are texts by their names; what was seen of the outside is kept to be searched."""

    replicas: Replicas
    mongo: Mongo
    store: Minio
    broker: Recording
    provider: EchoingProvider
    folder: Path
    photo: bytes
    secrets: dict[str, str] = field(default_factory=dict)
    #: the style of the slots, when it is uploaded
    template_id: str = ""
    answers: list[Answer] = field(default_factory=list)
    #: what the admin API answered, and guests' pages
    told: dict[str, bytes] = field(default_factory=dict)

    def secret(self, name: str) -> str:
        return self.secrets.setdefault(name, f"c-{uuid.uuid4().hex}-{name.replace(' ', '-')}")

    async def slot(self, provider: str, behaviour: str, *, fallback: str | None = None) -> Slot:
        """Make a slot with secrets of its own in it; `behaviour` is the sandbox's, then maybe an echo."""
        first, name = self._route(provider, behaviour), f"t-{uuid.uuid4().hex[:12]}"
        slot = new_slot(
            id=name,
            name=name,
            sync_response_seconds=SHORT_WINDOW_SECONDS if behaviour == "hang" else WINDOW_SECONDS,
            fallbacks=() if fallback is None else (self._route(fallback, "ok"),),
            template_media=(TemplateUse(role="style", media_id=self.template_id),),
            **first,
        )
        await SlotRepository(self.mongo.database).insert_if_missing(slot)
        return slot

    async def photo_at(self, slot: Slot | str, whose: str = "booth password") -> Answer:
        """Take a photo with the password that is the secret of this name."""
        url = f"{self.replicas.base_url}/ingest/{slot if isinstance(slot, str) else slot.id}"
        answer = await shoot(url, Shot.captured(self.photo, self.secret(whose)))
        self.answers.append(answer)
        return answer

    async def photo_of(self, provider: str, behaviour: str, *, fallback: str | None = None) -> Answer:
        return await self.photo_at(await self.slot(provider, behaviour, fallback=fallback))

    async def ask(self, http: aiohttp.ClientSession, method: str, path: str, **how: Any) -> tuple[int, bytes]:
        async with http.request(method, path, **how) as answer:
            body = await answer.read()
            self.told[f"answer {len(self.told)} to {method} {path}: {answer.status}"] = (
                repr(dict(answer.headers)).encode() + body
            )
            return answer.status, body

    async def rows(self) -> list[tuple[str, bytes]]:
        """Every value of every row with its path."""
        return [
            leaf
            for name in await self.mongo.database.list_collection_names()
            async for document in self.mongo.database[name].find()
            for leaf in leaves(document, name)
        ]

    async def objects(self) -> dict[str, tuple[bytes, bytes]]:
        """Every object of this evening: what is said of it, and its bytes."""
        ids = [str(document["_id"]) async for document in self.mongo.database["jobs"].find({}, {"_id": 1})]
        return await asyncio.to_thread(self._objects_of, (self.template_id, *ids))

    def _objects_of(self, ids: tuple[str, ...]) -> dict[str, tuple[bytes, bytes]]:
        found = {}
        for bucket in self.store.list_buckets():
            for entry in self.store.list_objects(bucket.name, recursive=True):
                key = str(entry.object_name)
                if not any(each in key for each in ids):
                    continue
                metadata = self.store.stat_object(bucket.name, key).metadata
                answer = self.store.get_object(bucket.name, key)
                found[f"{bucket.name}/{key}"] = (repr(metadata).encode(), answer.read())
                answer.close()
        return found

    def logs(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in sorted(self.folder.glob("*.log"))}

    def spans(self) -> bytes:
        return (self.folder / "spans").read_bytes()

    def fail_at(self, orders: str) -> None:
        """Let a defect come up at named places, once each: see `photochanger.failpoints`."""
        (self.folder / "failpoints").write_text(orders)

    def _route(self, provider: str, behaviour: str) -> dict[str, Any]:
        marker = f"[sandbox:{behaviour.split(maxsplit=1)[0]}] {behaviour}"
        params = {"prompt": f"{self.secret(f'prompt {provider}')} {marker}"}
        is_turbotext_edit = provider == "turbotext" and "echo" in behaviour
        if is_turbotext_edit:
            params["negative_prompt"] = self.secret("negative prompt")
        operation = Operation.IMAGE_EDIT if is_turbotext_edit else Operation.STYLE_TRANSFER
        return {"provider": provider, "operation": operation, "params": params}


@asynccontextmanager
async def guarded_evening(
    servers: tuple[RunningServer, RunningServer, RunningMinio], folder: Path, photo: bytes, *, piece: str
) -> AsyncIterator[Evening]:
    """Start it all, on RabbitMQ, MongoDB and MinIO; `piece` is what providers repeat of a picture, as base64."""
    rabbitmq, mongodb, minio = servers
    database_url = mongodb.url.replace("/photochanger?", f"/secrets_{uuid.uuid4().hex}?")
    async with AsyncExitStack() as stack:
        amqp = urlsplit(rabbitmq.url)
        broker = await stack.enter_async_context(recording_proxy(str(amqp.hostname), amqp.port or 5672))
        settings = server_environ(rabbitmq, database_url, minio)
        settings["AMQP_URL"] = rabbitmq.url.replace(f":{amqp.port}", f":{broker.port}")
        whole = stack.enter_context(replicas(settings, logs=folder))
        provider = await stack.enter_async_context(echoing_provider(whole.sandbox_url, piece=piece))
        await stack.enter_async_context(balancing(whole.ports.balancer, whole.ports.gateways[:1]))
        mongo = await stack.enter_async_context(connect(SecretStr(database_url), timeout_ms=5_000))
        store = Minio(
            urlsplit(minio.url).netloc, access_key=minio.access_key, secret_key=minio.secret_key, secure=False
        )
        evening = Evening(whole, mongo, store, broker, provider, folder, photo)
        evening.secrets |= {
            "platform's secret key": SECRET_KEY,
            "service token": service_token(SECRET_KEY),
            "admin password": PASSWORD,
            "database password": str(urlsplit(mongodb.url).password),
            "store's secret key": minio.secret_key,
        }
        verifier = password_verifier(evening.secret("booth password"), secret_key=SECRET_KEY)
        await SettingsRepository(mongo.database).insert_if_missing(
            PlatformSettings(ingest_password_verifiers=(verifier,))
        )
        whole.start_sandbox(latency_seconds=0.2)
        whole.change_settings(_settings(evening), python_path=_SPANS)
        await whole.start(0)
        yield evening


def _settings(evening: Evening) -> Mapping[str, str]:
    (evening.folder / "spans").touch()
    keys = {f"{name.upper()}_API_KEY": evening.secret(f"{name} key of the environment") for name in PROVIDERS}
    addresses = {f"{name.upper()}_BASE_URL": evening.provider.url for name in PROVIDERS}
    return {
        **keys,
        **addresses,
        "LOG_LEVEL": "DEBUG",
        "SPANS_FILE": str(evening.folder / "spans"),
        "PHOTOCHANGER_FAILPOINTS": f"@{evening.folder / 'failpoints'}",
        "PHOTOCHANGER_TEST_STACK": "yes",
    }
