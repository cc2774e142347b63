"""Requests that the document allows, and such as it does not: every answer is a documented one, and none is a crash."""

import pytest

from photochanger.domain.user import Role
from tests.fuzzing.run import fuzz
from tests.servers import RunningMinio, RunningServer

EXAMPLES = 30
ARGUMENTS = (f"--max-examples={EXAMPLES}", "--phases=examples,coverage,fuzzing", "--generation-deterministic")


@pytest.mark.alone
@pytest.mark.timeout(600)
async def test_an_administrator_gets_documented_answers_only_and_each_change_has_its_record(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio
) -> None:
    run = await fuzz(rabbitmq, mongodb, minio, Role.ADMIN, *ARGUMENTS)

    assert run.exit_code == 0, run.report
    assert run.faults == []
