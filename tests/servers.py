"""Real RabbitMQ, MongoDB and MinIO for integration tests, each on free ports in a temporary folder."""

import os
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.local.layout import read_layout
from deploy.local.managed_process import ManagedProcess
from deploy.local.minio import MinioPlace, minio_part
from deploy.local.mongodb import MongodbPlace, mongodb_part
from deploy.local.part import Part
from deploy.local.ports import free_port_block
from deploy.local.rabbitmq import RabbitmqPlace, rabbitmq_parts
from deploy.local.server_tools import find_server_tools

READY_SECONDS = 60
#: A test run that is killed takes its servers along.
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")


class RunningServer:
    """One server; `url` and the other addresses stay the same across stop, kill and start."""

    def __init__(self, url: str, process: ManagedProcess) -> None:
        self.url = url
        self._process = process
        # Linux kills the server when the *thread* that started it ends, and a test's threads end with its loop
        self._starter = ThreadPoolExecutor(1)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return self._process.log.read_text(errors="replace")

    def start(self, *, wait: bool = True) -> None:
        if not self._process.is_running:
            self._starter.submit(self._process.start, wrapper=DIES_WITH_US).result()
        if wait:
            self.wait_ready()

    def wait_ready(self) -> None:
        self._process.wait_ready(READY_SECONDS, threading.Event())

    def stop(self) -> None:
        """Orderly; data stays."""
        self._process.stop()

    def kill(self) -> None:
        """Like a power cut; data stays."""
        self._process.kill()

    def pause(self) -> None:
        """The process hangs: connections stay open, nothing is answered."""
        self._process.pause()
        while Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
            time.sleep(0.001)

    def resume(self) -> None:
        self._process.resume()


class RunningRabbitmq(RunningServer):
    def ctl(self, *arguments: str) -> str:
        """What `rabbitmqctl` prints."""
        part = self._process.part
        command = [str(Path(part.command[0]).with_name("rabbitmqctl")), "-q", *arguments]
        return subprocess.run(
            command, env=dict(part.env), timeout=30, check=True, capture_output=True, text=True
        ).stdout


class RunningMinio(RunningServer):
    def __init__(self, place: MinioPlace, process: ManagedProcess) -> None:
        super().__init__(place.url, process)
        self.access_key, self.secret_key = place.access_key, place.secret_key


@contextmanager
def running_rabbitmq() -> Iterator[RunningRabbitmq]:
    with _folder("rabbitmq") as folder:
        base = free_port_block(3)
        place = RabbitmqPlace(folder / "rabbitmq", "tests", secrets.token_urlsafe(12), base, base + 1, base + 2)
        epmd, broker = rabbitmq_parts(place, find_server_tools(read_layout(os.environ)), environ=os.environ)
        with _process(epmd, folder) as helper:
            helper.start(wrapper=DIES_WITH_US)
            helper.wait_ready(READY_SECONDS, threading.Event())
            with _process(broker, folder) as process:
                server = RunningRabbitmq(place.url, process)
                server.start()
                yield server


@contextmanager
def running_mongodb() -> Iterator[RunningServer]:
    with _folder("mongodb") as folder:
        place = MongodbPlace(folder / "mongodb", "tests", secrets.token_urlsafe(12), free_port_block(1))
        part = mongodb_part(place, find_server_tools(read_layout(os.environ)), environ=os.environ)
        with _process(part, folder) as process:
            server = RunningServer(place.url, process)
            server.start()
            yield server


@contextmanager
def running_minio() -> Iterator[RunningMinio]:
    with _folder("minio") as folder:
        place = MinioPlace(folder / "minio", "tests", secrets.token_urlsafe(24), free_port_block(1))
        part = minio_part(place, find_server_tools(read_layout(os.environ)), environ=os.environ)
        with _process(part, folder) as process:
            server = RunningMinio(place, process)
            server.start()
            yield server


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"photochanger-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _process(part: Part, folder: Path) -> Iterator[ManagedProcess]:
    process = ManagedProcess(part, folder=folder, marker=f"tests:{folder}")
    try:
        yield process
    finally:
        process.resume()
        process.kill()
