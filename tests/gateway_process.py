"""The gateway as a process of its own, on real servers, each with a database and an address book of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from deploy.local.ports import free_port_block
from tests.servers import DIES_WITH_US, RunningMinio, RunningServer

SECRET_KEY = "gateway-tests-" + "k" * 32
READY_SECONDS = 20.0
_ROOT = Path(__file__).resolve().parent.parent


class GatewayProcess:
    """`python -m ingest_gateway` with its own ports; tests stand in for trusted proxies, so they choose addresses."""

    def __init__(self, environ: Mapping[str, str], log: Path) -> None:
        base = free_port_block(2)
        self.url, self.operations_url = f"http://127.0.0.1:{base}", f"http://127.0.0.1:{base + 1}"
        self._environ = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}},
            "PYTHONPATH": f"{_ROOT / 'shared'}:{_ROOT / 'services/ingest-gateway'}",
            "PHOTOCHANGER_SECRET_KEY": SECRET_KEY,
            "GATEWAY_PORT": str(base),
            "METRICS_PORT": str(base + 1),
            "TRUSTED_PROXIES": "127.0.0.0/8",
            **environ,
        }
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def resident_bytes(self) -> int:
        match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert match is not None
        return int(match.group(1)) * 1024

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*DIES_WITH_US, sys.executable, "-m", "ingest_gateway"],
                env=self._environ,
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def ask_to_stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """The exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    async def missing(self) -> dict[str, str]:
        """What readiness says is missing."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(f"{self.operations_url}/health/ready") as answer,
        ):
            missing: dict[str, str] = (await answer.json())["missing"]
            return missing

    async def metrics(self) -> str:
        async with aiohttp.ClientSession() as session, session.get(f"{self.operations_url}/metrics") as answer:
            return await answer.text()

    async def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        end = time.monotonic() + seconds
        missing: object = "no answer yet"
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, f"the gateway ended: {self.log[-2000:]}"
            try:
                missing = await self.missing()
            except (aiohttp.ClientError, TimeoutError) as error:
                missing = repr(error)
            if not missing:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"not ready after {seconds} s: {missing}\n{self.log[-2000:]}")


def server_environ(rabbitmq: RunningServer, mongo_url: str, minio: RunningMinio) -> dict[str, str]:
    return {
        "AMQP_URL": rabbitmq.url,
        "MONGO_URL": mongo_url,
        "S3_URL": minio.url,
        "S3_ACCESS_KEY": minio.access_key,
        "S3_SECRET_KEY": minio.secret_key,
    }


@contextmanager
def running_gateway(environ: Mapping[str, str]) -> Iterator[GatewayProcess]:
    """A started gateway, not yet ready; killed at the end."""
    with tempfile.TemporaryDirectory(prefix="photochanger-gateway-") as folder:
        gateway = GatewayProcess(environ, Path(folder) / "gateway.log")
        gateway.start()
        try:
            yield gateway
        finally:
            gateway.kill()
