"""Requests that the document allows, and such as it does not: every answer is a documented one, and none is a crash."""

import asyncio

import pytest

from photochanger.domain.user import Role
from tests.fuzzing.world import filled, fuzzed_api, run_schemathesis, sessions_of
from tests.servers import RunningMinio, RunningServer

EXAMPLES = 30


@pytest.mark.timeout(600)
async def test_an_administrator_gets_documented_answers_only(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio
) -> None:
    with fuzzed_api(rabbitmq, mongodb, minio) as (url, mongo_url):
        async with filled(url, mongo_url, minio) as (mongo, world):
            tokens = await sessions_of(mongo, Role.ADMIN)
            arguments = f"--max-examples={EXAMPLES}", "--phases=examples,coverage,fuzzing", "--generation-deterministic"
            found, report = await asyncio.to_thread(run_schemathesis, world, tokens, *arguments)

    assert found == 0, report
