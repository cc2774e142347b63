"""Makes a new mongod the primary of a replica set of one, and the user that the services log in as."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

REPLICA_SET, DATABASE, USER = "rs0", "photochanger", "photochanger"
PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.5
#: https://www.mongodb.com/docs/manual/reference/error-codes/
NOT_YET_INITIALIZED, ALREADY_INITIALIZED, USER_EXISTS = 94, 23, 51003


@dataclass(frozen=True)
class Wanted:
    """`admin_url` is for an administrator and connects directly, `member` is the address that services connect to."""

    admin_url: str
    member: str
    password: str


def prepare(wanted: Wanted, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Repeating it changes nothing but the user's password.

    Raises:
        PyMongoError: it still fails after the patience.
    """
    end = time.monotonic() + patience_seconds
    with MongoClient[dict[str, Any]](
        wanted.admin_url, directConnection=True, serverSelectionTimeoutMS=2_000, socketTimeoutMS=10_000
    ) as client:
        while True:
            try:
                _make_set(client, wanted.member)
                _make_user(client, wanted.password)
            except PyMongoError:
                if time.monotonic() > end:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return


def _make_set(client: MongoClient[dict[str, Any]], member: str) -> None:
    try:
        client.admin.command("replSetGetStatus")
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]}
        _ignoring(ALREADY_INITIALIZED, lambda: client.admin.command("replSetInitiate", config))


def _make_user(client: MongoClient[dict[str, Any]], password: str) -> None:
    """It may read and write one database and make its indexes, nothing else."""
    roles = [{"role": "readWrite", "db": DATABASE}]
    database = client[DATABASE]
    _ignoring(USER_EXISTS, lambda: database.command("createUser", USER, pwd=password, roles=roles))
    database.command("updateUser", USER, pwd=password, roles=roles)


def _ignoring(code: int, step: Callable[[], object]) -> None:
    try:
        step()
    except OperationFailure as error:
        if error.code != code:
            raise


def read_wanted(environ: Mapping[str, str]) -> Wanted:
    return Wanted(environ["MONGODB_ADMIN_URL"], environ["MONGODB_MEMBER"], environ["MONGODB_PASSWORD"])


if __name__ == "__main__":
    try:
        prepare(read_wanted(os.environ))
    except (PyMongoError, KeyError) as error:
        sys.exit(f"prepare_mongodb: {error!r}")
    sys.stdout.write("the replica set and its user are there\n")
