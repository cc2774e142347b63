"""`photochanger deadletters`."""

import argparse
from urllib.parse import quote

from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

PATH = "/api/v1/dead-letters"
COLUMNS = ("id", "received_at", "queue", "reason", "job_id", "outlook_detail")
REPLAYED = ("id", "job_id", "result", "detail")
_FILTER = ("reason", "queue", "job_id", "since", "until")


def add(parsers: Parsers) -> None:
    letters = parsers.group("deadletters", "messages that died: list, show, discard, replay")
    found = letters.command("list", "dead letters, newest first, and what a replay would do", list_letters)
    _add_filter(found)
    found.add_argument("--limit", type=int, default=50, help="at most so many (50)")
    letters.command("show", "one letter with headers and body", show).add_argument("letter", help="the letter's id")
    letters.command("discard", "remove letters", discard).add_argument("letters", nargs="+", metavar="LETTER")
    again = letters.command("replay", "hand photos out again that still have time, each once", replay)
    again.add_argument("letters", nargs="*", metavar="LETTER", help="these letters; without any: those of the filter")
    again.add_argument("--dry-run", action="store_true", help="only say what would be done")
    _add_filter(again)


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason")
    parser.add_argument("--queue")
    parser.add_argument("--job", dest="job_id", help="letters about this photo")
    parser.add_argument("--since", metavar="TIME", help="from this time on, e.g. 2026-11-28T18:00:00Z")
    parser.add_argument("--until", metavar="TIME", help="before this time")


def list_letters(arguments: argparse.Namespace, context: Context) -> ExitCode:
    query = {name: getattr(arguments, name) for name in _FILTER}
    context.output.table(context.api.pages(PATH, query=query, limit=arguments.limit), COLUMNS)
    return ExitCode.OK


def show(arguments: argparse.Namespace, context: Context) -> ExitCode:
    context.output.value(context.api.ask("GET", f"{PATH}/{quote(arguments.letter, safe='')}"))
    return ExitCode.OK


def discard(arguments: argparse.Namespace, context: Context) -> ExitCode:
    answer = context.api.ask("POST", f"{PATH}/discard", {"ids": arguments.letters})
    context.output.table([answer], ("discarded",))
    return ExitCode.OK


def replay(arguments: argparse.Namespace, context: Context) -> ExitCode:
    chosen = {name: getattr(arguments, name) for name in _FILTER if getattr(arguments, name) is not None}
    body = {"ids": arguments.letters} if arguments.letters else {"filter": chosen}
    report = context.api.ask("POST", f"{PATH}/replay", {**body, "dry_run": arguments.dry_run})
    context.output.table(report["items"], REPLAYED)
    if report["has_more"]:
        context.output.line("there are more; run this again")
    return ExitCode.OK
