"""Named places in a photo's way where a test stack can be made to fail; nothing happens there in any other.

`PHOTOCHANGER_FAILPOINTS` is `name=action@n; …`: at the n-th pass (1 when not given) the process does the action once.
Actions: `kill` (SIGKILL to itself), `stop` (SIGSTOP: somebody else must continue it), `raise` (FailpointReached),
`sleep:SECONDS` (the whole process stands still). `PHOTOCHANGER_FAILPOINTS=@/path` reads the same from a file at every
pass instead, so that a running process can be armed; what was reached is taken out of the file first, so that the
process does not fail there again when it is restarted.
"""

import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "PHOTOCHANGER_FAILPOINTS"
#: Set to `yes` in stacks made for tests, nowhere else: without it a service refuses to start with failpoints.
TEST_STACK_VARIABLE = "PHOTOCHANGER_TEST_STACK"
#: `EX_CONFIG` of sysexits.h, as for every wrong setting.
_EXIT_WRONG_SETTINGS = 78
_ORDER = re.compile(r"([a-z_]+\.[a-z_]+)=(kill|stop|raise|sleep:([0-9.]+))(?:@([1-9][0-9]*))?")

Failpoint = Callable[[str], None]


class FailpointReached(Exception):
    """What `raise` raises: a defect, as far as the service can tell."""


@dataclass(frozen=True)
class Order:
    """What happens at the `at_pass`-th pass of the point `name`; `seconds` belong to `sleep`."""

    name: str
    action: str
    at_pass: int = 1
    seconds: float = 0.0

    def __str__(self) -> str:
        action = f"sleep:{self.seconds:g}" if self.action == "sleep" else self.action
        return f"{self.name}={action}@{self.at_pass}"


def parse_orders(text: str) -> dict[str, Order]:
    """Read `name=action@n; …`.

    Raises:
        ValueError: a piece of it is no order.
    """
    orders = {}
    for piece in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _ORDER.fullmatch(piece)
        if match is None:
            raise ValueError(f"no failpoint order: {piece!r}")
        name, action, seconds, at_pass = match.groups()
        orders[name] = Order(name, action.partition(":")[0], int(at_pass or 1), float(seconds or 0))
    return orders


class ArmedFailpoints:
    """Counts passes and carries out orders; the counts begin anew with each order of a file."""

    def __init__(self, source: str) -> None:
        self._file = Path(source[1:]) if source.startswith("@") else None
        self._orders = {} if self._file else parse_orders(source)
        self._passes: Counter[Order] = Counter()

    def reach(self, name: str) -> None:
        """Pass the point.

        Raises:
            FailpointReached: such was the order.
        """
        order = self._current().get(name)
        if order is None:
            return
        self._passes[order] += 1
        if self._passes[order] == order.at_pass:
            self._take_out(order)
            _carry_out(order)

    def _current(self) -> dict[str, Order]:
        if self._file is None:
            return self._orders
        return parse_orders(self._file.read_text()) if self._file.exists() else {}

    def _take_out(self, order: Order) -> None:
        del self._passes[order]
        if self._file is None:
            del self._orders[order.name]
            return
        left = [str(other) for other in self._current().values() if other != order]
        fresh = self._file.with_suffix(".fresh")
        fresh.write_text("; ".join(left))
        fresh.replace(self._file)


def _carry_out(order: Order) -> None:
    print(f'{{"event": "failpoint_reached", "order": "{order}"}}', file=sys.stderr, flush=True)  # noqa: T201 - no log outlives a kill
    match order.action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "sleep":
            time.sleep(order.seconds)  # noqa: TID251 - the whole process is to stand still
        case _:
            raise FailpointReached(order.name)


def _pass_by(_name: str) -> None:
    """Do nothing: the function every process has that is no test's."""


def failpoint_of(environ: Mapping[str, str]) -> Failpoint:
    """Give the function for this environment.

    Raises:
        SystemExit: code 78, failpoints that may not or cannot be set.
    """
    source = environ.get(VARIABLE, "")
    if not source:
        return _pass_by
    if environ.get(TEST_STACK_VARIABLE) != "yes":
        _refuse(f"{VARIABLE}: only for tests; it makes the service fail on purpose")
    try:
        return ArmedFailpoints(source).reach
    except ValueError as error:
        _refuse(f"{VARIABLE}: {error}")
    return _pass_by


def _refuse(reason: str) -> None:
    print(reason, file=sys.stderr)  # noqa: T201 - logging is not set up yet
    raise SystemExit(_EXIT_WRONG_SETTINGS)


#: `failpoint("provider.after_call")`: one line at each step that a kill is tested at.
failpoint: Failpoint = failpoint_of(os.environ)  # noqa: TID251 - bound once at import: no cost where it is not set
