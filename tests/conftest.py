"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests import servers
from tests.running_stack import RunningStack, running_stack
from tests.worker_groups import WorkerGroups

# What an example takes says more of the machine's other work than of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WorkerGroups:
    """How `pytest -n` gives the tests out."""
    return WorkerGroups(config, log)


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[servers.RunningRabbitmq]:
    with servers.running_rabbitmq() as server:
        yield server


@pytest.fixture(scope="session")
def mongodb() -> Iterator[servers.RunningServer]:
    with servers.running_mongodb() as server:
        yield server


@pytest.fixture(scope="session")
def minio() -> Iterator[servers.RunningMinio]:
    with servers.running_minio() as server:
        yield server


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    with running_stack() as running:
        yield running
