"""Many more requests than `make test` has time for, by everybody: `make fuzz-api`."""

import asyncio
import os

import pytest

from photochanger.domain.user import Role
from tests.fuzzing.world import filled, fuzzed_api, run_schemathesis, sessions_of
from tests.servers import RunningMinio, RunningServer

EXAMPLES = int(os.environ.get("EXAMPLES", "500"))


@pytest.mark.timeout(0)
@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role or "stranger")
async def test_everybody_gets_documented_answers_only(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio, role: Role | None
) -> None:
    with fuzzed_api(rabbitmq, mongodb, minio) as (url, mongo_url):
        async with filled(url, mongo_url, minio) as (mongo, world):
            tokens = ["nobody's"] if role is None else await sessions_of(mongo, role)
            seed = [f"--seed={os.environ['SEED']}"] if "SEED" in os.environ else []
            found, report = await asyncio.to_thread(
                run_schemathesis, world, tokens, f"--max-examples={EXAMPLES}", "--workers=2", *seed
            )

    print(report)
    assert found == 0, report
