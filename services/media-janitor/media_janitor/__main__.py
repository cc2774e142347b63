"""The janitor: removes what ended jobs and dead processes left behind."""

import argparse
import asyncio
import json
import sys
import uuid
from dataclasses import dataclass

from media_janitor.rounds import LOOK_SECONDS, Rounds
from media_janitor.settings import Settings
from media_janitor.sweep import Janitor
from photochanger.background import running
from photochanger.infrastructure.http_server import operations_server, stop_on_signals, unless_stopping
from photochanger.infrastructure.janitor_desk import JanitorDesk
from photochanger.infrastructure.job_reader import JobReader
from photochanger.infrastructure.job_retention import JobRetention
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import DatabaseClock, DatabaseUnavailable, Mongo, connect, ensure_indexes
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
    parser.add_argument("--once", action="store_true", help="do one round, print its result as JSON, end")
    parser.add_argument("--dry-run", action="store_true", help="with --once: touch nothing, print what would go")
    given = parser.parse_args()
    if given.dry_run and not given.once:
        parser.error("--dry-run needs --once")
    return Arguments(once=given.once, dry_run=given.dry_run)


async def run(settings: Settings, telemetry: Telemetry, arguments: Arguments) -> int:
    """Clean round by round until a signal says stop, or once; gives the exit code."""
    stop = stop_on_signals()
    async with (
        connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo,
        MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, region=settings.s3_region) as store,
        DatabaseClock(mongo) as clock,
    ):
        janitor = Janitor(
            store,
            JobUpkeep(mongo.database),
            reader=JobReader(mongo.database),
            retention=JobRetention(mongo.database),
            now=clock.now,
            telemetry=telemetry,
        )
        if arguments.once:
            return await _clean_once(janitor, clock, is_dry_run=arguments.dry_run)
        rounds = Rounds(
            janitor, JanitorDesk(mongo.database), owner=uuid.uuid4().hex, now=clock.now, telemetry=telemetry
        )
        await _serve(settings, telemetry, rounds, mongo=mongo, store=store, stop=stop)
        return 0


async def _clean_once(janitor: Janitor, clock: DatabaseClock, *, is_dry_run: bool) -> int:
    try:
        await clock.sample()
    except DatabaseUnavailable as error:
        sys.stderr.write(f"{SERVICE}: {error}; nothing was done\n")
        return 1
    cleaning = await janitor.run_once(is_dry_run=is_dry_run)
    sys.stdout.write(json.dumps(cleaning.summary()) + "\n")
    return 1 if cleaning.errors else 0


async def _serve(
    settings: Settings, telemetry: Telemetry, rounds: Rounds, *, mongo: Mongo, store: MediaStore, stop: asyncio.Event
) -> None:
    preparation = Preparation(
        {"indexes": lambda: ensure_indexes(mongo.database), "buckets and lifecycle rules": store.ensure_buckets}
    )
    checks = {
        "database": mongo.ping,
        "store": store.ping,
        "preparation": preparation.missing,
        "process": unless_stopping(stop),
    }

    async with operations_server(telemetry, settings.listen_host, settings.metrics_port, checks):
        await preparation.run(stop)
        looking = run_periodically(rounds.look, telemetry, name="janitor.look", seconds=LOOK_SECONDS, stop=stop)
        async with running(looking, name="janitor.look"):
            await run_periodically(rounds.clean, telemetry, name="janitor", seconds=settings.janitor_seconds, stop=stop)


def main() -> None:
    arguments = read_arguments()
    settings = load_settings(Settings, SERVICE)
    sys.exit(asyncio.run(run(settings, configure(SERVICE, settings.log_level), arguments)))


if __name__ == "__main__":
    main()
