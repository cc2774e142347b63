"""`photochanger slots`."""

import argparse
from urllib.parse import quote

from photochanger_cli.commands import slot_files
from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

PATH = "/api/v1/slots"
COLUMNS = ("id", "name", "provider", "operation", "is_active", "ingest_url")


def add(parsers: Parsers) -> None:
    slots = parsers.group("slots", "slots: list, show, enable, disable, export, import")
    slots.command("list", "every slot with its ingest address", list_slots)
    one = slots.command("show", "one slot, all of it", show)
    one.add_argument("slot", help="the slot's id")
    for name, is_active in (("enable", True), ("disable", False)):
        switch = slots.command(name, f"{name} a slot; in force within 2 s", set_active)
        switch.add_argument("slot", help="the slot's id")
        switch.set_defaults(is_active=is_active)
    slot_files.add(slots)


def list_slots(_arguments: argparse.Namespace, context: Context) -> ExitCode:
    context.output.table(context.api.ask("GET", PATH)["items"], COLUMNS)
    return ExitCode.OK


def show(arguments: argparse.Namespace, context: Context) -> ExitCode:
    context.output.value(context.api.ask("GET", _one(arguments.slot)))
    return ExitCode.OK


def set_active(arguments: argparse.Namespace, context: Context) -> ExitCode:
    _, version = context.api.ask_with_version(_one(arguments.slot))
    changed = context.api.ask("PATCH", _one(arguments.slot), {"is_active": arguments.is_active}, headers=version)
    context.output.table([changed], COLUMNS)
    return ExitCode.OK


def _one(slot: str) -> str:
    return f"{PATH}/{quote(slot, safe='')}"
