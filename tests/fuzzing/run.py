"""Everything that Schemathesis can think of, asked by somebody with a role."""

import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from photochanger.domain.user import Role
from tests.fuzzing.answers import Answer, Record, faults
from tests.fuzzing.world import FuzzedWorld, filled, fuzzed_api
from tests.servers import RunningMinio, RunningServer
from tests.service_process import ROOT, service_environment


@dataclass(frozen=True)
class Run:
    """`exit_code` is 0 when no answer was wrong for itself; `faults` are those of all the answers together."""

    exit_code: int
    report: str
    faults: list[str]


async def fuzz(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio, role: Role | None, *arguments: str
) -> Run:
    """Ask an API of its own; role None: a stranger."""
    with fuzzed_api(rabbitmq, mongodb, minio) as (url, mongo_url):
        async with filled(url, mongo_url, rabbitmq, minio) as (mongo, world):
            done, answers = await asyncio.to_thread(_run_schemathesis, world, role, arguments)
            rows = mongo.database["audit"].find({}, {"actor": 1, "outcome": 1})
            records = [Record.model_validate(row) async for row in rows]
    return Run(done.returncode, done.stdout + done.stderr, faults(answers, records, role))


def _run_schemathesis(
    world: FuzzedWorld, role: Role | None, arguments: tuple[str, ...]
) -> "tuple[subprocess.CompletedProcess[str], list[Answer]]":
    with tempfile.TemporaryDirectory(prefix="photochanger-fuzz-") as folder:
        answers = Path(folder) / "answers.jsonl"
        settings = {
            "FUZZ_ANSWERS": str(answers),
            "FUZZ_MONGO_URL": world.mongo_url,
            "FUZZ_KNOWN": world.known.model_dump_json(),
            "FUZZ_PASSWORD_HASH": world.password_hash,
            "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks",
        }
        command = [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(Path(__file__).parent / "schemathesis.toml")),
            *("run", f"{world.url}/api/v1/openapi.json", "--checks", "all", "--continue-on-failure"),
            *("--no-color", *arguments),
        ]
        asks = {} if role is None else {"FUZZ_ROLE": role.value}
        environment = os.environ | service_environment(settings | asks)
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=ROOT)
        return done, [Answer.model_validate_json(line) for line in answers.read_text().splitlines()]
