import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.image.prepare_mongodb import Wanted, prepare
from deploy.local.layout import read_layout
from deploy.local.ports import free_port_block
from deploy.local.server_tools import mongod_path
from tests.servers import DIES_WITH_US


@pytest.fixture
def new_mongod() -> Iterator[int]:
    """The port of a mongod as a container starts it for the first time: a member of a set that nobody made yet."""
    port = free_port_block(1)
    with tempfile.TemporaryDirectory(prefix="photochanger-mongodb-") as folder:
        command = [
            *(*DIES_WITH_US, str(mongod_path(read_layout(os.environ))), "--dbpath", folder, "--replSet", "rs0"),
            *("--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket", "--oplogSize", "50"),
        ]
        with (Path(folder) / "log").open("wb") as log, subprocess.Popen(command, stdout=log) as process:
            try:
                yield port
            finally:
                process.kill()


def wanted(port: int, password: str) -> Wanted:
    return Wanted(f"mongodb://127.0.0.1:{port}/admin", f"127.0.0.1:{port}", password)


def client_of_services(port: int, password: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(f"mongodb://photochanger:{password}@127.0.0.1:{port}/photochanger?replicaSet=rs0")


def test_a_new_mongod_becomes_a_replica_set_that_the_services_can_log_in_to(new_mongod: int) -> None:
    prepare(wanted(new_mongod, "first"))

    with client_of_services(new_mongod, "first") as client:
        jobs = client["photochanger"]["jobs"]
        jobs.create_index("public_id", unique=True)
        jobs.insert_one({"_id": "one", "public_id": "a"})
        assert client.admin.command("hello")["isWritablePrimary"]


def test_preparing_again_changes_the_password_and_nothing_else(new_mongod: int) -> None:
    prepare(wanted(new_mongod, "first"))
    with client_of_services(new_mongod, "first") as client:
        client["photochanger"]["jobs"].insert_one({"_id": "one"})

    prepare(wanted(new_mongod, "second"))

    with client_of_services(new_mongod, "second") as client:
        assert client["photochanger"]["jobs"].count_documents({}) == 1
    with client_of_services(new_mongod, "first") as client, pytest.raises(OperationFailure):
        client["photochanger"]["jobs"].count_documents({})


def test_a_server_that_never_comes_is_told_after_the_patience() -> None:
    port, started = free_port_block(1), time.monotonic()

    with pytest.raises(PyMongoError, match="Connection refused"):
        prepare(wanted(port, "first"), patience_seconds=1)

    assert time.monotonic() - started < 10
