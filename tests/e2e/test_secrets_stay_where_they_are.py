"""Keys, prompts, passwords and pictures are in no log, span, metric, error, message or row, whatever happens."""

import asyncio
import io
import json
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Operation, Route
from photochanger.infrastructure.mongo import Mongo, connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from tests.admin_people import log_in, logged_in
from tests.balancer import balancing
from tests.canaries import Canary, found, leaves, outside
from tests.dslr_client import Answer, Shot, shoot
from tests.echoing_provider import ECHO, EchoingProvider, echoing_provider
from tests.gateway_process import server_environ
from tests.job_rows import new_slot
from tests.photos import camera_jpeg
from tests.recording_proxy import Recording, recording_proxy
from tests.replicas import SECRET_KEY, Replicas, replicas
from tests.servers import RunningMinio, RunningServer

pytestmark = pytest.mark.timeout(240)

SPANS = Path(__file__).parent.parent / "spans_to_file"
WINDOW_SECONDS = 12
#: Where a slot's prompt is at home.
HOMES_IN_ANSWERS = re.compile(r"GET /api/v1/(slots|jobs/)")
HOMES_OF_PROMPTS = r"slots\.(fallbacks\[\]\.)?params\.\w+|jobs\.slot_snapshot\.routes\[\]\.params\.\w+"

CALM: dict[str, tuple[str, ...]] = {
    "gemini": ("ok", "safety", f"ok {ECHO}"),
    "turbotext": ("ok", "forbidden_content", f"ok {ECHO}"),
}
STORMY: dict[str, tuple[str, ...]] = {
    "gemini": ("hang", "drop", "text_only", "bad_json", "html_200", "blank_picture", "invalid_argument", "internal"),
    "turbotext": ("hang", "drop", "success_false", "result_404", "result_redirect_internal", "bad_json", "internal"),
}


@dataclass
class Evening:
    """One replica of every service between servers that are watched."""

    replicas: Replicas
    mongo: Mongo
    broker: Recording
    provider: EchoingProvider
    spans: Path
    photo: bytes
    secrets: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    told: dict[str, bytes] = field(default_factory=dict)

    def secret(self, name: str) -> str:
        return self.secrets.setdefault(name, f"canary-{name.replace(' ', '-')}-{uuid.uuid4().hex}")

    async def photo_of(self, provider: str, behaviour: str, *, fallback: str | None = None) -> Answer:
        def route(name: str, marker: str) -> Route:
            prompt = f"{self.secret(f'prompt {name}')} [sandbox:{marker.split(maxsplit=1)[0]}] {marker}"
            return Route(provider=name, operation=Operation.IMAGE_EDIT, params={"prompt": prompt})

        first, name = route(provider, behaviour), f"t-{uuid.uuid4().hex[:12]}"
        other = () if fallback is None else (route(fallback, "ok"),)
        slot = new_slot(id=name, name=name, sync_response_seconds=WINDOW_SECONDS, fallbacks=other, **first.model_dump())
        await SlotRepository(self.mongo.database).insert_if_missing(slot)
        url = f"{self.replicas.base_url}/ingest/{slot.id}"
        answer = await shoot(url, Shot.captured(self.photo, self.secret("booth password")))
        self.answers.append(answer)
        return answer

    async def ask(self, http: aiohttp.ClientSession, method: str, path: str, **how: Any) -> int:
        async with http.request(method, path, **how) as answer:
            where = f"answer {len(self.told)} to {method} {path}: {answer.status}"
            self.told[where] = repr(dict(answer.headers)).encode() + await answer.read()
            return answer.status

    def canaries(self) -> list[Canary]:
        texts = [Canary.of_text(name, text) for name, text in self.secrets.items()]
        results = [answer.body for answer in self.answers if answer.status == 200]
        return [
            *texts,
            Canary.of_picture("photo", self.photo),
            *(Canary.of_picture("result", result) for result in results),
        ]


