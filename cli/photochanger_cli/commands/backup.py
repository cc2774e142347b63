"""`photochanger backup` and `photochanger restore`."""

import argparse
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from photochanger_cli.api_client import Unavailable
from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

PIECE_BYTES = 2**18
CONFIRMATION = "replace"


def add(parsers: Parsers) -> None:
    backup = parsers.command("backup", "everything set up into one file, which nobody else may read", back_up)
    backup.add_argument("file", nargs="?", type=Path, help="where to (photochanger-<time>.tar)")
    restore = parsers.command("restore", "put a backup in force, all of it or nothing", put_back)
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="also where something is set up already; asks first")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.add_argument(
        "--other-secret-key", action="store_true", help="also a file made under another PHOTOCHANGER_SECRET_KEY"
    )
    restore.add_argument("--dry-run", action="store_true", help="only check the file and the stack")


def back_up(arguments: argparse.Namespace, context: Context) -> ExitCode:
    target: Path = arguments.file or Path(f"photochanger-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar")
    if target.exists():
        context.output.error(f"{target} is there already; nothing was changed")
        return ExitCode.REFUSED
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        size_bytes = _fetch(part, context)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    if context.output.is_json:
        context.output.value({"file": str(target), "size_bytes": size_bytes})
    context.output.line(f"{target}: {size_bytes} bytes. It holds password hashes and sealed keys: keep it safe.")
    return ExitCode.OK


def _fetch(part: Path, context: Context) -> int:
    written = 0
    with (
        context.api.download("/api/v1/backup") as (length, pieces),
        os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        for piece in pieces:
            written += file.write(piece)
        os.fsync(file.fileno())
    if written != length:
        raise Unavailable("the backup came cut short; nothing is kept of it")
    return written


def put_back(arguments: argparse.Namespace, context: Context) -> ExitCode:
    size_bytes = arguments.file.stat().st_size
    if arguments.replace and not arguments.dry_run and not arguments.yes:
        question = f"Everything set up at {context.api.url} is replaced. Type {CONFIRMATION} to go on: "
        if context.ask(question).strip() != CONFIRMATION:
            context.output.error("nothing was changed")
            return ExitCode.REFUSED
    query = {
        "replace": arguments.replace,
        "other_secret_key": arguments.other_secret_key,
        "dry_run": arguments.dry_run,
    }
    restored = context.api.upload("/api/v1/restore", _pieces(arguments.file), size_bytes=size_bytes, query=query)
    if context.output.is_json:
        context.output.value(restored)
        return ExitCode.OK
    say = context.output.line
    say(", ".join(f"{name} {count}" for name, count in restored["rows"].items()) + f", pictures {restored['pictures']}")
    if restored["missing_pictures"]:
        say(f"without a picture, upload these again: {', '.join(restored['missing_pictures'])}")
    if not restored["is_own_key"]:
        say("made under another secret key: give the providers' keys and the booths' passwords again")
    say("checked; nothing was changed" if arguments.dry_run else "in force; everybody has to log in again")
    return ExitCode.OK


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
