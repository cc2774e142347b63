"""`make soak`: the same load for a long time; memory, descriptors, threads, tasks, channels must stay flat."""

import argparse
import asyncio
import itertools
import re
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil

from photochanger.domain.latency_sketch import KEPT_EPOCHS, Measure, epoch_at
from photochanger.domain.log_histogram import bucket_of
from photochanger.domain.slot import Slot
from tests.chaos.__main__ import say
from tests.chaos.chaos_stack import ChaosStack, chaos_folder
from tests.chaos.history import BoothLog
from tests.chaos.kill_matrix import LONG_WINDOW
from tests.chaos.load import Arrival, an_arrival
from tests.chaos.run import Run, dice_of, rows_by_status, running
from tests.chaos.trend import trend_of

MINUTES = 20.0
#: About half of what two cores can do with everything on them.
PHOTOS_PER_SECOND = 3.0
SAMPLE_SECONDS = 3.0
#: `rabbitmqctl` costs a second of processor time: asked at every so many samples.
BROKER_EVERY = 10
#: Caches fill and pools open in the first part, which is not judged.
WARM_UP_SHARE = 0.25
SLOTS = 8
#: Twenty seconds at this load.
SAMPLES_PER_EPOCH = 60
_TASKS = re.compile(r"^photochanger_event_loop_tasks(?:{[^}]*})? ([0-9.e+]+)$", re.MULTILINE)

Figure = tuple[str, str]


@dataclass
class Samples:
    """Seconds since the start, and beside them each figure of each process."""

    seconds: list[float] = field(default_factory=list)
    values: dict[Figure, list[float]] = field(default_factory=lambda: defaultdict(list))

    def growing(self) -> list[str]:
        """Give a line for each figure that grows, after printing all of them."""
        first = next(index for index, second in enumerate(self.seconds) if second >= WARM_UP_SHARE * self.seconds[-1])
        found = []
        for (process, figure), values in sorted(self.values.items()):
            trend = trend_of(self.seconds[first:], values[first:])
            line = (
                f"{process:<20} {figure:<12} {trend.level:9.1f}  "
                f"{trend.per_hour:+8.2f} ± {trend.error_per_hour:.2f} an hour"
            )
            print(f"{line}  GROWS" if trend.grows else line)
            found += [line] if trend.grows else []
        return found


async def soak(minutes: float, photos_per_second: float) -> list[str]:
    """Run the load and give what is wrong."""
    async with chaos_folder() as folder, running(folder) as run:
        say("the stack is ready")
        await _fill_times(run)
        slots = await run.booths.prepare("soak", [Arrival(0.0, LONG_WINDOW, "slow=0.5")] * SLOTS)
        samples = Samples()
        async with asyncio.TaskGroup() as group:
            sampling = group.create_task(_sample(run.stack, samples))
            booths = await _post_for(run, slots, minutes * 60, photos_per_second)
            sampling.cancel()
        rows = await run.witness.rows_at_end(slots)
        calls = [call for call in await run.witness.calls() if call.slot_id.startswith("soak")]
        history = await run.history([], booths)
        say(f"{len(booths)} photos, rows {rows_by_status(rows)}, deaths {history.deaths}")
        wrong = [f"{booth.request_id}: {booth.status} {booth.code}" for booth in booths if booth.status != 200]
        wrong += [f"{len(calls)} calls for {len(rows)} jobs"] if len(calls) != min(len(rows), 10_000) else []
        return wrong + samples.growing()


async def _fill_times(run: Run) -> None:
    """Begin with as many call times as there ever are: they are kept for 20 minutes, and grow until then."""
    buckets = {
        measure.value: {str(bucket_of(low + step * each)): 1 for each in range(SAMPLES_PER_EPOCH)}
        for measure, low, step in ((Measure.CALL, 320, 15), (Measure.WAIT, 5, 1), (Measure.FINISH, 20, 4))
    }
    newest = epoch_at(datetime.now(UTC).timestamp())
    epochs = {str(newest - back): buckets for back in range(KEPT_EPOCHS)}
    known = {"provider": "gemini", "operation": "image_edit", "epochs": epochs}
    await run.witness.mongo.database["latencies"].replace_one({"_id": "gemini/image_edit"}, known, upsert=True)


async def _post_for(run: Run, slots: Sequence[Slot], seconds: float, per_second: float) -> list[BoothLog]:
    dice, end = dice_of("soak", 1), time.monotonic() + seconds
    posts = list[asyncio.Task[BoothLog]]()
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < end:
            await asyncio.sleep(dice.expovariate(per_second))
            arrival = an_arrival(dice, at_seconds=0.0, window_seconds=LONG_WINDOW)
            slot, number = dice.choice(slots), len(posts)
            posts.append(group.create_task(run.booths.post_one(f"soak-{number}", slot, arrival)))
    return [post.result() for post in posts]


async def _sample(stack: ChaosStack, samples: Samples) -> None:
    started = time.monotonic()
    broker = dict[Figure, float]()
    for number in itertools.count():
        if number % BROKER_EVERY == 0:
            broker = await asyncio.to_thread(_broker_figures, stack)
        figures = broker | await asyncio.to_thread(_figures, stack)
        samples.seconds.append(time.monotonic() - started)
        for name, value in figures.items():
            samples.values[name].append(value)
        await asyncio.sleep(SAMPLE_SECONDS)


def _figures(stack: ChaosStack) -> dict[Figure, float]:
    figures = dict[Figure, float]()
    for name, kept in stack.kept.items():
        if not kept.process.part.is_service:
            continue
        process = psutil.Process(kept.process.pid)
        family = [process, *process.children(recursive=True)]
        figures[name, "MiB"] = sum(each.memory_info().rss for each in family) / 2**20
        figures[name, "descriptors"] = process.num_fds()
        figures[name, "threads"] = process.num_threads()
        if (tasks := _tasks(stack, name)) is not None:
            figures[name, "tasks"] = tasks
    return figures


def _broker_figures(stack: ChaosStack) -> dict[Figure, float]:
    kinds = ("connections", "channels")
    return {("rabbitmq", kind): len(stack.ctl(f"list_{kind}", "pid").splitlines()) for kind in kinds}


def _tasks(stack: ChaosStack, service: str) -> float | None:
    """Ask the service how many tasks it has; the sandbox does not say."""
    address = stack.kept[service].process.part.metrics_url
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - the stack's own address
        found = _TASKS.search(answer.read().decode())
    return None if found is None else float(found[1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--photos-per-second", type=float, default=PHOTOS_PER_SECOND)
    options = parser.parse_args()
    wrong = asyncio.run(soak(options.minutes, options.photos_per_second))
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
