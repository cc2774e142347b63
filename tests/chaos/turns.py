"""Which cases are played with which seeds, in which order, and what of it was played before."""

import argparse
import sys
from collections.abc import Iterable

from tests.chaos.cases import CASES, KILLS
from tests.chaos.results import Result

Turn = tuple[str, int]


def planned(options: argparse.Namespace) -> list[Turn]:
    """Give name and seed of each turn; named cases, or the kill matrix and then the faults.

    Raises:
        SystemExit: there is no such case.
    """
    names = [name for name in options.cases.split(",") if name]
    if unknown := set(names) - set(CASES):
        sys.exit(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    faults = [name for name in CASES if name not in KILLS]
    groups = [(names, options.seeds)] if names else [(list(KILLS), options.seeds), (faults, options.faults)]
    return [(name, options.seed + more) for cases, seeds in groups for more in range(seeds) for name in cases]


def left_of(turns: Iterable[Turn], results: Iterable[Result]) -> list[Turn]:
    """Leave out the turns that were played without a violation."""
    good = {(result.case, result.seed) for result in results if not result.violations}
    return [turn for turn in turns if turn not in good]
