"""Two replicas of every service, each a process of its own, on servers that they share."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import free_port_block
from tests.admin_people import LOGIN, PASSWORD
from tests.service_process import ServiceProcess, running_service, service_environment

SECRET_KEY = "replica-tests-" + "k" * 32
REPLICAS = 2
#: Seven start at once, beside seven that work. One that drains takes as long as its booths wait, at most.
READY_SECONDS, STOP_SECONDS = 60.0, 60.0
PACKAGES = (
    "ingest_gateway",
    "dispatcher",
    "provider_gemini",
    "provider_turbotext",
    "provider_openai",
    "media_janitor",
    "admin_api",
)


@dataclass(frozen=True)
class Ports:
    """`balancer` is the address that booths, guests and providers know."""

    balancer: int
    sandbox: int
    gateways: tuple[int, int]
    admins: tuple[int, int]


class Replicas:
    """`settings` are those of the servers; everything is started by `start`, a replica of every service at a time.

    Args:
        logs: the folder for each process's log; None: the test's output.
    """

    def __init__(self, settings: Mapping[str, str], processes: ExitStack, logs: Path | None = None) -> None:
        base = free_port_block(6)
        self.ports = Ports(base, base + 1, (base + 2, base + 3), (base + 4, base + 5))
        self.base_url = f"http://127.0.0.1:{self.ports.balancer}"
        self.sandbox_url = f"http://127.0.0.1:{self.ports.sandbox}"
        self._settings = dict(settings) | {
            "PHOTOCHANGER_SECRET_KEY": SECRET_KEY,
            "PHOTOCHANGER_PUBLIC_BASE_URL": self.base_url,
            "GATEWAY_URL": self.base_url,
            "GEMINI_API_KEY": "sandbox",
            "GEMINI_BASE_URL": self.sandbox_url,
            "TURBOTEXT_API_KEY": "sandbox",
            "TURBOTEXT_BASE_URL": self.sandbox_url,
            "OPENAI_API_KEY": "sandbox",
            "OPENAI_BASE_URL": self.sandbox_url,
            "ADMIN_LOGIN": LOGIN,
            "ADMIN_PASSWORD": PASSWORD,
        }
        self._processes = processes
        self._logs = logs
        self._running: dict[tuple[str, int], ServiceProcess] = {}

    def change_settings(self, settings: Mapping[str, str], *, python_path: Path | None = None) -> None:
        """Of what is started from now on; `python_path` comes before all else that Python imports."""
        self._settings |= settings
        if python_path is not None:
            path = service_environment({})["PYTHONPATH"]
            self._settings["PYTHONPATH"] = os.pathsep.join((str(python_path), path))

    def metrics(self) -> dict[str, str]:
        """The text of each running service, by package and replica."""
        return {f"{name} {replica}": process.metrics() for (name, replica), process in self._running.items()}

    def start_sandbox(self, *, latency_seconds: float = 1.5) -> None:
        settings = {"SANDBOX_PORT": str(self.ports.sandbox), "SANDBOX_LATENCY_SECONDS": str(latency_seconds)}
        self._processes.enter_context(running_service("sandbox", settings, wait=False))

    async def start(self, replica: int) -> None:
        """Start this replica of every service and wait until all are ready."""
        ports = {
            "GATEWAY_PORT": str(self.ports.gateways[replica]),
            "ADMIN_PORT": str(self.ports.admins[replica]),
        }
        for package in PACKAGES:
            log = None if self._logs is None else self._logs / f"{package}.log"
            service = running_service(package, self._settings | ports, wait=False, log=log)
            self._running[package, replica] = self._processes.enter_context(service)
        await asyncio.gather(
            *(
                asyncio.to_thread(self._running[name, replica].wait_ready, within_seconds=READY_SECONDS)
                for name in PACKAGES
            )
        )

    async def restart(self, replica: int) -> dict[str, int]:
        """Ask this replica of every service to stop, all at once, and start it anew; gives the exit codes."""
        stopping = [
            asyncio.to_thread(self._running[name, replica].terminate, within_seconds=STOP_SECONDS) for name in PACKAGES
        ]
        codes = await asyncio.gather(*stopping)
        await self.start(replica)
        return dict(zip(PACKAGES, codes, strict=True))


@contextmanager
def replicas(settings: Mapping[str, str], logs: Path | None = None) -> Iterator[Replicas]:
    """Nothing runs yet; whatever was started is killed at the end."""
    with ExitStack() as processes:
        yield Replicas(settings, processes, logs)
