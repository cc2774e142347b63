"""An own mongod: a replica set of one on loopback, with a user."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.part import LOOPBACK, Part
from deploy.local.server_tools import ServerTools

REPLICA_SET = "rs0"
AUTHENTICATION_FAILED = 18


@dataclass(frozen=True)
class MongodbPlace:
    folder: Path
    user: str
    password: str
    port: int

    @property
    def url(self) -> str:
        options = f"replicaSet={REPLICA_SET}&directConnection=true&authSource=admin"
        return f"mongodb://{self.user}:{self.password}@{LOOPBACK}:{self.port}/photochanger?{options}"


def mongodb_part(place: MongodbPlace, tools: ServerTools, *, environ: Mapping[str, str]) -> Part:
    command = (
        *(str(tools.mongod), "--port", str(place.port), "--bind_ip", LOOPBACK, "--nounixsocket"),
        *("--dbpath", str(place.folder / "data"), "--replSet", REPLICA_SET, "--keyFile", str(place.folder / "keyfile")),
        *("--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    )
    return Part(
        name="mongodb",
        command=command,
        env=environ,
        is_ready=lambda: _is_primary(place),
        prepare=lambda: _write_keyfile(place),
    )


def _write_keyfile(place: MongodbPlace) -> None:
    (place.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    keyfile = place.folder / "keyfile"
    if not keyfile.exists():
        fresh = place.folder / "keyfile.new"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(64))
        fresh.rename(keyfile)


def _is_primary(place: MongodbPlace) -> bool:
    """Whether our user can write; makes the replica set and the user on the first start."""
    try:
        with _client(place, user=place.user) as client:
            return _follow_port(client, place)
    except OperationFailure as error:
        return error.code == AUTHENTICATION_FAILED and _set_up(place)
    except PyMongoError:
        return False


def _follow_port(client: MongoClient[dict[str, Any]], place: MongodbPlace) -> bool:
    """A replica set remembers its address: rewrite it when the port is another one than last time."""
    if client.admin.command("hello")["isWritablePrimary"]:
        return True
    config = client.admin.command("replSetGetConfig")["config"]
    if config["members"][0]["host"] != f"{LOOPBACK}:{place.port}":
        config["members"][0]["host"] = f"{LOOPBACK}:{place.port}"
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
    return False


def _set_up(place: MongodbPlace) -> bool:
    """Before there is a user, mongod lets a local client make the set and the first user."""
    try:
        with _client(place) as guest:
            hello = guest.admin.command("hello")
            if hello["isWritablePrimary"]:
                guest.admin.command("createUser", place.user, pwd=place.password, roles=["root"])
            elif "setName" not in hello:
                members = [{"_id": 0, "host": f"{LOOPBACK}:{place.port}"}]
                guest.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    except PyMongoError:
        pass
    return False


def _client(place: MongodbPlace, *, user: str | None = None) -> MongoClient[dict[str, Any]]:
    return MongoClient(
        LOOPBACK,
        place.port,
        directConnection=True,
        serverSelectionTimeoutMS=1000,
        connectTimeoutMS=1000,
        socketTimeoutMS=2000,
        username=user,
        password=place.password if user else None,
        authSource="admin",
    )
