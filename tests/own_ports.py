"""Ports that no other test process takes between the choice and the moment a server listens there."""

import socket

from deploy.local.part import LOOPBACK
from deploy.local.ports import free_port_block

TRIES = 200
#: Blocks begin at multiples of it.
STEP = 20
#: UDP sockets bound to the blocks' first ports, which no server of ours uses; they end with the process.
_reservations: list[socket.socket] = []


def own_port_block(count: int) -> int:
    """As `free_port_block`, and no other test process gets a port of it while this one lives."""
    for _ in range(TRIES):
        base = free_port_block(count)
        if _reserve(range(base, base + count, STEP)):
            return base
    raise AssertionError(f"no {count} neighbouring ports that no other test process holds")


def _reserve(ports: range) -> bool:
    bound: list[socket.socket] = []
    for port in ports:
        reservation = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reservation.bind((LOOPBACK, port))
        except OSError:
            for taken in (*bound, reservation):
                taken.close()
            return False
        bound.append(reservation)
    _reservations.extend(bound)
    return True
