"""Three mongods as one replica set: what steps down, dies or loses its majority in the `set-…` cases."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.mongodb import REPLICA_SET, MongodbPlace, mongodb_part
from deploy.local.part import LOOPBACK, Part, is_listening
from deploy.local.server_tools import ServerTools

NAMES = ("mongodb", "mongodb-2", "mongodb-3")
JOIN_SECONDS = 60.0
PRIMARY, SECONDARY = 1, 2


class ReplicaSet:
    """The first mongod as `make run` has it, and two more that join it."""

    def __init__(self, first: MongodbPlace, *, ports: tuple[int, int]) -> None:
        self._first = first
        self._others = [
            replace(first, folder=first.folder.with_name(name), port=port)
            for name, port in zip(NAMES[1:], ports, strict=True)
        ]

    @property
    def url(self) -> str:
        hosts = ",".join(f"{LOOPBACK}:{place.port}" for place in self._places)
        options = f"replicaSet={REPLICA_SET}&authSource=admin"
        return f"mongodb://{self._first.user}:{self._first.password}@{hosts}/photochanger?{options}"

    @property
    def _places(self) -> list[MongodbPlace]:
        return [self._first, *self._others]

    def other_parts(self, tools: ServerTools, environ: Mapping[str, str]) -> list[Part]:
        """Give the parts of the two that join; they share the first one's key."""
        return [
            replace(
                mongodb_part(place, tools, environ=environ),
                name=name,
                needs=(NAMES[0],),
                is_ready=_listens_on(place.port),
                prepare=_key_copied(self._first.folder, place.folder),
            )
            for name, place in zip(NAMES[1:], self._others, strict=True)
        ]

    def join(self) -> None:
        """Make the two others members, one after the other, and wait until both have all data."""
        with self._client() as client:
            for number, place in enumerate(self._others, 1):
                config = client.admin.command("replSetGetConfig")["config"]
                config["members"].append({"_id": number, "host": f"{LOOPBACK}:{place.port}"})
                config["version"] += 1
                client.admin.command("replSetReconfig", config)
                self._wait_for([PRIMARY, *[SECONDARY] * number])

    def primary(self) -> str:
        """Give the name of the part that takes writes; waits for one."""
        found = dict[int, str]()

        def is_found() -> bool:
            for name, place in zip(NAMES, self._places, strict=True):
                if _is_primary(place):
                    found[0] = name
            return bool(found)

        _wait(is_found)
        return found[0]

    def has_primary(self) -> bool:
        return any(_is_primary(place) for place in self._places)

    def step_down(self) -> None:
        """Let the primary hand over."""
        with self._client() as client:
            client.admin.command("replSetStepDown", 20, secondaryCatchUpPeriodSecs=10)

    def _wait_for(self, states: list[int]) -> None:
        with self._client() as client:
            _wait(
                lambda: sorted(each["state"] for each in client.admin.command("replSetGetStatus")["members"]) == states
            )

    def _client(self) -> MongoClient[dict[str, Any]]:
        return MongoClient(self.url, serverSelectionTimeoutMS=20_000)


def _is_primary(place: MongodbPlace) -> bool:
    try:
        with MongoClient[dict[str, Any]](
            LOOPBACK, place.port, directConnection=True, serverSelectionTimeoutMS=500, socketTimeoutMS=500
        ) as client:
            return bool(client.admin.command("hello")["isWritablePrimary"])
    except PyMongoError:
        return False


def _wait(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + JOIN_SECONDS
    while not holds():
        assert time.monotonic() < give_up_at, "the replica set does not come together"
        time.sleep(0.2)


def _listens_on(port: int) -> Callable[[], bool]:
    return lambda: is_listening(port)


def _key_copied(source: Path, target: Path) -> Callable[[], None]:
    def prepare() -> None:
        (target / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (target / "keyfile").exists():
            shutil.copy2(source / "keyfile", target / "keyfile")

    return prepare
