"""`make bench`: the product beside the bare pipeline, in interleaved rounds."""

import argparse
import asyncio
import json
import os
import time
from collections import defaultdict
from datetime import UTC, datetime

from deploy.local.layout import CHECKOUT, read_layout
from deploy.local.services import PROVIDERS_VARIABLE
from photochanger.infrastructure.settings_repository import SettingsRepository
from tests.bench.bare.processes import BarePipeline, bare_pipeline
from tests.bench.bench_photos import photo_of
from tests.bench.booths import Target, closed_loop
from tests.bench.figures import OUTSIDE, PROVIDER_SECONDS, Cell, Figures, as_json, figures_of
from tests.bench.report import document, machine_line, tables
from tests.bench.usage import Meter
from tests.bench.waiting import measure_waiting
from tests.e2e.product import Product, product_of
from tests.running_stack import RunningStack, running_stack

ROUNDS, SECONDS = 3, 12.0
IN_FLIGHT = (1, 16, 64)
BEHAVIOUR = f"canned={PROVIDER_SECONDS}"
SERVERS = ("rabbitmq", "mongodb", "minio")
#: Objects of the photos before are being deleted.
PAUSE_SECONDS = 1.0
_SLOT = "bench"
Figured = dict[Cell, dict[str, list[Figures]]]


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


async def measure(stack: RunningStack, *, rounds: int, seconds: float) -> None:
    """Measure everything, print the tables, write the JSON; a full run writes the page too."""
    photos = {"3 MB": photo_of(2_940_000, 4000, 3000), "500 kB": photo_of(500_000, 1800, 1200)}
    figured: Figured = defaultdict(lambda: {"bare": [], "product": []})
    async with product_of(stack) as product:
        await _open_wide(product)
        await product.slot(BEHAVIOUR, id=_SLOT, name=_SLOT, max_in_flight=1_000)
        with bare_pipeline(stack.info, prompt=f"[sandbox:{BEHAVIOUR}]") as bare:
            targets = (_bare_target(stack, bare), _product_target(stack, product))
            for number in range(1, rounds + 1):
                for cell in [Cell(photo, count) for photo in photos for count in IN_FLIGHT]:
                    # the first of a pair finds the machine as the other left it, so they take turns
                    for target in targets if number % 2 else reversed(targets):
                        await asyncio.sleep(PAUSE_SECONDS)
                        measured = await closed_loop(
                            target, photos[cell.photo], in_flight=cell.in_flight, seconds=seconds
                        )
                        figures = figures_of(measured)
                        figured[cell][target.name].append(figures)
                        say(_progress(number, rounds, cell, target.name, figures))
        say("a thousand booths waiting")
        waiting = await measure_waiting(product)
    command = f"make bench ROUNDS={rounds} SECONDS={seconds:g}"
    folder = read_layout(os.environ).home / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    content = {
        "machine": machine_line(), "command": command, "provider_seconds": PROVIDER_SECONDS,
        "photo_bytes": {name: len(photo) for name, photo in photos.items()},
        "cells": as_json(figured), "waiting": vars(waiting),
    }  # fmt: skip
    file.write_text(json.dumps(content, indent=1))
    print(f"\n{tables(figured, waiting)}\nFigures: {file}")
    if rounds >= ROUNDS and seconds >= SECONDS:
        page = CHECKOUT / "docs" / "performance.md"
        page.write_text(document(figured, waiting, command=command))
        print(f"Page: {page}")


def _progress(number: int, rounds: int, cell: Cell, name: str, figures: Figures) -> str:
    text = (
        f"round {number}/{rounds}  {cell!s:<12} {name:<8} p50 {figures.overhead_ms_p50:5.0f} ms  "
        f"{figures.photos_per_second:5.1f} photos/s  {figures.cpu_ms_per_photo:4.0f} CPU ms"
    )
    return f"{text}  FAILED {dict(figures.failures)}" if figures.failures else text


def _bare_target(stack: RunningStack, bare: BarePipeline) -> Target:
    servers = {name: stack.pid(name) for name in (*SERVERS, *OUTSIDE)}
    return Target("bare", f"{bare.url}/ingest/{_SLOT}", stack.ingest_password, Meter(servers | dict(bare.pids)))


def _product_target(stack: RunningStack, product: Product) -> Target:
    pids = stack.info["pids"]
    assert isinstance(pids, dict)
    return Target("product", product.ingest(_SLOT), stack.ingest_password, Meter(dict(pids)))


async def _open_wide(product: Product) -> None:
    """Let one address send as many photos as it can."""
    repository = SettingsRepository(product.mongo.database)
    settings = await repository.get()
    wide = settings.model_copy(update={"photos_per_minute_per_address": 1_000_000})
    assert await repository.replace(wide, expected_version=settings.version)
    await asyncio.sleep(2.5)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    say("starting a stack of its own")
    with running_stack({PROVIDERS_VARIABLE: "gemini,turbotext"}) as stack:
        asyncio.run(measure(stack, rounds=options.rounds, seconds=options.seconds))


if __name__ == "__main__":
    main()
