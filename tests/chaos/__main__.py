"""`make chaos`: plays cases on stacks of their own and prints every broken promise with its seed."""

import argparse
import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime

from tests.chaos.cases import CASES, kind_of
from tests.chaos.chaos_stack import Kind, chaos_folder
from tests.chaos.checker import told
from tests.chaos.history import History
from tests.chaos.results import append, read, result_of, results_file
from tests.chaos.run import Played, Run, rows_by_status, running
from tests.chaos.turns import Turn, left_of, planned
from tests.chaos.violation import Violation

FOR_EVER_MINUTES = 24 * 60.0
#: More answers than this are counted, not listed.
MANY = 40


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def line_of(played: Played) -> str:
    booths = [f"{booth.status}{'!' if booth.is_cut_short else ''}" for booth in played.history.booths]
    if len(booths) > MANY:
        booths = [f"{count} x {answer}" for answer, count in Counter(booths).most_common()]
    rows = rows_by_status(played.history.rows)
    return f"{played.case:<22} seed {played.seed}  {played.seconds:5.1f} s  answers {' '.join(booths)}  rows {rows}"


async def play_all(turns: Sequence[Turn], *, stacks: int, give_up_at: float) -> list[Played]:
    """Play the turns, each on the kind of stack that it needs, on so many stacks at the same time."""
    left = {kind: deque(turn for turn in turns if kind_of(turn[0]) is kind) for kind in Kind}
    played, busy = list[Played](), Counter[Kind]()

    async def play_what_is_most() -> None:
        while any(left.values()) and time.monotonic() < give_up_at:
            kind = max(Kind, key=lambda each: len(left[each]) / (1 + busy[each]))
            busy[kind] += 1
            played.extend(await play_on_one_stack(left[kind], kind, give_up_at))
            busy[kind] -= 1

    # a stack that breaks must not lose what is found on the others
    ends = await asyncio.gather(*(play_what_is_most() for _ in range(stacks)), return_exceptions=True)
    if broken := [end for end in ends if end is not None]:
        raise BaseExceptionGroup("stacks broke", broken)
    return played


async def play_on_one_stack(left: deque[Turn], kind: Kind, give_up_at: float) -> list[Played]:
    """Take turn after turn, other stacks do so too; none is begun after `give_up_at` of the monotonic clock."""
    with chaos_folder() as folder:
        async with running(folder, kind) as run:
            say("a stack is ready")
            while left and time.monotonic() < give_up_at:
                played = await play_one(run, *left.popleft())
                say(line_of(played))
                for line in told(played.found, played.case, played.seed):
                    say(line)
            say("waits until all is at rest, then looks at everything again")
            await run.look_at_last()
            append(results_file(), map(result_of, run.played))
            say("stops the stack")
            return run.played


async def play_one(run: Run, case: str, seed: int) -> Played:
    """Play one turn; one that cannot be played is told as broken, and the others go on."""
    try:
        return await CASES[case](run, seed)
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this turn
        broke = Violation("broke", case, f"{type(error).__name__}: {error}")
        return run.keep(case, seed, History(looked_at=datetime.now(UTC)), [broke], seconds=0.0)


async def within(seconds: float | None, playing: Awaitable[list[Played]]) -> list[Played]:
    """Give what is played in time; None: as long as it takes.

    Raises:
        SystemExit: the time was over first.
    """
    try:
        async with asyncio.timeout(seconds) as scope:
            return await playing
    except TimeoutError:
        if not scope.expired():
            raise
        sys.exit(f"not over after {seconds:.0f} s: the machine is too busy, or something hangs")


def summary(played: Sequence[Played]) -> str:
    jobs = sum(len(each.history.rows) for each in played)
    kills = len({death for each in played for death in each.history.deaths})
    broken = sum(len(each.found) for each in played)
    return f"{len(played)} cases, {jobs} jobs, {kills} kills, {broken} violations"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--cases", default="", help="names, separated by commas; none: all")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds of each point of the kill matrix")
    parser.add_argument("--faults", type=int, default=0, help="how many seeds of each fault")
    parser.add_argument("--stacks", type=int, default=1, help="how many stacks play at the same time")
    parser.add_argument("--left", action="store_true", help="only what no earlier run has played without a violation")
    parser.add_argument("--minutes", type=float, default=FOR_EVER_MINUTES, help="begin nothing new after this time")
    parser.add_argument("--at-most", type=float, metavar="SECONDS", help="end everything after this: a failure")
    options = parser.parse_args()
    turns = planned(options)
    turns = left_of(turns, read(results_file())) if options.left else turns
    started = time.monotonic()
    give_up_at = started + 60 * options.minutes
    say(f"plays {len(turns)} cases")
    playing = play_all(turns, stacks=options.stacks, give_up_at=give_up_at)
    played = asyncio.run(within(options.at_most, playing))
    for each in played:
        for line in told(each.found, each.case, each.seed):
            print(line)
    left = f"; {len(turns) - len(played)} cases are left" if len(played) < len(turns) else ""
    say(f"{summary(played)} in {time.monotonic() - started:.0f} s{left}")
    return 1 if any(each.found for each in played) else 0


if __name__ == "__main__":
    sys.exit(main())
