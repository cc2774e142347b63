"""The janitor: removes what ended jobs and dead processes left. `--once` does one round, `--dry-run` only says which."""

import argparse
import asyncio
from dataclasses import dataclass

import orjson

from media_janitor.settings import Settings
from media_janitor.sweep import Janitor
from photochanger.infrastructure.http_server import operations_server, stop_on_signals
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import DatabaseClock, Mongo, connect, ensure_indexes
from photochanger.observability import Telemetry, configure
from photochanger.periodic import run_periodically
from photochanger.preparation import Preparation
from photochanger.settings import load_settings

SERVICE = "media-janitor"
DATABASE_TIMEOUT_MS = 5_000


@dataclass(frozen=True)
class Arguments:
    once: bool
    dry_run: bool


def read_arguments() -> Arguments:
    parser = argparse.ArgumentParser(prog="media_janitor", description=__doc__)
    parser.add_argument("--once", action="store_true", help="one round, its result as JSON, then end")
    parser.add_argument("--dry-run", action="store_true", help="with --once: touch nothing, say what would go")
    given = parser.parse_args()
    if given.dry_run and not given.once:
        parser.error("--dry-run needs --once")
    return Arguments(given.once, given.dry_run)
