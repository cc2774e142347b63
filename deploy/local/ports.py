"""Which port every part of the stack listens on, and whether it is free."""

import random
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from deploy.local.errors import StackError
from deploy.local.part import LOOPBACK
from deploy.local.services import SERVICES

DEFAULTS = {"GATEWAY_PORT": 8080, "ADMIN_PORT": 8081, "SANDBOX_PORT": 8090, "PORT_BASE": 18000}
FIRST_METRICS_OFFSET = 10
#: Blocks of free ports begin at its multiples.
BLOCK = 20


@dataclass(frozen=True)
class Ports:
    """The four port variables, and the ports counted from PORT_BASE."""

    chosen: Mapping[str, int]

    @property
    def amqp(self) -> int:
        return self.chosen["PORT_BASE"]

    @property
    def mongo(self) -> int:
        return self.chosen["PORT_BASE"] + 1

    @property
    def s3(self) -> int:
        return self.chosen["PORT_BASE"] + 2

    @property
    def epmd(self) -> int:
        return self.chosen["PORT_BASE"] + 3

    @property
    def distribution(self) -> int:
        return self.chosen["PORT_BASE"] + 4

    def metrics(self, service: str) -> int:
        names = [known.name for known in SERVICES]
        return self.chosen["PORT_BASE"] + FIRST_METRICS_OFFSET + names.index(service)

    def everything(self) -> dict[int, tuple[str, str]]:
        """Every port of the stack: the part that listens there and the variable that moves it."""
        counted = {
            self.amqp: "rabbitmq",
            self.mongo: "mongodb",
            self.s3: "minio",
            self.epmd: "epmd",
            self.distribution: "rabbitmq's distribution",
        } | {self.metrics(service.name): f"{service.name}'s metrics" for service in SERVICES}
        named = {
            self.chosen[service.port_variable]: (service.name, service.port_variable)
            for service in SERVICES
            if service.port_variable
        }
        return {port: (part, "PORT_BASE") for port, part in counted.items()} | named


def read_ports(environ: Mapping[str, str]) -> Ports:
    """Read the four port variables.

    Raises:
        StackError: a variable is no port number, or two parts would share a port.
    """
    chosen = {}
    for name, default in DEFAULTS.items():
        text = environ.get(name) or str(default)
        if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65000:
            raise StackError(f"{name} must be a port number from 1024 to 65000, not {text!r}", exit_code=78)
        chosen[name] = int(text)
    ports = Ports(chosen)
    if len(ports.everything()) < 5 + len(SERVICES) + len(DEFAULTS) - 1:
        raise StackError(f"{', '.join(f'{name}={port}' for name, port in chosen.items())} overlap", exit_code=78)
    return ports


def require_free(ports: Ports) -> None:
    """See that every port can be listened on.

    Raises:
        StackError: a port is taken; names it and its variable.
    """
    for port, (part, variable) in ports.everything().items():
        if not is_free(port):
            raise StackError(f"port {port} for {part} is taken; {variable} chooses another")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port_block(count: int) -> int:
    """The first of `count` neighbouring free ports, below those that the kernel gives to outgoing connections.

    No other process gets them from here while this one lives: a server may begin to listen seconds later.
    """
    for _ in range(200):
        base = random.randrange(20_000, 27_900, BLOCK)  # noqa: S311 - spreads test runs, guards nothing
        if all(is_free(base + offset) for offset in range(count)) and _reserve(range(base, base + count, BLOCK)):
            return base
    raise StackError(f"no {count} neighbouring free ports")


def _reserve(ports: range) -> bool:
    """Bind them for UDP, which nothing here speaks, until this process ends; False when another one has done so."""
    with ExitStack() as undo:
        signs = []
        for port in ports:
            sign = undo.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            try:
                sign.bind((LOOPBACK, port))
            except OSError:
                return False
            signs.append(sign)
        for sign in signs:
            sign.detach()
    return True
