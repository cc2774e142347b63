"""A service as its own process, as `make run` starts it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from deploy.local.ports import free_port_block
from tests.servers import DIES_WITH_US

ROOT = Path(__file__).parent.parent
SERVICES = (
    "ingest-gateway",
    "dispatcher",
    "provider-gemini",
    "provider-turbotext",
    "provider-openai",
    "media-janitor",
    "admin-api",
    "sandbox",
)
READY_SECONDS = 60.0


class ServiceProcess:
    def __init__(self, process: "subprocess.Popen[str]", metrics_port: int) -> None:
        self._process = process
        self._metrics_port = metrics_port

    @property
    def pid(self) -> int:
        return self._process.pid

    def readiness(self) -> dict[str, str] | None:
        """What is missing, by name; None while it does not answer at all."""
        return self._named("missing")

    def impaired(self) -> dict[str, str] | None:
        """What only a part of the service lacks, as `readiness`."""
        return self._named("impaired")

    def metrics(self) -> str:
        return self._get("/metrics") or ""

    def wait_ready(self, *, within_seconds: float = READY_SECONDS) -> None:
        end = time.monotonic() + within_seconds
        while (missing := self.readiness()) != {}:
            assert self._process.poll() is None, f"ended with {self._process.returncode}"
            assert time.monotonic() < end, f"not ready: {missing}"
            time.sleep(0.05)

    def terminate(self, *, within_seconds: float = 15.0) -> int:
        """Ask it to stop; gives the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within_seconds)

    def _named(self, what: str) -> dict[str, str] | None:
        answer = self._get("/health/ready")
        named = None if answer is None else json.loads(answer)[what]
        assert named is None or isinstance(named, dict)
        return named

    def _get(self, path: str) -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", self._metrics_port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        except OSError:
            return None
        finally:
            connection.close()


def service_environment(settings: Mapping[str, str]) -> dict[str, str]:
    folders = [ROOT, ROOT / "shared", *(ROOT / "services" / service for service in SERVICES)]
    path = os.pathsep.join(str(folder) for folder in folders)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, **settings}


@contextmanager
def running_service(
    package: str, settings: Mapping[str, str], *, wait: bool = True, log: Path | None = None
) -> Iterator[ServiceProcess]:
    """Run `python -m package` until the block ends; its log goes to the test's output, or to the end of the file."""
    port = free_port_block(1)
    environment = service_environment({**settings, "METRICS_PORT": str(port)})
    command = [*DIES_WITH_US, sys.executable, "-m", package]
    with (
        nullcontext() if log is None else log.open("ab") as out,
        subprocess.Popen(command, env=environment, cwd=ROOT, text=True, stdout=out, stderr=out) as process,
    ):
        try:
            service = ServiceProcess(process, port)
            if wait:
                service.wait_ready()
            yield service
        finally:
            process.kill()