@pytest.fixture
async def evening(
    rabbitmq: RunningServer,
    mongodb: RunningServer,
    minio: RunningMinio,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],  # before the services start, so that it hears them
) -> AsyncIterator[Evening]:
    database_url = mongodb.url.replace("/photochanger?", f"/secrets_{uuid.uuid4().hex}?")
    async with AsyncExitStack() as stack:
        amqp = urlsplit(rabbitmq.url)
        broker = await stack.enter_async_context(recording_proxy(str(amqp.hostname), amqp.port or 5672))
        settings = server_environ(rabbitmq, database_url, minio)
        settings["AMQP_URL"] = rabbitmq.url.replace(f":{amqp.port}", f":{broker.port}")
        whole = stack.enter_context(replicas(settings))
        provider = await stack.enter_async_context(echoing_provider(whole.sandbox_url))
        await stack.enter_async_context(balancing(whole.ports.balancer, whole.ports.gateways))
        mongo = await stack.enter_async_context(connect(SecretStr(database_url), timeout_ms=5_000))
        spans = tmp_path / "spans"
        spans.touch()
        photo = camera_jpeg(1200, 800)
        evening = Evening(whole, mongo, broker, provider, spans, photo)
        verifier = password_verifier(evening.secret("booth password"), secret_key=SECRET_KEY)
        await SettingsRepository(mongo.database).insert_if_missing(
            PlatformSettings(ingest_password_verifiers=(verifier,))
        )
        whole.start_sandbox()
        whole.change_settings(
            {
                "LOG_LEVEL": "DEBUG",
                "SPANS_FILE": str(spans),
                "GEMINI_API_KEY": evening.secret("gemini key of the environment"),
                "TURBOTEXT_API_KEY": evening.secret("turbotext key of the environment"),
                "GEMINI_BASE_URL": provider.url,
                "TURBOTEXT_BASE_URL": provider.url,
            },
            python_path=SPANS,
        )
        await whole.start(0)
        yield evening


async def test_no_secret_is_told_whatever_happens(evening: Evening, capfd: pytest.CaptureFixture[str]) -> None:
    await photos_are_taken(evening)
    await administrators_change_keys_and_look_around(evening)
    for provider in CALM:
        assert (await evening.photo_of(provider, "ok")).status == 200
    metrics = {f"metrics of {name}": text.encode() for name, text in evening.replicas.metrics().items()}
    inlines = await evening.mongo.database["jobs"].count_documents({"result_inline_base64": {"$ne": None}})

    said, errors = capfd.readouterr()
    piles = {
        "the logs": said.encode() + errors.encode(),
        "the spans": evening.spans.read_bytes(),
        "the messages": evening.broker.everything,
        **metrics,
        **{f"the booth's {answer.status}": answer.body for answer in evening.answers if answer.status != 200},
    }
    rows = [leaf async for leaf in every_value(evening.mongo)]
    canaries, prompts = evening.canaries(), {name for name in evening.secrets if name.startswith("prompt")}

    the_watch_is_awake(evening, piles, rows, canaries)
    assert inlines == 0
    assert {200, 502, 503, 504} <= {answer.status for answer in evening.answers}
    assert found(canaries, piles | outside(rows, HOMES_OF_PROMPTS)) == []
    strict = [canary for canary in canaries if canary.name not in prompts]
    assert found(strict, {"rows": b"\n".join(value for _, value in rows)}) == []
    assert found(strict, evening.told) == []
    # an administrator sees the prompts of slots and of a job's own slot, and of nothing else
    elsewhere = {where: pile for where, pile in evening.told.items() if not HOMES_IN_ANSWERS.search(where)}
    assert found(canaries, elsewhere) == []


async def photos_are_taken(evening: Evening) -> None:
    for provider, behaviours in CALM.items():
        statuses = [(await evening.photo_of(provider, behaviour)).status for behaviour in behaviours]
        assert statuses == [200, 502, 502], provider
    for first, then in (("gemini", "turbotext"), ("turbotext", "gemini")):
        answer = await evening.photo_of(first, f"ok {ECHO}", fallback=then)
        assert answer.status == 200, answer.body
    shot = Shot.captured(evening.photo, evening.secret("wrong password"))
    evening.answers.append(await shoot(f"{evening.replicas.base_url}/ingest/nothing", shot))
    async with asyncio.TaskGroup() as group:
        for provider, behaviours in STORMY.items():
            for behaviour in behaviours:
                group.create_task(evening.photo_of(provider, behaviour))


