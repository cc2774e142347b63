"""Two replicas of every service, each a process of its own, on servers that they share."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from deploy.local.ports import free_port_block
from tests.admin_people import LOGIN, PASSWORD
from tests.service_process import ServiceProcess, running_service

SECRET_KEY = "replica-tests-" + "k" * 32
REPLICAS = 2
#: Six start at once, beside six that work. One that drains takes as long as its booths wait, at most.
READY_SECONDS, STOP_SECONDS = 60.0, 60.0
PACKAGES = ("ingest_gateway", "dispatcher", "provider_gemini", "provider_turbotext", "media_janitor", "admin_api")


@dataclass(frozen=True)
class Ports:
    """`balancer` is the address that booths, guests and providers know."""

    balancer: int
    sandbox: int
    gateways: tuple[int, int]
    admins: tuple[int, int]


class Replicas:
    """`settings` are those of the servers; everything is started by `start`, a replica of every service at a time."""

    def __init__(self, settings: Mapping[str, str], processes: ExitStack) -> None:
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
            "ADMIN_LOGIN": LOGIN,
            "ADMIN_PASSWORD": PASSWORD,
        }
        self._processes = processes
        self._running: dict[tuple[str, int], ServiceProcess] = {}

    def start_sandbox(self) -> None:
        settings = {"SANDBOX_PORT": str(self.ports.sandbox), "SANDBOX_LATENCY_SECONDS": "1.5"}
        self._processes.enter_context(running_service("sandbox", settings, wait=False))

    async def start(self, replica: int) -> None:
        """Start this replica of every service and wait until all are ready."""
        ports = {
            "GATEWAY_PORT": str(self.ports.gateways[replica]),
            "ADMIN_PORT": str(self.ports.admins[replica]),
        }
        for package in PACKAGES:
            service = running_service(package, self._settings | ports, wait=False)
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
def replicas(settings: Mapping[str, str]) -> Iterator[Replicas]:
    """Nothing runs yet; whatever was started is killed at the end."""
    with ExitStack() as processes:
        yield Replicas(settings, processes)
