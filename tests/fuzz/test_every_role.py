"""Many more requests than `make test` has time for, by everybody: `make fuzz-api`."""

import os

import pytest

from photochanger.domain.user import Role
from tests.fuzzing.run import fuzz
from tests.servers import RunningMinio, RunningServer

EXAMPLES = int(os.environ.get("EXAMPLES", "500"))
SEED = [f"--seed={os.environ['SEED']}"] if "SEED" in os.environ else []


@pytest.mark.timeout(0)
@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role or "stranger")
async def test_everybody_gets_documented_answers_only_and_each_change_has_its_record(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio, role: Role | None
) -> None:
    run = await fuzz(rabbitmq, mongodb, minio, role, f"--max-examples={EXAMPLES}", "--workers=2", *SEED)

    assert run.exit_code == 0, run.report
    assert run.faults == []
