"""`photochanger slots export` and `import`."""

import argparse
import json
import os
import sys
from pathlib import Path

from photochanger_cli.api_client import Refused
from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

COLUMNS = ("file_id", "id", "action", "needs_password")


def add(slots: Parsers) -> None:
    out = slots.command("export", "slots as a file without passwords", export)
    out.add_argument("slots", nargs="*", metavar="SLOT", help="these slots (all)")
    out.add_argument("--file", type=Path, help="where to (stdout)")
    out.add_argument("--no-pictures", action="store_true", help="only name the template pictures")
    back = slots.command("import", "take slots in from an exported file, all or none", take_in)
    back.add_argument("file", type=Path)
    back.add_argument("--on-conflict", choices=("refuse", "skip", "overwrite", "new_id"), default="refuse")
    back.add_argument("--ignore-warnings", action="store_true", help="also slots whose provider has no key yet")
    back.add_argument("--dry-run", action="store_true", help="only say what would be done")


def export(arguments: argparse.Namespace, context: Context) -> ExitCode:
    query = {"slots": ",".join(arguments.slots) or None, "pictures": not arguments.no_pictures}
    filed = context.api.ask("GET", "/api/v1/slot-export", query=query)
    text = json.dumps(filed, indent=1, ensure_ascii=False) + "\n"
    if arguments.file is None:
        sys.stdout.write(text)
        return ExitCode.OK
    with os.fdopen(os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    context.output.line(f"{arguments.file}: {len(filed['slots'])} slots")
    return ExitCode.OK


def take_in(arguments: argparse.Namespace, context: Context) -> ExitCode:
    try:
        filed = json.loads(arguments.file.read_text())
    except ValueError as error:
        raise Refused(f"{arguments.file} is no exported file; nothing was changed") from error
    query = {
        "on_conflict": arguments.on_conflict,
        "ignore_warnings": arguments.ignore_warnings,
        "dry_run": arguments.dry_run,
    }
    report = context.api.ask("POST", "/api/v1/slot-import", filed, query=query)
    context.output.table(report["slots"], COLUMNS)
    context.output.line("in force" if report["is_done"] else "nothing was changed")
    return ExitCode.OK
