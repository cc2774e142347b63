"""`photochanger preflight`."""

import argparse
import time
from typing import Any

from photochanger_cli.api_client import Unavailable
from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

PATH = "/api/v1/preflight"
LOOK_SECONDS = 0.5
#: The server ends one within a minute, or says after 75 s that it was lost.
GIVE_UP_SECONDS = 90.0


def add(parsers: Parsers) -> None:
    command = parsers.command(
        "preflight",
        "check everything before the doors open; sends a photo through each slot, up to a minute",
        preflight,
    )
    command.add_argument("slots", nargs="*", metavar="SLOT", help="slots to try (every active one)")
    command.add_argument("--guests", type=int, default=100, help="how many guests are expected (100)")
    command.add_argument("--photos-per-guest", type=int, default=1, help="(1)")
    command.add_argument("--hours", type=float, default=4.0, help="over how many hours they come (4)")
    command.add_argument("--no-links", action="store_true", help="guests open no links on their phones")


def preflight(arguments: argparse.Namespace, context: Context) -> ExitCode:
    body: dict[str, Any] = {
        "expected_guests": arguments.guests,
        "photos_per_guest": arguments.photos_per_guest,
        "hours": arguments.hours,
        "guests_open_links": not arguments.no_links,
    }
    if arguments.slots:
        body["slot_ids"] = arguments.slots
    run = context.api.ask("POST", PATH, body)
    run = _watched(run, context)
    if context.output.is_json:
        context.output.value(run)
    else:
        _say_end(run, context)
    return ExitCode.OK if run["is_ready"] else ExitCode.NOT_READY


def _watched(run: dict[str, Any], context: Context) -> dict[str, Any]:
    """Say what is found as it is found, until the run has ended."""
    give_up_at, said = time.monotonic() + GIVE_UP_SECONDS, 0
    while True:
        for finding in run["findings"][said:]:
            context.output.line(f"{finding['severity'].upper():8} {finding['code']}: {finding['problem']}")
            context.output.line(f"{'':8} -> {finding['remedy']}")
        said = len(run["findings"])
        if run["state"] != "running":
            return run
        if time.monotonic() > give_up_at:
            raise Unavailable(f"the preflight {run['id']} did not end")
        time.sleep(LOOK_SECONDS)  # noqa: TID251 - this process has no event loop
        run = context.api.ask("GET", f"{PATH}/{run['id']}")


def _say_end(run: dict[str, Any], context: Context) -> None:
    say = context.output.line
    for advice in run["advice"]:
        say(f"booth of {advice['slot_id']}: {advice['ingest_url']}, time-out {advice['client_timeout_seconds']:g} s")
    if run["state"] == "abandoned":
        say(f"the preflight {run['id']} was cut short: its process ended")
        return
    say(f"{len(run['checks'])} checks, {len(run['findings'])} findings: {'ready' if run['is_ready'] else 'NOT ready'}")
