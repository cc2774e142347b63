"""Faults of a replica set of three: it hands over, its primary dies, its majority is gone."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.chaos.faults import Fault
from tests.chaos.replica_set import NAMES, ReplicaSet
from tests.chaos.run import Run

#: `electionTimeoutMillis` is 10 s.
ELECTED_SECONDS = 15.0


def _set_of(run: Run) -> ReplicaSet:
    assert run.stack.set is not None, "this case needs the replica set of three"
    return run.stack.set


@asynccontextmanager
async def _steps_down(run: Run, _dice: random.Random) -> AsyncIterator[None]:
    await asyncio.to_thread(_set_of(run).step_down)
    yield


@asynccontextmanager
async def _primary_killed(run: Run, _dice: random.Random) -> AsyncIterator[None]:
    run.stack.kill(await asyncio.to_thread(_set_of(run).primary))
    yield


@asynccontextmanager
async def _without_majority(run: Run, _dice: random.Random) -> AsyncIterator[None]:
    primary = await asyncio.to_thread(_set_of(run).primary)
    others = [name for name in NAMES if name != primary]
    for name in others:
        run.stack.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        for name in others:
            run.stack.signal(name, signal.SIGCONT)


SET_FAULTS = (
    Fault("set-steps-down", _steps_down, normal_seconds=3.0),
    Fault("set-primary-killed", _primary_killed, normal_seconds=ELECTED_SECONDS),
    # longer than a write and the question after it wait together
    Fault("set-without-majority", _without_majority, holds_seconds=(4.0, 6.0), normal_seconds=ELECTED_SECONDS),
)
