"""The whole product on one machine, made to be killed: its parts come back at once, with failpoints, behind proxies."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from deploy.local.booth import DEMO_SLOTS
from deploy.local.credentials import keep_credentials
from deploy.local.layout import Layout, read_layout
from deploy.local.managed_process import ManagedProcess
from deploy.local.part import LOOPBACK, Part
from deploy.local.ports import free_port_block, read_ports
from deploy.local.server_tools import find_server_tools
from deploy.local.stack_file import StackFile
from deploy.local.stack_parts import StackParts
from photochanger.failpoints import TEST_STACK_VARIABLE, VARIABLE
from tests.chaos.history import Death
from tests.chaos.replica_set import ReplicaSet
from tests.chaos.small_drive import on_a_small_drive
from tests.running_stack import UNWANTED
from tests.servers import DIES_WITH_US

READY_SECONDS = 90
#: A killed part is started again after this, however often it was killed before.
RESTART_SECONDS = 0.2
PORTS = 100
#: Of the block of ports: where the toxic proxies of RabbitMQ, MongoDB and MinIO listen.
PROXY_OFFSETS = {"rabbitmq": 60, "mongodb": 61, "minio": 62}
URLS = {"rabbitmq": "AMQP_URL", "mongodb": "MONGO_URL", "minio": "S3_URL"}


class Kind(Enum):
    """What a stack has that another has not; each case names the kind it needs."""

    USUAL = "the servers of make run"
    #: reached without a proxy, because drivers go to the members' own addresses
    SET_OF_THREE = "MongoDB is a set of three"
    SMALL_DRIVE = "MinIO's drive can be filled"


class Kept:
    """One part that a thread of its own starts, and starts again whenever it has ended."""

    def __init__(self, part: Part, folder: Path) -> None:
        self.process = ManagedProcess(part, folder=folder, marker=f"chaos:{folder}")
        self.deaths: list[Death] = []
        self.stops: list[Death] = []
        self._stopping, self._may_run = threading.Event(), threading.Event()
        self._may_run.set()
        # Linux ends the process when the thread that started it ends
        self._thread = threading.Thread(target=self._keep, name=part.name, daemon=True)

    @property
    def name(self) -> str:
        return self.process.part.name

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._stopping.set()
        self._may_run.set()
        self.process.resume()
        if self.process.is_running:
            self.process.stop() if self.process.part.is_service else self.process.kill()
        self._thread.join()

    def hold(self) -> None:
        """Leave it dead when it dies next."""
        self._may_run.clear()

    def release(self) -> None:
        self._may_run.set()

    def with_environment(self, changes: Mapping[str, str]) -> None:
        """Give its next start these variables besides."""
        part = self.process.part
        self.process.part = replace(part, env={**part.env, **changes})

    def is_ready(self) -> bool:
        return self.process.is_running and self.process.part.is_ready()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self.process.start(wrapper=DIES_WITH_US)
            code = self.process.wait()
            ended = Death(self.name, datetime.now(UTC))
            (self.deaths if code == -signal.SIGKILL else self.stops).append(ended)
            self._stopping.wait(RESTART_SECONDS)
            self._may_run.wait()


class ChaosStack:
    """`info` is what `make run` would write to stack.json; services reach the servers through proxies, tests do not."""

    def __init__(self, home: Path, kind: Kind = Kind.USUAL) -> None:
        base = free_port_block(PORTS)
        numbers = {"GATEWAY_PORT": base + 80, "ADMIN_PORT": base + 81, "SANDBOX_PORT": base + 90, "PORT_BASE": base}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
        environ = kept | {name: str(port) for name, port in numbers.items()}
        environ |= {"PHOTOCHANGER_HOME": str(home), "JANITOR_SECONDS": "2", "SANDBOX_LATENCY_SECONDS": "0.5"}
        environ |= {TEST_STACK_VARIABLE: "yes"}
        self.home = home
        self.layout: Layout = read_layout(environ)
        self.proxy_ports = {name: base + offset for name, offset in PROXY_OFFSETS.items()}
        credentials = keep_credentials(self.layout.secrets)
        self._parts = StackParts(self.layout, read_ports(environ), credentials, environ=environ)
        self.server_ports = {
            "rabbitmq": self._parts.rabbitmq.amqp_port,
            "mongodb": self._parts.mongodb.port,
            "minio": self._parts.minio.port,
        }
        self._environ, self._credentials = environ, credentials
        (home / "failpoints").mkdir(parents=True)
        tools = find_server_tools(self.layout)
        is_set = kind is Kind.SET_OF_THREE
        self.set = ReplicaSet(self._parts.mongodb, ports=(base + 70, base + 71)) if is_set else None
        others = [] if self.set is None else self.set.other_parts(tools, environ)
        parts = [self._made_fragile(part) for part in (*self._parts.everything(tools), *others)]
        if kind is Kind.SMALL_DRIVE:
            parts = [on_a_small_drive(part, self.store_folder) if part.name == "minio" else part for part in parts]
        self.kept = {part.name: Kept(part, home) for part in parts}
        self.info: dict[str, object] = {}

    @property
    def gateway_url(self) -> str:
        return self._parts.gateway_url

    @property
    def ingest_password(self) -> str:
        return self._credentials.ingest_password

    @property
    def store_folder(self) -> Path:
        return self._parts.minio.folder / "data"

    @property
    def deaths(self) -> list[Death]:
        return [death for kept in self.kept.values() for death in kept.deaths]

    @property
    def stops(self) -> list[Death]:
        return [stop for kept in self.kept.values() for stop in kept.stops]

    def start(self) -> None:
        """Start the parts, each when those it needs are ready, and make the demo slots."""
        started = set[str]()
        deadline = time.monotonic() + READY_SECONDS
        while len(started) < len(self.kept):
            for name, kept in self.kept.items():
                needs = kept.process.part.needs
                if name not in started and all(need in started and self.kept[need].is_ready() for need in needs):
                    kept.begin()
                    started.add(name)
            assert time.monotonic() < deadline, f"not ready: {self.missing()}"
            time.sleep(0.05)
        self.wait_ready()
        if self.set is not None:
            self.set.join()
            first = self.kept["mongodb"].process
            first.part = replace(first.part, is_ready=self.set.has_primary)
        environ = self._parts.service_env() | {"INGEST_PASSWORD": self.ingest_password}
        subprocess.run([sys.executable, "-m", "deploy.local.seed"], env=environ, check=True, capture_output=True)
        file = StackFile(self.layout, self._parts, self._credentials)
        file.describe([kept.process for kept in self.kept.values()], DEMO_SLOTS)
        file.write()
        self.info = json.loads(self.layout.stack_file.read_text())
        if self.set is not None:
            self.info["mongo_url"] = self.set.url

    def stop(self) -> None:
        """End everything, those that others need last."""
        for kept in reversed(self.kept.values()):
            with suppress(RuntimeError):  # never begun
                kept.end()

    def missing(self) -> list[str]:
        return [name for name, kept in self.kept.items() if not kept.is_ready()]

    def wait_ready(self) -> float:
        """Wait until every part is ready; the seconds that took."""
        started = time.monotonic()
        while missing := self.missing():
            assert time.monotonic() - started < READY_SECONDS, f"not ready: {missing}"
            time.sleep(0.05)
        return time.monotonic() - started

    def failpoints(self, service: str) -> Path:
        return self.home / "failpoints" / service

    def pid(self, name: str) -> int:
        return self.kept[name].process.pid

    def kill(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        if number is signal.SIGTERM:
            # from now on it takes no connections; it ends when its last booth has its answer
            self.kept[name].stops.append(Death(name, datetime.now(UTC)))
        os.kill(self.pid(name), number)

    def ctl(self, *arguments: str) -> str:
        """What `rabbitmqctl` prints."""
        part = self.kept["rabbitmq"].process.part
        command = [str(Path(part.command[0]).with_name("rabbitmqctl")), "-s", *arguments]
        return subprocess.run(
            command, env=dict(part.env), timeout=30, check=True, capture_output=True, text=True
        ).stdout

    def _made_fragile(self, part: Part) -> Part:
        if not part.is_service or part.name == "sandbox":
            return part
        changes = {VARIABLE: f"@{self.failpoints(part.name)}"}
        for server, variable in URLS.items():
            real = f"{LOOPBACK}:{self.server_ports[server]}"
            if server == "mongodb" and self.set is not None:
                changes[variable] = self.set.url
                continue
            changes[variable] = part.env[variable].replace(real, f"{LOOPBACK}:{self.proxy_ports[server]}")
        return replace(part, env={**part.env, **changes})


@asynccontextmanager
async def chaos_folder() -> AsyncIterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="photochanger-chaos-"))
    try:
        yield folder
    finally:
        # it takes seconds, in which other stacks' proxies must not stand still
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
