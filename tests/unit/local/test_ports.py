"""Ports: counted from four variables, and a taken one is told so that it can be helped."""

import random
import socket

import pytest

from deploy.local.errors import StackError
from deploy.local.ports import free_port_block, read_ports, require_free
from deploy.local.services import SERVICES


def test_without_variables_the_documented_ports_are_used() -> None:
    ports = read_ports({})

    assert (ports.chosen["GATEWAY_PORT"], ports.chosen["ADMIN_PORT"], ports.chosen["SANDBOX_PORT"]) == (
        8080,
        8081,
        8090,
    )
    assert (ports.amqp, ports.mongo, ports.s3) == (18000, 18001, 18002)


def test_every_listener_of_the_stack_has_a_port_of_its_own() -> None:
    ports = read_ports({})

    with_outside_port = [service for service in SERVICES if service.port_variable]
    assert len(ports.everything()) == 5 + len(SERVICES) + len(with_outside_port)


@pytest.mark.parametrize("text", ["99", "65536", "http", "-1", "\N{FULLWIDTH DIGIT EIGHT}080"])
def test_a_wrong_port_is_one_line_with_its_variable(text: str) -> None:
    with pytest.raises(StackError, match="ADMIN_PORT must be a port number") as raised:
        read_ports({"ADMIN_PORT": text})

    assert raised.value.exit_code == 78


def test_two_parts_on_one_port_are_refused() -> None:
    with pytest.raises(StackError, match="overlap"):
        read_ports({"GATEWAY_PORT": "9000", "ADMIN_PORT": "9000"})


@pytest.mark.parametrize(
    ("offset", "told"),
    [(80, r"port \d+ for ingest-gateway is taken; GATEWAY_PORT"), (1, r"port \d+ for mongodb is taken; PORT_BASE")],
)
def test_a_taken_port_is_told_with_its_part_and_variable(offset: int, told: str) -> None:
    base = free_port_block(100)
    numbers = {"GATEWAY_PORT": base + 80, "ADMIN_PORT": base + 81, "SANDBOX_PORT": base + 90, "PORT_BASE": base}
    ports = read_ports({name: str(number) for name, number in numbers.items()})

    with socket.create_server(("127.0.0.1", base + offset)), pytest.raises(StackError, match=told):
        require_free(ports)


def test_a_block_given_to_one_process_is_given_to_no_other_though_nothing_listens_there_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = free_port_block(1)
    drawn = iter([given, *range(20_000, 27_900, 20)])
    monkeypatch.setattr(random, "randrange", lambda *_: next(drawn))

    assert free_port_block(1) != given