async def administrators_change_keys_and_look_around(evening: Evening) -> None:
    url = f"http://127.0.0.1:{evening.replicas.ports.admins[0]}"
    async with aiohttp.ClientSession(url) as stranger:
        wrong = {"login": "admin", "password": evening.secret("wrong admin password")}
        assert await evening.ask(stranger, "POST", "/api/v1/session", json=wrong) == 401
        token = await log_in(stranger)
    async with logged_in(url, token) as admin:
        for provider in CALM:
            await keys_are_changed(evening, admin, f"/api/v1/providers/{provider}/key")
        slot = {"id": "x", "name": "x", "provider": "gemini", "operation": "image_edit"}
        params = {"prompt": evening.secret("prompt mistyped"), "size": evening.secret("prompt misplaced")}
        assert await evening.ask(admin, "POST", "/api/v1/slots", json={**slot, "params": params}) == 422
        await a_test_run(evening, admin, slot)
        async with admin.get("/api/v1/openapi.json") as answer:
            paths = [path for path, methods in (await answer.json())["paths"].items() if "get" in methods]
        job = await evening.mongo.database["jobs"].find_one({"status": "failed"})
        assert job is not None
        for path in (*(path for path in paths if "{" not in path), f"/api/v1/jobs/{job['_id']}"):
            await evening.ask(admin, "GET", path)


async def keys_are_changed(evening: Evening, admin: aiohttp.ClientSession, path: str) -> None:
    name = path.split("/")[-2]
    spaced = {"api_key": evening.secret(f"{name} key with a space") + " "}
    wrong = {"api_key": "wrong-" + evening.secret(f"{name} wrong key")}
    right = {"api_key": evening.secret(f"{name} key of an administrator")}
    assert await evening.ask(admin, "PUT", path, json=spaced) == 422
    for key, verdict in ((wrong, "refused"), (right, "accepted")):
        assert await evening.ask(admin, "PUT", path, json=key) == 200
        assert await evening.ask(admin, "POST", f"{path}/test") == 200
        assert json.loads(list(evening.told.values())[-1].partition(b"}")[2])["verdict"] == verdict


async def a_test_run(evening: Evening, admin: aiohttp.ClientSession, slot: dict[str, str]) -> None:
    form = aiohttp.FormData()
    form.add_field("slot", json.dumps({**slot, "params": {"prompt": evening.secret("prompt test run") + ECHO}}))
    form.add_field("file", io.BytesIO(evening.photo), filename="photo.jpg", content_type="image/jpeg")
    assert await evening.ask(admin, "POST", "/api/v1/test-runs", data=form) == 200


async def every_value(mongo: Mongo) -> AsyncIterator[tuple[str, bytes]]:
    for name in await mongo.database.list_collection_names():
        async for document in mongo.database[name].find():
            for leaf in leaves(document, name):
                yield leaf


def the_watch_is_awake(
    evening: Evening, piles: dict[str, bytes], rows: list[tuple[str, bytes]], canaries: list[Canary]
) -> None:
    """Everything was looked at, and what is looked for is found where it may be."""
    assert piles["the logs"].count(b'"provider_call_failed"') >= len(CALM)
    assert b'"name": "provider.call"' in piles["the spans"]
    assert b"PhotoTask" in piles["the messages"] or b"provider.gemini.v1" in piles["the messages"]
    assert {path.partition(".")[0] for path, _ in rows} >= {"jobs", "slots", "providers", "provider_keys", "audit"}
    came = b"\n".join(evening.provider.received)
    used = [canary.name for canary in canaries if canary.is_in(came)]
    assert {"gemini key of the environment", "turbotext key of an administrator", "prompt gemini"} <= set(used)
    assert "photo" in used
