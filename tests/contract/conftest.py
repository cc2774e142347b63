"""Each contract test runs once on the fake and once on the real server."""

import uuid

import pytest

from photochanger.topology import Queue, provider_queue
from tests.broker_worlds import OpenWorld, fake_world, real_world


@pytest.fixture(params=["fake", "rabbitmq"])
def open_world(request: pytest.FixtureRequest) -> OpenWorld:
    return fake_world if request.param == "fake" else real_world(request.getfixturevalue("rabbitmq").url)


@pytest.fixture
def queue() -> Queue:
    return provider_queue(f"test-{uuid.uuid4().hex}")


@pytest.fixture
def job_id() -> str:
    return str(uuid.uuid4())
