"""stack.json: what scripts read while the stack runs."""

import json
import threading
from collections.abc import Iterable

from deploy.local.credentials import Credentials, write_private
from deploy.local.layout import Layout
from deploy.local.managed_process import ManagedProcess
from deploy.local.stack_parts import StackParts


class StackFile:
    """Writes the file whole (mode 600), again after every restart, and removes it."""

    def __init__(self, layout: Layout, parts: StackParts, credentials: Credentials) -> None:
        self._file, self._parts, self._credentials = layout.stack_file, parts, credentials
        self._lock = threading.Lock()
        self._processes: list[ManagedProcess] = []
        self._demo_slots: list[str] = []
        self._is_removed = False

    def describe(self, processes: Iterable[ManagedProcess], demo_slots: Iterable[str]) -> None:
        self._processes, self._demo_slots = list(processes), list(demo_slots)

    def write(self) -> None:
        with self._lock:
            if not self._is_removed:
                write_private(self._file, json.dumps(self._content(), indent=2) + "\n")

    def remove(self) -> None:
        """For good: a part that is just starting again does not bring it back."""
        with self._lock:
            self._is_removed = True
            self._file.unlink(missing_ok=True)

    def _content(self) -> dict[str, object]:
        parts, secret = self._parts, self._credentials
        return {
            "gateway_url": parts.gateway_url,
            "admin_url": parts.admin_url,
            "sandbox_url": parts.sandbox_url,
            "ingest_password": secret.ingest_password,
            "admin_login": secret.admin_login,
            "admin_password": secret.admin_password,
            "demo_slots": self._demo_slots,
            "amqp_url": parts.rabbitmq.url,
            "mongo_url": parts.mongodb.url,
            "s3_url": parts.minio.url,
            "s3_access_key": parts.minio.access_key,
            "s3_secret_key": parts.minio.secret_key,
            "metrics_urls": {one.part.name: one.part.metrics_url for one in self._processes if one.part.metrics_url},
            "pids": {one.part.name: one.pid for one in self._processes if one.part.is_listed},
        }
