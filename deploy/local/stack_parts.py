"""Puts the parts of the stack together: servers, then services."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.credentials import Credentials
from deploy.local.fetch_web import dist_path
from deploy.local.layout import Layout
from deploy.local.minio import MinioPlace, minio_part
from deploy.local.mongodb import MongodbPlace, mongodb_part
from deploy.local.part import LOOPBACK, Part, answers_http, is_loopback
from deploy.local.ports import Ports
from deploy.local.rabbitmq import RabbitmqPlace, rabbitmq_parts
from deploy.local.server_tools import ServerTools
from deploy.local.services import PROVIDER_PREFIXES, SERVICES, Service, chosen_services

#: The gateway answers its last waiting booths within T_sync_response + 10 s at most; an idle one ends at once.
SERVICE_GRACE_SECONDS = 60
#: Providers without a key of the caller's are played by the sandbox, which takes any key.
SANDBOX_KEY = "sandbox-needs-no-key"


class StackParts:
    """Every part of one stack, and the addresses between them."""

    def __init__(self, layout: Layout, ports: Ports, credentials: Credentials, *, environ: Mapping[str, str]) -> None:
        self._layout, self._ports, self._credentials, self._environ = layout, ports, credentials, environ
        home, secret = layout.home, credentials
        self.rabbitmq = RabbitmqPlace(
            home / "rabbitmq", "photochanger", secret.rabbitmq_password, ports.amqp, ports.epmd, ports.distribution
        )
        self.mongodb = MongodbPlace(home / "mongodb", "photochanger", secret.mongodb_password, ports.mongo)
        self.minio = MinioPlace(home / "minio", secret.s3_access_key, secret.s3_secret_key, ports.s3)
        self.gateway_port = ports.chosen["GATEWAY_PORT"]
        self.gateway_url = f"http://{LOOPBACK}:{self.gateway_port}"
        self.admin_url = f"http://{LOOPBACK}:{ports.chosen['ADMIN_PORT']}"
        self.public_url = (environ.get("PHOTOCHANGER_PUBLIC_BASE_URL") or self.gateway_url).rstrip("/")
        self.sandbox_url = f"http://{LOOPBACK}:{ports.chosen['SANDBOX_PORT']}"

    @property
    def turbotext_cannot_fetch(self) -> bool:
        """The real Turbotext is to fetch photos from an address of this machine alone."""
        base_url = self._environ.get("TURBOTEXT_BASE_URL", "")
        is_real = bool(self._environ.get("TURBOTEXT_API_KEY")) and not (base_url and is_loopback(base_url))
        return is_real and is_loopback(self.public_url)

    def everything(self, tools: ServerTools) -> list[Part]:
        plain = self._without_providers_own()
        servers = [
            *rabbitmq_parts(self.rabbitmq, tools, environ=plain),
            mongodb_part(self.mongodb, tools, environ=plain),
            minio_part(self.minio, tools, environ=plain),
        ]
        return servers + [self._service_part(service) for service in chosen_services(self._environ)]

    def service_env(self) -> dict[str, str]:
        """What every service and the seed may read; the caller's PHOTOCHANGER_* and TRUSTED_PROXIES win."""
        plain = self._without_providers_own()
        defaults = {
            "PHOTOCHANGER_PUBLIC_BASE_URL": self.gateway_url,
            "PHOTOCHANGER_SECRET_KEY": self._credentials.secret_key,
            "GATEWAY_URL": self.gateway_url,
        }
        return (
            defaults
            | plain
            | {
                "PYTHONPATH": self._python_path(),
                "PYTHONUNBUFFERED": "1",
                "AMQP_URL": self.rabbitmq.url,
                "MONGO_URL": self.mongodb.url,
                "S3_URL": self.minio.url,
                "S3_ACCESS_KEY": self.minio.access_key,
                "S3_SECRET_KEY": self.minio.secret_key,
                "LISTEN_HOST": LOOPBACK,
            }
            | {name: str(port) for name, port in self._ports.chosen.items()}
        )

    def _service_part(self, service: Service) -> Part:
        port = self._ports.metrics(service.name)
        return Part(
            name=service.name,
            command=(sys.executable, "-m", service.package),
            env=self.service_env() | {"METRICS_PORT": str(port)} | self._private_env(service),
            is_ready=lambda: answers_http(port, "/health/ready"),
            needs=service.needs,
            grace_seconds=SERVICE_GRACE_SECONDS,
            is_service=True,
            metrics_url=f"http://{LOOPBACK}:{port}/metrics",
        )

    def _private_env(self, service: Service) -> dict[str, str]:
        """What one service alone needs, its secrets first."""
        if service.name == "admin-api":
            return {
                "ADMIN_LOGIN": self._credentials.admin_login,
                "ADMIN_PASSWORD": self._credentials.admin_password,
                "WEB_FOLDER": str(dist_path(self._layout)),
            }
        if service.provider:
            prefix = f"{service.provider.upper()}_"
            given = {name: value for name, value in self._environ.items() if name.startswith(prefix) and value}
            if f"{prefix}API_KEY" in given:
                return given
            played = {f"{prefix}API_KEY": SANDBOX_KEY, f"{prefix}BASE_URL": self.sandbox_url}
            # the sandbox fetches the photos on this machine, where the outside address may lead nowhere
            inside = {} if f"{prefix}BASE_URL" in given else {"PHOTOCHANGER_PUBLIC_BASE_URL": self.gateway_url}
            return played | inside | given
        return {}

    def _without_providers_own(self) -> dict[str, str]:
        return {name: value for name, value in self._environ.items() if not name.startswith(PROVIDER_PREFIXES)}

    def _python_path(self) -> str:
        checkout = self._layout.checkout
        folders: list[Path] = [checkout, checkout / "shared"]
        return ":".join(str(folder) for folder in folders + [checkout / "services" / known.name for known in SERVICES])
