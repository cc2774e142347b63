"""`make chaos`: plays cases on a stack of its own and prints every broken promise with its seed."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

from tests.chaos.cases import CASES, FAULT_CASES, KILLS, SET_CASES
from tests.chaos.chaos_stack import chaos_folder
from tests.chaos.checker import told
from tests.chaos.results import append, result_of, results_file
from tests.chaos.run import Played, rows_by_status, running


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def line_of(played: Played) -> str:
    booths = [f"{booth.status}{'!' if booth.is_cut_short else ''}" for booth in played.history.booths]
    rows = rows_by_status(played.history.rows)
    return f"{played.case:<22} seed {played.seed}  {played.seconds:5.1f} s  answers {' '.join(booths)}  rows {rows}"


def planned(options: argparse.Namespace) -> list[tuple[str, int]]:
    """Give name and seed of each turn; named cases, or the kill matrix and then the faults.

    Raises:
        SystemExit: there is no such case.
    """
    names = [name for name in options.cases.split(",") if name]
    if unknown := set(names) - set(CASES):
        sys.exit(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    faults = [*FAULT_CASES, *SET_CASES]
    groups = [(names, options.seeds)] if names else [(list(KILLS), options.seeds), (faults, options.faults)]
    return [(name, options.seed + more) for cases, seeds in groups for more in range(seeds) for name in cases]


async def play_all(turns: Sequence[tuple[str, int]]) -> list[Played]:
    """Play the turns, each on the kind of stack that it needs."""
    usual = [turn for turn in turns if turn[0] not in SET_CASES]
    on_a_set = [turn for turn in turns if turn[0] in SET_CASES]
    played = await play_on_one_stack(usual, with_set=False) if usual else []
    return played + (await play_on_one_stack(on_a_set, with_set=True) if on_a_set else [])


async def play_on_one_stack(turns: Sequence[tuple[str, int]], *, with_set: bool) -> list[Played]:
    with chaos_folder() as folder:
        async with running(folder, with_set=with_set) as run:
            say("the stack is ready")
            for name, seed in turns:
                played = await CASES[name](run, seed)
                say(line_of(played))
                for line in told(played.found, played.case, played.seed):
                    say(line)
            say("waits until all is at rest, then looks at everything again")
            await run.look_at_last()
            append(results_file(), map(result_of, run.played))
            say("stops the stack")
            return run.played


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
    played = asyncio.run(play_all(planned(parser.parse_args())))
    for each in played:
        for line in told(each.found, each.case, each.seed):
            print(line)
    print(summary(played))
    return 1 if any(each.found for each in played) else 0


if __name__ == "__main__":
    sys.exit(main())
