"""The admin API as a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.ports import free_port_block
from tests.admin_people import LOGIN, PASSWORD
from tests.service_process import ServiceProcess, running_service

BASE_URL = "https://photos.example"
SECRET_KEY = "k" * 40


def admin_settings(mongo_url: str) -> dict[str, str]:
    """A first administrator, and neither broker nor store nor gateway: without them the rest must work."""
    return {
        "MONGO_URL": mongo_url,
        "AMQP_URL": "amqp://nobody:nothing@127.0.0.1:9/",
        "S3_URL": "http://127.0.0.1:9",
        "S3_ACCESS_KEY": "nobody",
        "S3_SECRET_KEY": "nothing",
        "PHOTOCHANGER_SECRET_KEY": SECRET_KEY,
        "PHOTOCHANGER_PUBLIC_BASE_URL": BASE_URL,
        "GATEWAY_URL": "http://127.0.0.1:9",
        "ADMIN_LOGIN": LOGIN,
        "ADMIN_PASSWORD": PASSWORD,
        "ADMIN_REQUESTS_PER_MINUTE": "1000000",
    }


@contextmanager
def running_admin_api(settings: dict[str, str], *, log: Path | None = None) -> Iterator[str]:
    """Give its address."""
    with running_admin_process(settings, log=log) as (url, _):
        yield url


@contextmanager
def running_admin_process(settings: dict[str, str], *, log: Path | None = None) -> Iterator[tuple[str, ServiceProcess]]:
    """Give its address and the process."""
    port = free_port_block(1)
    with running_service("admin_api", settings | {"ADMIN_PORT": str(port)}, log=log) as process:
        yield f"http://127.0.0.1:{port}", process
