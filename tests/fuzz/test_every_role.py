"""Many more requests than `make test` has time for, by everybody, in rounds: `make fuzz-api`."""

import math
import os

import pytest

from photochanger.domain.user import Role
from tests.fuzzing.run import fuzz
from tests.servers import RunningMinio, RunningServer

EXAMPLES = int(os.environ.get("EXAMPLES", "500"))
#: A round has an API of its own, with everything there again that the one before has deleted.
AT_MOST_A_ROUND = 150
ROUNDS = math.ceil(EXAMPLES / AT_MOST_A_ROUND)
SEED = int(os.environ.get("SEED", "1"))
#: What is sent without chance is sent in the first round.
FIRST, FURTHER = "examples,coverage,fuzzing,stateful", "fuzzing,stateful"


@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPERATOR, Role.VIEWER, None], ids=lambda role: role or "stranger")
async def test_everybody_gets_documented_answers_only_and_each_change_has_its_record(
    rabbitmq: RunningServer, mongodb: RunningServer, minio: RunningMinio, role: Role | None, seed: int
) -> None:
    examples = f"--max-examples={math.ceil(EXAMPLES / ROUNDS)}"
    phases = f"--phases={FIRST if seed == SEED else FURTHER}"

    run = await fuzz(rabbitmq, mongodb, minio, role, examples, phases, f"--seed={seed}")

    assert run.exit_code == 0, run.report
    assert run.faults == []
