"""The programs of the three servers on this machine."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.layout import Layout

MINIO_VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
#: Debian's wrapper on PATH wants to be root or the user rabbitmq; the script behind it runs as anybody.
RABBITMQ_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


@dataclass(frozen=True)
class ServerTools:
    rabbitmq_server: Path
    epmd: Path
    mongod: Path
    minio: Path


def find_rabbitmq_server() -> Path | None:
    return RABBITMQ_SERVER if os.access(RABBITMQ_SERVER, os.X_OK) else None


def find_epmd() -> Path | None:
    found = shutil.which("epmd")
    return Path(found) if found else None


def find_faketime() -> Path | None:
    """Find the library to preload, where Debian puts it."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def mongod_path(layout: Layout) -> Path:
    return pinned_entry(layout, "mongodb") / "mongod"


def minio_path(layout: Layout) -> Path:
    return layout.cache / f"minio-{MINIO_VERSION}" / "minio"


def pinned_entry(layout: Layout, name: str) -> Path:
    """The cache's folder for what requirements/<name>.txt pins; another pin is another folder."""
    pins = (layout.checkout / "requirements" / f"{name}.txt").read_bytes()
    return layout.cache / f"{name}-{hashlib.sha256(pins).hexdigest()[:12]}"


def find_server_tools(layout: Layout) -> ServerTools:
    """Find all of them.

    Raises:
        StackError: one of them is missing.
    """
    rabbitmq, epmd = find_rabbitmq_server(), find_epmd()
    mongod, minio = mongod_path(layout), minio_path(layout)
    if rabbitmq is None or epmd is None or not mongod.exists() or not minio.exists():
        raise StackError("servers are missing; run `make setup`")
    return ServerTools(rabbitmq, epmd, mongod, minio)
