"""`photochanger jobs`."""

import argparse
from urllib.parse import quote

from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

PATH = "/api/v1/jobs"
COLUMNS = ("id", "created_at", "slot_id", "status", "failure_reason", "failure_detail")


def add(parsers: Parsers) -> None:
    jobs = parsers.group("jobs", "photos: list, show, cancel")
    found = jobs.command("list", "photos, newest first", list_jobs)
    found.add_argument("--slot", help="only this slot's")
    found.add_argument("--booth", help="only those of a booth that calls itself so")
    found.add_argument("--status", choices=("pending", "processing", "done", "failed", "timeout", "cancelled"))
    found.add_argument("--source", choices=("ingest", "test_run"))
    found.add_argument("--since", metavar="TIME", help="from this time on, e.g. 2026-11-28T18:00:00Z")
    found.add_argument("--until", metavar="TIME", help="before this time")
    found.add_argument("--limit", type=int, default=50, help="at most so many (50)")
    for name, said, command in (("show", "one photo, all of it", show), ("cancel", "end a running photo", cancel)):
        jobs.command(name, said, command).add_argument("job", help="the job's id")


def list_jobs(arguments: argparse.Namespace, context: Context) -> ExitCode:
    query = {name: getattr(arguments, name) for name in ("booth", "status", "source", "since", "until")}
    query["slot_id"] = arguments.slot
    context.output.table(context.api.pages(PATH, query=query, limit=arguments.limit), COLUMNS)
    return ExitCode.OK


def show(arguments: argparse.Namespace, context: Context) -> ExitCode:
    context.output.value(context.api.ask("GET", _one(arguments.job)))
    return ExitCode.OK


def cancel(arguments: argparse.Namespace, context: Context) -> ExitCode:
    context.output.table([context.api.ask("POST", f"{_one(arguments.job)}/cancel")], COLUMNS)
    return ExitCode.OK


def _one(job: str) -> str:
    return f"{PATH}/{quote(job, safe='')}"
