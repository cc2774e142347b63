"""A provider service as a process: what it announces, how it stops, what it says of wrong settings."""

import asyncio
import subprocess
import sys
import uuid

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.mongo import connect
from tests.integration.provider_worker.conftest import Sandbox
from tests.servers import RunningMinio, RunningServer
from tests.service_process import running_service, service_environment


@pytest.fixture
def environment(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio, sandbox: Sandbox
) -> dict[str, str]:
    return {
        "AMQP_URL": rabbitmq.url,
        "MONGO_URL": mongodb.url.replace("/photochanger?", f"/test_{uuid.uuid4().hex}?"),
        "S3_URL": minio.url,
        "S3_ACCESS_KEY": minio.access_key,
        "S3_SECRET_KEY": minio.secret_key,
        "GEMINI_API_KEY": "canary-key-of-the-process",
        "GEMINI_BASE_URL": sandbox.url,
        "GOOGLE_GENAI_HTTP_CLIENT": "httpx",
        "TURBOTEXT_API_KEY": "canary-key-of-the-process",
        "TURBOTEXT_BASE_URL": "https://turbotext.example",
        "OPENAI_API_KEY": "canary-key-of-the-process",
        "OPENAI_BASE_URL": sandbox.url,
    }


@pytest.mark.parametrize("provider", ["gemini", "turbotext", "openai"])
async def test_it_is_ready_announces_its_manifest_and_stops_when_asked(
    environment: dict[str, str], capfd: pytest.CaptureFixture[str], provider: str
) -> None:
    def run() -> int:
        with running_service(f"provider_{provider}", environment) as service:
            return service.terminate(within_seconds=5)

    exit_code = await asyncio.to_thread(run)

    assert exit_code == 0
    async with connect(SecretStr(environment["MONGO_URL"]), timeout_ms=3_000) as mongo:
        manifest = await mongo.database["providers"].find_one({"_id": provider})
        await mongo.database.client.drop_database(mongo.database.name)
    assert manifest is not None
    said = capfd.readouterr().out
    assert "canary-key" not in said
    assert ("turbotext_cannot_fetch_photos" in said) is (provider == "turbotext")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GEMINI_API_KEY", ""),
        ("GEMINI_BASE_URL", "ftp://x"),
        ("TURBOTEXT_API_KEY", ""),
        ("TURBOTEXT_BASE_URL", "x"),
        ("OPENAI_API_KEY", ""),
        ("OPENAI_BASE_URL", "x"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(environment: dict[str, str], variable: str, value: str) -> None:
    package = f"provider_{variable.partition('_')[0].lower()}"
    wrong = service_environment({**environment, "METRICS_PORT": "0", variable: value})

    ended = subprocess.run(
        [sys.executable, "-m", package], env=wrong, capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.returncode == 78
    assert len(ended.stderr.splitlines()) == 1
    assert variable in ended.stderr
