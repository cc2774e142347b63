"""Requests that the document allows, and such as it does not: every answer is a documented one, and none is a crash."""

import asyncio

import pytest

from photochanger.domain.user import Role
from tests.fuzzing.run import fuzz
from tests.servers import RunningMinio, RunningServer, running_minio, running_rabbitmq

EXAMPLES = 30
ARGUMENTS = (f"--max-examples={EXAMPLES}", "--phases=examples,coverage,fuzzing", "--generation-deterministic")


@pytest.mark.alone
@pytest.mark.timeout(600)
async def test_an_administrator_gets_documented_answers_only_and_each_change_has_its_record(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio
) -> None:
    # what is posted takes as long as all others: both halves at once, each with a queue and pictures of its own
    with running_rabbitmq() as other_rabbitmq, running_minio() as other_minio:
        creations = fuzz(rabbitmq, mongodb, minio, Role.ADMIN, *ARGUMENTS, "--include-method=POST")
        others = fuzz(other_rabbitmq, mongodb, other_minio, Role.ADMIN, *ARGUMENTS, "--exclude-method=POST")
        runs = await asyncio.gather(creations, others)

    assert [run.report for run in runs if run.exit_code] == []
    assert [run.faults for run in runs] == [[], []]
