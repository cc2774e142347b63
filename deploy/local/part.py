"""What the stack knows about one process it runs."""

import http.client
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Part:
    """One process: how it starts, how one sees that it is ready, what it needs before."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    #: True once it can be used; may finish the set-up of a server that was just started. Never waits > 2 s.
    is_ready: Callable[[], bool]
    #: Parts that must be ready before this one starts.
    needs: tuple[str, ...] = ()
    #: Called before every start.
    prepare: Callable[[], None] = _nothing
    #: SIGTERM to SIGKILL.
    grace_seconds: float = 15.0
    is_service: bool = False
    #: Stands in stack.json.
    is_listed: bool = True
    #: Where its metrics are, "" without.
    metrics_url: str = ""


def answers_http(port: int, path: str) -> bool:
    """Whether the path answers 200; never through a proxy."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers_greeting(port: int, greeting: bytes, first_byte: bytes) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(greeting)
            return connection.recv(1) == first_byte
    except OSError:
        return False


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine alone."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def is_listening(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2):
            return True
    except OSError:
        return False
