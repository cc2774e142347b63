"""Every case by name: the points of the kill matrix, and the faults."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from tests.chaos.calm_case import play_calm
from tests.chaos.chaos_stack import Kind
from tests.chaos.clock_faults import play_wrong_clock
from tests.chaos.fault_cases import play_fault
from tests.chaos.faults import FAULTS, SERVICES, Fault
from tests.chaos.kill_cases import play_kill_point
from tests.chaos.kill_matrix import KILL_POINTS
from tests.chaos.message_faults import MESSAGE_FAULTS
from tests.chaos.overload_case import play_overload
from tests.chaos.race_case import play_races
from tests.chaos.run import Played, Run
from tests.chaos.set_faults import SET_FAULTS
from tests.chaos.small_drive import full_drive
from tests.chaos.upkeep_cases import JANITOR_POINTS, play_admin_point, play_janitor_point

Play = Callable[[Run, int], Awaitable[Played]]

#: The clock of every service but the administrators'.
_CLOCKS: Mapping[str, Play] = {
    (name := f"clock{minutes:+d}-{service}"): partial(play_wrong_clock, name, service, minutes)
    for service in SERVICES[:-1]
    for minutes in (5, -5)
}
_ALL_FAULTS = (*FAULTS, *MESSAGE_FAULTS)

KILLS: Mapping[str, Play] = MappingProxyType(
    {point.name: partial(play_kill_point, point) for point in KILL_POINTS}
    | {point.name: partial(play_janitor_point, point) for point in JANITOR_POINTS}
    | {"A1": play_admin_point}
)
FAULT_CASES: Mapping[str, Play] = MappingProxyType(
    {fault.name: partial(play_fault, fault) for fault in _ALL_FAULTS} | {**_CLOCKS, "overload": play_overload}
)
#: No fault at all.
QUIET_CASES: Mapping[str, Play] = MappingProxyType({"races": play_races, "calm": play_calm})
SET_CASES: Mapping[str, Play] = MappingProxyType({fault.name: partial(play_fault, fault) for fault in SET_FAULTS})
_FULL = Fault("full-minio", full_drive)
DRIVE_CASES: Mapping[str, Play] = MappingProxyType({_FULL.name: partial(play_fault, _FULL)})
CASES: Mapping[str, Play] = MappingProxyType({**KILLS, **FAULT_CASES, **QUIET_CASES, **SET_CASES, **DRIVE_CASES})


def kind_of(case: str) -> Kind:
    """Give the kind of stack that the case is played on."""
    if case in SET_CASES:
        return Kind.SET_OF_THREE
    return Kind.SMALL_DRIVE if case in DRIVE_CASES else Kind.USUAL
